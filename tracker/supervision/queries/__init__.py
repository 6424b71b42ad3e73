"""What the room looks up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy import exists, or_, select

from tracker.core.access import Actor
from tracker.core.db import db
from tracker.core.pages import Waiting
from tracker.messages.models import Message
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
from tracker.supervision.queries import aside, briefings, circulars, extensions, matters
from tracker.supervision.queries.judging import verifiable
from tracker.supervision.queries.notices import visible_notices, waiting_states

__all__ = ["STILL_DUE", "newest_papers", "waiting_for"]

SHOWN_AT_MOST = 20
GIVEN_BACK = "主任退回起草"
BY_ITSELF = "系统按期起草，不需要的可以删除"
VERBS = {
    NoticeState.DRAFT: "修改",
    NoticeState.SUBMITTED: "签发",
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
        *_instructions(actor), *_look_backs(actor), *_aside(actor),
    ]  # fmt: skip


def _briefings(actor: Actor) -> list[Waiting]:
    """The chair's newest page, until its file was opened."""
    newest = briefings.unread_by_chair(actor) if actor.is_chair else None
    if newest is None:
        return []
    url = url_for("supervision.briefing_file", briefing_id=newest.id, form="pdf")
    return [Waiting("阅看", newest.audit_label(), url)]


@dataclass(frozen=True)
class Paper:
    """A paper that a desk always leads to: its kind, title and day."""

    kind: str
    title: str
    day: date | None
    url: str


def newest_papers(actor: Actor) -> list[Paper]:
    """The chair opens the house for five minutes: the newest 呈阅件 and 通报 stand there, also when nothing waits."""
    if not actor.is_chair:
        return []
    page = briefings.newest(actor)
    if page is None:
        found = [Paper("呈阅件", "今天的情况", None, url_for("supervision.briefing"))]
    else:
        url = url_for("supervision.briefing_file", briefing_id=page.id, form="pdf")
        found = [Paper("呈阅件", page.title, page.made_on, url)]
    if circular := circulars.newest_issued(actor):
        url = url_for("supervision.circular", circular_id=circular.id)
        found.append(Paper("通报", circular.title, circular.issued_on, url))
    return found


def _circulars(actor: Actor) -> list[Waiting]:
    """To be signed and issued; a draft where the head gave it back, or where it came by itself and waits to be read
    over. What somebody is writing of their own accord is in the list of circulars."""
    if not actor.is_office:
        return []
    verbs = {CircularState.SIGNED: "印发"}
    verbs |= {CircularState.SUBMITTED: "签发"} if actor.is_head else {CircularState.DRAFT: "修改"}
    came_by_itself = exists().where(
        Message.subject_type == "CircularDraft", Message.subject_id == Circular.id, Message.kind == "circular.proposed"
    )
    found = db.session.execute(
        select(Circular.id, Circular.title, Circular.state, Circular.return_reason)
        .where(Circular.committee_id == actor.committee_id, Circular.state.in_(verbs))
        .where(or_(Circular.state != CircularState.DRAFT, Circular.return_reason != "", came_by_itself))
        .order_by(Circular.id)
        .limit(SHOWN_AT_MOST)
    )
    waiting = []
    for number, title, state, returned in found:
        verb, note = verbs[state], ""
        if state is CircularState.DRAFT:
            verb, note = (verb, GIVEN_BACK) if returned else ("核对", BY_ITSELF)
        waiting.append(Waiting(verb, f"《{title}》", url_for("supervision.circular", circular_id=number), note=note))
    return waiting


def _notices(actor: Actor) -> list[Waiting]:
    """The unit answers by its day; the office issues, verifies and, as its head, signs."""
    states = waiting_states(actor)
    if not states:
        return []
    rows = visible_notices(actor).where(Notice.state.in_(states)).order_by(Notice.reply_by, Notice.id)
    rows = rows.where(or_(Notice.state != NoticeState.DRAFT, Notice.return_reason != ""))
    if not actor.is_unit:
        rows = rows.where(or_(Notice.state != NoticeState.REPLIED, verifiable(actor, Notice)))
    return [
        Waiting(
            VERBS[notice.state], f"{notice.step.label}《{notice.title}》",
            url_for("supervision.notice", notice_id=notice.id),
            due_on=notice.reply_by if notice.is_owed else None,
            note=GIVEN_BACK if notice.state is NoticeState.DRAFT
            else notice.state.label if actor.is_unit else notice.unit.short_name,
        )
        for notice in db.session.scalars(rows.limit(SHOWN_AT_MOST))
    ]  # fmt: skip


