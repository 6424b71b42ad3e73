"""A whole list of units at once: pasted or as a file, looked at row by row, written after confirmation."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from tracker.committees import actions, queries
from tracker.committees.importing import COLUMNS, Judgement
from tracker.committees.models import Committee, System
from tracker.committees.policy import keeps_units
from tracker.committees.views.blueprint import bp
from tracker.core import files
from tracker.core.access import Actor, requires
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.exports import record_export
from tracker.core.pages import row_number
from tracker.documents.pasted import PastedTable
from tracker.documents.templates import Field, template

NOTES = (
    "一行填一个单位，按公布的成员单位名单排列。",
    "简称、类别不填的，按单位名称推定，导入前可以核对。",
    "别名、曾用名有几个的，用顿号隔开；规划文本中的叫法据此认出。",
)
HELP = {"别名": "规划文本中可能出现的其他叫法，用顿号隔开。", "曾用名": "机构改革前的名称，用顿号隔开。"}
CHOICES = {"类别": tuple(system.label for system in System), "成员单位": ("是", "否")}


@bp.route("/units/import", methods=["GET", "POST"])
@requires(can=keeps_units)
def units_import(actor: Actor) -> Any:
    """Read and show; write when what would be written is what was shown."""
    committee = _committee(actor)
    form = PastedTable()
    judgement: Judgement | None = None
    is_stale = False
    if form.validate_on_submit() and form.take_document():
        judgement = queries.judged_list(committee, form.text.data or "", actor.on)
        seen = request.form.get("seen", "")
        is_stale = bool(seen) and seen != judgement.fingerprint
        if seen and not is_stale and _written(actor, committee, judgement, form):
            return redirect(url_for("committees.units", committee=_other(actor, committee)))
    return render_template(
        "committees/units_import.html", form=form, judgement=judgement, committee=committee, is_stale=is_stale,
        other=_other(actor, committee), systems=[system.label for system in System],
    )  # fmt: skip


@bp.get("/units/import/sheet.xlsx")
@requires(can=keeps_units)
def units_sheet(actor: Actor) -> Any:
    """The sheet to fill in."""
    fields = [
        Field(
            column.value, width=36.0 if column is COLUMNS[0] else 18.0, required=column is COLUMNS[0],
            choices=CHOICES.get(column.value, ()), help=HELP.get(column.value, ""),
        )
        for column in COLUMNS
    ]  # fmt: skip
    content = template("单位名单", fields, notes=NOTES, made_on=actor.on)
    record_export(actor, "导出单位名单填报表")
    return files.download_bytes(content, "单位名单填报表.xlsx", files.XLSX)


def _committee(actor: Actor) -> Committee:
    """The actor's own, or, for an administrator, the lower one that was asked for."""
    return queries.committee_seen(actor, row_number(request.values.get("committee")))


def _other(actor: Actor, committee: Committee) -> int | None:
    return committee.id if committee.id != actor.committee_id else None


def _written(actor: Actor, committee: Committee, judgement: Judgement, form: PastedTable) -> bool:
    added, changed = len(judgement.new), len(judgement.changed)
    try:
        actions.take_units(actor, committee, judgement)
    except RuleError as error:
        db.session.rollback()
        form.take(error)
        return False
    said = [f"新增{added}个单位" if added else "", f"修改{changed}个单位" if changed else ""]
    flash(f"已{'，'.join(part for part in said if part)}。" if added or changed else "名单没有变化。", "success")
    return True
