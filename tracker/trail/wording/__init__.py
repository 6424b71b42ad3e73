"""An entry's changes in words: which field of what, what stood there before, what stands there now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Enum
from sqlalchemy.orm import Mapper

from tracker.committees.models import CommitteeSettings
from tracker.core.audit import Audited, AuditEntry
from tracker.core.db import Base, db
from tracker.core.filters import zh_date, zh_datetime
from tracker.trail.wording.fields import FIELDS, SETTINGS
from tracker.trail.wording.kinds import KINDS

__all__ = ["FIELDS", "KINDS", "SETTINGS", "Called", "Change", "changes_of", "in_words", "kind_word"]


@dataclass(frozen=True)
class Change:
    """One field: where, which, before, after."""

    where: str
    field: str
    before: str
    after: str


def kind_word(kind: str) -> str:
    """user → 账号, for the filter."""
    return KINDS.get(kind, "其他")


Called = dict[tuple[str, Any], str]
"""How rows are called, by table and number: who puts many entries in words asks for each row once."""


def changes_of(entry: AuditEntry, called: Called | None = None) -> list[Change]:
    """What an entry changed, in words. Parts of the object stand under their own name.

    Of what a unit writes in its report the trail knows where and when; the words are in the versions it submitted.
    """
    mapper, called = _mapper_of(entry.object_type), {} if called is None else called
    found: list[Change] = []
    for name, change in (entry.changes or {}).items():
        if isinstance(change, dict):
            found += [_change(None, name, inner, pair, called) for inner, pair in change.items()]
        elif name == "stored_settings":
            found += _settings(change)
        else:
            found.append(_change(mapper, "", name, change, called))
    if entry.object_type in WRITTEN:
        return [replace(one, after="文字见报告各次报送的版本") if one.after == HIDDEN else one for one in found]
    return found


HIDDEN = "（不显示）"
"""What the trail keeps of a column that its row calls AUDIT_SECRET."""
WRITTEN = frozenset({
    "Report", "Section", "AreaText", "Entry", "Arrangement", "GoalStatement", "Request", "Remark", "Evidence",
    "Share", "SharedPart", "WordReading",
})  # fmt: skip


def _change(mapper: Mapper[Any] | None, where: str, name: str, pair: list[Any], called: Called) -> Change:
    column = mapper.columns.get(name) if mapper is not None else None
    before, after = (in_words(side, column, called) for side in pair[:2])
    return Change(where, FIELDS.get(name, "其他内容"), before, after)


def _settings(pair: list[Any]) -> list[Change]:
    """What a committee never set is as the program has it."""
    usual = CommitteeSettings().to_json()
    before, after = ({**usual, **(side if isinstance(side, dict) else {})} for side in pair)
    return [
        Change("", word, in_words(before.get(name)), in_words(after.get(name)))
        for name, word in SETTINGS.items()
        if before.get(name) != after.get(name)
    ]


def in_words(value: Any, column: Column[Any] | None = None, called: Called | None = None) -> str:
    """A stored value as a person would write it."""
    if value is None or value == "":
        return "（空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if column is not None and isinstance(column.type, Enum) and column.type.enum_class is not None:
        return _enum_word(column.type.enum_class, value)
    if column is not None and column.foreign_keys:
        return _row_word(column, value, {} if called is None else called)
    if isinstance(value, list):
        return "、".join(in_words(one) for one in value) or "（空）"
    if isinstance(value, dict):
        return "；".join(f"{name}：{in_words(one)}" for name, one in value.items()) or "（空）"
    return _moment_word(str(value))


def _enum_word(words: Any, value: Any) -> str:
    try:
        return str(words(value).label)
    except ValueError:
        return str(value)


def _row_word(column: Column[Any], number: Any, called: Called) -> str:
    table = next(iter(column.foreign_keys)).column.table
    if (table.name, number) not in called:
        mapper = next((one for one in Base.registry.mappers if one.local_table is table), None)
        row = db.session.get(mapper.class_, number) if mapper is not None else None
        called[table.name, number] = row.audit_label() if isinstance(row, Audited) else f"第{number}号"
    return called[table.name, number]


def _moment_word(text: str) -> str:
    try:
        if len(text) == len("2026-11-22"):
            return zh_date(date.fromisoformat(text))
        if len(text) > len("2026-11-22T") and text[10] == "T":
            return zh_datetime(datetime.fromisoformat(text))
    except ValueError:
        pass
    return text


def _mapper_of(name: str) -> Mapper[Any] | None:
    return next((one for one in Base.registry.mappers if one.class_.__name__ == name), None)
