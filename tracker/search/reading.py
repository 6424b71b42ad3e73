"""What each room's things are found by: rows of a kind → entries. One query a kind and batch, whatever their number."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, load_only, selectinload

from tracker.core import clock
from tracker.core.db import db
from tracker.plans.models import Area, Goal, Measure, Plan
from tracker.reminders.models import PhoneNote, Watch
from tracker.reports.models import Entry, Evidence, Report
from tracker.search.models import FileText, SearchKind
from tracker.supervision.models import (
    Circular,
    FieldCheck,
    Instruction,
    Matter,
    MatterAnswer,
    MatterEvidence,
    Notice,
    NoticeEvidence,
    NoticeReply,
)
from tracker.tasks.models import Consultation, ConsultationAnswer, Task

LONGEST_TITLE = 300


@dataclass(frozen=True)
class Found:
    """What an entry will say."""

    subject_id: int
    version: int
    committee_id: int
    title: str
    path: str
    unit_id: int | None = None
    years: tuple[int | None, int | None] = (None, None)
    place: str = ""
    text: str = ""


@dataclass(frozen=True)
class Source:
    """One kind: the table of its subjects, and how a batch of them reads."""

    kind: SearchKind
    model: Any
    read: Callable[[list[int]], Iterable[Found]]
    subjects: Select[Any] | None = None
    """The numbers of all subjects, where not every row is one."""

    def all_ids(self) -> Select[Any]:
        return self.subjects if self.subjects is not None else select(self.model.id)


def _rows(rows: Select[Any]) -> Iterable[Any]:
    return db.session.scalars(rows.execution_options(populate_existing=True)).unique()


def _plans(ids: list[int]) -> Iterable[Found]:
    for plan in _rows(select(Plan).where(Plan.id.in_(ids)).options(selectinload(Plan.areas))):
        areas = "、".join(area.name for area in plan.areas)
        yield Found(
            plan.id, plan.version, plan.committee_id, plan.title, f"/plans/{plan.id}", None,
            (plan.first_year, plan.last_year), plan.document_number or "", f"{plan.region} {areas}",
        )  # fmt: skip


def _items(model: type[Goal] | type[Measure], anchor: str) -> Callable[[list[int]], Iterable[Found]]:
    def read(ids: list[int]) -> Iterable[Found]:
        rows = select(model).where(model.id.in_(ids), model.dropped_on.is_(None))
        for item in _rows(rows.options(joinedload(model.area).joinedload(Area.plan))):
            plan = item.area.plan
            title = f"{item.number} {item.title}" if isinstance(item, Measure) else f"{item.area.name}目标{item.number}"
            yield Found(
                item.id, item.version, plan.committee_id, title, f"/plans/{plan.id}#{anchor}-{item.id}", None,
                (plan.first_year, plan.last_year), f"{plan.title} · {item.area.name}", item.text,
            )  # fmt: skip

    return read


def _tasks(ids: list[int]) -> Iterable[Found]:
    rows = select(Task).where(Task.id.in_(ids)).options(joinedload(Task.plan), joinedload(Task.area))
    for task in _rows(rows):
        yield Found(
            task.id, task.version, task.plan.committee_id, task.title, f"/tasks/{task.id}", None,
            (task.plan.first_year, task.plan.last_year), f"{task.plan.title} · {task.area.name}", task.content,
        )  # fmt: skip


def _opinions(ids: list[int]) -> Iterable[Found]:
    """What a unit said on the draft of a table; why the office took it or not is not looked through."""
    rows = select(ConsultationAnswer).where(ConsultationAnswer.id.in_(ids))
    rows = rows.options(
        joinedload(ConsultationAnswer.consultation).joinedload(Consultation.plan),
        joinedload(ConsultationAnswer.unit), selectinload(ConsultationAnswer.remarks),
    )  # fmt: skip
    for one in _rows(rows):
        text = "\n".join(filter(None, (one.text, *(remark.text for remark in one.remarks))))
        if text:
            asked = one.consultation
            yield Found(
                one.id, one.version, asked.committee_id, f"{one.unit.short_name}对任务分解表的意见",
                f"/consultation-answers/{one.id}", one.unit_id, (asked.opened_on.year, asked.opened_on.year),
                asked.plan.title, text,
            )  # fmt: skip


def _reports(ids: list[int]) -> Iterable[Found]:
    rows = select(Report).where(Report.id.in_(ids)).options(joinedload(Report.round), joinedload(Report.unit))
    for report in _rows(rows):
        yield _of_report(report, "")


def _report_texts(ids: list[int]) -> Iterable[Found]:
    rows = (
        select(Report)
        .where(Report.id.in_(ids))
        .options(
            joinedload(Report.round), joinedload(Report.unit), selectinload(Report.sections),
            selectinload(Report.area_texts), selectinload(Report.arrangements), selectinload(Report.requests),
            selectinload(Report.goal_statements), selectinload(Report.question_answers),
            selectinload(Report.entries).load_only(Entry.note, Entry.figure, Entry.report_id),
        )
    )  # fmt: skip
    for report in _rows(rows):
        pieces = [
            *(one.text for one in report.sections), *(one.text for one in report.area_texts),
            *(f"{one.note} {one.figure}" for one in report.entries), *(one.text for one in report.arrangements),
            *(one.basis for one in report.goal_statements), *(one.text for one in report.requests),
            *(f"{one.text} {one.file_name}" for one in report.question_answers),
        ]  # fmt: skip
        text = "\n".join(piece for piece in pieces if piece.strip())
        if text:
            yield _of_report(report, text)


def _of_report(report: Report, text: str) -> Found:
    round_ = report.round
    return Found(
        report.id, report.version, round_.committee_id, f"{report.unit.short_name}{round_.title}", report.path,
        report.unit_id, (round_.year, round_.year), report.unit.full_name, text,
    )  # fmt: skip


def _notices(ids: list[int]) -> Iterable[Found]:
    rows = (
        select(Notice)
        .where(Notice.id.in_(ids))
        .options(joinedload(Notice.unit), selectinload(Notice.items), selectinload(Notice.replies))
    )
    for notice in _rows(rows):
        pieces = [notice.opening, *(f"{one.subject} {one.facts} {one.demand}" for one in notice.items)]
        pieces += [notice.closing, *(reply.text for reply in notice.replies)]
        year = notice.number_year or notice.reply_by.year
        yield Found(
            notice.id, notice.version, notice.committee_id, notice.title, notice.path, notice.unit_id, (year, year),
            " ".join(filter(None, (notice.kind.label, notice.number, notice.unit.short_name))), "\n".join(pieces),
        )  # fmt: skip


def _circulars(ids: list[int]) -> Iterable[Found]:
    for one in _rows(select(Circular).where(Circular.id.in_(ids)).options(joinedload(Circular.round))):
        yield Found(
            one.id, one.version, one.committee_id, one.title, f"/circulars/{one.id}", None,
            (one.round.year, one.round.year), " ".join(filter(None, (one.kind.label, one.number))),
            "\n".join((one.opening, one.overall, one.good, one.problems, one.demands)),
        )  # fmt: skip


def _matters(ids: list[int]) -> Iterable[Found]:
    rows = select(Matter).where(Matter.id.in_(ids))
    rows = rows.options(joinedload(Matter.check), joinedload(Matter.instruction), joinedload(Matter.unit))
    for matter in _rows(rows):
        pieces = [matter.facts, matter.demand, *(answer.text for answer in matter.answers)]
        yield Found(
            matter.id, matter.version, matter.source.committee_id, matter.subject, matter.path, matter.unit_id,
            (matter.due_on.year, matter.due_on.year),
            f"{matter.unit.short_name}{matter.kind_word} · {matter.source.title}", "\n".join(filter(None, pieces)),
        )  # fmt: skip


def _checks(ids: list[int]) -> Iterable[Found]:
    """What was seen at one unit is not for the others that were visited: it is not looked through."""
    for check in _rows(select(FieldCheck).where(FieldCheck.id.in_(ids))):
        yield Found(
            check.id, check.version, check.committee_id, check.title, check.path, None,
            (check.starts_on.year, check.ends_on.year), "", "\n".join(filter(None, (check.basis, check.points))),
        )  # fmt: skip


def _instructions(ids: list[int]) -> Iterable[Found]:
    for one in _rows(select(Instruction).where(Instruction.id.in_(ids))):
        yield Found(
            one.id, one.version, one.committee_id, one.title, one.path, None, (one.given_on.year, one.given_on.year),
            one.given_by, "\n".join(filter(None, (one.text, one.result))),
        )  # fmt: skip


def _evidence(ids: list[int]) -> Iterable[Found]:
    rows = select(Evidence).where(Evidence.id.in_(ids))
    rows = rows.options(
        joinedload(Evidence.report).joinedload(Report.round), joinedload(Evidence.report).joinedload(Report.unit)
    )
    found = list(_rows(rows))
    texts = texts_of(one.file_id for one in found)
    for one in found:
        report = one.report
        yield Found(
            one.id, one.version, report.round.committee_id, one.name, f"/evidence/{one.id}", report.unit_id,
            (report.round.year, report.round.year), f"{report.unit.short_name}{report.round.title}",
            " ".join(filter(None, (one.number, one.issuer, texts.get(one.file_id)))),
        )  # fmt: skip


def _notice_evidence(ids: list[int]) -> Iterable[Found]:
    rows = select(NoticeEvidence).where(NoticeEvidence.id.in_(ids))
    notice = joinedload(NoticeEvidence.reply).joinedload(NoticeReply.notice).joinedload(Notice.unit)
    found = list(_rows(rows.options(notice)))
    texts = texts_of(one.file_id for one in found)
    for one in found:
        letter = one.reply.notice
        year = letter.number_year or letter.reply_by.year
        yield Found(
            one.id, 0, letter.committee_id, one.name, f"/notices/evidence/{one.id}", letter.unit_id, (year, year),
            f"{letter.unit.short_name}对《{letter.title}》的回复", texts.get(one.file_id, ""),
        )  # fmt: skip


def _matter_evidence(ids: list[int]) -> Iterable[Found]:
    answer = joinedload(MatterEvidence.answer).joinedload(MatterAnswer.matter)
    source = (answer.joinedload(Matter.unit), answer.joinedload(Matter.check), answer.joinedload(Matter.instruction))
    found = list(_rows(select(MatterEvidence).where(MatterEvidence.id.in_(ids)).options(*source)))
    texts = texts_of(one.file_id for one in found)
    for one in found:
        matter = one.answer.matter
        yield Found(
            one.id, 0, matter.source.committee_id, one.name, f"/matters/evidence/{one.id}", matter.unit_id,
            (matter.due_on.year, matter.due_on.year), f"{matter.unit.short_name}办理《{matter.subject[:60]}》的材料",
            texts.get(one.file_id, ""),
        )  # fmt: skip


def _phone_notes(ids: list[int]) -> Iterable[Found]:
    """The office's own notes of what was said on the telephone: they lead to all that was said about the matter."""
    rows = select(PhoneNote).where(PhoneNote.id.in_(ids))
    for note in _rows(rows.options(joinedload(PhoneNote.watch).joinedload(Watch.unit))):
        watch, year = note.watch, clock.shanghai_date(note.noted_at).year
        yield Found(
            note.id, 0, watch.committee_id, f"{watch.unit.short_name if watch.unit else '办公室'}：{watch.title}",
            f"/reminders/phone?matter={watch.id}", watch.unit_id, (year, year), "", note.text,
        )  # fmt: skip


