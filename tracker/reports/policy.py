"""Who may do what with rounds and reports. Pure: everything asked stands in the actor and the row."""

from __future__ import annotations

from tracker.core.access import Actor, Role
from tracker.reports.models import (
    WITH_OFFICE,
    ExemptionRequest,
    Extension,
    ExtensionState,
    Report,
    ReportState,
    RequestState,
    Round,
    RoundKind,
    RoundState,
)
from tracker.reports.workflow import REPORT, ROUND


def can_plan_rounds(actor: Actor) -> bool:
    """The office plans, opens and closes."""
    return actor.is_office


def can_see_rounds(actor: Actor) -> bool:
    return actor.is_office or actor.is_chair


def can_see_round(actor: Actor, round_: Round) -> bool:
    """The table of all units is the committee's, not the units'."""
    return can_see_rounds(actor) and round_.committee_id == actor.committee_id


def can_run_round(actor: Actor, round_: Round) -> bool:
    return actor.is_office and round_.committee_id == actor.committee_id


def can_open(actor: Actor, round_: Round) -> bool:
    return can_run_round(actor, round_) and ROUND.allows(round_, "open")


def can_close(actor: Actor, round_: Round) -> bool:
    return can_run_round(actor, round_) and ROUND.allows(round_, "close")


def can_amend(actor: Actor, round_: Round) -> bool:
    """A round that runs and says something wrong."""
    return can_close(actor, round_)


def can_call_off(actor: Actor, round_: Round) -> bool:
    """A special round that was asked by mistake."""
    return can_close(actor, round_) and round_.is_special


def can_unlock(actor: Actor, round_: Round) -> bool:
    """A year put away is opened again only by who may issue."""
    return can_run_round(actor, round_) and actor.is_head and ROUND.allows(round_, "unlock")


def can_extend_all(actor: Actor, round_: Round) -> bool:
    """Extensions are the head's to give (product.md §1)."""
    return can_run_round(actor, round_) and actor.is_head and round_.state in {RoundState.PLANNED, RoundState.OPEN}


def can_ask_more(actor: Actor, round_: Round) -> bool:
    """A special round that runs may ask further units."""
    return can_run_round(actor, round_) and round_.is_special and round_.state is RoundState.OPEN


def can_compile(actor: Actor, round_: Round) -> bool:
    """The committee's papers are put together from a yearly round that has opened."""
    return can_run_round(actor, round_) and round_.kind is RoundKind.ANNUAL and round_.state is not RoundState.PLANNED


# --- the unit ---------------------------------------------------------------------------------------------------------


def owns(actor: Actor, report: Report) -> bool:
    return actor.is_unit and actor.unit_id == report.unit_id


def can_write(actor: Actor, report: Report) -> bool:
    """Liaison and leader of the unit, while the report is theirs to write."""
    return owns(actor, report) and report.is_writable(actor.on)


def can_recall(actor: Actor, report: Report) -> bool:
    return owns(actor, report) and report.state is ReportState.AWAITING_SIGN_OFF and _is_running(actor, report)


def can_sign(actor: Actor, report: Report) -> bool:
    """Only the unit's leader signs; who stands in for the leader does not sign what they wrote themselves."""
    return can_refuse_sign_off(actor, report) and not signs_own_words(actor, report)


def can_refuse_sign_off(actor: Actor, report: Report) -> bool:
    """Send it back to the liaison instead of signing."""
    return (
        owns(actor, report)
        and actor.role is Role.UNIT_LEADER
        and report.state is ReportState.AWAITING_SIGN_OFF
        and report.may_still_be_sent(actor.on)
    )


def signs_own_words(actor: Actor, report: Report) -> bool:
    """代办: would sign in the leader's stead what they wrote."""
    return actor.post.is_deputy and actor.user_id in report.writer_ids


def can_submit_on_paper(actor: Actor, report: Report) -> bool:
    """What the leader signed on paper or in OA is entered by the liaison."""
    return owns(actor, report) and REPORT.allows(report, "submit_on_paper") and report.may_still_be_sent(actor.on)


def can_send_unsigned(actor: Actor, report: Report) -> bool:
    """Where the office asked for no signature, whoever writes sends."""
    return can_write(actor, report) and not report.round.needs_sign_off


def can_add_scan(actor: Actor, report: Report) -> bool:
    """The stamped scan may follow the electronic text."""
    return owns(actor, report) and report.state in WITH_OFFICE and _is_running(actor, report)


def can_take_back(actor: Actor, report: Report) -> bool:
    """Before anybody in the office has begun to read, and while it may be sent again."""
    return owns(actor, report) and report.review_began_at is None and report.may_come_back(actor.on)


def can_ask_extension(actor: Actor, report: Report) -> bool:
    return owns(actor, report) and report.is_owed() and report.round.state is not RoundState.LOCKED


