"""Stamps on entries, heads and submissions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

STAMPED = ("audit_entries", "audit_heads", "report_versions")


def upgrade() -> None:
    for table in STAMPED:  # no batch: a table made anew would lose the triggers that protect it
        op.add_column(table, sa.Column("stamp", sa.String(100), nullable=True))


def downgrade() -> None:
    for table in STAMPED:
        op.drop_column(table, "stamp")
