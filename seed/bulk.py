"""Many measures, years and committees, for measuring: the one writer that does not go through the actions.

It makes nothing up. It copies rows that the actions built, gives them new numbers, follows every reference, moves years
and hashes again what is hashed, so that a copy is what the actions would have built. What it copies it learns from the
foreign keys: a new table of any room is copied without a word here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import String, Table, UniqueConstraint, func, insert, select, text

from tracker.accounts.models import Holding, Post
from tracker.committees.models import Level
from tracker.core import audit, stamps
from tracker.core.audit import GENESIS, AuditEntry, AuditHead
from tracker.core.db import Base, db, write_intent
from tracker.reports.actions.versions import content_of, digest, to_stamp
from tracker.reports.models import Report, ReportVersion, Round, RoundKind, RoundState
from tracker.reports.queries import reports as report_queries

Values = dict[str, Any]
Change = Callable[[str, Values], None]
Day = TypeVar("Day", date, datetime)

OF_THE_HOUSE = frozenset(
    {
        "calendar_days", "job_runs", "scheduler_beats", "stored_files",
        "sign_in_attempts", "user_sessions", "one_time_tokens", "old_passwords", "works", "audit_heads",
    }
)  # fmt: skip
"""Tables of the installation, or of a moment: never copied. The bytes of a file are stored once anyway."""

UNWRITTEN_KEYS = {("audit_entries", "chain"): "committees", ("messages", "unit_id"): "units"}
"""References that the database does not know as such."""

UPPER = {("committees", "parent_id"), ("plans", "parent_id")}
"""References to what stands above: a lower committee does not belong to the upper one."""

SUBJECTS = {
    "messages": ("subject_type", "subject_id"),
    "watches": ("subject_type", "subject_id"),
    "audit_entries": ("object_type", "object_id"),
}
"""References to a row of any table: its class by name, its number."""

OTHER_SUBJECTS = {"CircularSigned": "circulars"}
"""Subjects of messages that are called otherwise than their class."""

VERSION_KEYS = {
    "round.id": "rounds", "unit.id": "units",
    "answers.id": "arrangements", "answers.task_id": "tasks",
    "areas.id": "areas", "areas.text_id": "area_texts", "areas.plan_id": "plans",
    "areas.entries.id": "entries", "areas.entries.assignment_id": "assignments", "areas.entries.task_id": "tasks",
    "areas.goals.id": "goal_statements", "areas.goals.goal_id": "goals",
    "arrangements.id": "arrangements", "arrangements.task_id": "tasks",
    "requests.id": "requests",
    "evidence.id": "evidence", "evidence.entry_id": "entries", "evidence.area_id": "areas",
}  # fmt: skip
"""Where the frozen content of a report names rows."""

NAMES_OF_A_COMMITTEE = ("area_name", "body_name", "short_name", "office_name", "office_short_name", "letterhead")
YEAR_IN_WORDS = re.compile(r"20\d\d(?=[年〕])")
FULL_PLANS = 4
"""The demo's measures so many times are those of two real plans."""
ROWS_AT_ONCE = 2_000


@dataclass(frozen=True)
class Scale:
    """How much more than the demo there shall be."""

    committees: int = 1
    years: int = 1
    """Finished years with an annual round, the demo's own included."""
    measures: int = 1
    """How many times the demo's measures, with all that hangs on them."""

    @classmethod
    def asked(cls, committees: int, years: int) -> Scale:
        """As `tracker demo` is asked: a larger demo is one of two real plans, with some 800 assignments."""
        return cls(committees, years, FULL_PLANS if max(committees, years) > 1 else 1)


ONE = Scale()


def multiply(committee_id: int, scale: Scale) -> None:
    """Blow a committee that the actions built up to a scale: first its measures, then its years, then itself.

    Other committees of the database stay as they are. Everything happens in one transaction; foreign keys, the hashes
    of reports and the chains of the trail hold afterwards (`tracker verify`).
    """
    db.session.rollback()
    with write_intent():
        if scale.measures > 1:
            _more_measures(committee_id, scale.measures)
            _freeze_again(committee_id)
        if scale.years > 1:
            _more_years(committee_id, scale.years)
        if scale.committees > 1:
            _more_committees(committee_id, scale.committees)
        _follow_sequences()
        db.session.commit()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


