"""Rounds for the office: planned, opened, watched, closed, locked."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from tracker.committees.models import Committee
from tracker.core import calendar, files
from tracker.core.access import Actor, requires
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.filters import zh_date, zh_weekday
from tracker.core.forms import Option, parse_day
from tracker.documents.xlsx import Sheet, workbook
from tracker.plans.models import Area
from tracker.reports import actions, documents, policy
from tracker.reports.actions import RoundFacts
from tracker.reports.actions.telling import people_of
from tracker.reports.forms import RoundForm, day_of, reason_typed, words_of
from tracker.reports.models import Report, ReportState, Round, RoundState
from tracker.reports.queries import chasing
from tracker.reports.queries import review as review_queries
from tracker.reports.queries import rounds as queries
from tracker.reports.views import bp


@bp.get("/rounds")
@requires(can=policy.can_see_rounds)
def rounds(actor: Actor) -> str:
    """All rounds, the newest first."""
    rows = list(db.session.scalars(queries.visible_rounds(actor).order_by(Round.year.desc(), Round.id.desc())))
    return render_template(
        "reports/rounds.html", rows=rows, counts=queries.counts([one.id for one in rows]), states_of=ReportState,
        days=calendar.current(),
    )  # fmt: skip


@bp.route("/rounds/new", methods=["GET", "POST"])
@requires(can=policy.can_plan_rounds)
def new_round(actor: Actor) -> str | Answer:
    """Plan the next annual round, with the dates of the settings and last year's words."""
    year = _next_year(actor)
    last = queries.latest_annual(actor.committee_id)
    dates = queries.usual_dates(db.session.get_one(Committee, actor.committee_id).settings, year, calendar.current())
    form = RoundForm(
        year=year, title=f"{year}年年度报告", opens_on=max(dates.opens_on, actor.on), due_on=dates.due_on,
        locks_on=dates.locks_on, guidance=last.guidance if last else "",
        plan_ids=[plan.id for plan in queries.plans_of_year(actor.committee_id, year)],
    )  # fmt: skip
    return _round_form(actor, form, None, lambda facts: actions.plan_round(actor, facts))


@bp.route("/rounds/<int:round_id>/edit", methods=["GET", "POST"])
@requires(queries.visible_rounds, policy.can_open, param="round_id")
def edit_round(actor: Actor, round_: Round) -> str | Answer:
    """Change what has not opened yet."""
    form = RoundForm(obj=round_, plan_ids=[plan.id for plan in round_.plans])

    def revise(facts: RoundFacts) -> Round:
        actions.revise_round(actor, round_, facts)
        return round_

    return _round_form(actor, form, round_, revise)


def _round_form(
    actor: Actor, form: RoundForm, round_: Round | None, act: Callable[[RoundFacts], Round]
) -> str | Answer:
    """The one form of a round, for a new one and for one that has not opened."""
    plans = queries.plans_of_year(actor.committee_id, form.year.data or actor.on.year)
    form.plan_ids.choices = [Option(plan.id, plan.short_title) for plan in plans]
    if form.validate_on_submit():
        facts = _facts(form)
        try:
            made = act(facts)
        except RuleError as error:
            form.take(error)
        else:
            flash("已保存。请核对后开始报送。", "success")
            return redirect(url_for("reports.round", round_id=made.id))
    return render_template("reports/round_form.html", form=form, round=round_)


def _facts(form: RoundForm) -> RoundFacts:
    return RoundFacts(
        form.year.data or 0, words_of(form.title), day_of(form.opens_on), day_of(form.due_on), day_of(form.locks_on),
        words_of(form.guidance), tuple(form.plan_ids.data or []),
    )  # fmt: skip


def _next_year(actor: Actor) -> int:
    """The year to report on: the one after the newest round's, else this year from summer on, else the last."""
    last = queries.latest_annual(actor.committee_id)
    if last is not None:
        return last.year + 1
    return actor.on.year if actor.on.month >= 6 else actor.on.year - 1


@bp.get("/rounds/day")
@requires()
def day(actor: Actor) -> Answer:
    """What should be known of a day, for the date fields of this room."""
    found = parse_day(request.args.get("date", ""))
    if found is None:
        return jsonify(text="")
    said = queries.said_of_day(found, calendar.current())
    return jsonify(text=f"{zh_weekday(found)}{' · ' + said if said else ''}")


