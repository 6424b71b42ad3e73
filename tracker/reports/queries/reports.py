"""Reports: who sees which, one with everything in it, and the year before."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.committees.models import Succession, Unit
from tracker.core.access import Actor
from tracker.core.db import db
from tracker.core.files import StoredFile
from tracker.plans.models import Area
from tracker.reports.models import (
    WITH_OFFICE,
    AreaText,
    Arrangement,
    Entry,
    Evidence,
    EvidenceKind,
    Extension,
    GoalStatement,
    QuestionAnswer,
    Remark,
    RemarkPlace,
    Report,
    ReportVersion,
    Request,
    Round,
    RoundState,
)
from tracker.reports.queries.rounds import previous_round
from tracker.tasks.models import Assignment, Task


def visible_reports(actor: Actor) -> Select[Report]:
    """A unit's own reports; the committee's office and chair see all of theirs, of a draft the state only."""
    rows = select(Report).join(Report.round).options(joinedload(Report.round), joinedload(Report.unit))
    if actor.is_unit:
        return rows.where(Report.unit_id == actor.unit_id)
    if actor.sees_committee:
        return rows.where(Round.committee_id == actor.committee_id)
    return rows.where(false())


def visible_evidence(actor: Actor) -> Select[Evidence]:
    """Files of visible reports; for the committee those only that were submitted."""
    numbers = visible_reports(actor).options().with_only_columns(Report.id)
    rows = select(Evidence).where(Evidence.report_id.in_(numbers))
    if not actor.is_unit:
        rows = rows.join(Evidence.report).where(was_submitted())
    return rows.options(joinedload(Evidence.file), joinedload(Evidence.report).joinedload(Report.round))


def was_submitted() -> ColumnElement[bool]:
    """A file lies before the committee: with its report, or with an earlier submission of it.

    A version holds every file that was there at its moment; a stamped scan is only ever added to what was submitted.
    """
    return or_(
        Report.state.in_(WITH_OFFICE),
        Evidence.added_at <= Report.submitted_at,
        and_(Evidence.kind == EvidenceKind.STAMPED_SCAN, Report.first_submitted_at.is_not(None)),
    )


def visible_extensions(actor: Actor) -> Select[Extension]:
    numbers = visible_reports(actor).options().with_only_columns(Report.id)
    return (
        select(Extension)
        .where(Extension.report_id.in_(numbers))
        .options(
            joinedload(Extension.report).joinedload(Report.round), joinedload(Extension.report).joinedload(Report.unit)
        )
    )


def visible_requests(actor: Actor) -> Select[Request]:
    numbers = visible_reports(actor).options().with_only_columns(Report.id)
    return select(Request).where(Request.report_id.in_(numbers)).options(joinedload(Request.report))


def visible_goal_statements(actor: Actor) -> Select[GoalStatement]:
    numbers = visible_reports(actor).options().with_only_columns(Report.id)
    return select(GoalStatement).where(GoalStatement.report_id.in_(numbers)).options(joinedload(GoalStatement.report))


def of_unit(actor: Actor) -> list[Report]:
    """The unit's reports of all years, newest first."""
    rows = visible_reports(actor).where(Round.state != RoundState.PLANNED).order_by(Round.year.desc(), Round.id.desc())
    return list(db.session.scalars(rows))


def whole(report_id: int) -> Report:
    """A report with all its pieces, in a number of queries that does not depend on how many there are."""
    return db.session.scalars(
        select(Report).where(Report.id == report_id).options(*_EVERYTHING).execution_options(populate_existing=True)
    ).one()


_TASK = joinedload(Entry.assignment, innerjoin=True).joinedload(Assignment.task, innerjoin=True)
_EVERYTHING: tuple[Any, ...] = (
    joinedload(Report.round, innerjoin=True).joinedload(Round.committee, innerjoin=True),
    joinedload(Report.unit, innerjoin=True),
    joinedload(Report.reviewer),
    selectinload(Report.sections),
    selectinload(Report.area_texts).joinedload(AreaText.area, innerjoin=True).joinedload(Area.plan, innerjoin=True),
    selectinload(Report.entries).options(
        _TASK.joinedload(Task.area, innerjoin=True).joinedload(Area.plan, innerjoin=True),
        _TASK.joinedload(Task.measure),
        _TASK.joinedload(Task.goal),
    ),
    selectinload(Report.arrangements).joinedload(Arrangement.task),
    selectinload(Report.goal_statements).joinedload(GoalStatement.goal, innerjoin=True),
    selectinload(Report.requests),
    selectinload(Report.question_answers).options(
        joinedload(QuestionAnswer.question, innerjoin=True), joinedload(QuestionAnswer.file)
    ),
    selectinload(Report.cited_papers),
    selectinload(Report.evidence).joinedload(Evidence.file, innerjoin=True),
    selectinload(Report.remarks).joinedload(Remark.made_by),
)


