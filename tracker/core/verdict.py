"""Rows of a list that comes in, judged one by one before anything is written: what is new, what would change, what is
doubtful, what is refused and why. What a row means is its room's. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import Generic, TypeVar

from tracker.core.db import Labelled


class Verdict(Labelled):
    """What is to be thought of a row of a list that is read in."""

    GOOD = "good", "无误", "ok"
    DOUBTFUL = "doubtful", "请核对", "warn"
    REFUSED = "refused", "不能导入", "late"


@dataclass(frozen=True)
class Change:
    """One field of what is on record, before and after."""

    field: str
    before: str
    after: str


@dataclass(kw_only=True)
class JudgedRow:
    """One row with what would be written. Everything that is wrong with it is said at once."""

    faults: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    @property
    def is_there(self) -> bool:
        """Whether what the row names is on record already."""
        raise NotImplementedError

    @property
    def said(self) -> tuple[object, ...]:
        """What would be written, for the fingerprint."""
        raise NotImplementedError

    @property
    def verdict(self) -> Verdict:
        return Verdict.REFUSED if self.faults else Verdict.DOUBTFUL if self.doubts else Verdict.GOOD

    @property
    def is_new(self) -> bool:
        return not self.is_there and not self.faults

    @property
    def is_changed(self) -> bool:
        return self.is_there and bool(self.changes) and not self.faults


R = TypeVar("R", bound=JudgedRow)


@dataclass(frozen=True)
class JudgedList(Generic[R]):
    """All rows."""

    rows: tuple[R, ...]

    @property
    def new(self) -> list[R]:
        return [one for one in self.rows if one.is_new]

    @property
    def changed(self) -> list[R]:
        return [one for one in self.rows if one.is_changed]

    @property
    def known(self) -> list[R]:
        return [one for one in self.rows if one.is_there and not one.changes and not one.faults]

    @property
    def doubtful(self) -> list[R]:
        return [one for one in self.rows if one.verdict is Verdict.DOUBTFUL]

    @property
    def refused(self) -> list[R]:
        return [one for one in self.rows if one.faults]

    @cached_property
    def fingerprint(self) -> str:
        """Of what would be written: a list that changed since it was looked at is looked at again."""
        said = [
            (one.said, [(change.field, change.before, change.after) for change in one.changes])
            for one in (*self.new, *self.changed)
        ]
        return hashlib.sha256(repr(said).encode()).hexdigest()
