"""What waits to be sent, and when anything last left, is found without looking over the sendings of all years."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    still = sa.text("state IN ('waiting', 'sending')")
    op.create_index(
        "ix_deliveries_open", "deliveries", ["state", "failures", "next_try_at"], sqlite_where=still,
        postgresql_where=still,
    )  # fmt: skip
    op.create_index("ix_deliveries_sent_at", "deliveries", ["sent_at"])


def downgrade() -> None:
    op.drop_index("ix_deliveries_sent_at", "deliveries")
    op.drop_index("ix_deliveries_open", "deliveries")
