"""Fields of duty, names that are none, amendments of plans, links of goals and measures, the scope of a target."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("units", schema=None) as batch_op:
        batch_op.add_column(sa.Column("duties", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("targets", schema=None) as batch_op:
        batch_op.add_column(sa.Column("scope", sa.String(length=100), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("base_year", sa.Integer(), nullable=True))
    _ignored_names()
    _amendments()
    _goal_links()


def downgrade() -> None:
    op.drop_table("goal_links")
    op.drop_table("plan_amended_items")
    op.drop_table("plan_amendments")
    op.drop_table("ignored_names")
    with op.batch_alter_table("targets", schema=None) as batch_op:
        batch_op.drop_column("base_year")
        batch_op.drop_column("scope")
    with op.batch_alter_table("units", schema=None) as batch_op:
        batch_op.drop_column("duties")


def _ignored_names() -> None:
    op.create_table(
        "ignored_names",
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committees.id"], name=op.f("fk_ignored_names_committee_id_committees")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ignored_names")),
        sa.UniqueConstraint("committee_id", "name", name=op.f("uq_ignored_names_committee_id_name")),
    )
    with op.batch_alter_table("ignored_names", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ignored_names_committee_id"), ["committee_id"], unique=False)


def _amendments() -> None:
    op.create_table(
        "plan_amendments",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("source_name", sa.String(length=200), nullable=False),
        sa.Column("document_number", sa.String(length=60), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("former_source_id", sa.Integer(), nullable=True),
        sa.Column("former_source_name", sa.String(length=200), nullable=True),
        sa.Column("former_number", sa.String(length=60), nullable=True),
        sa.Column("former_issued_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["former_source_id"], ["stored_files.id"], name=op.f("fk_plan_amendments_former_source_id_stored_files")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_plan_amendments_plan_id_plans")),
        sa.ForeignKeyConstraint(
            ["source_id"], ["stored_files.id"], name=op.f("fk_plan_amendments_source_id_stored_files")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_plan_amendments_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_amendments")),
    )
    with op.batch_alter_table("plan_amendments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_amendments_plan_id"), ["plan_id"], unique=False)
    op.create_table(
        "plan_amended_items",
        sa.Column("amendment_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "reworded",
                "added",
                "dropped",
                "renumbered",
                "moved",
                name="change_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("area", sa.String(length=100), nullable=False),
        sa.Column("what", sa.String(length=60), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("goal_id", sa.Integer(), nullable=True),
        sa.Column("measure_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["amendment_id"],
            ["plan_amendments.id"],
            name=op.f("fk_plan_amended_items_amendment_id_plan_amendments"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["goal_id"], ["goals.id"], name=op.f("fk_plan_amended_items_goal_id_goals")),
        sa.ForeignKeyConstraint(
            ["measure_id"], ["measures.id"], name=op.f("fk_plan_amended_items_measure_id_measures")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_amended_items")),
    )
    with op.batch_alter_table("plan_amended_items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_amended_items_amendment_id"), ["amendment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_amended_items_goal_id"), ["goal_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_amended_items_measure_id"), ["measure_id"], unique=False)


def _goal_links() -> None:
    op.create_table(
        "goal_links",
        sa.Column("goal_id", sa.Integer(), nullable=False),
        sa.Column("measure_id", sa.Integer(), nullable=False),
        sa.Column("is_linked", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["goal_id"], ["goals.id"], name=op.f("fk_goal_links_goal_id_goals"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["measure_id"], ["measures.id"], name=op.f("fk_goal_links_measure_id_measures"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal_links")),
        sa.UniqueConstraint("goal_id", "measure_id", name=op.f("uq_goal_links_goal_id_measure_id")),
    )
    with op.batch_alter_table("goal_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_goal_links_measure_id"), ["measure_id"], unique=False)