# --- what belongs together -----------------------------------------------------------------------------------------


def _tables() -> list[Table]:
    return [table for table in db.metadata.sorted_tables if table.name not in OF_THE_HOUSE]


@cache
def _keys(table: Table) -> tuple[tuple[str, str], ...]:
    """(column, table it points to), written in the database or not."""
    written = [(column.name, key.column.table.name) for column in table.columns for key in column.foreign_keys]
    unwritten = [(column, target) for (name, column), target in UNWRITTEN_KEYS.items() if name == table.name]
    return tuple(key for key in (*written, *unwritten) if (table.name, key[0]) not in UPPER)


@cache
def _names(table: Table) -> tuple[tuple[str, int], ...]:
    """(column, length) of words that may stand but once in the table: logins, keys."""
    once = [tuple(rule.columns) for rule in table.constraints if isinstance(rule, UniqueConstraint)]
    return tuple(
        (columns[0].name, columns[0].type.length)
        for columns in once
        if len(columns) == 1 and isinstance(columns[0].type, String) and columns[0].type.length
    )


def _table_of_class() -> dict[str, str]:
    return {mapper.class_.__name__: str(mapper.local_table.key) for mapper in Base.registry.mappers} | OTHER_SUBJECTS


@dataclass
class Rows:
    """Rows that are copied together, and how far the numbers of each table reach."""

    rows: dict[str, list[Values]] = field(default_factory=lambda: defaultdict(list))
    numbers: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    reach: dict[str, int] = field(default_factory=dict)
    class_table: dict[str, str] = field(default_factory=_table_of_class)

    @classmethod
    def under(cls, roots: Mapping[str, Iterable[int]], *, without: frozenset[str] = frozenset()) -> Rows:
        """The roots and every row that points, however indirectly, at one of them."""
        found = cls()
        for name, numbers in roots.items():
            found.numbers[name] |= set(numbers)
        tables = [table for table in _tables() if table.name not in without]
        everything = {table.name: _read(table) for table in tables}
        while sum([found._take_in(table, everything[table.name]) for table in tables]):
            pass
        for table in tables:
            if "id" in table.columns:
                found.rows[table.name] = [
                    row for row in everything[table.name] if row["id"] in found.numbers[table.name]
                ]
                found.reach[table.name] = db.session.scalar(select(func.max(table.c.id))) or 0
            else:
                found.rows[table.name] = [row for row in everything[table.name] if found._hangs(table, row)]
        return found

    def _take_in(self, table: Table, rows: list[Values]) -> int:
        """Take in what hangs on what is in already; answers how many rows that were."""
        if "id" not in table.columns:
            return 0
        known = self.numbers[table.name]
        new = {row["id"] for row in rows if row["id"] not in known and self._hangs(table, row)}
        known |= new
        return len(new)

    def _hangs(self, table: Table, row: Values) -> bool:
        if any(row[column] in self.numbers[target] for column, target in _keys(table) if row[column] is not None):
            return True
        target = self._subject(table.name, row)
        return target is not None and row[SUBJECTS[table.name][1]] in self.numbers[target]

    def _subject(self, name: str, row: Values) -> str | None:
        """The table of the row that a message or an entry is about; KeyError when nobody has heard of its kind."""
        return self.class_table[kind] if name in SUBJECTS and (kind := row[SUBJECTS[name][0]]) else None

    def copies(self, number: int, change: Change) -> Iterator[tuple[Table, list[Values]]]:
        """The rows once more, in an order in which they may be written, as copy number 1, 2 …"""
        for table in _tables():
            made = [self._copy(table, row, number, change) for row in self.rows.get(table.name, ())]
            if made:
                yield table, made

    def moved(self, target: str, value: Any, number: int) -> Any:
        """A reference in copy `number`: to the copy where there is one, else to the same row as before."""
        return value + number * self.reach[target] if value in self.numbers.get(target, ()) else value

    def _copy(self, table: Table, row: Values, number: int, change: Change) -> Values:
        made = dict(row)
        if "id" in made:
            made["id"] = row["id"] + number * self.reach[table.name]
        for column, target in _keys(table):
            made[column] = self.moved(target, row[column], number)
        if (target := self._subject(table.name, row)) is not None:
            column = SUBJECTS[table.name][1]
            made[column] = self.moved(target, row[column], number)
        for column, length in _names(table):
            if made[column] is not None:
                made[column] = f"{made[column][: length - len(str(number)) - 1]}-{number}"
        change(table.name, made)
        if table.name == "report_versions":
            made["content"] = self._content(row["content"], number)
            made["hash"] = digest(_version(made))
            made["stamp"] = stamps.stamp(to_stamp(_version(made), made["report_id"]))
        return made

    def _content(self, content: Any, number: int, place: str = "") -> Any:
        if isinstance(content, list):
            return [self._content(one, number, place) for one in content]
        if isinstance(content, dict):
            return {key: self._content(one, number, f"{place}.{key}".lstrip(".")) for key, one in content.items()}
        target = VERSION_KEYS.get(place)
        return self.moved(target, content, number) if target else content


