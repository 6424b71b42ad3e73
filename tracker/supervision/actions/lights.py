"""Lights changed by hand, and explained by their units."""

from __future__ import annotations

from tracker.core import audit
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.supervision.models import Light, LightChange, LightNote
from tracker.supervision.queries import lights
from tracker.tasks.models import Assignment


@command
def change_light(actor: Actor, assignment: Assignment, light: Light, reason: str) -> LightChange:
    """An officer changes a light with a reason; the rule's own answer stays visible beside it."""
    if not reason.strip():
        raise RuleError("调整状态标识需要说明理由。", field="reason")
    _withdraw_current(actor, assignment)
    change = LightChange(
        assignment=assignment, light=light, reason=reason.strip(), changed_at=actor.at, changed_by_id=actor.user_id
    )
    db.session.add(change)
    audit.record(actor, "light.change", change, f"将{assignment.audit_label()}调整为“{light.label}”", reason=reason)
    return change


@command
def withdraw_light(actor: Actor, assignment: Assignment) -> None:
    """Back to what the rule says. Raises RuleError when nothing was changed."""
    change = _withdraw_current(actor, assignment)
    if change is None:
        raise RuleError("这一项没有人工调整，无需恢复。")
    audit.record(actor, "light.withdraw", change, f"恢复{assignment.audit_label()}的系统判断")


@command
def explain_light(actor: Actor, assignment: Assignment, text: str) -> LightNote:
    """情况说明: the unit says beside a light what it wants the office to know; the light stays as it is."""
    if not text.strip():
        raise RuleError("请填写情况说明。", field="text")
    note = LightNote(
        assignment=assignment, text=text.strip(), written_at=actor.at, written_by=actor.named(),
        written_by_id=actor.user_id,
    )  # fmt: skip
    db.session.add(note)
    audit.record(actor, "light.explain", note, f"填写{assignment.audit_label()}的情况说明")
    return note


def _withdraw_current(actor: Actor, assignment: Assignment) -> LightChange | None:
    change = lights.current_change(assignment.id)
    if change is not None:
        change.withdrawn_at = actor.at
        audit.cover(change)
        db.session.flush()
    return change
