"""What the units report in the finished round and in the open one, and how far the open one has come.

Written by hand where `words/` has it; composed by `sentences` where it has not. The years are never named: a text
says 全年, 今年 or 下一年, so the demo reads right in whatever year it is built.
"""

from functools import cache

from . import sentences
from .duties import DONE_BEFORE_OPEN, areas_of, duties_of
from .shapes import Course, MeasureRef, Overview, Passage, ReportText, Row, Term
from .units import UNITS
from .words import Said, voices


def _overview(unit: str, term: Term, said: Said) -> Overview:
    if not said.overview:
        return sentences.overview(unit, term)
    return Overview(said.overview["完成"], said.overview["做法"], said.overview["困难"])


def _row(unit: str, measure: MeasureRef, term: Term, said: Said) -> Row:
    return said.rows.get(measure) or sentences.row(unit, measure, term)


@cache
def report_of(unit: str, term: Term) -> ReportText:
    """The whole report of a unit, by short name. Rows of measures done before the open round are left out of it."""
    said = voices()[unit].said[term]
    asked = [duty.measure for duty, _ in duties_of(unit) if term == "finished" or duty.measure not in DONE_BEFORE_OPEN]
    return ReportText(
        unit=unit,
        term=term,
        overview=_overview(unit, term, said),
        passages=tuple(
            Passage(area, said.passages.get(area) or sentences.passage(unit, area, term)) for area in areas_of(unit)
        ),
        rows=tuple(_row(unit, measure, term, said) for measure in asked),
        arrangements=tuple(said.arrangements),
        requests=tuple(said.requests),
    )


def reports(term: Term) -> tuple[ReportText, ...]:
    """All reports of a round in the official order of the units."""
    return tuple(report_of(unit.short_name, term) for unit in UNITS)


# How far each unit has come in the open round, a week before its due date.
OPEN_COURSES: dict[str, Course] = {
    "市委组织部": "accepted",
    "市委宣传部": "submitted",
    "市委政法委": "draft",
    "市委网信办": "submitted",
    "市委编办": "accepted",
    "市委党校": "not_started",
    "市人大社会委": "exempted",
    "市政协社法委": "not_started",
    "市法院": "submitted",
    "市检察院": "accepted",
    "市发展改革委": "awaiting_sign_off",
    "市教育局": "draft",
    "市科技局": "submitted",
    "市公安局": "accepted",
    "市民政局": "awaiting_sign_off",
    "市司法局": "accepted",
    "市财政局": "not_started",
    "市人力资源社会保障局": "submitted",
    "市生态环境局": "draft",
    "市住房城乡建设局": "not_started",
    "市农业农村局": "returned",
    "市文化和旅游局": "returned",
    "市卫生健康委": "submitted",
    "市市场监管局": "accepted",
    "市体育局": "draft",
    "市统计局": "submitted",
    "市医保局": "accepted",
    "市税务局": "not_started",
    "市总工会": "awaiting_sign_off",
    "团市委": "draft",
    "市妇联": "submitted",
    "市科协": "draft",
    "市残联": "accepted",
    "市红十字会": "not_started",
}

# In the finished round everybody reported; these came late, by so many working days.
FINISHED_LATE: dict[str, int] = {"市住房城乡建设局": 3, "市税务局": 1, "团市委": 6}

EXEMPTION_REASON = "监督机关，不承担年度书面填报，有关情况由市妇儿工委办从其公开材料中引用。"
