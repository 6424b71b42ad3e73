"""Plans of our own wording, made from a seed, and printed the way an office prints them."""

from __future__ import annotations

import random
from dataclasses import dataclass

from tracker.plans.importing import AreaDraft, GoalDraft, MeasureDraft, PlanDraft

WOMEN = (
    "妇女与健康",
    "妇女与教育",
    "妇女与经济",
    "妇女参与决策和管理",
    "妇女与社会保障",
    "妇女与家庭建设",
    "妇女与环境",
    "妇女与法律",
)
CHILDREN = ("儿童与健康", "儿童与安全", "儿童与教育", "儿童与福利", "儿童与家庭", "儿童与环境", "儿童与法律保护")
HAN = "一二三四五六七八九十"

_THINGS = (
    "社区母婴小屋", "乡村巡回体检车", "女职工午间课堂", "孕期营养门诊", "镇级托育点", "夜间求助热线", "妇女议事茶座",
    "留守家庭结对帮扶", "亲子阅读角", "校园安全护送岗", "青春期健康讲座", "返乡妇女手工作坊", "老年妇女助餐点",
    "邻里调解小组", "少年法庭开放日", "河岸防溺水巡护队",
)  # fmt: skip
_GOALS = (
    "{thing}覆盖率达到{n}%以上。",
    "{thing}服务人数逐年增加，城乡差距逐步缩小。",
    "{thing}的满意度保持在{n}%左右。",
    "全面建成{thing}工作网络，服务能力明显增强。",
    "使用{thing}的家庭比例提高到{n}%，偏远村组优先覆盖。",
    "{thing}运行经费得到保障。志愿者队伍不断壮大。",
    "{thing}投诉率控制在{m}‰以内。",
    "每年对{thing}开展一轮评估，问题整改率达到{n}%。",
)
_VERBS = ("办好", "完善", "推广", "加强", "规范", "建设", "充实", "改进")
_TAILS = (
    "的日常管理",
    "的服务内容",
    "的人员配备",
    "的宣传引导",
    "的经费投入",
    "的资料归档",
    "的考核办法",
    "的场地条件",
)
_SENTENCES = (
    "每个街道选派两名联络人，按季度上门了解需求，登记后在十个工作日内答复。",
    "把服务时间延长到晚上八点，方便上班的家庭使用。",
    "会同医院、学校和村委会建立转介名单，对有困难的家庭一户一策。",
    "利用广播、短信和集市日开展宣传，让偏远村组也能知道怎样求助。",
    "对从业人员实行先培训后上岗，培训记录存档三年备查。",
    "设立意见箱和回访电话，每半年公布一次办理结果。",
    "鼓励企业捐赠设备，捐赠清单在社区公开栏张贴。",
    "将所需费用列入年度预算，由财政部门按季拨付。",
    "支持社会组织参与运营，签订协议并约定服务标准。",
    "对残疾、重病和独居人员提供预约上门服务。",
    "汛期和寒暑假加密巡查，发现隐患当日处置。",
    "编印图文并茂的小册子，免费发放到每户。",
)
_PRINCIPLES = (
    "坚持统筹安排。把各项任务放到全县大局中谋划。",
    "坚持分类施策。不同乡镇可以有不同的做法。",
    "坚持群众参与。重要事项事先听取意见。",
)
_MANAGEMENT = (
    "加强组织领导。县政府每年听取一次汇报，协调解决跨部门的难题。",
    "落实部门责任。各单位把任务列入年度计划，明确专人负责。",
    "保障工作经费。所需费用列入预算，并接受审计监督。",
)


@dataclass(frozen=True)
class Style:
    """The small habits in which offices differ."""

    area: str = "（{han}）{name}"
    goals: str = "主要目标："
    measures: str = "策略措施："
    item: str = "{no}. {text}"
    blank: bool = True
    chapter: str = "{han}、{name}"
    intro: str = ""
    """A paragraph between an area's heading and its goals."""


STYLES = (
    Style(),
    Style(area="({han}){name}", goals="主要目标:", measures="策略措施:", item="{no}.{text}"),
    Style(area="（{han}）{name}。", item="{no}．{text}", blank=False),
    Style(area="第{han}节 {name}", item="{no}、{text}"),
    Style(area="（{han}）{name}", goals="主要目标", measures="主要措施", item="（{no}）{text}"),
    Style("{han}、{name}", "（一）主要目标", "（二）策略措施", "{no}.{text}", chapter="第{han}部分 {name}"),
    Style("第{han}节 {name}", "一、主要目标", "二、策略措施", "（{hanno}）{text}", chapter="第{han}章 {name}"),
    Style("（{han}）{name}", "1.主要目标", "2.策略措施", "（{no}）{text}"),
    Style(
        "领域{han}：{name}", "发展目标：", "工作措施：", "{no}.{text}", intro="这一领域关系千家万户，过去十年进步明显。"
    ),
    Style("{han}、{name}", "主要目标", "策略措施", "{no}. {text}", chapter="第{han}章 {name}", blank=False),
)


