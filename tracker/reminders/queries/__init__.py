"""Looking up deadlines, rules, what was said and how it arrived."""

from tracker.reminders.queries.deadlines import (
    HORIZON,
    cases_of,
    coming,
    due_ids,
    due_on_days_off,
    foreseen,
    latest_notes,
    let_pass,
    moved_by,
    open_deadlines,
    recipient_stays,
    still_due,
    unit_names,
    visible_watches,
    waiting_for,
)
from tracker.reminders.queries.ledger import Here, Reminded, history_of, ledger, ledger_of_watches, said_at

__all__ = [
    "HORIZON",
    "Here",
    "Reminded",
    "cases_of",
    "coming",
    "due_ids",
    "due_on_days_off",
    "foreseen",
    "history_of",
    "latest_notes",
    "ledger",
    "ledger_of_watches",
    "let_pass",
    "moved_by",
    "open_deadlines",
    "recipient_stays",
    "said_at",
    "still_due",
    "unit_names",
    "visible_watches",
    "waiting_for",
]
