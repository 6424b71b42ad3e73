"""The liaison confirms name and telephone with one click; the office sees who has not."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from tracker.accounts.models import User
from tracker.committees.models import Committee
from tracker.committees.queries import current_units
from tracker.core.access import Actor, requires
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.forms import EmptyForm
from tracker.core.reading import reads
from tracker.reminders import actions, policy
from tracker.reminders.forms import ConfirmForm
from tracker.reminders.queries import contacts as queries
from tracker.reminders.views import bp


@bp.route("/contacts/confirm", methods=["GET", "POST"])
@requires(can=policy.can_confirm_contact)
def confirm_contact(actor: Actor) -> str | Response:
    user = db.session.get_one(User, actor.user_id)
    form = ConfirmForm(obj=user)
    if form.validate_on_submit():
        try:
            actions.confirm_contact(actor, email=form.email.data, phone=form.phone.data)
        except RuleError as error:
            form.take(error)
        else:
            flash("已确认，谢谢。", "success")
            return redirect(url_for("home.index"))
    return render_template("reminders/confirm_contact.html", form=form, user=user, asked=queries.asked_of(actor))


@bp.get("/contacts")
@requires(can=policy.can_follow)
@reads("联络员核对情况")
def contacts(actor: Actor) -> str:
    """Who has confirmed, who has not, who has nobody."""
    return render_template("reminders/contacts.html", rows=queries.contacts_of(actor))


@bp.post("/contacts/ask")
@requires(can=policy.can_follow)
def ask_contacts(actor: Actor) -> Response:
    """Ask all units anew; it also happens by itself when a round opens."""
    if EmptyForm().validate():
        committee = db.session.get_one(Committee, actor.committee_id)
        asked = actions.ask_contacts(actor, committee, current_units(committee.id, actor.on))
        flash(f"已请{asked}个单位核对联络员和电话。", "success")
    return redirect(url_for("reminders.contacts"))
