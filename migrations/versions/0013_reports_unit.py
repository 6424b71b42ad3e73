"""Who wrote in a report, beside who had a hand in it; Excel forms as they were sent back, with what was wrong."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("reports") as batch:
        batch.add_column(sa.Column("writer_ids", sa.JSON(), nullable=False, server_default="[]"))
    # Whoever had a hand in an old report may have written it: nobody of them signs it in the leader's stead.
    op.execute("UPDATE reports SET writer_ids = hand_ids")


def downgrade() -> None:
    with op.batch_alter_table("reports") as batch:
        batch.drop_column("writer_ids")
