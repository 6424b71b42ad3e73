"""提请协调事项: each answered by the office, and the register of all years."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from sqlalchemy import Select
from werkzeug.wrappers import Response as Answer

from tracker.core import pages
from tracker.core.access import Actor, requires
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError
from tracker.reports import actions, documents, policy
from tracker.reports.forms import AnswerForm, words_of
from tracker.reports.models import Request, Round
from tracker.reports.queries import requests as queries
from tracker.reports.queries import review as review_queries
from tracker.reports.queries.reports import visible_requests
from tracker.reports.queries.rounds import visible_rounds
from tracker.reports.views import bp
from tracker.reports.views.exports import taken
from tracker.reports.views.filtering import Pairs

REGISTER = "提请协调事项"


@bp.get("/requests")
@requires(can=policy.can_see_requests)
def all_requests(actor: Actor) -> str:
    """Every request of every year with its answer; a unit sees its own."""
    rows, pairs = _filtered(actor, queries.register(actor))
    return render_template(
        "reports/all_requests.html", page=pages.paginate(queries.ordered(rows, _sort())), pairs=pairs,
        years=queries.years(actor), units=queries.units(actor) if actor.sees_committee else [],
        answered=queries.Answered,
    )  # fmt: skip


@bp.get("/requests.xlsx")
@requires(can=policy.can_see_requests)
def all_requests_export(actor: Actor) -> Response:
    """The register as filtered and sorted."""
    rows, pairs = _filtered(actor, queries.register(actor))
    found = list(db.session.scalars(queries.ordered(rows, _sort())))
    return taken(actor, None, REGISTER, documents.requests_table(found), len(found), pairs)


@bp.get("/rounds/<int:round_id>/requests")
@requires(visible_rounds, policy.can_see_round, param="round_id")
def requests(actor: Actor, round_: Round) -> str:
    """What the units ask the committee to solve in one round."""
    return _page(actor, round_, AnswerForm(formdata=None))


@bp.get("/rounds/<int:round_id>/requests.xlsx")
@requires(visible_rounds, policy.can_see_round, param="round_id")
def requests_export(actor: Actor, round_: Round) -> Response:
    """The same, with the answers, as it is filtered."""
    rows, pairs = _of_round(actor, round_)
    found = list(db.session.scalars(rows))
    return taken(actor, round_, f"{round_.title}{REGISTER}", documents.requests_table(found), len(found), pairs)


@bp.post("/requests/<int:request_id>/answer")
@requires(visible_requests, lambda actor, one: policy.can_answer_requests(actor, one.report), param="request_id")
def answer_request(actor: Actor, wish: Request) -> str | Answer:
    """Answer one; the unit is told."""
    form, round_, conflict = AnswerForm(), wish.report.round, None
    if form.validate_on_submit():
        try:
            actions.answer_request(actor, wish, words_of(form.answer), seen_version=form.version.data)
        except Conflict as error:
            conflict = error
        except RuleError as error:
            form.take(RuleError(error.sentence, field="answer"))
        else:
            flash("已答复，并告知单位。", "success")
            return redirect(url_for("reports.requests", round_id=round_.id, _anchor=f"request-{wish.id}"))
    return _page(actor, round_, form, wrong=wish.id, conflict=conflict)


def _page(
    actor: Actor, round_: Round, form: AnswerForm, *, wrong: int = 0, conflict: Conflict | None = None
) -> str:  # fmt: skip
    rows, pairs = _of_round(actor, round_)
    return render_template(
        "reports/requests.html", round=round_, rows=list(db.session.scalars(rows)), pairs=pairs, form=form, wrong=wrong,
        conflict=conflict, tabs=review_queries.tab_counts(round_), answered=queries.Answered,
    )  # fmt: skip


def _of_round(actor: Actor, round_: Round) -> tuple[Select[Request], Pairs]:
    rows, pairs = _filtered(actor, queries.of_round(actor, round_.id))
    return queries.ordered(rows, ""), pairs


def _filtered(actor: Actor, rows: Select[Request]) -> tuple[Select[Request], Pairs]:
    """The year, the unit and the state of the address, and that in words."""
    pairs: Pairs = []
    year = pages.number_arg("year")
    if year:
        rows = queries.of_year(rows, year)
        pairs.append(("年度", f"{year}年", "year"))
    named = dict(queries.units(actor)) if actor.sees_committee and pages.number_arg("unit") else {}
    unit = pages.number_arg("unit")
    if unit in named:
        rows = queries.of_unit(rows, unit)
        pairs.append(("单位", named[unit], "unit"))
    state = pages.text_arg("state")
    if state in set(queries.Answered):
        rows = queries.in_state(rows, queries.Answered(state))
        pairs.append(("状态", queries.Answered(state).label, "state"))
    return rows, pairs


def _sort() -> str:
    return request.args.get("sort", "")
