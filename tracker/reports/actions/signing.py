"""From the liaison's desk to the leader's signature to the committee, and back before anybody has read it."""

from __future__ import annotations

from tracker.core import audit
from tracker.core.access import Actor, Role
from tracker.core.clock import shanghai_date
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import RuleError, RuleErrors
from tracker.core.files import Blob, stored
from tracker.core.workflow import must_be_as_seen
from tracker.reports.actions import telling, versions
from tracker.reports.actions.aside import add_hand, colleagues_named
from tracker.reports.actions.completeness import missing
from tracker.reports.actions.contact import name_contact
from tracker.reports.actions.exemptions import withdraw_by_filing
from tracker.reports.actions.holding import hold
from tracker.reports.models import (
    Arrangement,
    Evidence,
    EvidenceKind,
    Report,
    SignOff,
)
from tracker.reports.policy import signs_own_words
from tracker.reports.queries import reports as queries
from tracker.reports.workflow import REPORT


@command
def send_for_sign_off(actor: Actor, report: Report) -> None:
    """Hand the report to the unit's leader. Raises RuleErrors naming everything that is missing (promise 7)."""
    hold(report)
    _must_be_running(actor, report)
    name_contact(actor, report)
    whole, last = _ready(report)
    _words_of(whole, last)
    _must_have_a_leader(actor, report)
    report.refusal_reason = ""
    REPORT.apply(report, "send_for_sign_off", actor)
    telling.tell_unit(
        actor, report, "to_sign", occasion=telling.occasion_of(actor), roles=[Role.UNIT_LEADER], is_urgent=True
    )  # fmt: skip


@command
def recall(actor: Actor, report: Report) -> None:
    """Take the report off the leader's desk to go on writing."""
    REPORT.apply(report, "recall_rectified" if report.rectify_by else "recall", actor)


@command
def refuse_sign_off(actor: Actor, report: Report, reason: str) -> None:
    """The leader does not sign and says why; the liaison is told."""
    move = "refuse_rectified" if report.rectify_by else "refuse_sign_off"
    REPORT.apply(report, move, actor, reason=reason)
    report.refusal_reason = reason
    occasion = telling.occasion_of(actor)
    telling.tell_unit(actor, report, "refused", occasion=occasion, roles=[Role.LIAISON], reason=reason)


@command
def sign_off(actor: Actor, report: Report, *, seen: int | None = None) -> None:
    """The leader signs, and with that the report is submitted. The day of the first submission stands for ever. Who
    stands in for the leader does not sign what they wrote themselves. `seen` is the report's version as it was read."""
    hold(report)
    must_be_as_seen(report, seen, "审签")
    if signs_own_words(actor, report):
        raise RuleError(
            "这份报告由您填写，不能再由您代领导审签。请由单位另一位领导审签，或者导出送审稿，领导签批后凭签章件报送。"
        )
    _submit(actor, report, "submit", SignOff.ONLINE, actor.user.name)


@command
def submit_unsigned(actor: Actor, report: Report) -> None:
    """Send a special round's answers at once, where the office asked for no signature. Raises RuleErrors naming
    everything that is missing."""
    hold(report)
    if report.round.needs_sign_off:
        raise RuleError("本次报送需要单位领导审签。")
    _submit(actor, report, "submit_unsigned", SignOff.NONE, actor.user.name)


@command
def submit_on_paper(
    actor: Actor, report: Report, signed_by: str, *, scan: Blob | None = None, scan_name: str = ""
) -> None:
    """Submit what the leader signed on paper or in OA; the stamped scan comes with it or follows (盖章件可后补)."""
    if not signed_by.strip():
        raise RuleError("请写明签发人姓名。", field="signed_by")
    _submit(actor, report, "submit_on_paper", SignOff.PAPER, signed_by.strip())
    if scan is not None:
        _add_scan(actor, report, scan, scan_name)
    leaders = telling.people_of([report.unit_id], actor.on, [Role.UNIT_LEADER]).get(report.unit_id, [])
    telling.tell_unit(
        actor, report, "on_paper", occasion=telling.occasion_of(actor), signed_by=signed_by.strip(), by=actor.user.name,
        people=[one for one in leaders if one.id != actor.user_id],
    )  # fmt: skip


@command
def add_scan(actor: Actor, report: Report, scan: Blob, scan_name: str) -> None:
    """Add the stamped scan later; the text and its dates stay as they are."""
    hold(report)
    if report.is_put_away(actor.on):
        raise RuleError(f"{report.round.title}已锁定，不能再补传。")
    _add_scan(actor, report, scan, scan_name)