def _matters(actor: Actor) -> list[Waiting]:
    return [
        Waiting(
            "回复" if actor.is_unit else "核验", f"{one.kind_word}“{one.subject}”", one.path,
            due_on=one.due_on if one.is_owed else None,
            note=one.state.label if actor.is_unit else one.unit.short_name,
        )
        for one in matters.waiting(actor, SHOWN_AT_MOST)
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


def _aside(actor: Actor) -> list[Waiting]:
    """回避: answers that wait until the head names who verifies them."""
    rows = aside.without_verifier(actor) if actor.is_head else []
    return [
        Waiting(
            "指定", f"{one.audit_label()}的核验人", f"{one.path}/verifier", note=f"{one.unit.short_name}已回复，须回避"
        )
        for one in rows[:SHOWN_AT_MOST]
    ]


def _look_backs(actor: Actor) -> list[Waiting]:
    if not actor.is_office:
        return []
    return [
        Waiting("回头看", one.audit_label(), one.path, due_on=one.look_back_on) for one in matters.to_look_back(actor)
    ]


def _while_in(model: Any, states: Mapping[str, frozenset[Any]]) -> Callable[[Message], bool]:
    """By kind of message: in which states of its row it is still to be said; a kind that is not named, in any. Asked at
    the moment of sending, so that an answer, a closing, a withdrawal silences at once (promise 3)."""

    def holds(message: Message) -> bool:
        state = db.session.scalar(select(model.state).where(model.id == message.subject_id))
        return state is not None and (message.kind not in states or state in states[message.kind])

    return holds


_CIRCULARS = {
    "circular.issued": frozenset({CircularState.ISSUED}),
    "signature.asked": frozenset({CircularState.SUBMITTED}),
    "signature.refused": frozenset({CircularState.DRAFT}),
}
_DRAFTS = {"circular.proposed": frozenset({CircularState.DRAFT})}
_NOTICES: dict[str, frozenset[NoticeState]] = {
    "signature.asked": frozenset({NoticeState.SUBMITTED}),
    "signature.refused": frozenset({NoticeState.DRAFT}),
    "notice.issued": frozenset({NoticeState.ISSUED, NoticeState.ACKNOWLEDGED}),
    "notice.sent_back": frozenset({NoticeState.SENT_BACK}),
    "notice.replied": frozenset({NoticeState.REPLIED}),
    "notice.closed": frozenset({NoticeState.CLOSED}),
    "notice.withdrawn": frozenset({NoticeState.WITHDRAWN}),
    "answer.extension_asked": OWED,
    "answer.extended": OWED,
}


_MATTERS = {
    "matter.sent": AWAITED,
    "matter.sent_back": frozenset({MatterState.SENT_BACK}),
    "matter.answered": frozenset({MatterState.ANSWERED}),
    "matter.closed": frozenset({MatterState.CLOSED}),
    "matter.dropped": frozenset({MatterState.DROPPED}),
    "answer.extension_asked": AWAITED,
    "answer.extended": AWAITED,
}


_CHECKS = {
    "check.announced": frozenset(CheckState) - {CheckState.CANCELLED},
    "check.cancelled": frozenset({CheckState.CANCELLED}),
}
_INSTRUCTIONS = {
    "instruction.given": frozenset({InstructionState.RECEIVED}),
    "instruction.closed": frozenset({InstructionState.CLOSED}),
}
STILL_DUE: dict[str, Callable[[Message], bool]] = {
    "Circular": _while_in(Circular, _CIRCULARS),
    "CircularDraft": _while_in(Circular, _DRAFTS),
    "Notice": _while_in(Notice, _NOTICES),
    "Matter": _while_in(Matter, _MATTERS),
    "FieldCheck": _while_in(FieldCheck, _CHECKS),
    "Instruction": _while_in(Instruction, _INSTRUCTIONS),
}
