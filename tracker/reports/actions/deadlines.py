"""Later days: asked for, granted, given after the fact, for all; and exemptions. The old date always stays in sight."""

from __future__ import annotations

from datetime import date

from tracker.core import audit
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.filters import zh_date
from tracker.reports.actions import telling
from tracker.reports.actions.aside import clean_hands
from tracker.reports.actions.holding import hold, hold_round
from tracker.reports.models import Extension, ExtensionState, Report, Round, RoundState
from tracker.reports.queries import rounds as round_queries
from tracker.reports.queries.exemptions import open_request
from tracker.reports.queries.reports import extensions_of
from tracker.reports.workflow import EXEMPTION, EXTENSION, REPORT


@command
def request_extension(actor: Actor, report: Report, wanted_until: date, reason: str) -> Extension:
    """Ask for a later day; the office is told."""
    hold(report)
    _must_be_later(report, wanted_until, field="wanted_until")
    if wanted_until < actor.on:
        raise RuleError("申请的日期已经过去。", field="wanted_until")
    if any(one.state is ExtensionState.REQUESTED for one in extensions_of(report.id)):
        raise RuleError("已有一份延期申请等待批复。")
    extension = Extension(
        report=report, state=ExtensionState.REQUESTED, state_since=actor.at, reason=reason, decision_note="",
        wanted_until=wanted_until, was_due_on=report.due_on, asked_at=actor.at, asked_by_id=actor.user_id,
        is_after_the_fact=False,
    )  # fmt: skip
    db.session.add(extension)
    audit.record(
        actor, "extension.request", report, f"申请{report.audit_label()}延期至{zh_date(wanted_until)}", reason=reason
    )
    db.session.flush()
    telling.tell_office(
        actor, report, "extension_asked", occasion=str(extension.id), path=f"{report.path}/review",
        until=wanted_until, reason=reason,
    )  # fmt: skip
    telling.watch_extension(actor, extension)
    return extension


@command
def grant_extension(actor: Actor, extension: Extension, until: date, note: str = "") -> None:
    """Grant it, to the day asked for or another one; the reminders move with it (promise 6)."""
    report = extension.report
    hold(report)
    _must_be_later(report, until)
    clean_hands(actor, report, extension.asked_by_id)
    extension.granted_until, extension.decision_note, extension.decided_by_id = until, note, actor.user_id
    extension.is_after_the_fact = actor.on > report.due_on
    EXTENSION.apply(
        extension, "grant", actor, sentence=f"同意{report.audit_label()}延期至{zh_date(until)}"
    )  # fmt: skip
    telling.settle_extension(actor, extension)
    _move(actor, report, until)
    _tell_moved(actor, report, note)


@command
def refuse_extension(actor: Actor, extension: Extension, note: str) -> None:
    """Refuse it with a reason."""
    hold(extension.report)
    clean_hands(actor, extension.report, extension.asked_by_id)
    EXTENSION.apply(extension, "refuse", actor, reason=note)
    extension.decision_note, extension.decided_by_id = note, actor.user_id
    report = extension.report
    telling.settle_extension(actor, extension)
    telling.tell_unit(actor, report, "extension_refused", occasion=str(extension.id), note=note)


@command
def extend(actor: Actor, report: Report, until: date, reason: str) -> Extension:
    """Give one unit a later day without being asked in writing; after the day has passed it is 补办延期."""
    hold(report)
    clean_hands(actor, report)
    _must_be_later(report, until)
    if not reason.strip():
        raise RuleError("延期需要说明理由。", field="reason")
    late = actor.on > report.due_on
    extension = Extension(
        report=report, state=ExtensionState.REQUESTED, state_since=actor.at, reason=reason, decision_note="",
        wanted_until=until, granted_until=until, was_due_on=report.due_on, asked_at=actor.at,
        decided_by_id=actor.user_id, is_after_the_fact=late,
    )  # fmt: skip
    db.session.add(extension)
    verb = "补办延期" if late else "延期"
    EXTENSION.apply(
        extension, "grant", actor, reason=reason, sentence=f"{report.audit_label()}{verb}至{zh_date(until)}"
    )  # fmt: skip
    _move(actor, report, until)
    _tell_moved(actor, report, reason)
    return extension


@command
def extend_round(actor: Actor, round_: Round, until: date, reason: str) -> int:
    """Give everybody a later day. Whoever has a still later one keeps it. Returns how many reports moved."""
    hold_round(round_)
    if until <= round_.due_on:
        raise RuleError("新的截止日期应当晚于现在的截止日期。", field="until")
    if round_.state not in {RoundState.PLANNED, RoundState.OPEN}:
        raise RuleError("已截止报送，请对单位逐个延期。")
    before = round_.due_on
    round_.due_on = until
    round_.locks_on = max(round_.locks_on, until)
    moved = [report for report in round_queries.reports_of(round_) if report.due_on < until]
    audit.record(
        actor, "round.extend", round_, f"{round_.title}截止日期由{zh_date(before)}延至{zh_date(until)}",
        reason=reason, covers=moved,
    )  # fmt: skip
    people = telling.people_of([report.unit_id for report in moved], actor.on)
    for report in moved:
        report.due_on = until
        if report.is_owed():
            telling.watch_due(actor, report)
            telling.tell_unit(
                actor, report, "extended", occasion=f"until:{until}", people=people.get(report.unit_id, []),
                until=until, note=reason,
            )  # fmt: skip
    return len(moved)


@command
def exempt(actor: Actor, report: Report, reason: str) -> None:
    """The unit need not report this time; still shown, reversible, and silent from now on (promise 3)."""
    hold(report)
    clean_hands(actor, report)
    REPORT.apply(report, "exempt", actor, reason=reason)
    report.exemption_reason = reason
    asked = open_request(report.id)
    if asked is not None:
        EXEMPTION.apply(asked, "grant", actor, sentence=f"同意{report.audit_label()}免报")
    telling.settle_unit(actor, report)
    telling.tell_unit(actor, report, "exempted", occasion=telling.occasion_of(actor), reason=reason)


@command
def unexempt(actor: Actor, report: Report, reason: str) -> None:
    """It must report after all; what it had written is still there, and the deadline is watched again."""
    hold(report)
    clean_hands(actor, report)
    move = "unexempt_returned" if report.rectify_by else "unexempt_started" if report.hand_ids else "unexempt"
    REPORT.apply(report, move, actor, reason=reason)
    report.exemption_reason = ""
    telling.watch_again(actor, report)
    telling.tell_unit(actor, report, "unexempted", occasion=telling.occasion_of(actor), reason=reason)


def _must_be_later(report: Report, until: date, field: str = "until") -> None:
    if until <= report.due_on:
        raise RuleError(f"新的日期应当晚于现在的截止日期{zh_date(report.due_on)}。", field=field)


def _move(actor: Actor, report: Report, until: date) -> None:
    report.due_on = until
    if report.is_owed():
        telling.watch_due(actor, report)


def _tell_moved(actor: Actor, report: Report, note: str) -> None:
    telling.tell_unit(actor, report, "extended", occasion=f"until:{report.due_on}", until=report.due_on, note=note)
