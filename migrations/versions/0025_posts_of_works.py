"""A long work keeps the post from which it was ordered: its result is for whoever still holds it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("works", sa.Column("post_id", sa.Integer()))
    # What was ordered before: the newest of the person's posts at that committee. Results are kept for a week.
    op.execute(
        "UPDATE works SET post_id = (SELECT max(posts.id) FROM holdings JOIN posts ON posts.id = holdings.post_id"
        " WHERE holdings.user_id = works.user_id AND posts.committee_id = works.committee_id)"
    )


def downgrade() -> None:
    op.drop_column("works", "post_id")  # no batch: it would build the table anew without its checks
