"""The committee's names and settings, and the committees below it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for

from tracker.committees import actions, queries
from tracker.committees.forms import CommitteeForm, NamesForm, SettingsForm
from tracker.committees.models import Committee, Level
from tracker.committees.policy import can_change_settings, can_keep_committee, keeps_committees
from tracker.committees.views.blueprint import bp
from tracker.core.access import Actor, requires
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError
from tracker.core.forms import Option


@bp.route("/settings", methods=["GET", "POST"])
@requires(can=can_change_settings)
def settings(actor: Actor) -> Any:
    committee = db.session.get_one(Committee, actor.committee_id)
    form = SettingsForm(data={**vars(committee.settings), "version": committee.version})
    if form.validate_on_submit():
        try:
            actions.change_settings(actor, committee, form.settings(committee.settings), seen=form.version.data)
        except Conflict as error:
            form.take(error)
            form.version.renew(committee.version)
        else:
            flash("工作设置已保存。已经开始的轮次和已经发出的期限不变。", "success")
            return redirect(url_for("committees.settings"))
    return render_template("committees/settings.html", form=form, committee=committee)


@bp.route("/settings/names", methods=["GET", "POST"])
@requires(can=can_change_settings)
def settings_names(actor: Actor) -> Any:
    committee = db.session.get_one(Committee, actor.committee_id)
    return _names(actor, committee, "committees.settings_names")


@bp.get("/committees")
@requires(can=keeps_committees)
def committees(actor: Actor) -> Any:
    rows = list(db.session.scalars(queries.visible_committees(actor).order_by(Committee.path)))
    return render_template("committees/committees.html", rows=rows, counts=queries.counts_of_units(actor))


@bp.route("/committees/new", methods=["GET", "POST"])
@requires(can=keeps_committees)
def committee_new(actor: Actor) -> Any:
    above = {one.id: one for one in db.session.scalars(queries.visible_committees(actor).order_by(Committee.path))}
    form = CommitteeForm()
    form.parent.choices = [Option(value=str(one.id), label=one.body_name) for one in above.values()]
    if form.validate_on_submit():
        names = actions.usual_names(form.area_name.data or "", form.body_name.data)
        try:
            committee = actions.create_committee(
                actor, parent=above[form.parent.data], level=Level(form.level.data),
                area_name=form.area_name.data or "", area_code=form.area_code.data or "", **names,
            )  # fmt: skip
        except RuleError as error:
            form.take(error)
        else:
            flash(f"已新增{committee.body_name}。请核对其名称。", "success")
            return redirect(url_for("committees.committee_names", committee_id=committee.id))
    return render_template("committees/committee_new.html", form=form)


@bp.route("/committees/<int:committee_id>", methods=["GET", "POST"])
@requires(queries.visible_committees, can_keep_committee, param="committee_id")
def committee_names(actor: Actor, committee: Committee) -> Any:
    return _names(actor, committee, "committees.committees")


def _names(actor: Actor, committee: Committee, after: str) -> Any:
    form = NamesForm(obj=committee)
    conflict: Conflict | None = None
    if form.validate_on_submit():
        try:
            actions.change_committee(actor, committee, form.names(), seen=form.version.data)
        except Conflict as error:
            conflict = error
            form.version.renew(committee.version)
        else:
            flash("机构名称已保存。此前印发的文件仍用印发时的名称。", "success")
            return redirect(url_for(after))
    return render_template(
        "committees/names.html", form=form, committee=committee, conflict=conflict,
        own=committee.id == actor.committee_id,
    )  # fmt: skip
