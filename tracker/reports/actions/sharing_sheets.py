"""A section's places as an Excel form, and what comes back in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tracker.core import audit
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.forms import clean_line
from tracker.reports.actions.filling import open_for_writing, taken_value
from tracker.reports.actions.offline import TWICE, RowTrouble, said_in
from tracker.reports.actions.pieces import fingerprint, plain
from tracker.reports.models import Share, SharedPart
from tracker.reports.queries.offline import CHOICES, COLUMNS, MARK, Line, mark_of


def section_lines(shared: Share, lines: Iterable[Line]) -> list[Line]:
    """The rows of the whole form that this section was given, with what it has written so far."""
    parts = {one.record: one for one in shared.parts}
    return [_line(shared, parts[line.record], line) for line in lines if line.record in parts]


@command
def load_parts(
    actor: Actor, shared: Share, rows: Iterable[tuple[int, Mapping[str, str]]], by: str
) -> tuple[int, list[RowTrouble]]:
    """Read a section's form. Rows nobody touched bring nothing, so reading it twice changes nothing; the report itself
    stays as it is until the liaison takes them over. Returns how many places came, and the rows that could not be read.
    """
    open_for_writing(actor, shared.report)
    parts = {one.record: one for one in shared.parts}
    came, troubles = 0, []
    lines: dict[str, int] = {}
    for number, values in rows:
        try:
            if (record := _take(actor, shared, parts, values, (clean_line(by) or "")[:60], lines)) is not None:
                lines[record] = number
                came += 1
        except RuleError as error:
            troubles.append(RowTrouble(number, error.sentence))
    if came:
        shared.returned_at = actor.at
        audit.record(
            actor, "report.part_loaded", shared.report, f"读入{shared.section}填报表，{came}处有新内容",
            covers=[shared, *shared.parts],
        )  # fmt: skip
    db.session.flush()
    return came, troubles


def _line(shared: Share, part: SharedPart, line: Line) -> Line:
    kind = part.record.partition(":")[0]
    choice, text, more = COLUMNS[kind]
    said = {name: str(part.words.get(name, "")) for name in COLUMNS[kind] if name}
    label = CHOICES[kind](said[choice]).label if choice and said[choice] else ""
    mark = f"s{shared.id}-{mark_of(shared.report_id, part.record, part.given_version, fingerprint(said))}"
    return Line(part.record, mark, line.part, line.subject, label, said[text], said[more] if more else "")


def _take(
    actor: Actor, shared: Share, parts: Mapping[str, SharedPart], values: Mapping[str, str], by: str,
    lines: Mapping[str, int],
) -> str | None:  # fmt: skip
    """The record that a row brought something new for; `lines` says which row brought what before."""
    owner, _, rest = values[MARK].partition("-")
    _, record, _, was = [*rest.split("|"), "", "", "", ""][:4]
    part = parts.get(record)
    if owner != f"s{shared.id}" or part is None:
        raise RuleError("这一行不是分送给这个科室的表中的，没有导入。请使用从本页下载的表。")
    kind = record.partition(":")[0]
    said = {name: plain(value) for name, value in said_in(record, values).items()}
    standing = {name: plain(str(part.words.get(name, ""))) for name in said}
    if fingerprint(said) == was or said == standing:
        return None
    if record in lines:
        raise RuleError(TWICE.format(lines[record]))
    for name, value in said.items():
        taken_value(shared.report, kind, name, value)
    part.words, part.written_at, part.decision = {**part.words, **said}, actor.at, None
    part.author = by or shared.filled_by
    return record
