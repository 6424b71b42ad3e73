"""Telephone numbers stand sealed; second factors, recovery and leavers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The words stay as they are: `tracker migrate` seals them afterwards, since the keys are not the database's."""
    with op.batch_alter_table("users") as batch:
        batch.alter_column("phone", existing_type=sa.String(20), type_=sa.String(200), existing_nullable=True)


def downgrade() -> None:
    """Sealed words do not fit into the old column and are of no use to the old program."""
    op.execute("UPDATE users SET phone = NULL WHERE length(phone) > 20")
    with op.batch_alter_table("users") as batch:
        batch.alter_column("phone", existing_type=sa.String(200), type_=sa.String(20), existing_nullable=True)
