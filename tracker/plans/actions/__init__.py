"""Plans come in whole or not at all; afterwards their words are mended with a trace."""

from tracker.plans.actions.editing import edit_goal, edit_measure, edit_plan, fix_words
from tracker.plans.actions.imports import (
    LARGEST_FILE,
    Imported,
    already,
    correct,
    drop_import,
    import_file,
    import_reading,
    read,
    read_text,
    settle_doubts,
    start_import,
    take_up_import,
    write_as,
)
from tracker.plans.actions.linking import link_goals

__all__ = [
    "LARGEST_FILE",
    "Imported",
    "already",
    "correct",
    "drop_import",
    "edit_goal",
    "edit_measure",
    "edit_plan",
    "fix_words",
    "import_file",
    "import_reading",
    "link_goals",
    "read",
    "read_text",
    "settle_doubts",
    "start_import",
    "take_up_import",
    "write_as",
]
