"""Charts: one description for paper and page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tracker.documents.tables import Column, Table
from tracker.documents.values import DocumentError, keep_tuples

SeriesTone = Literal["", "done", "normal", "warn", "late", "wait"]


@dataclass(frozen=True, slots=True)
class Series:
    """One line or bar colour. ``None`` is a gap (no figure), never a zero.

    ``tone`` gives a part that means something the colour it has everywhere; without one, colours go by place.
    """

    name: str
    values: tuple[float | None, ...] | list[float | None]
    tone: SeriesTone = ""

    def __post_init__(self) -> None:
        keep_tuples(self)


@dataclass(frozen=True, slots=True)
class Target:
    """The level a goal sets, drawn across a chart with its words."""

    value: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """One description for paper and page. ``title`` says the finding, ``alt`` what a reader who cannot see it needs.

    ``projected_from``: index of the first category that is a projection; drawn dashed from the point before.
    A ``ring`` takes one series; its categories are the parts.
    """

    kind: Literal["bar", "stacked", "line", "ring"]
    title: str
    categories: tuple[str, ...] | list[str]
    series: tuple[Series, ...] | list[Series]
    unit: str = ""
    source: str = ""
    alt: str = ""
    target: Target | None = None
    projected_from: int | None = None
    with_table: bool = False

    def __post_init__(self) -> None:
        keep_tuples(self)
        if not self.series or not self.categories:
            raise DocumentError("图表没有数据")
        for series in self.series:
            if len(series.values) != len(self.categories):
                raise DocumentError(f"图表“{self.title}”的“{series.name}”与类别数不一致")
        if self.kind == "ring" and len(self.series) != 1:
            raise DocumentError("环形图只能有一组数据")

    def table(self) -> Table:
        """The figures themselves, to stand beside or under the picture."""
        heads = [Column("", 2), *(Column(series.name, 1, "right") for series in self.series)]
        rows = [
            [category, *(series.values[index] for series in self.series)]
            for index, category in enumerate(self.categories)
        ]
        return Table(heads, rows, unit=f"单位：{self.unit}" if self.unit else "", note=self.source)
