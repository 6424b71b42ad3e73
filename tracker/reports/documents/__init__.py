"""What the papers say, by subject: a unit's report, the committee's report, what the office sends out."""

from tracker.reports.documents.committee import (
    ARCHIVE,
    COMMITTEE_REPORT,
    COMPILATION,
    FEW_REPORTS,
    Source,
    committee_report,
    committee_report_name,
    compilation_paper,
)
from tracker.reports.documents.lists import compilations_table, goals_table, queue_table, requests_table, rounds_table
from tracker.reports.documents.rounds import Asked, GridRow, collected_table, grid_table, missing_table, round_notice
from tracker.reports.documents.units import Content, unit_report

__all__ = [
    "ARCHIVE",
    "COMMITTEE_REPORT",
    "COMPILATION",
    "FEW_REPORTS",
    "Asked",
    "Content",
    "GridRow",
    "Source",
    "collected_table",
    "committee_report",
    "committee_report_name",
    "compilation_paper",
    "compilations_table",
    "goals_table",
    "grid_table",
    "missing_table",
    "queue_table",
    "requests_table",
    "round_notice",
    "rounds_table",
    "unit_report",
]
