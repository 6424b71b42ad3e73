"""Circulars: drafted, previewed, signed, issued, registered, corrected."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from tracker.committees.models import Unit
from tracker.committees.queries import choices_of
from tracker.core import files, pages, works
from tracker.core.access import Actor, requires
from tracker.core.errors import Conflict, RuleError
from tracker.core.forms import EmptyForm, Form, Option, ReasonForm
from tracker.core.works import Work
from tracker.documents import charts
from tracker.documents.handing import hand_out
from tracker.plans.importing.reader import read_lines
from tracker.plans.importing.refusal import UnreadableDocument
from tracker.plans.models import Area
from tracker.supervision import actions, documents, policy
from tracker.supervision.forms import CircularForm, NewCircularForm, RecountForm, RegisterForm
from tracker.supervision.models import Circular, CircularKind, CircularState, Light
from tracker.supervision.queries import circulars as queries
from tracker.supervision.queries import doubts
from tracker.supervision.queries.figures import Scope, rows_behind, units_behind
from tracker.supervision.views import bp
from tracker.supervision.views.papers import both, most_mb, picture, scan_of
from tracker.supervision.views.refusals import reasoned, unsent
from tracker.supervision.views.signing import given_back, saved


@bp.route("/circulars/new", methods=["GET", "POST"])
@requires(can=policy.can_draft)
def new_circular(actor: Actor) -> str | Answer:
    rounds = {round_.id: round_ for round_ in queries.rounds_to_report_on(actor)}
    areas, units = queries.scope_choices(actor)
    scope = _scope(areas, units)
    form = NewCircularForm(cut_off_on=actor.on)
    form.round_id.choices = [Option(number, round_.title) for number, round_ in rounds.items()]
    if form.validate_on_submit():
        try:
            circular = actions.draft_circular(
                actor,
                rounds[form.round_id.data],
                cut_off_on=form.cut_off_on.data or actor.on,
                kind=CircularKind(form.kind.data),
                scope=scope,
                period=form.period,
            )
        except RuleError as error:
            form.take(error)
        else:
            flash("已按截止日期统计数据并起草正文，请核对修改。", "success")
            return redirect(url_for("supervision.circular", circular_id=circular.id))
    return render_template(
        "supervision/circular_new.html", form=form, rounds=rounds, areas=areas, units=choices_of(units.values()),
        scope=scope,
    )  # fmt: skip


@bp.route("/circulars/<int:circular_id>", methods=["GET", "POST"])
@requires(queries.visible_circulars, param="circular_id")
def circular(actor: Actor, circular: Circular) -> str | Answer:
    """A draft is edited here; a signed or issued circular is read here."""
    if request.method == "POST" and not policy.can_draft(actor):
        abort(403)
    form = CircularForm(obj=circular)
    conflict: Conflict | None = None
    if form.validate_on_submit():
        texts = {name: getattr(form, name).data or "" for name in actions.EDITABLE}
        try:
            actions.edit_circular(actor, circular, seen_version=form.version.data, **texts)
        except Conflict as error:
            conflict = form.in_words(error)
            form.version.renew(circular.version)
        except RuleError as error:
            form.take(error)
        else:
            where = {"circular_id": circular.id}
            return saved(actor, circular, actions.submit_circular, "supervision.sign_circular", **where)
    return _page(actor, circular, conflict=conflict, form=form)


def _page(
    actor: Actor, circular: Circular, *, conflict: Conflict | None = None, scope: Scope | None = None, **forms: Form
) -> str:
    """The circular with whatever was typed; what came too late for its form stands on top, to be copied."""
    fresh: dict[str, Form] = {
        "form": CircularForm(formdata=None, obj=circular),
        "recount_form": RecountForm(formdata=None, obj=circular),
        "recall_form": ReasonForm(formdata=None),
    }
    can_edit = policy.can_edit(actor, circular)
    form_labels = {one.name: one.label.text for one in fresh["form"]}
    offered = {"form": can_edit, "recount_form": can_edit, "recall_form": policy.can_recall(actor, circular)}
    areas, units = queries.scope_choices(actor) if can_edit else ([], {})
    proposed = actions.proposed_words(actor, circular) if circular.to_check else {}
    return render_template(
        "supervision/circular.html", circular=circular, conflict=conflict, areas=areas,
        units=choices_of(units.values()),
        scope=scope or Scope.of(circular.scope), linked=documents.linked,
        to_check=[(form_labels[name], proposed.get(name, "")) for name in circular.to_check], policy=policy,
        sections=documents.SECTIONS, lights=Light, period=documents.period_words(circular.period),
        unsent=unsent(forms, offered) if request.method == "POST" else None, **{**fresh, **forms},
        **_afterwards(actor, circular),
    )  # fmt: skip


def _afterwards(actor: Actor, circular: Circular) -> dict[str, Any]:
    """What became of an issued circular: what replaces it, and, for those who see the reports, which were corrected."""
    if circular.state is not CircularState.ISSUED:
        return {"corrections": [], "corrected_by": None, "doubted": []}
    corrections = queries.corrections_of(circular)
    return {
        "corrections": corrections,
        "corrected_by": next((one for one in corrections if one.state is CircularState.ISSUED), None),
        "doubted": doubts.doubted(circular) if actor.sees_committee else [],
    }


@bp.get("/circulars/<int:circular_id>/figures")
@requires(queries.visible_circulars, policy.can_preview, param="circular_id")
def circular_figures(actor: Actor, circular: Circular) -> str:
    """The rows behind each figure, as they were at the cut-off."""
    args: Any = request.args
    unit_id, area_id = pages.number_arg("unit"), pages.number_arg("area")
    chosen = [light for light in args.get("light", "").split(",") if light in {one.value for one in Light}]
    since = args.get("since") if args.get("since") in {"about", "improved", "repeated"} else None
    due = args.get("due") == "1"
    rows = rows_behind(circular.figures, unit_id=unit_id, area_id=area_id, lights=chosen, since=since, due=due)
    place = pages.page_number()
    place = min(place, max(1, -(-len(rows) // pages.PER_PAGE)))
    listing = pages.Listing(rows[(place - 1) * pages.PER_PAGE : place * pages.PER_PAGE], len(rows), place)
    units = units_behind(circular.figures, args.get("report"))
    drawn = documents.circular_charts(circular.figures)
    return render_template(
        "supervision/circular_figures.html", circular=circular, Light=Light, page=listing, units=units,
        is_narrowed=bool(unit_id or area_id or chosen or since or due or args.get("report")),
        charts=[(chart, charts.words(chart), chart.table()) for chart in drawn], groups=documents.LIGHT_WORDS,
    )  # fmt: skip


@bp.get("/circulars/<int:circular_id>/chart-<int:place>.svg")
@requires(queries.visible_circulars, policy.can_preview, param="circular_id")
def circular_chart(actor: Actor, circular: Circular, place: int) -> Response:
    """One picture, drawn from the frozen figures."""
    drawn = documents.circular_charts(circular.figures)
    if place >= len(drawn):
        abort(404)
    return picture(drawn[place])


@bp.post("/circulars/<int:circular_id>/correct")
@requires(queries.visible_circulars, policy.can_correct, param="circular_id")
def correct_circular(actor: Actor, circular: Circular) -> Answer:
    """更正: another circular that names this one."""
    fresh = actions.correct_circular(actor, circular)
    flash("已起草更正通报，请核对数据和文字。原通报不变，更正通报印发后互相注明。", "success")
    return redirect(url_for("supervision.circular", circular_id=fresh.id))


@bp.post("/circulars/<int:circular_id>/recount")
@requires(queries.visible_circulars, policy.can_edit, param="circular_id")
def recount(actor: Actor, circular: Circular) -> str | Answer:
    form, scope = RecountForm(), _scope(*queries.scope_choices(actor))
    if form.validate_on_submit():
        period = (form.period_from.data or circular.period_from, form.period_to.data or circular.period_to)
        try:
            actions.recount(actor, circular, cut_off_on=form.cut_off_on.data or actor.on, period=period, scope=scope)
        except RuleError as error:
            form.take(error)
        else:
            flash("数据已重新统计，没有改动过的文字已按新数据改写，改动过的保留。", "success")
            return redirect(url_for("supervision.circular", circular_id=circular.id))
    return _page(actor, circular, scope=scope, recount_form=form)


@bp.route("/circulars/<int:circular_id>/sign", methods=["GET", "POST"])
@requires(queries.visible_circulars, policy.can_sign, param="circular_id")
def sign_circular(actor: Actor, circular: Circular) -> str | Answer:
    if EmptyForm().validate_on_submit():
        try:
            actions.sign(actor, circular, seen=pages.row_number(request.form.get("seen")))
        except RuleError as error:
            if error.field != "seen":
                raise
            flash(error.sentence, "error")
        else:
            flash(f"已签发，文号{circular.number}。", "success")
        return redirect(url_for("supervision.circular", circular_id=circular.id))
    seen = pages.number_arg("seen") or circular.version
    return render_template("supervision/circular_sign.html", circular=circular, seen=seen)


@bp.post("/circulars/<int:circular_id>/recall")
@requires(queries.visible_circulars, policy.can_recall, param="circular_id")
def recall_circular(actor: Actor, circular: Circular) -> str | Answer:
    def act(reason: str) -> tuple[str, str]:
        actions.recall(actor, circular, reason)
        return given_back(circular), url_for("supervision.circular", circular_id=circular.id)

    return reasoned(act, lambda form: _page(actor, circular, recall_form=form))


@bp.route("/circulars/<int:circular_id>/issue", methods=["GET", "POST"])
@requires(queries.visible_circulars, policy.can_issue, param="circular_id")
def issue_circular(actor: Actor, circular: Circular) -> str | Answer:
    """The files are made before the transaction, from the text as signed, dated today; those of a long circular as a
    work, which is followed here and seen before it is issued."""
    is_long = documents.is_long(circular)
    prepared = queries.prepared_files(actor, circular) if is_long else None
    if EmptyForm().validate_on_submit():
        if is_long and (prepared is None or prepared.file is None):
            return redirect(url_for("home.work", work_id=_order_files(actor, circular).id))
        signed_hash = circular.hash or ""
        pdf, docx, book = _files_of(circular, actor, prepared)
        actions.issue(actor, circular, pdf=pdf, docx=docx, xlsx=book, signed_hash=signed_hash)
        flash("已印发并通知各成员单位。", "success")
        return redirect(url_for("supervision.circular", circular_id=circular.id))
    return render_template(
        "supervision/circular_issue.html", circular=circular, units=queries.units_told(actor), is_long=is_long,
        prepared=prepared,
    )  # fmt: skip


def _order_files(actor: Actor, circular: Circular) -> Work:
    return works.order(
        actor, queries.CIRCULAR_FILES, f"{circular.number}的印发文件", **queries.what_is_issued(actor, circular),
        then=url_for("supervision.issue_circular", circular_id=circular.id), then_said="继续印发",
    )  # fmt: skip


def _files_of(circular: Circular, actor: Actor, prepared: Work | None) -> tuple[files.Blob, files.Blob, files.Blob]:
    if prepared is not None and prepared.file is not None:
        made = documents.taken_apart(files.path_of(prepared.file.sha256).read_bytes())
        return files.put_bytes(made["pdf"]), files.put_bytes(made["docx"]), files.put_bytes(made["xlsx"])
    book = documents.circular_book(circular)
    papers = both(documents.circular_document(circular, issued_on=actor.on), documents.MENDING)
    return *papers, files.put_bytes(book)


@bp.route("/circulars/<int:circular_id>/register", methods=["GET", "POST"])
@requires(queries.visible_circulars, policy.can_register, param="circular_id")
def register_circular(actor: Actor, circular: Circular) -> str | Answer:
    """登记印发: the paper went its way in OA; its number, signer, day and stamped file are put in here."""
    form = RegisterForm()
    if form.validate_on_submit():
        try:
            final, name = scan_of(form.final.data, "final", lacking="请上传签章件。")
            actions.register(
                actor, circular, number=form.number.data or "", signer=form.signer.data or "",
                issued_on=form.issued_on.data or actor.on, final=final, final_name=name,
                differences=_differences(circular, final, name, form.final_text.data or ""),
                xlsx=files.put_bytes(documents.circular_book(circular)),
            )  # fmt: skip
        except RuleError as error:
            form.take(error)
        else:
            flash("已登记印发并通知各成员单位。", "success")
            return redirect(url_for("supervision.circular", circular_id=circular.id))
    return render_template(
        "supervision/circular_register.html", circular=circular, form=form, max_mb=most_mb(),
        units=queries.units_told(actor),
    )  # fmt: skip


@bp.post("/circulars/<int:circular_id>/drop")
@requires(queries.visible_circulars, policy.can_drop, param="circular_id")
def drop_circular(actor: Actor, circular: Circular) -> Answer:
    actions.drop_circular(actor, circular)
    flash("草稿已删除。", "success")
    return redirect(url_for("supervision.circulars"))


@bp.get("/circulars/<int:circular_id>/preview.<any(pdf, docx, xlsx):form>")
@requires(queries.visible_circulars, policy.can_preview, param="circular_id")
def preview_circular(actor: Actor, circular: Circular, form: str) -> Response:
    """A draft as it would look, with its watermark; its figures with every assignment behind them."""
    name = documents.file_name(circular, form)
    if form == "xlsx":
        name = f"{name.removesuffix('.xlsx')}（含全部任务）.xlsx"
        return files.download_bytes(documents.circular_book(circular, whole=True), name, files.XLSX)
    return hand_out(documents.circular_document(circular), form, name)


@bp.get("/circulars/<int:circular_id>/file.<any(pdf, docx, xlsx):form>")
@requires(queries.visible_circulars, param="circular_id")
def circular_file(actor: Actor, circular: Circular, form: str) -> Response:
    """The stored file of an issued circular: the same bytes for ever."""
    stored = {"pdf": circular.pdf, "docx": circular.docx, "xlsx": circular.xlsx}[form]
    if circular.state is not CircularState.ISSUED or stored is None:
        abort(404)
    is_stamped = circular.is_registered and form == "pdf"
    name = circular.final_name if is_stamped else documents.file_name(circular, form)
    actions.record_download(actor, circular, form.upper())
    return files.download(stored, name, inline=form == "pdf")  # a stamped file has a name of its own


def _differences(circular: Circular, final: files.Blob, name: str, typed: str) -> list[str]:
    """What the stamped file says, as far as it can be read, against the frozen draft."""
    text = typed
    if not text:
        try:
            lines = read_lines(files.path_of(final.sha256).read_bytes(), name)
        except UnreadableDocument:
            lines = ()
        text = "\n".join(line.text for line in lines)
    if not text.strip():
        return ["签章件读不出文字，没有自动核对，请人工核对正文和数字。"]
    return documents.differences(circular, text)


def _scope(areas: list[Area], units: dict[int, Unit]) -> Scope:
    """The areas and units ticked, among those there are."""
    known = {area.id for area in areas}
    return Scope(
        tuple(sorted(set(pages.row_numbers(request.form.getlist("areas"))) & known)),
        tuple(sorted(set(pages.row_numbers(request.form.getlist("units"))) & set(units))),
    )
