"""The pages of 衔接比对."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.alignment import actions, documents, policy, queries
from tracker.alignment.forms import CompareForm, JoinForm
from tracker.alignment.judging import Verdict
from tracker.alignment.models import Comparison, ItemKind, Pair
from tracker.core import files
from tracker.core.access import Actor, requires
from tracker.core.db import Labelled, db
from tracker.core.errors import RuleError
from tracker.core.exports import listed, record_export
from tracker.core.forms import Option
from tracker.core.pages import number_arg, row_numbers, text_arg
from tracker.documents.handing import hand_out
from tracker.plans import actions as plan_actions
from tracker.plans.models import Plan

bp = Blueprint("alignment", __name__)
Answer = str | Response


@bp.get("/comparisons")
@requires(can=policy.can_read)
def index(actor: Actor) -> str:
    return render_template(
        "alignment/index.html",
        rows=queries.comparison_rows(actor),
        contradictions=queries.contradictions(actor),
        may_compare=policy.can_compare(actor),
        verdicts=list(Verdict),
    )


@bp.route("/comparisons/new", methods=["GET", "POST"])
@requires(can=policy.can_compare)
def new(actor: Actor) -> Answer:
    own, above = queries.own_plans(actor), queries.upper_plans(actor)
    form = CompareForm(plan=_asked(own))
    form.plan.choices = [Option(value="", label="请选择"), *(Option(value=one.id, label=one.title) for one in own)]
    others = [*above, *own]
    form.upper.choices = [
        Option(value="", label="上传文件"),
        *(Option(value=one.id, label=_upper(one, actor)) for one in others),
    ]
    if form.validate_on_submit():
        try:
            comparison = _compare(actor, form, {one.id: one for one in others})
        except RuleError as error:
            db.session.rollback()
            form.take(error)
        else:
            flash("已完成比对，请逐条核对。", "success")
            return redirect(url_for("alignment.show", comparison_id=comparison.id))
    return render_template("alignment/new.html", form=form, has_plans=bool(own))


def _asked(own: list[Plan]) -> int | None:
    """The plan whose page led here; else the first."""
    wanted = number_arg("plan")
    return wanted if wanted in {one.id for one in own} else (own[0].id if own else None)


def _upper(plan: Plan, actor: Actor) -> str:
    return plan.title if plan.committee_id != actor.committee_id else f"{plan.title}（本级）"


def _compare(actor: Actor, form: CompareForm, known: dict[int, Plan]) -> Comparison:
    plan = known[form.plan.data]
    upload = form.file.data
    if upload and upload.filename:
        content, filename = upload.read(), files.safe_name(upload.filename)
        reading = plan_actions.read(content, filename)
        blob = files.put_upload(content, max_bytes=plan_actions.LARGEST_FILE)
        return actions.compare(actor, plan, actions.upper_in(reading.plans, plan, blob, filename))
    return actions.compare(actor, plan, actions.upper_of(known[form.upper.data]))


@bp.get("/comparisons/<int:comparison_id>")
@requires(queries.visible_comparisons, param="comparison_id")
def show(actor: Actor, comparison: Comparison) -> str:
    kind, verdict = _wanted()
    counts = queries.counts_of(comparison.id)
    pairs = queries.pairs_of(comparison.id, kind, verdict)
    whole = queries.with_items(comparison.id)
    return render_template(
        "alignment/show.html",
        comparison=whole,
        kind=kind,
        kinds=list(ItemKind),
        verdict=verdict,
        verdicts=list(Verdict),
        counts=counts,
        shown=queries.said_of(counts, [kind]),
        pairs=pairs,
        rows=[_row(whole, pair) for pair in pairs],
        may_correct=policy.can_correct(actor, comparison),
    )


def _row(comparison: Comparison, pair: Pair) -> dict[str, object]:
    number, text = documents.upper_side(comparison, pair)
    item = pair.item
    return {
        "pair": pair,
        "area": documents.area_of(comparison, pair),
        "upper_number": number,
        "upper_text": text,
        "item": item,
        "is_stale": item is not None and actions.fingerprint(item.text) != pair.own_text,
    }


def _wanted() -> tuple[ItemKind, Verdict | None]:
    kind = _named(ItemKind, text_arg("kind"))
    return (kind if isinstance(kind, ItemKind) else ItemKind.GOAL), _named(Verdict, text_arg("verdict"))  # type: ignore[return-value]


def _named(words: type[Labelled], value: str) -> Labelled | None:
    return words(value) if value in {word.value for word in words} else None


@bp.post("/comparisons/<int:comparison_id>/confirm")
@requires(queries.visible_comparisons, policy.can_correct, param="comparison_id")
def confirm(actor: Actor, comparison: Comparison) -> Response:
    wanted = set(row_numbers(request.form.getlist("ids")))
    pairs = [pair for pair in queries.pairs_of(comparison.id) if pair.id in wanted]
    number = actions.confirm(actor, comparison, pairs)
    flash(f"已核对{number}条。" if number else "请先勾选要核对的条目。", "success" if number else "info")
    return _back(comparison.id)


@bp.post("/comparisons/<int:comparison_id>/again")
@requires(queries.visible_comparisons, policy.can_correct, param="comparison_id")
def again(actor: Actor, comparison: Comparison) -> Response:
    number = actions.compare_again(actor, comparison)
    flash(f"已重新比对，共{number}条；核对过的对应关系没有变。", "success")
    return _back(comparison.id)


@bp.post("/comparisons/<int:comparison_id>/drop")
@requires(queries.visible_comparisons, policy.can_correct, param="comparison_id")
def drop(actor: Actor, comparison: Comparison) -> Response:
    actions.drop(actor, comparison)
    flash("已删除这次比对，两个规划没有变化。", "success")
    return redirect(url_for("alignment.index"))


@bp.post("/comparison-pairs/<int:pair_id>/part")
@requires(queries.visible_pairs, policy.can_correct_pair, param="pair_id")
def part(actor: Actor, pair: Pair) -> Response:
    comparison_id = pair.comparison_id
    actions.part(actor, pair)
    flash("已拆开，两条各自单独列出。", "success")
    return _back(comparison_id)


@bp.route("/comparison-pairs/<int:pair_id>", methods=["GET", "POST"])
@requires(queries.visible_pairs, policy.can_correct_pair, param="pair_id")
def join(actor: Actor, pair: Pair) -> Answer:
    """Choose the counterpart of an item that stands alone, by hand."""
    is_upper = pair.upper_index is not None
    comparison = queries.with_items(pair.comparison_id)
    others = queries.alone(pair.comparison_id, pair.kind, upper=not is_upper)
    form = JoinForm()
    form.other.choices = [
        Option(value=one.id, label=_line(comparison, one)) for one in _nearest_first(comparison, pair, others)
    ]
    if form.validate_on_submit():
        chosen = next(one for one in others if one.id == form.other.data)
        try:
            joined = actions.join(actor, *((pair, chosen) if is_upper else (chosen, pair)))
        except RuleError as error:
            db.session.rollback()
            form.take(error)
        else:
            flash(f"已对应，比对结果：{joined.verdict.label}。", "success")
            return redirect(url_for("alignment.show", comparison_id=joined.comparison_id, kind=joined.kind.value))
    return render_template(
        "alignment/join.html", comparison=comparison, pair=pair, row=_row(comparison, pair), form=form, others=others
    )


def _line(comparison: Comparison, pair: Pair) -> str:
    number, text = documents.own_side(pair) if pair.item is not None else documents.upper_side(comparison, pair)
    return f"{documents.area_of(comparison, pair)} {number}. {text[:60]}"


def _nearest_first(comparison: Comparison, pair: Pair, others: list[Pair]) -> list[Pair]:
    own, texts = _text(comparison, pair), [_text(comparison, one) for one in others]
    return [others[place] for place in queries.nearest(own, texts)]


def _text(comparison: Comparison, pair: Pair) -> str:
    return (documents.own_side(pair) if pair.item is not None else documents.upper_side(comparison, pair))[1]


@bp.get("/comparisons/<int:comparison_id>.xlsx")
@requires(queries.visible_comparisons, param="comparison_id")
def export(actor: Actor, comparison: Comparison) -> Response:
    """Exactly what is filtered; goals and measures together where no kind is asked for."""
    kind = _wanted()[0] if text_arg("kind") else None
    verdict = _wanted()[1]
    whole = queries.with_items(comparison.id)
    pairs = queries.pairs_of(comparison.id, kind, verdict)
    said = [("类别", kind.label, "kind")] if kind else []
    said += [("比对结果", verdict.label, "verdict")] if verdict else []
    content = documents.comparison_table(whole, pairs, said, actor.on)
    record_export(actor, listed("衔接比对表", len(pairs), said), comparison)
    return files.download_bytes(content, "衔接比对表.xlsx", files.XLSX)


@bp.get("/comparisons/<int:comparison_id>/paper.<any(docx, pdf):kind>")
@requires(queries.visible_comparisons, param="comparison_id")
def paper(actor: Actor, comparison: Comparison, kind: str) -> Response:
    whole = queries.with_items(comparison.id)
    made = hand_out(documents.annex(whole, queries.pairs_of(comparison.id), actor.on), kind, "衔接比对附件")
    record_export(actor, f"打印衔接比对附件（{kind}）", comparison)
    return made


def _back(comparison_id: int) -> Response:
    kind, verdict = _wanted()
    return redirect(
        url_for("alignment.show", comparison_id=comparison_id, kind=kind.value, verdict=verdict and verdict.value)
    )
