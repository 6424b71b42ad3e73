"""A list of units that comes in as a table: read, judged against the list as it stands, written after confirmation."""

from tracker.committees.importing.guessing import area_word
from tracker.committees.importing.judging import Judged, Judgement, judge
from tracker.committees.importing.reading import COLUMNS, HEAD_SEARCHED, cells_of, head_word, read_rows

__all__ = [
    "COLUMNS",
    "HEAD_SEARCHED",
    "Judged",
    "Judgement",
    "area_word",
    "cells_of",
    "head_word",
    "judge",
    "read_rows",
]