def make_plan(seed: int, kind: str = "women", areas: int = 3) -> PlanDraft:
    """A whole plan; the same seed makes the same plan."""
    rng = random.Random(f"{kind}/{seed}")
    names = (WOMEN if kind == "women" else CHILDREN)[:areas]
    subject = "妇女" if kind == "women" else "儿童"
    return PlanDraft(
        kind=kind,
        title=f"云岭县{subject}发展规划（2021—2030年）",
        region="云岭县",
        period=(2021, 2030),
        document_number="云政发〔2022〕7号",
        issued_on="2022-03-18",
        line=1,
        areas=tuple(_make_area(rng, ordinal, name) for ordinal, name in enumerate(names, start=1)),
    )


def _make_area(rng: random.Random, ordinal: int, name: str) -> AreaDraft:
    things = rng.sample(_THINGS, len(_THINGS))
    goals = []
    for no in range(1, rng.randint(4, 9) + 1):
        text = _GOALS[(no + rng.randint(0, 2)) % len(_GOALS)]
        text = text.format(thing=things[no], n=rng.randint(31, 98), m=f"{rng.randint(1, 9)}.{rng.randint(1, 9)}")
        goals.append(GoalDraft(no, text, 0, 0))
    measures = []
    for no in range(1, rng.randint(5, 12) + 1):
        title = f"{rng.choice(_VERBS)}{things[no]}{rng.choice(_TAILS)}"
        body = "".join(rng.sample(_SENTENCES, rng.randint(3, 5)))
        measures.append(MeasureDraft(no, title, f"{title}。{body}", 0, 0))
    return AreaDraft(ordinal, name, 0, goals=tuple(goals), measures=tuple(measures))


def print_lines(plans: list[PlanDraft], style: Style = STYLES[0]) -> list[str]:
    """A document with a notice and its plans, one paragraph to a line, blank lines between as the style says."""
    names = "".join(f"《{plan.title}》" for plan in plans)
    rows = ["云岭县人民政府文件", "云政发〔2022〕7号", "关于印发两个规划的通知", "各乡镇人民政府，县直各单位："]
    rows += [f"现将{names}印发给你们，请认真组织实施。", "云岭县人民政府", "2022年3月18日", "（此件公开发布）"]
    for plan in plans:
        rows += _print_plan(plan, style)
    rows += ["抄送：县委办公室，县人大常委会办公室。", "云岭县人民政府办公室 2022年3月20日印发"]
    if not style.blank:
        return rows
    return [line for row in rows for line in (row, "")]


def _print_plan(plan: PlanDraft, style: Style) -> list[str]:
    rows = [plan.title, style.chapter.format(han="一", name="指导思想和基本原则"), "（一）指导思想"]
    rows.append(
        "以人民的期盼为出发点，回应家庭在就业、照护、教育等方面的现实难题，使各项服务更加公平、便利、可持续。" * 2
    )
    rows.append("（二）基本原则")
    rows += [_item(style, no, text) for no, text in enumerate(_PRINCIPLES, start=1)]
    rows += ["（三）总体目标", "到2030年，各项服务更加完善，城乡差距明显缩小，人民群众的获得感更加充实。"]
    rows.append(style.chapter.format(han="二", name="发展领域、主要目标和策略措施"))
    for area in plan.areas:
        rows.append(style.area.format(han=HAN[area.ordinal - 1], name=area.name))
        rows += [style.intro] if style.intro else []
        rows.append(style.goals)
        rows += [_item(style, goal.no, goal.text) for goal in area.goals]
        rows.append(style.measures)
        rows += [_item(style, measure.no, measure.text) for measure in area.measures]
    rows.append(style.chapter.format(han="三", name="组织实施"))
    rows += [f"（{HAN[index]}）{text}" for index, text in enumerate(_MANAGEMENT)]
    rows.append(style.chapter.format(han="四", name="监测评估"))
    rows += [_item(style, 1, "建立监测制度。每年收集数据。"), _item(style, 2, "开展中期评估。")]
    return rows


def _item(style: Style, no: int, text: str) -> str:
    hanno = HAN[no - 1] if no <= 10 else "十" + HAN[no - 11]
    return style.item.format(no=no, hanno=hanno, text=text)


def bones(plans: tuple[PlanDraft, ...] | list[PlanDraft]) -> list[object]:
    """What must survive: names, numbers, titles and texts, without places and confidence."""
    return [
        (
            area.ordinal,
            area.name,
            [(goal.no, squeeze(goal.text)) for goal in area.goals],
            [(measure.no, squeeze(measure.title), squeeze(measure.text)) for measure in area.measures],
        )
        for plan in plans
        for area in plan.areas
    ]


def squeeze(text: str) -> str:
    return "".join(text.split())
