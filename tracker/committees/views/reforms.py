"""机构改革 as a wizard: what becomes of the unit, what will move, confirm."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from tracker.committees import actions, queries
from tracker.committees.forms import ReformForm
from tracker.committees.models import ReformKind, Unit
from tracker.committees.policy import can_reform
from tracker.committees.reform import Effect, effects_on
from tracker.committees.views.blueprint import bp
from tracker.core.access import Actor, requires
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.pages import row_number, row_numbers


@bp.route("/units/<int:unit_id>/reform", methods=["GET", "POST"])
@requires(queries.visible_units, can_reform, param="unit_id")
def unit_reform(actor: Actor, unit: Unit) -> Any:
    """First what and since when; then, on a page that says everything that moves and stays, the confirmation."""
    form = ReformForm(formdata=request.form if request.method == "POST" else request.args)
    others = [one for one in queries.current_units(unit.committee_id, actor.on) if one.id != unit.id]
    chosen = [one for one in others if one.id in row_numbers(request.values.getlist("heirs"))]
    if request.method == "POST" and form.validate() and form.starts_on.data:
        kind = ReformKind(form.kind.data)
        heirs = [] if kind is ReformKind.RENAMED else chosen
        try:
            actions.check_reform(actor, unit, kind, form.starts_on.data, heirs, form.name())
            if request.form.get("step") == "confirm":
                return _carry_out(actor, unit, kind, form, heirs)
        except RuleError as error:
            db.session.rollback()
            form.take(error)
        else:
            if request.form.get("step") == "check":
                return _preview(actor, unit, kind, form, heirs)
    return render_template(
        "committees/reform.html", unit=unit, form=form, others=others, chosen=[one.id for one in chosen]
    )


def _carry_out(actor: Actor, unit: Unit, kind: ReformKind, form: ReformForm, heirs: list[Unit]) -> Any:
    reform = actions.reform_unit(
        actor, unit, kind, starts_on=form.starts_on.data or actor.on, document=form.document.data or "", heirs=heirs,
        name=form.name(), shares=_shares(effects_on(unit, kind, actor.on), heirs),
    )  # fmt: skip
    flash(f"已办理：{reform.sentence}。未办结的工作已移交，原单位的提醒已停止。", "success")
    return redirect(url_for("committees.unit", unit_id=reform.heirs[0].id))


def _preview(actor: Actor, unit: Unit, kind: ReformKind, form: ReformForm, heirs: list[Unit]) -> str:
    return render_template(
        "committees/reform_check.html", unit=unit, form=form, kind=kind, heirs=heirs,
        effects=effects_on(unit, kind, actor.on), last_day=(form.starts_on.data or actor.on) - timedelta(days=1),
    )  # fmt: skip


def _shares(effects: list[Effect], heirs: list[Unit]) -> dict[str, int]:
    """Who takes over what: chosen line by line, else the successor chosen for the rest."""
    rest = row_number(request.form.get("rest")) or (heirs[0].id if heirs else 0)
    keys = [share.key for effect in effects for share in effect.moves if share.key]
    return {key: row_number(request.form.get(f"share-{key}")) or rest for key in keys}
