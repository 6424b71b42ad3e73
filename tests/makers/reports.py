"""Rounds and reports in every stage, made through the actions."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from tests.cast import Cast
from tests.makers.tasks import make_issued_tasks
from tracker.committees.models import Unit
from tracker.core import files
from tracker.core.access import Actor
from tracker.core.db import db
from tracker.plans.models import Plan
from tracker.reports import actions
from tracker.reports.actions import RoundFacts
from tracker.reports.models import (
    ArrangementOutcome,
    EntryState,
    Report,
    Round,
    SectionKind,
)
from tracker.reports.queries import reports as queries
from tracker.reports.queries import rounds as round_queries

OPENS = {"month": 12, "day": 1}


def make_planned_round(cast: Cast, year: int = 2025, *, plan: Plan | None = None, on: date | None = None) -> Round:
    """The annual round of a year as the settings have it, not yet open."""
    if not db.session.scalar(select(Plan.id).where(Plan.committee_id == cast.committee_id)) and plan is None:
        make_issued_tasks(cast)
    actor = cast.actor("officer", on=on or date(year, 11, 20))
    plans = round_queries.plans_of_year(cast.committee_id, year)
    facts = RoundFacts(
        year=year, title=f"{year}年年度报告", opens_on=date(year, 12, 1), due_on=date(year + 1, 1, 15),
        locks_on=date(year + 1, 2, 15), guidance="", plan_ids=tuple(one.id for one in plans),
    )  # fmt: skip
    return actions.plan_round(actor, facts)


def make_open_round(cast: Cast, year: int = 2025, *, plan: Plan | None = None, on: date | None = None) -> Round:
    """An open annual round; 市教育局 and 市卫生健康委 lead, 市妇联 supports."""
    on = on or date(year, 12, 1)
    round_ = make_planned_round(cast, year, plan=plan, on=min(on, date(year, 11, 20)))
    actions.open_round(cast.actor("officer", on=on), round_)
    return round_


def report_of(round_: Round, unit: Unit) -> Report:
    return db.session.scalars(select(Report).where(Report.round_id == round_.id, Report.unit_id == unit.id)).one()


def people_of(unit: Unit) -> tuple[str, str]:
    """The liaison and the leader of a unit, as the cast calls them."""
    return {"市教育局": ("liaison", "leader"), "市卫生健康委": ("other_liaison", "other_leader")}[unit.short_name]


def words_of(report: Report, area: str) -> str:
    """The text of an area, another one each year."""
    return f"{report.unit.short_name}{report.round.year}年推进{area}各项工作。"


def write_report(actor: Actor, report: Report, *, state: EntryState = EntryState.ON_SCHEDULE) -> None:
    """Write everything that a report must say."""
    actions.save_overview(
        actor, report,
        {
            SectionKind.PROGRESS: "各项任务按年度安排推进。",
            SectionKind.PRACTICE: "建立台账，按季度调度。",
            SectionKind.PROBLEMS: "个别县区力量不足。",
        },
    )  # fmt: skip
    whole = queries.whole(report.id)
    for text in list(whole.area_texts):
        actions.save_area_text(actor, whole, text.area_id, words_of(whole, text.area.name))
        actions.fill_states(actor, whole, text.area_id, state)
    for last in queries.last_reports(whole):
        for line in list(last.arrangements):
            actions.answer_arrangement(actor, whole, line, ArrangementOutcome.DONE)
    if not whole.arrangements:
        actions.add_arrangement(actor, whole, "继续抓好各项任务落实", by_when="12月底前")


def make_submitted_report(cast: Cast, round_: Round, unit: Unit, *, on: date | None = None) -> Report:
    """Written by the liaison, signed online by the leader."""
    on = on or round_.opens_on + timedelta(days=20)
    liaison, leader = people_of(unit)
    report = report_of(round_, unit)
    write_report(cast.actor(liaison, on=on), report)
    actions.send_for_sign_off(cast.actor(liaison, on=on), report)
    actions.sign_off(cast.actor(leader, on=on), report)
    return report


def make_returned_report(cast: Cast, round_: Round, unit: Unit, *, on: date | None = None) -> Report:
    """Submitted, then sent back with a reason."""
    report = make_submitted_report(cast, round_, unit, on=on)
    day = (on or round_.opens_on + timedelta(days=20)) + timedelta(days=1)
    actions.return_report(cast.actor("officer", on=day), report, "请补充数据来源。")
    return report


def make_accepted_report(cast: Cast, round_: Round, unit: Unit, *, on: date | None = None) -> Report:
    """Submitted and accepted."""
    report = make_submitted_report(cast, round_, unit, on=on)
    day = (on or round_.opens_on + timedelta(days=20)) + timedelta(days=1)
    actions.accept(cast.actor("officer", on=day), report)
    return report


def make_scan() -> files.Blob:
    """A stamped scan: a small PDF, by content."""
    return files.put_bytes(b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n")
