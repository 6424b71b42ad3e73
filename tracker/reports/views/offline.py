"""The report as an Excel form: taken away, filled in without the network, brought back."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from flask import Response, flash, redirect, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as Answer

from tracker.core import files
from tracker.core.access import Actor, requires
from tracker.core.errors import RuleError
from tracker.core.exports import record_export
from tracker.documents.blocks import CellValue, Column, DocumentError, State, Table
from tracker.documents.templates import read, template
from tracker.documents.xlsx import Sheet, workbook
from tracker.reports import policy
from tracker.reports.actions.offline import RowTrouble, lines_of, load_sheet
from tracker.reports.models import Report
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
def load_offline(actor: Actor, report: Report) -> Answer | Response:
    """Load it back: what could be taken over is; the rest comes back in the same sheet with its reasons in red."""
    try:
        rows = rows_sent(request.files.get("form"))
    except RuleError as error:
        flash(error.sentence, "error")
        return redirect(url_for("reports.sheet", report_id=report.id, _anchor="offline"))
    troubles = load_sheet(actor, report, rows)
    if troubles:
        name = f"{report.unit.short_name}{report.round.title}填报表（{len(troubles)}行未导入）.xlsx"
        return files.download_bytes(with_reasons(actor, rows, troubles), name, files.XLSX)
    flash("填报表已全部导入。", "success")
    return redirect(url_for("reports.sheet", report_id=report.id))


def rows_sent(upload: FileStorage | None) -> list[Row]:
    """The rows of a form that was sent. Raises RuleError with a sentence for anything else."""
    content = upload.stream.read(MOST_BYTES + 1) if upload is not None else b""
    if not content:
        raise RuleError("请选择填好的表，文件不能为空。")
    if len(content) > MOST_BYTES:
        raise RuleError(f"文件超过{MOST_BYTES >> 20}MB，没有导入。")
    with tempfile.NamedTemporaryFile() as place:
        place.write(content)
        place.flush()
        if files.sniff(Path(place.name)) != files.XLSX:
            raise RuleError("不是Excel文件（.xlsx），没有导入。请使用从本报告下载的表。")
    try:
        filled = read(content, offline.READ)
    except DocumentError as error:
        raise RuleError(f"{error}，没有导入。") from error
    names = [one.name for one in offline.READ]
    return [
        (row.number, {name: "" if row.values.get(name) is None else str(row.values.get(name)) for name in names})
        for row in filled.rows
    ]


def with_reasons(actor: Actor, rows: list[Row], troubles: list[RowTrouble]) -> bytes:
    """Only what is to be put right, in the form it came, with 错误原因 in red; it can be loaded again."""
    reasons: dict[int, str] = {}
    for one in troubles:
        reasons[one.number] = "；".join(filter(None, [reasons.get(one.number, ""), one.sentence]))
    columns = [Column(one.name, max(1.0, one.width / 9)) for one in offline.FIELDS] + [Column(offline.WRONG, 4)]
    lines: list[list[CellValue]] = [
        [*(values[one.name] for one in offline.FIELDS), State.red(reasons[number])]
        for number, values in rows if number in reasons
    ]  # fmt: skip
    return workbook([Sheet("填报表", Table(columns=columns, rows=lines), made_on=actor.on, title="没有导入的行")])
