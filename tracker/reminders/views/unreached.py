"""Whom the messages did not reach: sendings that failed, and what nobody has opened."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.accounts.models import User
from tracker.core.access import Actor, requires
from tracker.core.db import db
from tracker.core.pages import paginate
from tracker.core.reading import reads
from tracker.messages import actions
from tracker.messages.models import Delivery, Message
from tracker.reminders import policy
from tracker.reminders.queries import sendings
from tracker.reminders.views import bp


@bp.get("/reminders/unreached")
@requires(can=policy.can_follow)
@reads("未送达人员名单")
def unreached(actor: Actor) -> str:
    """Two lists: what failed or is held since a copy was put back, and what is not read after two working days."""
    show = "unread" if request.args.get("show") == "unread" else "failed"
    rows = sendings.unread(actor) if show == "unread" else sendings.failed(actor)
    failed, held = sendings.failed_counts(actor)
    return render_template(
        "reminders/unreached.html", page=paginate(rows, scalars=False), show=show, failed=failed, held=held,
        after=sendings.UNREAD_AFTER,
    )  # fmt: skip


@bp.post("/reminders/deliveries/<int:delivery_id>/again")
@requires(sendings.visible_deliveries, policy.can_send_again, param="delivery_id")
def send_again(actor: Actor, delivery: Delivery) -> Response:
    """Try a failed sending once more, to the address of today."""
    person = db.session.get(User, delivery.recipient_id) if delivery.recipient_id else None
    if actions.send_again(actor, delivery, person):
        flash("已列入发送，在发送时间内发出。", "success")
    else:
        flash("没有可用的联系方式，请先在“单位”中补充，或改用电话通知。", "warning")
    return redirect(url_for("reminders.unreached"))


@bp.post("/reminders/deliveries/<int:delivery_id>/leave")
@requires(sendings.visible_deliveries, policy.can_send_again, param="delivery_id")
def leave_held(actor: Actor, delivery: Delivery) -> Response:
    """One sending that a copy brought back stays unsent."""
    actions.leave_held(actor, [delivery])
    flash("不再发送。", "success")
    return redirect(url_for("reminders.unreached"))


@bp.post("/reminders/deliveries/held")
@requires(can=policy.can_follow)
def decide_held(actor: Actor) -> Response:
    """All that a copy brought back at once: sent after all, or left."""
    if request.form.get("send") == "1":
        flash(f"{actions.release_held(actor, sendings.held(actor))}条已列入发送，在发送时间内发出。", "success")
    else:
        flash(f"{actions.leave_held(actor, sendings.held(actor))}条不再发送。", "success")
    return redirect(url_for("reminders.unreached"))


@bp.post("/reminders/messages/<int:message_id>/again")
@requires(sendings.visible_sent_messages, policy.can_repeat, param="message_id")
def repeat(actor: Actor, message: Message) -> Response:
    """Say once more on every channel what was not read, once a day."""
    person = db.session.get_one(User, message.recipient_id)
    if actions.repeat_unread(actor, message, person):
        flash("已再次发送。", "success")
    else:
        flash("今天已经再次发送过，或者没有可用的联系方式，请改用电话通知。", "warning")
    return redirect(url_for("reminders.unreached", show="unread"))
