"""Who asked for a later day, or for an exemption: whoever asked does not decide; and who decided on the day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ASKED = ("extensions", "exemption_requests")


def upgrade() -> None:
    for table in ASKED:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("asked_by_id", sa.Integer(), nullable=True))
            batch.create_foreign_key(batch.f(f"fk_{table}_asked_by_id_users"), "users", ["asked_by_id"], ["id"])
    with op.batch_alter_table("extensions") as batch:
        batch.add_column(sa.Column("decided_by_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(batch.f("fk_extensions_decided_by_id_users"), "users", ["decided_by_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("extensions") as batch:
        batch.drop_constraint("fk_extensions_decided_by_id_users", type_="foreignkey")
        batch.drop_column("decided_by_id")
    for table in ASKED:
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(f"fk_{table}_asked_by_id_users", type_="foreignkey")
            batch.drop_column("asked_by_id")
