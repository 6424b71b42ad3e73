"""Comparisons of a plan with the plan above, and their pairs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "comparisons",
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("upper_plan_id", sa.Integer(), nullable=True),
        sa.Column("upper_title", sa.String(length=200), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("source_name", sa.String(length=200), nullable=True),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("compared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committees.id"], name=op.f("fk_comparisons_committee_id_committees")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_comparisons_plan_id_plans")),
        sa.ForeignKeyConstraint(["source_id"], ["stored_files.id"], name=op.f("fk_comparisons_source_id_stored_files")),
        sa.ForeignKeyConstraint(["upper_plan_id"], ["plans.id"], name=op.f("fk_comparisons_upper_plan_id_plans")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comparisons")),
    )
    op.create_index(op.f("ix_comparisons_committee_id"), "comparisons", ["committee_id"])
    op.create_index(op.f("ix_comparisons_plan_id"), "comparisons", ["plan_id"])
    op.create_table(
        "comparison_pairs",
        sa.Column("comparison_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("goal", "measure", name="item_kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("upper_index", sa.Integer(), nullable=True),
        sa.Column("goal_id", sa.Integer(), nullable=True),
        sa.Column("measure_id", sa.Integer(), nullable=True),
        sa.Column("likeness", sa.Float(), nullable=True),
        sa.Column(
            "verdict",
            sa.Enum(
                "lowered",
                "omitted",
                "weakened",
                "unlike",
                "raised",
                "reworded",
                "equal",
                "added",
                name="verdict",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("grounds", sa.JSON(), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("own_text", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("goal_id IS NULL OR measure_id IS NULL", name=op.f("ck_comparison_pairs_one_item")),
        sa.CheckConstraint(
            "upper_index IS NOT NULL OR goal_id IS NOT NULL OR measure_id IS NOT NULL",
            name=op.f("ck_comparison_pairs_has_a_side"),
        ),
        sa.ForeignKeyConstraint(
            ["comparison_id"],
            ["comparisons.id"],
            name=op.f("fk_comparison_pairs_comparison_id_comparisons"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["goal_id"], ["goals.id"], name=op.f("fk_comparison_pairs_goal_id_goals")),
        sa.ForeignKeyConstraint(["measure_id"], ["measures.id"], name=op.f("fk_comparison_pairs_measure_id_measures")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comparison_pairs")),
        sa.UniqueConstraint("comparison_id", "goal_id", name=op.f("uq_comparison_pairs_comparison_id_goal_id")),
        sa.UniqueConstraint("comparison_id", "measure_id", name=op.f("uq_comparison_pairs_comparison_id_measure_id")),
        sa.UniqueConstraint("comparison_id", "upper_index", name=op.f("uq_comparison_pairs_comparison_id_upper_index")),
    )
    op.create_index(op.f("ix_comparison_pairs_comparison_id"), "comparison_pairs", ["comparison_id"])


def downgrade() -> None:
    op.drop_table("comparison_pairs")
    op.drop_table("comparisons")