@command
def take_back(actor: Actor, report: Report) -> None:
    """Take a submission back before the review begins. The first submission's day stands, the deadline runs again."""
    hold(report)
    if report.review_began_at is not None:
        raise RuleError("审核已经开始，不能撤回。需要修改的，请联系妇儿工委办退回。")
    _must_be_running(actor, report)
    move = "take_back_rectified" if report.rectify_by else "take_back"
    REPORT.check(report, move)
    if not report.may_come_back(actor.on):
        raise RuleError(
            f"{report.round.title}已截止报送，撤回后不能再报送。需要修改的，请联系{report.round.committee.office_short_name}退回。"
        )
    REPORT.apply(report, move, actor)
    telling.settle_review(actor, report)
    telling.settle_requests(actor, *(request.id for request in report.requests))
    telling.watch_again(actor, report)


def _submit(actor: Actor, report: Report, move: str, sign_off: SignOff, signed_by: str) -> None:
    hold(report)
    if not report.may_still_be_sent(actor.on):
        raise RuleError(f"{report.round.title}已截止报送。确需补报的，请先办理延期。")
    REPORT.check(report, move)
    name_contact(actor, report)
    whole, last = _ready(report)
    content = _words_of(whole, last)
    before = queries.latest_version(report.id)
    number = before.number + 1 if before else 1
    version = versions.freeze(actor, whole, content, number=number, sign_off=sign_off, signed_by=signed_by)
    report.first_submitted_at = report.first_submitted_at or actor.at
    report.submitted_at = actor.at
    report.reviewer_id = report.review_began_at = report.claimed_at = None
    add_hand(report, actor.user_id)
    if sign_off is SignOff.PAPER:
        for one in colleagues_named(actor, report, signed_by):
            add_hand(report, one.id)
    verb = "首次报送" if number == 1 else f"第{number}次报送"
    who = "报送人" if sign_off is SignOff.NONE else "签发人"
    REPORT.apply(report, move, actor, sentence=f"{verb}：{report.audit_label()}（{who}{version.signed_by}）")
    telling.settle_unit(actor, report)
    withdraw_by_filing(actor, report)
    if not report.round.is_special:
        telling.watch_review(actor, report)
        telling.watch_requests(actor, report)


def _ready(report: Report) -> tuple[Report, list[Arrangement]]:
    """The report with everything in it and last year's lines, once nothing is missing."""
    whole = queries.whole(report.id)
    last = queries.last_year(whole)
    lacking = missing(whole, last.arrangements, last.texts_for(whole))
    if lacking:
        raise RuleErrors([f"{one.part}：{one.sentence}。" for one in lacking])
    return whole, last.arrangements


def _words_of(whole: Report, last: list[Arrangement]) -> versions.Content:
    """What is submitted. Where it says the same as the submission that was sent back, it says why (promise 7), and only
    there; raises RuleError where it does not. What the unit itself took back is nothing to be explained."""
    content = versions.content_of(whole, last)
    sent_back = queries.version_of(whole.id, whole.returned_version) if whole.returned_version else None
    if sent_back is None or not versions.says_the_same(sent_back.content, content):
        return content | {"unchanged": ""}
    if not content["unchanged"]:
        day = shanghai_date(sent_back.submitted_at)
        raise RuleError(
            f"内容与退回修改的报告（{day.month}月{day.day}日报送）完全相同。如确实不需要修改，请在“未作修改的说明”中写一句话。",
            field="unchanged",
        )
    return content


def needs_paper(actor: Actor, report: Report) -> bool:
    """Whether nobody in the unit could sign online today: sent to nobody, a report would wait for ever."""
    return report.round.needs_sign_off and not telling.people_of([report.unit_id], actor.on, [Role.UNIT_LEADER])


def _must_have_a_leader(actor: Actor, report: Report) -> None:
    if needs_paper(actor, report):
        raise RuleError(
            f"{report.unit.short_name}没有登记分管领导，送审后无人审签。请导出送审稿，领导签批后凭签章件报送；"
            f"或者请{report.round.committee.office_short_name}登记分管领导后再送审。"
        )


def _must_be_running(actor: Actor, report: Report) -> None:
    if report.is_put_away(actor.on):
        raise RuleError(f"{report.round.title}已锁定。")


def _add_scan(actor: Actor, report: Report, scan: Blob, scan_name: str) -> None:
    row = Evidence(
        report=report, file=stored(scan, actor.at), kind=EvidenceKind.STAMPED_SCAN, name=scan_name or "盖章件",
        number="", issuer="", added_at=actor.at, added_by_id=actor.user_id,
    )  # fmt: skip
    db.session.add(row)
    audit.record(actor, "report.scan", report, f"上传{report.audit_label()}盖章件“{row.name}”", covers=[row])
