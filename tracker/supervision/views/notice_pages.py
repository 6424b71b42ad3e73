"""One issued notice: read, acknowledged, answered, verified, carried further, withdrawn."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer

from tracker.core import calendar, files
from tracker.core.access import Actor, requires
from tracker.core.errors import RuleError
from tracker.core.forms import Form
from tracker.supervision import actions, policy
from tracker.supervision.documents.notices import lateness
from tracker.supervision.forms import ReplyForm, VerifyForm, reply_form
from tracker.supervision.models import Notice, NoticeEvidence
from tracker.supervision.queries import grounds
from tracker.supervision.queries import notices as queries
from tracker.supervision.views import bp
from tracker.supervision.views.later import later_forms, later_offered
from tracker.supervision.views.papers import evidence_of, most_mb
from tracker.supervision.views.refusals import Words, reasoned, unsent
from tracker.supervision.views.signing import given_back


def show(actor: Actor, notice: Notice, *, more: Words = (), **forms: Form) -> str:
    """The page of a notice that is no draft; `forms` holds what was refused, as it was typed."""
    days = calendar.current()
    supplement = days.add_workdays(actor.on, notice.committee.settings.notice_supplement_workdays)
    given: dict[str, Form] = {
        "reply_form": reply_form(notice),
        "verify_form": VerifyForm(
            formdata=None, reply_by=max(supplement, notice.reply_by),  # who answered early loses no day
            closed=[item.id for item in notice.open_items],
        ),
        **later_forms(actor, notice),
    }  # fmt: skip
    offered = {
        "reply_form": policy.can_reply(actor, notice),
        "verify_form": policy.can_verify(actor, notice),
        "escalate": policy.can_escalate(actor, notice),
        "withdraw": policy.can_withdraw_notice(actor, notice),
        "recall": policy.can_recall_notice(actor, notice),
        **later_offered(actor, notice),
    }
    fallen = grounds.fallen(actor, [notice]) if actor.sees_committee else {}
    return render_template(
        "supervision/notice.html", notice=notice, policy=policy, late=lateness(notice, actor.on, days),
        days=days, further=queries.follower(notice) if actor.sees_committee else None, max_mb=most_mb(),
        fallen=fallen, proposed_reason=grounds.reason(notice, fallen), unsent=unsent(forms, offered, more), forms=forms,
        **{**given, **forms},
    )  # fmt: skip


@bp.post("/notices/<int:notice_id>/acknowledge")
@requires(queries.visible_notices, policy.can_acknowledge, param="notice_id")
def acknowledge_notice(actor: Actor, notice: Notice) -> Answer:
    actions.acknowledge(actor, notice)
    flash("已签收，请在期限前回复办理情况。", "success")
    return redirect(url_for("supervision.notice", notice_id=notice.id))


@bp.post("/notices/<int:notice_id>/reply")
@requires(queries.visible_notices, policy.is_addressed, param="notice_id")
def reply_notice(actor: Actor, notice: Notice) -> str | Answer:
    """The unit's answer; the files are stored before the transaction."""
    form = ReplyForm()
    if form.validate_on_submit():
        try:
            actions.reply(actor, notice, form.text.data or "", evidence_of(form.evidence.data))
        except RuleError as error:
            form.take(error)
        else:
            flash("已回复，等待办公室核验。", "success")
            return redirect(url_for("supervision.notice", notice_id=notice.id))
    return show(actor, notice, reply_form=form)


@bp.post("/notices/<int:notice_id>/verify")
@requires(queries.visible_notices, policy.may_verify, param="notice_id")
def verify_notice(actor: Actor, notice: Notice) -> str | Answer:
    """Close, send back, or carry a step further."""
    form = VerifyForm()
    if form.validate_on_submit():
        try:
            said, number = _decide(actor, notice, form)
        except RuleError as error:
            form.take(error)
        else:
            flash(said, "success")
            return redirect(url_for("supervision.notice", notice_id=number))
    return show(actor, notice, verify_form=form)


@bp.post("/notices/<int:notice_id>/escalate")
@requires(queries.visible_notices, policy.of_office, param="notice_id")
def escalate_notice(actor: Actor, notice: Notice) -> str | Answer:
    def act(reason: str) -> tuple[str, str]:
        further = actions.escalate(actor, notice, reason)
        words = f"已起草{further.step.label}，请核对后送主任签发。"
        return words, url_for("supervision.notice", notice_id=further.id)

    return reasoned(act, lambda form: show(actor, notice, escalate=form))


@bp.post("/notices/<int:notice_id>/withdraw")
@requires(queries.visible_notices, policy.may_withdraw_notice, param="notice_id")
def withdraw_notice(actor: Actor, notice: Notice) -> str | Answer:
    def act(reason: str) -> tuple[str, str]:
        actions.withdraw_notice(actor, notice, reason)
        return "已撤回，理由已记录。", url_for("supervision.notice", notice_id=notice.id)

    return reasoned(act, lambda form: show(actor, notice, withdraw=form))


@bp.post("/notices/<int:notice_id>/recall")
@requires(queries.visible_notices, policy.of_head, param="notice_id")
def recall_notice(actor: Actor, notice: Notice) -> str | Answer:
    def act(reason: str) -> tuple[str, str]:
        actions.recall(actor, notice, reason)
        return given_back(notice), url_for("supervision.notice", notice_id=notice.id)

    return reasoned(act, lambda form: show(actor, notice, recall=form))


@bp.get("/notices/evidence/<int:evidence_id>")
@requires(queries.visible_evidence, param="evidence_id")
def notice_evidence(actor: Actor, evidence: NoticeEvidence) -> Response:
    """A file that came with a reply."""
    return files.download(evidence.file, evidence.name, inline=True)


def _decide(actor: Actor, notice: Notice, form: VerifyForm) -> tuple[str, int]:
    opinion, closed = form.opinion.data or "", form.closed.data or []
    if form.decision.data == "close":
        actions.close_notice(actor, notice, closed, opinion)
        return "已办结销号。", notice.id
    if form.decision.data == "send_back":
        if form.reply_by.data is None:
            raise RuleError("请填写补充回复的期限。", field="reply_by")
        actions.send_back(actor, notice, opinion, form.reply_by.data, closed)
        return "已退回补充，并通知该单位。", notice.id
    further = actions.escalate(actor, notice, opinion)
    return f"已起草{further.step.label}，请核对后送主任签发。", further.id
