"""The form of a special round: what is asked this once, of whom; planned, and put right after it has opened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from tracker.committees.queries import choices_of, current_units
from tracker.core import calendar
from tracker.core.access import Actor, requires
from tracker.core.errors import Conflict, RuleError
from tracker.core.filters import zh_date, zh_weekday
from tracker.core.forms import Option, parse_day
from tracker.core.pages import number_arg
from tracker.reports import actions, policy
from tracker.reports.actions import QuestionFacts, RoundFacts
from tracker.reports.actions.amending import amend_round, has_begun, standing
from tracker.reports.actions.questions import MOST_QUESTIONS, asked_of
from tracker.reports.forms import AmendForm, SpecialForm, day_of, questions_of, words_of
from tracker.reports.models import QuestionKind, Round, RoundKind
from tracker.reports.queries import rounds as queries
from tracker.reports.views import bp

Act = Callable[[RoundFacts], Answer]
FIRST_ROWS, MORE_ROWS = 6, 4
"""Empty rows for questions on a fresh form, and how many 增加几行 brings without script."""
LOCKS_AFTER = timedelta(days=60)


def new_special(actor: Actor) -> str | Answer:
    """A fresh form, or one filled with what an earlier special round asked."""
    number = number_arg("from")
    pattern = queries.earlier_special(actor, number) if number else None
    form = SpecialForm(
        due_on=calendar.current().add_workdays(actor.on, 3), needs_sign_off=False,
        title=pattern.title if pattern else "", guidance=pattern.guidance if pattern else "",
        unit_ids=[unit.id for unit in pattern.units] if pattern else [],
    )  # fmt: skip
    asked = asked_of(pattern) if pattern else ()
    return _special_form(actor, form, None, asked, lambda facts: _kept(actions.plan_round(actor, facts)))


def edit_special(actor: Actor, round_: Round, revise: Callable[[RoundFacts], Round]) -> str | Answer:
    """Change what has not opened yet."""
    form = SpecialForm(obj=round_, unit_ids=[unit.id for unit in round_.units])
    return _special_form(actor, form, round_, asked_of(round_), lambda facts: _kept(revise(facts)))


@bp.route("/rounds/<int:round_id>/amend", methods=["GET", "POST"])
@requires(queries.visible_rounds, policy.can_amend, param="round_id")
def amend(actor: Actor, round_: Round) -> str | Answer:
    """Put right what has opened: the words; of a special round its questions, and its day while nobody has written."""

    def act(facts: RoundFacts) -> Answer:
        done = amend_round(actor, round_, facts, seen=request.form.get("seen"))
        told = f"已通知{done.told}人。" if done.told else ""
        flash(f"已修改。{told}" if done.changes else "没有变化。", "success")
        return to_round(round_, day_of_form=parse_day(request.form.get("due_on", "")))

    if not round_.is_special:
        return _words_form(round_, act)
    begun = has_begun(queries.reports_of(round_))
    form = SpecialForm(obj=round_, seen=standing(round_))
    del form.unit_ids
    if begun and "due_on" not in request.form:  # a page from before somebody began is told why its day is not taken
        del form.due_on, form.needs_sign_off
    return _special_form(actor, form, round_, asked_of(round_), act, amending=True, begun=begun)


def _words_form(round_: Round, act: Act) -> str | Answer:
    form, conflict = AmendForm(obj=round_, seen=standing(round_)), None
    if form.validate_on_submit():
        facts = RoundFacts(
            round_.year, words_of(form.title), round_.opens_on, round_.due_on, round_.locks_on, words_of(form.guidance)
        )
        try:
            return act(facts)
        except Conflict as error:
            conflict, form.seen.data = error, standing(round_)
    return render_template(
        "reports/amend.html", form=form, round=round_, begun=has_begun(queries.reports_of(round_)), conflict=conflict
    )  # fmt: skip


def _special_form(
    actor: Actor, form: SpecialForm, round_: Round | None, asked: tuple[QuestionFacts, ...], act: Act,
    *, amending: bool = False, begun: bool = False,
) -> str | Answer:  # fmt: skip
    units = current_units(actor.committee_id, actor.on)
    if "unit_ids" in form:
        form.unit_ids.choices = [Option(unit.id, unit.short_name) for unit in units]
    more, conflict = request.form.get("do") == "rows", None
    if form.is_submitted():
        asked = questions_of(request.form)
        try:
            if not more and form.validate():
                return act(_special_facts(actor, form, round_, asked))
        except Conflict as error:
            conflict, form.seen.data = error, standing(round_) if round_ else ""
        except RuleError as error:
            form.take(error)
    return render_template(
        "reports/special_form.html", form=form, round=round_, asked=asked, kinds=QuestionKind, amending=amending,
        begun=begun, conflict=conflict, most=MOST_QUESTIONS, units=choices_of(units),
        rows=_rows(asked, more=more, fixed=len(round_.questions) if round_ and begun else 0),
        patterns=queries.earlier_specials(actor) if round_ is None else [],
    )  # fmt: skip


def _rows(asked: tuple[QuestionFacts, ...], *, more: bool, fixed: int) -> int:
    """How many lines the form has: where units have begun as many as it has questions."""
    if fixed:
        return fixed
    return min(max(FIRST_ROWS, len(asked) + (MORE_ROWS if more else 2)), MOST_QUESTIONS)


def _special_facts(
    actor: Actor, form: SpecialForm, round_: Round | None, asked: tuple[QuestionFacts, ...]
) -> RoundFacts:
    """What the form says; what it does not ask stays as it is."""
    due_on = day_of(form.due_on) if "due_on" in form else round_.due_on if round_ else actor.on
    opens_on = min(round_.opens_on if round_ else actor.on, due_on)
    return RoundFacts(
        opens_on.year, words_of(form.title), opens_on, due_on, due_on + LOCKS_AFTER, words_of(form.guidance),
        kind=round_.kind if round_ else RoundKind.SPECIAL, questions=asked,
        unit_ids=tuple(form.unit_ids.data or []) if "unit_ids" in form else (),
        needs_sign_off=bool(form.needs_sign_off.data) if "needs_sign_off" in form else bool(
            round_ and round_.needs_sign_off
        ),
    )  # fmt: skip


def _kept(round_: Round) -> Answer:
    """Saved to be looked at; it is opened on its own page, which says whom that reaches."""
    flash("已保存。请核对报送单位和填报内容，然后在下方点“开始报送”。", "success")
    return to_round(round_, day_of_form=parse_day(request.form.get("due_on", "")))


def to_round(round_: Round, *, day_of_form: date | None) -> Answer:
    """To the round's page, where one reads what became of a deadline on a day off."""
    if day_of_form is not None and round_.due_on != day_of_form:
        moved = f"{zh_date(round_.due_on)}{zh_weekday(round_.due_on)}"
        flash(f"截止日期{zh_date(day_of_form)}是休息日，已按设置提前到{moved}。", "warning")
    return redirect(url_for("reports.round", round_id=round_.id))
