"""A field check whose findings are being put right, and an instruction that two units work on."""

from __future__ import annotations

from datetime import date, timedelta

from tracker.core import calendar
from tracker.core.db import db
from tracker.supervision import actions
from tracker.supervision.actions import CheckFacts, MatterWords
from tracker.supervision.models import FieldCheck, Instruction, Matter

from ..content import inspection as content
from ..stage import Stage

BEGAN_AGO = timedelta(days=21)


def tell(stage: Stage) -> None:
    days = calendar.current()
    first = days.next_workday(stage.today - BEGAN_AGO)
    number = _visit(stage, [first, days.add_workdays(first, 1)])
    sent = days.add_workdays(first, 3)
    due = max(days.add_workdays(sent, 15), days.add_workdays(stage.today, 3))
    for unit, subject, facts, demand in content.FINDINGS:
        check = db.session.get_one(FieldCheck, number)
        actions.note_matter(stage.officer(sent), check, stage.unit(unit), MatterWords(subject, facts, demand, due))
    check = db.session.get_one(FieldCheck, number)
    actions.feed_back(stage.officer(sent, 11), check)
    matters = [matter.id for matter in db.session.get_one(FieldCheck, number).matters]
    answered = days.add_workdays(sent, 4)
    unit = content.FINDINGS[1][0]
    actions.answer_matter(stage.liaison(unit, answered), db.session.get_one(Matter, matters[1]), content.ANSWER)
    actions.close_matter(stage.colleague(days.add_workdays(answered, 1)), db.session.get_one(Matter, matters[1]))
    _instruct(stage)


def _visit(stage: Stage, dates: list[date]) -> int:
    before = stage.officer(calendar.current().last_workday(dates[0] - timedelta(days=5)))
    facts = CheckFacts(
        content.TITLE, dates[0], dates[1], content.BASIS, content.TEAM, content.POINTS, "",
        dates[1] + timedelta(days=90),
    )  # fmt: skip
    number = actions.plan_check(
        before, facts, [(stage.unit(unit), dates[place]) for unit, place, _ in content.VISITS]
    ).id
    actions.announce_check(before, db.session.get_one(FieldCheck, number))
    for unit, place, seen in content.VISITS:
        check = db.session.get_one(FieldCheck, number)
        actions.set_visit(stage.officer(dates[1], 16), check, stage.unit(unit), dates[place], seen)
    check = db.session.get_one(FieldCheck, number)
    whole = CheckFacts(
        check.title, check.starts_on, check.ends_on, check.basis, check.team, check.points, content.SUMMARY,
        check.look_back_on,
    )  # fmt: skip
    actions.edit_check(stage.officer(dates[1], 17), check, whole)
    return number


def _instruct(stage: Stage) -> None:
    days = calendar.current()
    day = days.last_workday(stage.today - timedelta(days=6))
    number = actions.record_instruction(
        stage.officer(day), title=content.INSTRUCTION, given_by=content.GIVEN_BY, given_on=day, text=content.TEXT
    ).id
    subject, demand = content.ITEM
    words = MatterWords(subject, "", demand, days.add_workdays(stage.today, 8))
    instruction = db.session.get_one(Instruction, number)
    actions.note_matters(stage.officer(day, 11), instruction, [stage.unit(unit) for unit in content.UNITS], words)
    actions.assign_instruction(stage.officer(day, 14), db.session.get_one(Instruction, number))
    asker, reason = content.ASKS_FOR_TIME
    given = db.session.get_one(Instruction, number).matters
    mine = next(matter for matter in given if matter.unit_id == stage.unit_ids[asker])
    asked = days.add_workdays(day, 2)
    actions.ask_extension(stage.liaison(asker, asked), mine, days.add_workdays(mine.due_on, 5), reason)
