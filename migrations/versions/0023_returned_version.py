"""A report remembers which of its submissions was sent back: what comes again is held against that one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reports", sa.Column("returned_version", sa.Integer()))
    # On the unit's desk the newest submission is the one that was sent back; with the office it is the one before.
    op.execute(
        "UPDATE reports SET returned_version = (SELECT max(number) FROM report_versions WHERE report_id = reports.id)"
        " - CASE state WHEN 'submitted' THEN 1 ELSE 0 END WHERE rectify_by IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_column("reports", "returned_version")  # no batch: it would build the table anew without its checks
