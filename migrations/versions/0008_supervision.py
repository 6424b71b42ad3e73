"""Explanations beside lights, field checks, instructions; scope and corrections of circulars; named steps of notices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ONE_SUBJECT = "ck_notice_items_one_subject"
SUBJECTS = ("assignment_id", "report_id", "goal_id")


def one_subject(*columns: str) -> str:
    return " + ".join(f"(CASE WHEN {column} IS NULL THEN 0 ELSE 1 END)" for column in columns) + " <= 1"


def words(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "light_notes",
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.String(length=200), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_light_notes_assignment_id_assignments")
        ),
        sa.ForeignKeyConstraint(["written_by_id"], ["users.id"], name=op.f("fk_light_notes_written_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_light_notes")),
    )
    op.create_index(op.f("ix_light_notes_assignment_id"), "light_notes", ["assignment_id"])
    _create_checks()
    _create_instructions()
    _create_matters()
    with op.batch_alter_table("circulars", schema=None) as batch_op:
        batch_op.add_column(sa.Column("scope", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("differences", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("corrects_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("xlsx_id", sa.Integer(), nullable=True))
        batch_op.create_index(op.f("ix_circulars_corrects_id"), ["corrects_id"])
        batch_op.create_foreign_key(op.f("fk_circulars_corrects_id_circulars"), "circulars", ["corrects_id"], ["id"])
        batch_op.create_foreign_key(op.f("fk_circulars_xlsx_id_stored_files"), "stored_files", ["xlsx_id"], ["id"])
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.add_column(sa.Column("step_name", sa.String(length=20), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("step_colour", sa.String(length=20), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("is_registered", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("final_name", sa.String(length=200), nullable=False, server_default=""))
    with op.batch_alter_table("notice_items", schema=None) as batch_op:
        batch_op.add_column(sa.Column("matter_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("request_id", sa.Integer(), nullable=True))
        batch_op.create_index(op.f("ix_notice_items_matter_id"), ["matter_id"])
        batch_op.create_index(op.f("ix_notice_items_request_id"), ["request_id"])
        batch_op.create_foreign_key(op.f("fk_notice_items_matter_id_matters"), "matters", ["matter_id"], ["id"])
        batch_op.create_foreign_key(op.f("fk_notice_items_request_id_requests"), "requests", ["request_id"], ["id"])
        batch_op.drop_constraint(op.f(ONE_SUBJECT), type_="check")
        batch_op.create_check_constraint(op.f(ONE_SUBJECT), one_subject(*SUBJECTS, "matter_id", "request_id"))


def _create_checks() -> None:
    op.create_table(
        "field_checks",
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column(
            "state", words("check_state", "planned", "announced", "rectifying", "closed", "cancelled"), nullable=False
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("points", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("look_back_on", sa.Date(), nullable=True),
        sa.Column("cancellation_reason", sa.Text(), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_field_checks_days_in_order")),
        sa.CheckConstraint(
            "state <> 'cancelled' OR cancellation_reason <> ''", name=op.f("ck_field_checks_cancelled_has_reason")
        ),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committees.id"], name=op.f("fk_field_checks_committee_id_committees")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_checks")),
    )
    op.create_index(op.f("ix_field_checks_committee_id"), "field_checks", ["committee_id"])
    op.create_table(
        "field_visits",
        sa.Column("check_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("visit_on", sa.Date(), nullable=False),
        sa.Column("situation", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["check_id"], ["field_checks.id"], name=op.f("fk_field_visits_check_id_field_checks"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_field_visits_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_visits")),
        sa.UniqueConstraint("check_id", "unit_id", name=op.f("uq_field_visits_check_id_unit_id")),
    )
    op.create_index(op.f("ix_field_visits_check_id"), "field_visits", ["check_id"])
    op.create_index(op.f("ix_field_visits_unit_id"), "field_visits", ["unit_id"])


def _create_instructions() -> None:
    op.create_table(
        "instructions",
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("state", words("instruction_state", "received", "under_way", "closed", "withdrawn"), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("given_by", sa.String(length=100), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("scan_id", sa.Integer(), nullable=True),
        sa.Column("scan_name", sa.String(length=200), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("withdrawal_reason", sa.Text(), nullable=False),
        sa.Column("pdf_id", sa.Integer(), nullable=True),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("text <> '' OR scan_id IS NOT NULL", name=op.f("ck_instructions_text_or_scan")),
        sa.CheckConstraint(
            "state <> 'closed' OR (pdf_id IS NOT NULL AND closed_on IS NOT NULL)",
            name=op.f("ck_instructions_closed_has_sheet"),
        ),
        sa.CheckConstraint(
            "state <> 'withdrawn' OR withdrawal_reason <> ''", name=op.f("ck_instructions_withdrawn_has_reason")
        ),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committees.id"], name=op.f("fk_instructions_committee_id_committees")
        ),
        sa.ForeignKeyConstraint(["pdf_id"], ["stored_files.id"], name=op.f("fk_instructions_pdf_id_stored_files")),
        sa.ForeignKeyConstraint(["scan_id"], ["stored_files.id"], name=op.f("fk_instructions_scan_id_stored_files")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instructions")),
    )
    op.create_index(op.f("ix_instructions_committee_id"), "instructions", ["committee_id"])


def _create_matters() -> None:
    op.create_table(
        "matters",
        sa.Column("check_id", sa.Integer(), nullable=True),
        sa.Column("instruction_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            words("matter_state", "noted", "asked", "answered", "sent_back", "closed", "dropped"),
            nullable=False,
        ),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("demand", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("first_due_on", sa.Date(), nullable=False),
        sa.Column("late_workdays", sa.Integer(), nullable=False),
        sa.Column("drafted_by_id", sa.Integer(), nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_by", sa.String(length=100), nullable=True),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(check_id IS NULL) <> (instruction_id IS NULL)", name=op.f("ck_matters_check_or_instruction")
        ),
        sa.CheckConstraint("(state = 'closed') = (closed_on IS NOT NULL)", name=op.f("ck_matters_closed_has_day")),
        sa.ForeignKeyConstraint(
            ["check_id"], ["field_checks.id"], name=op.f("fk_matters_check_id_field_checks"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["instruction_id"],
            ["instructions.id"],
            name=op.f("fk_matters_instruction_id_instructions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["drafted_by_id"], ["users.id"], name=op.f("fk_matters_drafted_by_id_users")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_matters_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matters")),
    )
    for column in ("check_id", "instruction_id", "unit_id"):
        op.create_index(op.f(f"ix_matters_{column}"), "matters", [column])
    op.create_table(
        "matter_answers",
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_by", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("late_workdays", sa.Integer(), nullable=False),
        sa.Column("verdict", words("matter_verdict", "closed", "sent_back"), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_by", sa.String(length=100), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(verdict IS NULL) = (verified_at IS NULL)", name=op.f("ck_matter_answers_verdict_has_moment")
        ),
        sa.ForeignKeyConstraint(["answered_by_id"], ["users.id"], name=op.f("fk_matter_answers_answered_by_id_users")),
        sa.ForeignKeyConstraint(
            ["matter_id"], ["matters.id"], name=op.f("fk_matter_answers_matter_id_matters"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter_answers")),
    )
    op.create_index(op.f("ix_matter_answers_matter_id"), "matter_answers", ["matter_id"])
    op.create_table(
        "matter_evidence",
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"],
            ["matter_answers.id"],
            name=op.f("fk_matter_evidence_answer_id_matter_answers"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_files.id"], name=op.f("fk_matter_evidence_file_id_stored_files")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter_evidence")),
    )
    op.create_index(op.f("ix_matter_evidence_answer_id"), "matter_evidence", ["answer_id"])
    op.create_index(op.f("ix_matter_evidence_file_id"), "matter_evidence", ["file_id"])
    op.create_table(
        "look_backs",
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("looked_on", sa.Date(), nullable=False),
        sa.Column("has_held", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["matter_id"], ["matters.id"], name=op.f("fk_look_backs_matter_id_matters"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look_backs")),
    )
    op.create_index(op.f("ix_look_backs_matter_id"), "look_backs", ["matter_id"])


def downgrade() -> None:
    with op.batch_alter_table("notice_items", schema=None) as batch_op:
        batch_op.drop_constraint(op.f(ONE_SUBJECT), type_="check")
        batch_op.create_check_constraint(op.f(ONE_SUBJECT), one_subject(*SUBJECTS))
        for column, table in (("matter_id", "matters"), ("request_id", "requests")):
            batch_op.drop_constraint(op.f(f"fk_notice_items_{column}_{table}"), type_="foreignkey")
            batch_op.drop_index(op.f(f"ix_notice_items_{column}"))
            batch_op.drop_column(column)
    with op.batch_alter_table("notices", schema=None) as batch_op:
        for column in ("final_name", "is_registered", "step_colour", "step_name"):
            batch_op.drop_column(column)
    with op.batch_alter_table("circulars", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_circulars_xlsx_id_stored_files"), type_="foreignkey")
        batch_op.drop_constraint(op.f("fk_circulars_corrects_id_circulars"), type_="foreignkey")
        batch_op.drop_index(op.f("ix_circulars_corrects_id"))
        for column in ("xlsx_id", "corrects_id", "differences", "scope"):
            batch_op.drop_column(column)
    for table in (
        "look_backs", "matter_evidence", "matter_answers", "matters", "instructions", "field_visits", "field_checks",
        "light_notes",
    ):  # fmt: skip
        op.drop_table(table)
