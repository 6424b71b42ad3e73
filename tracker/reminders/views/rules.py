"""The rules: which ladder, which kinds depart from it, with what words, shown on a real case before it counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.accounts.models import User
from tracker.committees.models import Committee
from tracker.committees.queries import current_units
from tracker.core import calendar
from tracker.core.access import Actor, requires
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError
from tracker.core.forms import EmptyForm
from tracker.core.pages import number_arg
from tracker.messages import queries as messages
from tracker.messages.actions import change_hours
from tracker.reminders import actions, policy, queries, saying
from tracker.reminders.actions.rules import check_steps, check_words
from tracker.reminders.forms import HoursForm, PauseForm, RuleForm, StepForm
from tracker.reminders.kinds import KINDS, MOST_STEPS, Act, Kind, Rule, Step, usual_rule
from tracker.reminders.models import ReminderRule, Watch
from tracker.reminders.queries.rules import all_rules, rules_of, stored_rule
from tracker.reminders.rungs import rungs
from tracker.reminders.saying import Part
from tracker.reminders.views import bp


@bp.get("/reminders/rules")
@requires(can=policy.can_keep_rules)
def rules(actor: Actor) -> str:
    """Every kind of deadline with the ladder that holds for it."""
    committee = db.session.get_one(Committee, actor.committee_id)
    return render_template(
        "reminders/rules.html", rules=all_rules(committee.id), kinds=KINDS, committee=committee, on=actor.on,
        usual=usual_rule("report.due", committee.settings).said(), hours=messages.hours_of(committee.id),
        has_groups=any(one.is_group for one in messages.outlets_in_use(committee.id)),
    )  # fmt: skip


@bp.post("/reminders/rules/ladder")
@requires(can=policy.can_keep_rules)
def choose_ladder(actor: Actor) -> Response:
    """The fuller ladder on or off, with one choice."""
    if EmptyForm().validate():
        fuller = request.form.get("fuller") == "1"
        actions.choose_ladder(actor, fuller=fuller)
        flash("已改用完整提醒。" if fuller else "已改用基本提醒。", "success")
    return redirect(url_for("reminders.rules"))


@bp.route("/reminders/hours", methods=["GET", "POST"])
@requires(can=policy.can_keep_rules)
def hours(actor: Actor) -> str | Response:
    """When mail and the other channels leave."""
    row = messages.sending_hours(actor.committee_id)
    now = messages.hours_of(actor.committee_id)
    form = HoursForm(data={**vars(now), "version": row.version if row else None})
    if form.validate_on_submit():
        try:
            change_hours(actor, form.hours(), seen=form.version.data)
        except RuleError as error:
            form.take(error)
        else:
            flash("发送时间已保存。", "success")
            return redirect(url_for("reminders.rules"))
    return render_template("reminders/hours.html", form=form)


@bp.route("/reminders/rules/<kind>", methods=["GET", "POST"])
@requires(can=policy.can_keep_rules)
def rule(actor: Actor, kind: str) -> str | Response:
    """Steps and words of one kind, with what they come to on a real case."""
    known, now, usual = _kind(kind), _rule(actor, kind), _usual(kind)
    stored = stored_rule(actor.committee_id, kind)
    form = RuleForm(data=_data(now, stored, usual))
    shown = now
    if form.validate_on_submit():
        try:
            steps = check_steps(kind, form.ladder())
            check_words(form.words(usual))
            shown = Rule(kind, steps, is_on=bool(form.is_on.data), words=form.words(usual))
            if request.form.get("step") != "preview":
                actions.change_rule(
                    actor, kind, is_on=shown.is_on, steps=steps, words=shown.words, seen=form.version.data
                )
                flash(f"“{known.label}”的提醒规则已保存。", "success")
                return redirect(url_for("reminders.rules"))
        except Conflict as error:
            form.take(error)
            form.version.renew(stored.version if stored else 0)
        except RuleError as error:
            form.take(RuleError(error.sentence))
    return _page(actor, known, now, form, shown=shown)


def _page(
    actor: Actor, known: Kind, now: Rule, form: RuleForm, *, shown: Rule, pause_form: PauseForm | None = None
) -> str:  # fmt: skip
    """The rule with whatever was typed, shown on a real case."""
    cases = queries.cases_of(actor, known.name)
    case = next((one for one in cases if one.id == number_arg("case")), cases[0] if cases else _example(actor, known))
    return render_template(
        "reminders/rule.html", kind=known, rule=now, form=form, case=case, cases=cases, on=actor.on,
        shown=_on_case(actor, shown, case), pause_form=pause_form or PauseForm(formdata=None), places=RuleForm.PLACES,
    )  # fmt: skip


@bp.post("/reminders/rules/<kind>/reset")
@requires(can=policy.can_keep_rules)
def reset_rule(actor: Actor, kind: str) -> Response:
    known = _kind(kind)
    if EmptyForm().validate():
        actions.reset_rule(actor, kind)
        flash(f"“{known.label}”已恢复通用的提醒规则。", "success")
    return redirect(url_for("reminders.rules"))


@bp.post("/reminders/rules/<kind>/pause")
@requires(can=policy.can_keep_rules)
def pause_rule(actor: Actor, kind: str) -> str | Response:
    known, form = _kind(kind), PauseForm()
    if form.validate_on_submit() and form.until.data:
        try:
            actions.pause_rule(actor, kind, until=form.until.data, reason=form.reason.data or "")
        except RuleError as error:
            form.take(error)
        else:
            flash(f"已暂停“{known.label}”的自动提醒。", "success")
            return redirect(url_for("reminders.rules"))
    now, stored = _rule(actor, kind), stored_rule(actor.committee_id, kind)
    fresh = RuleForm(formdata=None, data=_data(now, stored, _usual(kind)))
    return _page(actor, known, now, fresh, shown=now, pause_form=form)


@bp.post("/reminders/rules/<kind>/resume")
@requires(can=policy.can_keep_rules)
def resume_rule(actor: Actor, kind: str) -> Response:
    known = _kind(kind)
    if EmptyForm().validate():
        actions.resume_rule(actor, kind)
        flash(f"已恢复“{known.label}”的自动提醒。", "success")
    return redirect(url_for("reminders.rules"))


@dataclass(frozen=True)
class OnCase:
    """One step on a real case: which day, who is told, with which words."""

    step: Step
    day: date
    people: list[User]
    title: str
    body: str


def _on_case(actor: Actor, rule: Rule, case: Watch | None) -> list[OnCase]:
    if case is None or not rule.is_on:
        return []
    days, people = calendar.current(), saying.people_of([case], actor.on)
    committee = db.session.get_one(Committee, actor.committee_id)
    found = []
    for rung in rungs(days, case.due_on, rule.offsets):
        step = rule.step(rung.offset)
        if step.act is Act.SAY:
            title, body = saying.words(case, committee, days, rung.day, rule.words)
        else:
            title, body = saying.office_words(case, step.act, committee, days, rung.day)
        found.append(OnCase(step, rung.day, people.told(case, step), title, body))
    return found


def _example(actor: Actor, kind: Kind) -> Watch | None:
    """Where no case is open, one that might be: never stored."""
    units = current_units(actor.committee_id, actor.on) if kind.of_unit else []
    if kind.of_unit and not units:
        return None
    day = calendar.current().last_workday(actor.on + timedelta(days=30))
    unit = units[0] if units else None
    watch = Watch(committee_id=actor.committee_id, unit_id=unit.id if unit else None, kind=kind.name)
    watch.title, watch.path, watch.due_on = kind.example, "/", day
    if unit is not None:
        with db.session.no_autoflush:
            watch.unit = unit
        if watch in db.session:
            db.session.expunge(watch)
    return watch


def _usual(kind: str) -> dict[str, str]:
    """The usual words of each part."""
    return {part.value: saying.usual_words(kind, part) for part in Part}


def _data(now: Rule, stored: ReminderRule | None, usual: Mapping[str, str]) -> dict[str, Any]:
    """What the form shows of the rule as it is."""
    words = {part: now.words.get(part) or text for part, text in usual.items()}
    return {"is_on": now.is_on, "steps": _filled(now), "version": stored.version if stored else None, **words}


def _filled(rule: Rule) -> list[dict[str, Any]]:
    steps = [StepForm.filled(step) for step in rule.steps][:MOST_STEPS]
    return [*steps, *({} for _ in range(MOST_STEPS - len(steps)))]


def _rule(actor: Actor, kind: str) -> Rule:
    number = actor.committee_id or 0
    return rules_of([number])[number, kind]


def _kind(name: str) -> Kind:
    if name not in KINDS:
        abort(404)
    return KINDS[name]
