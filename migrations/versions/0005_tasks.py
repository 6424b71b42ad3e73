"""Consultation rounds, merged and split tasks, reform."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

CONSULTATION_STATES = "ck_consultations_consultation_state"
OLD_STATES = ("open", "settled", "issued", "withdrawn")


def upgrade() -> None:
    _reform()
    _rounds_of_asking()
    _uploads()
    op.create_table(
        "task_measures",
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("measure_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["task_id"], ["tasks.id"], name=op.f("fk_task_measures_task_id_tasks"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["measure_id"], ["measures.id"], name=op.f("fk_task_measures_measure_id_measures")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_measures")),
        sa.UniqueConstraint("task_id", "measure_id", name=op.f("uq_task_measures_task_id_measure_id")),
    )
    _index("task_measures", "task_id", "measure_id")


def downgrade() -> None:
    op.drop_table("task_measures")
    op.drop_table("table_uploads")
    op.drop_table("consultation_lines")
    # An earlier round was over; of the states there were, “issued” says so without opening it again.
    op.execute("UPDATE consultations SET state = 'issued' WHERE state = 'continued'")
    with op.batch_alter_table("consultations", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_consultations_previous_id_consultations"), type_="foreignkey")
        batch_op.drop_column("previous_id")
        batch_op.drop_column("round_no")
    _allow(OLD_STATES)
    op.drop_table("unit_successions")
    with op.batch_alter_table("units", schema=None) as batch_op:
        batch_op.drop_column("reform_note")


def _reform() -> None:
    with op.batch_alter_table("units", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reform_note", sa.String(length=200), nullable=False, server_default=""))
    kind = sa.Enum(
        "renamed", "merged", "split", name="reform_kind", native_enum=False, create_constraint=True, length=32
    )  # fmt: skip
    op.create_table(
        "unit_successions",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("heir_id", sa.Integer(), nullable=False),
        sa.Column("kind", kind, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_unit_successions_unit_id_units")),
        sa.ForeignKeyConstraint(["heir_id"], ["units.id"], name=op.f("fk_unit_successions_heir_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_successions")),
        sa.UniqueConstraint("unit_id", "heir_id", name=op.f("uq_unit_successions_unit_id_heir_id")),
    )
    _index("unit_successions", "unit_id", "heir_id")


def _rounds_of_asking() -> None:
    with op.batch_alter_table("consultations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("round_no", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("previous_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_consultations_previous_id_consultations"), "consultations", ["previous_id"], ["id"]
        )
    _allow(("open", "settled", "continued", "issued", "withdrawn"))
    role = sa.Enum(
        "lead", "joint", "support", name="assignment_role", native_enum=False, create_constraint=True, length=32
    )  # fmt: skip
    op.create_table(
        "consultation_lines",
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("role", role, nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("parties", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"],
            ["consultation_answers.id"],
            name=op.f("fk_consultation_lines_answer_id_consultation_answers"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["assignments.id"],
            name=op.f("fk_consultation_lines_assignment_id_assignments"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_lines")),
        sa.UniqueConstraint("answer_id", "assignment_id", name=op.f("uq_consultation_lines_answer_id_assignment_id")),
    )
    _index("consultation_lines", "answer_id", "assignment_id")
    _fill_lines()


def _fill_lines() -> None:
    """What units were asked before lines were kept: the parts they have in the plan, as the tasks read today."""
    op.execute(
        """
        INSERT INTO consultation_lines (answer_id, assignment_id, role, number, title, content, parties)
        SELECT answers.id, assignments.id, assignments.role, '', tasks.title, tasks.content, ''
        FROM consultation_answers AS answers
        JOIN consultations ON consultations.id = answers.consultation_id
        JOIN tasks ON tasks.plan_id = consultations.plan_id
        JOIN assignments ON assignments.task_id = tasks.id AND assignments.unit_id = answers.unit_id
        WHERE assignments.state IN ('consulting', 'agreed', 'contested')
           OR (assignments.state = 'issued' AND consultations.state = 'issued')
        """
    )


def _uploads() -> None:
    op.create_table(
        "table_uploads",
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("answer_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("source_name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committees.id"], name=op.f("fk_table_uploads_committee_id_committees")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plans.id"], name=op.f("fk_table_uploads_plan_id_plans"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["answer_id"],
            ["consultation_answers.id"],
            name=op.f("fk_table_uploads_answer_id_consultation_answers"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_table_uploads_user_id_users")),
        sa.ForeignKeyConstraint(
            ["source_id"], ["stored_files.id"], name=op.f("fk_table_uploads_source_id_stored_files")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_table_uploads")),
    )
    _index("table_uploads", "committee_id", "plan_id", "answer_id")


def _index(table: str, *columns: str) -> None:
    with op.batch_alter_table(table, schema=None) as batch_op:
        for column in columns:
            batch_op.create_index(batch_op.f(f"ix_{table}_{column}"), [column], unique=False)


def _allow(states: tuple[str, ...]) -> None:
    words = ", ".join(f"'{state}'" for state in states)
    with op.batch_alter_table("consultations", schema=None) as batch_op:
        batch_op.drop_constraint(op.f(CONSULTATION_STATES), type_="check")
        batch_op.create_check_constraint(op.f(CONSULTATION_STATES), f"state IN ({words})")
