"""What the room says to people and which deadlines it has watched. Words stand in templates/reports/messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from tracker.accounts.models import User
from tracker.accounts.queries import holders_of_office, holders_of_unit
from tracker.core import calendar
from tracker.core.access import OFFICE_ROLES, UNIT_ROLES, Actor, Role
from tracker.core.db import db
from tracker.messages.actions import tell
from tracker.messages.wording import render
from tracker.reminders import actions as reminders
from tracker.reminders.actions import settle, watch
from tracker.reports.models import Extension, Report

DUE, RECTIFY, REVIEW = "report.due", "report.rectify", "review.waiting"
EXTENSION, EXEMPTION, REQUEST = "extension.waiting", "exemption.waiting", "request.waiting"
LONGEST = 30
"""So much of a problem stands in the name of its deadline."""


def occasion_of(actor: Actor) -> str:
    """A second time, even on one day, is another occasion: what was taken back and done again is said again."""
    return actor.at.strftime("%Y%m%d%H%M%S")


def people_of(unit_ids: Iterable[int], on: date, roles: Iterable[Role] = UNIT_ROLES) -> Mapping[int, list[User]]:
    """Who speaks for these units that day, in one query."""
    found: dict[int, list[User]] = {}
    for unit_id, user in db.session.execute(holders_of_unit(unit_ids, roles, on)):
        if unit_id is not None:
            found.setdefault(unit_id, []).append(user)
    return found


def tell_unit(
    actor: Actor, report: Report, kind: str, *, occasion: str, roles: Iterable[Role] = UNIT_ROLES,
    people: Iterable[User] | None = None, is_urgent: bool = False, **words: object,
) -> int:  # fmt: skip
    """Say something about a report to its unit's people; `kind` names the template and the rule."""
    if people is None:
        people = people_of([report.unit_id], actor.on, roles).get(report.unit_id, [])
    title, body = render(f"reports/{kind}", report=report, round=report.round, unit=report.unit, **words)
    return tell(
        people, committee_id=report.round.committee_id, kind=f"report.{kind}", subject_type="Report",
        subject_id=report.id, occasion=occasion, title=title, body=body, path=report.path, at=actor.at,
        unit_id=report.unit_id, is_urgent=is_urgent,
    )  # fmt: skip


def tell_office(actor: Actor, report: Report, kind: str, *, occasion: str, path: str, **words: object) -> int:
    """Say something about a report to the committee's office."""
    title, body = render(f"reports/{kind}", report=report, round=report.round, unit=report.unit, **words)
    return tell(
        holders_of_office(report.round.committee_id, OFFICE_ROLES, actor.on),
        committee_id=report.round.committee_id, kind=f"report.{kind}", subject_type="Report",
        subject_id=report.id, occasion=occasion, title=title, body=body, path=path, at=actor.at,
    )  # fmt: skip


def tell_person(
    actor: Actor, report: Report, person: User, kind: str, *, occasion: str, path: str, **words: object
) -> int:  # fmt: skip
    """Say something about a report to one person of the office."""
    title, body = render(f"reports/{kind}", report=report, round=report.round, unit=report.unit, **words)
    return tell(
        [person], committee_id=report.round.committee_id, kind=f"report.{kind}", subject_type="Report",
        subject_id=report.id, occasion=occasion, title=title, body=body, path=path, at=actor.at,
    )  # fmt: skip


def watch_due(actor: Actor, report: Report) -> None:
    """The report is owed by its day in force."""
    _watch(actor, report, DUE, f"报送{report.round.title}", report.due_on)


def watch_rectification(actor: Actor, report: Report) -> None:
    """The report was sent back and is owed again."""
    if report.rectify_by is not None:
        _watch(actor, report, RECTIFY, f"修改后重新报送{report.round.title}", report.rectify_by)


def watch_again(actor: Actor, report: Report) -> None:
    """Whatever is owed now, after a report came back to its unit's desk."""
    if report.awaits_rectification():
        watch_rectification(actor, report)
    elif report.is_owed():
        watch_due(actor, report)


