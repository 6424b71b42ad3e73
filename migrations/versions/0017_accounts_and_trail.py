"""Stamps on entries, heads and submissions; calls at the door; links that need a second administrator."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

OUTCOMES = "'open', 'confirmed', 'refused', 'withdrawn'"
STAMPED = ("audit_entries", "audit_heads", "report_versions")


def upgrade() -> None:
    for table in STAMPED:  # no batch: a table made anew would lose the triggers that protect it
        op.add_column(table, sa.Column("stamp", sa.String(100), nullable=True))
    op.add_column("audit_heads", sa.Column("unstamped", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "door_calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_door_calls_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_door_calls")),
    )
    op.create_table(
        "link_orders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"outcome IN ({OUTCOMES})", name=op.f("ck_link_orders_proposal_outcome")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_link_orders_user_id_users")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["users.id"], name=op.f("fk_link_orders_asked_by_id_users")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_link_orders_decided_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_orders")),
    )
    op.create_index("ix_link_orders_user_id", "link_orders", ["user_id"])
    op.create_index("ix_link_orders_asked_by_id", "link_orders", ["asked_by_id"])


def downgrade() -> None:
    op.drop_table("link_orders")
    op.drop_table("door_calls")
    op.drop_column("audit_heads", "unstamped")
    for table in STAMPED:
        op.drop_column(table, "stamp")
