"""The staircase: the rooms in order, with their blueprints, jobs, and what they answer when the dispatcher asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from flask import Blueprint

from tracker.accounts import jobs as accounts_jobs
from tracker.accounts import leavers
from tracker.accounts import views as accounts
from tracker.accounts.actions import succession as accounts_succession
from tracker.alignment import views as alignment
from tracker.committees import reform as committees_reform
from tracker.committees import views as committees
from tracker.committees.models import ReformKind, Unit
from tracker.committees.reform import Effect, Reform
from tracker.core import calendar, clock, files
from tracker.core.access import Actor
from tracker.core.calendar import Foreseen, WorkCalendar
from tracker.core.errors import RuleError
from tracker.core.jobs import Job
from tracker.core.pages import Waiting
from tracker.core.works import WorkKind
from tracker.home import jobs as home_jobs
from tracker.home import queries as home_queries
from tracker.home import views as home
from tracker.keeping import jobs as keeping_jobs
from tracker.keeping import views as keeping
from tracker.messages import jobs as messages_jobs
from tracker.messages.models import Message
from tracker.plans import views as plans
from tracker.plans.actions.revisions import revised
from tracker.plans.importing.reader import read_lines
from tracker.plans.importing.refusal import UnreadableDocument
from tracker.plans.models import Amendment
from tracker.reminders import actions as reminders_actions
from tracker.reminders import jobs as reminders_jobs
from tracker.reminders import queries as reminders_queries
from tracker.reminders import succession as reminders_succession
from tracker.reminders import views as reminders
from tracker.reports import jobs as reports_jobs
from tracker.reports import queries as reports_queries
from tracker.reports import views as reports
from tracker.reports.actions import succession as reports_succession
from tracker.search import jobs as search_jobs
from tracker.search import views as search
from tracker.supervision import jobs as supervision_jobs
from tracker.supervision import queries as supervision_queries
from tracker.supervision import views as supervision
from tracker.supervision.actions import succession as supervision_succession
from tracker.tasks import queries as tasks_queries
from tracker.tasks import views as tasks
from tracker.tasks.actions import following as tasks_following
from tracker.tasks.actions import succession as tasks_succession
from tracker.trail import views as trail

StillDue = Callable[[Message], bool]


@dataclass(frozen=True)
class Room:
    """One room as the house sees it. `still_due` answers per subject type whether a message still says the truth."""

    name: str
    blueprint: Blueprint | None = None
    jobs: tuple[Job, ...] = ()
    still_due: dict[str, StillDue] = field(default_factory=dict)
    works: tuple[WorkKind, ...] = ()
    """What the room can be asked to make that takes longer than a request may."""
    wake: Callable[[datetime], None] | None = None
    """What the scheduler does at each of its looks: little, and nothing where nothing happened."""


ROOMS: tuple[Room, ...] = (
    Room("messages", jobs=messages_jobs.JOBS),
    Room("committees", committees.bp),
    Room("accounts", accounts.bp, wake=accounts_jobs.look),
    Room("trail", trail.bp),
    Room("reminders", reminders.bp, reminders_jobs.JOBS, {"Watch": reminders_queries.still_due}),
    Room("plans", plans.bp),
    Room("alignment", alignment.bp),
    Room("tasks", tasks.bp, still_due=tasks_queries.STILL_DUE),
    Room("reports", reports.bp, reports_jobs.JOBS, reports_queries.STILL_DUE, reports_jobs.WORKS),
    Room("supervision", supervision.bp, supervision_jobs.JOBS, supervision_queries.STILL_DUE, supervision_jobs.WORKS),
    Room("keeping", keeping.bp, keeping_jobs.JOBS),
    Room("search", search.bp, search_jobs.JOBS, wake=search_jobs.follow),
    Room("home", home.bp, home_jobs.JOBS),
)

JOBS: tuple[Job, ...] = tuple(job for room in ROOMS for job in room.jobs)
WORKS: dict[str, WorkKind] = {kind.name: kind for room in ROOMS for kind in room.works}


def _replan(_sender: object, *, on: date, committee_id: int | None) -> None:
    """A changed calendar or setting, lower on the stairs, moves the reminders' stored days."""
    reminders_actions.replan(on, committee_id)


def _foresee_days(_sender: object, *, actor: Actor, days: WorkCalendar) -> list[Foreseen]:
    """What a calendar that is about to be adopted would move."""
    return reminders_queries.foreseen(actor, days)


def _read_words(_sender: object, *, content: bytes, name: str) -> str:
    """The reader of plans reads other documents for rooms below it as well."""
    try:
        return "\n".join(line.text for line in read_lines(content, name))
    except UnreadableDocument as error:
        raise RuleError(str(error)) from error


calendar.recount.connect(_replan)
calendar.foresee.connect(_foresee_days)
files.reading.connect(_read_words)


def _follow(_sender: object, *, actor: Actor, amendment: Amendment) -> None:
    """A revised document came onto a plan: the tasks made from it follow."""
    tasks_following.follow(actor, amendment)


revised.connect(_follow)


def _waiting_at(_sender: object, *, actor: Actor) -> list[Waiting]:
    """What waits at a leaver's post, as it would stand on the desk."""
    return home_queries.waiting_for(actor)


leavers.waiting_at.connect(_waiting_at)


def _foresee(_sender: object, *, unit: Unit, kind: ReformKind, on: date) -> list[Effect]:
    """What a reform of a unit would move and leave, room by room."""
    rooms = (accounts_succession, tasks_succession, reports_succession, supervision_succession)
    return [effect for room in rooms for effect in room.foresee(unit, kind, on)]


def _carry(_sender: object, *, reform: Reform) -> None:
    """People first, so that the successor's are told; tasks before what speaks of them; the rest falls silent last."""
    for room in (accounts_succession, tasks_succession, reports_succession, supervision_succession):
        room.carry(reform)
    reminders_succession.carry(reform)


committees_reform.foreseen.connect(_foresee)
committees_reform.carried.connect(_carry)


def unit_names(unit_ids: set[int]) -> dict[int, str]:
    """The short names of units in official order, for postings into a work group."""
    return reminders_queries.unit_names(unit_ids)


def still_due(message: Message) -> bool:
    """Whether the recipient still holds a post there and the message's own room stands by it, asked when it is sent."""
    if not reminders_queries.recipient_stays(message, clock.today()):
        return False
    for room in ROOMS:
        if message.subject_type in room.still_due:
            return room.still_due[message.subject_type](message)
    return True
