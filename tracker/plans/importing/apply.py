"""A corrected reading → the rows of a plan. What is still wrong with it is said all at once, before any is made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from tracker.plans.importing.draft import AreaDraft, GoalDraft, MeasureDraft, PlanDraft, TargetDraft
from tracker.plans.models import Area, Comparator, Goal, Measure, Plan, PlanKind, Target

LONGEST_TITLE = 200
LONGEST_AREA = 100
KIND_WORDS = {kind.value: kind.label for kind in PlanKind}


def faults_of(plans: tuple[PlanDraft, ...]) -> list[str]:
    """Every reason why the reading cannot become plans yet, each a sentence that names its place."""
    if not plans:
        return ["没有可以导入的规划。"]
    return [fault for number, plan in enumerate(plans, start=1) for fault in _faults_of_plan(plan, number)]


def _faults_of_plan(plan: PlanDraft, number: int) -> Iterator[str]:
    name = f"《{plan.title}》" if plan.title else f"第{number}个规划"
    if not plan.title:
        yield f"{name}没有标题，请补填。"
    if len(plan.title) > LONGEST_TITLE:
        yield f"{name}标题超过{LONGEST_TITLE}字，请改短。"
    if plan.kind not in KIND_WORDS:
        yield f"{name}没有选定类别，请选妇女、儿童或其他。"
    if plan.period is None:
        yield f"{name}没有起止年份，请补填。"
    elif plan.period[1] < plan.period[0]:
        yield f"{name}的终止年份早于起始年份，请改正。"
    if plan.issued_on and not _is_day(plan.issued_on):
        yield f"{name}的印发日期“{plan.issued_on}”不是有效的日期，请改正。"
    if not plan.areas:
        yield f"{name}没有发展领域。"
    names = Counter(area.name for area in plan.areas if area.name)
    for repeated in [area for area, count in names.items() if count > 1]:
        yield f"{name}有两个领域都叫“{repeated}”，请合并或改名。"
    for position, area in enumerate(plan.areas, start=1):
        yield from _faults_of_area(area, position)


def _faults_of_area(area: AreaDraft, position: int) -> Iterator[str]:
    name = f"“{area.name}”" if area.name else f"第{position}个领域"
    if not area.name:
        yield f"{name}没有名称，请补填（第{area.line}行）。"
    if len(area.name) > LONGEST_AREA:
        yield f"{name}名称超过{LONGEST_AREA}字，请改短。"
    if not area.goals and not area.measures:
        yield f"{name}既没有目标也没有措施，请补填或删去。"
    yield from _faults_of_items(name, area.goals, "目标")
    yield from _faults_of_items(name, area.measures, "措施")
    for measure in area.measures:
        if measure.text and not measure.title:
            yield f"{name}措施{measure.no}没有小标题，请补填（第{measure.line}行）。"
        if len(measure.title) > LONGEST_TITLE:
            yield f"{name}措施{measure.no}的小标题超过{LONGEST_TITLE}字，请改短（第{measure.line}行）。"


def _faults_of_items(name: str, items: tuple[GoalDraft, ...] | tuple[MeasureDraft, ...], what: str) -> Iterator[str]:
    for item in items:
        if not item.text.strip():
            yield f"{name}{what}{item.no}没有文字，请补填或删去（第{item.line}行）。"
    for number, count in Counter(item.no for item in items).items():
        if count > 1:
            yield f"{name}有{count}条{what}都编为第{number}条，请改正。"


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def fill_plan(plan: Plan, draft: PlanDraft) -> None:
    """Write the cover of a reading onto a plan: what it is called, when issued, for which years."""
    first_year, last_year = draft.period or (0, 0)
    plan.kind = PlanKind(draft.kind)
    plan.title = draft.title
    plan.region = draft.region[:50]
    plan.document_number = draft.document_number or None
    plan.issued_on = date.fromisoformat(draft.issued_on) if draft.issued_on else None
    plan.first_year, plan.last_year = first_year, last_year


def area_rows(draft: PlanDraft) -> list[Area]:
    """The areas of a reading as new rows, in order."""
    return [_area(area, position) for position, area in enumerate(draft.areas, start=1)]


def _area(draft: AreaDraft, position: int) -> Area:
    return Area(
        position=position,
        name=draft.name,
        goals=[goal_row(goal, place) for place, goal in enumerate(draft.goals, start=1)],
        measures=[measure_row(measure, place) for place, measure in enumerate(draft.measures, start=1)],
    )


def goal_row(draft: GoalDraft, position: int) -> Goal:
    return Goal(
        position=position,
        number=str(draft.no),
        text=draft.text,
        source_line=draft.line or None,
        targets=target_rows(draft.targets),
    )


def measure_row(draft: MeasureDraft, position: int) -> Measure:
    return Measure(
        position=position,
        number=str(draft.no),
        title=draft.title,
        text=draft.text,
        source_line=draft.line or None,
        responsible=[{"unit": one.unit, "role": one.role} for one in draft.responsible],
    )


def target_rows(targets: tuple[TargetDraft, ...]) -> list[Target]:
    return [_target(target, position) for position, target in enumerate(targets, start=1)]


def _target(draft: TargetDraft, position: int) -> Target:
    is_number = isinstance(draft.value, int | float)
    return Target(
        position=position,
        indicator=draft.indicator[:200],
        comparator=Comparator(draft.op),
        value=float(draft.value) if is_number else None,
        value_text=f"{draft.value:g}" if isinstance(draft.value, int | float) else draft.value[:40],
        unit=draft.unit[:20],
        clause=draft.clause,
        scope=draft.scope[:100],
        base_year=draft.base_year,
    )
