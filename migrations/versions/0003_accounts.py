"""Telephone numbers stand sealed; second factors, recovery and leavers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WAYS = ("password", "link", "sso")
PURPOSES = ("setup", "invitation", "reset")
MORE_PURPOSES = (*PURPOSES, "sign_in", "second_step")
OUTCOMES = ("open", "confirmed", "refused", "withdrawn")
ROLES = ("liaison", "unit_leader", "officer", "office_head", "chair", "sysadmin", "secadmin", "auditor")


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _among(column: str, values: tuple[str, ...]) -> str:
    return "{} IN ({})".format(column, ", ".join(f"'{value}'" for value in values))


def upgrade() -> None:
    """The words stay as they are: `tracker migrate` seals them afterwards, since the keys are not the database's."""
    with op.batch_alter_table("users") as batch:
        batch.alter_column("phone", existing_type=sa.String(20), type_=sa.String(200), existing_nullable=True)
        batch.add_column(sa.Column("anonymised_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("retired_login_hash", sa.String(length=64), nullable=True))
        batch.create_unique_constraint(batch.f("uq_users_retired_login_hash"), ["retired_login_hash"])

    with op.batch_alter_table("user_sessions") as batch:
        batch.add_column(sa.Column("way", sa.String(length=32), server_default="password", nullable=False))
        batch.create_check_constraint(batch.f("ck_user_sessions_way"), _among("way", WAYS))

    with op.batch_alter_table("one_time_tokens") as batch:
        batch.drop_constraint(batch.f("ck_one_time_tokens_token_purpose"), type_="check")
        batch.create_check_constraint(batch.f("ck_one_time_tokens_token_purpose"), _among("purpose", MORE_PURPOSES))
        batch.add_column(sa.Column("holding_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("way", sa.String(length=32), nullable=True))
        batch.add_column(sa.Column("letter", sa.String(length=300), nullable=True))
        batch.create_check_constraint(batch.f("ck_one_time_tokens_way"), _among("way", WAYS))
        batch.create_foreign_key(batch.f("fk_one_time_tokens_holding_id_holdings"), "holdings", ["holding_id"], ["id"])

    op.create_table(
        "second_factors",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(length=200), nullable=False),
        sa.Column("set_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_second_factors_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_factors")),
        sa.UniqueConstraint("user_id", name=op.f("uq_second_factors_user_id")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_recovery_codes_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_recovery_codes_code_hash")),
    )
    op.create_index(op.f("ix_recovery_codes_user_id"), "recovery_codes", ["user_id"])
    op.create_table(
        "help_requests",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_help_requests_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_requests")),
    )
    op.create_index(op.f("ix_help_requests_user_id"), "help_requests", ["user_id"])
    op.create_table(
        "proposals",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("role", _choice("role", *ROLES), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("phone", sa.String(length=200), nullable=True),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("login", sa.String(length=60), nullable=True),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", _choice("proposal_outcome", *OUTCOMES), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_proposals_unit_id_units")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["users.id"], name=op.f("fk_proposals_proposed_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
    )
    op.create_index(op.f("ix_proposals_unit_id"), "proposals", ["unit_id"])
    op.create_index(op.f("ix_proposals_proposed_by_id"), "proposals", ["proposed_by_id"])


def downgrade() -> None:
    """Sealed words do not fit into the old column and are of no use to the old program; keys of new kinds neither."""
    for name in ("proposals", "help_requests", "recovery_codes", "second_factors"):
        op.drop_table(name)
    op.execute("DELETE FROM one_time_tokens WHERE purpose IN ('sign_in', 'second_step')")
    with op.batch_alter_table("one_time_tokens") as batch:
        batch.drop_constraint(batch.f("fk_one_time_tokens_holding_id_holdings"), type_="foreignkey")
        batch.drop_constraint(batch.f("ck_one_time_tokens_way"), type_="check")
        batch.drop_constraint(batch.f("ck_one_time_tokens_token_purpose"), type_="check")
        batch.create_check_constraint(batch.f("ck_one_time_tokens_token_purpose"), _among("purpose", PURPOSES))
        batch.drop_column("letter")
        batch.drop_column("way")
        batch.drop_column("holding_id")
    with op.batch_alter_table("user_sessions") as batch:
        batch.drop_constraint(batch.f("ck_user_sessions_way"), type_="check")
        batch.drop_column("way")
    op.execute("UPDATE users SET phone = NULL WHERE length(phone) > 20")
    with op.batch_alter_table("users") as batch:
        batch.drop_constraint(batch.f("uq_users_retired_login_hash"), type_="unique")
        batch.drop_column("retired_login_hash")
        batch.drop_column("anonymised_at")
        batch.alter_column("phone", existing_type=sa.String(200), type_=sa.String(20), existing_nullable=True)
