"""One shape of answer for notices and matters; later days for answers; a fourth step; what an item rests on; papers put
before the head; answers kept while they are written; substitutes; texts to be checked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

LIGHTS = ("overdue", "attention", "normal", "done", "exempt", "awaited", "not_due")
RENAMED = (
    ("replied_at", "answered_at", sa.DateTime(timezone=True), False),
    ("replied_by_id", "answered_by_id", sa.Integer(), True),
    ("replied_by", "answered_by", sa.String(length=200), False),
    ("reply_by", "due_on", sa.Date(), False),
)
NOTICE_STATES = (
    "draft", "signed", "issued", "acknowledged", "replied", "sent_back", "closed", "escalated", "withdrawn",
)  # fmt: skip
HAS_FILES = "pdf_id IS NOT NULL AND hash IS NOT NULL AND issued_on IS NOT NULL AND reply_by IS NOT NULL"
PAPERS = (
    ("notices", "ck_notices_notice_state", NOTICE_STATES, HAS_FILES),
    ("circulars", "ck_circulars_circular_state", ("draft", "signed", "issued"), ""),
)


def words(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def one_of(column: str, *values: str) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def upgrade() -> None:
    with op.batch_alter_table("notice_replies", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_notice_replies_replied_by_id_users"), type_="foreignkey")
        batch_op.alter_column(
            "replied_by", existing_type=sa.String(length=100), type_=sa.String(length=200), existing_nullable=False
        )
    with op.batch_alter_table("notice_replies", schema=None) as batch_op:
        for old, new, kind, nullable in RENAMED:
            batch_op.alter_column(old, new_column_name=new, existing_type=kind, existing_nullable=nullable)
    with op.batch_alter_table("notice_replies", schema=None) as batch_op:
        batch_op.create_foreign_key(
            op.f("fk_notice_replies_answered_by_id_users"), "users", ["answered_by_id"], ["id"]
        )  # fmt: skip
    with op.batch_alter_table("matter_answers", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_matter_answers_matter_verdict"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_matter_answers_verdict"), one_of("verdict", "closed", "sent_back", "escalated")
        )  # fmt: skip
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_notices_notice_kind"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_notices_notice_kind"), one_of("kind", "hint", "chase", "supervise", "again")
        )
    with op.batch_alter_table("notice_items", schema=None) as batch_op:
        batch_op.add_column(sa.Column("light", words("light", *LIGHTS), nullable=True))
    _create_extensions()
    _put_forward()
    _create_drafts()
    _name_substitutes()
    with op.batch_alter_table("circulars", schema=None) as batch_op:
        batch_op.add_column(sa.Column("to_check", sa.JSON(), nullable=False, server_default="[]"))


def _put_forward() -> None:
    for table, name, states, issued in PAPERS:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("submitted_by", sa.String(length=200), nullable=True))
            batch_op.add_column(sa.Column("return_reason", sa.Text(), nullable=False, server_default=""))
            batch_op.drop_constraint(op.f(name), type_="check")
            batch_op.create_check_constraint(op.f(name), one_of("state", "submitted", *states))
            if issued:
                batch_op.drop_constraint(op.f("ck_notices_issued_has_files"), type_="check")
                batch_op.create_check_constraint(
                    op.f("ck_notices_issued_has_files"),
                    f"{one_of('state', 'draft', 'submitted', 'signed', 'withdrawn')} OR ({issued})",
                )


def _create_drafts() -> None:
    op.create_table(
        "answer_drafts",
        sa.Column("notice_id", sa.Integer(), nullable=True),
        sa.Column("matter_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(notice_id IS NULL) <> (matter_id IS NULL)", name=op.f("ck_answer_drafts_notice_or_matter")
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name=op.f("fk_answer_drafts_notice_id_notices"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["matter_id"], ["matters.id"], name=op.f("fk_answer_drafts_matter_id_matters"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_drafts")),
        sa.UniqueConstraint("notice_id", name=op.f("uq_answer_drafts_notice_id")),
        sa.UniqueConstraint("matter_id", name=op.f("uq_answer_drafts_matter_id")),
    )
    for column in ("notice_id", "matter_id"):
        op.create_index(op.f(f"ix_answer_drafts_{column}"), "answer_drafts", [column])


def _name_substitutes() -> None:
    for table in ("notices", "matters"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("substitute_id", sa.Integer(), nullable=True))
            batch_op.add_column(sa.Column("substitute_reason", sa.Text(), nullable=False, server_default=""))
            batch_op.create_foreign_key(
                op.f(f"fk_{table}_substitute_id_users"), "users", ["substitute_id"], ["id"]
            )  # fmt: skip


def _name_nobody() -> None:
    for table in ("notices", "matters"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(op.f(f"fk_{table}_substitute_id_users"), type_="foreignkey")
            batch_op.drop_column("substitute_reason")
            batch_op.drop_column("substitute_id")


def _taken_back() -> None:
    for table, name, states, issued in PAPERS:
        op.execute(f"UPDATE {table} SET state = 'draft' WHERE state = 'submitted'")
        with op.batch_alter_table(table, schema=None) as batch_op:
            if issued:
                batch_op.drop_constraint(op.f("ck_notices_issued_has_files"), type_="check")
                batch_op.create_check_constraint(
                    op.f("ck_notices_issued_has_files"),
                    f"{one_of('state', 'draft', 'signed', 'withdrawn')} OR ({issued})",
                )
            batch_op.drop_constraint(op.f(name), type_="check")
            batch_op.create_check_constraint(op.f(name), one_of("state", *states))
            batch_op.drop_column("return_reason")
            batch_op.drop_column("submitted_by")


def _create_extensions() -> None:
    op.create_table(
        "answer_extensions",
        sa.Column("notice_id", sa.Integer(), nullable=True),
        sa.Column("matter_id", sa.Integer(), nullable=True),
        sa.Column("state", words("extension_state", "requested", "granted", "refused"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("wanted_until", sa.Date(), nullable=False),
        sa.Column("granted_until", sa.Date(), nullable=True),
        sa.Column("was_due_on", sa.Date(), nullable=False),
        sa.Column("decision_note", sa.Text(), nullable=False),
        sa.Column("is_after_the_fact", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(notice_id IS NULL) <> (matter_id IS NULL)", name=op.f("ck_answer_extensions_notice_or_matter")
        ),
        sa.CheckConstraint(
            "state <> 'granted' OR granted_until IS NOT NULL", name=op.f("ck_answer_extensions_granted_has_day")
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name=op.f("fk_answer_extensions_notice_id_notices"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["matter_id"], ["matters.id"], name=op.f("fk_answer_extensions_matter_id_matters"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["users.id"], name=op.f("fk_answer_extensions_asked_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_extensions")),
    )
    for column in ("notice_id", "matter_id"):
        op.create_index(op.f(f"ix_answer_extensions_{column}"), "answer_extensions", [column])


def downgrade() -> None:
    with op.batch_alter_table("circulars", schema=None) as batch_op:
        batch_op.drop_column("to_check")
    _name_nobody()
    for column in ("notice_id", "matter_id"):
        op.drop_index(op.f(f"ix_answer_drafts_{column}"), table_name="answer_drafts")
    op.drop_table("answer_drafts")
    _taken_back()
    for column in ("notice_id", "matter_id"):
        op.drop_index(op.f(f"ix_answer_extensions_{column}"), table_name="answer_extensions")
    op.drop_table("answer_extensions")
    with op.batch_alter_table("notice_items", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_notice_items_light"), type_="check")
        batch_op.drop_column("light")
    op.execute("UPDATE notices SET kind = 'supervise' WHERE kind = 'again'")
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_notices_notice_kind"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_notices_notice_kind"), one_of("kind", "hint", "chase", "supervise")
        )  # fmt: skip
    with op.batch_alter_table("matter_answers", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_matter_answers_verdict"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_matter_answers_matter_verdict"), one_of("verdict", "closed", "sent_back")
        )  # fmt: skip
    with op.batch_alter_table("notice_replies", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_notice_replies_answered_by_id_users"), type_="foreignkey")
    with op.batch_alter_table("notice_replies", schema=None) as batch_op:
        for old, new, kind, nullable in RENAMED:
            batch_op.alter_column(new, new_column_name=old, existing_type=kind, existing_nullable=nullable)
    with op.batch_alter_table("notice_replies", schema=None) as batch_op:
        batch_op.alter_column(
            "replied_by", existing_type=sa.String(length=200), type_=sa.String(length=100), existing_nullable=False
        )
        batch_op.create_foreign_key(op.f("fk_notice_replies_replied_by_id_users"), "users", ["replied_by_id"], ["id"])