@bp.get("/rounds/<int:round_id>")
@requires(queries.visible_rounds, policy.can_see_round, param="round_id")
def round(actor: Actor, round_: Round) -> str:
    """The table unit × area; before the opening, what will happen and to whom."""
    if round_.state is RoundState.PLANNED:
        return _planned_page(actor, round_)
    grid, pairs = _filtered_grid(actor, round_)
    everybody = queries.reports_of(round_)
    return render_template(
        "reports/round.html", round=round_, grid=grid, pairs=pairs, plans=round_.plans,
        owing=len(chasing.owing(everybody)), returned=len(chasing.returned(everybody)),
        counts=queries.counts([round_.id])[round_.id], report_states=ReportState, cells=review_queries.CellState,
        tabs=review_queries.tab_counts(round_), overdue=_overdue(everybody, actor), days=calendar.current(),
        state_choices=[(one.value, one.label) for one in review_queries.CellState],
        plan_choices=[(one.id, one.short_title) for one in round_.plans],
    )  # fmt: skip


def _planned_page(actor: Actor, round_: Round) -> str:
    asked = queries.obligated(round_, actor.on)
    units = {one.unit_id: one.unit for one in asked}
    people = people_of(units, actor.on)
    silent = [unit for unit_id, unit in units.items() if not people.get(unit_id)]
    days = calendar.current()
    warnings = {
        name: said for name, day in (("截止日期", round_.due_on), ("开始报送", round_.opens_on))
        if (said := queries.said_of_day(day, days))
    }  # fmt: skip
    return render_template(
        "reports/round_planned.html", round=round_, units=list(units.values()), rows=len(asked), silent=silent,
        people=sum(len(found) for found in people.values()), warnings=warnings,
    )  # fmt: skip


@bp.post("/rounds/<int:round_id>/open")
@requires(queries.visible_rounds, policy.can_open, param="round_id")
def open_round(actor: Actor, round_: Round) -> Answer:
    """Start now: every obligated unit has a report and is told."""
    made = actions.open_round(actor, round_)
    flash(f"已开始报送，{len(made)}个单位已收到通知。", "success")
    return redirect(url_for("reports.round", round_id=round_.id))


@bp.route("/rounds/<int:round_id>/<any(close, reopen, lock, unlock):verb>", methods=["GET", "POST"])
@requires(queries.visible_rounds, policy.can_run_round, param="round_id")
def change_round(actor: Actor, round_: Round, verb: str) -> str | Answer:
    """Close, reopen, lock, unlock: each says first what will happen."""
    if request.method == "POST":
        reason = reason_typed()
        match verb:
            case "close":
                actions.close_round(actor, round_)
            case "reopen":
                actions.reopen_round(actor, round_, reason)
            case "lock":
                actions.lock_round(actor, round_)
            case _:
                if not policy.can_unlock(actor, round_):
                    raise RuleError("解除锁定由办公室主任办理。")
                actions.unlock_round(actor, round_, reason)
        flash(f"{round_.title}{round_.state.label}。", "success")
        return redirect(url_for("reports.round", round_id=round_.id))
    owing = [report for report in queries.reports_of(round_) if report.is_owed()]
    return render_template("reports/round_change.html", round=round_, verb=verb, owing=owing)


@bp.get("/rounds/<int:round_id>/missing")
@requires(queries.visible_rounds, policy.can_see_round, param="round_id")
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
            review_queries.late_words(report, actor.on, days),
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
    name = f"{title}（{zh_date(actor.on)}）.xlsx"
    actions.record_download(actor, round_, name)
    return files.download_bytes(content, name, files.XLSX)


def _filtered_grid(actor: Actor, round_: Round) -> tuple[review_queries.Grid, list[tuple[str, str, str]]]:
    """The table under the filter of the address, and that filter in words."""
    reports, areas = queries.reports_of(round_), queries.areas_of(round_)
    pairs: list[tuple[str, str, str]] = []
    wanted = request.args.get("state", "")
    if wanted in set(review_queries.CellState):
        state = review_queries.CellState(wanted)
        reports = [one for one in reports if review_queries.cell_state(one, actor.on) is state]
        pairs.append(("状态", state.label, "state"))
    plan = request.args.get("plan", type=int)
    if plan in {one.id for one in round_.plans}:
        areas = [area for area in areas if area.plan_id == plan]
        pairs.append(("规划", _plan_title(areas), "plan"))
    name = request.args.get("unit", "").strip()
    if name:
        reports = [one for one in reports if _named(one, name)]
        pairs.append(("单位", name, "unit"))
    return review_queries.grid(round_, areas, reports, actor.on, calendar.current()), pairs


def _plan_title(areas: list[Area]) -> str:
    return areas[0].plan.short_title if areas else "无"


def _named(report: Report, name: str) -> bool:
    unit = report.unit
    return name in unit.short_name or name in unit.full_name or name.lower() in unit.initials


def _overdue(reports: list[Report], actor: Actor) -> int:
    return sum(report.is_overdue(actor.on) for report in reports)
