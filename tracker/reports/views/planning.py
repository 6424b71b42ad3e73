"""Rounds planned: the three kinds, each with the form it needs, and what should be known before opening."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from tracker.core import calendar
from tracker.core.access import Actor, Role, requires
from tracker.core.errors import RuleError
from tracker.core.filters import zh_date, zh_weekday
from tracker.core.forms import Option, parse_day
from tracker.reports import actions, policy
from tracker.reports.actions import RoundFacts
from tracker.reports.actions.telling import people_of
from tracker.reports.forms import RoundForm, day_of, words_of
from tracker.reports.models import Round, RoundKind
from tracker.reports.queries import burden
from tracker.reports.queries import rounds as queries
from tracker.reports.views import bp
from tracker.reports.views.asking import edit_special, new_special, to_round

TITLES = {RoundKind.ANNUAL: "年年度报告", RoundKind.HALF_YEAR: "年半年报告"}


@bp.route("/rounds/new", methods=["GET", "POST"])
@requires(can=policy.can_plan_rounds)
def new_round(actor: Actor) -> str | Answer:
    """Plan the next round of a kind, with the dates of the settings and the last one's words."""
    kind = _kind_asked()
    if kind is RoundKind.SPECIAL:
        return new_special(actor)
    last = queries.latest_of_kind(actor.committee_id, kind)
    year = _next_year(actor, kind, last)
    settings = queries.settings_of(actor.committee_id)
    usual = queries.usual_half_year if kind is RoundKind.HALF_YEAR else queries.usual_dates
    dates = usual(settings, year, calendar.current())
    form = RoundForm(
        year=year, title=f"{year}{TITLES[kind]}", opens_on=max(dates.opens_on, actor.on), due_on=dates.due_on,
        locks_on=dates.locks_on, guidance=last.guidance if last else "",
        plan_ids=[plan.id for plan in queries.plans_of_year(actor.committee_id, year)],
    )  # fmt: skip
    return _round_form(actor, form, kind, None, last, lambda facts: actions.plan_round(actor, facts))


@bp.route("/rounds/<int:round_id>/edit", methods=["GET", "POST"])
@requires(queries.visible_rounds, policy.can_open, param="round_id")
def edit_round(actor: Actor, round_: Round) -> str | Answer:
    """Change what has not opened yet."""

    def revise(facts: RoundFacts) -> Round:
        actions.revise_round(actor, round_, facts)
        return round_

    if round_.is_special:
        return edit_special(actor, round_, revise)
    form = RoundForm(obj=round_, plan_ids=[plan.id for plan in round_.plans])
    return _round_form(actor, form, round_.kind, round_, None, revise)


@bp.post("/rounds/<int:round_id>/drop")
@requires(queries.visible_rounds, policy.can_open, param="round_id")
def drop_round(actor: Actor, round_: Round) -> Answer:
    """Planned by mistake: gone, with an entry."""
    actions.drop_round(actor, round_)
    flash("已删除。", "success")
    return redirect(url_for("reports.rounds"))


@bp.get("/rounds/day")
@requires()
def day(actor: Actor) -> Answer:
    """What should be known of a day, for the date fields of this room; the office hears also who has what else."""
    found = parse_day(request.args.get("date", ""))
    if found is None:
        return jsonify(text="")
    said = [queries.said_of_day(found, calendar.current())]
    if actor.is_office:
        others = queries.units_due_in_week(actor.committee_id, found)
        said.append(f"这一周另有{others}个单位有其他期限" if others else "")
    return jsonify(text=" · ".join(filter(None, [zh_weekday(found), *said])))


def planned_page(actor: Actor, round_: Round) -> str:
    """Before the opening: what will happen, to whom, how much is asked and what is unwise about the dates."""
    measured = burden.meter(round_, actor.on)
    units = {one.unit.id: one.unit for one in measured.units}
    people = people_of(units, actor.on)
    leaders = people_of(units, actor.on, [Role.UNIT_LEADER]) if round_.needs_sign_off else units
    days = calendar.current()
    told = [("截止日期", round_.due_on), *([] if round_.is_special else [("开始报送", round_.opens_on)])]
    warnings = [
        f"{name}{zh_date(day)}：{said}" for name, day in told
        if (said := queries.said_of_day(day, days))
    ]  # fmt: skip
    others = queries.units_due_in_week(actor.committee_id, round_.due_on, without=round_.id)
    if others:
        warnings.append(f"截止日期所在的一周，另有{others}个单位有其他期限")
    return render_template(
        "reports/round_planned.html", round=round_, units=list(units.values()), meter=measured, warnings=warnings,
        people=sum(len(found) for found in people.values()),
        silent=[unit for unit_id, unit in units.items() if not people.get(unit_id)],
        leaderless=[unit for unit_id, unit in units.items() if people.get(unit_id) and unit_id not in leaders],
    )  # fmt: skip


def _round_form(
    actor: Actor, form: RoundForm, kind: RoundKind, round_: Round | None, last: Round | None,
    act: Callable[[RoundFacts], Round],
) -> str | Answer:  # fmt: skip
    """The one form of a yearly round, for a new one and for one that has not opened."""
    plans = queries.plans_of_year(actor.committee_id, form.year.data or actor.on.year)
    form.plan_ids.choices = [Option(plan.id, plan.short_title) for plan in plans]
    if form.validate_on_submit():
        facts = RoundFacts(
            form.year.data or 0, words_of(form.title), day_of(form.opens_on), day_of(form.due_on),
            day_of(form.locks_on), words_of(form.guidance), tuple(form.plan_ids.data or []), kind,
        )  # fmt: skip
        try:
            made = act(facts)
        except RuleError as error:
            form.take(error)
        else:
            flash("已保存。请核对后开始报送。", "success")
            return to_round(made, day_of_form=form.due_on.data)
    return render_template("reports/round_form.html", form=form, round=round_, kind=kind, last=last)


def _next_year(actor: Actor, kind: RoundKind, last: Round | None) -> int:
    """The year to report on: the one after the newest round's, else this year from summer on, else the last."""
    if last is not None:
        return last.year + 1
    return actor.on.year if kind is RoundKind.HALF_YEAR or actor.on.month >= 6 else actor.on.year - 1


def _kind_asked() -> RoundKind:
    wanted = request.args.get("kind", "")
    return RoundKind(wanted) if wanted in set(RoundKind) else RoundKind.ANNUAL
