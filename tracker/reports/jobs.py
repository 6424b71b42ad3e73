"""What the scheduler's process does for rounds: they open and lock on their days, units assigned later join, and the
committee's own report is put together when somebody orders it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any

from tracker.core.access import Actor, system_actor
from tracker.core.clock import SHANGHAI
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.jobs import Job
from tracker.core.works import Made, Progress, WorkKind
from tracker.documents import docx, pdf
from tracker.reports import actions, documents
from tracker.reports.documents.archive import pack
from tracker.reports.models import Round
from tracker.reports.queries import compilations
from tracker.reports.queries import rounds as queries
from tracker.reports.queries.review import accepted_sources

log = logging.getLogger(__name__)
MORNING = time(8)


def open_rounds(on: date) -> int:
    """Open each planned round whose day has come."""
    return _each(queries.due_to_open(on), on, lambda actor, round_: len(actions.open_round(actor, round_)))


def join_late(on: date) -> int:
    """Let units and tasks issued after the opening join their round until it is due."""
    return _each(queries.taking_joiners(on), on, actions.join_late)


def lock_rounds(on: date) -> int:
    """Put away the rounds whose day has come and where nothing is in motion; the others wait, and the log says why."""
    return _each(queries.due_to_lock(on), on, _lock)


def _lock(actor: Actor, round_: Round) -> int:
    actions.lock_round(actor, round_)
    return 1


def _each(round_ids: list[int], on: date, act: Callable[[Actor, Round], int]) -> int:
    """One command per round: one that cannot be done is named, the others go on."""
    done = 0
    for number in round_ids:
        round_ = db.session.get_one(Round, number)
        actor = system_actor(round_.committee.body(), on=on, at=datetime.combine(on, MORNING, SHANGHAI))
        try:
            done += act(actor, round_)
        except RuleError as error:
            db.session.rollback()
            log.warning("round %s: %s", number, error.sentence)
    return done


JOBS: tuple[Job, ...] = (
    Job("open_rounds", "按日开始报送", open_rounds, {"hour": "7", "minute": "30"}),
    Job("join_late", "新承担任务的单位加入报送", join_late, {"hour": "7", "minute": "40"}),
    Job("lock_rounds", "按日锁定", lock_rounds, {"hour": "6", "minute": "30"}),
)


def make_committee_report(arguments: Mapping[str, Any], tell: Progress) -> Made:
    """The committee's annual report from every accepted text, as it was on the day it was ordered."""
    round_ = db.session.get_one(Round, arguments["round_id"])
    sources = [documents.Source(unit, content) for unit, content in accepted_sources(round_)]
    document = documents.committee_report(
        round_, round_.committee, sources, on=date.fromisoformat(arguments["on"])
    )  # fmt: skip
    name = f"{documents.committee_report_name(round_)}.{arguments['kind']}"
    make = pdf.render if arguments["kind"] == "pdf" else docx.rendered
    rendered = make(document, progress=tell)
    return Made(rendered.content, name, rendered.complaint)


def make_compilation(arguments: Mapping[str, Any], tell: Progress) -> Made:
    """A long paper put together from passages, as PDF."""
    whole = compilations.whole(arguments["compilation_id"])
    day, sources = date.fromisoformat(arguments["on"]), bool(arguments["sources"])
    name = f"{whole.title}{'（注明来源）' if sources else ''}.pdf"
    rendered = pdf.render(documents.compilation_paper(whole, on=day, sources=sources), progress=tell)
    return Made(rendered.content, name, rendered.complaint)


def make_archive(arguments: Mapping[str, Any], tell: Progress) -> Made:
    """A round put away as one zip."""
    round_ = db.session.get_one(Round, arguments["round_id"])
    name = f"{round_.title}归档（{arguments['on']}）.zip"
    packed, complaint = pack(round_, date.fromisoformat(arguments["on"]), tell)
    return Made(packed, name, complaint)


WORKS: tuple[WorkKind, ...] = (
    WorkKind(documents.COMMITTEE_REPORT, make_committee_report),
    WorkKind(documents.COMPILATION, make_compilation),
    WorkKind(documents.ARCHIVE, make_archive),
)
