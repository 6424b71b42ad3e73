"""Matters: the unit answers, the office verifies; a register of all of them."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from sqlalchemy import Select
from werkzeug.wrappers import Response as Answer

from tracker.committees.models import Unit
from tracker.core import calendar, files, pages
from tracker.core.access import Actor, requires
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError
from tracker.core.exports import listed, record_export
from tracker.core.forms import Form
from tracker.documents import xlsx
from tracker.supervision import actions, policy
from tracker.supervision.actions import MatterWords
from tracker.supervision.documents import checks as documents
from tracker.supervision.forms import DecisionForm, LookBackForm, MatterForm, ReplyForm, reply_form
from tracker.supervision.models import Matter, MatterEvidence, MatterState
from tracker.supervision.queries import matters as queries
from tracker.supervision.queries.notices import members
from tracker.supervision.views import bp
from tracker.supervision.views.later import later_forms, later_offered
from tracker.supervision.views.papers import evidence_of, most_mb
from tracker.supervision.views.refusals import reasoned, unsent

REGISTER = "整改和交办事项台账"
SOURCES = (("check", "整改事项"), ("instruction", "交办事项"))


@bp.get("/matters")
@requires(can=policy.can_see_checks)
def matters(actor: Actor) -> str:
    """台账: every finding and item with its unit, day and state."""
    rows, said = _filtered(actor)
    states = [state for state in MatterState if actor.sees_committee or state is not MatterState.NOTED]
    return render_template(
        "supervision/matters.html", page=pages.paginate(queries.ordered(rows, request.args.get("sort", ""))), said=said,
        states=states, sources=SOURCES, units=members(actor) if actor.sees_committee else [],
        lateness=documents.lateness, days=calendar.current(),
    )  # fmt: skip


@bp.get("/matters/export")
@requires(can=policy.can_see_checks)
def export_matters(actor: Actor) -> Response:
    """The register as filtered."""
    rows, said = _filtered(actor)
    found = db.session.scalars(queries.whole(queries.ordered(rows, request.args.get("sort", "")))).all()
    words = "；".join(f"{label}：{text}" for label, text, _ in said)
    sheet = documents.matter_sheet(found, REGISTER, words, actor.on, calendar.current())
    record_export(actor, listed(REGISTER, len(found), said))
    return files.download_bytes(xlsx.workbook([sheet]), f"{REGISTER}{actor.on:%Y%m%d}.xlsx", files.XLSX)


@bp.get("/matters/<int:matter_id>")
@requires(queries.visible_matters, param="matter_id")
def matter(actor: Actor, matter: Matter) -> str:
    return show(actor, matter)


def show(actor: Actor, matter: Matter, **forms: Form) -> str:
    """The page of a matter; `forms` holds what was refused, as it was typed."""
    days = calendar.current()
    proposed = days.add_workdays(actor.on, matter.committee.settings.notice_supplement_workdays)
    given: dict[str, Form] = {
        "reply_form": reply_form(matter),
        "decision_form": DecisionForm(formdata=None, due_on=max(proposed, matter.due_on)),
        "look_form": LookBackForm(formdata=None, looked_on=actor.on),
        **later_forms(actor, matter),
    }
    offered = {
        "reply_form": policy.can_answer_matter(actor, matter),
        "decision_form": policy.can_verify_matter(actor, matter),
        "look_form": policy.can_look_back(actor, matter),
        "drop": policy.can_drop_matter(actor, matter),
        **later_offered(actor, matter),
    }
    return render_template(
        "supervision/matter.html", matter=matter, policy=policy, late=documents.lateness(matter, actor.on, days),
        max_mb=most_mb(), days=days, unsent=unsent(forms, offered), forms=forms, **{**given, **forms},
    )  # fmt: skip


@bp.route("/matters/<int:matter_id>/edit", methods=["GET", "POST"])
@requires(queries.visible_matters, policy.of_office, param="matter_id")
def edit_matter(actor: Actor, matter: Matter) -> str | Answer:
    form, conflict = MatterForm(obj=matter), None
    if form.validate_on_submit():
        try:
            actions.edit_matter(actor, matter, words_typed(form, actor), seen_version=form.version.data)
        except Conflict as error:
            conflict = error
            form.version.renew(matter.version)
        except RuleError as error:
            form.take(error)
        else:
            flash("已保存。", "success")
            return redirect(pages.rooted(matter.source.path))
    if not policy.can_edit_matter(actor, matter):
        return show(actor, matter, edit_form=form)
    return render_template(
        "supervision/matter_form.html", form=form, source=matter.source, matter=matter, units=[], chosen=[],
        several=False, conflict=conflict, back=pages.rooted(matter.source.path),
    )  # fmt: skip


@bp.post("/matters/<int:matter_id>/remove")
@requires(queries.visible_matters, policy.can_edit_matter, param="matter_id")
def remove_matter(actor: Actor, matter: Matter) -> Answer:
    back = matter.source.path
    actions.remove_matter(actor, matter)
    flash("已删除。", "success")
    return redirect(pages.rooted(back))


@bp.post("/matters/<int:matter_id>/answer")
@requires(queries.visible_matters, policy.is_addressed, param="matter_id")
def answer_matter(actor: Actor, matter: Matter) -> str | Answer:
    """The unit's answer; the files are stored before the transaction."""
    form = ReplyForm()
    if form.validate_on_submit():
        try:
            actions.answer_matter(actor, matter, form.text.data or "", evidence_of(form.evidence.data))
        except RuleError as error:
            form.take(error)
        else:
            flash("已回复，等待办公室核验。", "success")
            return redirect(url_for("supervision.matter", matter_id=matter.id))
    return show(actor, matter, reply_form=form)


