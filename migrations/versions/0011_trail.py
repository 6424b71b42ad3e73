"""The database itself refuses to change the trail (S19)."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

REFUSE = "entries of the trail are never changed"
CLOSING = {
    "sqlite": [
        f"CREATE TRIGGER audit_entries_no_{act} BEFORE {act.upper()} ON audit_entries"
        f" BEGIN SELECT RAISE(ABORT, '{REFUSE}'); END"
        for act in ("update", "delete")
    ],
    "postgresql": [
        "CREATE OR REPLACE FUNCTION audit_entries_refuse() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{REFUSE}'; END $$",
        *(
            f"CREATE TRIGGER audit_entries_no_{act} BEFORE {act.upper()} ON audit_entries"
            " FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_refuse()"
            for act in ("update", "delete", "truncate")
        ),
    ],
}
OPENING = {
    "sqlite": [f"DROP TRIGGER audit_entries_no_{act}" for act in ("update", "delete")],
    "postgresql": [
        *(f"DROP TRIGGER audit_entries_no_{act} ON audit_entries" for act in ("update", "delete", "truncate")),
        "DROP FUNCTION audit_entries_refuse()",
    ],
}


def upgrade() -> None:
    for statement in CLOSING[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for statement in OPENING[op.get_bind().dialect.name]:
        op.execute(statement)
