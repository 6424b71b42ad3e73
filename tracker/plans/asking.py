"""Names that a document gives a part to and nobody knows: each is asked about once. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tracker.committees.models import Unit, normalised
from tracker.committees.queries import unit_named
from tracker.plans.importing.draft import PlanDraft
from tracker.plans.importing.unit_names import base_of, is_group

_NEAR = 0.5


@dataclass(frozen=True)
class Said:
    """A name as the document writes it, and where."""

    name: str
    place: str


@dataclass(frozen=True)
class AskedName:
    """One unknown name: how often and where it stands, and which unit it may mean."""

    name: str
    count: int
    places: tuple[str, ...]
    likely: int | None


def said_in(plans: Sequence[PlanDraft]) -> list[Said]:
    """Every name that the measures of an import give a part to."""
    return [
        Said(one.unit, f"{area.name}措施{measure.no}")
        for plan in plans
        for area in plan.areas
        for measure in area.measures
        for one in measure.responsible
    ]


def asked_names(said: Iterable[Said], by_name: Mapping[str, Unit], ignored: set[str]) -> list[AskedName]:
    """The unknown among the names, most frequent first. Groups such as 各区县 are no names of units."""
    places: dict[str, list[str]] = {}
    for one in said:
        if is_group(one.name) or normalised(one.name) in ignored or unit_named(one.name, by_name) is not None:
            continue
        places.setdefault(one.name, []).append(one.place)
    asked = [
        AskedName(name, len(found), tuple(dict.fromkeys(found))[:3], _likely(name, by_name))
        for name, found in places.items()
    ]
    return sorted(asked, key=lambda one: -one.count)


def _likely(name: str, by_name: Mapping[str, Unit]) -> int | None:
    """The unit whose name is nearest by its pairs of signs, when it is near at all."""
    ours = _pairs(name)
    best, share = None, 0.0
    for other, unit in by_name.items():
        theirs = _pairs(other)
        near = len(ours & theirs) / max(1, min(len(ours), len(theirs)))
        if near > share:
            best, share = unit.id, near
    return best if share >= _NEAR else None


def _pairs(name: str) -> set[str]:
    bare = base_of(normalised(name)).rstrip("局厅委办部会联")
    return {bare[at : at + 2] for at in range(len(bare) - 1)}
