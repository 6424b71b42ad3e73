"""Every assignment's light with its reason: as a grid and as a list."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import Select
from werkzeug.wrappers import Response

from tracker.committees.models import Unit
from tracker.core import files, pages
from tracker.core.access import Actor, requires
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.exports import listed, record_export
from tracker.documents import xlsx
from tracker.plans.models import Area
from tracker.supervision import actions, policy
from tracker.supervision.documents import light_sheet
from tracker.supervision.forms import LightForm
from tracker.supervision.models import Light
from tracker.supervision.queries import lights as queries
from tracker.supervision.views import bp
from tracker.tasks.models import Assignment, Task


@bp.get("/lights")
@requires(can=policy.can_see_lights)
def lights(actor: Actor) -> str:
    """Unit × area for the office; a unit sees its own rows as a list."""
    round_ = queries.round_in_force(actor.committee_id, actor.on)
    soon = queries.due_soon_days(actor.committee_id)
    if actor.sees_committee and request.args.get("view") != "list":
        grid = queries.grid(actor, round_, actor.on, due_soon_days=soon)
        return render_template("supervision/lights_grid.html", round=round_, grid=grid, lights=list(Light))
    rows, said = _filtered(queries.lights(actor, round_, actor.on, due_soon_days=soon))
    listing = pages.paginate(queries.in_order(rows), scalars=False)
    return render_template(
        "supervision/lights_list.html", round=round_, page=listing, rows=queries.read(listing.rows), said=said,
        lights=list(Light), can_change=actor.is_office,
    )  # fmt: skip


@bp.get("/lights/export")
@requires(can=policy.can_see_lights)
def export_lights(actor: Actor) -> Response:
    """The list as filtered, as xlsx with the filter's words and the date on the sheet."""
    round_ = queries.round_in_force(actor.committee_id, actor.on)
    soon = queries.due_soon_days(actor.committee_id)
    rows, said = _filtered(queries.lights(actor, round_, actor.on, due_soon_days=soon))
    found = queries.read(db.session.execute(queries.in_order(rows)).all())
    sheet = light_sheet(found, "；".join(f"{label}：{text}" for label, text, _ in said), actor.on)
    record_export(actor, listed("任务状态清单", len(found), said))
    return files.download_bytes(xlsx.workbook([sheet]), f"任务状态清单{actor.on:%Y%m%d}.xlsx", files.XLSX)


@bp.route("/lights/<int:assignment_id>", methods=["GET", "POST"])
@requires(queries.visible_assignments, policy.can_change_light, param="assignment_id")
def change_light(actor: Actor, assignment: Assignment) -> str | Response:
    """One light: the facts, the rule's answer, and the officer's own."""
    form = LightForm()
    if form.validate_on_submit():
        try:
            actions.change_light(actor, assignment, Light(form.light.data), form.reason.data or "")
        except RuleError as error:
            form.take(error)
        else:
            flash("状态标识已调整，理由已记录。", "success")
            return redirect(url_for("supervision.lights", view="list"))
    row = _one(actor, assignment)
    return render_template("supervision/light.html", form=form, row=row)


@bp.post("/lights/<int:assignment_id>/withdraw")
@requires(queries.visible_assignments, policy.can_change_light, param="assignment_id")
def withdraw_light(actor: Actor, assignment: Assignment) -> Response:
    actions.withdraw_light(actor, assignment)
    flash("已恢复为系统判断。", "success")
    return redirect(url_for("supervision.lights", view="list"))


def _one(actor: Actor, assignment: Assignment) -> queries.LightRow:
    round_ = queries.round_in_force(actor.committee_id, actor.on)
    soon = queries.due_soon_days(actor.committee_id)
    rows = queries.lights(actor, round_, actor.on, due_soon_days=soon).where(Assignment.id == assignment.id)
    found = queries.read(db.session.execute(rows).all())
    if not found:
        abort(404)
    return found[0]


def _filtered(rows: Select[Any]) -> tuple[Select[Any], list[tuple[str, str, str]]]:
    """The filters of the address, and what they say: (label, text, name)."""
    said = []
    if light := _light(request.args.get("light")):
        rows = queries.under(rows, light)
        said.append(("状态", light.label, "light"))
    if unit := _chosen(Unit, "unit"):
        rows = rows.where(Assignment.unit_id == unit.id)
        said.append(("单位", unit.short_name, "unit"))
    if area := _chosen(Area, "area"):
        rows = rows.where(Task.area_id == area.id)
        said.append(("领域", area.name, "area"))
    if request.args.get("support"):
        said.append(("范围", "含配合单位", "support"))
    else:
        rows = queries.only_duties(rows)
    return rows, said


def _light(value: str | None) -> Light | None:
    return Light(value) if value in {light.value for light in Light} else None


def _chosen(model: type[Any], name: str) -> Any:
    number = pages.number_arg(name)
    return db.session.get(model, number) if number else None
