"""Instructions: put in, given to units, their result brought back on one sheet."""

from __future__ import annotations

from flask import Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from tracker.committees.queries import choices_of
from tracker.core import calendar, files, pages
from tracker.core.access import Actor, requires
from tracker.core.errors import RuleError
from tracker.core.forms import Form
from tracker.documents.handing import hand_out, hand_over
from tracker.supervision import actions, policy
from tracker.supervision.documents import checks as documents
from tracker.supervision.forms import InstructionForm, MatterForm, ResultForm
from tracker.supervision.models import Instruction
from tracker.supervision.queries import matters as queries
from tracker.supervision.queries.notices import members
from tracker.supervision.views import bp
from tracker.supervision.views.matters import words_typed
from tracker.supervision.views.papers import most_mb, scan_of
from tracker.supervision.views.refusals import reasoned, unsent


@bp.get("/instructions")
@requires(can=policy.can_see_instructions)
def instructions(actor: Actor) -> str:
    rows = queries.with_matters(queries.visible_instructions(actor)).order_by(Instruction.id.desc())
    return render_template(
        "supervision/instructions.html", page=pages.paginate(rows), can_record=policy.can_record_instructions(actor)
    )  # fmt: skip


@bp.route("/instructions/new", methods=["GET", "POST"])
@requires(can=policy.can_record_instructions)
def new_instruction(actor: Actor) -> str | Answer:
    """The words, or the scan of the paper; the chair may write here at once."""
    given_by = queries.as_signed(actor) if actor.is_chair else ""
    form = InstructionForm(given_on=actor.on, given_by=given_by)
    if form.validate_on_submit():
        upload = form.scan.data
        try:
            scan = scan_of(upload, "scan", lacking="") if upload and upload.filename else None
            instruction = actions.record_instruction(
                actor, title=form.title.data or "", given_by=form.given_by.data or "",
                given_on=form.given_on.data or actor.on, text=form.text.data or "", scan=scan,
            )  # fmt: skip
        except RuleError as error:
            form.take(error)
        else:
            flash("已登记。" if actor.is_office else "已转办公室交办。", "success")
            return redirect(url_for("supervision.instruction", instruction_id=instruction.id))
    return render_template("supervision/instruction_new.html", form=form, max_mb=most_mb())


@bp.get("/instructions/<int:instruction_id>")
@requires(queries.visible_instructions, param="instruction_id")
def instruction(actor: Actor, instruction: Instruction) -> str:
    return show(actor, instruction)


def show(actor: Actor, instruction: Instruction, **forms: Form) -> str:
    """The page of an instruction; `forms` holds what was refused, as it was typed."""
    given: dict[str, Form] = {"result_form": ResultForm(formdata=None, obj=instruction)}
    offered = {
        "result_form": policy.can_close_instruction(actor, instruction),
        "withdraw": policy.can_withdraw_instruction(actor, instruction),
    }
    return render_template(
        "supervision/instruction.html", instruction=instruction, policy=policy, days=calendar.current(),
        lateness=documents.lateness, unsent=unsent(forms, offered), forms=forms, **{**given, **forms},
    )  # fmt: skip


@bp.route("/instructions/<int:instruction_id>/matters/new", methods=["GET", "POST"])
@requires(queries.visible_instructions, policy.of_office, param="instruction_id")
def new_item(actor: Actor, instruction: Instruction) -> str | Answer:
    """One item for one or several units: each gets its own."""
    units = {unit.id: unit for unit in members(actor)}
    chosen = [number for number in pages.row_numbers(request.form.getlist("units")) if number in units]
    workdays = instruction.committee.settings.instruction_workdays
    form = MatterForm(due_on=calendar.current().add_workdays(actor.on, workdays))
    if form.validate_on_submit():
        try:
            if not chosen:
                raise RuleError("请选择单位。")
            actions.note_matters(actor, instruction, [units[number] for number in chosen], words_typed(form, actor))
        except RuleError as error:
            form.take(error)
        else:
            flash("已记录，交办之前单位看不到。", "success")
            return redirect(url_for("supervision.instruction", instruction_id=instruction.id))
    if not policy.can_edit_instruction(actor, instruction):
        return show(actor, instruction, item_form=form)
    return render_template(
        "supervision/matter_form.html", form=form, source=instruction, matter=None, units=choices_of(units.values()),
        chosen=chosen, several=True, back=url_for("supervision.instruction", instruction_id=instruction.id),
    )  # fmt: skip


