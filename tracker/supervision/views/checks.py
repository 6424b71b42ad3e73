"""Field checks: planned, announced, what was seen and found, their papers."""

from __future__ import annotations

from flask import Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from tracker.committees.queries import choices_of
from tracker.core import calendar, files, pages
from tracker.core.access import Actor, requires
from tracker.core.errors import Conflict, RuleError
from tracker.core.exports import record_export
from tracker.core.forms import Form
from tracker.documents import xlsx
from tracker.documents.handing import hand_out
from tracker.supervision import actions, policy
from tracker.supervision.documents import checks as documents
from tracker.supervision.forms import AddVisitForm, CheckForm, MatterForm, SummaryForm, VisitForm
from tracker.supervision.models import CheckFacts, CheckState, FieldCheck
from tracker.supervision.queries import matters as queries
from tracker.supervision.queries.notices import members
from tracker.supervision.views import bp
from tracker.supervision.views.matters import words_typed
from tracker.supervision.views.refusals import reasoned, unsent


@bp.get("/checks")
@requires(can=policy.can_see_checks)
def checks(actor: Actor) -> str:
    """Every field check; a unit those that came to it."""
    rows = queries.with_visits(queries.visible_checks(actor)).order_by(
        FieldCheck.starts_on.desc(), FieldCheck.id.desc()
    )
    return render_template(
        "supervision/checks.html", page=pages.paginate(rows), can_plan=policy.can_plan_checks(actor)
    )  # fmt: skip


@bp.route("/checks/new", methods=["GET", "POST"])
@requires(can=policy.can_plan_checks)
def new_check(actor: Actor) -> str | Answer:
    """The plan with its units; each is put on the first day and moved on the check's own page."""
    form = CheckForm()
    units = {unit.id: unit for unit in members(actor)}
    chosen = [number for number in pages.row_numbers(request.form.getlist("units")) if number in units]
    if form.validate_on_submit():
        facts = _facts(form)
        try:
            check = actions.plan_check(actor, facts, [(units[number], facts.starts_on) for number in chosen])
        except RuleError as error:
            form.take(error)
        else:
            flash("已拟定。请核对各单位的日期，然后通知单位。", "success")
            return redirect(url_for("supervision.check", check_id=check.id))
    return render_template(
        "supervision/check_form.html", form=form, check=None, units=choices_of(units.values()), chosen=chosen
    )


@bp.get("/checks/<int:check_id>")
@requires(queries.visible_checks, param="check_id")
def check(actor: Actor, check: FieldCheck) -> str:
    return show(actor, check)


def show(actor: Actor, check: FieldCheck, **forms: Form) -> str:
    """The page of a check; `forms` holds what was refused, as it was typed. A unit sees its own part."""
    found = [one for one in check.matters if actor.sees_committee or one.unit_id == actor.unit_id]
    if not actor.sees_committee:
        found = [one for one in found if one.sent_on is not None]
    visits = [one for one in check.visits if actor.sees_committee or one.unit_id == actor.unit_id]
    days, can_edit = calendar.current(), policy.can_edit_check(actor, check)
    offered = {
        "add_form": can_edit, "summary_form": can_edit and check.state is not CheckState.PLANNED,
        "cancel": policy.can_cancel_check(actor, check),
    }  # fmt: skip
    given: dict[str, Form] = {
        "add_form": AddVisitForm(formdata=None, visit_on=check.starts_on),
        "summary_form": SummaryForm(formdata=None, obj=check),
    }
    more = [unit for unit in members(actor) if check.visit_of(unit.id) is None] if can_edit else []
    return render_template(
        "supervision/check.html", check=check, more_units=choices_of(more), visits=visits, matters=found,
        policy=policy, days=days,
        lateness=documents.lateness, handed_on=documents.handed_on,
        progress=documents.progress(check, actor.on) if actor.sees_committee else "",
        unsent=unsent(forms, offered), forms=forms, **{**given, **forms},
    )  # fmt: skip


