"""Plans and imports that an actor may see."""

from __future__ import annotations

from sqlalchemy import Select, false, select
from sqlalchemy.orm import selectinload

from tracker.core.access import Actor
from tracker.core.db import db
from tracker.core.pages import Waiting
from tracker.plans.models import Area, Goal, ImportDraft, ImportState, Plan


def visible_plans(actor: Actor) -> Select[Plan]:
    """The plans of the actor's own committee: published papers, for office, chair and units, not administrators."""
    rows = select(Plan).order_by(Plan.first_year.desc(), Plan.kind, Plan.id)
    if actor.is_unit or actor.sees_committee:
        return rows.where(Plan.committee_id == actor.committee_id)
    return rows.where(false())


def visible_drafts(actor: Actor) -> Select[ImportDraft]:
    """The imports of the actor's own office."""
    rows = select(ImportDraft).order_by(ImportDraft.id.desc())
    if actor.is_office or actor.is_system:
        return rows.where(ImportDraft.committee_id == actor.committee_id)
    return rows.where(false())


def imported_from(committee_id: int | None, fingerprint: str) -> list[Plan]:
    """The plans of a committee that came from this very file."""
    return list(
        db.session.scalars(
            select(Plan)
            .where(Plan.committee_id == committee_id, Plan.fingerprint == fingerprint)
            .order_by(Plan.ordinal)
        )
    )


def open_draft_of(committee_id: int | None, source_id: int) -> ImportDraft | None:
    """An import of this very file that somebody has begun and not finished."""
    return db.session.scalar(
        select(ImportDraft)
        .where(
            ImportDraft.committee_id == committee_id,
            ImportDraft.source_id == source_id,
            ImportDraft.state == ImportState.CHECKING,
        )
        .limit(1)
    )


def areas_of(plan_id: int) -> list[Area]:
    """The areas of a plan with goals, targets and measures: four queries whatever the plan's length."""
    return list(
        db.session.scalars(
            select(Area)
            .where(Area.plan_id == plan_id)
            .order_by(Area.position)
            .options(selectinload(Area.goals).selectinload(Goal.targets), selectinload(Area.measures))
        )
    )


def waiting_for(actor: Actor) -> list[Waiting]:
    """Imports that were begun and neither written nor dropped."""
    if not actor.is_office:
        return []
    drafts = db.session.scalars(visible_drafts(actor).where(ImportDraft.state == ImportState.CHECKING).limit(10))
    return [
        Waiting("核对", f"导入《{draft.source_name}》", f"/plans/import/{draft.id}", note="读取后尚未写入")
        for draft in drafts
    ]
