"""Keeping what can be found up to date: the trail says what changed, a nightly round finds what it did not say.

Every act leaves an entry, so whoever follows the entries knows which rows to read anew. Autosave speaks once a sitting:
what entries of the last sitting name is read again each time. Nothing here is asked for by the acts themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, func, or_, select

from tracker.accounts import queries as accounts
from tracker.accounts.models import User
from tracker.committees.models import Committee, Unit
from tracker.core import audit, clock, contents, files, suspects
from tracker.core.access import OFFICE_ROLES, system_actor
from tracker.core.audit import SITTING, AuditEntry
from tracker.core.commands import command
from tracker.core.db import db, insert_once
from tracker.core.files import StoredFile
from tracker.messages import actions as messages
from tracker.messages import wording
from tracker.plans.models import Area, Goal, Measure
from tracker.reports.models import Evidence
from tracker.search.models import FileText, SearchEntry, SearchKind, SearchProgress
from tracker.search.reading import LONGEST_TITLE, SOURCES, Found
from tracker.search.words import normalised
from tracker.supervision.models import Matter, MatterAnswer, MatterEvidence, NoticeEvidence, NoticeReply
from tracker.tasks.models import Assignment

BATCH = 200
LOOK_BACK = SITTING + timedelta(minutes=2)
MOST_FILES = 20
"""Files read in one round."""
HANGING: tuple[tuple[SearchKind, Any], ...] = (
    (SearchKind.EVIDENCE, Evidence),
    (SearchKind.NOTICE_EVIDENCE, NoticeEvidence),
    (SearchKind.MATTER_EVIDENCE, MatterEvidence),
)
"""What hangs on files that are read."""
Ids = dict[SearchKind, set[int]]


def follow(at: datetime) -> int:
    """Read anew what the trail names in the last sitting and since; returns how many entries changed.

    The first time everything is read.
    """
    has_begun = db.session.get(SearchProgress, 1) is not None
    db.session.rollback()
    return _follow(at) if has_begun else look_over(at)


@command
def _follow(at: datetime) -> int:
    progress = _progress(at)
    # A transaction that took its number early may have been written late: the sitting's look back finds it.
    rows = select(AuditEntry.object_type, AuditEntry.object_id).where(
        AuditEntry.id > progress.settled_entry_id, AuditEntry.object_id.is_not(None)
    )
    named: dict[str, set[int]] = defaultdict(set)
    for kind, number in db.session.execute(rows.distinct()):
        named[kind].add(number or 0)
    changed = sum(_refresh(kind, sorted(ids)) for kind, ids in _subjects(named).items() if ids) if named else 0
    _settle(progress, at)
    return changed


def look_over(at: datetime) -> int:
    """Read everything anew, batch by batch, and forget what is gone; returns how many entries changed."""
    changed = 0
    for kind, source in SOURCES.items():
        numbers = list(db.session.scalars(source.all_ids().order_by(source.model.id)))
        for start in range(0, len(numbers), BATCH):
            changed += refresh(kind, numbers[start : start + BATCH])
        changed += _forget_gone(kind)
    _mark(at)
    return changed


def read_files(at: datetime) -> int:
    """Read the text of files that came since last time, outside any transaction; returns how many."""
    waiting = _unread_files()
    for file_id, sha256, media_type in waiting:
        _keep_text(file_id, contents.text_of(files.path_of(sha256), media_type), at)
    return len(waiting)


@command
def refresh(kind: SearchKind, ids: Sequence[int]) -> int:
    """Read these subjects anew; returns how many entries changed."""
    return _refresh(kind, ids)


def _refresh(kind: SearchKind, ids: Sequence[int]) -> int:
    changed = 0
    for start in range(0, len(ids), BATCH):
        changed += _refresh_batch(kind, list(ids[start : start + BATCH]))
    return changed


def _refresh_batch(kind: SearchKind, ids: list[int]) -> int:
    """New entries first, in the order of their subjects, then what changed: several schedulers that fill or follow
    at the same moment take the same rows in the same order, whatever order the database read them in, and never wait
    for each other crosswise."""
    mine = (SearchEntry.kind == kind, SearchEntry.subject_id.in_(ids))
    had = {entry.subject_id: entry for entry in db.session.scalars(_afresh(select(SearchEntry).where(*mine)))}
    read = {one.subject_id: _words(kind, one) for one in SOURCES[kind].read(ids)}
    fresh = sorted(read.keys() - had.keys())
    for number in fresh:
        db.session.execute(insert_once(SearchEntry, **read[number]))
    changed = len(fresh)
    for number, entry in had.items():
        words = read.get(number)
        if words is None:
            db.session.delete(entry)
            changed += 1
        elif any(getattr(entry, name) != value for name, value in words.items()):
            for name, value in words.items():
                setattr(entry, name, value)
            changed += 1
    db.session.flush()
    return changed


def _afresh(rows: Select[SearchEntry]) -> Select[SearchEntry]:
    return rows.execution_options(populate_existing=True)


def _words(kind: SearchKind, found: Found) -> dict[str, Any]:
    title, place = found.title[:LONGEST_TITLE], found.place[:LONGEST_TITLE]
    text = found.text[: contents.LONGEST].replace("\x00", "")
    head = normalised(title)
    return {
        "kind": kind, "subject_id": found.subject_id, "version": found.version, "committee_id": found.committee_id,
        "unit_id": found.unit_id, "first_year": found.years[0], "last_year": found.years[1], "title": title,
        "place": place, "path": found.path, "text": text, "title_length": len(head),
        "search_text": f"{head}\n{normalised(place)}\n{normalised(text)}",
    }  # fmt: skip


def _subjects(named: dict[str, set[int]]) -> Ids:
    """Which subjects to read anew when the trail names these rows."""
    found: Ids = defaultdict(set)
    found[SearchKind.PLAN] = named["Plan"]
    found[SearchKind.GOAL] = named["Goal"] | _ids(
        select(Goal.id).join(Goal.area).where(Area.plan_id.in_(named["Plan"]))
    )
    found[SearchKind.MEASURE] = named["Measure"] | _ids(
        select(Measure.id).join(Measure.area).where(Area.plan_id.in_(named["Plan"]))
    )
    tasks = select(Assignment.task_id).where(Assignment.id.in_(named["Assignment"]))
    found[SearchKind.TASK] = named["Task"] | _ids(tasks) | _tasks_of(named["Plan"])
    found[SearchKind.OPINION] = named["ConsultationAnswer"]
    found[SearchKind.REPORT] = named["Report"] | _reports_of(named["Round"])
    found[SearchKind.REPORT_TEXT] = named["Report"]
    found[SearchKind.EVIDENCE] = named["Evidence"] | _ids(
        select(Evidence.id).where(Evidence.report_id.in_(named["Report"]))
    )
    found[SearchKind.NOTICE] = named["Notice"]
    replies = select(NoticeReply.id).where(NoticeReply.notice_id.in_(named["Notice"]))
    found[SearchKind.NOTICE_EVIDENCE] = _ids(select(NoticeEvidence.id).where(NoticeEvidence.reply_id.in_(replies)))
    found[SearchKind.CIRCULAR] = named["Circular"]
    found[SearchKind.MATTER] = named["Matter"] | _ids(
        select(Matter.id).where(
            or_(Matter.check_id.in_(named["FieldCheck"]), Matter.instruction_id.in_(named["Instruction"]))
        )
    )
    found[SearchKind.CHECK], found[SearchKind.INSTRUCTION] = named["FieldCheck"], named["Instruction"]
    answers = select(MatterAnswer.id).where(MatterAnswer.matter_id.in_(named["Matter"]))
    found[SearchKind.PHONE_NOTE] = named["PhoneNote"]
    found[SearchKind.MATTER_EVIDENCE] = _ids(select(MatterEvidence.id).where(MatterEvidence.answer_id.in_(answers)))
    return found


def _tasks_of(plans: set[int]) -> set[int]:
    model = SOURCES[SearchKind.TASK].model
    return _ids(select(model.id).where(model.plan_id.in_(plans))) if plans else set()


def _reports_of(rounds: set[int]) -> set[int]:
    model = SOURCES[SearchKind.REPORT].model
    return _ids(select(model.id).where(model.round_id.in_(rounds))) if rounds else set()


def _ids(rows: Any) -> set[int]:
    return set(db.session.scalars(rows))


@command
def _forget_gone(kind: SearchKind) -> int:
    gone = delete(SearchEntry).where(
        SearchEntry.kind == kind, SearchEntry.subject_id.not_in(SOURCES[kind].all_ids().order_by(None))
    )
    return len(db.session.execute(gone.returning(SearchEntry.id)).all())


@command
def _mark(at: datetime) -> None:
    _settle(_progress(at), at)


def _settle(progress: SearchProgress, at: datetime) -> None:
    older = select(func.max(AuditEntry.id)).where(
        AuditEntry.id > progress.settled_entry_id, AuditEntry.at < at - LOOK_BACK
    )
    progress.settled_entry_id = db.session.scalar(older) or progress.settled_entry_id
    progress.looked_at = at


def _progress(at: datetime) -> SearchProgress:
    """How far one is; whoever holds the row is alone."""
    db.session.execute(insert_once(SearchProgress, id=1, settled_entry_id=0, looked_at=at))
    return db.session.scalars(select(SearchProgress).where(SearchProgress.id == 1).with_for_update()).one()


def _unread_files() -> list[tuple[int, str, str]]:
    """Files of evidence that nobody has read yet, the latest first."""
    kept: Iterable[Any] = (select(model.file_id) for _, model in HANGING)
    rows = (
        select(StoredFile.id, StoredFile.sha256, StoredFile.media_type)
        .where(
            or_(*(StoredFile.id.in_(ids) for ids in kept)),
            StoredFile.id.not_in(select(FileText.file_id)),
        )
        .order_by(StoredFile.id.desc())
        .limit(MOST_FILES)
    )
    found = [(row.id, row.sha256, row.media_type) for row in db.session.execute(rows)]
    db.session.rollback()
    return found


@command
def _keep_text(file_id: int, text: str, at: datetime) -> None:
    """Write down a file's text, and let what hangs on the file be found by it. Identity numbers are not kept; who
    uploaded what looks as if it must not be here is told (promise 15)."""
    if db.session.get(StoredFile, file_id) is None:
        return
    db.session.execute(insert_once(FileText, file_id=file_id, read_at=at, text=suspects.masked(text)))
    for kind, model in HANGING:
        hanging: list[Any] = list(db.session.scalars(select(model).where(model.file_id == file_id)))
        for one in hanging:
            if noticed := suspects.suspicions(one.name, text):
                warn(one, noticed, at)
        _refresh(kind, sorted(one.id for one in hanging))


@command
def warn(evidence: Evidence | NoticeEvidence | MatterEvidence, noticed: list[str], at: datetime) -> None:
    """Tell whoever uploaded the file, and the office, that it looks as if it must not be here; once a file."""
    committee, unit, path, uploader = _whose(evidence)
    actor = system_actor(committee.body(), on=clock.shanghai_date(at), at=at)
    name = suspects.masked(evidence.name)
    words = {"name": name, "unit": unit.short_name, "noticed": "，".join(noticed)}
    told = {one.id: one for one in accounts.holders_of_office(committee.id, OFFICE_ROLES, actor.on)}
    if uploader is not None and (person := db.session.get(User, uploader)) is not None:
        told[person.id] = person
    title, body = wording.render("search/suspect", words=words)
    messages.tell(
        told.values(), committee_id=committee.id, kind="file.suspect", subject_type=type(evidence).__name__,
        subject_id=evidence.id, occasion=evidence.file.sha256[:32], title=title, body=body, path=path, at=at,
        unit_id=unit.id,
    )  # fmt: skip
    audit.record(actor, "file.suspect", evidence, f"{unit.short_name}的附件“{name}”{words['noticed']}，已提醒")


def _whose(evidence: Evidence | NoticeEvidence | MatterEvidence) -> tuple[Committee, Unit, str, int | None]:
    """The committee and unit of a file, where it stands, and who uploaded it."""
    if isinstance(evidence, Evidence):
        report = evidence.report
        return report.round.committee, report.unit, report.path, evidence.added_by_id
    if isinstance(evidence, MatterEvidence):
        matter = evidence.answer.matter
        return matter.committee, matter.unit, matter.path, evidence.answer.answered_by_id
    notice = evidence.reply.notice
    return notice.committee, notice.unit, notice.path, evidence.reply.answered_by_id