@bp.post("/matters/<int:matter_id>/verify")
@requires(queries.visible_matters, policy.may_verify, param="matter_id")
def verify_matter(actor: Actor, matter: Matter) -> str | Answer:
    """Close or send back."""
    form = DecisionForm()
    if form.validate_on_submit():
        opinion = form.opinion.data or ""
        try:
            if form.decision.data == "close":
                actions.close_matter(actor, matter, opinion)
            elif form.due_on.data is None:
                raise RuleError("请填写新的期限。", field="due_on")
            else:
                actions.send_back_matter(actor, matter, opinion, form.due_on.data)
        except RuleError as error:
            form.take(error)
        else:
            flash("已销号。" if form.decision.data == "close" else "已退回补充，并通知该单位。", "success")
            return redirect(url_for("supervision.matter", matter_id=matter.id))
    return show(actor, matter, decision_form=form)


@bp.post("/matters/<int:matter_id>/look-back")
@requires(queries.visible_matters, policy.of_office, param="matter_id")
def look_back(actor: Actor, matter: Matter) -> str | Answer:
    """回头看: it has held, or it is open again."""
    form = LookBackForm()
    if form.validate_on_submit():
        try:
            actions.look_back(
                actor, matter, looked_on=form.looked_on.data or actor.on, has_held=form.has_held.data == "1",
                note=form.note.data or "", due_on=form.due_on.data,
            )  # fmt: skip
        except RuleError as error:
            form.take(error)
        else:
            flash("回头看情况已记录。", "success")
            return redirect(url_for("supervision.matter", matter_id=matter.id))
    return show(actor, matter, look_form=form)


@bp.post("/matters/<int:matter_id>/drop")
@requires(queries.visible_matters, policy.of_office, param="matter_id")
def drop_matter(actor: Actor, matter: Matter) -> str | Answer:
    def act(reason: str) -> tuple[str, str]:
        actions.drop_matter(actor, matter, reason)
        return "已撤销，理由已记录。", url_for("supervision.matter", matter_id=matter.id)

    return reasoned(act, lambda form: show(actor, matter, drop=form))


@bp.get("/matters/evidence/<int:evidence_id>")
@requires(queries.visible_evidence, param="evidence_id")
def matter_evidence(actor: Actor, evidence: MatterEvidence) -> Response:
    """A file that came with an answer."""
    return files.download(evidence.file, evidence.name, inline=True)


def words_typed(form: MatterForm, actor: Actor) -> MatterWords:
    """What was typed about a matter."""
    return MatterWords(
        form.subject.data or "", form.facts.data or "", form.demand.data or "", form.due_on.data or actor.on
    )


def _filtered(actor: Actor) -> tuple[Select[Matter], list[tuple[str, str, str]]]:
    """The filters of the address, and what they say: (label, text, name)."""
    rows, said = queries.visible_matters(actor), []
    args: Any = request.args
    if args.get("state") in {state.value for state in MatterState}:
        state = MatterState(args["state"])
        rows = rows.where(Matter.state == state)
        said.append(("状态", state.label, "state"))
    if word := dict(SOURCES).get(args.get("source", "")):
        column = Matter.check_id if args["source"] == "check" else Matter.instruction_id
        rows = rows.where(column.is_not(None))
        said.append(("类别", word, "source"))
    number = pages.number_arg("unit")
    unit = db.session.get(Unit, number) if number and actor.sees_committee else None
    if unit is not None and unit.committee_id == actor.committee_id:
        rows = rows.where(Matter.unit_id == unit.id)
        said.append(("单位", unit.short_name, "unit"))
    if args.get("late"):
        rows = rows.where(queries.was_late(actor))
        said.append(("逾期", "曾经或现在逾期", "late"))
    return rows, said
