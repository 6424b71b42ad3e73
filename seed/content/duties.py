"""Who does which measure: lead, joint and support units, and the five measures that are done once.

Days are counted from the day the demo is built: a negative number is a date that has passed.
"""

from collections.abc import Iterator

from .shapes import AreaRef, Done, Duty, MeasureRef, PlanKey, Role


def _units(names: str) -> tuple[str, ...]:
    return tuple(names.split("、")) if names else ()


def _duty(
    plan: PlanKey,
    place: str,
    lead: str | None,
    joint: str = "",
    support: str = "",
    done: Done = "ongoing",
    due_in_days: int | None = None,
) -> Duty:
    area, no = (int(part) for part in place.split("-"))
    return Duty(MeasureRef(plan, area, no), lead, _units(joint), _units(support), done, due_in_days)


DUTIES: tuple[Duty, ...] = (
    _duty("women", "1-1", "市卫生健康委", "", "市发展改革委、市委编办、市财政局"),
    _duty("women", "1-2", "市卫生健康委", "", "市医保局、市红十字会"),
    _duty("women", "1-3", "市卫生健康委", "市妇联、市财政局", "市医保局"),
    _duty("women", "1-4", "市卫生健康委", "市总工会"),
    _duty("women", "1-5", "市体育局", "市总工会"),
    _duty("women", "2-1", "市教育局", "市委党校", "市妇联"),
    _duty("women", "2-2", "市科协", "市科技局", "市农业农村局"),
    _duty("women", "2-3", "市教育局", "市人力资源社会保障局", "市总工会"),
    _duty("women", "2-4", "市委宣传部", "市委网信办、市市场监管局", "市文化和旅游局"),
    _duty("women", "3-1", "市人力资源社会保障局", "市总工会、市市场监管局", "市法院"),
    _duty("women", "3-2", "市人力资源社会保障局", "市税务局", "市财政局"),
    _duty("women", "3-3", "市农业农村局", "市妇联", "市科技局、市文化和旅游局"),
    _duty("women", "3-4", "市科技局", "市委组织部、市人力资源社会保障局", "市科协", "document", 45),
    _duty("women", "3-5", "市总工会", "市人力资源社会保障局"),
    _duty("women", "4-1", "市委组织部", "市委党校"),
    _duty("women", "4-2", None, "市人大社会委、市政协社法委", "市委组织部"),
    _duty("women", "4-3", "市民政局", "市妇联、市委组织部"),
    _duty("women", "4-4", "市总工会", "", "市司法局"),
    _duty("women", "5-1", "市医保局", "市人力资源社会保障局", "市税务局"),
    _duty("women", "5-2", "市人力资源社会保障局", "市税务局、市医保局"),
    _duty("women", "5-3", "市民政局", "市残联", "市医保局、市红十字会"),
    _duty("women", "5-4", "市民政局", "市卫生健康委", "市住房城乡建设局、市财政局"),
    _duty("women", "6-1", "市妇联", "市委宣传部", "市文化和旅游局"),
    _duty("women", "6-2", "市民政局", "市法院、市妇联", "市司法局"),
    _duty("women", "6-3", "市卫生健康委", "市发展改革委、市总工会", "市住房城乡建设局"),
    _duty("women", "6-4", "市妇联", "市生态环境局、市住房城乡建设局"),
    _duty("women", "7-1", "市公安局", "市法院、市民政局、市妇联", "", "mechanism", -330),
    _duty("women", "7-2", "市公安局", "市检察院、市法院", "市委政法委"),
    _duty("women", "7-3", "市司法局", "市妇联", "市委宣传部"),
    _duty("women", "7-4", None, "市司法局、市统计局", "市人大社会委"),
    _duty("children", "1-1", "市卫生健康委", "市民政局", "市残联"),
    _duty("children", "1-2", "市卫生健康委", "", "市财政局、市委编办"),
    _duty("children", "1-3", "市教育局", "市卫生健康委、市体育局", "市市场监管局"),
    _duty("children", "1-4", None, "市教育局、市卫生健康委、团市委", "市妇联"),
    _duty("children", "1-5", "市市场监管局", "市教育局", "市农业农村局"),
    _duty("children", "2-1", "市教育局", "市公安局、团市委", "市住房城乡建设局、市红十字会"),
    _duty("children", "2-2", "市市场监管局", "市公安局"),
    _duty("children", "2-3", "市教育局", "市公安局、市检察院", "市委政法委"),
    _duty("children", "2-4", "市委网信办", "市公安局、市文化和旅游局", "团市委"),
    _duty("children", "2-5", "市红十字会", "市教育局", "市财政局", "figure", 20),
    _duty("children", "3-1", "市教育局", "市发展改革委", "市住房城乡建设局、市财政局"),
    _duty("children", "3-2", "市教育局", "市委编办", "市财政局"),
    _duty("children", "3-3", "市教育局", "市残联"),
    _duty("children", "3-4", "市科协", "市科技局", "团市委"),
    _duty("children", "3-5", "团市委", "市教育局、市文化和旅游局"),
    _duty("children", "4-1", "市民政局", "市财政局", "市司法局"),
    _duty("children", "4-2", "市残联", "市卫生健康委、市医保局"),
    _duty("children", "4-3", "市民政局", "市妇联", "市公安局、团市委"),
    _duty("children", "4-4", "市医保局", "市税务局", "市红十字会"),
    _duty("children", "5-1", "市妇联", "市教育局", "市委党校"),
    _duty("children", "5-2", "市妇联", "", "市司法局、市政协社法委", "document", -25),
    _duty("children", "5-3", "市文化和旅游局", "市委宣传部", "市科协"),
    _duty("children", "5-4", "市人力资源社会保障局", "市总工会、市税务局", "市卫生健康委"),
    _duty("children", "6-1", "市发展改革委", "市住房城乡建设局、团市委", "市统计局、市体育局", "activity", 180),
    _duty("children", "6-2", "市委宣传部", "市文化和旅游局、市委网信办", "市公安局"),
    _duty("children", "6-3", "市生态环境局", "", "市市场监管局"),
    _duty("children", "7-1", "市检察院", "市法院、市公安局", "团市委"),
    _duty("children", "7-2", None, "市公安局、市检察院、市教育局、市卫生健康委", "市委政法委"),
    _duty("children", "7-3", "市委政法委", "市司法局、市公安局", "团市委"),
    _duty("children", "7-4", "市司法局", "市法院", "市人大社会委"),
)

# Done and accepted in the finished round: the open round does not ask about these again.
DONE_BEFORE_OPEN: frozenset[MeasureRef] = frozenset({MeasureRef("women", 7, 1)})


def duties_of(unit: str) -> Iterator[tuple[Duty, Role]]:
    """The duties of one unit with its role in each, in plan order."""
    for duty in DUTIES:
        for name, role in duty.roles():
            if name == unit:
                yield duty, role


def areas_of(unit: str) -> tuple[AreaRef, ...]:
    """The areas a unit reports on, in plan order, each once."""
    return tuple(dict.fromkeys(duty.measure.area_ref for duty, _ in duties_of(unit)))
