"""Lights changed by hand, and explained by their units."""

from __future__ import annotations

from tracker.core import audit
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.holding import hold
from tracker.supervision import policy
from tracker.supervision.models import Light, LightChange, LightNote
from tracker.supervision.queries import lights
from tracker.tasks.models import Assignment


@command
def change_light(actor: Actor, assignment: Assignment, light: Light, reason: str) -> LightChange:
    """An officer changes a light with a reason; the rule's own answer stays visible beside it.

    Nobody lifts a warning of their own writing, and the office none of the unit that houses it (回避).
    """
    if not reason.strip():
        raise RuleError("调整状态标识需要说明理由。", field="reason")
    hold(assignment)
    current = lights.current_change(assignment.id)
    if current is not None and (current.light, current.reason) == (light, reason.strip()):
        return current  # the same form sent twice
    _not_their_own(actor, assignment, current, light)
    _withdraw(actor, current)
    change = LightChange(
        assignment=assignment, light=light, reason=reason.strip(), changed_at=actor.at, changed_by_id=actor.user_id
    )
    db.session.add(change)
    audit.record(actor, "light.change", change, f"将{assignment.audit_label()}调整为“{light.label}”", reason=reason)
    return change


@command
def withdraw_light(actor: Actor, assignment: Assignment) -> None:
    """Back to what the rule says. Raises RuleError when nothing was changed."""
    hold(assignment)
    change = lights.current_change(assignment.id)
    if change is None:
        raise RuleError("这一项没有人工调整，无需恢复。")
    _not_their_own(actor, assignment, change, _judged(actor, assignment))
    _withdraw(actor, change)
    audit.record(actor, "light.withdraw", change, f"恢复{assignment.audit_label()}的系统判断")


@command
def explain_light(actor: Actor, assignment: Assignment, text: str) -> LightNote:
    """情况说明: the unit says beside a light what it wants the office to know; the light stays as it is."""
    if not text.strip():
        raise RuleError("请填写情况说明。", field="text")
    hold(assignment)
    last = lights.last_note(assignment.id)
    if last is not None and (last.written_by_id, last.text) == (actor.user_id, text.strip()):
        return last  # the same form sent twice
    note = LightNote(
        assignment=assignment, text=text.strip(), written_at=actor.at, written_by=actor.named(),
        written_by_id=actor.user_id,
    )  # fmt: skip
    db.session.add(note)
    audit.record(actor, "light.explain", note, f"填写{assignment.audit_label()}的情况说明")
    return note


def _judged(actor: Actor, assignment: Assignment) -> Light:
    """What the rule says today."""
    row = next(iter(lights.rows_of(actor, [assignment.id])), None)
    return row.reason.light if row else Light.NOT_DUE


def _is_theirs(actor: Actor, assignment: Assignment) -> bool:
    """Whether the report that the light rests on, or the unit's explanation beside it, is the actor's own work."""
    row = next(iter(lights.rows_of(actor, [assignment.id])), None)
    return actor.user_id in lights.hands_of(row) if row and actor.user_id is not None else False


def _not_their_own(actor: Actor, assignment: Assignment, current: LightChange | None, light: Light) -> None:
    if current is not None and policy.lifts_own_warning(actor, current, light):
        raise RuleError(
            f"“{current.light.label}”是您本人调整的，恢复或者调轻请由其他同志办理。", field="light"
        )  # fmt: skip
    shown = current.light if current is not None else _judged(actor, assignment)
    if not policy.is_lighter(light, shown):
        return
    if assignment.unit.is_office and actor.is_office:
        raise RuleError("这项任务由办公室所在单位承担，恢复或者调轻请由委员会领导办理。", field="light")
    if _is_theirs(actor, assignment):
        raise RuleError("有关报告或者情况说明是您本人填写、审签的，恢复或者调轻请由其他同志办理。", field="light")


def _withdraw(actor: Actor, change: LightChange | None) -> None:
    if change is not None:
        change.withdrawn_at = actor.at
        audit.cover(change)
        db.session.flush()
