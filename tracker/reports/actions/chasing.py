"""Everybody who has not reported is chased with one press, as each could be chased alone."""

from __future__ import annotations

from tracker.core import audit
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.errors import RuleError
from tracker.reminders.actions import nudge
from tracker.reminders.models import Watch
from tracker.reports.models import Round


@command
def chase(actor: Actor, round_: Round, watches: list[Watch]) -> tuple[int, list[str]]:
    """Nudge each of these deadlines; returns how many people were told, and the sentences of those that were not."""
    told, not_told = 0, []
    for watch in watches:
        try:
            told += nudge(actor, watch)
        except RuleError as error:
            not_told.append(f"{watch.unit.short_name if watch.unit else ''}：{error.sentence}")
    audit.record(
        actor, "round.chase", round_, f"{round_.title}一键催报：{len(watches) - len(not_told)}个单位，已通知{told}人"
    )
    return told, not_told
