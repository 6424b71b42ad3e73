"""汇总材料: the committee's report, its summary and plan; put together, edited, taken away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from tracker.core import works
from tracker.core.access import Actor, requires
from tracker.core.errors import Conflict, RuleError
from tracker.core.exports import record_export
from tracker.core.filters import zh_time
from tracker.core.forms import EmptyForm, clean_line, clean_text
from tracker.core.pages import row_number
from tracker.documents.handing import hand_out
from tracker.reports import actions, documents, policy
from tracker.reports.actions import PassageEdit
from tracker.reports.models import Compilation, CompilationKind, Round, RoundKind
from tracker.reports.queries import compilations as queries
from tracker.reports.queries import review as review_queries
from tracker.reports.queries.rounds import visible_rounds
from tracker.reports.views import bp
from tracker.reports.views.exports import taken

MANY = 150
"""So many passages of PDF are made while the reader waits; more become a work."""
FEWEST, MOST = 500, 100_000


def _may_edit(actor: Actor, compilation: Compilation) -> bool:
    return policy.can_compile(actor, compilation.round)


@bp.get("/rounds/<int:round_id>/compilations")
@requires(visible_rounds, policy.can_see_round, param="round_id")
def compilations(actor: Actor, round_: Round) -> str:
    """What was put together from this round, and what could be."""
    made = queries.compilations_of(round_) if round_.kind is RoundKind.ANNUAL else []
    return render_template(
        "reports/compilations.html", round=round_, rows=made, stale=queries.stale_counts(made), kinds=CompilationKind,
        accepted=review_queries.accepted_count(round_), tabs=review_queries.tab_counts(round_),
    )  # fmt: skip


@bp.get("/rounds/<int:round_id>/compilations.xlsx")
@requires(visible_rounds, policy.can_see_round, param="round_id")
def compilations_export(actor: Actor, round_: Round) -> Response:
    """The list of papers, with what has changed at their sources."""
    made = queries.compilations_of(round_)
    table = documents.compilations_table(made, queries.stale_counts(made))
    return taken(actor, round_, f"{round_.title}汇总材料", table, len(made))


@bp.post("/rounds/<int:round_id>/compilations")
@requires(visible_rounds, policy.can_compile, param="round_id")
def assemble(actor: Actor, round_: Round) -> Answer:
    """Put one together from what is accepted by now."""
    wanted = request.form.get("kind", "")
    if wanted not in set(CompilationKind):
        raise RuleError("请选择要汇总的材料。")
    made = actions.assemble(actor, round_, CompilationKind(wanted))
    flash(f"已汇总{len(made.passages)}段，每段注明来源，可以逐段修改。", "success")
    return redirect(url_for("reports.compilation", compilation_id=made.id))


@bp.route("/compilations/<int:compilation_id>", methods=["GET", "POST"])
@requires(queries.visible_compilations, param="compilation_id")
def compilation(actor: Actor, compilation: Compilation) -> str | Answer:
    """The paper as it is worked on: each paragraph with its source, what has changed there since, and the count."""
    may_edit, typed = _may_edit(actor, compilation), NOTHING_TYPED
    if request.method == "POST" and may_edit:
        saved = _save(actor, compilation)
        if not isinstance(saved, Typed):
            return saved
        typed = saved
    whole = queries.whole(compilation.id)
    known = queries.quoted_reports(whole)
    fresh = [one.report for one in queries.accepted(whole.round) if one.report.id not in known]
    return render_template(
        "reports/compilation.html", compilation=whole, round=whole.round, standings=queries.standings(whole.passages),
        fresh=fresh, may_edit=may_edit, form=EmptyForm(), shown=actions.shown, length=whole.length, typed=typed,
        many=len(whole.kept) > MANY,
    )  # fmt: skip


@dataclass(frozen=True)
class Typed:
    """What was typed and could not be saved, to stand where it was typed: the page's head, passages, new ones."""

    head: Mapping[str, str] = field(default_factory=dict)
    edits: Mapping[int, PassageEdit] = field(default_factory=dict)
    new: Mapping[int, str] = field(default_factory=dict)


NOTHING_TYPED = Typed()


def _save(actor: Actor, compilation: Compilation) -> Answer | Typed:
    """Save what can be saved; where something cannot, the page comes again with every word that was typed there."""
    edits, new = _edits(), _new_passages(compilation)
    try:
        troubles = actions.edit_compilation(
            actor, compilation, title=_touched("title"), longest=_limit(_touched("longest")), edits=edits
        )
    except RuleError as error:
        flash(f"没有保存：{error.sentence}您填写的文字仍在本页。", "error")
        head = {name: request.form.get(name, "") for name in ("title", "longest")}
        return Typed(head, {one.id: one for one in edits}, new)
    if troubles:
        for sentence in troubles:
            flash(sentence, "warning")
        standing = {one.id: (one.text, one.is_left_out) for one in compilation.passages}
        kept = {one.id: one for one in edits if (clean_text(one.text), one.is_left_out) != standing.get(one.id)}
        return Typed({}, kept, new)
    return _done(actor, compilation, new)


def _new_passages(compilation: Compilation) -> dict[int, str]:
    """What was typed to stand behind a passage, whichever button was pressed."""
    typed = {one.id: request.form.get(f"new:{one.id}", "") for one in compilation.passages}
    return {number: text for number, text in typed.items() if text.strip()}