@bp.post("/instructions/<int:instruction_id>/assign")
@requires(queries.visible_instructions, policy.can_edit_instruction, param="instruction_id")
def assign_instruction(actor: Actor, instruction: Instruction) -> Answer:
    flash(f"已交办{len(actions.assign_instruction(actor, instruction))}项，并通知有关单位。", "success")
    return redirect(url_for("supervision.instruction", instruction_id=instruction.id))


@bp.post("/instructions/<int:instruction_id>/result")
@requires(queries.visible_instructions, policy.of_office, param="instruction_id")
def write_result(actor: Actor, instruction: Instruction) -> str | Answer:
    form = ResultForm()
    if form.validate_on_submit():
        try:
            actions.write_result(actor, instruction, form.result.data or "", seen_version=form.version.data)
        except RuleError as error:
            form.version.renew(instruction.version)
            form.take(error)
        else:
            flash("办理结果已保存。", "success")
            return redirect(url_for("supervision.instruction", instruction_id=instruction.id))
    return show(actor, instruction, result_form=form)


@bp.post("/instructions/<int:instruction_id>/close")
@requires(queries.visible_instructions, policy.can_close_instruction, param="instruction_id")
def close_instruction(actor: Actor, instruction: Instruction) -> Answer:
    """The sheet is made before the transaction, from what stands here."""
    actions.lacking_for_close(instruction)
    seen = instruction.version
    made = documents.fitted_sheet(instruction, actor.on)
    if made.missing_characters:
        raise RuleError(f"{made.complaint}请先更正有关文字。")
    actions.close_instruction(actor, instruction, pdf=files.put_bytes(made.content), seen_version=seen)
    flash("办理结果已报告批示人，批示办结。", "success")
    return redirect(url_for("supervision.instruction", instruction_id=instruction.id))


@bp.post("/instructions/<int:instruction_id>/withdraw")
@requires(queries.visible_instructions, policy.may_withdraw_instruction, param="instruction_id")
def withdraw_instruction(actor: Actor, instruction: Instruction) -> str | Answer:
    def act(reason: str) -> tuple[str, str]:
        actions.withdraw_instruction(actor, instruction, reason)
        return "已撤销，理由已记录。", url_for("supervision.instruction", instruction_id=instruction.id)

    return reasoned(act, lambda form: show(actor, instruction, withdraw=form))


@bp.get("/instructions/<int:instruction_id>/scan")
@requires(queries.visible_instructions, param="instruction_id")
def instruction_scan(actor: Actor, instruction: Instruction) -> Response:
    """The paper as it was uploaded."""
    if instruction.scan is None:
        abort(404)
    return files.download(instruction.scan, instruction.scan_name, inline=True)


@bp.get("/instructions/<int:instruction_id>/sheet.<any(pdf, docx):form>")
@requires(queries.visible_instructions, param="instruction_id")
def instruction_file(actor: Actor, instruction: Instruction, form: str) -> Response:
    """One sheet: as it went back, or as it would go today; in Word always the latter of the day it was closed."""
    name = documents.sheet_name(instruction)
    if form == "docx":
        day = instruction.closed_on or actor.on
        return hand_out(documents.sheet_for_word(instruction, day), "docx", name.removesuffix(".pdf"))
    if instruction.pdf is not None:
        actions.record_sheet_download(actor, instruction)
        return files.download(instruction.pdf, name, inline=True)
    return hand_over(documents.fitted_sheet(instruction, actor.on), "pdf", name)
