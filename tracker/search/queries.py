"""What a person finds. Each kind's own room says which of its rows the person may see, in the select itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, literal, not_, or_, select, tuple_
from sqlalchemy.orm import aliased

from tracker.committees.models import Unit
from tracker.core.access import Actor
from tracker.core.db import db
from tracker.plans import queries as plans
from tracker.plans.models import Goal, Measure, Plan
from tracker.reminders.models import PhoneNote
from tracker.reminders.queries.phone import visible_phone_notes
from tracker.reports.models import WITH_OFFICE, Evidence, Report
from tracker.reports.queries.reports import visible_evidence, visible_reports
from tracker.search import words
from tracker.search.models import SearchEntry, SearchKind
from tracker.search.policy import can_search
from tracker.supervision.models import (
    Circular,
    FieldCheck,
    Instruction,
    Matter,
    MatterEvidence,
    Notice,
    NoticeEvidence,
)
from tracker.supervision.queries import circulars, matters, notices
from tracker.tasks.models import GONE, Assignment, ConsultationAnswer, Task
from tracker.tasks.queries import visible_tasks
from tracker.tasks.queries.visible import visible_answers

GROUPS = {
    "plan": ("规划", (SearchKind.PLAN, SearchKind.GOAL, SearchKind.MEASURE)),
    "task": ("任务", (SearchKind.TASK, SearchKind.OPINION)),
    "report": ("报告", (SearchKind.REPORT, SearchKind.REPORT_TEXT)),
    "notice": ("函件", (SearchKind.NOTICE,)),
    "circular": ("通报", (SearchKind.CIRCULAR,)),
    "matter": ("督查和批示", (SearchKind.MATTER, SearchKind.CHECK, SearchKind.INSTRUCTION)),
    "phone": ("电话沟通", (SearchKind.PHONE_NOTE,)),
    "file": ("附件", (SearchKind.EVIDENCE, SearchKind.NOTICE_EVIDENCE, SearchKind.MATTER_EVIDENCE)),
}
"""How the filter groups the kinds."""


@dataclass(frozen=True)
class SearchFilter:
    """What the address asks for."""

    query: str = ""
    group: str = ""
    year: int | None = None
    unit_id: int | None = None

    @property
    def terms(self) -> list[str]:
        return words.terms(self.query)


def visible_search_entries(actor: Actor) -> Select[SearchEntry]:
    """Entries of rows that the actor may see now, and that are still as they were when they were read."""
    rows = select(SearchEntry)
    if not can_search(actor):
        return rows.where(false())
    visible = _visible(actor)
    seen = or_(*(_seen(kind, ids) for kind, ids in visible.items()))
    rows = rows.where(SearchEntry.committee_id == actor.committee_id, seen)
    return rows.where(not_(_is_said_twice(visible[SearchKind.REPORT_TEXT])))


def search(actor: Actor, wanted: SearchFilter) -> Select[SearchEntry]:
    """What was asked for: every word somewhere in it; those with the words in the title first, then the latest."""
    terms = wanted.terms
    if not terms:
        return select(SearchEntry).where(false())
    rows = visible_search_entries(actor)
    rows = rows.where(*(_position(term) > 0 for term in terms))
    if wanted.group in GROUPS:
        rows = rows.where(SearchEntry.kind.in_(GROUPS[wanted.group][1]))
    if wanted.year is not None:
        rows = rows.where(SearchEntry.first_year <= wanted.year, SearchEntry.last_year >= wanted.year)
    if wanted.unit_id is not None:
        rows = rows.where(_of_unit(wanted.unit_id))
    in_title = case((_position(terms[0]) <= SearchEntry.title_length, 0), else_=1)
    return rows.order_by(in_title, SearchEntry.last_year.desc(), SearchEntry.id.desc())


def years_found(actor: Actor) -> list[int]:
    """The years there is anything of that the actor may see, the latest first."""
    seen = visible_search_entries(actor).with_only_columns(SearchEntry.first_year, SearchEntry.last_year)
    spans = db.session.execute(seen.distinct()).all()
    return sorted({year for first, last in spans if first for year in range(first, (last or first) + 1)}, reverse=True)


def units_to_choose(actor: Actor) -> list[tuple[int, str]]:
    """The committee's units, for the office's filter; a unit sees its own things only."""
    if not actor.sees_committee:
        return []
    rows = select(Unit.id, Unit.short_name).where(Unit.committee_id == actor.committee_id).order_by(Unit.position)
    return [(row.id, row.short_name) for row in db.session.execute(rows)]


def _visible(actor: Actor) -> dict[SearchKind, Select[tuple[int, int]]]:
    """Number and version of every visible row, by kind."""
    texts = visible_reports(actor)
    if not actor.is_unit:
        texts = texts.where(Report.state.in_(WITH_OFFICE))  # a draft's words are the unit's own
    opinions = visible_answers(actor)
    if not actor.is_unit:
        opinions = opinions.where(ConsultationAnswer.answered_at.is_not(None))
    return {
        SearchKind.OPINION: _ids(opinions, ConsultationAnswer),
        SearchKind.PLAN: _ids(plans.visible_plans(actor), Plan),
        SearchKind.GOAL: _ids(plans.visible_goals(actor), Goal),
        SearchKind.MEASURE: _ids(plans.visible_measures(actor), Measure),
        SearchKind.TASK: _ids(visible_tasks(actor), Task),
        SearchKind.REPORT: _ids(visible_reports(actor), Report),
        SearchKind.REPORT_TEXT: _ids(texts, Report),
        SearchKind.NOTICE: _ids(notices.visible_notices(actor), Notice),
        SearchKind.CIRCULAR: _ids(circulars.visible_circulars(actor), Circular),
        SearchKind.EVIDENCE: _ids(visible_evidence(actor), Evidence),
        SearchKind.NOTICE_EVIDENCE: _ids(notices.visible_evidence(actor), NoticeEvidence),
        SearchKind.MATTER: _ids(matters.visible_matters(actor), Matter),
        SearchKind.CHECK: _ids(matters.visible_checks(actor), FieldCheck),
        SearchKind.INSTRUCTION: _ids(matters.visible_instructions(actor), Instruction),
        SearchKind.PHONE_NOTE: _ids(visible_phone_notes(actor), PhoneNote),
        SearchKind.MATTER_EVIDENCE: _ids(matters.visible_evidence(actor), MatterEvidence),
    }


def _ids(rows: Select[Any], model: Any) -> Select[tuple[int, int]]:
    version = getattr(model, "version", literal(0))
    return rows.with_only_columns(model.id, version).order_by(None)


def _seen(kind: SearchKind, ids: Select[tuple[int, int]]) -> ColumnElement[bool]:
    return and_(SearchEntry.kind == kind, tuple_(SearchEntry.subject_id, SearchEntry.version).in_(ids))


def _is_said_twice(texts: Select[tuple[int, int]]) -> ColumnElement[bool]:
    """A report whose words the actor may read stands there once, with its words: they begin with its title, too."""
    text = aliased(SearchEntry)
    same = (text.subject_id == SearchEntry.subject_id, text.version == SearchEntry.version)
    with_words = exists().where(text.kind == SearchKind.REPORT_TEXT, *same)
    return and_(
        SearchEntry.kind == SearchKind.REPORT,
        tuple_(SearchEntry.subject_id, SearchEntry.version).in_(texts),
        with_words,
    )


def _of_unit(unit_id: int) -> ColumnElement[bool]:
    """Things of the unit, and tasks that it has a part in."""
    parts = select(Assignment.task_id).where(Assignment.unit_id == unit_id, Assignment.state.not_in(GONE))
    has_part = and_(SearchEntry.kind == SearchKind.TASK, SearchEntry.subject_id.in_(parts))
    return or_(SearchEntry.unit_id == unit_id, has_part)


def _position(term: str) -> ColumnElement[int]:
    find = func.strpos if db.engine.dialect.name == "postgresql" else func.instr
    return find(SearchEntry.search_text, term)
