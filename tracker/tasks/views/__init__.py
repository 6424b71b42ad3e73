"""The pages of tasks: breaking down, asking, issuing, amending, looking up."""

from tracker.tasks.views import (
    amendments,
    answers,
    breakdown,
    consultations,
    following,
    issuing,
    lists,
    shaping,
    tables,
    tasks,
)
from tracker.tasks.views.blueprint import bp

__all__ = [
    "amendments",
    "answers",
    "bp",
    "breakdown",
    "consultations",
    "following",
    "issuing",
    "lists",
    "shaping",
    "tables",
    "tasks",
]
