"""Who may, in supervision. Pure: what has to be known about the row is on the row."""

from __future__ import annotations

from tracker.core.access import Actor
from tracker.supervision.models import (
    CheckState,
    Circular,
    CircularState,
    FieldCheck,
    Instruction,
    Matter,
    MatterState,
    Notice,
    NoticeState,
)
from tracker.supervision.workflow import CHECK, CIRCULAR, INSTRUCTION, MATTER, NOTICE
from tracker.tasks.models import Assignment


def can_see_lights(actor: Actor) -> bool:
    """Office and chair see all; a unit sees its own rows."""
    return actor.sees_committee or actor.is_unit


def can_change_light(actor: Actor, assignment: Assignment) -> bool:
    return actor.is_office and assignment.unit.committee_id == actor.committee_id


def can_explain_light(actor: Actor, assignment: Assignment) -> bool:
    """The unit's own 情况说明."""
    return actor.is_unit and actor.unit_id == assignment.unit_id


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


def can_read_spread(actor: Actor, circular: Circular) -> bool:
    """Who has read an issued circular."""
    return actor.sees_committee and circular.state is CircularState.ISSUED


def can_correct(actor: Actor, circular: Circular) -> bool:
    """An issued circular is never changed; another one names and replaces it."""
    return actor.is_office and circular.state is CircularState.ISSUED


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


def can_register_notice(actor: Actor, notice: Notice) -> bool:
    """A draft that was signed and numbered in OA; one that has a number of ours is issued here."""
    return actor.is_office and notice.number is None and NOTICE.allows(notice, "register")


def can_preview_notice(actor: Actor, notice: Notice) -> bool:
    return actor.is_office or actor.is_chair


def can_acknowledge(actor: Actor, notice: Notice) -> bool:
    return _is_addressed(actor, notice) and NOTICE.allows(notice, "acknowledge")


def can_reply(actor: Actor, notice: Notice) -> bool:
    return _is_addressed(actor, notice) and NOTICE.allows(notice, "reply")


def can_verify(actor: Actor, notice: Notice) -> bool:
    """Whoever drafted it, or wrote the reply from another post, leaves the answer to a colleague; where the office has
    none left, the chair is the substitute (回避)."""
    return (actor.is_office or actor.is_chair) and NOTICE.allows(notice, "close") and not wrote(actor, notice)


def wrote(actor: Actor, notice: Notice) -> bool:
    """Whether the notice or one of its replies is the actor's own writing."""
    hands = {notice.drafted_by_id, *(reply.replied_by_id for reply in notice.replies)}
    return actor.user_id is not None and actor.user_id in hands


def may_close_items(actor: Actor, notice: Notice) -> bool:
    """Nobody closes what they wrote or signed; whoever signed it may send it back."""
    return not wrote(actor, notice) and (actor.user_id is None or actor.user_id != notice.signed_by_id)


def can_escalate(actor: Actor, notice: Notice) -> bool:
    """One step further: after a reply that does not do, or when the day passed without one."""
    if not actor.is_office or notice.next_step is None or not NOTICE.allows(notice, "escalate"):
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


# --- field checks, instructions, and their matters --------------------------------------------------------------------


def can_see_checks(actor: Actor) -> bool:
    return actor.sees_committee or actor.is_unit


def can_plan_checks(actor: Actor) -> bool:
    return actor.is_office


def can_edit_check(actor: Actor, check: FieldCheck) -> bool:
    """Until it is closed: the plan, what was seen, what was found."""
    return actor.is_office and check.state not in {CheckState.CLOSED, CheckState.CANCELLED}


def can_read_check_papers(actor: Actor, _check: FieldCheck) -> bool:
    """Its papers name every unit's findings."""
    return actor.sees_committee


def can_announce(actor: Actor, check: FieldCheck) -> bool:
    return actor.is_office and CHECK.allows(check, "announce")


def can_feed_back(actor: Actor, check: FieldCheck) -> bool:
    return actor.is_office and CHECK.allows(check, "close")


def can_close_check(actor: Actor, check: FieldCheck) -> bool:
    return actor.is_office and CHECK.allows(check, "close")


def can_cancel_check(actor: Actor, check: FieldCheck) -> bool:
    return actor.is_office and CHECK.allows(check, "cancel")


def can_see_instructions(actor: Actor) -> bool:
    """Office and chair; a unit finds what was given to it among its own matters."""
    return actor.sees_committee


def can_record_instructions(actor: Actor) -> bool:
    """The office puts in what came on paper; the chair may write it here."""
    return actor.is_office or actor.is_chair


def can_edit_instruction(actor: Actor, instruction: Instruction) -> bool:
    return actor.is_office and INSTRUCTION.allows(instruction, "withdraw")


def can_close_instruction(actor: Actor, instruction: Instruction) -> bool:
    return actor.is_office and INSTRUCTION.allows(instruction, "close")


def can_withdraw_instruction(actor: Actor, instruction: Instruction) -> bool:
    return (actor.is_office or actor.is_chair) and INSTRUCTION.allows(instruction, "withdraw")


def can_edit_matter(actor: Actor, matter: Matter) -> bool:
    return actor.is_office and matter.state is MatterState.NOTED


def can_answer_matter(actor: Actor, matter: Matter) -> bool:
    return actor.is_unit and actor.unit_id == matter.unit_id and MATTER.allows(matter, "answer")


def can_verify_matter(actor: Actor, matter: Matter) -> bool:
    """Whoever wrote it, or an answer to it, leaves it to a colleague, or to the chair (回避)."""
    return (actor.is_office or actor.is_chair) and MATTER.allows(matter, "close") and not wrote_matter(actor, matter)


def wrote_matter(actor: Actor, matter: Matter) -> bool:
    """Whether the matter or one of its answers is the actor's own writing."""
    hands = {matter.drafted_by_id, *(answer.answered_by_id for answer in matter.answers)}
    return actor.user_id is not None and actor.user_id in hands


def can_drop_matter(actor: Actor, matter: Matter) -> bool:
    return actor.is_office and MATTER.allows(matter, "drop")


def can_look_back(actor: Actor, matter: Matter) -> bool:
    """Only what a field check found is looked at again."""
    return actor.is_office and matter.check_id is not None and MATTER.allows(matter, "reopen")
