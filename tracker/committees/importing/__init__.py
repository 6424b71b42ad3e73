"""A list of units that comes in as a table: read, judged against the list as it stands, written after confirmation."""

from tracker.committees.importing.guessing import area_word
from tracker.committees.importing.judging import Judged, Judgement, judge
from tracker.committees.importing.reading import COLUMNS, as_text, read_rows

__all__ = ["COLUMNS", "Judged", "Judgement", "area_word", "as_text", "judge", "read_rows"]