def place_of(report: Report, remark: Remark) -> str:
    """Where a remark stands, by its name: 妇女与健康（领域文字）, 任务2-3“……”."""
    if remark.place is RemarkPlace.AREA:
        name = next((one.area.name for one in report.area_texts if one.area_id == remark.place_id), "")
        return f"{name}（{remark.place.label}）" if name else remark.place.label
    if remark.place is RemarkPlace.ENTRY:
        task = next((one.assignment.task for one in report.entries if one.id == remark.place_id), None)
        return f"{task.area.plan.kind.label}{task.number}“{task.title}”" if task else remark.place.label
    return remark.place.label


def taken_over_by(units: Collection[int]) -> ColumnElement[bool]:
    """These units themselves, and those whose work they took over (promise 13): several after a merger."""
    return or_(
        Unit.id.in_(units), Unit.successor_id.in_(units), Unit.successions.any(Succession.heir_id.in_(units))
    )  # fmt: skip


def last_reports(report: Report) -> list[Report]:
    """The reports of the round before, of this unit and of those it succeeded (promise 13), once submitted."""
    last = previous_round(report.round)
    if last is None:
        return []
    return list(
        db.session.scalars(
            select(Report)
            .join(Report.unit)
            .where(
                Report.round_id == last.id,
                taken_over_by([report.unit_id]),
                Report.first_submitted_at.is_not(None),
            )
            .options(selectinload(Report.arrangements).joinedload(Arrangement.task), joinedload(Report.round))
            .order_by(Unit.position)
        )
    )


def latest_version(report_id: int) -> ReportVersion | None:
    """What was submitted last."""
    return db.session.scalar(
        select(ReportVersion)
        .where(ReportVersion.report_id == report_id)
        .order_by(ReportVersion.number.desc())
        .limit(1)
    )  # fmt: skip


def versions(report_id: int) -> list[ReportVersion]:
    """Everything that was ever submitted, newest first."""
    return list(
        db.session.scalars(
            select(ReportVersion)
            .where(ReportVersion.report_id == report_id)
            .order_by(ReportVersion.number.desc())
        )
    )  # fmt: skip


def version_of(report_id: int, number: int) -> ReportVersion | None:
    """One submission by its number."""
    rows = select(ReportVersion).where(ReportVersion.report_id == report_id, ReportVersion.number == number)
    return db.session.scalar(rows)


def stored_file(sha256: str) -> StoredFile | None:
    """A file by its content; whether somebody may read it is asked of what names it."""
    return db.session.scalar(select(StoredFile).where(StoredFile.sha256 == sha256))


def latest_versions(report_ids: list[int]) -> dict[int, ReportVersion]:
    """The newest version of each of these reports, in one query."""
    newest = (
        select(ReportVersion)
        .where(ReportVersion.report_id.in_(report_ids))
        .order_by(ReportVersion.report_id, ReportVersion.number)
    )
    return {version.report_id: version for version in db.session.scalars(newest)}


def extensions_of(report_id: int) -> list[Extension]:
    return list(
        db.session.scalars(
            select(Extension)
            .where(Extension.report_id == report_id)
            .options(joinedload(Extension.decided_by))
            .order_by(Extension.id.desc())
        )
    )


@dataclass(frozen=True)
class LastYear:
    """What the unit wrote a year ago, as submitted, found again by area (by name where the plan is another one)."""

    title: str
    sections: dict[str, str]
    texts_by_area: dict[int, str]
    texts_by_name: dict[str, str]
    states_by_assignment: dict[int, str]
    figures_by_assignment: dict[int, str]
    arrangements: list[Arrangement]

    def text_of(self, area_id: int, name: str) -> str:
        return self.texts_by_area.get(area_id) or self.texts_by_name.get(name, "")

    def texts_for(self, report: Report) -> dict[int, str]:
        """By area, for each area that the report speaks to."""
        return {one.area_id: self.text_of(one.area_id, one.area.name) for one in report.area_texts}


def last_year(report: Report) -> LastYear:
    """The year before, from the newest submitted version; empty where there is none."""
    reports = last_reports(report)
    found = LastYear(reports[0].round.title if reports else "", {}, {}, {}, {}, {}, [])
    contents = latest_versions([one.id for one in reports])
    for last in reports:
        found.arrangements.extend(last.arrangements)
        content = contents[last.id].content if last.id in contents else {}
        for name, text in content.get("overview", {}).items():
            found.sections[name] = "\n".join(filter(None, [found.sections.get(name, ""), text]))
        for area in content.get("areas", []):
            found.texts_by_area[area["id"]] = "\n".join(
                filter(None, [found.texts_by_area.get(area["id"], ""), area["text"]])
            )
            found.texts_by_name[area["name"]] = found.texts_by_area[area["id"]]
            found.states_by_assignment.update({row["assignment_id"]: row["state"] for row in area["entries"]})
            found.figures_by_assignment.update({row["assignment_id"]: row["figure"] for row in area["entries"]})
    return found
