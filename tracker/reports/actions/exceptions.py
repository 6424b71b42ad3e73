"""What the head grants beside the rule: a substitute reviewer, a recognised day, an exception to a lock."""

from __future__ import annotations

from datetime import date

from tracker.accounts.models import User
from tracker.core import audit
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.errors import RuleError
from tracker.core.filters import zh_date
from tracker.reports.actions import telling
from tracker.reports.actions.aside import clean_hands, put_in_place
from tracker.reports.actions.holding import hold
from tracker.reports.models import Report, ReportState, RoundState


@command
def name_substitute(actor: Actor, report: Report, person: User | None, reason: str) -> None:
    """回避: this person alone judges the report; None lets the office judge it again. Nobody judges their own words."""
    hold(report)
    put_in_place(report, person, reason, hands=report.hand_ids)
    if report.reviewer_id not in {None, report.substitute_id}:
        report.reviewer_id = report.claimed_at = None
    name = report.audit_label()
    said = f"指定{person.name}审核{name}（回避）" if person else f"取消指定{name}的审核人"
    audit.record(actor, "report.substitute", report, said, reason=reason)
    if person is not None:
        telling.tell_person(
            actor, report, person, "substitute", occasion=telling.occasion_of(actor),
            path=f"{report.path}/review", by=actor.user.name, reason=reason.strip(),
        )  # fmt: skip


@command
def recognise(actor: Actor, report: Report, day: date | None, reason: str) -> None:
    """认定更正: the report did come in on this day by other ways. The first submission stays beside it for ever; None
    takes the recognition back."""
    hold(report)
    clean_hands(actor, report)
    if not reason.strip():
        raise RuleError("请说明理由。", field="reason")
    first = report.first_submitted_on
    if first is None:
        raise RuleError("单位尚未报送，不能认定。")
    if day is None and report.recognised_on is None:
        raise RuleError("请填写认定的报送日期。", field="day")
    if day is not None and day > first:
        raise RuleError(f"认定的日期不能晚于首次报送日期{zh_date(first)}。", field="day")
    if day is not None and day < report.round.opens_on:
        raise RuleError(f"认定的日期早于开始报送的{zh_date(report.round.opens_on)}。", field="day")
    report.recognised_on, report.recognised_reason = day, reason.strip() if day else ""
    said = f"认定{report.audit_label()}于{zh_date(day)}报送" if day else f"取消对{report.audit_label()}报送日期的认定"
    audit.record(actor, "report.recognise", report, said, reason=reason)


@command
def except_from_lock(actor: Actor, report: Report, holder: User, until: date, reason: str) -> None:
    """Until this day the lock does not hold for this report; somebody answers for it, and everybody sees why."""
    hold(report)
    clean_hands(actor, report)
    if report.round.state is not RoundState.LOCKED:
        raise RuleError("还没有锁定，不需要办理例外。")
    if not reason.strip():
        raise RuleError("请说明理由。", field="reason")
    if until < actor.on:
        raise RuleError("截至日期已经过去。", field="until")
    report.exception_until, report.exception_holder_id = until, holder.id
    report.exception_reason = reason.strip()
    said = f"{report.audit_label()}锁定后例外办理至{zh_date(until)}，责任人{holder.name}"
    audit.record(actor, "report.except", report, said, reason=reason)


@command
def end_exception(actor: Actor, report: Report) -> None:
    """The lock holds again for this report, at once. Refused while it is on its way: nothing is caught half-way."""
    hold(report)
    clean_hands(actor, report)
    if report.state in {ReportState.SUBMITTED, ReportState.RETURNED, ReportState.AWAITING_SIGN_OFF}:
        raise RuleError(f"报告现在是“{report.state.label}”，办结后才能结束例外。")
    report.exception_until = None
    audit.record(actor, "report.except", report, f"结束{report.audit_label()}的锁定例外")
