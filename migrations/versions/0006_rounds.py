"""Rounds of three kinds, the office's notes on a report, papers put together from accepted texts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SIGN_OFFS, PLACES = "ck_report_versions_sign_off", "ck_remarks_remark_place"
OLD_PLACES = ("report", "overview", "area", "entry", "arrangement")


def upgrade() -> None:
    _questions()
    with op.batch_alter_table("rounds", schema=None) as batch_op:
        batch_op.add_column(sa.Column("needs_sign_off", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.add_column(sa.Column("substitute_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("substitute_reason", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("recognised_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("recognised_reason", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("exception_until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("exception_holder_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("exception_reason", sa.Text(), nullable=False, server_default=""))
        batch_op.create_foreign_key(op.f("fk_reports_substitute_id_users"), "users", ["substitute_id"], ["id"])
        batch_op.create_foreign_key(
            op.f("fk_reports_exception_holder_id_users"), "users", ["exception_holder_id"], ["id"]
        )
    with op.batch_alter_table("consultation_remarks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    _allow("report_versions", SIGN_OFFS, "sign_off", ("online", "paper", "none"))
    _allow("remarks", PLACES, "place", (*OLD_PLACES, "question"))
    _compilations()


def downgrade() -> None:
    op.drop_table("passages")
    op.drop_table("compilations")
    op.execute("DELETE FROM remarks WHERE place = 'question'")
    op.execute("UPDATE report_versions SET sign_off = 'paper' WHERE sign_off = 'none'")
    _allow("remarks", PLACES, "place", OLD_PLACES)
    _allow("report_versions", SIGN_OFFS, "sign_off", ("online", "paper"))
    with op.batch_alter_table("consultation_remarks", schema=None) as batch_op:
        batch_op.drop_column("version")
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_reports_exception_holder_id_users"), type_="foreignkey")
        batch_op.drop_constraint(op.f("fk_reports_substitute_id_users"), type_="foreignkey")
        for name in (
            "exception_reason",
            "exception_holder_id",
            "exception_until",
            "recognised_reason",
            "recognised_on",
            "claimed_at",
            "substitute_reason",
            "substitute_id",
        ):
            batch_op.drop_column(name)
    with op.batch_alter_table("rounds", schema=None) as batch_op:
        batch_op.drop_column("needs_sign_off")
    op.drop_table("question_answers")
    op.drop_table("questions")
    op.drop_table("round_units")


def _allow(table: str, check: str, column: str, values: tuple[str, ...]) -> None:
    """The words a column may hold: its CHECK replaced by name."""
    words = ", ".join(f"'{value}'" for value in values)
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.drop_constraint(op.f(check), type_="check")
        batch_op.create_check_constraint(op.f(check), f"{column} IN ({words})")


def _questions() -> None:
    op.create_table(
        "round_units",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_round_units_round_id_rounds"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_round_units_unit_id_units")),
        sa.PrimaryKeyConstraint("round_id", "unit_id", name=op.f("pk_round_units")),
    )
    with op.batch_alter_table("round_units", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_round_units_unit_id"), ["unit_id"], unique=False)
    op.create_table(
        "questions",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "text", "number", "choice", "file",
                name="question_kind", native_enum=False, create_constraint=True, length=32,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("measure", sa.String(length=20), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind <> 'file' OR measure = ''", name=op.f("ck_questions_files_have_no_measure")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_questions_round_id_rounds"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
        sa.UniqueConstraint("round_id", "position", name=op.f("uq_questions_round_id_position")),
    )  # fmt: skip
    op.create_table(
        "question_answers",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_files.id"], name=op.f("fk_question_answers_file_id_stored_files")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_question_answers_question_id_questions")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_question_answers_report_id_reports"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_answers")),
        sa.UniqueConstraint("report_id", "question_id", name=op.f("uq_question_answers_report_id_question_id")),
    )
    with op.batch_alter_table("question_answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_question_answers_file_id"), ["file_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_question_answers_question_id"), ["question_id"], unique=False)


def _compilations() -> None:
    op.create_table(
        "compilations",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("annual", "summary", name="compilation_kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("longest", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name=op.f("fk_compilations_made_by_id_users")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_compilations_round_id_rounds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compilations")),
    )
    with op.batch_alter_table("compilations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_compilations_round_id"), ["round_id"], unique=False)
    op.create_table(
        "passages",
        sa.Column("compilation_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("chapter", sa.String(length=200), nullable=False),
        sa.Column("heading", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("was", sa.Text(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.Column("version_number", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("is_left_out", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["compilation_id"],
            ["compilations.id"],
            name=op.f("fk_passages_compilation_id_compilations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_passages_report_id_reports")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passages")),
    )
    with op.batch_alter_table("passages", schema=None) as batch_op:
        batch_op.create_index("ix_passages_compilation_id_position", ["compilation_id", "position"], unique=False)
        batch_op.create_index(batch_op.f("ix_passages_report_id"), ["report_id"], unique=False)