def _touched(name: str) -> str | None:
    """A line of the page's head, where it says something else than the page showed."""
    said = clean_line(request.form.get(name))
    return said[:200] if said and said != request.form.get(f"{name}:was") else None


def _limit(text: str | None) -> int | None:
    number = row_number(text)
    return min(max(number, FEWEST), MOST) if number else None


@bp.post("/compilations/<int:compilation_id>/autosave")
@requires(queries.visible_compilations, _may_edit, param="compilation_id")
def compilation_autosave(actor: Actor, compilation: Compilation) -> Answer | tuple[Answer, int]:
    """One passage of the paper. The contract with the page is in templates/macros/README.md."""
    said = request.get_json(silent=True)
    said = said if isinstance(said, dict) else {}
    kind, _, key = str(said.get("record") or "").partition(":")
    passage = next((one for one in compilation.passages if kind == "passage" and str(one.id) == key), None)
    if passage is None or said.get("field") not in {"text", "out"}:
        return jsonify(message="这一段已被删除，请刷新页面。"), 422
    value, seen = str(said.get("value") or ""), said.get("version")
    text, out = (value, passage.is_left_out) if said["field"] == "text" else (passage.text, bool(value))
    edit = PassageEdit(passage.id, text, out, seen if isinstance(seen, int) else None)
    try:
        passage = actions.save_passage(actor, compilation, edit)
    except Conflict:
        now = queries.whole(compilation.id)
        passage = next(one for one in now.passages if one.id == edit.id)
        standing = passage.text if said["field"] == "text" else "1" if passage.is_left_out else ""
        return jsonify(version=passage.version, value=standing), 409
    except RuleError as error:
        return jsonify(message=error.sentence), 422
    return jsonify(version=passage.version, saved_at=zh_time(actor.at))


def _done(actor: Actor, compilation: Compilation, new: dict[int, str]) -> Answer | Typed:
    """Beside saving: a new passage is added whichever button was pressed, a stale one renewed by its own."""
    verb, _, key = request.form.get("do", "save").partition(":")
    number = row_number(key)
    try:
        if verb == "add" and number not in new:
            raise RuleError("请写明要加的内容。")
        for after in [one for one in compilation.passages if one.id in new]:
            actions.add_passage(actor, compilation, after, new[after.id])
            del new[after.id]
            flash("已加上一段。", "success")
        stale = next((one for one in compilation.passages if one.id == number), None)
        if verb == "renew" and stale is not None:
            actions.renew(actor, stale)
            flash("已按更正后的来源更新。", "success")
    except RuleError as error:
        flash(error.sentence, "error")
        return Typed(new=new)
    if verb not in {"add", "renew"}:
        flash("已保存。", "success")
    anchor = f"passage-{number}" if number else None
    return redirect(url_for("reports.compilation", compilation_id=compilation.id, _anchor=anchor))


def _edits() -> list[PassageEdit]:
    found = []
    for name, text in request.form.items():
        kind, _, rest = name.partition(":")
        number = row_number(rest.removesuffix(":text")) if kind == "passage" and rest.endswith(":text") else None
        if number is not None:
            out = request.form.get(f"passage:{number}:out") is not None
            seen, was = (request.form.get(f"passage:{number}:{name}") for name in ("v", "was"))
            found.append(PassageEdit(number, text, out, row_number(seen), was))
    return found


@bp.post("/compilations/<int:compilation_id>/top-up")
@requires(queries.visible_compilations, _may_edit, param="compilation_id")
def top_up(actor: Actor, compilation: Compilation) -> Answer:
    """Add what was accepted since."""
    count = actions.top_up(actor, compilation)
    flash(f"已补充{count}个单位的内容。" if count else "没有新审核通过的报告。", "success")
    if count and not any(one.is_counted for one in compilation.passages):
        flash("开头的总体情况已由办公室改写，没有变动，请核对其中的单位数和项数。", "warning")
    return redirect(url_for("reports.compilation", compilation_id=compilation.id))


@bp.post("/compilations/<int:compilation_id>/drop")
@requires(queries.visible_compilations, _may_edit, param="compilation_id")
def drop_compilation(actor: Actor, compilation: Compilation) -> Answer:
    round_id = compilation.round_id
    actions.drop_compilation(actor, compilation)
    flash("已删除，各单位的报告不受影响。", "success")
    return redirect(url_for("reports.compilations", round_id=round_id))


@bp.route("/compilations/<int:compilation_id>/paper.<any(docx, pdf):kind>", methods=["GET", "POST"])
@requires(queries.visible_compilations, param="compilation_id")
def compilation_file(actor: Actor, compilation: Compilation, kind: str) -> Response | Answer:
    """The paper: clean for the leader, or with the sources for those who check it. A long PDF becomes a work."""
    sources = bool(request.args.get("sources"))
    whole = queries.whole(compilation.id)
    name = f"{whole.title}{'（注明来源）' if sources else ''}"
    if kind == "pdf" and len(whole.kept) > MANY and request.method == "POST":
        work = works.order(
            actor, documents.COMPILATION, name, compilation_id=whole.id, sources=sources, on=actor.on.isoformat(),
            version=whole.version,
        )  # fmt: skip
        record_export(actor, f"导出{name}.pdf", compilation)
        return redirect(url_for("home.work", work_id=work.id))
    document = documents.compilation_paper(whole, on=actor.on, sources=sources)
    made = hand_out(document, kind, name)
    record_export(actor, f"导出{name}.{kind}", compilation)
    return made
