"""What an import keeps of a reading, out of its one value and back into it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tracker.plans.importing.draft import Doubt, PlanDraft, dump, load
from tracker.plans.models import ImportDraft


def plans_of(draft: ImportDraft) -> tuple[PlanDraft, ...]:
    """The plans of an import as corrected so far."""
    return tuple(load(PlanDraft, plan) for plan in draft.content["plans"])


def doubts_of(draft: ImportDraft) -> tuple[Doubt, ...]:
    """What the reader was not sure of."""
    return tuple(load(Doubt, doubt) for doubt in draft.content["doubts"])


@dataclass(frozen=True)
class Settled:
    """A doubt that somebody has compared with the source (已核对)."""

    line: int
    message: str
    by: str
    at: str


def settled_of(draft: ImportDraft) -> tuple[Settled, ...]:
    """The doubts of an import that were looked at."""
    return tuple(load(Settled, one) for one in draft.content.get("settled", []))


def open_doubts(draft: ImportDraft) -> list[Doubt]:
    """The doubts that nobody has looked at yet."""
    seen = {(one.line, one.message) for one in settled_of(draft)}
    return [doubt for doubt in doubts_of(draft) if (doubt.line, doubt.message) not in seen]


def replaced_by(draft: ImportDraft) -> list[int | None]:
    """Per plan of the import: the plan it revises, None for a new one."""
    return list(draft.content["replaces"])


def content_of(
    plans: tuple[PlanDraft, ...], doubts: Iterable[Doubt], replaces: list[int | None], settled: Iterable[Settled] = ()
) -> dict[str, object]:
    return {
        "plans": dump(plans), "doubts": dump(tuple(doubts)), "replaces": replaces, "settled": dump(tuple(settled)),
    }  # fmt: skip
