"""Tables and the lights in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as Date
from decimal import Decimal
from enum import Enum
from typing import Literal, TypeAlias

from tracker.documents.values import DocumentError, chinese_date, keep_tuples

Align: TypeAlias = Literal["left", "center", "right"]


class Tone(Enum):
    """A light's shape and colours: (shape, ink on paper). The shape carries the meaning where colour is lost."""

    RED = ("◆", "B3261E")
    YELLOW = ("▲", "8A5A00")
    GREEN = ("●", "1B6E3C")
    GREY = ("○", "5A6270")

    @property
    def shape(self) -> str:
        return self.value[0]

    @property
    def ink(self) -> str:
        return self.value[1]


@dataclass(frozen=True, slots=True)
class State:
    """A light in a table: always a shape and a word."""

    word: str
    tone: Tone

    @classmethod
    def red(cls, word: str) -> State:
        return cls(word, Tone.RED)

    @classmethod
    def yellow(cls, word: str) -> State:
        return cls(word, Tone.YELLOW)

    @classmethod
    def green(cls, word: str) -> State:
        return cls(word, Tone.GREEN)

    @classmethod
    def grey(cls, word: str) -> State:
        return cls(word, Tone.GREY)

    def __str__(self) -> str:
        return f"{self.tone.shape}{self.word}"


CellValue: TypeAlias = str | int | float | Decimal | Date | State | None


@dataclass(frozen=True, slots=True)
class Column:
    """``weight`` shares the table's width; ``merge`` draws equal neighbours below each other as one cell."""

    head: str
    weight: float = 1.0
    align: Align = "left"
    merge: bool = False


@dataclass(frozen=True, slots=True)
class HeadCell:
    """A cell of a merged table head; ``across`` columns wide. A cell with no heads below runs down by itself."""

    text: str
    across: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under repeated heads. ``groups`` is an upper row of merged heads; empty texts let the head below grow up.

    ``caption`` stands over the table, ``note`` (来源, 说明) under it. ``unit`` (单位：个) stands at the right over it.
    """

    columns: tuple[Column, ...] | list[Column]
    rows: tuple[Sequence[CellValue], ...] | list[Sequence[CellValue]] | Sequence[Sequence[CellValue]]
    caption: str = ""
    unit: str = ""
    note: str = ""
    groups: tuple[HeadCell, ...] | list[HeadCell] = ()

    def __post_init__(self) -> None:
        keep_tuples(self)
        width = len(self.columns)
        if not width:
            raise DocumentError("表格至少要有一栏")
        if self.groups and sum(cell.across for cell in self.groups) != width:
            raise DocumentError("合并表头的栏数之和与表格栏数不一致")
        for number, row in enumerate(self.rows, 1):
            if len(row) != width:
                raise DocumentError(f"表格第{number}行有{len(row)}格，应为{width}格")


def cell_text(value: CellValue) -> str:
    """How a cell reads on paper."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, Date):
        return chinese_date(value)
    if isinstance(value, float):
        return f"{value:.10g}"
    return str(value)