def _read(table: Table) -> list[Values]:
    order = table.c.id if "id" in table.columns else table.primary_key.columns.values()[0]
    return [dict(row) for row in db.session.execute(select(table).order_by(order)).mappings()]


def _version(values: Values) -> ReportVersion:
    return ReportVersion(**{key: value for key, value in values.items() if key != "id"})


def _write(copies: Iterable[tuple[Table, list[Values]]]) -> None:
    """Insert; entries of the trail join the end of their chains."""
    for table, rows in copies:
        if table.name == "audit_entries":
            rows = _chained(rows)
        for start in range(0, len(rows), ROWS_AT_ONCE):
            db.session.execute(insert(table), rows[start : start + ROWS_AT_ONCE])


def _chained(rows: list[Values]) -> list[Values]:
    heads: dict[int, tuple[int, str]] = {}
    for row in sorted(rows, key=lambda one: (one["chain"], one["seq"])):
        chain = row["chain"]
        if chain not in heads:
            head = db.session.get(AuditHead, chain)
            heads[chain] = (head.seq, head.hash) if head else (0, GENESIS)
        seq, previous = heads[chain]
        row |= {"seq": seq + 1, "previous_hash": previous}
        entry = AuditEntry(**{key: value for key, value in row.items() if key not in {"id", "hash"}})
        row["hash"] = entry.hash = entry.digest()
        row["stamp"] = stamps.stamp(audit.to_stamp(entry))
        heads[chain] = (seq + 1, row["hash"])
    for chain, (seq, last) in heads.items():
        head = AuditHead(chain=chain, seq=seq, hash=last)
        head.stamp = stamps.stamp(audit.to_stamp(head))
        db.session.merge(head)
    db.session.flush()
    return rows


# --- the three multiplications -------------------------------------------------------------------------------------


def _more_measures(committee_id: int, times: int) -> None:
    measures, tasks = db.metadata.tables["measures"], db.metadata.tables["tasks"]
    areas, plans = db.metadata.tables["areas"], db.metadata.tables["plans"]
    own = select(measures.c.id).join(areas, areas.c.id == measures.c.area_id).join(plans, plans.c.id == areas.c.plan_id)
    rows = Rows.under({"measures": db.session.scalars(own.where(plans.c.committee_id == committee_id))})
    step = {table.name: db.session.scalar(select(func.max(table.c.position))) or 0 for table in (measures, tasks)}
    for number in range(1, times):

        def further_down(name: str, row: Values, number: int = number) -> None:
            if name in step:
                row["position"] += number * step[name]
            if name == "measures":
                row["number"] = str(row["position"])

        _write(rows.copies(number, further_down))
    db.session.expire_all()


