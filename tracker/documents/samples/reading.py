"""报告 to the body above, 纪要, 简报, and the one page for a leader."""

from __future__ import annotations

from datetime import date

from tracker.documents.blocks import (
    QR,
    Attendance,
    Chart,
    Column,
    Document,
    Form,
    Heading,
    Imprint,
    Letterhead,
    Opinions,
    Paragraph,
    Series,
    Signature,
    State,
    Table,
    Target,
)
from tracker.documents.samples.city import OFFICE, SHORT


def report() -> Document:
    return Document(
        form=Form.BAOGAO,
        title="清河市妇女儿童工作委员会办公室关于2026年度妇女儿童发展规划实施情况的报告",
        date=date(2027, 1, 28),
        letterhead=Letterhead(OFFICE, number="清妇儿工委办〔2027〕1号", signers=["张某某"]),
        addressees="省妇女儿童工作委员会办公室",
        body=[
            Paragraph("根据有关要求，现将我市2026年度妇女儿童发展规划实施情况报告如下。"),
            Heading("目标任务完成情况"),
            Paragraph("89项主要指标中，已达标61项，预计可达标20项，达标困难5项，暂无数据3项。"),
            Chart(
                "line",
                "孕产妇死亡率连续五年低于目标值",
                ["2021年", "2022年", "2023年", "2024年", "2025年", "2026年", "2027年", "2028年"],
                [Series("孕产妇死亡率", [11.4, 10.9, 10.2, 9.4, 9.0, 8.6, 8.3, 8.0])],
                unit="1/10万",
                target=Target(12, "目标值"),
                projected_from=6,
                source="来源：市卫生健康委；2027年、2028年为预测值。",
            ),
            Heading("主要做法和成效"),
            Paragraph(
                "坚持政府主导、部门协作、社会参与，把规划实施纳入国民经济和社会发展总体安排，统筹推进、一体落实。"
            ),
            Heading("存在的困难和问题"),
            Paragraph("基层妇幼健康服务能力仍有短板，产科、儿科医师数量不足；部分指标依赖抽样调查，年度间波动较大。"),
            Heading("下一年工作安排"),
            Paragraph("围绕达标困难的5项指标制定专项措施，6月底前完成中期自查，12月底前完成年度监测。"),
            Paragraph("特此报告。"),
        ],
        signature=Signature(OFFICE),
        note="联系人：某某，联系电话：0000-0000000",
        attachments=["2026年度主要指标监测表（另附）"],
        imprint=Imprint(issuer=OFFICE),
        qr=QR("清妇儿工委办〔2027〕1号 sha256:90ab"),
    )


def minutes() -> Document:
    return Document(
        form=Form.JIYAO,
        title="研究2027年规划实施重点工作会议纪要",
        date=date(2027, 3, 2),
        letterhead=Letterhead("清河市妇儿工委会议纪要", number="〔2027〕2号", issuer=SHORT),
        body=[
            Paragraph(
                "2027年2月26日上午，市政府副市长、市妇儿工委主任李某某主持召开会议，研究2027年规划实施重点工作。现纪要如下："
            ),
            Heading("关于任务分解"),
            Paragraph("会议原则同意《2027年重点任务分解表》，由市妇儿工委办公室根据会议意见修改后印发。"),
            Heading("关于监测评估"),
            Paragraph("会议要求，市统计局牵头于5月20日前完成年度统计数据收集，有关单位要对数据真实性负责。"),
            Heading("关于经费保障"),
            Paragraph("会议明确，规划实施和监测评估经费列入同级财政预算，由市财政局会同市妇儿工委办公室落实。"),
            Attendance(
                "出席",
                [
                    "李某某",
                    "王某某（市政府办公室）",
                    "赵某某（市妇联）",
                    "钱某某（市卫生健康委）",
                    "孙某某（市教育局）",
                    "周某某（市民政局）",
                    "吴喆（市统计局）",
                    "郑堃（市财政局）",
                ],
            ),
            Attendance("请假", "冯某某（市公安局，参加全省会议）"),
            Attendance("列席", "陈某某（市妇儿工委办公室）"),
        ],
        imprint=Imprint(copy_to="市妇儿工委主任、副主任，各成员单位。", issuer=SHORT),
    )


def bulletin() -> Document:
    return Document(
        form=Form.JIANBAO,
        title="各地各单位积极推进儿童之家规范化建设",
        date=date(2027, 4, 8),
        letterhead=Letterhead("妇女儿童工作简报", issue=5, issuer=SHORT),
        body=[
            Paragraph("今年以来，全市儿童之家建设稳步推进，截至3月底建成并投入使用312个，覆盖全部乡镇（街道）。"),
            Heading("东湖区：统一标准"),
            Paragraph("制定《儿童之家建设和服务规范》，做到场地、人员、制度、活动“四落实”，每周开放不少于15小时。"),
            Heading("云溪县：整合资源"),
            Paragraph("依托新时代文明实践站、党群服务中心设置儿童活动区域，节约建设资金120余万元。"),
            Chart(
                "bar",
                "各县（市、区）儿童之家数量",
                ["东湖区", "云溪县", "南川市", "平泉县", "北原区"],
                [Series("数量", [86, 74, 61, 52, 39])],
                unit="个",
                source="来源：各县（市、区）妇儿工委办公室。",
            ),
        ],
        imprint=Imprint(copy_to="市领导；省妇儿工委办公室；各县（市、区）妇儿工委。", issuer=SHORT),
    )


def for_reading() -> Document:
    return Document(
        form=Form.CHENGYUE,
        title="2026年度规划实施情况和需要研究的事项",
        date=date(2027, 2, 10),
        letterhead=Letterhead("呈阅件", number="清妇儿工委办呈〔2027〕4号"),
        body=[
            Paragraph("89项指标中已达标61项、达标困难5项；92项任务中逾期3项。", lead="总体情况："),
            Table(
                [
                    Column("需要研究的事项", 6),
                    Column("牵头单位", 2.4),
                    Column("建议", 4.6),
                    Column("状态", 1.9, "center"),
                ],
                [
                    [
                        "农村留守儿童信息台账未按期建立",
                        "市民政局",
                        "请分管领导召集民政、教育部门研究",
                        State.red("逾期"),
                    ],
                    ["产科医师数量不足", "市卫生健康委", "纳入年度人才引进计划", State.yellow("临期")],
                    ["托位数指标", "市发展改革委", "按现有安排推进", State.green("正常")],
                ],
            ),
            Paragraph("上次批示的2件事项均已办结。", lead="批示办理："),
            Opinions("拟办意见", 3),
            Opinions("领导批示", 3, fill=True),
        ],
        qr=QR("清妇儿工委办呈〔2027〕4号 sha256:33e8"),
    )
