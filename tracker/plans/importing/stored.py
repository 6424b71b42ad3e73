"""What an import keeps of a reading, out of its one value and back into it."""

from __future__ import annotations

from collections.abc import Iterable

from tracker.plans.importing.draft import Doubt, PlanDraft, dump, load
from tracker.plans.models import ImportDraft


def plans_of(draft: ImportDraft) -> tuple[PlanDraft, ...]:
    """The plans of an import as corrected so far."""
    return tuple(load(PlanDraft, plan) for plan in draft.content["plans"])


def doubts_of(draft: ImportDraft) -> tuple[Doubt, ...]:
    """What the reader was not sure of."""
    return tuple(load(Doubt, doubt) for doubt in draft.content["doubts"])


def replaced_by(draft: ImportDraft) -> list[int | None]:
    """Per plan of the import: the plan it revises, None for a new one."""
    return list(draft.content["replaces"])


def content_of(plans: tuple[PlanDraft, ...], doubts: Iterable[Doubt], replaces: list[int | None]) -> dict[str, object]:
    return {"plans": dump(plans), "doubts": dump(tuple(doubts)), "replaces": replaces}