def _freeze_again(committee_id: int) -> None:
    """The submissions of reports that have grown rows, as the room itself writes them."""
    versions = db.metadata.tables["report_versions"]
    own = select(Report.id).join(Round).where(Round.committee_id == committee_id)
    for number in db.session.scalars(own).all():
        report = report_queries.whole(number)
        answered = [line for last in report_queries.last_reports(report) for line in last.arrangements]
        for version in report.versions:
            content = content_of(report, answered)
            kept = {column.key: getattr(version, column.key) for column in versions.columns}
            fresh = _version({**kept, "content": content})
            fresh.hash = digest(fresh)
            values = {"content": content, "hash": fresh.hash, "stamp": stamps.stamp(to_stamp(fresh, number))}
            db.session.execute(versions.update().where(versions.c.id == version.id).values(values))
    db.session.expire_all()


def _more_years(committee_id: int, years: int) -> None:
    """The last finished annual round again for each year before it; arrangements are answered in the year after."""
    last = db.session.scalars(
        select(Round)
        .where(Round.committee_id == committee_id, Round.kind == RoundKind.ANNUAL, Round.state == RoundState.LOCKED)
        .order_by(Round.year.desc())
    ).first()
    if last is None:
        raise ValueError("a committee without a finished annual round cannot be given earlier years")
    rows = Rows.under({"rounds": [last.id]}, without=frozenset({"deliveries", "delivery_messages"}))
    report_of_unit = {row["unit_id"]: row["id"] for row in rows.rows["reports"]}
    unit_of_report = dict(db.session.execute(select(Report.id, Report.unit_id)).all())
    plans = db.metadata.tables["plans"]
    db.session.execute(
        plans.update()
        .where(plans.c.committee_id == committee_id, plans.c.first_year > last.year - years + 1)
        .values(first_year=last.year - years + 1)
    )
    for number in range(1, years):

        def earlier(name: str, row: Values, number: int = number) -> None:
            _move_years(row, -number)
            if name == "arrangements" and row["answered_in_id"] is not None:
                unit_id = unit_of_report[row["answered_in_id"]]
                after = report_of_unit.get(unit_id)
                row["answered_in_id"] = after and after + (number - 1) * rows.reach["reports"]
                if after is None:
                    row["outcome"] = None

        _write(rows.copies(number, earlier))


def _move_years(row: Values, by: int) -> None:
    for key, value in row.items():
        if isinstance(value, date):  # a moment is a date too
            row[key] = _moved_day(value, by)
        elif key in {"year", "number_year"} and value is not None:
            row[key] = value + by
        elif type(value) is str:  # the member of an enum is a str too
            row[key] = YEAR_IN_WORDS.sub(lambda found: str(int(found[0]) + by), value)


def _moved_day(day: Day, by: int) -> Day:
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + by, day=28 if is_leap_day else day.day)


def _more_committees(committee_id: int, committees: int) -> None:
    """The whole committee again, each as a lower committee of the first."""
    people = select(Holding.user_id).join(Post).where(Post.committee_id == committee_id).distinct()
    rows = Rows.under({"committees": [committee_id], "users": db.session.scalars(people)})
    region = rows.rows["committees"][0]["area_name"]
    for number in range(1, committees):

        def elsewhere(name: str, row: Values, number: int = number) -> None:
            if name == "committees":
                row |= {"area_code": f"8{number:05d}", "parent_id": committee_id, "level": Level.COUNTY}
                for key in NAMES_OF_A_COMMITTEE:
                    row[key] = row[key].replace(region, f"第{number}县")
            if name == "plans":
                row["parent_id"] = row["id"] - number * rows.reach[name]

        _write(rows.copies(number, elsewhere))


def _follow_sequences() -> None:
    """On PostgreSQL the next number of a table comes from a sequence, which did not see these rows."""
    if db.engine.dialect.name != "postgresql":
        return
    for table in _tables():
        if "id" in table.columns:
            db.session.execute(
                text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), (SELECT max(id) FROM {table.name}))")
            )
