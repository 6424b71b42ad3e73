"""Who may, in supervision. Pure: what has to be known about the row is on the row."""

from __future__ import annotations

from tracker.core.access import Actor
from tracker.supervision.models import (
    AnswerExtension,
    Circular,
    CircularState,
    FieldCheck,
    Instruction,
    Light,
    LightChange,
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


WARNINGS = (Light.OVERDUE, Light.ATTENTION)
"""From the graver to the lighter; everything else warns of nothing."""


def can_change_light(actor: Actor, assignment: Assignment) -> bool:
    """The office; for a task of the unit that houses the office also the chair (回避)."""
    if assignment.unit.committee_id != actor.committee_id:
        return False
    return actor.is_office or (actor.is_chair and assignment.unit.is_office)


def lifts_own_warning(actor: Actor, change: LightChange, light: Light) -> bool:
    """Whether the actor would lift, or make lighter, a warning of their own writing."""
    return (
        change.changed_by_id is not None and change.changed_by_id == actor.user_id and is_lighter(light, change.light)
    )


def is_lighter(light: Light, than: Light) -> bool:
    """Whether a light warns less than another."""
    graves = [*WARNINGS, None]
    return graves.index(_grave(light)) > graves.index(_grave(than))


def _grave(light: Light) -> Light | None:
    return light if light in WARNINGS else None


def can_explain_light(actor: Actor, assignment: Assignment) -> bool:
    """The unit's own 情况说明."""
    return actor.is_unit and actor.unit_id == assignment.unit_id


def can_see_circulars(actor: Actor) -> bool:
    return actor.sees_committee or actor.is_unit


def can_draft(actor: Actor) -> bool:
    return actor.is_office


def can_edit(actor: Actor, circular: Circular) -> bool:
    """The office its draft; what was put forward only the head."""
    return actor.is_office and (
        circular.state is CircularState.DRAFT or (circular.state is CircularState.SUBMITTED and actor.is_head)
    )


def can_drop(actor: Actor, circular: Circular) -> bool:
    """A draft that has no number."""
    return actor.is_office and circular.state is CircularState.DRAFT and circular.number is None


def can_take_back(actor: Actor, circular: Circular) -> bool:
    return actor.is_office and CIRCULAR.allows(circular, "take_back")


def can_sign(actor: Actor, circular: Circular) -> bool:
    """The head, somebody in charge, or, what was put forward, the chair."""
    is_ready = circular.state is CircularState.SUBMITTED
    return (actor.is_head or (actor.is_chair and is_ready)) and CIRCULAR.allows(circular, "sign")


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
    """The office its draft; what was put forward only the head."""
    return actor.is_office and (
        notice.state is NoticeState.DRAFT or (notice.state is NoticeState.SUBMITTED and actor.is_head)
    )


def can_take_back_notice(actor: Actor, notice: Notice) -> bool:
    return actor.is_office and NOTICE.allows(notice, "take_back")


def can_drop_notice(actor: Actor, notice: Notice) -> bool:
    """A draft that has no number and follows no other notice; the others are withdrawn with a reason."""
    is_draft = actor.is_office and notice.state is NoticeState.DRAFT
    return is_draft and notice.number is None and notice.follows_id is None


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
    return is_addressed(actor, notice) and NOTICE.allows(notice, "acknowledge")


def can_reply(actor: Actor, notice: Notice) -> bool:
    return is_addressed(actor, notice) and NOTICE.allows(notice, "reply")


def may_verify(actor: Actor, row: Notice | Matter) -> bool:
    """Four eyes, as for reports: whoever drafted it, or wrote an answer to it from another post, leaves the answer to
    a colleague. A named substitute (回避) alone judges it; what the unit that houses the office answered waits until
    one is named."""
    if wrote(actor, row) or lacks_verifier(row):
        return False
    if row.substitute_id is not None:
        return actor.sees_committee and actor.user_id == row.substitute_id
    return actor.is_office


def lacks_verifier(row: Notice | Matter) -> bool:
    """The office would judge the unit that houses it, and nobody was named instead."""
    return bool(row.unit.is_office and row.substitute_id is None)


def can_name_verifier(actor: Actor, row: Notice | Matter) -> bool:
    """The head names who verifies, while there is something to verify or to wait for."""
    awaits = row.state in {NoticeState.REPLIED, MatterState.ANSWERED}
    return actor.is_head and (row.is_owed or awaits)


def not_yours(row: Notice | Matter) -> str:
    """Why somebody who may look at it does not verify it."""
    if lacks_verifier(row):
        return "由办公室所在单位办理，请先由主任指定核验人（回避）。"
    name = row.substitute.name if row.substitute else ""
    return f"已指定{name}核验（回避），请由其办理。" if name else "请由办公室核验。"


def can_verify(actor: Actor, notice: Notice) -> bool:
    return may_verify(actor, notice) and NOTICE.allows(notice, "close")


def wrote(actor: Actor, row: Notice | Matter) -> bool:
    """Whether it, or an answer to it, is the actor's own writing."""
    return actor.user_id is not None and actor.user_id in row.hands


def may_close_items(actor: Actor, notice: Notice) -> bool:
    """Nobody closes what they wrote or signed, here or, by the name that was registered, in OA; whoever signed it may
    send it back."""
    signed = actor.user_id is not None and actor.user_id == notice.signed_by_id
    return not (wrote(actor, notice) or signed or (notice.is_registered and notice.signed_by == actor.user.name))


def can_escalate(actor: Actor, notice: Notice) -> bool:
    """One step further: when the day passed without a reply, or, by whoever may verify it, after one that does not
    do."""
    if not actor.is_office or notice.next_step is None:
        return False
    return notice.is_overdue(actor.on) or can_verify(actor, notice)


def may_withdraw_notice(actor: Actor, notice: Notice) -> bool:
    """The head what was issued, the office what is being drafted."""
    return actor.is_head or (actor.is_office and notice.issued_on is None)


def can_withdraw_notice(actor: Actor, notice: Notice) -> bool:
    """An issued one by the head; a draft that may not be thrown away by the office."""
    if not actor.is_office or not NOTICE.allows(notice, "withdraw") or can_drop_notice(actor, notice):
        return False
    return actor.is_head or notice.state is NoticeState.DRAFT


def is_addressed(actor: Actor, row: Notice | Matter) -> bool:
    """Speaks for the unit that is asked."""
    return actor.is_unit and actor.unit_id == row.unit_id


def of_office(actor: Actor, _row: object) -> bool:
    """Works in the office. Whether the row's state still permits the act is asked by the act itself, so that words
    typed on a page that has grown old come back to whoever typed them."""
    return actor.is_office


def of_head(actor: Actor, _row: object) -> bool:
    """The head, or somebody in charge."""
    return actor.is_head


# --- later days for answers -------------------------------------------------------------------------------------------


def can_ask_extension(actor: Actor, row: Notice | Matter) -> bool:
    return is_addressed(actor, row) and row.is_owed and not any(one.is_pending for one in row.extensions)


def can_extend_answer(actor: Actor, row: Notice | Matter) -> bool:
    """The head gives a later day without being asked in writing."""
    return actor.is_head and row.is_owed and not any(one.is_pending for one in row.extensions)


def can_decide_extension(actor: Actor, extension: AnswerExtension) -> bool:
    """The head, unless it is the head who asked from another post."""
    return actor.is_head and extension.is_pending and actor.user_id != extension.asked_by_id


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
    return actor.is_office and not check.is_over


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


def may_withdraw_instruction(actor: Actor, _instruction: Instruction) -> bool:
    return actor.is_office or actor.is_chair


def can_withdraw_instruction(actor: Actor, instruction: Instruction) -> bool:
    return (actor.is_office or actor.is_chair) and INSTRUCTION.allows(instruction, "withdraw")


def can_edit_matter(actor: Actor, matter: Matter) -> bool:
    return actor.is_office and matter.state is MatterState.NOTED


def can_answer_matter(actor: Actor, matter: Matter) -> bool:
    return is_addressed(actor, matter) and MATTER.allows(matter, "answer")


def can_verify_matter(actor: Actor, matter: Matter) -> bool:
    return may_verify(actor, matter) and MATTER.allows(matter, "close")


def can_drop_matter(actor: Actor, matter: Matter) -> bool:
    return actor.is_office and MATTER.allows(matter, "drop")


def can_look_back(actor: Actor, matter: Matter) -> bool:
    """Only what a field check found is looked at again."""
    return actor.is_office and matter.check_id is not None and MATTER.allows(matter, "reopen")
