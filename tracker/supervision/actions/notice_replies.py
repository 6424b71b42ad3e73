"""A notice answered, verified, closed, sent back, carried a step further."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from tracker.core import audit, files
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.files import Blob
from tracker.reminders.actions import settle
from tracker.supervision import policy
from tracker.supervision.actions.answers import forget_draft, is_same_answer, note_lateness, settle_asked, workdays_late
from tracker.supervision.actions.notices import draft_further, watch_reply
from tracker.supervision.actions.telling import tell_office, tell_unit
from tracker.supervision.models import Notice, NoticeEvidence, NoticeReply, NoticeState, Verdict
from tracker.supervision.workflow import ITEM, NOTICE


@command
def acknowledge(actor: Actor, notice: Notice) -> None:
    """The unit has it: its liaison or leader says so."""
    NOTICE.apply(notice, "acknowledge", actor)
    _acknowledged(actor, notice)


@command
def reply(actor: Actor, notice: Notice, text: str, evidence: Sequence[tuple[Blob, str]] = ()) -> NoticeReply:
    """The unit answers with words and files. A late answer is taken, and its lateness stays on record."""
    if notice.state is NoticeState.REPLIED and is_same_answer(actor, notice.replies[-1], text, evidence):
        return notice.replies[-1]  # the same form sent twice
    NOTICE.check(notice, "reply")
    if not text.strip():
        raise RuleError("请写明办理情况。", field="text")
    answer = NoticeReply(
        text=text.strip(), answered_at=actor.at, answered_by_id=actor.user_id, answered_by=actor.named(),
        due_on=notice.reply_by, late_workdays=workdays_late(actor, notice),
        evidence=[NoticeEvidence(file_id=files.stored(blob, actor.at).id, name=name) for blob, name in evidence],
    )  # fmt: skip
    notice.replies.append(answer)
    forget_draft(notice)
    notice.late_workdays = max(notice.late_workdays, answer.late_workdays)
    if notice.acknowledged_at is None:
        _acknowledged(actor, notice)
    settle_asked(actor, notice)
    words = f"，逾期{answer.late_workdays}个工作日" if answer.late_workdays else ""
    NOTICE.apply(notice, "reply", actor, sentence=f"回复{notice.audit_label()}{words}")
    settle("notice.reply", "Notice", [notice.id], actor.at)
    tell_office(actor, notice, "notice.replied", occasion=str(len(notice.replies)), notice=notice)
    return answer


@command
def close_notice(actor: Actor, notice: Notice, closed_ids: Iterable[int], opinion: str = "") -> None:
    """办结销号: every item was checked and is closed. Nobody closes what they wrote themselves."""
    NOTICE.check(notice, "close")
    _not_their_own(actor, notice)
    chosen = set(closed_ids)
    _not_their_signature(actor, notice)
    left = [item for item in notice.open_items if item.id not in chosen]
    if left:
        raise RuleError(f"还有{len(left)}项没有勾选销号，不能办结；请退回补充，或者转下一步。", field="closed")
    _close_items(actor, notice, chosen)
    notice.closed_on = actor.on
    _verdict(actor, notice, Verdict.CLOSED, opinion)
    NOTICE.apply(notice, "close", actor)
    tell_unit(actor, notice, "notice.closed", occasion=str(len(notice.replies)), unit_id=notice.unit_id, notice=notice)


@command
def send_back(
    actor: Actor, notice: Notice, reason: str, reply_by: date, closed_ids: Iterable[int] = ()
) -> None:  # fmt: skip
    """The answer does not do yet: what is done is closed, for the rest a new day is set."""
    NOTICE.check(notice, "send_back", reason)
    _not_their_own(actor, notice)
    if reply_by <= actor.on:
        raise RuleError("补充回复的期限应晚于今天。", field="reply_by")
    chosen = set(closed_ids)
    if all(item.id in chosen for item in notice.open_items):
        raise RuleError("事项都已勾选销号，请直接办结销号。", field="closed")
    if chosen:
        _not_their_signature(actor, notice)
    _close_items(actor, notice, chosen)
    notice.reply_by = reply_by
    _verdict(actor, notice, Verdict.SENT_BACK, reason)
    NOTICE.apply(notice, "send_back", actor, reason=reason)
    watch_reply(actor, notice)
    occasion = str(len(notice.replies))
    tell_unit(actor, notice, "notice.sent_back", occasion=occasion, unit_id=notice.unit_id, notice=notice)


@command
def escalate(actor: Actor, notice: Notice, reason: str) -> Notice:
    """One step further: the open items go into a draft of the next kind, which the head signs or not.

    That an answer does not do is a verdict: by whoever may verify it, and nobody else.
    """
    NOTICE.check(notice, "escalate", reason)
    if notice.state is NoticeState.REPLIED:
        _not_their_own(actor, notice)
    elif not notice.is_overdue(actor.on):
        raise RuleError("回复期限还没有到，不能转下一步。")
    note_lateness(actor, notice)
    settle_asked(actor, notice)
    further = draft_further(actor, notice)
    for item in notice.open_items:
        ITEM.apply(item, "carry", actor, recorded=False)  # the entry of the notice speaks for its items
    if notice.state is NoticeState.REPLIED:
        _verdict(actor, notice, Verdict.ESCALATED, reason)
    NOTICE.apply(notice, "escalate", actor, reason=reason)
    settle("notice.reply", "Notice", [notice.id], actor.at)
    return further


def _acknowledged(actor: Actor, notice: Notice) -> None:
    notice.acknowledged_at, notice.acknowledged_by = actor.at, actor.named()


def _close_items(actor: Actor, notice: Notice, chosen: set[int]) -> None:
    for item in notice.open_items:
        if item.id in chosen:
            item.closed_on, item.closed_by = actor.on, actor.user.name
            ITEM.apply(item, "close", actor, recorded=False)


def _verdict(actor: Actor, notice: Notice, verdict: Verdict, opinion: str) -> None:
    last = notice.replies[-1]
    last.verdict, last.opinion = verdict, opinion.strip()
    last.verified_at, last.verified_by = actor.at, actor.user.name
    audit.cover(last)
    db.session.flush()


def _not_their_own(actor: Actor, notice: Notice) -> None:
    if policy.wrote(actor, notice):
        raise RuleError("函件或者回复是您本人起草的，请由其他同志核验销号。")
    if not policy.may_verify(actor, notice):
        raise RuleError(policy.not_yours(notice))


def _not_their_signature(actor: Actor, notice: Notice) -> None:
    if not policy.may_close_items(actor, notice):
        raise RuleError("函件由您本人签发，销号请由其他同志办理；您可以退回补充。", field="decision")
