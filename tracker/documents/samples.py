"""A full sample of each form, in words of our own: every element, and the lines that are hard to set.

``tracker documents sample FORM -o FILE`` prints one; the tests and the office's help page show the same.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from tracker.documents import docx, pdf
from tracker.documents.blocks import (
    QR,
    Annex,
    Attendance,
    Block,
    Chart,
    Column,
    Document,
    DocumentError,
    Form,
    HeadCell,
    Heading,
    Imprint,
    Letterhead,
    Opinions,
    Paragraph,
    Series,
    Signature,
    Span,
    State,
    Table,
    Target,
    Voice,
)

_OFFICE = "清河市妇女儿童工作委员会办公室"
_SHORT = "清河市妇儿工委办公室"
_COPY_TO = "省妇儿工委办公室，市委办公室，市人大常委会办公室，市政府办公室，市政协办公室。"
_DAY = date(2027, 2, 20)


def sample(form: Form | str) -> Document:
    """The sample of ``form``; an unknown form is refused in a sentence."""
    try:
        return _SAMPLES[Form(form)]()
    except (KeyError, ValueError):
        known = "、".join(f"{known.value}（{known.label}）" for known in _SAMPLES)
        raise DocumentError(f"没有“{form}”这种样张，可选：{known}") from None


def write_sample(form: Form | str, path: Path) -> None:
    """Write the sample of ``form`` as the file's ending says: .pdf or .docx."""
    document = sample(form)
    if path.suffix == ".pdf":
        path.write_bytes(pdf.render(document).content)
    elif path.suffix == ".docx":
        path.write_bytes(docx.render(document))
    else:
        raise DocumentError(f"样张只能存为.pdf或.docx，不能存为“{path.suffix or path.name}”")


# ------------------------------------------------------------------ 通报


def _circular() -> Document:
    return Document(
        form=Form.TONGBAO,
        title="关于2026年度妇女发展规划和儿童发展规划实施情况的通报",
        date=_DAY,
        letterhead=Letterhead(_OFFICE, number="清妇儿工委办〔2027〕3号", copy_number="000001", urgency="加急"),
        addressees=["各县（市、区）人民政府", "市妇儿工委各成员单位"],
        body=_circular_body(),
        signature=Signature(_OFFICE),
        note="联系人：某某，联系电话：0000-0000000",
        annexes=[
            Annex("2026年度重点任务进展情况表", [_progress_table(46)], landscape=True),
            Annex("年度报告常见问题及填报要求", _hints()),
        ],
        imprint=Imprint(copy_to=_COPY_TO, issuer=_OFFICE),
        qr=QR("清妇儿工委办〔2027〕3号 sha256:5b1f0c2e9a774d63"),
    )


def _circular_body() -> list[Block]:
    return [
        Paragraph(
            "按照《清河市妇女发展规划（2021—2030年）》《清河市儿童发展规划（2021—2030年）》和清政发〔2021〕18号文件要求，"
            "市妇儿工委办公室对2026年度规划实施情况进行了汇总分析，现通报如下。"
        ),
        Heading("总体情况"),
        Paragraph(
            "应报送年度报告的成员单位38个，按时报送35个，报送率92.1%；列入年度计划的任务92项，已完成33项，按期推进49项，"
            "进展较慢7项，未启动3项。孕产妇死亡率为8.6/10万，低于12/10万的目标值；婴儿死亡率为3.1‰，"
            "千人口拥有3岁以下婴幼儿托位数4.8个——比上年增加0.6个。"
        ),
        Chart(
            "stacked",
            "健康、教育领域任务完成较快",
            ["健康", "教育", "经济", "参与决策", "社会保障", "家庭", "环境", "法律"],
            [
                Series("已完成", [7, 6, 4, 2, 5, 3, 3, 3]),
                Series("按期推进", [8, 7, 6, 5, 9, 5, 5, 4]),
                Series("进展较慢或未启动", [1, 0, 2, 2, 1, 1, 2, 1]),
            ],
            unit="项",
            source="来源：各单位2026年度报告，截至2027年1月15日。",
        ),
        Heading("主要做法"),
        Heading("强化组织领导", level=2),
        Paragraph(
            "市卫生健康委、市教育局、市民政局等单位把规划任务列入年度重点工作，主要负责同志亲自研究、分管负责同志具体落实。",
            lead="一是责任更加明确。",
        ),
        Paragraph(
            "市统计局会同有关部门建立指标会商制度，对“两规划”89项主要指标逐项核对数据来源、统计口径和报送时限，"
            "做到数出有据、前后衔接。",
            lead="二是监测更加及时。",
        ),
        Heading("注重工作实效", level=2),
        Heading(
            "扩大服务供给。", level=3, run_in="全年新建儿童之家26个，适龄妇女“两癌”免费筛查3.2万人次，随访率98.7%。"
        ),
        Heading("完善协作机制。", level=3, run_in="公安、法院、民政、妇联等部门联合办理有关事项，做到"),
        Heading("及时受理，", level=4, run_in="首问负责、限时转办；"),
        Heading("定期会商，", level=4, run_in="每季度研究一次疑难问题（遇有紧急情况随时研究）。"),
        Heading("存在问题"),
        Table(
            [Column("问题类别", 3), Column("涉及单位（个）", 2, "right"), Column("涉及任务（项）", 2, "right")],
            [["进展较慢", 5, 7], ["尚未启动", 2, 3], ["佐证材料不全", 6, 11]],
            caption="表1　主要问题分布",
            note="注：同一任务涉及多类问题的分别计数。",
        ),
        Paragraph(
            "少数单位对规划任务认识不到位，年度安排不具体；个别指标波动较大，2030年如期达标存在一定困难；"
            "部分报告仅罗列会议和活动，没有反映目标值、完成值和差距。"
        ),
        Heading("下一步工作要求"),
        Paragraph(
            "请有关单位对照附件1逐项分析原因、明确措施，于2027年3月31日前将完善情况书面报送市妇儿工委办公室；"
            "牵头单位要主动协调，配合单位要积极支持，共同推动目标任务如期完成。市妇儿工委办公室将适时了解后续进展情况。"
        ),
    ]


