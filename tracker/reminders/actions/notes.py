"""What was said on the telephone, and a pause for one deadline."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import update

from tracker.core import audit
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.filters import zh_date
from tracker.core.holding import hold
from tracker.reminders.actions.watching import plan_next
from tracker.reminders.models import PhoneNote, Watch
from tracker.reminders.queries.rules import rules_of


@command
def note_phone_call(
    actor: Actor, row: Watch, text: str, *, follow_up_on: date | None = None, silent: bool = False
) -> PhoneNote:  # fmt: skip
    """Keep what a unit promised (“经电话，答应周五报”) and when to ask again; with `silent` the system waits as well.

    What was said about a matter that was settled during the call is kept too; nobody has to ask again. Raises RuleError
    when the day to ask again has passed.
    """
    hold(row)
    if follow_up_on is not None and follow_up_on < actor.on:
        raise RuleError("回访日期不能早于今天。", field="follow_up_on")
    if silent and follow_up_on is None:
        raise RuleError("回访之前不再提醒的，请填写回访日期。", field="follow_up_on")
    _close_notes(row, actor)
    note = PhoneNote(
        watch=row, noted_at=actor.at, noted_by_id=actor.user_id, text=text, follow_up_on=follow_up_on,
        followed_at=None if row.is_open else actor.at,
    )  # fmt: skip
    db.session.add(note)
    where = row.unit.short_name if row.unit else "办公室"
    after = f"，{zh_date(follow_up_on)}回访" if follow_up_on else ""
    audit.record(actor, "reminder.phone", note, f"电话联系{where}：{row.title}，{text}{after}", label=where)
    if row.is_open and silent and follow_up_on is not None and follow_up_on > actor.on:
        row.paused_until, row.pause_reason = follow_up_on - timedelta(days=1), _as_reason(text)[:200]
        _plan_anew(actor, row)
    return note


@command
def tick_off(actor: Actor, row: Watch) -> None:
    """The office has asked again; the matter leaves its desk."""
    _close_notes(row, actor)
    where = row.unit.short_name if row.unit else "办公室"
    audit.record(actor, "reminder.phone", None, f"已回访{where}：{row.title}", label=where)


@command
def pause_watch(actor: Actor, row: Watch, *, until: date, reason: str) -> None:
    """Say nothing about one deadline up to a day; it stays owed and can still be chased by hand."""
    hold(row)
    if not row.is_open:
        raise RuleError("这件事已经办理，不会再提醒。")
    if until < actor.on:
        raise RuleError("暂停的最后一天不能早于今天。", field="until")
    row.paused_until, row.pause_reason = until, reason
    _plan_anew(actor, row)
    where = row.unit.short_name if row.unit else "办公室"
    sentence = f"暂停提醒{where}：{row.title}，至{zh_date(until)}"
    audit.record(actor, "reminder.pause", None, sentence, reason=reason, label=where)


@command
def resume_watch(actor: Actor, row: Watch) -> None:
    """End the pause; the next rung that is still to come is said."""
    hold(row)
    if not row.is_open or row.paused_until is None:
        return
    row.paused_until, row.pause_reason = None, ""
    _plan_anew(actor, row)
    where = row.unit.short_name if row.unit else "办公室"
    audit.record(actor, "reminder.pause", None, f"恢复提醒{where}：{row.title}", label=where)


def _as_reason(text: str) -> str:
    """What was said on the telephone, which is often written as that already: 经电话，答应周五报."""
    return text if text.startswith(("经电话", "电话")) else f"经电话：{text}"


def _plan_anew(actor: Actor, row: Watch) -> None:
    plan_next(row, rules_of([row.committee_id]), actor.on - timedelta(days=1))


def _close_notes(row: Watch, actor: Actor) -> None:
    rows = update(PhoneNote).where(PhoneNote.watch_id == row.id, PhoneNote.followed_at.is_(None))
    db.session.execute(rows.values(followed_at=actor.at).execution_options(synchronize_session="fetch"))
