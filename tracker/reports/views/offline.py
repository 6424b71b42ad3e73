"""The report as an Excel form: taken away, filled in without the network, brought back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as Answer

from tracker.core import files
from tracker.core.access import Actor, requires
from tracker.core.errors import RuleError
from tracker.core.exports import record_export
from tracker.documents.blocks import DocumentError
from tracker.documents.templates import read, template
from tracker.reports import policy
from tracker.reports.actions.offline import RowTrouble, keep_form, lines_of, load_sheet
from tracker.reports.models import FormReading, Report
from tracker.reports.queries import offline
from tracker.reports.queries.reports import visible_reports
from tracker.reports.queries.sheet import sheet as sheet_of
from tracker.reports.views import bp

NOTES = (
    "请不要修改“记号”一栏，也不要增加或删除列；可以删除不用填的行。",
    "填好后在系统的填报页上传。没有改动的行不影响系统中的内容，重复上传不会重复。",
    "填表期间他人在系统中改过的内容不会被覆盖，会逐行说明。",
)
MOST_BYTES = 20 << 20
MOST_ROWS = 1000
"""More than any report has."""
Row = tuple[int, Mapping[str, str]]


@bp.get("/reports/<int:report_id>/form.xlsx")
@requires(visible_reports, policy.can_write, param="report_id")
def offline_form(actor: Actor, report: Report) -> Response:
    """The whole report as one sheet, filled with what it says now."""
    lines = [line.cells() for line in lines_of(sheet_of(report.id))]
    content = template("填报表", offline.FIELDS, notes=NOTES, rows=lines, made_on=actor.on)
    name = f"{report.unit.short_name}{report.round.title}填报表.xlsx"
    record_export(actor, f"下载“{name}”", report)
    return files.download_bytes(content, name, files.XLSX)


@bp.post("/reports/<int:report_id>/form")
@requires(visible_reports, policy.can_write, param="report_id")
def load_offline(actor: Actor, report: Report) -> Answer:
    """Load it back: what could be taken over is; of what could not, the same file comes back with its reasons."""
    try:
        sent = form_sent(request.files.get("form"))
    except RuleError as error:
        flash(error.sentence, "error")
        return redirect(url_for("reports.sheet", report_id=report.id, _anchor="offline"))
    troubles = sent.with_unread(load_sheet(actor, report, sent.rows))
    if troubles:
        reading = keep_form(actor, report, sent.blob, sent.name, troubles)
        return redirect(url_for("reports.form_read", reading_id=reading.id))
    flash("填报表已全部导入。", "success")
    return redirect(url_for("reports.sheet", report_id=report.id))


@bp.get("/forms/<int:reading_id>")
@requires(offline.visible_readings_of_forms, param="reading_id")
def form_read(actor: Actor, reading: FormReading) -> str:
    """Which rows were not taken over, and why."""
    return render_template("reports/form_read.html", reading=reading, report=reading.report)


@bp.get("/forms/<int:reading_id>/errors.xlsx")
@requires(offline.visible_readings_of_forms, param="reading_id")
def form_errors(actor: Actor, reading: FormReading) -> Response:
    """The same file with the reasons in a red column."""
    name = f"{reading.name.rpartition('.')[0] or reading.name}（标注错误原因）.xlsx"
    record_export(actor, f"下载“{name}”", reading.report)
    return files.download_bytes(offline.with_reasons(reading, actor.on), name, files.XLSX)


@dataclass(frozen=True)
class SentForm:
    """A form that was sent: its bytes as they are kept, its name, what its rows say, and the rows that say nothing
    anybody could read."""

    blob: files.Blob
    name: str
    rows: list[Row]
    unread: list[RowTrouble]

    def with_unread(self, troubles: list[RowTrouble]) -> list[RowTrouble]:
        return sorted([*self.unread, *troubles], key=lambda one: one.number)


def form_sent(upload: FileStorage | None) -> SentForm:
    """The rows of a form that was sent. Raises RuleError with a sentence for anything else."""
    content = upload.stream.read(MOST_BYTES + 1) if upload is not None else b""
    if not content or upload is None:
        raise RuleError("请选择填好的表，文件不能为空。")
    if len(content) > MOST_BYTES:
        raise RuleError(f"文件超过{MOST_BYTES >> 20}MB，没有导入。")
    blob = files.put_upload(content, max_bytes=MOST_BYTES)
    if blob.media_type != files.XLSX:
        raise RuleError("不是Excel文件（.xlsx），没有导入。请使用从本报告下载的表。")
    try:
        filled = read(content, offline.READ)
    except DocumentError as error:
        raise RuleError(f"{error}，没有导入。") from error
    if len(filled.rows) > MOST_ROWS:
        raise RuleError(f"表中超过{MOST_ROWS}行，不是从本报告下载的表，没有导入。")
    unread = [
        RowTrouble(row.number, f"“{'、'.join(row.uncounted)}”是没有算出结果的公式，没有导入，请改成文字或数字。")
        for row in filled.rows if row.uncounted
    ]  # fmt: skip
    names = [one.name for one in offline.READ]
    rows: list[Row] = [
        (row.number, {name: "" if row.values.get(name) is None else str(row.values.get(name)) for name in names})
        for row in filled.rows if not row.uncounted
    ]  # fmt: skip
    return SentForm(blob, files.safe_name(upload.filename or "") or "填报表.xlsx", rows, unread)
