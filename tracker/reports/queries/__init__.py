"""Looking up rounds and reports, by subject."""

from tracker.reports.queries.due import STILL_DUE, waiting_for
from tracker.reports.queries.reports import visible_reports
from tracker.reports.queries.rounds import visible_rounds

__all__ = ["STILL_DUE", "visible_reports", "visible_rounds", "waiting_for"]
