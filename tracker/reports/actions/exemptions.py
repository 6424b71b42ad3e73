"""A unit asks not to report this time; the office says yes or no, and until then the deadline stands."""

from __future__ import annotations

from tracker.core import audit
from tracker.core.access import Actor, Role
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.reports.actions import telling
from tracker.reports.actions.aside import clean_hands
from tracker.reports.actions.deadlines import exempt
from tracker.reports.actions.holding import hold
from tracker.reports.models import ExemptionRequest, Report, RequestState
from tracker.reports.queries.exemptions import open_request
from tracker.reports.workflow import EXEMPTION, REPORT


@command
def request_exemption(actor: Actor, report: Report, reason: str) -> ExemptionRequest:
    """Ask for 免报 with the reason; the office is told."""
    hold(report)
    REPORT.check(report, "exempt", reason)
    if open_request(report.id) is not None:
        raise RuleError("已有一份免报申请等待批复。")
    asked = ExemptionRequest(
        report=report, state=RequestState.REQUESTED, state_since=actor.at, reason=reason, decision_note="",
        asked_at=actor.at, asked_by_id=actor.user_id,
    )  # fmt: skip
    db.session.add(asked)
    audit.record(
        actor, "exemption.request", report, f"申请{report.audit_label()}免报", reason=reason, covers=[asked]
    )  # fmt: skip
    db.session.flush()
    telling.tell_office(
        actor, report, "exemption_asked", occasion=str(asked.id), path=f"/exemptions/{asked.id}", reason=reason
    )
    telling.watch_exemption(actor, report)
    return asked


@command
def grant_exemption(actor: Actor, asked: ExemptionRequest, note: str = "") -> None:
    """The unit need not report; its deadline falls silent at once."""
    hold(asked.report)
    clean_hands(actor, asked.report, asked.asked_by_id)
    asked.decision_note = note
    EXEMPTION.apply(asked, "grant", actor, sentence=f"同意{asked.report.audit_label()}免报")
    exempt(actor, asked.report, asked.reason)


@command
def refuse_exemption(actor: Actor, asked: ExemptionRequest, note: str) -> None:
    """The unit must report; it is told why."""
    hold(asked.report)
    clean_hands(actor, asked.report, asked.asked_by_id)
    EXEMPTION.apply(asked, "refuse", actor, reason=note)
    asked.decision_note = note
    telling.settle_exemption(actor, asked.report)
    telling.tell_unit(
        actor, asked.report, "exemption_refused", occasion=str(asked.id), roles=[Role.LIAISON, Role.UNIT_LEADER],
        note=note,
    )  # fmt: skip


@command
def withdraw_exemption(actor: Actor, asked: ExemptionRequest) -> None:
    """The unit reports after all."""
    EXEMPTION.apply(asked, "withdraw", actor)
    telling.settle_exemption(actor, asked.report)


def withdraw_by_filing(actor: Actor, report: Report) -> None:
    """Whoever files does not ask to be spared any more."""
    asked = open_request(report.id)
    if asked is not None:
        EXEMPTION.apply(asked, "withdraw", actor, sentence=f"已报送，{asked.audit_label()}随之撤回")
