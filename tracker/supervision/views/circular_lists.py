"""Circulars as a list, filtered, sorted and exported; who has read one."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request
from sqlalchemy import Select

from tracker.core import files, pages
from tracker.core.access import Actor, requires
from tracker.core.db import db
from tracker.core.exports import listed, record_export
from tracker.documents import xlsx
from tracker.supervision import documents, policy
from tracker.supervision.models import Circular, CircularKind, CircularState
from tracker.supervision.queries import circulars as queries
from tracker.supervision.queries import doubts
from tracker.supervision.views import bp


@bp.get("/circulars")
@requires(can=policy.can_see_circulars)
def circulars(actor: Actor) -> str:
    rows, said = _filtered(actor)
    page = pages.paginate(queries.ordered(rows, request.args.get("sort", "")))
    return render_template(
        "supervision/circulars.html", page=page, said=said, can_draft=policy.can_draft(actor), kinds=CircularKind,
        states=CircularState, years=queries.years(actor),
        doubts=doubts.in_doubt(one.id for one in page.rows) if actor.sees_committee else {},
    )  # fmt: skip


@bp.get("/circulars/export")
@requires(can=policy.can_see_circulars)
def export_circulars(actor: Actor) -> Response:
    """The list as filtered."""
    rows, said = _filtered(actor)
    found = db.session.scalars(queries.ordered(rows, request.args.get("sort", ""))).all()
    words = "；".join(f"{label}：{text}" for label, text, _ in said)
    marks = doubts.in_doubt(one.id for one in found) if actor.sees_committee else {}
    sheet = documents.circular_list(found, words, actor.on, marks)
    record_export(actor, listed("通报清单", len(found), said))
    return files.download_bytes(xlsx.workbook([sheet]), f"通报清单{actor.on:%Y%m%d}.xlsx", files.XLSX)


@bp.get("/circulars/<int:circular_id>/spread")
@requires(queries.visible_circulars, policy.can_read_spread, param="circular_id")
def circular_spread(actor: Actor, circular: Circular) -> str:
    """分发和阅读: which unit was sent it, and who has read it."""
    return render_template("supervision/circular_spread.html", circular=circular, spread=queries.spread(circular))


def _filtered(actor: Actor) -> tuple[Select[Any], list[tuple[str, str, str]]]:
    """The rows of the address's filter, and what was narrowed, in words."""
    rows, said = queries.listed(actor), []
    words = pages.text_arg("q")
    if words:
        rows = rows.where(queries.says(words))
        said.append(("标题或文号", words, "q"))
    state = next((one for one in CircularState if one.value == request.args.get("state")), None)
    if state is not None and actor.sees_committee:
        rows = rows.where(Circular.state == state)
        said.append(("状态", state.label, "state"))
    kind = next((one for one in CircularKind if one.value == request.args.get("kind")), None)
    if kind is not None:
        rows = rows.where(Circular.kind == kind)
        said.append(("文种", kind.label, "kind"))
    year = pages.number_arg("year")
    if year in queries.years(actor):
        rows = rows.where(queries.of_year(year))
        said.append(("年度", f"{year}年", "year"))
    if request.args.get("corrected") == "1" and actor.sees_committee:
        rows = rows.where(doubts.is_doubted())
        said.append(("更正", "引用的报告有更正", "corrected"))
    return rows, said
