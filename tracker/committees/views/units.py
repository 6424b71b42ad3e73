"""The list of units, and each of them."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from tracker.committees import actions, documents, queries
from tracker.committees.forms import CloseUnitForm, UnitForm
from tracker.committees.models import Committee, System, Unit
from tracker.committees.policy import can_keep_unit, can_reform, keeps_units
from tracker.committees.queries import UnitFilter
from tracker.committees.views.blueprint import bp
from tracker.core import files
from tracker.core.access import Actor, requires
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError
from tracker.core.exports import listed, record_export
from tracker.core.forms import EmptyForm
from tracker.core.pages import number_arg, paginate, row_number, safe_next, text_arg


@bp.get("/units")
@requires()
def units(actor: Actor) -> Any:
    wanted = _wanted()
    committees = list(db.session.scalars(queries.visible_committees(actor).order_by(Committee.path)))
    page = paginate(queries.units_found(actor, wanted))
    return render_template(
        "committees/units.html", page=page, wanted=wanted, committees=committees, said=_said(wanted, committees),
        system_choices=[(system.value, system.label) for system in System],
        committee_choices=[(one.id, one.short_name) for one in committees if one.id != actor.committee_id],
        may_keep=keeps_units(actor),
    )  # fmt: skip


@bp.get("/units.xlsx")
@requires()
def units_table(actor: Actor) -> Any:
    """The list as it is filtered."""
    wanted = _wanted()
    committees = list(db.session.scalars(queries.visible_committees(actor).order_by(Committee.path)))
    body = next((one.body_name for one in committees if one.id == wanted.committee_id), actor.committee.body_name)
    found, said = list(db.session.scalars(queries.units_found(actor, wanted)).unique()), _said(wanted, committees)
    content = documents.units_book(found, f"{body}单位名单", said, on=actor.on)
    record_export(actor, listed("单位名单", len(found), said))
    return files.download_bytes(content, "单位名单.xlsx", files.XLSX)


@bp.route("/units/new", methods=["GET", "POST"])
@requires(can=keeps_units)
def unit_new(actor: Actor) -> Any:
    committees = list(db.session.scalars(queries.visible_committees(actor).order_by(Committee.path)))
    wanted = row_number(request.values.get("committee")) or actor.committee_id
    committee = next((one for one in committees if one.id == wanted), committees[0])
    form = UnitForm(data={"full_name": text_arg("name"), "short_name": text_arg("name")})
    if form.validate_on_submit():
        try:
            unit = actions.add_unit(
                actor, committee, position=form.position.data, aliases=form.aliases.lines,
                former_names=form.former_names.lines, **form.facts(),
            )  # fmt: skip
        except RuleError as error:
            form.take(error)
        else:
            flash(f"已新增{unit.short_name}。", "success")
            return redirect(safe_next(request.values.get("next")) or url_for("committees.unit", unit_id=unit.id))
    return render_template("committees/unit_form.html", form=form, unit=None, committee=committee)


@bp.get("/units/<int:unit_id>")
@requires(queries.visible_units, param="unit_id")
def unit(actor: Actor, unit: Unit) -> Any:
    return render_template("committees/unit.html", unit=unit, may_keep=can_keep_unit(actor, unit))


@bp.route("/units/<int:unit_id>/edit", methods=["GET", "POST"])
@requires(queries.visible_units, can_keep_unit, param="unit_id")
def unit_edit(actor: Actor, unit: Unit) -> Any:
    form = UnitForm(
        obj=unit,
        data={
            "aliases": "\n".join(name.name for name in unit.names if not name.is_former),
            "former_names": "\n".join(name.name for name in unit.names if name.is_former),
            "duty_words": "\n".join(unit.fields_of_duty),
        },
    )
    conflict: Conflict | None = None
    if form.validate_on_submit():
        try:
            actions.change_unit(
                actor, unit, form.facts(), aliases=form.aliases.lines, former_names=form.former_names.lines,
                position=form.position.data, seen=form.version.data,
            )  # fmt: skip
        except Conflict as error:
            conflict = error
            form.version.renew(unit.version)
        except RuleError as error:
            form.take(error)
        else:
            flash(f"{unit.short_name}的信息已保存。", "success")
            return redirect(url_for("committees.unit", unit_id=unit.id))
    return render_template(
        "committees/unit_form.html", form=form, unit=unit, committee=unit.committee, conflict=conflict
    )


@bp.post("/units/<int:unit_id>/move")
@requires(queries.visible_units, can_keep_unit, param="unit_id")
def unit_move(actor: Actor, unit: Unit) -> Any:
    if EmptyForm().validate():
        actions.move_unit(actor, unit, -1 if request.form.get("to") == "up" else 1)
    other = unit.committee_id if unit.committee_id != actor.committee_id else None
    return redirect(url_for("committees.units", committee=other, _anchor=f"unit-{unit.id}"))


@bp.route("/units/<int:unit_id>/close", methods=["GET", "POST"])
@requires(queries.visible_units, can_keep_unit, param="unit_id")
def unit_close(actor: Actor, unit: Unit) -> Any:
    form = CloseUnitForm(data={"last_day": actor.on})
    if form.validate_on_submit() and form.last_day.data:
        try:
            actions.close_unit(actor, unit, last_day=form.last_day.data, reason=form.reason.data or "")
        except RuleError as error:
            db.session.rollback()
            form.take(error)
        else:
            flash(f"{unit.short_name}已停用。", "success")
            return redirect(url_for("committees.unit", unit_id=unit.id))
    return render_template("committees/unit_close.html", form=form, unit=unit, may_reform=can_reform(actor, unit))


@bp.post("/units/<int:unit_id>/reopen")
@requires(queries.visible_units, can_keep_unit, param="unit_id")
def unit_reopen(actor: Actor, unit: Unit) -> Any:
    if EmptyForm().validate():
        try:
            actions.reopen_unit(actor, unit)
        except RuleError as error:
            db.session.rollback()
            flash(error.sentence, "error")
        else:
            flash(f"{unit.short_name}已恢复。", "success")
    return redirect(url_for("committees.unit", unit_id=unit.id))


def _wanted() -> UnitFilter:
    system = request.args.get("system")
    return UnitFilter(
        committee_id=number_arg("committee"),
        words=text_arg("q"),
        system=System(system) if system in set(System) else None,
        members={"1": True, "0": False}.get(request.args.get("member", "")),
        closed=request.args.get("closed") == "1",
    )


def _said(wanted: UnitFilter, committees: list[Committee]) -> list[tuple[str, str, str]]:
    """The filter in words, as (label, words, part of the address)."""
    body = next((one.short_name for one in committees if one.id == wanted.committee_id), "")
    members = {True: "是", False: "否"}.get(wanted.members, "") if wanted.members is not None else ""
    said = [
        ("名称", wanted.words, "q"),
        ("类别", wanted.system.label if wanted.system else "", "system"),
        ("成员单位", members, "member"),
        ("机构", body, "committee"),
        ("状态", "已停用" if wanted.closed else "", "closed"),
    ]
    return [part for part in said if part[1]]
