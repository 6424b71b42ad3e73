"""Channels, rules and what the office knows of a person's absence."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CHANNELS = ("mail", "gateway", "wecom", "dingtalk", "feishu")


def _channel(*values: str, name: str = "channel") -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _checked(*values: str) -> str:
    return "channel IN ({})".format(", ".join(f"'{value}'" for value in values))


def upgrade() -> None:
    op.create_table(
        "outlets",
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("channel", _channel(*CHANNELS), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("sealed_address", sa.Text(), nullable=False),
        sa.Column("sealed_secret", sa.Text(), nullable=True),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("urgent_only", sa.Boolean(), nullable=False),
        sa.Column("tested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("test_trouble", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["committee_id"], ["committees.id"], name=op.f("fk_outlets_committee_id_committees")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlets")),
    )
    with op.batch_alter_table("outlets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outlets_committee_id"), ["committee_id"], unique=False)

    op.create_table(
        "sending_hours",
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("is_limited", sa.Boolean(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.Column("on_days_off", sa.Boolean(), nullable=False),
        sa.Column("urgent_any_time", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committees.id"], name=op.f("fk_sending_hours_committee_id_committees")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sending_hours")),
        sa.UniqueConstraint("committee_id", name=op.f("uq_sending_hours_committee_id")),
    )

    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("outlet_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("committee_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("any_time", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.alter_column("recipient_id", existing_type=sa.Integer(), nullable=True)
        batch_op.drop_constraint(batch_op.f("ck_deliveries_channel"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_deliveries_channel"), _checked(*CHANNELS))
        batch_op.create_foreign_key(
            batch_op.f("fk_deliveries_outlet_id_outlets"), "outlets", ["outlet_id"], ["id"]
        )  # fmt: skip
        batch_op.create_foreign_key(
            batch_op.f("fk_deliveries_committee_id_committees"), "committees", ["committee_id"], ["id"]
        )
        batch_op.create_index(batch_op.f("ix_deliveries_outlet_id"), ["outlet_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_deliveries_committee_id"), ["committee_id"], unique=False)

    op.create_table(
        "reminder_rules",
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=True),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("pause_reason", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committees.id"], name=op.f("fk_reminder_rules_committee_id_committees")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_rules")),
        sa.UniqueConstraint("committee_id", "kind", name=op.f("uq_reminder_rules_committee_id_kind")),
    )

    with op.batch_alter_table("watches", schema=None) as batch_op:
        batch_op.add_column(sa.Column("paused_until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("pause_reason", sa.String(length=200), nullable=False, server_default=""))

    op.create_table(
        "phone_notes",
        sa.Column("watch_id", sa.Integer(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("follow_up_on", sa.Date(), nullable=True),
        sa.Column("followed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["watch_id"], ["watches.id"], name=op.f("fk_phone_notes_watch_id_watches"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["noted_by_id"], ["users.id"], name=op.f("fk_phone_notes_noted_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_notes")),
    )
    with op.batch_alter_table("phone_notes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_phone_notes_watch_id"), ["watch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_phone_notes_follow_up_on"), ["follow_up_on"], unique=False)

    with op.batch_alter_table("holdings", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stands_in_for_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("confirmed_on", sa.Date(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_holdings_stands_in_for_id_holdings"), "holdings", ["stands_in_for_id"], ["id"]
        )
        batch_op.create_index(batch_op.f("ix_holdings_stands_in_for_id"), ["stands_in_for_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("holdings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_holdings_stands_in_for_id"))
        batch_op.drop_constraint(batch_op.f("fk_holdings_stands_in_for_id_holdings"), type_="foreignkey")
        batch_op.drop_column("confirmed_on")
        batch_op.drop_column("stands_in_for_id")
    op.drop_table("phone_notes")
    with op.batch_alter_table("watches", schema=None) as batch_op:
        batch_op.drop_column("pause_reason")
        batch_op.drop_column("paused_until")
    op.drop_table("reminder_rules")
    # What went to work groups and gateways has no place in the older table; the messages themselves stay.
    op.execute("DELETE FROM delivery_messages WHERE delivery_id IN (SELECT id FROM deliveries WHERE channel <> 'mail')")
    op.execute("DELETE FROM deliveries WHERE channel <> 'mail'")
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deliveries_committee_id"))
        batch_op.drop_index(batch_op.f("ix_deliveries_outlet_id"))
        batch_op.drop_constraint(batch_op.f("fk_deliveries_committee_id_committees"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_deliveries_outlet_id_outlets"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("ck_deliveries_channel"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_deliveries_channel"), _checked("mail"))
        batch_op.alter_column("recipient_id", existing_type=sa.Integer(), nullable=False)
        batch_op.drop_column("any_time")
        batch_op.drop_column("committee_id")
        batch_op.drop_column("outlet_id")
    op.drop_table("sending_hours")
    op.drop_table("outlets")
