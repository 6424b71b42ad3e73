"""Selects of the room of tasks, by subject."""

from tracker.tasks.queries.consultations import (
    answer_sheet,
    day_in_words,
    history_of,
    reach_of,
    sheet_of,
    tasks_consulted,
    unasked_in,
    unheeded_in,
)
from tracker.tasks.queries.lists import (
    Progress,
    TaskFilter,
    areas_for,
    gaps_of,
    open_consultation_of,
    plans_with_tasks,
    progress_of,
    remarks_on,
    sort_columns,
    tasks_listed,
)
from tracker.tasks.queries.proposals import match, names_of_units, proposals_for
from tracker.tasks.queries.tables import judged, table_in, visible_uploads, with_reasons
from tracker.tasks.queries.visible import (
    issued_assignments,
    tasks_of_plan,
    visible_answers,
    visible_assignments,
    visible_consultations,
    visible_tasks,
    whole,
)
from tracker.tasks.queries.waiting import STILL_DUE, waiting_for

__all__ = [
    "STILL_DUE",
    "Progress",
    "TaskFilter",
    "answer_sheet",
    "areas_for",
    "day_in_words",
    "gaps_of",
    "history_of",
    "issued_assignments",
    "judged",
    "match",
    "names_of_units",
    "open_consultation_of",
    "plans_with_tasks",
    "progress_of",
    "proposals_for",
    "reach_of",
    "remarks_on",
    "sheet_of",
    "sort_columns",
    "table_in",
    "tasks_consulted",
    "tasks_listed",
    "tasks_of_plan",
    "unasked_in",
    "unheeded_in",
    "visible_answers",
    "visible_assignments",
    "visible_consultations",
    "visible_tasks",
    "visible_uploads",
    "waiting_for",
    "whole",
    "with_reasons",
]
