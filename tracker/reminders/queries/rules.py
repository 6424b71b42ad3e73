"""The rules that hold for each committee and kind of deadline."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from tracker.committees.models import Committee, CommitteeSettings
from tracker.core.db import db
from tracker.reminders.kinds import KINDS, Rule, Step, usual_rule, usual_steps
from tracker.reminders.models import ReminderRule


class Rules(dict[tuple[int, str], Rule]):
    """(committee, kind) → rule; a kind that nobody has set follows the committee's ladder."""

    def __init__(self, settings: dict[int, CommitteeSettings]) -> None:
        super().__init__()
        self._settings = settings

    def __missing__(self, key: tuple[int, str]) -> Rule:
        committee_id, kind = key
        self[key] = usual_rule(kind, self._settings[committee_id])
        return self[key]


def rules_of(committee_ids: Iterable[int]) -> Rules:
    """The rules of these committees, in two queries."""
    numbers = list(committee_ids)
    committees = db.session.execute(
        select(Committee.id, Committee.stored_settings).where(Committee.id.in_(numbers))
    )  # fmt: skip
    settings = {number: CommitteeSettings.from_json(stored or {}) for number, stored in committees}
    rules = Rules(settings)
    for row in db.session.scalars(select(ReminderRule).where(ReminderRule.committee_id.in_(numbers))):
        rules[row.committee_id, row.kind] = _as_rule(row, settings[row.committee_id])
    return rules


def stored_rule(committee_id: int | None, kind: str) -> ReminderRule | None:
    """What a committee has set itself for one kind."""
    return db.session.scalar(
        select(ReminderRule).where(ReminderRule.committee_id == committee_id, ReminderRule.kind == kind)
    )


def all_rules(committee_id: int) -> list[Rule]:
    """The rules of every kind, in the order of the year."""
    rules = rules_of([committee_id])
    return [rules[committee_id, kind] for kind in KINDS]


def paused_rules(committee_id: int, on: date) -> list[Rule]:
    return [rule for rule in all_rules(committee_id) if rule.is_paused(on)]


def _as_rule(row: ReminderRule, settings: CommitteeSettings) -> Rule:
    is_own = row.steps is not None
    steps = tuple(Step.from_json(one) for one in row.steps or ()) if is_own else usual_steps(row.kind, settings)
    return Rule(
        row.kind, steps, is_on=row.is_on, is_own=is_own or bool(row.words) or not row.is_on, words=row.words or {},
        paused_until=row.paused_until, pause_reason=row.pause_reason,
    )  # fmt: skip
