"""Every assignment's light with its reason: as a grid and as a list."""

from __future__ import annotations

from dataclasses import dataclass
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
from tracker.reports.models import Round
from tracker.supervision import actions, policy
from tracker.supervision.documents import light_sheet
from tracker.supervision.forms import LightForm, NoteForm
from tracker.supervision.models import Light
from tracker.supervision.queries import lights as queries
from tracker.supervision.queries.notices import members
from tracker.supervision.views import bp
from tracker.tasks.models import Assignment, Task


@bp.get("/lights")
@requires(can=policy.can_see_lights)
def lights(actor: Actor) -> str:
    """Unit × area for the office; a unit sees its own rows as a list; both as they were on any past day."""
    asked = _asked(actor)
    if actor.sees_committee and request.args.get("view") != "list":
        grid = queries.grid(actor, asked.round, asked.on, due_soon_days=asked.soon)
        return render_template("supervision/lights_grid.html", asked=asked, grid=grid, lights=list(Light))
    rows, said = _filtered(asked, actor)
    listing = pages.paginate(queries.in_order(rows), scalars=False)
    found = queries.read(listing.rows)
    return render_template(
        "supervision/lights_list.html", asked=asked, page=listing, rows=found, said=said, lights=list(Light),
        can_change=actor.is_office and asked.on == actor.on, outdated=queries.outdated(found),
        notes=queries.explanations([row.assignment.id for row in found], asked.on),
        units=members(actor) if actor.sees_committee else [], areas=queries.areas_lit(actor),
    )  # fmt: skip


@bp.get("/lights/export")
@requires(can=policy.can_see_lights)
def export_lights(actor: Actor) -> Response:
    """The list as filtered, as xlsx with the filter's words and the date on the sheet."""
    asked = _asked(actor)
    rows, said = _filtered(asked, actor)
    found, on = queries.read(db.session.execute(queries.in_order(rows)).all()), asked.on
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
        try:
            actions.explain_light(actor, assignment, form.text.data or "")
        except RuleError as error:
            form.take(error)
        else:
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
    row, (changes, notes) = _one(actor, assignment), queries.history(assignment.id)
    given: dict[str, Any] = {"form": LightForm(formdata=None), "note_form": NoteForm(formdata=None), **forms}
    return render_template(
        "supervision/light.html", row=row, policy=policy, changes=changes, notes=notes,
        is_outdated=bool(queries.outdated([row])), **given,
    )  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What the address asks for: which day, judged by which round."""

    on: date
    round: Round | None
    rounds: list[Round]
    soon: int
    is_usual: bool
    """By the round that is in force that day anyway."""


def _asked(actor: Actor) -> Asked:
    """The day asked for, today when it is none or lies ahead; the round chosen, else the one in force."""
    typed = parse_day(request.args.get("on", ""))
    on = typed if typed is not None and typed < actor.on else actor.on
    rounds = queries.rounds_opened(actor.committee_id, on)
    usual = queries.in_force(rounds, on)
    chosen = next((one for one in rounds if one.id == pages.number_arg("round")), usual)
    return Asked(on, chosen, rounds, queries.due_soon_days(actor.committee_id), chosen is usual)


def _one(actor: Actor, assignment: Assignment) -> queries.LightRow:
    found = queries.rows_of(actor, [assignment.id])
    if not found:
        abort(404)
    return found[0]


def _filtered(asked: Asked, actor: Actor) -> tuple[Select[Any], list[tuple[str, str, str]]]:
    """The rows by the filters of the address, and what they say: (label, text, name)."""
    rows = queries.lights(actor, asked.round, asked.on, due_soon_days=asked.soon)
    said = [("日期", zh_date(asked.on), "on")] if asked.on < actor.on else []
    if asked.round is not None and not asked.is_usual:
        said.append(("轮次", asked.round.title, "round"))
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
