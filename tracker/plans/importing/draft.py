"""What has been read out of a document: plain frozen objects that know their place in it.

They are what the wizard shows, lets a person correct, stores as JSON and at last applies.
"""

from __future__ import annotations

import types
import typing
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, TypeVar, cast

T = TypeVar("T")


@dataclass(frozen=True)
class Line:
    """One line (text files) or one block (other formats) of the source, numbered from 1."""

    number: int
    text: str
    style: str = ""
    """What the format says about it: "heading1" to "heading9", "title", "bold", "toc", "cell" or nothing."""
    whole: bool = False
    """True when the format marks paragraphs, so that a sentence seldom runs on into the next block."""


@dataclass(frozen=True)
class Doubt:
    """One place where the reader was not sure, in a sentence that says what was decided."""

    line: int
    message: str
    name: str = ""
    """The unit's name that it asks about; a committee's own list knows more names than the reader does."""


@dataclass(frozen=True)
class TargetDraft:
    """One number that a goal sets."""

    indicator: str
    op: str
    value: float | int | str
    unit: str
    clause: str
    scope: str = ""
    base_year: int | None = None


@dataclass(frozen=True)
class ResponsibleDraft:
    """One unit, as named in the document, and its part in a measure."""

    unit: str
    role: str


@dataclass(frozen=True)
class GoalDraft:
    no: int
    text: str
    line: int
    last_line: int
    printed: str = ""
    """The number as printed; empty when it is lost."""
    confidence: float = 1.0
    targets: tuple[TargetDraft, ...] = ()


@dataclass(frozen=True)
class MeasureDraft:
    no: int
    title: str
    text: str
    line: int
    last_line: int
    printed: str = ""
    confidence: float = 1.0
    responsible: tuple[ResponsibleDraft, ...] = ()


@dataclass(frozen=True)
class AreaDraft:
    ordinal: int
    name: str
    line: int
    confidence: float = 1.0
    goals: tuple[GoalDraft, ...] = ()
    measures: tuple[MeasureDraft, ...] = ()


@dataclass(frozen=True)
class PlanDraft:
    kind: str
    title: str
    region: str
    period: tuple[int, int] | None
    document_number: str | None
    issued_on: str | None
    line: int
    confidence: float = 1.0
    areas: tuple[AreaDraft, ...] = ()


@dataclass(frozen=True)
class Reading:
    """All that was read out of one file."""

    plans: tuple[PlanDraft, ...]
    doubts: tuple[Doubt, ...]
    lines: tuple[Line, ...]
    fingerprint: str


def dump(value: Any) -> Any:
    """Turn a draft into what json.dumps takes; `load` turns it back into an equal draft."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: dump(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, tuple | list):
        return [dump(item) for item in value]
    return value


def load(cls: type[T], value: Any) -> T:
    """Rebuild a draft that `dump` wrote; a wrong shape raises ValueError with the name of the field."""
    return cast(T, _load(cls, value, cls.__name__))


def _load(kind: Any, value: Any, where: str) -> Any:
    if is_dataclass(kind) and isinstance(kind, type):
        return _load_record(kind, value, where)
    origin = typing.get_origin(kind)
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise ValueError(f"{where}: a list was expected")
        inner = typing.get_args(kind)
        kinds = [inner[0]] * len(value) if inner[-1] is Ellipsis else list(inner)
        if len(kinds) != len(value):
            raise ValueError(f"{where}: {len(kinds)} items were expected")
        return tuple(_load(k, v, f"{where}[{i}]") for i, (k, v) in enumerate(zip(kinds, value, strict=True)))
    if origin in (typing.Union, types.UnionType):
        return _load_choice(typing.get_args(kind), value, where)
    if kind is float and isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
        return value
    raise ValueError(f"{where}: {kind.__name__} was expected")


def _load_choice(kinds: tuple[Any, ...], value: Any, where: str) -> Any:
    if value is None and type(None) in kinds:
        return None
    for kind in kinds:
        if kind is type(None):
            continue
        try:
            return _load(kind, value, where)
        except ValueError:
            continue
    raise ValueError(f"{where}: a value of another kind was expected")


def _load_record(kind: type[Any], value: Any, where: str) -> Any:
    if not isinstance(value, dict):
        raise ValueError(f"{where}: a record was expected")
    hints = typing.get_type_hints(kind)
    unknown = set(value) - set(hints)
    if unknown:
        raise ValueError(f"{where}: unknown field {sorted(unknown)[0]}")
    try:
        return kind(**{name: _load(hints[name], item, f"{where}.{name}") for name, item in value.items()})
    except TypeError as error:
        raise ValueError(f"{where}: a field is missing") from error