@bp.route("/checks/<int:check_id>/edit", methods=["GET", "POST"])
@requires(queries.visible_checks, policy.of_office, param="check_id")
def edit_check(actor: Actor, check: FieldCheck) -> str | Answer:
    form, conflict = CheckForm(obj=check), None
    if form.validate_on_submit():
        try:
            actions.edit_check(actor, check, _facts(form, check.summary), seen_version=form.version.data)
        except Conflict as error:
            conflict = error
            form.version.renew(check.version)
        except RuleError as error:
            form.take(error)
        else:
            flash("已保存。", "success")
            return redirect(url_for("supervision.check", check_id=check.id))
    if not policy.can_edit_check(actor, check):
        return show(actor, check, edit_form=form)
    return render_template(
        "supervision/check_form.html", form=form, check=check, units=[], chosen=[], conflict=conflict
    )  # fmt: skip


@bp.post("/checks/<int:check_id>/summary")
@requires(queries.visible_checks, policy.of_office, param="check_id")
def write_summary(actor: Actor, check: FieldCheck) -> str | Answer:
    """总体情况, after the visits."""
    form = SummaryForm()
    if form.validate_on_submit():
        facts = CheckFacts(
            check.title, check.starts_on, check.ends_on, check.basis, check.team, check.points,
            form.summary.data or "", check.look_back_on,
        )  # fmt: skip
        try:
            actions.edit_check(actor, check, facts, seen_version=form.version.data)
        except RuleError as error:
            form.version.renew(check.version)
            form.take(error)
        else:
            flash("已保存。", "success")
            return redirect(url_for("supervision.check", check_id=check.id))
    return show(actor, check, summary_form=form)


@bp.post("/checks/<int:check_id>/visit")
@requires(queries.visible_checks, policy.of_office, param="check_id")
def add_visit(actor: Actor, check: FieldCheck) -> str | Answer:
    """One more unit, on its day."""
    form = AddVisitForm()
    if form.validate_on_submit():
        unit = next((unit for unit in members(actor) if unit.id == form.unit_id.data), None)
        try:
            if unit is None:
                raise RuleError("请选择单位。", field="unit_id")
            actions.add_visit(actor, check, unit, form.visit_on.data or check.starts_on)
        except RuleError as error:
            form.take(error)
        else:
            flash(f"已安排{unit.short_name}。", "success")
            return redirect(url_for("supervision.check", check_id=check.id))
    return show(actor, check, add_form=form)


@bp.route("/checks/<int:check_id>/visits/<int:unit_id>", methods=["GET", "POST"])
@requires(queries.visible_checks, policy.of_office, param="check_id")
def edit_visit(actor: Actor, check: FieldCheck, unit_id: int) -> str | Answer:
    """A unit's day, and what was seen there."""
    visit = check.visit_of(unit_id)
    if visit is None:
        abort(404)
    form, conflict = VisitForm(obj=visit, seen=visit.situation), None
    if form.validate_on_submit():
        try:
            actions.set_visit(
                actor, check, visit.unit, form.visit_on.data or visit.visit_on, form.situation.data or "",
                seen=form.seen.data or "",
            )  # fmt: skip
        except Conflict as error:
            conflict = error
            form.seen.data = visit.situation
        except RuleError as error:
            form.take(error)
        else:
            flash("已保存。", "success")
            return redirect(url_for("supervision.check", check_id=check.id))
    if not policy.can_edit_check(actor, check):
        return show(actor, check, visit_form=form)
    return render_template(
        "supervision/visit_form.html", form=form, check=check, visit=visit, conflict=conflict
    )  # fmt: skip


@bp.post("/checks/<int:check_id>/visits/<int:unit_id>/remove")
@requires(queries.visible_checks, policy.can_edit_check, param="check_id")
def remove_visit(actor: Actor, check: FieldCheck, unit_id: int) -> Answer:
    visit = check.visit_of(unit_id)
    if visit is None:
        raise RuleError("这个单位不在督查单位中。")
    actions.remove_visit(actor, check, visit.unit)
    flash("已移出。", "success")
    return redirect(url_for("supervision.check", check_id=check.id))


