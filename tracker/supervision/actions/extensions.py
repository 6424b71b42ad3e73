"""A later day for an answer: asked for, granted, refused, given unasked. The day before it always stays in sight."""

from __future__ import annotations

from datetime import date

from tracker.core import audit, calendar
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.filters import zh_date
from tracker.core.holding import hold
from tracker.reminders.actions import settle, watch
from tracker.reports.models import ExtensionState
from tracker.reports.workflow import EXTENSION
from tracker.supervision.actions.matters import watch_answer
from tracker.supervision.actions.notices import watch_reply
from tracker.supervision.actions.telling import tell_office, tell_unit
from tracker.supervision.models import AnswerExtension, Matter, Notice
from tracker.supervision.workflow import WAITING_EXTENSION


@command
def ask_extension(actor: Actor, row: Notice | Matter, until: date, reason: str) -> AnswerExtension:
    """The unit asks for a later day; the day in force counts until the head has decided."""
    hold(row)
    _must_be_later(actor, row, until, field="wanted_until")
    if not reason.strip():
        raise RuleError("申请延期需要说明理由。", field="reason")
    if waiting := next((one for one in row.extensions if one.is_pending), None):
        if (waiting.asked_by_id, waiting.wanted_until, waiting.reason) == (actor.user_id, until, reason.strip()):
            return waiting  # the same form sent twice
        raise RuleError("已有一份延期申请等待批复。")
    extension = _extension(actor, row, until, reason)
    db.session.flush()
    audit.record(
        actor, "extension.request", row, f"申请将{row.audit_label()}的回复期限延至{zh_date(until)}", reason=reason,
        covers=[extension],
    )  # fmt: skip
    workdays = row.committee.settings.extension_workdays
    watch(
        committee_id=actor.committee_id or 0, unit_id=None, kind=WAITING_EXTENSION, subject_type="AnswerExtension",
        subject_id=extension.id, title=f"批复{row.unit.short_name}的延期申请", path=row.path,
        due_on=calendar.current().add_workdays(actor.on, workdays), on=actor.on,
    )  # fmt: skip
    tell_office(
        actor, row, "answer.extension_asked", occasion=str(extension.id), unit=row.unit, label=row.audit_label(),
        until=until, due_on=row.answer_by, reason=extension.reason,
    )  # fmt: skip
    return extension


@command
def grant_extension(actor: Actor, extension: AnswerExtension, until: date, note: str = "") -> None:
    """Grant it, to the day asked for or another; the reminders move with it (promise 6)."""
    row = extension.subject
    hold(row)
    _not_their_own(actor, extension)
    _must_be_later(actor, row, until, field="until")
    _grant(actor, extension, until, note, sentence=f"同意{row.audit_label()}延期至{zh_date(until)}")


@command
def refuse_extension(actor: Actor, extension: AnswerExtension, note: str) -> None:
    """Refuse it with a reason; the day in force stays."""
    row = extension.subject
    hold(row)
    _not_their_own(actor, extension)
    EXTENSION.apply(extension, "refuse", actor, reason=note)
    extension.decision_note = note.strip()
    settle(WAITING_EXTENSION, "AnswerExtension", [extension.id], actor.at)
    tell_unit(
        actor, row, "answer.extension_refused", occasion=str(extension.id), unit_id=row.unit_id,
        label=row.audit_label(), due_on=row.answer_by, note=extension.decision_note,
    )  # fmt: skip


@command
def extend_answer(actor: Actor, row: Notice | Matter, until: date, reason: str) -> AnswerExtension:
    """Give a later day without being asked in writing; after the day has passed it is 补办延期."""
    hold(row)
    _must_be_later(actor, row, until, field="until")
    if not reason.strip():
        raise RuleError("延期需要说明理由。", field="reason")
    extension = _extension(actor, row, until, reason)
    verb = "补办延期" if row.is_overdue(actor.on) else "延期"
    _grant(actor, extension, until, "", sentence=f"{row.audit_label()}{verb}至{zh_date(until)}", reason=reason)
    return extension


def _grant(
    actor: Actor, extension: AnswerExtension, until: date, note: str, *, sentence: str, reason: str | None = None
) -> None:
    row = extension.subject
    extension.granted_until, extension.decision_note = until, note.strip()
    extension.is_after_the_fact = row.is_overdue(actor.on)
    EXTENSION.apply(extension, "grant", actor, sentence=sentence, reason=reason)
    settle(WAITING_EXTENSION, "AnswerExtension", [extension.id], actor.at)
    audit.cover(row)
    before = row.answer_by
    if isinstance(row, Notice):
        row.reply_by = until
        watch_reply(actor, row)
    else:
        row.due_on = until
        watch_answer(actor, row)
    tell_unit(
        actor, row, "answer.extended", occasion=f"granted:{extension.id}", unit_id=row.unit_id, label=row.audit_label(),
        before=before, until=until, note=extension.decision_note or (reason or ""),
    )  # fmt: skip


def _extension(actor: Actor, row: Notice | Matter, until: date, reason: str) -> AnswerExtension:
    extension = AnswerExtension(
        state=ExtensionState.REQUESTED, state_since=actor.at, reason=reason.strip(), wanted_until=until,
        was_due_on=row.answer_by, decision_note="", is_after_the_fact=False, asked_at=actor.at,
        asked_by_id=actor.user_id,
    )  # fmt: skip
    row.extensions.append(extension)
    db.session.flush()
    return extension


def _must_be_later(actor: Actor, row: Notice | Matter, until: date, *, field: str) -> None:
    if not row.is_owed:
        raise RuleError(f"{row.audit_label()}现在是“{row.state.label}”，不需要延期。")
    if until <= row.answer_by:
        raise RuleError(f"新的日期应当晚于现在的期限{zh_date(row.answer_by)}。", field=field)
    if until <= actor.on:
        raise RuleError("新的日期应当晚于今天。", field=field)


def _not_their_own(actor: Actor, extension: AnswerExtension) -> None:
    if extension.asked_by_id is not None and extension.asked_by_id == actor.user_id:
        raise RuleError("延期申请是您本人提出的，请由其他同志批复。")
