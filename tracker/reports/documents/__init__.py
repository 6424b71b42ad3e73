"""What the papers say, by subject: a unit's report, the committee's report, what the office sends out."""

from tracker.reports.documents.committee import (
    COMMITTEE_REPORT,
    FEW_REPORTS,
    Source,
    committee_report,
    committee_report_name,
)
from tracker.reports.documents.rounds import Asked, GridRow, grid_table, round_notice
from tracker.reports.documents.units import Content, unit_report

__all__ = [
    "COMMITTEE_REPORT",
    "FEW_REPORTS",
    "Asked",
    "Content",
    "GridRow",
    "Source",
    "committee_report",
    "committee_report_name",
    "grid_table",
    "round_notice",
    "unit_report",
]
