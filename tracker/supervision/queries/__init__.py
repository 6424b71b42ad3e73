"""What the room looks up."""

from __future__ import annotations

from collections.abc import Callable

from flask import url_for
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from tracker.committees.models import Unit
from tracker.core.access import Actor
from tracker.core.db import db
from tracker.core.pages import Waiting
from tracker.messages.models import Message
from tracker.supervision import policy
from tracker.supervision.models import (
    AWAITED,
    OWED,
    CheckState,
    Circular,
    CircularState,
    FieldCheck,
    Instruction,
    InstructionState,
    Matter,
    MatterState,
    Notice,
    NoticeState,
)
from tracker.supervision.queries import briefings, extensions, matters
from tracker.supervision.queries.notices import visible_notices, waiting_states

__all__ = ["STILL_DUE", "waiting_for"]

SHOWN_AT_MOST = 20
VERBS = {
    NoticeState.DRAFT: "签发",
    NoticeState.SIGNED: "印发",
    NoticeState.ISSUED: "签收",
    NoticeState.ACKNOWLEDGED: "回复",
    NoticeState.SENT_BACK: "补充回复",
    NoticeState.REPLIED: "核验",
}


def waiting_for(actor: Actor) -> list[Waiting]:
    """What waits for this post: to be signed, issued, given to units, answered, verified, looked at again."""
    return [
        *_briefings(actor), *_circulars(actor), *_notices(actor), *_matters(actor), *_extensions(actor),
        *_instructions(actor), *_look_backs(actor),
    ]  # fmt: skip


def _briefings(actor: Actor) -> list[Waiting]:
    """The chair's newest page, until its file was opened."""
    newest = briefings.unread_by_chair(actor) if actor.is_chair else None
    if newest is None:
        return []
    url = url_for("supervision.briefing_file", briefing_id=newest.id, form="pdf")
    return [Waiting("阅看", newest.audit_label(), url)]


def _circulars(actor: Actor) -> list[Waiting]:
    if not actor.is_office:
        return []
    wanted = [CircularState.SIGNED, CircularState.DRAFT] if actor.is_head else [CircularState.SIGNED]
    found = db.session.execute(
        select(Circular.id, Circular.title, Circular.state)
        .where(Circular.committee_id == actor.committee_id, Circular.state.in_(wanted))
        .order_by(Circular.id)
        .limit(SHOWN_AT_MOST)
    )
    verbs = {CircularState.DRAFT: "签发", CircularState.SIGNED: "印发"}
    return [
        Waiting(verbs[state], f"《{title}》", url_for("supervision.circular", circular_id=number))
        for number, title, state in found
    ]


def _notices(actor: Actor) -> list[Waiting]:
    """The unit answers by its day; the office issues, verifies and, as its head, signs."""
    states = waiting_states(actor)
    if not states:
        return []
    rows = visible_notices(actor).where(Notice.state.in_(states)).order_by(Notice.reply_by, Notice.id)
    rows = rows.where(Unit.is_office) if actor.is_chair else rows
    return [
        Waiting(
            VERBS[notice.state], f"{notice.step.label}《{notice.title}》",
            url_for("supervision.notice", notice_id=notice.id),
            due_on=notice.reply_by if notice.is_owed else None,
            note=notice.state.label if actor.is_unit else notice.unit.short_name,
        )
        for notice in db.session.scalars(rows.options(selectinload(Notice.replies)).limit(SHOWN_AT_MOST))
        if notice.state is not NoticeState.REPLIED or policy.may_verify(actor, notice)
    ]  # fmt: skip


def _matters(actor: Actor) -> list[Waiting]:
    return [
        Waiting(
            "回复" if actor.is_unit else "核验", f"{one.kind_word}“{one.subject}”", one.path,
            due_on=one.due_on if one.is_owed else None,
            note=one.state.label if actor.is_unit else one.unit.short_name,
        )
        for one in matters.waiting(actor, SHOWN_AT_MOST)
        if one.is_owed or policy.may_verify(actor, one)
    ]  # fmt: skip


def _extensions(actor: Actor) -> list[Waiting]:
    """The head decides on later days asked for."""
    if not actor.is_head:
        return []
    return [
        Waiting("批复", f"{one.subject.unit.short_name}的延期申请", one.subject.path, note=one.subject.audit_label())
        for one in extensions.asked(actor, SHOWN_AT_MOST)
    ]


def _instructions(actor: Actor) -> list[Waiting]:
    """The office gives to units what a leader wrote."""
    if not actor.is_office:
        return []
    rows = matters.visible_instructions(actor).where(Instruction.state == InstructionState.RECEIVED)
    found = db.session.scalars(rows.order_by(Instruction.id).limit(SHOWN_AT_MOST))
    return [Waiting("交办", one.audit_label(), one.path, note=one.given_by) for one in found]


def _look_backs(actor: Actor) -> list[Waiting]:
    if not actor.is_office:
        return []
    return [
        Waiting("回头看", one.audit_label(), one.path, due_on=one.look_back_on) for one in matters.to_look_back(actor)
    ]


def _is_issued(message: Message) -> bool:
    return bool(
        db.session.scalar(
            select(func.count())
            .select_from(Circular)
            .where(Circular.id == message.subject_id, Circular.state == CircularState.ISSUED)
        )
    )


_HOLDS: dict[str, frozenset[NoticeState]] = {
    "notice.issued": frozenset({NoticeState.ISSUED, NoticeState.ACKNOWLEDGED}),
    "notice.sent_back": frozenset({NoticeState.SENT_BACK}),
    "notice.replied": frozenset({NoticeState.REPLIED}),
    "notice.closed": frozenset({NoticeState.CLOSED}),
    "notice.withdrawn": frozenset({NoticeState.WITHDRAWN}),
    "answer.extension_asked": OWED,
    "answer.extended": OWED,
}


def _notice_holds(message: Message) -> bool:
    """Asked at the moment of sending: an answer, a closing, a withdrawal silences at once (promise 3)."""
    state = db.session.scalar(select(Notice.state).where(Notice.id == message.subject_id))
    return state is not None and (message.kind not in _HOLDS or state in _HOLDS[message.kind])


_MATTER_HOLDS = {
    "matter.sent": AWAITED,
    "matter.sent_back": frozenset({MatterState.SENT_BACK}),
    "matter.answered": frozenset({MatterState.ANSWERED}),
    "matter.closed": frozenset({MatterState.CLOSED}),
    "matter.dropped": frozenset({MatterState.DROPPED}),
    "answer.extension_asked": AWAITED,
    "answer.extended": AWAITED,
}


def _matter_holds(message: Message) -> bool:
    state = db.session.scalar(select(Matter.state).where(Matter.id == message.subject_id))
    return state is not None and state in _MATTER_HOLDS.get(message.kind, frozenset(MatterState))


def _check_holds(message: Message) -> bool:
    """A visit that was cancelled is announced no more."""
    state = db.session.scalar(select(FieldCheck.state).where(FieldCheck.id == message.subject_id))
    return state is not None and (state is CheckState.CANCELLED) == (message.kind == "check.cancelled")


def _instruction_holds(message: Message) -> bool:
    state = db.session.scalar(select(Instruction.state).where(Instruction.id == message.subject_id))
    wanted = InstructionState.RECEIVED if message.kind == "instruction.given" else InstructionState.CLOSED
    return state is wanted


STILL_DUE: dict[str, Callable[[Message], bool]] = {
    "Circular": _is_issued,
    "Notice": _notice_holds,
    "Matter": _matter_holds,
    "FieldCheck": _check_holds,
    "Instruction": _instruction_holds,
}
