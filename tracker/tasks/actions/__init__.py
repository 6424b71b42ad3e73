"""Tasks: broken down, given to units, consulted on, issued, amended."""

from tracker.tasks.actions.amending import add_unit, amend_task, cancel, complete, move, reopen, suspend, withdraw
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
from tracker.tasks.actions.shaping import break_down_goals, merge_tasks, move_task, split_task
from tracker.tasks.actions.tables import keep_table, write_table

__all__ = [
    "accept_proposals",
    "add_task",
    "add_unit",
    "amend_task",
    "answer",
    "ask_again",
    "assign",
    "assign_many",
    "break_down",
    "break_down_goals",
    "cancel",
    "complete",
    "decide_remark",
    "edit_task",
    "issue",
    "keep_table",
    "merge_tasks",
    "move",
    "move_due_date",
    "move_task",
    "open_consultation",
    "remove_task",
    "remove_unit",
    "reopen",
    "resume",
    "settle",
    "split_task",
    "suspend",
    "unassign",
    "withdraw",
    "withdraw_consultation",
    "write_table",
]
