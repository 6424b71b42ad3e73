"""Opinions on a table, matters, field checks, instructions and telephone notes are found by the search as well."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BEFORE = (
    "plan", "goal", "measure", "task", "report", "report_text", "notice", "circular", "evidence", "notice_evidence",
)  # fmt: skip
ADDED = ("opinion", "matter", "check", "instruction", "matter_evidence", "phone_note")


def allow(*kinds: str) -> None:
    with op.batch_alter_table("search_entries", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_search_entries_search_kind"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_search_entries_search_kind"), f"kind IN ({', '.join(repr(kind) for kind in kinds)})"
        )


def upgrade() -> None:
    allow(*BEFORE, *ADDED)


def downgrade() -> None:
    entries = sa.table("search_entries", sa.column("kind", sa.String))
    op.execute(entries.delete().where(entries.c.kind.in_(ADDED)))
    allow(*BEFORE)
