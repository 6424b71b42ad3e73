"""Rounds of the other two kinds, made through the actions."""

from __future__ import annotations

from datetime import date

from tests.cast import Cast
from tests.makers.tasks import make_issued_tasks
from tracker.core.access import Actor
from tracker.core.db import db
from tracker.reports import actions
from tracker.reports.actions import Edit, QuestionFacts, RoundFacts
from tracker.reports.models import QuestionKind, Report, Round, RoundKind
from tracker.reports.queries import rounds as queries

ASKED_ON = date(2026, 3, 2)
QUESTIONS = (
    QuestionFacts("有无专人负责", QuestionKind.CHOICE, ("有", "无")),
    QuestionFacts("在园幼儿", QuestionKind.NUMBER, measure="人"),
    QuestionFacts("存在的问题"),
    QuestionFacts("名册", QuestionKind.FILE, is_required=False),
)


def special_facts(cast: Cast, **changes: object) -> RoundFacts:
    """What an office types when figures are wanted tomorrow."""
    facts: dict[str, object] = {
        "year": 2026, "title": "托育情况", "opens_on": ASKED_ON, "due_on": date(2026, 3, 5),
        "locks_on": date(2026, 5, 5),
        "guidance": "", "kind": RoundKind.SPECIAL, "unit_ids": (cast.units["市教育局"], cast.units["市卫生健康委"]),
        "questions": QUESTIONS, "needs_sign_off": False,
    }  # fmt: skip
    return RoundFacts(**(facts | changes))  # type: ignore[arg-type]


def make_special_round(cast: Cast, **changes: object) -> Round:
    """An open special round that asks two units four things."""
    officer = cast.actor("officer", on=ASKED_ON)
    round_ = actions.plan_round(officer, special_facts(cast, **changes))
    actions.open_round(officer, round_)
    return round_


def answer(actor: Actor, report: Report, said: str = "有", figure: str = "320", words: str = "师资不足。") -> None:
    """Everything that must be answered."""
    given = {one.question.text: one.id for one in report.question_answers}
    for text, value in (("有无专人负责", said), ("在园幼儿", figure), ("存在的问题", words)):
        actions.save_piece(actor, report, Edit(f"question:{given[text]}", {"text": value}))


def make_half_year_round(cast: Cast, year: int = 2025) -> Round:
    """The open half-year round of a year."""
    make_issued_tasks(cast)
    plans = queries.plans_of_year(cast.committee_id, year)
    facts = RoundFacts(
        year, f"{year}年半年报告", date(year, 6, 15), date(year, 6, 30), date(year, 7, 31), "",
        tuple(plan.id for plan in plans), RoundKind.HALF_YEAR,
    )  # fmt: skip
    round_ = actions.plan_round(cast.actor("officer", on=date(year, 6, 10)), facts)
    actions.open_round(cast.actor("officer", on=date(year, 6, 15)), round_)
    db.session.flush()
    return round_