def _progress_table(rows: int) -> Table:
    areas = ("妇女与健康", "妇女与教育", "妇女与经济", "儿童与安全", "儿童与福利")
    tasks = (
        ("扩大适龄妇女宫颈癌、乳腺癌免费筛查范围，提高筛查质量和随访率", "市卫生健康委", State.green("已完成")),
        (
            "加强婴幼儿照护服务设施建设，每千人口拥有3岁以下婴幼儿托位数达到4.8个",
            "市卫生健康委、市发展改革委",
            State.green("正常"),
        ),
        ("建立健全孤儿和事实无人抚养儿童保障标准动态调整机制", "市民政局、市财政局", State.yellow("临期")),
        ("完善农村留守儿童信息台账，每季度更新一次", "市民政局、市教育局", State.red("逾期")),
        ("推动用人单位制定女职工特殊保护制度", "市人力资源社会保障局、市总工会", State.grey("未到期")),
    )
    return Table(
        [
            Column("序号", 1, "center"),
            Column("领域", 2.2, "center", merge=True),
            Column("任务内容", 9),
            Column("责任单位", 4.5),
            Column("目标值", 1.6, "right"),
            Column("完成值", 1.6, "right"),
            Column("进展", 2, "center"),
        ],
        [
            [
                n + 1,
                areas[n * len(areas) // rows],
                tasks[n % 5][0],
                tasks[n % 5][1],
                90 + n % 7,
                88 + n % 9,
                tasks[n % 5][2],
            ]
            for n in range(rows)
        ],
        groups=[HeadCell(""), HeadCell("任务", 3), HeadCell("指标（%）", 2), HeadCell("")],
        unit="截至2026年12月31日",
    )


def _hints() -> list[Block]:
    clear = "每项任务用100字以内说明做了什么、完成多少、与目标差多少，引用文件写全发文字号。"
    return [
        Heading("常见问题"),
        Paragraph(
            "没有写明数据来源、统计口径和时间；把计划安排写成完成情况；姓名、单位名称前后不一致"
            "（如“喆”写作“哲”、“堃”写作“坤”）。"
        ),
        Heading("填报要求"),
        Paragraph([Span("写清进展。", Voice.BLACK), Span(clear)]),
        Paragraph(
            "外文名称首次出现时写中文全称并括注，如国内生产总值（gross domestic product, GDP）、"
            "信息管理系统（management information system）。"
        ),
    ]


# ------------------------------------------------------------------ 函, 督办函


def _letter() -> Document:
    return Document(
        form=Form.HAN,
        title="关于征求《清河市妇女儿童发展规划任务分解表》意见的函",
        date=date(2027, 3, 5),
        letterhead=Letterhead(_OFFICE, number="清妇儿工委办函〔2027〕6号"),
        addressees="市妇儿工委各成员单位",
        body=[
            Paragraph(
                "为做好规划目标任务分解落实工作，我办研究起草了《清河市妇女儿童发展规划任务分解表（征求意见稿）》，现征求你们意见。"
            ),
            Paragraph(
                "请结合本单位职责认真研究，于2027年3月19日（星期五）前反馈书面意见；没有意见的也请告知，逾期未反馈的视为无意见。"
            ),
            Paragraph("专此函达。"),
        ],
        signature=Signature(_OFFICE),
        note="联系人：某某，联系电话：0000-0000000",
        annexes=[Annex("任务分解表（征求意见稿）", [_division_table()])],
        imprint=Imprint(copy_to="市政府办公室。"),
        qr=QR("清妇儿工委办函〔2027〕6号 sha256:77c0"),
    )


def _division_table() -> Table:
    return Table(
        [Column("序号", 1, "center"), Column("任务", 7), Column("牵头单位", 3), Column("配合单位", 4)],
        [
            [
                1,
                "完善妇幼健康服务体系，每个县（市、区）至少有1所政府举办的标准化妇幼保健机构",
                "市卫生健康委",
                "市发展改革委、市财政局",
            ],
            [2, "保障女童平等接受义务教育，巩固率达到99.5%以上", "市教育局", "市妇联、团市委"],
            [
                3,
                "提高农村妇女参与基层治理的比例，村民委员会成员中女性比例达到30%以上",
                "市民政局",
                "市委组织部、市妇联",
            ],
        ],
    )


def _supervision() -> Document:
    return Document(
        form=Form.DUBAN,
        title="关于尽快补充完善2026年度重点任务进展情况的督办函",
        date=date(2027, 3, 15),
        letterhead=Letterhead(_OFFICE, number="清妇儿工委办函〔2027〕9号", urgency="加急"),
        addressees="市民政局",
        body=[
            Paragraph(
                "你单位承担的“完善农村留守儿童信息台账”任务，应于2026年12月31日前完成。我办2027年2月20日提示后，尚未收到完成情况。"
            ),
            Heading("请补充的内容"),
            Paragraph("台账建立和更新情况、覆盖乡镇（街道）数、数据核对方式，以及未按期完成的原因。"),
            Heading("时限要求"),
            Paragraph("请于2027年4月6日前将办理情况书面报送我办。如需协调有关单位，请一并提出建议。"),
        ],
        signature=Signature(_OFFICE),
        note="联系人：某某，联系电话：0000-0000000",
        imprint=Imprint(copy_to="市政府督查室。"),
        qr=QR("清妇儿工委办函〔2027〕9号 sha256:1d4e"),
    )


# ------------------------------------------------------------------ 报告


def _report() -> Document:
    return Document(
        form=Form.BAOGAO,
        title="清河市妇女儿童工作委员会办公室关于2026年度妇女儿童发展规划实施情况的报告",
        date=date(2027, 1, 28),
        letterhead=Letterhead(_OFFICE, number="清妇儿工委办〔2027〕1号", signers=["张某某"]),
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
        signature=Signature(_OFFICE),
        note="联系人：某某，联系电话：0000-0000000",
        attachments=["2026年度主要指标监测表（另附）"],
        imprint=Imprint(issuer=_OFFICE),
        qr=QR("清妇儿工委办〔2027〕1号 sha256:90ab"),
    )


# ------------------------------------------------------------------ 纪要, 简报, 呈阅件


def _minutes() -> Document:
    return Document(
        form=Form.JIYAO,
        title="研究2027年规划实施重点工作会议纪要",
        date=date(2027, 3, 2),
        letterhead=Letterhead("清河市妇儿工委会议纪要", number="〔2027〕2号", issuer=_SHORT),
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
        imprint=Imprint(copy_to="市妇儿工委主任、副主任，各成员单位。", issuer=_SHORT),
    )


def _bulletin() -> Document:
    return Document(
        form=Form.JIANBAO,
        title="各地各单位积极推进儿童之家规范化建设",
        date=date(2027, 4, 8),
        letterhead=Letterhead("妇女儿童工作简报", issue=5, issuer=_SHORT),
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
        imprint=Imprint(copy_to="市领导；省妇儿工委办公室；各县（市、区）妇儿工委。", issuer=_SHORT),
    )


def _for_reading() -> Document:
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


_SAMPLES: dict[Form, Callable[[], Document]] = {
    Form.TONGBAO: _circular,
    Form.HAN: _letter,
    Form.DUBAN: _supervision,
    Form.BAOGAO: _report,
    Form.JIYAO: _minutes,
    Form.JIANBAO: _bulletin,
    Form.CHENGYUE: _for_reading,
}
