"""The period a circular speaks about, and the reports it counted."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

SHANGHAI = ZoneInfo("Asia/Shanghai")
CIRCULARS = sa.table(
    "circulars",
    sa.column("id", sa.Integer()), sa.column("round_id", sa.Integer()), sa.column("cut_off_on", sa.Date()),
    sa.column("scope", sa.JSON()), sa.column("period_from", sa.Date()), sa.column("period_to", sa.Date()),
    sa.column("counted_as_of", sa.DateTime(timezone=True)),
)  # fmt: skip
ROUNDS = sa.table(
    "rounds", sa.column("id", sa.Integer()), sa.column("kind", sa.String()), sa.column("year", sa.Integer())
)
REPORTS = sa.table(
    "reports", sa.column("id", sa.Integer()), sa.column("round_id", sa.Integer()), sa.column("unit_id", sa.Integer())
)  # fmt: skip
VERSIONS = sa.table(
    "report_versions", sa.column("report_id", sa.Integer()), sa.column("number", sa.Integer()),
    sa.column("submitted_at", sa.DateTime(timezone=True)),
)  # fmt: skip
SOURCES = sa.table(
    "circular_sources", sa.column("circular_id", sa.Integer()), sa.column("report_id", sa.Integer()),
    sa.column("version_number", sa.Integer()),
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "circular_sources",
        sa.Column("circular_id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("version_number", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["circular_id"], ["circulars.id"], name=op.f("fk_circular_sources_circular_id_circulars"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_circular_sources_report_id_reports"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circular_sources")),
        sa.UniqueConstraint("circular_id", "report_id", name=op.f("uq_circular_sources_circular_id_report_id")),
    )  # fmt: skip
    op.create_index(op.f("ix_circular_sources_report_id"), "circular_sources", ["report_id"])
    with op.batch_alter_table("circulars", schema=None) as batch_op:
        batch_op.add_column(sa.Column("period_from", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("period_to", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("counted_as_of", sa.DateTime(timezone=True), nullable=True))
    _fill()
    with op.batch_alter_table("circulars", schema=None) as batch_op:
        for name in ("period_from", "period_to"):
            batch_op.alter_column(name, existing_type=sa.Date(), nullable=False)
        batch_op.alter_column("counted_as_of", existing_type=sa.DateTime(timezone=True), nullable=False)
        batch_op.create_check_constraint(op.f("ck_circulars_period"), "period_from <= period_to")
        batch_op.create_index(op.f("ix_circulars_hash"), ["hash"])


def _fill() -> None:
    """Those there are spoke about their round's period, and counted what had come in by the end of their cut-off."""
    bind = op.get_bind()
    rounds = {row.id: row for row in bind.execute(sa.select(ROUNDS))}
    for row in bind.execute(sa.select(CIRCULARS)).all():
        round_ = rounds[row.round_id]
        last = date(round_.year, 6, 30) if round_.kind == "half_year" else date(round_.year, 12, 31)
        end = datetime.combine(row.cut_off_on + timedelta(days=1), time(), SHANGHAI).astimezone(UTC)
        bind.execute(
            sa.update(CIRCULARS)
            .where(CIRCULARS.c.id == row.id)
            .values(period_from=date(round_.year, 1, 1), period_to=last, counted_as_of=end)
        )
        _fill_sources(bind, row, end)


def _fill_sources(bind: Any, row: Any, end: datetime) -> None:
    scope = json.loads(row.scope) if isinstance(row.scope, str) else row.scope or {}
    wanted = set(scope.get("units", ()))
    reports = bind.execute(sa.select(REPORTS).where(REPORTS.c.round_id == row.round_id)).all()
    for report in [one for one in reports if not wanted or one.unit_id in wanted]:
        came = sa.select(sa.func.max(VERSIONS.c.number)).where(
            VERSIONS.c.report_id == report.id, VERSIONS.c.submitted_at < end
        )
        bind.execute(
            sa.insert(SOURCES).values(
                circular_id=row.id, report_id=report.id, version_number=bind.execute(came).scalar()
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("circulars", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_circulars_hash"))
        batch_op.drop_constraint(op.f("ck_circulars_period"), type_="check")
        for name in ("counted_as_of", "period_to", "period_from"):
            batch_op.drop_column(name)
    op.drop_index(op.f("ix_circular_sources_report_id"), table_name="circular_sources")
    op.drop_table("circular_sources")
