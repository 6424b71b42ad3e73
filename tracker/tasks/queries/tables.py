"""An uploaded table as it reads today, and who may look at it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, false, select
from sqlalchemy.orm import selectinload

from tracker.committees.models import Succession, Unit, normalised
from tracker.core import files
from tracker.core.access import Actor
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.documents.grids import grids_of
from tracker.documents.marked import Fault, marked
from tracker.documents.values import DocumentError
from tracker.plans.queries import areas_of
from tracker.tasks.importing.matching import Judgement, judge
from tracker.tasks.importing.naming import Names
from tracker.tasks.importing.reading import Table, read_table
from tracker.tasks.importing.remarks import Asked, RemarkTable, read_remarks
from tracker.tasks.models import ConsultationAnswer, TableUpload
from tracker.tasks.queries.consultations import answer_sheet
from tracker.tasks.queries.proposals import names_of_units
from tracker.tasks.queries.visible import tasks_of_plan

NO_HEAD = "表中没有找到表头。至少要有“主要目标/策略措施”（或“任务”）和“主要责任单位”（或“牵头单位”“责任单位”）两栏。"


@dataclass(frozen=True)
class TableSheet:
    """The table and what it would do."""

    table: Table
    judgement: Judgement


def visible_uploads(actor: Actor) -> Select[TableUpload]:
    """Tables sent in for the plans of the own committee, for its office."""
    rows = select(TableUpload).where(TableUpload.answer_id.is_(None)).order_by(TableUpload.id.desc())
    return rows.where(TableUpload.committee_id == actor.committee_id if actor.is_office else false())


def table_in(content: bytes) -> Table:
    """The rows of a file. Raises RuleError with a sentence when it holds no such table."""
    try:
        table = read_table(grids_of(content))
    except DocumentError as error:
        raise RuleError(str(error)) from error
    if table is None or not table.rows:
        raise RuleError(NO_HEAD if table is None else "表中没有内容，请检查后重新上传。")
    return table


def judged(actor: Actor, upload: TableUpload) -> TableSheet:
    """The table against the plan, its tasks and the list of units as they stand now."""
    plan = upload.plan
    table = table_in(files.read(upload.source))
    tasks = tasks_of_plan(plan.id)
    names = names_known(plan.committee_id, actor)
    return TableSheet(table, judge(plan, areas_of(plan.id), tasks, table.rows, names, actor.on))


def names_known(committee_id: int, actor: Actor) -> Names:
    """Every name of a living unit, and those of closed ones with the units that took their work over."""
    closed = db.session.scalars(
        select(Unit)
        .where(Unit.committee_id == committee_id, Unit.valid_to < actor.on)
        .options(selectinload(Unit.names), selectinload(Unit.successions).joinedload(Succession.heir))
    )
    gone: dict[str, list[Unit]] = defaultdict(list)
    for unit in closed:
        heirs = unit.heirs
        for name in (unit.full_name, unit.short_name, *(other.name for other in unit.names)):
            gone[normalised(name)] += [heir for heir in heirs if heir not in gone[normalised(name)]]
    return Names(names_of_units(committee_id, actor), {name: heirs for name, heirs in gone.items() if heirs})


@dataclass(frozen=True)
class RemarksSent:
    """A unit's list as it came back, and what of it can be laid into the answer."""

    upload: TableUpload
    table: RemarkTable


def remarks_sent(answer: ConsultationAnswer, number: int | None) -> RemarksSent | None:
    """One of the tables sent in for this answer, read against the unit's list as it stands now."""
    upload = db.session.scalar(
        select(TableUpload).where(TableUpload.answer_id == answer.id, TableUpload.id == (number or 0))
    )
    if upload is None:
        return None
    asked = [Asked(line.part.id, line.number, line.title) for line in answer_sheet(answer).lines]
    table = read_remarks(grids_of(files.read(upload.source)), asked)
    return RemarksSent(upload, table) if table is not None else None


def check_remarks(content: bytes) -> None:
    """Raises RuleError with a sentence when a file holds no list with remarks."""
    try:
        found = read_remarks(grids_of(content), [])
    except DocumentError as error:
        raise RuleError(str(error)) from error
    if found is None:
        raise RuleError("表中没有找到“任务”和“意见”两栏，请用本页下载的清单填写。")


def remarks_with_reasons(sent: RemarksSent, on: date) -> bytes:
    """The same file with the reasons in a red column."""
    return marked(files.read(sent.upload.source), sent.table.faults, head=sent.table.head, made_on=on)


def with_reasons(actor: Actor, upload: TableUpload) -> bytes:
    """The same file with a red column that says what is wrong with which row."""
    sheet = judged(actor, upload)
    faults = [
        Fault(one.row.grid, one.row.line, sentence)
        for one in sheet.judgement.rows
        for sentence in (*one.faults, *(f"请核对：{doubt}" for doubt in one.doubts))
    ]
    return marked(files.read(upload.source), faults, head=sheet.table.head, made_on=actor.on)
