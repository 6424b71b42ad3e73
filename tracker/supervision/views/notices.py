"""Notices: the register, one notice, what the rule proposes, drafting and issuing."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Response, abort, flash, redirect, render_template, request, url_for
from sqlalchemy import Select
from werkzeug.wrappers import Response as Answer

from tracker.committees.models import Committee, Unit
from tracker.committees.queries import choices_of
from tracker.core import calendar, files, pages
from tracker.core.access import Actor, requires
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError
from tracker.core.exports import listed, record_export
from tracker.core.forms import EmptyForm, Form, Option, clean_line, clean_text, parse_day
from tracker.documents import xlsx
from tracker.documents.handing import hand_out
from tracker.reports.models import Report, Request
from tracker.supervision import actions, documents, policy
from tracker.supervision.documents.notices import lateness
from tracker.supervision.forms import NewNoticeForm, NoticeForm, RegisterForm
from tracker.supervision.models import (
    COLOURS,
    UNISSUED,
    ItemWords,
    Matter,
    Notice,
    NoticeItem,
    NoticeKind,
    NoticeState,
    Step,
    steps_of,
)
from tracker.supervision.queries import grounds, lights
from tracker.supervision.queries import notices as queries
from tracker.supervision.queries.closings import Closing, Lapse
from tracker.supervision.views import bp
from tracker.supervision.views.notice_pages import show
from tracker.supervision.views.papers import both, most_mb, scan_of, served
from tracker.supervision.views.signing import saved

NEW_ITEMS = 1


class ProposedLine(NamedTuple):
    """One matter on the page of proposals: to whom, in which letter, its box, its words, how it was closed before."""

    unit: Unit
    step: Step
    field: str
    number: int
    words: ItemWords
    closing: Closing | None


@bp.get("/notices")
@requires(can=policy.can_see_notices)
def notices(actor: Actor) -> str:
    """台账: every notice with its state, its day and what is closed."""
    rows, said = _filtered(actor)
    listing = pages.paginate(queries.whole(queries.ordered(rows, request.args.get("sort", ""))))
    states = [state for state in NoticeState if actor.sees_committee or state not in UNISSUED]
    return render_template(
        "supervision/notices.html", page=listing, said=said, states=states, kinds=queries.ladder_of(actor),
        units=queries.members(actor) if actor.sees_committee else [], lateness=lateness, days=calendar.current(),
        can_draft=policy.can_draft_notices(actor),
        fallen=grounds.fallen(actor, listing.rows) if actor.sees_committee else {},
    )  # fmt: skip


@bp.get("/notices/export")
@requires(can=policy.can_see_notices)
def export_notices(actor: Actor) -> Response:
    """The register as filtered, one line per item."""
    rows, said = _filtered(actor)
    found = db.session.scalars(queries.whole(queries.ordered(rows, request.args.get("sort", "")))).all()
    words = "；".join(f"{label}：{text}" for label, text, _ in said)
    sheet = documents.register_sheet(found, words, actor.on, calendar.current())
    record_export(actor, listed("提示督办台账", len(found), said))
    return files.download_bytes(xlsx.workbook([sheet]), f"提示督办台账{actor.on:%Y%m%d}.xlsx", files.XLSX)


@bp.get("/notices/propose")
@requires(can=policy.can_draft_notices)
def propose_notices(actor: Actor) -> str:
    """按规则拟办: what the rule would write about today, with the facts; a person chooses."""
    round_, days = lights.round_in_force(actor.committee_id, actor.on), calendar.current()
    title, steps = round_.title if round_ else "报告", {step.kind: step for step in queries.ladder_of(actor)}
    found = queries.considered(actor)

    def lines(letters: list[queries.Proposal]) -> list[ProposedLine]:
        return [
            ProposedLine(one.unit, steps[one.kind], *_box(lapse), words, found.closings.of(lapse))
            for one in letters
            for lapse, words in zip(one.lapses, documents.proposal_words(one, title, actor.on, days), strict=True)
        ]

    return render_template(
        "supervision/notices_propose.html", lines=lines(found.proposed), ended=lines(found.ended),
        letters=len(found.proposed), overdue=queries.to_escalate(actor), lateness=lateness, days=days, policy=policy,
        requests=queries.open_requests(actor),
    )  # fmt: skip


@bp.post("/notices/draft")
@requires(can=policy.can_draft_notices)
def draft_notices(actor: Actor) -> Answer:
    """Drafts about what was ticked, here or in the list of lights."""
    try:
        made = actions.draft_notices(
            actor,
            assignment_ids=pages.row_numbers(request.form.getlist("ids")),
            report_ids=pages.row_numbers(request.form.getlist("reports")),
            statement_ids=pages.row_numbers(request.form.getlist("statements")),
            matter_ids=pages.row_numbers(request.form.getlist("matters")),
        )
    except RuleError as error:
        flash(error.sentence, "error")
        return redirect(url_for("supervision.propose_notices"))
    flash(f"已起草{len(made)}份，请核对后送主任签发。", "success")
    if len(made) == 1:
        return redirect(url_for("supervision.notice", notice_id=made[0].id))
    return redirect(url_for("supervision.notices", state=NoticeState.DRAFT.value))


@bp.route("/notices/new", methods=["GET", "POST"])
@requires(can=policy.can_draft_notices)
def new_notice(actor: Actor) -> str | Answer:
    units = {unit.id: unit for unit in queries.members(actor)}
    asked = _request_asked(actor)
    about = documents.request_words(asked) if asked else None
    form = NewNoticeForm(obj=about)
    form.kind.choices = [Option(step.value, step.label) for step in queries.ladder_of(actor)]
    if form.validate_on_submit():
        words = ItemWords(
            form.subject.data or "", form.facts.data or "", form.demand.data or "",
            request_id=asked.id if asked else None,
        )  # fmt: skip
        try:
            if (unit := units.get(form.unit_id.data)) is None:
                raise RuleError("请选择单位。", field="unit_id")
            notice = actions.draft_notice(actor, unit, NoticeKind(form.kind.data), words)
        except RuleError as error:
            form.take(error)
        else:
            flash("已起草，请核对后送主任签发。", "success")
            return redirect(url_for("supervision.notice", notice_id=notice.id))
    return render_template("supervision/notice_new.html", form=form, units=choices_of(units.values()), asked=asked)


@bp.route("/notices/<int:notice_id>", methods=["GET", "POST"])
@requires(queries.visible_notices, param="notice_id")
def notice(actor: Actor, notice: Notice) -> str | Answer:
    """A draft is edited here; an issued notice is read, answered and verified here."""
    if request.method == "POST" and not policy.can_draft_notices(actor):
        abort(403)
    if request.method == "GET" and not policy.can_edit_notice(actor, notice):
        return show(actor, notice)
    form, conflict = NoticeForm(obj=notice), None
    if form.validate_on_submit():
        try:
            actions.edit_notice(
                actor, notice, seen_version=form.version.data, reply_by=form.reply_by.data or notice.reply_by,
                items=_items_typed(notice), title=form.title.data or "", opening=form.opening.data or "",
                closing=form.closing.data or "",
            )  # fmt: skip
        except Conflict as error:
            conflict = form.in_words(error)
            form.version.renew(notice.version)
        except RuleError as error:
            form.take(error)
        else:
            return saved(actor, notice, actions.submit_notice, "supervision.sign_notice", notice_id=notice.id)
    return _edit_page(actor, notice, form, conflict)


def _edit_page(
    actor: Actor, notice: Notice, form: NoticeForm, conflict: Conflict | None = None, **forms: Form
) -> str:  # fmt: skip
    """A draft with what was typed; where it was signed or dropped meanwhile, the letter with the words to copy."""
    if not policy.can_edit_notice(actor, notice):
        typed = [(f"事项{place}", text) for place, words in enumerate(_items_typed(notice), start=1)
                 if (text := "\n".join(filter(None, (words.subject, words.facts, words.demand))))]  # fmt: skip
        return show(actor, notice, more=typed, edit_form=form)
    fallen = grounds.fallen(actor, [notice])
    return render_template(
        "supervision/notice_edit.html", notice=notice, form=form, conflict=conflict, policy=policy, typed=request.form,
        new_items=range(1, NEW_ITEMS + 1), fallen=fallen, forms=forms,
        proposed_reason=grounds.reason(notice, fallen),
    )  # fmt: skip


@bp.route("/notices/<int:notice_id>/sign", methods=["GET", "POST"])
@requires(queries.visible_notices, policy.can_sign_notice, param="notice_id")
def sign_notice(actor: Actor, notice: Notice) -> str | Answer:
    """签发 and 印发 in one: number and hash first, then the files, then the unit is told.

    What cannot be printed whole is found before a number is spent on it.
    """
    lacking: RuleError | None = None
    if EmptyForm().validate_on_submit():
        try:
            documents.printed(documents.letter(notice), "")
            actions.sign_notice(actor, notice, seen=pages.row_number(request.form.get("seen")))
            _issue(actor, notice)
        except RuleError as error:
            if error.field == "seen":
                flash(error.sentence, "error")
                return redirect(url_for("supervision.notice", notice_id=notice.id))
            lacking = error
        else:
            flash(f"已签发并印发，文号{notice.number}。", "success")
            return redirect(url_for("supervision.notice", notice_id=notice.id))
    return render_template(
        "supervision/notice_sign.html", notice=notice, lacking=lacking, seen=pages.number_arg("seen") or notice.version
    )  # fmt: skip


@bp.route("/notices/<int:notice_id>/register", methods=["GET", "POST"])
@requires(queries.visible_notices, policy.can_register_notice, param="notice_id")
def register_notice(actor: Actor, notice: Notice) -> str | Answer:
    """登记印发: the letter went its way in OA; its number, signer, day and stamped file are put in here."""
    form = RegisterForm()
    if form.validate_on_submit():
        try:
            final, name = scan_of(form.final.data, "final", lacking="请上传签章件。")
            actions.register_notice(
                actor, notice, number=form.number.data or "", signer=form.signer.data or "",
                issued_on=form.issued_on.data or actor.on, final=final, final_name=name,
            )  # fmt: skip
        except RuleError as error:
            form.take(error)
        else:
            flash("已登记印发并通知该单位。", "success")
            return redirect(url_for("supervision.notice", notice_id=notice.id))
    return render_template("supervision/notice_register.html", notice=notice, form=form, max_mb=most_mb())


@bp.route("/notices/steps", methods=["GET", "POST"])
@requires(can=policy.can_draft_notices)
def notice_steps(actor: Actor) -> str | Answer:
    """How many steps the ladder has, what they are called, in which colour."""
    committee = db.session.get_one(Committee, actor.committee_id)
    lacking: RuleError | None = None
    seen = committee.version
    typed = [(step.label, step.colour) for step in steps_of(committee.settings)]
    if EmptyForm().validate_on_submit():
        typed = [
            ((clean_line(request.form.get(f"name-{place}")) or "")[:20], request.form.get(f"colour-{place}", ""))
            for place in range(1, len(NoticeKind) + 1)
        ]
        typed = [(label, colour if colour in COLOURS else next(iter(COLOURS))) for label, colour in typed]
        try:
            actions.set_steps(actor, committee, typed, seen=pages.row_number(request.form.get("version")))
        except RuleError as error:
            lacking, seen = error, committee.version
        else:
            flash("已保存，此后起草的函件按新的步骤。", "success")
            return redirect(url_for("supervision.notices"))
    typed += [("", "")] * (len(NoticeKind) - len(typed))
    return render_template(
        "supervision/notice_steps.html", typed=typed, colours=list(COLOURS), lacking=lacking, seen=seen
    )  # fmt: skip


@bp.post("/notices/<int:notice_id>/issue")
@requires(queries.visible_notices, policy.can_issue_notice, param="notice_id")
def issue_notice(actor: Actor, notice: Notice) -> Answer:
    """A signed one whose files could not be made when it was signed."""
    try:
        _issue(actor, notice)
    except RuleError as error:
        flash(error.sentence, "error")
    else:
        flash("已印发并通知该单位。", "success")
    return redirect(url_for("supervision.notice", notice_id=notice.id))


@bp.post("/notices/<int:notice_id>/drop")
@requires(queries.visible_notices, policy.can_drop_notice, param="notice_id")
def drop_notice(actor: Actor, notice: Notice) -> Answer:
    actions.drop_notice(actor, notice)
    flash("草稿已删除。", "success")
    return redirect(url_for("supervision.notices"))


@bp.get("/notices/<int:notice_id>/preview.<any(pdf, docx):form>")
@requires(queries.visible_notices, policy.can_preview_notice, param="notice_id")
def preview_notice(actor: Actor, notice: Notice, form: str) -> Response:
    """As it would look, a draft with its watermark."""
    return hand_out(documents.letter(notice), form, documents.notice_file_name(notice, form))


@bp.get("/notices/<int:notice_id>/file.<any(pdf, docx):form>")
@requires(queries.visible_notices, param="notice_id")
def notice_file(actor: Actor, notice: Notice, form: str) -> Response:
    """The stored file: the same bytes for ever."""
    stored = notice.pdf if form == "pdf" else notice.docx
    if stored is None:
        abort(404)
    name = notice.final_name if notice.is_registered else documents.notice_file_name(notice, form)
    actions.record_notice_download(actor, notice, form.upper())
    return served(stored, name)


def _box(lapse: Lapse) -> tuple[str, int]:
    """The box in which it is ticked: field and number."""
    if isinstance(lapse, lights.LightRow):
        return "ids", lapse.assignment.id
    if isinstance(lapse, Report):
        return "reports", lapse.id
    return "matters" if isinstance(lapse, Matter) else "statements", lapse.id


def _request_asked(actor: Actor) -> Request | None:
    """The request of another unit that the letter takes up, if the address names one."""
    number = pages.number_arg("request")
    return next((one for one in queries.open_requests(actor) if one.id == number), None) if number else None


def _issue(actor: Actor, notice: Notice) -> None:
    """The files are made before the transaction, from the words as signed, dated today."""
    signed_hash = notice.hash or ""
    made = both(documents.letter(notice, issued_on=actor.on), "请先退回起草。")
    actions.issue_notice(actor, notice, pdf=made[0], docx=made[1], signed_hash=signed_hash)


def _items_typed(notice: Notice) -> list[ItemWords]:
    """The rows of the form, known and new."""
    typed = [_item_typed(f"item-{item.id}", item) for item in notice.items]
    return typed + [_item_typed(f"item-new{place}", None) for place in range(1, NEW_ITEMS + 1)]


def _item_typed(name: str, item: NoticeItem | None) -> ItemWords:
    form = request.form
    return ItemWords(
        subject=(clean_line(form.get(f"{name}-subject")) or "")[:300],
        facts=clean_text(form.get(f"{name}-facts")) or "",
        demand=clean_text(form.get(f"{name}-demand")) or "",
        due_on=parse_day(form.get(f"{name}-due_on", "")),
        number=item.id if item else None,
        is_dropped=bool(form.get(f"{name}-drop")),
    )


def _filtered(actor: Actor) -> tuple[Select[Notice], list[tuple[str, str, str]]]:
    """The filters of the address, and what they say: (label, text, name)."""
    rows, said = queries.visible_notices(actor), []
    args: Any = request.args
    if args.get("state") in {state.value for state in NoticeState}:
        state = NoticeState(args["state"])
        rows = rows.where(Notice.state == state)
        said.append(("状态", state.label, "state"))
    if args.get("kind") in {kind.value for kind in NoticeKind}:
        kind = NoticeKind(args["kind"])
        rows = rows.where(Notice.kind == kind)
        said.append(
            ("文种", next((one.label for one in queries.ladder_of(actor) if one.kind is kind), kind.label), "kind")
        )
    number = pages.row_number(args.get("unit"))
    unit = db.session.get(Unit, number) if number and actor.sees_committee else None
    if unit is not None and unit.committee_id == actor.committee_id:
        rows = rows.where(Notice.unit_id == unit.id)
        said.append(("单位", unit.short_name, "unit"))
    if args.get("late"):
        rows = rows.where(queries.was_late(actor))
        said.append(("逾期", "曾经或现在逾期", "late"))
    return rows, said
