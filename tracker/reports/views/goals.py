"""Every goal with what the units say of it and what the office confirms."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from tracker.core.access import Actor, requires
from tracker.core.errors import RuleError
from tracker.core.pages import row_numbers, safe_next
from tracker.reports import actions, documents, policy
from tracker.reports.models import GoalStatement, GoalStatus, Round
from tracker.reports.queries import review as queries
from tracker.reports.queries.reports import visible_goal_statements
from tracker.reports.queries.rounds import visible_rounds
from tracker.reports.views import bp
from tracker.reports.views.exports import taken
from tracker.reports.views.filtering import GOAL_CHOICES, filtered_goals


@bp.get("/rounds/<int:round_id>/goals")
@requires(visible_rounds, policy.can_see_round, param="round_id")
def goals(actor: Actor, round_: Round) -> str:
    """Every goal, what each unit says, and what the office confirms."""
    everything = queries.goals_of(round_)
    rows, pairs = filtered_goals(everything)
    return render_template(
        "reports/goals.html", round=round_, everything=everything, rows=rows, pairs=pairs,
        choices=list(GOAL_CHOICES.items()), tabs=queries.tab_counts(round_),
        plans=[(one.id, one.short_title) for one in round_.plans], units=queries.units_of_goals(everything),
    )  # fmt: skip


@bp.get("/rounds/<int:round_id>/goals.xlsx")
@requires(visible_rounds, policy.can_see_round, param="round_id")
def goals_export(actor: Actor, round_: Round) -> Response:
    """Every goal with what each unit says of it, on what basis, and what the office confirms."""
    rows, pairs = filtered_goals(queries.goals_of(round_))
    return taken(actor, round_, f"{round_.title}主要目标情况", documents.goals_table(rows), len(rows), pairs)


@bp.post("/goal-statements/<int:statement_id>/confirm")
@requires(visible_goal_statements, lambda actor, one: policy.can_confirm_goals(actor, one.report), param="statement_id")
def confirm_goal(actor: Actor, statement: GoalStatement) -> Answer:
    """Confirm what a unit says of a goal, or say otherwise."""
    wanted = request.form.get("confirmed", "")
    if wanted and wanted not in set(GoalStatus):
        raise RuleError("请从列出的选项中选择。")
    actions.confirm_goal(actor, statement, GoalStatus(wanted) if wanted else None)
    flash("已记录认定。" if wanted else "已撤销认定。", "success")
    return _back(statement.report.round_id, f"goal-{statement.goal_id}")


@bp.post("/rounds/<int:round_id>/goals/confirm")
@requires(visible_rounds, policy.can_run_round, param="round_id")
def confirm_goals(actor: Actor, round_: Round) -> Answer:
    """Confirm all that were ticked as their units say."""
    chosen = row_numbers(request.form.getlist("ids"))
    done = actions.confirm_as_reported(actor, round_, chosen)
    left = len(set(chosen)) - done
    flash(
        (f"已按单位填报认定{done}项。" if done else "没有认定。请先选中要认定的目标。")
        + (f"另有{left}项已经认定、单位之间说法不一或者您需要回避，没有改动。" if left else ""),
        "success" if done else "warning",
    )
    return _back(round_.id)


def _back(round_id: int, anchor: str | None = None) -> Answer:
    """To the list as it was filtered."""
    there = safe_next(request.form.get("next"))
    return redirect(f"{there}#{anchor}" if there and anchor else there or url_for(
        "reports.goals", round_id=round_id, _anchor=anchor
    ))  # fmt: skip