def watch_review(actor: Actor, report: Report) -> None:
    """The office's own time runs: it owes the unit an answer (promise 8)."""
    workdays = report.round.committee.settings.review_workdays
    watch(
        committee_id=report.round.committee_id, unit_id=None, kind=REVIEW, subject_type="Report",
        subject_id=report.id, title=f"审核{report.audit_label()}", path=f"{report.path}/review",
        due_on=calendar.current().add_workdays(actor.on, workdays), on=actor.on,
    )  # fmt: skip


def settle_unit(actor: Actor, *reports: Report) -> None:
    """Nothing is owed by the units any more: at once, not at the next run (promise 3)."""
    numbers = [report.id for report in reports]
    settle(DUE, "Report", numbers, actor.at)
    settle(RECTIFY, "Report", numbers, actor.at)
    settle(EXEMPTION, "Report", numbers, actor.at)


def settle_review(actor: Actor, *reports: Report) -> None:
    settle(REVIEW, "Report", [report.id for report in reports], actor.at)


def watch_extension(actor: Actor, extension: Extension) -> None:
    """The office owes an answer to a unit that asks for more time."""
    report = extension.report
    workdays = report.round.committee.settings.extension_workdays
    watch(
        committee_id=report.round.committee_id, unit_id=None, kind=EXTENSION, subject_type="Extension",
        subject_id=extension.id, title=f"批复{report.unit.short_name}的延期申请", path=f"{report.path}/review",
        due_on=calendar.current().add_workdays(actor.on, workdays), on=actor.on,
    )  # fmt: skip


def settle_extension(actor: Actor, extension: Extension) -> None:
    settle(EXTENSION, "Extension", [extension.id], actor.at)


def watch_exemption(actor: Actor, report: Report) -> None:
    """The office owes an answer to a unit that asks not to report."""
    workdays = report.round.committee.settings.extension_workdays
    watch(
        committee_id=report.round.committee_id, unit_id=None, kind=EXEMPTION, subject_type="Report",
        subject_id=report.id, title=f"批复{report.unit.short_name}的免报申请",
        path=f"/rounds/{report.round_id}/queue", due_on=calendar.current().add_workdays(actor.on, workdays),
        on=actor.on,
    )  # fmt: skip


def settle_exemption(actor: Actor, report: Report) -> None:
    settle(EXEMPTION, "Report", [report.id], actor.at)


def watch_requests(actor: Actor, report: Report) -> None:
    """The office owes an answer to each problem that a report puts to the committee."""
    workdays = report.round.committee.settings.request_workdays
    for request in report.requests:
        if request.answered_at is None:
            asked = request.text if len(request.text) <= LONGEST else f"{request.text[:LONGEST].rstrip('，、；：')}…"
            watch(
                committee_id=report.round.committee_id, unit_id=None, kind=REQUEST, subject_type="Request",
                subject_id=request.id, title=f"答复{report.unit.short_name}提请协调的“{asked}”",
                path=f"/rounds/{report.round_id}/requests",
                due_on=calendar.current().add_workdays(actor.on, workdays), on=actor.on,
            )  # fmt: skip


def settle_requests(actor: Actor, *request_ids: int) -> None:
    """Answered, or back on the unit's own desk."""
    settle(REQUEST, "Request", request_ids, actor.at)


def ask_contacts(actor: Actor, reports: list[Report]) -> None:
    """When a round opens, each unit's liaison confirms name and telephone."""
    if reports:
        reminders.ask_contacts(actor, reports[0].round.committee, [report.unit for report in reports])


def _watch(actor: Actor, report: Report, kind: str, title: str, due_on: date) -> None:
    watch(
        committee_id=report.round.committee_id, unit_id=report.unit_id, kind=kind, subject_type="Report",
        subject_id=report.id, title=title, path=report.path, due_on=due_on, on=actor.on,
    )  # fmt: skip
