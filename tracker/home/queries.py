"""What waits for the actor, asked of every room that can let something wait."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import exists, func, select

from tracker.accounts import queries as accounts
from tracker.accounts.models import Holding, Post, User
from tracker.committees.models import Unit
from tracker.committees.queries import UnitFilter, units_found
from tracker.core.access import Actor, Role
from tracker.core.db import db
from tracker.core.pages import Waiting
from tracker.plans import queries as plans
from tracker.plans.models import Plan
from tracker.reminders import queries as reminders
from tracker.reports import queries as reports
from tracker.reports.models import Round
from tracker.supervision import queries as supervision
from tracker.tasks import queries as tasks
from tracker.tasks.models import Task, TaskState

STARTED = (TaskState.ISSUED, TaskState.COMPLETED, TaskState.SUSPENDED, TaskState.CANCELLED)


def waiting_for(actor: Actor) -> list[Waiting]:
    """Everything asked of the actor, most urgent first; what has no date comes last."""
    found = [
        *tasks.waiting_for(actor),
        *reports.waiting_for(actor),
        *supervision.waiting_for(actor),
        *plans.waiting_for(actor),
        *reminders.waiting_for(actor),
        *accounts.waiting_for(actor),
    ]
    return sorted(found, key=lambda item: (item.due_on is None, item.due_on or actor.on))


@dataclass(frozen=True)
class Done:
    """How far a committee has come since it was installed."""

    plan: int | None
    tasks: int
    issued: bool
    round: bool


def done_so_far(actor: Actor) -> Done:
    """The committee's first plan, its tasks, and whether anything was issued and asked for."""
    mine = select(Plan.id).where(Plan.committee_id == actor.committee_id)
    plan, tasks, issued, rounds = db.session.execute(
        select(
            select(func.min(Plan.id)).where(Plan.committee_id == actor.committee_id).scalar_subquery(),
            select(func.count(Task.id)).where(Task.plan_id.in_(mine)).scalar_subquery(),
            exists().where(Task.plan_id.in_(mine), Task.state.in_(STARTED)),
            exists().where(Round.committee_id == actor.committee_id),
        )
    ).one()
    return Done(plan, tasks, bool(issued), bool(rounds))


@dataclass(frozen=True)
class Manned:
    """How many units the committee has today, in how many of them nobody hears, and in how many nobody signs."""

    units: int
    deaf: int
    unsigned: int


def manned(actor: Actor) -> Manned:
    """The committee's units of today, and the posts in them that nobody holds."""
    asked = (
        units_found(actor, UnitFilter()),
        accounts.units_without(actor, Role.LIAISON),
        accounts.units_without(actor, Role.UNIT_LEADER),
    )
    counts = (
        select(func.count()).select_from(rows.options().with_only_columns(Unit.id).order_by(None).subquery())
        for rows in asked
    )
    return Manned(*db.session.execute(select(*(one.scalar_subquery() for one in counts))).one())


def without_posts(actor: Actor) -> int:
    """How many accounts of the committee were made and given no post yet."""
    rows = select(func.count()).select_from(User).where(User.committee_id == actor.committee_id, User.is_active)
    return db.session.scalar(rows.where(~User.holdings.any())) or 0


def is_held(actor: Actor, roles: Iterable[Role]) -> bool:
    """Whether somebody holds one of these posts of the committee's own today or later."""
    rows = select(Holding.id).join(Holding.post).where(
        Post.committee_id == actor.committee_id, Post.unit_id.is_(None), Post.role.in_(list(roles)),
        (Holding.ends_on.is_(None)) | (Holding.ends_on >= actor.on),
    )  # fmt: skip
    return db.session.scalar(rows.limit(1)) is not None
