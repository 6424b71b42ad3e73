"""The bulk writer against the actions: what it copies is what they would have built."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Table, func, inspect, select, text

from seed.bulk import Scale, multiply
from tests import cast as casting
from tests.cast import Cast
from tests.makers.reports import make_accepted_report, make_open_round, report_of
from tracker import create_app
from tracker.accounts import queries as people
from tracker.accounts.models import Holding, User
from tracker.config import Settings
from tracker.core.access import Actor
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.reports import actions
from tracker.reports.models import Entry, EntryState, Report, Round
from tracker.reports.queries import reports as report_queries
from tracker.trail import queries as trail

OF_A_ROUND = (
    "reports",
    "report_sections",
    "area_texts",
    "entries",
    "arrangements",
    "report_versions",
    "goal_statements",
)
OF_A_COPY = {"id", "hash", "stamp", "content", "task_id", "assignment_id", "round_id"}
"""What differs between two databases by its nature: numbers of rows and what is made from them."""


@contextmanager
def house(folder: Path, name: str) -> Iterator[Cast]:
    """A database of its own, since the bulk writer commits: the cast, its plan, and one finished year in it."""
    folder.mkdir()
    url = f"sqlite:///{folder / 'bulk.sqlite3'}"
    if os.environ.get("TEST_DATABASE") == "postgresql":
        from tests.postgres import fresh_database  # noqa: PLC0415 - the server package is heavy

        url = fresh_database(name)
    app: Flask = create_app(Settings(instance=folder, database_url=url, secret_key="test"))
    with app.app_context():
        db.create_all()
        yield casting.build()
        db.session.remove()
        db.engine.dispose()


def finish_year(cast: Cast, year: int) -> int:
    """An annual round with one accepted report, locked: through the actions."""
    round_ = make_open_round(cast, year)
    make_accepted_report(cast, round_, cast.unit("市教育局"))
    actions.close_round(cast.actor("officer", on=date(year + 1, 1, 18)), round_)
    actions.lock_round(cast.actor("officer", on=date(year + 1, 2, 18)), round_)
    return round_.id


def shapes(year: int) -> dict[str, Counter[str]]:
    """Every row of a year's round in its own words, without numbers of rows."""
    round_id = db.session.scalars(select(Round.id).where(Round.year == year)).one()
    reports = set(db.session.scalars(select(Report.id).where(Report.round_id == round_id)))
    found = {}
    for name in OF_A_ROUND:
        table: Table = db.metadata.tables[name]
        own = table.c.id if name == "reports" else table.c.report_id
        columns = [one for one in table.columns if one.name not in OF_A_COPY and not one.foreign_keys]
        found[name] = Counter(map(repr, db.session.execute(select(*columns).where(own.in_(reports))).all()))
    return found


def test_a_copied_year_has_the_rows_that_the_actions_build(tmp_path: Path, worker_id: str) -> None:
    with house(tmp_path / "acted", f"bulk_acted_{worker_id}") as cast:
        finish_year(cast, 2023)
        acted = shapes(2023)
    with house(tmp_path / "copied", f"bulk_copied_{worker_id}") as cast:
        finish_year(cast, 2024)
        multiply(cast.committee_id, Scale(years=2))
        copied = shapes(2023)
        assert trail.verify() == []
    assert all(acted.values())
    assert acted["report_versions"].total() == 1
    assert copied == acted


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Cast]:
    """Three committees with three years each and twice the measures."""
    with house(tmp_path_factory.mktemp("bulk") / "many", f"bulk_many_{worker_id}") as cast:
        finish_year(cast, 2024)
        multiply(cast.committee_id, Scale(committees=3, years=3, measures=2))
        yield cast


def counted(name: str) -> int:
    return db.session.scalar(select(func.count()).select_from(db.metadata.tables[name])) or 0


def test_every_reference_hash_and_chain_holds_in_the_copies(many: Cast) -> None:
    assert counted("rounds") == 9
    assert counted("reports") == 9 * (counted("reports") // 9) > 0
    if db.engine.dialect.name == "sqlite":
        assert db.session.execute(text("PRAGMA foreign_key_check")).all() == []
    assert trail.verify() == []


def test_the_measures_are_there_twice_with_all_that_hangs_on_them(many: Cast) -> None:
    plan_id = db.session.scalar(text("SELECT min(id) FROM plans"))
    rows = db.session.execute(
        text("SELECT m.area_id, count(*), count(DISTINCT m.position) FROM measures m JOIN areas a ON a.id = m.area_id"
             " WHERE a.plan_id = :plan GROUP BY m.area_id"), {"plan": plan_id},
    ).all()  # fmt: skip
    assert rows
    assert all(count == positions and count % 2 == 0 for _, count, positions in rows)
    assert counted("tasks") == counted("measures")
    assert counted("entries") % 2 == 0


def liaison_of_copy(number: int, *, on: date) -> Actor:
    user = db.session.scalars(select(User).where(User.login == f"wangmin-{number}")).one()
    holding = db.session.scalars(select(Holding).where(Holding.user_id == user.id)).one()
    return people.actor_for(holding, casting.clock.now().replace(year=on.year, month=on.month, day=on.day))


def test_a_copied_committee_sees_its_own_and_nothing_of_the_first(many: Cast) -> None:
    actor = liaison_of_copy(2, on=date(2025, 1, 5))
    assert actor.committee_id not in {many.committee_id, many.upper_id, many.lower_id}
    mine = db.session.scalars(report_queries.visible_reports(actor)).all()
    first = db.session.scalars(report_queries.visible_reports(many.actor("liaison"))).all()
    assert len(mine) == len(first) == 3
    assert {one.id for one in mine}.isdisjoint({one.id for one in first})
    assert {one.unit.short_name for one in mine} == {"市教育局"}
    rows = [select(func.count(Entry.id)).where(Entry.report_id == one) for one in (mine[0].id, first[0].id)]
    assert len({db.session.scalar(row) for row in rows}) == 1


def test_the_actions_go_on_where_the_bulk_writer_stopped(many: Cast) -> None:
    """New rows find free numbers, and what is locked is locked in the copies too."""
    round_ = make_open_round(many, 2025)
    report = report_of(round_, many.unit("市教育局"))
    entry = report_queries.whole(report.id).entries[0]
    actions.save_entry(many.actor("liaison", on=date(2025, 12, 5)), report, entry, EntryState.ON_SCHEDULE)
    assert db.session.get_one(Entry, entry.id).state is EntryState.ON_SCHEDULE
    actor = liaison_of_copy(1, on=date(2025, 12, 5))
    old = db.session.scalars(report_queries.visible_reports(actor)).first()
    assert old is not None
    with pytest.raises(RuleError):
        actions.save_area_text(actor, report_queries.whole(old.id), old.area_texts[0].area_id, "改写")


def test_no_table_is_forgotten(many: Cast) -> None:
    """Whatever the first committee has, the copies have as often: also the tables of rooms that are not built yet."""
    per_committee = [
        table for table in db.metadata.tables.values()
        if "committee_id" in table.columns and table.name not in {"works", "users"}
    ]  # fmt: skip
    assert inspect(db.engine).has_table("rounds")
    for table in per_committee:
        counts = dict(
            db.session.execute(select(table.c.committee_id, func.count()).group_by(table.c.committee_id)).all()
        )
        first = counts.get(many.committee_id, 0)
        copies = [
            count
            for number, count in counts.items()
            if number not in {many.committee_id, many.upper_id, many.lower_id, None}
        ]
        if table.name not in {"rounds", "messages", "watches", "deliveries"}:
            assert copies in ([], [first, first]), table.name
