"""Rounds for the office: watched, closed, locked. How they are planned stands in `planning`."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from tracker.core import calendar, files
from tracker.core.access import Actor, requires
from tracker.core.errors import RuleError
from tracker.core.exports import listed, record_export
from tracker.core.filters import zh_date
from tracker.core.pages import number_arg
from tracker.core.reading import reads
from tracker.documents.xlsx import Sheet, workbook
from tracker.messages.flashing import flash_told
from tracker.plans.models import Area
from tracker.reports import actions, documents, policy
from tracker.reports.actions.telling import people_of
from tracker.reports.forms import reason_typed
from tracker.reports.models import Report, ReportState, Round, RoundKind, RoundState
from tracker.reports.queries import chasing
from tracker.reports.queries import grid as grids
from tracker.reports.queries import requests as requests_of_all
from tracker.reports.queries import review as review_queries
from tracker.reports.queries import rounds as queries
from tracker.reports.views import bp
from tracker.reports.views.filtering import Pairs, filtered_reports, filtered_rounds
from tracker.reports.views.planning import planned_page
from tracker.reports.views.special import collected_page


@bp.get("/rounds")
@requires(can=policy.can_see_rounds)
def rounds(actor: Actor) -> str:
    """All rounds, the newest first."""
    rows, pairs = filtered_rounds(actor)
    return render_template(
        "reports/rounds.html", rows=rows, counts=queries.counts([one.id for one in rows]), states_of=ReportState,
        pairs=pairs, years=queries.years_of_rounds(actor), kinds=[(one.value, one.label) for one in RoundKind],
        requests=requests_of_all.unanswered(actor),
    )  # fmt: skip


@bp.get("/rounds/<int:round_id>")
@requires(queries.visible_rounds, policy.can_see_round, param="round_id")
def round(actor: Actor, round_: Round) -> str:
    """The table unit × area; of a special round what was answered; before the opening, what will happen."""
    if round_.state is RoundState.PLANNED:
        return planned_page(actor, round_)
    if round_.is_special:
        return collected_page(actor, round_)
    grid, pairs = _filtered_grid(actor, round_)
    everybody = queries.reports_of(round_)
    return render_template(
        "reports/round.html", round=round_, grid=grid, pairs=pairs, plans=round_.plans,
        owing=len(chasing.owing(everybody)), returned=len(chasing.returned(everybody)),
        counts=queries.counts([round_.id])[round_.id], report_states=ReportState, legend_words=grids.legend_words(),
        tabs=review_queries.tab_counts(round_), overdue=_overdue(everybody, actor), days=calendar.current(),
        state_choices=[(one.value, one.label) for one in grids.CellState],
        plan_choices=[(one.id, one.short_title) for one in round_.plans],
        excepted=queries.excepted(round_, actor.on) if round_.state is RoundState.LOCKED else [],
    )  # fmt: skip


@bp.post("/rounds/<int:round_id>/open")
@requires(queries.visible_rounds, policy.can_open, param="round_id")
def open_round(actor: Actor, round_: Round) -> Answer:
    """Start now: every unit that is asked has a report and is told."""
    made = actions.open_round(actor, round_)
    told = people_of([report.unit_id for report in made], actor.on)
    flash_told("已开始报送", len(told), [one.unit.short_name for one in made if one.unit_id not in told])
    return redirect(url_for("reports.round", round_id=round_.id))


@bp.route("/rounds/<int:round_id>/<any(close, reopen, lock, unlock, 'call-off'):verb>", methods=["GET", "POST"])
@requires(queries.visible_rounds, policy.can_run_round, param="round_id")
def change_round(actor: Actor, round_: Round, verb: str) -> str | Answer:
    """Close, reopen, lock, unlock, call off: each says first what will happen."""
    if request.method == "POST":
        try:
            _change(actor, round_, verb, reason_typed())
        except RuleError as error:
            flash(error.sentence, "error")
        else:
            said = {"call-off": "已撤回", "unlock": "已解除锁定，恢复为已截止"}.get(verb, round_.state.label)
            flash(f"{round_.title}{said}。", "success")
            return redirect(url_for("reports.round", round_id=round_.id))
    owing = [report for report in queries.reports_of(round_) if report.is_owed()]
    return render_template(
        "reports/round_change.html", round=round_, verb=verb, owing=owing, reason=request.form.get("reason", "")
    )  # fmt: skip


def _change(actor: Actor, round_: Round, verb: str, reason: str) -> None:
    match verb:
        case "close":
            actions.close_round(actor, round_)
        case "reopen":
            actions.reopen_round(actor, round_, reason)
        case "lock":
            actions.lock_round(actor, round_)
        case "call-off":
            actions.call_off(actor, round_, reason)
        case _:
            if not policy.can_unlock(actor, round_):
                raise RuleError("解除锁定由办公室主任办理。")
            actions.unlock_round(actor, round_, reason)


@bp.get("/rounds/<int:round_id>/missing")
@requires(queries.visible_rounds, policy.can_see_round, param="round_id")
@reads("的未报送单位和联系人")
def missing(actor: Actor, round_: Round) -> str:
    """谁还没报: the list, and the words for the work group."""
    reports = queries.reports_of(round_)
    owing, back = chasing.owing(reports), chasing.returned(reports)
    return render_template(
        "reports/missing.html", round=round_, owing=owing, returned=back, chased=chasing.chased([*owing, *back]),
        words=chasing.words(round_, reports, actor.on, calendar.current()), days=calendar.current(),
        people=people_of([report.unit_id for report in [*owing, *back]], actor.on),
        tabs=review_queries.tab_counts(round_),
    )  # fmt: skip


@bp.get("/rounds/<int:round_id>/grid.xlsx")
@requires(queries.visible_rounds, policy.can_see_round, param="round_id")
def grid_export(actor: Actor, round_: Round) -> Response:
    """The table exactly as it is filtered, with the filter and the date on it."""
    grid, pairs = _filtered_grid(actor, round_)
    days = calendar.current()
    rows = [
        documents.GridRow(
            report.unit.full_name, report.state.label, report.due_on, report.first_submitted_on,
            grids.late_words(report, actor.on, days),
            tuple(
                cell.state.label if (cell := grid.cells.get((report.id, column.id))) else ""
                for column in grid.columns[1:]
            ),
        )
        for report in grid.reports
    ]  # fmt: skip
    table = documents.grid_table([column.title or column.label for column in grid.columns[1:]], rows)
    said = "；".join(f"{label}：{text}" for label, text, _ in pairs)
    title = f"{round_.title}报送情况"
    content = workbook([Sheet("报送情况", table, filters=said, made_on=actor.on, title=title)])
    record_export(actor, listed(title, len(rows), pairs), round_)
    return files.download_bytes(content, f"{title}（{zh_date(actor.on)}）.xlsx", files.XLSX)


def _filtered_grid(actor: Actor, round_: Round) -> tuple[grids.Grid, Pairs]:
    """The table under the filter of the address, and that filter in words."""
    reports, pairs = filtered_reports(actor, queries.reports_of(round_))
    areas = queries.areas_of(round_)
    plan = number_arg("plan")
    if plan in {one.id for one in round_.plans}:
        areas = [area for area in areas if area.plan_id == plan]
        pairs.append(("规划", _plan_title(areas), "plan"))
    return grids.grid(round_, areas, reports, actor.on, calendar.current()), pairs


def _plan_title(areas: list[Area]) -> str:
    return areas[0].plan.short_title if areas else "无"


def _overdue(reports: list[Report], actor: Actor) -> int:
    return sum(report.is_overdue(actor.on) for report in reports)
