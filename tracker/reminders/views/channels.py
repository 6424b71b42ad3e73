"""The channels of the committee, kept by the system administrator: set up, tried, switched off."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from tracker.accounts.models import User
from tracker.core.access import Actor, requires
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError
from tracker.core.forms import EmptyForm
from tracker.messages import actions, queries, trying
from tracker.messages.models import Channel, Outlet
from tracker.reminders import policy
from tracker.reminders.forms import OutletForm
from tracker.reminders.views import bp


@bp.get("/settings/channels")
@requires(can=policy.can_keep_channels)
def channels(actor: Actor) -> str:
    settings = current_app.config["SETTINGS"]
    return render_template(
        "reminders/channels.html", rows=list(db.session.scalars(queries.visible_outlets(actor))),
        smtp=f"{settings.smtp_host}:{settings.smtp_port}" if settings.smtp_host else None, sender=settings.mail_from,
        own=db.session.get_one(User, actor.user_id),
    )  # fmt: skip


@bp.route("/settings/channels/new", methods=["GET", "POST"])
@requires(can=policy.can_keep_channels)
def channel_new(actor: Actor) -> str | Response:
    form = OutletForm()
    if form.validate_on_submit():
        try:
            outlet = actions.add_outlet(actor, Channel(form.channel.data), form.facts())
        except RuleError as error:
            form.take(error)
        else:
            flash(f"已增加{outlet.audit_label()}，请测试发送。", "success")
            return redirect(url_for("reminders.channels"))
    return render_template("reminders/channel_form.html", form=form, outlet=None)


@bp.route("/settings/channels/<int:outlet_id>", methods=["GET", "POST"])
@requires(queries.visible_outlets, policy.can_keep_channel, param="outlet_id")
def channel(actor: Actor, outlet: Outlet) -> str | Response:
    form = OutletForm(
        data={"channel": outlet.channel.value, "name": outlet.name, "is_on": outlet.is_on,
              "urgent_only": outlet.urgent_only, "version": outlet.version}
    )  # fmt: skip
    del form.channel
    if form.validate_on_submit():
        try:
            actions.change_outlet(actor, outlet, form.facts(), seen=form.version.data)
        except Conflict as error:
            form.take(error)
            form.version.renew(outlet.version)
        except RuleError as error:
            form.take(error)
        else:
            flash("渠道已保存。", "success")
            return redirect(url_for("reminders.channels"))
    return render_template("reminders/channel_form.html", form=form, outlet=outlet)


@bp.post("/settings/channels/<int:outlet_id>/test")
@requires(queries.visible_outlets, policy.can_keep_channel, param="outlet_id")
def channel_test(actor: Actor, outlet: Outlet) -> Response:
    """Send a trial now, past outbox and hours, and say what came of it."""
    if EmptyForm().validate():
        user = db.session.get_one(User, actor.user_id)
        trouble = trying.try_outlet(outlet, user.phone, actor.at)
        actions.note_test(actor, outlet, trouble)
        _say(trouble, "测试已发出，请在对方核对是否收到。")
    return redirect(url_for("reminders.channels"))


@bp.post("/settings/channels/<int:outlet_id>/drop")
@requires(queries.visible_outlets, policy.can_keep_channel, param="outlet_id")
def channel_drop(actor: Actor, outlet: Outlet) -> Response:
    if EmptyForm().validate():
        actions.drop_outlet(actor, outlet)
        flash("渠道已删除，此前的发送记录保留。", "success")
    return redirect(url_for("reminders.channels"))


@bp.post("/settings/channels/mail-test")
@requires(can=policy.can_keep_channels)
def mail_test(actor: Actor) -> Response:
    """A trial letter to the administrator's own address."""
    if EmptyForm().validate():
        user = db.session.get_one(User, actor.user_id)
        trouble = trying.try_mail(user.email, actor.at)
        _say(trouble, f"测试邮件已发往{user.email}。")
    return redirect(url_for("reminders.channels"))


def _say(trouble: str | None, done: str) -> None:
    flash(f"测试没有成功：{trouble}" if trouble else done, "error" if trouble else "success")
