"""A finished Word report: uploaded, taken apart by its headings, checked by the liaison, taken over."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_wtf.file import FileField, FileRequired
from werkzeug.wrappers import Response as Answer

from tracker.core import files
from tracker.core.access import Actor, requires
from tracker.core.errors import RuleError
from tracker.core.forms import Form, clean_text
from tracker.core.pages import row_number
from tracker.plans.importing.reader import LARGEST_FILE, read_lines
from tracker.plans.importing.refusal import UnreadableDocument
from tracker.reports import policy
from tracker.reports.actions import reading as actions
from tracker.reports.actions.filling import Trouble
from tracker.reports.actions.pieces import all_pieces
from tracker.reports.actions.splitting import ARRANGEMENTS, REQUESTS, passages_of
from tracker.reports.models import OVERVIEW, Report, SectionKind, WordReading
from tracker.reports.queries import reading as queries
from tracker.reports.queries.reports import visible_reports, whole
from tracker.reports.views import bp

Options = list[tuple[str, list[tuple[str, str]]]]


class WordForm(Form):
    """A finished report."""

    word = FileField(
        "报告文件", [FileRequired("请选择文件。")],
        description="Word（.docx、.doc）、PDF（文字版）或文本。各部分按文件中的标题对应，核对后才进入填报页。",
    )  # fmt: skip


@bp.route("/reports/<int:report_id>/word", methods=["GET", "POST"])
@requires(visible_reports, policy.can_write, param="report_id")
def read_word(actor: Actor, report: Report) -> str | Answer:
    """Upload one; earlier ones that still hold something."""
    form = WordForm()
    if form.validate_on_submit():
        upload = form.word.data
        name = files.safe_name(upload.filename or "")
        try:
            lines = read_lines(upload.stream.read(LARGEST_FILE + 1), name)
            made = whole(report.id)
            found = passages_of(lines, actions.area_names(made), made.unit.full_name)
            kept = actions.keep_reading(actor, report, name, found)
        except (UnreadableDocument, RuleError) as error:
            form.word.errors = [_said(error)]
        else:
            return redirect(url_for("reports.take_word", reading_id=kept.id))
    return render_template(
        "reports/read_word.html", form=form, report=report, readings=queries.readings_of(report.id),
        max_mb=LARGEST_FILE >> 20,
    )  # fmt: skip


@bp.route("/readings/<int:reading_id>", methods=["GET", "POST"])
@requires(queries.visible_readings, lambda actor, one: policy.can_write(actor, one.report), param="reading_id")
def take_word(actor: Actor, reading: WordReading) -> str | Answer:
    """Passage by passage: its words, where to, and what stands there now."""
    troubles: list[Trouble] = []
    wishes: dict[int, actions.Wish] = {}
    if request.method == "POST":
        wishes = _wishes(reading)
        taken, troubles = actions.take_word(actor, reading, wishes.values())
        if not troubles:
            flash(f"已采用{taken}段，可以在填报页继续修改。" if taken else "没有选择要采用的段落。", "success")
            return redirect(url_for("reports.take_word", reading_id=reading.id))
    report = whole(reading.report_id)
    pieces = all_pieces(report)
    standing = {record: getattr(piece, "text", "") for record, piece in pieces.items()}
    lines = {ARRANGEMENTS: [one.text for one in report.arrangements], REQUESTS: [one.text for one in report.requests]}
    return render_template(
        "reports/take_word.html", reading=reading, report=report, options=_options(report), standing=standing,
        lines=lines,
        versions_of={record: piece.version for record, piece in pieces.items()}, wishes=wishes, troubles=troubles,
    )  # fmt: skip


def _options(report: Report) -> Options:
    """Where a passage may go."""
    areas: dict[str, list[tuple[str, str]]] = {}
    for piece in sorted(report.area_texts, key=lambda one: (one.area.plan_id, one.area.position)):
        areas.setdefault(piece.area.plan.short_title, []).append((f"area:{piece.id}", piece.area.name))
    return [
        ("综述", [(f"section:{kind.value}", kind.label) for kind in OVERVIEW]),
        *areas.items(),
        (
            "其他",
            [
                (ARRANGEMENTS, "下一年工作安排（每段一条）"), (REQUESTS, "提请协调事项（每段一条）"),
                (f"section:{SectionKind.CONTACT.value}", SectionKind.CONTACT.label),
            ],
        ),
    ]  # fmt: skip


def _wishes(reading: WordReading) -> dict[int, actions.Wish]:
    seen = {
        name.removeprefix("v:"): number
        for name, value in request.form.items()
        if name.startswith("v:") and (number := row_number(value)) is not None
    }
    return {
        number: actions.Wish(
            number, clean_text(request.form.get(f"p:{number}:text")) or "", request.form.get(f"p:{number}:to", ""),
            request.form.get(f"p:{number}:how", ""), request.form.get(f"p:{number}:shown", ""), seen,
        )
        for number, one in enumerate(reading.passages) if not one["done"]
    }  # fmt: skip


def _said(error: UnreadableDocument | RuleError) -> str:
    words = error.sentence if isinstance(error, RuleError) else str(error)
    return words.replace("不是规划正文", "不是报告正文").replace("一份规划", "一份报告").replace("规划正文", "报告正文")
