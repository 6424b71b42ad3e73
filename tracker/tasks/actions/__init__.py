"""Tasks: broken down, given to units, consulted on, issued, amended."""

from tracker.tasks.actions.amending import add_unit, cancel, complete, move, reopen, suspend, withdraw
from tracker.tasks.actions.assigning import accept_proposals, assign, assign_many, remove_unit, unassign
from tracker.tasks.actions.breakdown import add_task, break_down, edit_task, remove_task
from tracker.tasks.actions.consulting import (
    answer,
    ask_again,
    decide_remark,
    move_due_date,
    open_consultation,
    resume,
    settle,
    withdraw_consultation,
)
from tracker.tasks.actions.issuing import issue
from tracker.tasks.actions.tables import keep_table, write_table

__all__ = [
    "accept_proposals",
    "add_task",
    "add_unit",
    "answer",
    "ask_again",
    "assign",
    "assign_many",
    "break_down",
    "cancel",
    "complete",
    "decide_remark",
    "edit_task",
    "issue",
    "keep_table",
    "move",
    "move_due_date",
    "open_consultation",
    "remove_task",
    "remove_unit",
    "reopen",
    "resume",
    "settle",
    "suspend",
    "unassign",
    "withdraw",
    "withdraw_consultation",
    "write_table",
]
