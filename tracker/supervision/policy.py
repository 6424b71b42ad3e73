"""Who may, in supervision. Pure: what has to be known about the row is on the row."""

from __future__ import annotations

from tracker.core.access import Actor
from tracker.supervision.models import Circular, CircularState, Notice, NoticeState
from tracker.supervision.workflow import CIRCULAR, NOTICE
from tracker.tasks.models import Assignment


def can_see_lights(actor: Actor) -> bool:
    """Office and chair see all; a unit sees its own rows."""
    return actor.sees_committee or actor.is_unit


def can_change_light(actor: Actor, assignment: Assignment) -> bool:
    return actor.is_office and assignment.unit.committee_id == actor.committee_id


def can_see_circulars(actor: Actor) -> bool:
    return actor.sees_committee or actor.is_unit


def can_draft(actor: Actor) -> bool:
    return actor.is_office


def can_edit(actor: Actor, circular: Circular) -> bool:
    return actor.is_office and circular.state is CircularState.DRAFT


def can_sign(actor: Actor, circular: Circular) -> bool:
    """The head, somebody in charge, or the chair."""
    return (actor.is_head or actor.is_chair) and CIRCULAR.allows(circular, "sign")


def can_recall(actor: Actor, circular: Circular) -> bool:
    return (actor.is_head or actor.is_chair) and CIRCULAR.allows(circular, "recall")


def can_issue(actor: Actor, circular: Circular) -> bool:
    return actor.is_office and CIRCULAR.allows(circular, "issue")


def can_register(actor: Actor, circular: Circular) -> bool:
    """A draft that was signed and numbered in OA; one that has a number of ours is issued here."""
    return actor.is_office and circular.number is None and CIRCULAR.allows(circular, "register")


def can_preview(actor: Actor, circular: Circular) -> bool:
    return actor.is_office or actor.is_chair


# --- notices ----------------------------------------------------------------------------------------------------------


def can_see_notices(actor: Actor) -> bool:
    return actor.sees_committee or actor.is_unit


def can_draft_notices(actor: Actor) -> bool:
    return actor.is_office


def can_edit_notice(actor: Actor, notice: Notice) -> bool:
    return actor.is_office and notice.state is NoticeState.DRAFT


def can_drop_notice(actor: Actor, notice: Notice) -> bool:
    """A draft that has no number and follows no other notice; the others are withdrawn with a reason."""
    return can_edit_notice(actor, notice) and notice.number is None and notice.follows_id is None


def can_sign_notice(actor: Actor, notice: Notice) -> bool:
    """The head, or somebody in charge."""
    return actor.is_head and NOTICE.allows(notice, "sign")


def can_recall_notice(actor: Actor, notice: Notice) -> bool:
    return actor.is_head and NOTICE.allows(notice, "recall")


def can_issue_notice(actor: Actor, notice: Notice) -> bool:
    return actor.is_office and NOTICE.allows(notice, "issue")


def can_preview_notice(actor: Actor, notice: Notice) -> bool:
    return actor.is_office or actor.is_chair


def can_acknowledge(actor: Actor, notice: Notice) -> bool:
    return _is_addressed(actor, notice) and NOTICE.allows(notice, "acknowledge")


def can_reply(actor: Actor, notice: Notice) -> bool:
    return _is_addressed(actor, notice) and NOTICE.allows(notice, "reply")


def can_verify(actor: Actor, notice: Notice) -> bool:
    """Whoever drafted it, or wrote the reply from another post, leaves the answer to a colleague (回避)."""
    return actor.is_office and NOTICE.allows(notice, "close") and not wrote(actor, notice)


def wrote(actor: Actor, notice: Notice) -> bool:
    """Whether the notice or one of its replies is the actor's own writing."""
    hands = {notice.drafted_by_id, *(reply.replied_by_id for reply in notice.replies)}
    return actor.user_id is not None and actor.user_id in hands


def can_escalate(actor: Actor, notice: Notice) -> bool:
    """One step further: after a reply that does not do, or when the day passed without one."""
    if not actor.is_office or notice.kind.next is None or not NOTICE.allows(notice, "escalate"):
        return False
    return notice.state is NoticeState.REPLIED or notice.is_overdue(actor.on)


def can_withdraw_notice(actor: Actor, notice: Notice) -> bool:
    """An issued one by the head; a draft that may not be thrown away by the office."""
    if not actor.is_office or not NOTICE.allows(notice, "withdraw") or can_drop_notice(actor, notice):
        return False
    return actor.is_head or notice.state is NoticeState.DRAFT


def _is_addressed(actor: Actor, notice: Notice) -> bool:
    return actor.is_unit and actor.unit_id == notice.unit_id


# --- the chair's page -------------------------------------------------------------------------------------------------


def can_brief(actor: Actor) -> bool:
    """The office makes it for the chair, who may also make it."""
    return actor.is_office or actor.is_chair
