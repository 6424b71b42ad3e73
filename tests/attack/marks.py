"""Words that nobody else may ever read, put into the texts of one unit and of the office, and who may read them.

They are written past the actions, into every free text there is of a kind: a page that shows one to a stranger's eyes
has shown the whole text.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pypdfium2
from sqlalchemy import ColumnElement, String, Table, Text, and_, func, or_, select, update
from werkzeug.test import TestResponse

from tests.guards.world import World
from tracker.core import clock, files
from tracker.core.db import db
from tracker.search import actions as search

DRAFT = "密语甲一七丙"
"""Of what the unit has written and not yet given to the office."""
UNIT = "密语乙二八丁"
"""Of the unit and its office."""
OFFICE = "密语戊三九己"
"""Of what the office has in hand and no unit knows yet."""

OURS = frozenset({"liaison", "leader"})
OFFICERS = frozenset({"officer", "second_officer", "head", "chair"})
READERS = {DRAFT: OURS, UNIT: OURS | OFFICERS, OFFICE: OFFICERS}

SHORTEST = 100
"""Columns shorter than this hold names and numbers."""
KEPT = frozenset({"report_versions", "stored_files", "search_entries", "audit_entries"})
"""What is sealed by its hash, or made from the rest."""
DRAFT_STATES = ("not_started", "draft", "returned", "awaiting_sign_off")
DRAFT_TABLES = frozenset({
    "sections", "area_texts", "entries", "arrangements", "goal_statements", "requests", "evidence", "question_answers",
    "shares", "word_readings",
})  # fmt: skip


@dataclass(frozen=True)
class Root:
    """Rows that belong to somebody, with all that hangs on them."""

    mark: str
    table: str
    where: ColumnElement[bool]
    apart: frozenset[str] = frozenset()
    """What hangs on them and belongs to somebody else."""


def put(world: World) -> dict[str, int]:
    """Write the marks; returns how many rows carry each."""
    unit = world.cast.units["市教育局"]
    written = dict.fromkeys(READERS, 0)
    for root in _roots(unit):
        written[root.mark] += _mark(root.mark, root.table, root.where, root.apart)
    db.session.commit()
    db.session.expire_all()
    search.look_over(clock.now())
    search.read_files(clock.now())
    return written


def betrayed(who: str, answer: TestResponse) -> list[str]:
    """The marks in an answer that this member of the cast may not read."""
    hidden = [mark for mark, readers in READERS.items() if who not in readers]
    text = _text(answer) if hidden else ""
    return [mark for mark in hidden if mark in text]


def _roots(unit: int) -> list[Root]:
    reports, notices = _table("reports"), _table("notices")
    ours = reports.c.unit_id == unit
    drafts = and_(ours, reports.c.state.in_(DRAFT_STATES))
    past = and_(ours, reports.c.state.not_in(DRAFT_STATES))
    own = (notices.c.unit_id == unit, notices.c.state.not_in(("draft", "signed")))
    return [
        Root(DRAFT, "reports", drafts, frozenset(_all_tables() - DRAFT_TABLES)),
        Root(UNIT, "reports", past, frozenset({"compilations"})),
        Root(UNIT, "notices", and_(*own)),
        Root(OFFICE, "notices", notices.c.state.in_(("draft", "signed"))),
        Root(UNIT, "matters", _of_unit("matters", unit, state_not="noted")),
        Root(UNIT, "consultation_answers", _table("consultation_answers").c.unit_id == unit),
        Root(OFFICE, "circulars", _table("circulars").c.state.in_(("draft", "signed"))),
        Root(OFFICE, "instructions", _table("instructions").c.id > 0, frozenset({"matters"})),
        Root(OFFICE, "compilations", _table("compilations").c.id > 0),
        Root(OFFICE, "field_checks", _table("field_checks").c.state == "planned", frozenset({"matters"})),
    ]


def _of_unit(table: str, unit: int, *, state_not: str) -> ColumnElement[bool]:
    return and_(_table(table).c.unit_id == unit, _table(table).c.state != state_not)


ANSWERS = {"answered_in_id": "outcome_note"}
"""By such a road only this hangs on a row: an arrangement is of the report that made it, its outcome of the next."""


def _mark(
    mark: str, name: str, where: ColumnElement[bool], apart: frozenset[str], depth: int = 0, only: str = ""
) -> int:
    table = _table(name)
    numbers = list(db.session.scalars(select(table.c.id).where(where)))
    if not numbers:
        return 0
    count = 0 if name in apart else _write(mark, table, numbers, only)
    for child, column in _children(name) if depth < 3 else ():
        if child.name not in apart and child.name not in KEPT and "id" in child.c:
            count += _mark(mark, child.name, column.in_(numbers), apart, depth + 1, ANSWERS.get(column.name, ""))
    return count


def _write(mark: str, table: Table, numbers: list[int], only: str) -> int:
    """Once a text: a row that two roads lead to carries the mark of the first."""
    texts = [column for column in table.columns if _is_free(column) and only in {"", column.name}]
    for column in texts:
        bare = and_(*(~column.contains(other) for other in READERS))
        long = getattr(column.type, "length", None)
        fits = or_(func.length(column) + len(mark) <= long) if long else True
        there = and_(table.c.id.in_(numbers), column != "", bare, fits)
        db.session.execute(update(table).where(there).values({column: column + mark}))
    return len(numbers) if texts else 0


def _is_free(column: Any) -> bool:
    kind = column.type
    if column.name in {"path", "hash", "digest", "sha256"} or column.name.endswith(("_hash", "_by", "_name")):
        return False
    return isinstance(kind, Text) or (type(kind) is String and (kind.length or 0) >= SHORTEST)


def _children(name: str) -> list[tuple[Table, Any]]:
    return [
        (table, key.parent)
        for table in db.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == name and table.name != name
    ]


def _table(name: str) -> Table:
    return db.metadata.tables[name]


def _all_tables() -> set[str]:
    return set(db.metadata.tables) - {"reports"}


def _text(answer: TestResponse) -> str:
    """What a person reads in an answer: a page as it is, a document unpacked."""
    content = answer.get_data()
    if content.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(content)) as package:
            parts = [package.read(info) for info in package.infolist() if info.file_size < files.CHUNK * 8]
        return b"\n".join(parts).decode("utf-8", "replace")
    if content.startswith(b"%PDF"):
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError:
            return ""  # a scan of the makers': no words in it
        return "".join(page.get_textpage().get_text_bounded() for page in document)
    text = content.decode("utf-8", "replace")
    return text if answer.mimetype != "application/json" else text.encode().decode("unicode_escape", "replace") + text