# --- the office -------------------------------------------------------------------------------------------------------


def runs(actor: Actor, report: Report) -> bool:
    return actor.is_office and report.round.committee_id == actor.committee_id


def can_see_content(actor: Actor, report: Report) -> bool:
    """A unit sees its own; the committee sees what was submitted, never a draft."""
    if owns(actor, report):
        return True
    return actor.sees_committee and report.first_submitted_at is not None


def may_judge(actor: Actor, report: Report) -> bool:
    """Four eyes: nobody accepts a report they wrote or signed. A named substitute (回避) alone judges it; the report of
    the unit that houses the office waits until one is named."""
    if actor.user_id in report.hand_ids or report.lacks_substitute():
        return False
    return runs(actor, report) if report.substitute_id is None else stands_in(actor, report)


def is_held_by_another(actor: Actor, report: Report) -> bool:
    """A colleague has it in hand; a claim nobody has worked on for days stops nobody."""
    return report.reviewer_id not in {None, actor.user_id} and not report.claim_expired(actor.at)


def stands_in(actor: Actor, report: Report) -> bool:
    """The substitute whom the head named for this report (回避)."""
    same = report.round.committee_id == actor.committee_id and actor.sees_committee
    return same and report.substitute_id is not None and actor.user_id == report.substitute_id


def may_favour(actor: Actor, report: Report) -> bool:
    """Who may give a later day, an exemption, another day of filing: the office, but nobody to a report of their own
    hand. Where the head's own hand is in it, the substitute does."""
    return actor.user_id not in report.hand_ids and (runs(actor, report) or stands_in(actor, report))


def may_grant(actor: Actor, report: Report) -> bool:
    """What is the head's to give, or the substitute's where one was named."""
    return may_favour(actor, report) and (actor.is_head or stands_in(actor, report))


def can_name_substitute(actor: Actor, report: Report) -> bool:
    """The head names who judges a report that the office would else judge of itself."""
    return runs(actor, report) and actor.is_head and _is_running(actor, report)


def can_recognise(actor: Actor, report: Report) -> bool:
    """认定更正: the head says on which day a report that stands as late did come in."""
    late = report.was_late() or report.recognised_on is not None
    return may_grant(actor, report) and late and _is_running(actor, report)


def can_except(actor: Actor, report: Report) -> bool:
    """An exception to the lock, for one report, by who may issue."""
    return may_grant(actor, report) and report.is_put_away(actor.on)


def can_end_exception(actor: Actor, report: Report) -> bool:
    locked = report.round.state is RoundState.LOCKED
    return may_grant(actor, report) and locked and report.is_excepted(actor.on)


def can_review(actor: Actor, report: Report) -> bool:
    return may_judge(actor, report) and report.state is ReportState.SUBMITTED and _is_running(actor, report)


def can_unaccept(actor: Actor, report: Report) -> bool:
    return may_judge(actor, report) and report.state is ReportState.ACCEPTED and _is_running(actor, report)


def can_exempt(actor: Actor, report: Report) -> bool:
    return may_favour(actor, report) and REPORT.allows(report, "exempt") and _is_running(actor, report)


def can_unexempt(actor: Actor, report: Report) -> bool:
    return may_favour(actor, report) and report.state is ReportState.EXEMPTED and _is_running(actor, report)


def can_extend(actor: Actor, report: Report) -> bool:
    """The head gives one unit a later day, before or after it passed."""
    return may_grant(actor, report) and _is_running(actor, report) and (report.is_owed() or report.was_late())


def can_decide_extension(actor: Actor, extension: Extension) -> bool:
    if extension.asked_by_id is not None and actor.user_id == extension.asked_by_id:
        return False
    report = extension.report
    return may_grant(actor, report) and extension.state is ExtensionState.REQUESTED and _is_running(actor, report)


def can_decide_exemption(actor: Actor, asked: ExemptionRequest) -> bool:
    """The office says whether a unit need not report; whoever asked does not."""
    if asked.asked_by_id is not None and actor.user_id == asked.asked_by_id:
        return False
    return asked.state is RequestState.REQUESTED and can_exempt(actor, asked.report)


def can_answer_requests(actor: Actor, report: Report) -> bool:
    """Nobody answers for the committee what they themselves asked of it."""
    return may_favour(actor, report) and report.state in WITH_OFFICE


def can_see_requests(actor: Actor) -> bool:
    """The committee all of them, a unit its own."""
    return actor.sees_committee or actor.is_unit


def can_confirm_goals(actor: Actor, report: Report) -> bool:
    return may_judge(actor, report) and report.state in WITH_OFFICE and _is_running(actor, report)


def _is_running(actor: Actor, report: Report) -> bool:
    """Open or closed, or locked with an exception for this report."""
    return report.round.state is not RoundState.PLANNED and not report.is_put_away(actor.on)
