"""机构改革 as it is announced: a unit renamed, merged into another, or split into several (promise 13).

The command `actions.reform_unit` writes what belongs to this room and sends `carried`; each room above then hands over
what it holds of the unit. `foreseen` asks the same rooms beforehand what that will be. rooms.py says who listens.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from blinker import signal

from tracker.committees.models import ReformKind, Unit
from tracker.core.access import Actor
from tracker.core.filters import zh_date

foreseen = signal("reform-foreseen")
"""Asks what a reform would move and leave, with `unit`, `kind` and `on`; the answers are lists of `Effect`."""
carried = signal("reform-carried")
"""Sent inside the command, with `reform`: open work moves to the successor, closed work keeps the old name."""


@dataclass(frozen=True)
class Share:
    """One thing that moves; after a split the office says to whom."""

    key: str
    label: str
    note: str = ""


@dataclass(frozen=True)
class Effect:
    """What a reform does in one subject."""

    title: str
    moves: list[Share] = field(default_factory=list)
    stays: list[str] = field(default_factory=list)
    """Sentences about what keeps the old name."""
    is_shared: bool = True
    """Whether, after a split, each thing goes to one of the successors; else every successor is concerned."""


@dataclass
class Reform:
    """One reform, as the rooms carry it out."""

    actor: Actor
    unit: Unit
    kind: ReformKind
    heirs: list[Unit]
    starts_on: date
    document: str
    shares: Mapping[str, int] = field(default_factory=dict)
    """Key → the unit that takes it over, where there are several."""
    moved: dict[int, int] = field(default_factory=dict)
    """Old part of a task → the part that took its place; the room of tasks fills it for those above."""

    def heir_of(self, key: str) -> Unit:
        """Who takes one thing over; the first successor unless another was chosen."""
        return next((heir for heir in self.heirs if heir.id == self.shares.get(key)), self.heirs[0])

    @property
    def sentence(self) -> str:
        """市某局更名为市某某局."""
        names = "、".join(heir.short_name for heir in self.heirs)
        words = {ReformKind.RENAMED: "更名为", ReformKind.MERGED: "并入", ReformKind.SPLIT: "拆分为"}
        return f"{self.unit.short_name}{words[self.kind]}{names}"

    @property
    def reason(self) -> str:
        """What stands as the reason of each move."""
        return f"机构改革：{self.sentence}，自{zh_date(self.starts_on)}起（{self.document}）"


def since(day: date) -> str:
    """2027年起, or with month and day where the reform came within a year."""
    return f"{day.year}年起" if (day.month, day.day) == (1, 1) else f"{zh_date(day)}起"


def effects_on(unit: Unit, kind: ReformKind, on: date) -> list[Effect]:
    """What every room says a reform of this unit would move and leave, in the order of the rooms."""
    answers: Iterable[tuple[object, list[Effect]]] = foreseen.send(None, unit=unit, kind=kind, on=on)
    return [effect for _, effects in answers for effect in effects if effect.moves or effect.stays]
