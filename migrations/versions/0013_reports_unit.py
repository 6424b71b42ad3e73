"""Who wrote in a report, beside who had a hand in it; Excel forms as they were sent, with what was wrong; papers that
are named and not uploaded."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("reports") as batch:
        batch.add_column(sa.Column("writer_ids", sa.JSON(), nullable=False, server_default="[]"))
    # Whoever had a hand in an old report may have written it: nobody of them signs it in the leader's stead.
    op.execute("UPDATE reports SET writer_ids = hand_ids")
    op.create_table(
        "form_readings",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("share_id", sa.Integer(), nullable=True),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("troubles", sa.JSON(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_form_readings_report_id_reports"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["share_id"], ["report_shares.id"], name=op.f("fk_form_readings_share_id_report_shares"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_files.id"], name=op.f("fk_form_readings_file_id_stored_files")),
        sa.ForeignKeyConstraint(["read_by_id"], ["users.id"], name=op.f("fk_form_readings_read_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_readings")),
    )
    op.create_index("ix_form_readings_report_id_read_at", "form_readings", ["report_id", "read_at"])
    op.create_index(op.f("ix_form_readings_file_id"), "form_readings", ["file_id"])
    op.create_index(op.f("ix_form_readings_share_id"), "form_readings", ["share_id"])
    op.create_table(
        "cited_papers",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("issuer", sa.String(length=100), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_cited_papers_report_id_reports"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cited_papers")),
    )
    op.create_index(op.f("ix_cited_papers_report_id"), "cited_papers", ["report_id"])


def downgrade() -> None:
    op.drop_table("cited_papers")
    op.drop_table("form_readings")
    with op.batch_alter_table("reports") as batch:
        batch.drop_column("writer_ids")
