"""我们的任务 of a unit; all tasks of the committee for its office."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import Select
from werkzeug.wrappers import Response

from tracker.committees import queries as committees
from tracker.core import files
from tracker.core.access import Actor, requires
from tracker.core.db import db
from tracker.core.exports import listed, record_export
from tracker.core.pages import paginate, sort
from tracker.documents.handing import hand_out
from tracker.tasks import documents, queries
from tracker.tasks.models import AssignmentRole, Task, TaskState
from tracker.tasks.queries import TaskFilter
from tracker.tasks.views.blueprint import bp


def can_look(actor: Actor) -> bool:
    """Units, office and chair; administrators have no business here."""
    return actor.is_unit or actor.sees_committee


@bp.get("/tasks")
@requires(can=can_look)
def mine(actor: Actor) -> str:
    wanted = TaskFilter.of(request.args)
    rows = _sorted(actor, wanted)
    return render_template(
        "tasks/mine.html",
        page=paginate(queries.whole(rows)),
        said=[pair for pair in wanted.said(actor) if pair[2] != "plan"],
        wanted=wanted,
        plans=queries.plans_with_tasks(actor),
        areas=queries.areas_for(actor, wanted.plan),
        units=[] if actor.is_unit else committees.current_units(actor.committee_id, actor.on),
        roles=list(AssignmentRole),
        waiting=queries.waiting_for(actor) if actor.is_unit else [],
        states=[state for state in TaskState if actor.sees_committee or state is not TaskState.DRAFT],
    )


@bp.get("/tasks.xlsx")
@requires(can=can_look)
def mine_xlsx(actor: Actor) -> Response:
    wanted = TaskFilter.of(request.args)
    rows = _sorted(actor, wanted)
    tasks = list(db.session.scalars(queries.whole(rows)))
    said = wanted.said(actor)
    if actor.is_unit:
        said = [("单位", actor.post.unit_name or "", "unit"), *said]
    content = documents.task_list(tasks, said, actor)
    record_export(actor, listed("任务清单", len(tasks), said))
    name = f"{actor.post.unit_name}任务清单.xlsx" if actor.is_unit else "任务清单.xlsx"
    return files.download_bytes(content, name, files.XLSX)


@bp.get("/tasks/list.<any(docx, pdf):kind>")
@requires(can=can_look)
def unit_list(actor: Actor, kind: str) -> Response:
    """单位任务清单: the unit's own, or for the office that of the unit asked for."""
    wanted = TaskFilter.of(request.args)
    number = actor.unit_id if actor.is_unit else wanted.unit
    unit = committees.unit_seen(actor, number)
    if unit is None:
        flash("请先选择一个单位，再导出单位任务清单。", "warning")
        return redirect(url_for("tasks.mine"))
    tasks = [task for task in db.session.scalars(queries.whole(_sorted(actor, wanted))) if _stands(task)]
    said = [pair for pair in wanted.said(actor) if pair[2] != "unit"]
    name = f"{unit.short_name}任务清单"
    paper = documents.unit_list(unit, tasks, said, actor.on)
    record_export(actor, listed(name, len(tasks), said))
    return hand_out(paper, kind, name)


def _stands(task: Task) -> bool:
    """Drafts and what was cancelled are no unit's work."""
    return task.state not in {TaskState.DRAFT, TaskState.CANCELLED}


def _sorted(actor: Actor, wanted: TaskFilter) -> Select[Task]:
    rows = queries.tasks_listed(actor, wanted).order_by(None)
    return sort(rows, queries.sort_columns(), "place", Task.plan_id, Task.position)
