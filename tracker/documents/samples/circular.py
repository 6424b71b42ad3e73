"""通报: every element of the general form, a landscape annex, and the lines that are hard to set."""

from __future__ import annotations

from tracker.documents.blocks import (
    QR,
    Annex,
    Block,
    Chart,
    Column,
    Document,
    Form,
    HeadCell,
    Heading,
    Imprint,
    Letterhead,
    Paragraph,
    Series,
    Signature,
    Span,
    State,
    Table,
    Voice,
)
from tracker.documents.samples.city import COPY_TO, DAY, OFFICE


def circular() -> Document:
    return Document(
        form=Form.TONGBAO,
        title="关于2026年度妇女发展规划和儿童发展规划实施情况的通报",
        date=DAY,
        letterhead=Letterhead(OFFICE, number="清妇儿工委办〔2027〕3号", copy_number="000001", urgency="加急"),
        addressees=["各县（市、区）人民政府", "市妇儿工委各成员单位"],
        body=_circular_body(),
        signature=Signature(OFFICE),
        note="联系人：某某，联系电话：0000-0000000",
        annexes=[
            Annex("2026年度重点任务进展情况表", [_progress_table(46)], landscape=True),
            Annex("年度报告常见问题及填报要求", _hints()),
        ],
        imprint=Imprint(copy_to=COPY_TO, issuer=OFFICE),
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
