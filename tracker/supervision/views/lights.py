"""Every assignment's light with its reason: as a grid and as a list."""

from __future__ import annotations

from datetime import date
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
from tracker.core.filters import zh_date
from tracker.core.forms import parse_day
from tracker.documents import xlsx
from tracker.plans.models import Area
from tracker.supervision import actions, policy
from tracker.supervision.documents import light_sheet
from tracker.supervision.forms import LightForm, NoteForm
from tracker.supervision.models import Light
from tracker.supervision.queries import lights as queries
from tracker.supervision.views import bp
from tracker.tasks.models import Assignment, Task


@bp.get("/lights")
@requires(can=policy.can_see_lights)
def lights(actor: Actor) -> str:
    """Unit × area for the office; a unit sees its own rows as a list; both as they were on any past day."""
    on = _day(actor)
    round_ = queries.round_in_force(actor.committee_id, on)
    soon = queries.due_soon_days(actor.committee_id)
    if actor.sees_committee and request.args.get("view") != "list":
        grid = queries.grid(actor, round_, on, due_soon_days=soon)
        return render_template("supervision/lights_grid.html", round=round_, grid=grid, lights=list(Light), on=on)
    rows, said = _filtered(queries.lights(actor, round_, on, due_soon_days=soon), actor, on)
    listing = pages.paginate(queries.in_order(rows), scalars=False)
    found = queries.read(listing.rows)
    return render_template(
        "supervision/lights_list.html", round=round_, page=listing, rows=found, said=said, lights=list(Light), on=on,
        can_change=actor.is_office and on == actor.on,
        notes=queries.explanations([row.assignment.id for row in found], on),
    )  # fmt: skip


@bp.get("/lights/export")
@requires(can=policy.can_see_lights)
def export_lights(actor: Actor) -> Response:
    """The list as filtered, as xlsx with the filter's words and the date on the sheet."""
    on = _day(actor)
    round_ = queries.round_in_force(actor.committee_id, on)
    soon = queries.due_soon_days(actor.committee_id)
    rows, said = _filtered(queries.lights(actor, round_, on, due_soon_days=soon), actor, on)
    found = queries.read(db.session.execute(queries.in_order(rows)).all())
    notes = {number: one.text for number, one in queries.explanations([row.assignment.id for row in found], on).items()}
    sheet = light_sheet(found, "；".join(f"{label}：{text}" for label, text, _ in said), on, notes)
    record_export(actor, listed("任务状态清单", len(found), said))
    return files.download_bytes(xlsx.workbook([sheet]), f"任务状态清单{on:%Y%m%d}.xlsx", files.XLSX)


@bp.route("/lights/<int:assignment_id>", methods=["GET", "POST"])
@requires(queries.visible_assignments, param="assignment_id")
def light(actor: Actor, assignment: Assignment) -> str | Response:
    """One light: the facts, the rule's answer, the officer's own, and what the unit says."""
    if request.method == "POST" and not policy.can_change_light(actor, assignment):
        abort(403)
    form = LightForm()
    if form.validate_on_submit():
        try:
            actions.change_light(actor, assignment, Light(form.light.data), form.reason.data or "")
        except RuleError as error:
            form.take(error)
        else:
            flash("状态标识已调整，理由已记录。", "success")
            return redirect(url_for("supervision.light", assignment_id=assignment.id))
    return _show(actor, assignment, form=form)


@bp.post("/lights/<int:assignment_id>/note")
@requires(queries.visible_assignments, policy.can_explain_light, param="assignment_id")
def explain_light(actor: Actor, assignment: Assignment) -> str | Response:
    """情况说明 of the unit."""
    form = NoteForm()
    if form.validate_on_submit():
        actions.explain_light(actor, assignment, form.text.data or "")
        flash("情况说明已保存，办公室能看到。", "success")
        return redirect(url_for("supervision.light", assignment_id=assignment.id))
    return _show(actor, assignment, note_form=form)


@bp.post("/lights/<int:assignment_id>/withdraw")
@requires(queries.visible_assignments, policy.can_change_light, param="assignment_id")
def withdraw_light(actor: Actor, assignment: Assignment) -> Response:
    actions.withdraw_light(actor, assignment)
    flash("已恢复为系统判断。", "success")
    return redirect(url_for("supervision.light", assignment_id=assignment.id))


def _show(actor: Actor, assignment: Assignment, **forms: Any) -> str:
    changes, notes = queries.history(assignment.id)
    given: dict[str, Any] = {"form": LightForm(formdata=None), "note_form": NoteForm(formdata=None), **forms}
    return render_template(
        "supervision/light.html", row=_one(actor, assignment), policy=policy, changes=changes, notes=notes, **given
    )  # fmt: skip


def _day(actor: Actor) -> date:
    """The day asked for; today when it is none, or lies ahead."""
    asked = parse_day(request.args.get("on", ""))
    return asked if asked is not None and asked < actor.on else actor.on


def _one(actor: Actor, assignment: Assignment) -> queries.LightRow:
    round_ = queries.round_in_force(actor.committee_id, actor.on)
    soon = queries.due_soon_days(actor.committee_id)
    rows = queries.lights(actor, round_, actor.on, due_soon_days=soon).where(Assignment.id == assignment.id)
    found = queries.read(db.session.execute(rows).all())
    if not found:
        abort(404)
    return found[0]


def _filtered(rows: Select[Any], actor: Actor, on: date) -> tuple[Select[Any], list[tuple[str, str, str]]]:
    """The filters of the address, and what they say: (label, text, name)."""
    said = [("日期", zh_date(on), "on")] if on < actor.on else []
    if light := _light(request.args.get("light")):
        rows = queries.under(rows, light)
        said.append(("状态", light.label, "light"))
    unit, area = _chosen(Unit, "unit"), _chosen(Area, "area")
    if unit is not None and unit.committee_id == actor.committee_id:
        rows = rows.where(Assignment.unit_id == unit.id)
        said.append(("单位", unit.short_name, "unit"))
    if area is not None and area.plan.committee_id == actor.committee_id:
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