def texts_of(file_ids: Iterable[int]) -> dict[int, str]:
    """The texts of files as far as they were read."""
    rows = select(FileText).where(FileText.file_id.in_(set(file_ids)))
    return {
        one.file_id: one.text for one in db.session.scalars(rows.options(load_only(FileText.file_id, FileText.text)))
    }


SOURCES: dict[SearchKind, Source] = {
    source.kind: source
    for source in (
        Source(SearchKind.PLAN, Plan, _plans),
        Source(SearchKind.GOAL, Goal, _items(Goal, "goal"), select(Goal.id).where(Goal.dropped_on.is_(None))),
        Source(
            SearchKind.MEASURE, Measure, _items(Measure, "measure"),
            select(Measure.id).where(Measure.dropped_on.is_(None)),
        ),
        Source(SearchKind.TASK, Task, _tasks),
        Source(SearchKind.OPINION, ConsultationAnswer, _opinions),
        Source(SearchKind.REPORT, Report, _reports),
        Source(SearchKind.REPORT_TEXT, Report, _report_texts),
        Source(SearchKind.NOTICE, Notice, _notices),
        Source(SearchKind.CIRCULAR, Circular, _circulars),
        Source(SearchKind.MATTER, Matter, _matters),
        Source(SearchKind.CHECK, FieldCheck, _checks),
        Source(SearchKind.INSTRUCTION, Instruction, _instructions),
        Source(SearchKind.EVIDENCE, Evidence, _evidence),
        Source(SearchKind.NOTICE_EVIDENCE, NoticeEvidence, _notice_evidence),
        Source(SearchKind.MATTER_EVIDENCE, MatterEvidence, _matter_evidence),
        Source(SearchKind.PHONE_NOTE, PhoneNote, _phone_notes),
    )
}  # fmt: skip
