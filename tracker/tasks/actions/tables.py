"""目标责任分解书 in: kept as it came, read, shown as differences, and written only after they were confirmed."""

from __future__ import annotations

from tracker.committees.models import Unit
from tracker.core import audit, files
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError
from tracker.core.files import Blob
from tracker.plans.models import Goal, Measure, Plan
from tracker.tasks import policy
from tracker.tasks.actions.assigning import place, settle_places, take_away
from tracker.tasks.actions.breakdown import add_task, hold
from tracker.tasks.importing.matching import Judged
from tracker.tasks.models import AssignmentRole, ConsultationAnswer, Outcome, Shape, TableUpload, Task
from tracker.tasks.queries.tables import judged

CHANGED_MEANWHILE = "您查看之后，任务分解表或单位名单又有变化，这次没有写入。请核对新的差异后再确认。"
WHY = "办公室导入责任分解表"


@command
def keep_table(
    actor: Actor, plan: Plan, blob: Blob, name: str, answer: ConsultationAnswer | None = None
) -> TableUpload:
    """Keep an uploaded table. Nothing of the plan changes."""
    if answer is None and not policy.can_break_down(actor, plan):
        raise RuleError("只有办公室可以导入责任分解表。")
    upload = TableUpload(
        committee_id=plan.committee_id, plan_id=plan.id, answer_id=answer.id if answer else None,
        user_id=actor.user_id, source=files.stored(blob, actor.at), source_name=name[:200], created_at=actor.at,
    )  # fmt: skip
    db.session.add(upload)
    db.session.flush()
    about = answer.audit_label() if answer else plan.audit_label()
    audit.record(actor, "task.upload_table", upload, f"上传{about}的{upload.audit_label()}")
    return upload


@command
def write_table(actor: Actor, upload: TableUpload, *, seen: str) -> int:
    """Write the differences that were shown, all or none; rows that were refused stay out. Returns how many changed.

    Raises Conflict when what would be written is no longer what was shown.
    """
    plan = upload.plan
    if not policy.can_break_down(actor, plan) or upload.answer_id is not None:
        raise RuleError("只有办公室可以导入责任分解表。")
    hold(plan.id)
    sheet = judged(actor, upload)
    judgement = sheet.judgement
    if judgement.fingerprint != seen:
        raise Conflict(CHANGED_MEANWHILE)
    if not judgement.changed:
        return 0
    for one in judgement.changed:
        _write_row(actor, plan, one, judgement.units)
    upload.written_at = actor.at
    words = f"按{upload.audit_label()}调整{plan.audit_label()}任务分解：{judgement.count}处变化"
    audit.record(actor, "task.import_table", plan, words, covers=[upload])
    return judgement.count


def _write_row(actor: Actor, plan: Plan, one: Judged, units: dict[int, Unit]) -> None:
    wanted = one.wanted
    if one.task is None:
        if one.item is None:
            raise RuleError("这一行没有对应的目标或措施。")
        task = add_task(
            actor, plan, one.item, title=wanted.title or _title_of(one.item), content=wanted.content or "",
            outcome=wanted.outcome or Outcome.CONTINUOUS, shape=wanted.shape or Shape.LED,
            is_yearly=wanted.is_yearly is not False, due_on=wanted.due_on,
        )  # fmt: skip
        words = f"按责任分解表新增{task.audit_label()}"
    else:
        task = one.task
        words = "；".join(f"{change.field}由“{change.before}”改为“{change.after}”" for change in one.changes)
        _write_words(task, one)
    if wanted.units is not None:
        _write_parts(actor, task, wanted.units, wanted.shape or task.shape, units)
    audit.record(actor, "task.edit", task, f"{task.audit_label()}：{words}"[:2000], covers=task.assignments)


def _write_words(task: Task, one: Judged) -> None:
    wanted = one.wanted
    task.title = wanted.title or task.title
    task.content = wanted.content or task.content
    task.outcome = wanted.outcome or task.outcome
    if wanted.is_yearly is not None:
        task.is_yearly, task.due_on = wanted.is_yearly, wanted.due_on


def _write_parts(
    actor: Actor, task: Task, parts: dict[int, AssignmentRole], shape: Shape, units: dict[int, Unit]
) -> None:
    """Take away first, then the lesser parts, then the shape, last the lead: one at a time, none in 各自负责."""
    for part in [one for one in task.living if one.unit_id not in parts]:
        take_away(actor, part, WHY)
    lesser = {number: role for number, role in parts.items() if role is not AssignmentRole.LEAD}
    for chosen, turn in ((lesser, "lesser"), (parts, "all")):
        if turn == "all" and task.shape is not shape:
            task.shape = shape
        for number, role in chosen.items():
            place(actor, task, units[number], role, WHY)
        settle_places()


def _title_of(item: Measure | Goal) -> str:
    return item.title if isinstance(item, Measure) else item.text
