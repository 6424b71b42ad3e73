"""Sober sentences for what no one wrote by hand: built from a unit's own deeds, its duties and made-up figures.

Which wording and which figure is chosen follows from the unit, the place and the round, so every run says the same
and no two units say the same.
"""

import zlib

from .documents import title_of
from .duties import DONE_BEFORE_OPEN, DUTIES, areas_of, duties_of
from .shapes import AreaRef, Duty, MeasureRef, Overview, Role, Row, Term
from .words import voices

_SPAN: dict[Term, str] = {"finished": "全年", "open": "今年以来"}

_RANK: dict[Role, int] = {"lead": 0, "joint": 1, "support": 2}
_OPENINGS: dict[Role, tuple[str, ...]] = {
    "lead": ("牵头推进“{title}”，", "抓住“{title}”这项牵头任务，", "将牵头的“{title}”逐项分解，"),
    "joint": ("承担“{title}”中的分工，", "在“{title}”方面，", "按照“{title}”的分工安排，"),
    "support": ("为“{title}”提供支持，", "配合做好“{title}”，", "着眼于“{title}”，"),
}
_LEAD_CLOSINGS = (
    "会同{partner}梳理进展{n}次，发现的{m}个问题都明确了办理时限。",
    "{span}召集{partner}等单位会商{n}次，印发工作提示{m}份，任务没有脱节。",
    "与{partner}共用一本台账，{span}更新{n}次，实地查看点位{m}处。",
)
_OTHER_CLOSINGS = (
    "{span}与{partner}对接{n}次，商定的{m}件具体事项都有回音。",
    "有关情况送{partner}汇总{n}次，补充佐证材料{m}份，口径保持一致。",
    "参加{partner}组织的联合检查{n}次，反馈意见{m}条，均已采用或说明。",
    "{span}指派专人联系{partner}，办理协办事项{m}件，听取县（区）意见{n}次。",
    "向{partner}提供资料{n}批，对{m}个薄弱点位开展回访，情况平稳。",
)
_NOTES = (
    "“{title}”分工事项按月调度，与{partner}对接{n}次。",
    "参加{partner}召集的会商{n}次，“{title}”涉及本单位的事项有专人负责。",
    "就“{title}”报送情况{n}次，暂无需要提请协调的问题。",
    "围绕“{title}”办理协办事项{n}件，均在约定时间内答复。",
    "“{title}”涉及本单位的{n}项具体工作已列入科室计划。",
    "与{partner}共同检查“{title}”落实情况{n}次，问题当场交办。",
    "为“{title}”提供资料和数据{n}批，口径与{partner}一致。",
    "把“{title}”列入季度小结，整改检查中提出的问题{n}个。",
    "落实“{title}”分工，指导县（区）对口单位{n}次。",
    "“{title}”配合事项进展平稳，分管领导听取汇报{n}次。",
    "完成“{title}”分工中的{n}项具体工作，其余按时间安排进行。",
    "与{partner}商定“{title}”后续事项{n}件，逐件落实到人。",
)
_PRACTICES = (
    "每季度由分管领导听取一次汇报，{span}到基层了解情况{n}次。",
    "把规划任务分到{m}个科室，{span}自查{n}次，发现问题随时改正。",
    "联络员按月更新进展台账，{span}向市妇儿工委办书面报送{n}次。",
    "把任务写进年度工作要点，{span}对县（区）开展业务指导{n}次。",
    "主动与牵头单位对表，{span}参加协调会{n}次，办理交办事项{m}件。",
)
_DIFFICULTIES = (
    "目前已列出{n}项改进事项，正在逐项落实。",
    "拟在下一年工作中安排{n}次专题会商加以解决。",
    "已与有关单位沟通{n}次，尚需继续协调。",
    "已形成{n}条工作建议，待进一步研究。",
)


def _pick(low: int, high: int, *seeds: object) -> int:
    """A made-up figure that is the same on every run."""
    return low + zlib.crc32("/".join(map(str, seeds)).encode()) % (high - low + 1)


def _partner(duty: Duty, role: Role) -> str:
    if role == "lead":
        return next(iter(duty.joint + duty.support), "县（区）有关单位")
    return duty.lead or "有关责任单位"


def passage(unit: str, area: AreaRef, term: Term) -> str:
    """The text of an area, composed around what the unit did there."""
    here = [(duty, role) for duty, role in duties_of(unit) if duty.measure.area_ref == area]
    duty, role = min(here, key=lambda held: _RANK[held[1]])
    deed = voices()[unit].deed(area, term)
    if deed is None:
        raise LookupError(f"{unit} says nothing about {area}")
    openings = _OPENINGS[role]
    closings = _LEAD_CLOSINGS if role == "lead" else _OTHER_CLOSINGS
    turn = areas_of(unit).index(area) + (term == "open")
    opening = openings[(_pick(0, 9, unit, "opening") + turn) % len(openings)]
    closing = closings[(_pick(0, 9, unit, "closing") + turn) % len(closings)]
    words = {
        "title": title_of(duty.measure),
        "partner": _partner(duty, role),
        "span": _SPAN[term],
        "n": _pick(2, 9, unit, area, term, "n"),
        "m": _pick(3, 19, unit, area, term, "m"),
    }
    return f"{opening.format(**words)}{deed}。{closing.format(**words)}"


def row(unit: str, measure: MeasureRef, term: Term) -> Row:
    """A row for a unit that is not the lead. Each role of a measure and each round has a wording of its own."""
    duty = next(duty for duty in DUTIES if duty.measure == measure)
    place, role = next((at, role) for at, (name, role) in enumerate(duty.roles()) if name == unit)
    first = _pick(0, len(_NOTES) - 1, measure)
    wording = _NOTES[(first + 2 * place + (term == "open")) % len(_NOTES)]
    note = wording.format(title=title_of(measure), partner=_partner(duty, role), n=_pick(2, 9, unit, measure, term))
    if measure in DONE_BEFORE_OPEN:
        return Row(measure, "completed", note)
    return Row(measure, "on_schedule" if role == "joint" else "ongoing", note)


def _standing(unit: str, term: Term) -> str:
    said = voices()[unit].said[term]
    slow = any(each.state in ("slow", "not_started") for each in said.rows.values())
    return "除个别事项进展较慢外，其余按计划推进" if slow else "均按计划推进"


def overview(unit: str, term: Term) -> Overview:
    """The overview of a unit, counted from its duties and told from its main line of work."""
    held = list(duties_of(unit))
    words: tuple[tuple[Role, str], ...] = (("lead", "牵头"), ("joint", "参与"), ("support", "支持"))
    counts = [(word, sum(role == each for _, role in held)) for each, word in words]
    shares = "、".join(f"{word}{count}项" for word, count in counts if count)
    voice = voices()[unit]
    deed = voice.deed(next(iter(voice.deeds)), term)
    figures = {
        "span": _SPAN[term],
        "n": _pick(2, 8, unit, term, "overview"),
        "m": _pick(2, 6, unit, term, "sections"),
    }
    practice = _PRACTICES[_pick(0, len(_PRACTICES) - 1, unit, term, "practice")]
    difficulty = _DIFFICULTIES[_pick(0, len(_DIFFICULTIES) - 1, term, unit)]
    return Overview(
        completion=f"{_SPAN[term]}承担规划任务{len(held)}项，其中{shares}，{_standing(unit, term)}。{deed}。",
        practice=f"{voice.traits['主线']}，{practice.format(**figures)}",
        difficulties=f"{voice.traits['难点']}，{difficulty.format(**figures)}",
    )