@bp.route("/checks/<int:check_id>/matters/new", methods=["GET", "POST"])
@requires(queries.visible_checks, policy.of_office, param="check_id")
def new_finding(actor: Actor, check: FieldCheck) -> str | Answer:
    """One finding, at one unit of the check."""
    units = {visit.unit_id: visit.unit for visit in check.visits}
    chosen = [number for number in pages.row_numbers(request.values.getlist("units")) if number in units][:1]
    if len(units) == 1:
        chosen = list(units)
    form = MatterForm(due_on=calendar.current().add_workdays(actor.on, check.committee.settings.finding_workdays))
    if form.validate_on_submit():
        try:
            if not chosen:
                raise RuleError("请选择单位。")
            actions.note_matter(actor, check, units[chosen[0]], words_typed(form, actor))
        except RuleError as error:
            form.take(error)
        else:
            flash("已记录，反馈之前单位看不到。", "success")
            return redirect(url_for("supervision.check", check_id=check.id))
    if not policy.can_edit_check(actor, check):
        return show(actor, check, finding_form=form)
    return render_template(
        "supervision/matter_form.html", form=form, source=check, matter=None, units=choices_of(units.values()),
        chosen=chosen, several=False, back=url_for("supervision.check", check_id=check.id),
    )  # fmt: skip


@bp.post("/checks/<int:check_id>/announce")
@requires(queries.visible_checks, policy.can_announce, param="check_id")
def announce_check(actor: Actor, check: FieldCheck) -> Answer:
    flash(f"已通知{actions.announce_check(actor, check)}个单位。", "success")
    return redirect(url_for("supervision.check", check_id=check.id))


@bp.post("/checks/<int:check_id>/feed-back")
@requires(queries.visible_checks, policy.can_feed_back, param="check_id")
def feed_back(actor: Actor, check: FieldCheck) -> Answer:
    flash(f"已向单位反馈{len(actions.feed_back(actor, check))}个问题。", "success")
    return redirect(url_for("supervision.check", check_id=check.id))


@bp.post("/checks/<int:check_id>/close")
@requires(queries.visible_checks, policy.can_close_check, param="check_id")
def close_check(actor: Actor, check: FieldCheck) -> Answer:
    actions.close_check(actor, check)
    flash("实地督查已办结。", "success")
    return redirect(url_for("supervision.check", check_id=check.id))


@bp.post("/checks/<int:check_id>/cancel")
@requires(queries.visible_checks, policy.of_office, param="check_id")
def cancel_check(actor: Actor, check: FieldCheck) -> str | Answer:
    def act(reason: str) -> tuple[str, str]:
        actions.cancel_check(actor, check, reason)
        return "已取消，理由已记录。", url_for("supervision.check", check_id=check.id)

    return reasoned(act, lambda form: show(actor, check, cancel=form))


@bp.get("/checks/<int:check_id>/paper.<any(pdf, docx, xlsx):form>")
@requires(queries.visible_checks, policy.can_read_check_papers, param="check_id")
def check_paper(actor: Actor, check: FieldCheck, form: str) -> Response:
    """督查情况 with the 整改清单 as its annex; the list alone as xlsx."""
    days, name = calendar.current(), documents.check_file_name(check, form)
    if form == "xlsx":
        sheet = documents.matter_sheet(check.matters, "整改清单", check.title, actor.on, days)
        response = files.download_bytes(xlsx.workbook([sheet]), f"{check.title}整改清单.xlsx", files.XLSX)
    else:
        response = hand_out(documents.check_document(check, actor.on, days), form, name)
    record_export(actor, f"导出{check.audit_label()}的{'整改清单' if form == 'xlsx' else '督查情况'}", check)
    return response


def _facts(form: CheckForm, summary: str = "") -> CheckFacts:
    starts_on, ends_on = form.starts_on.data, form.ends_on.data
    assert starts_on is not None  # REQUIRED
    assert ends_on is not None
    return CheckFacts(
        form.title.data or "", starts_on, ends_on, form.basis.data or "", form.team.data or "",
        form.points.data or "", summary, form.look_back_on.data,
    )  # fmt: skip
