"""SQLite gives no number twice of a row that the trail or an address names (PostgreSQL never did).

These are all tables whose rows are audited, and those that a page finds by the number in its address: orders of long
work, deadlines, messages and their sendings, changes of liaison, orders of links. Not here: the trail itself, of which
the database lets nobody take a row away, and what is known only to other rows or for a moment: names of units, lines of
a consultation, calls at the door, recovery codes, sessions, beats of schedulers, the index of the search.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TABLES = (
    "answer_drafts", "answer_extensions", "area_texts", "areas", "assignments", "briefings", "calendar_days",
    "circulars", "committees", "comparison_pairs", "comparisons", "compilations", "consultation_answers",
    "consultation_remarks", "consultations", "deliveries", "entries", "exemption_requests", "extensions",
    "field_checks", "field_visits", "form_readings", "goal_links", "goal_statements", "goals", "holdings",
    "import_drafts", "instructions", "light_changes", "light_notes", "link_orders", "look_backs",
    "matter_answers", "matter_evidence", "matters", "measures", "messages", "notice_evidence", "notice_items",
    "notice_replies", "notices", "outlets", "passages", "phone_notes", "plan_amendments", "plans", "posts",
    "proposals", "question_answers", "questions", "remarks", "reminder_rules", "report_sections",
    "report_shared_parts", "report_shares", "report_versions", "reports", "rounds", "sending_hours",
    "table_uploads", "targets", "tasks", "units", "users", "watches", "word_readings", "works",
)  # fmt: skip


def upgrade() -> None:
    _rebuild(never_again=True)


def downgrade() -> None:
    _rebuild(never_again=False)


def _rebuild(*, never_again: bool) -> None:
    """Each table anew by its own words, but for its key. What a batch reads of it would not be all of it, and takes
    longer for so many."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    for name in TABLES:
        parts = "SELECT sql FROM sqlite_master WHERE tbl_name = :name AND type <> 'table' AND sql IS NOT NULL"
        around = connection.scalars(sa.text(parts), {"name": name}).all()
        words = connection.scalar(sa.text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": name})
        connection.exec_driver_sql(_keyed(name, words, never_again=never_again))
        connection.exec_driver_sql(f"INSERT INTO new_{name} SELECT * FROM {name}")
        connection.exec_driver_sql(f"DROP TABLE {name}")
        connection.exec_driver_sql(f"ALTER TABLE new_{name} RENAME TO {name}")
        for one in around:
            connection.exec_driver_sql(one)


def _keyed(name: str, words: str, *, never_again: bool) -> str:
    """How the new table is made, from how the old one was."""
    keys = ("PRIMARY KEY (id)", "PRIMARY KEY (id AUTOINCREMENT)")
    before, after = keys if never_again else reversed(keys)
    _, bracket, body = words.partition("(")
    if body.count(before) != 1:
        raise RuntimeError(f"the table {name} has another key than the migrations gave it")
    return f"CREATE TABLE new_{name} {bracket}{body.replace(before, after)}"
