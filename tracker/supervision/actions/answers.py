"""What notices and matters share when an answer comes, or is given up."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.core import audit, calendar
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError
from tracker.core.files import Blob
from tracker.core.holding import hold
from tracker.reminders.actions import settle
from tracker.supervision.models import AnswerDraft, Matter, MatterAnswer, Notice, NoticeReply
from tracker.supervision.workflow import WAITING_EXTENSION


@command
def keep_draft(actor: Actor, row: Notice | Matter, text: str, *, seen_version: int | None) -> AnswerDraft:
    """Save what the unit is still writing; it silences nothing (promise 3). Raises Conflict when a colleague wrote
    meanwhile."""
    hold(row)
    if not row.is_owed:
        raise RuleError(f"{row.audit_label()}现在是“{row.state.label}”，不再需要回复。")
    draft = row.draft
    if draft is None:
        draft = row.draft = AnswerDraft(text="", written_at=actor.at, written_by=actor.named())
    elif draft.text != text and draft.version != seen_version:
        raise Conflict()
    draft.text, draft.written_at, draft.written_by = text, actor.at, actor.named()
    db.session.flush()
    event = "notice.write" if isinstance(row, Notice) else "matter.write"
    audit.record_sitting(actor, event, row, f"填写{row.audit_label()}的回复")
    audit.cover(draft)
    return draft


def forget_draft(row: Notice | Matter) -> None:
    """The answer itself has come."""
    if row.draft is not None:
        audit.cover(row.draft)
        row.draft = None


def note_lateness(actor: Actor, row: Notice | Matter) -> None:
    """What is given up after its day without an answer was late as well: it stays on record."""
    if row.is_overdue(actor.on):
        row.late_workdays = max(row.late_workdays, workdays_late(actor, row))


def workdays_late(actor: Actor, row: Notice | Matter) -> int:
    """By how many working days an answer of today is late; at least one once the day has passed."""
    if actor.on <= row.answer_by:
        return 0
    return max(1, calendar.current().workdays_until(row.answer_by, actor.on))


def settle_asked(actor: Actor, row: Notice | Matter) -> None:
    """Nobody has to decide any more on a later day for an answer that came, or is asked for no more."""
    asked = [one.id for one in row.extensions if one.is_pending]
    if asked:
        settle(WAITING_EXTENSION, "AnswerExtension", asked, actor.at)


def is_same_answer(
    actor: Actor, last: NoticeReply | MatterAnswer, text: str, evidence: Sequence[tuple[Blob, str]]
) -> bool:  # fmt: skip
    """The very same words of the same person, and no file that is not there yet: a form sent twice."""
    if (last.answered_by_id, last.text) != (actor.user_id, text.strip()):
        return False
    return {blob.sha256 for blob, _ in evidence} <= {one.file.sha256 for one in last.evidence}
