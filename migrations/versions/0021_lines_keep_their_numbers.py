"""SQLite gives no line of a report the number of one that was taken away (PostgreSQL never did)."""

from __future__ import annotations

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TABLES = ("arrangements", "requests", "evidence", "cited_papers")


def upgrade() -> None:
    _rebuild(never_again=True)


def downgrade() -> None:
    _rebuild(never_again=False)


def _rebuild(*, never_again: bool) -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    for name in TABLES:
        with op.batch_alter_table(name, recreate="always", table_kwargs={"sqlite_autoincrement": never_again}):
            pass
