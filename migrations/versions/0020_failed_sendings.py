"""Failed and held sendings are found without looking over all: the office's desk counts them at every visit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    failed = sa.text("state = 'given_up' OR held_at IS NOT NULL")
    op.create_index("ix_deliveries_failed", "deliveries", ["next_try_at"], sqlite_where=failed, postgresql_where=failed)


def downgrade() -> None:
    op.drop_index("ix_deliveries_failed", "deliveries")
