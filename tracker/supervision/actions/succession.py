"""Notices and matters at a reform: what is open is the successor's to answer; its paper keeps the old addressee."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from tracker.committees.models import ReformKind, Unit
from tracker.committees.reform import Effect, Reform, Share
from tracker.core import audit
from tracker.core.db import db
from tracker.reminders import succession as reminders
from tracker.supervision.models import LIVING, OVER, Matter, Notice


def foresee(unit: Unit, kind: ReformKind, on: date) -> list[Effect]:
    """What still waits for the unit's answer or the office's closing, and what is closed."""
    notices, matters = _notices(unit), _matters(unit)
    moves = [Share(f"notice:{one.id}", one.title, one.state.label) for one in notices if one.state in LIVING]
    moves += [Share(f"matter:{one.id}", one.subject, one.state.label) for one in matters if one.state not in OVER]
    closed = sum(one.state not in LIVING for one in notices) + sum(one.state in OVER for one in matters)
    return [Effect("督查", moves, [f"已办结的{closed}件保留{unit.short_name}的名称。"] if closed else [])]


def carry(reform: Reform) -> None:
    """Every open notice and matter changes its unit; open items follow the parts of tasks they speak of."""
    for notice in _notices(reform.unit):
        if notice.state not in LIVING:
            continue
        heir = reform.heir_of(f"notice:{notice.id}")
        notice.unit = heir
        for item in notice.items:
            if item.assignment_id in reform.moved and item.closed_on is None:
                item.assignment_id = reform.moved[item.assignment_id]
        words = f"{notice.audit_label()}由{reform.unit.short_name}移交{heir.short_name}办理"
        audit.record(
            reform.actor, "notice.succeed", notice, words, reason=reform.reason, covers=notice.items
        )  # fmt: skip
        reminders.hand_over(reform, "Notice", [notice.id], heir)
    for matter in _matters(reform.unit):
        if matter.state in OVER:
            continue
        heir = reform.heir_of(f"matter:{matter.id}")
        matter.unit = heir
        words = f"{matter.audit_label()}由{reform.unit.short_name}移交{heir.short_name}办理"
        audit.record(reform.actor, "matter.succeed", matter, words, reason=reform.reason)
        reminders.hand_over(reform, "Matter", [matter.id], heir)


def _notices(unit: Unit) -> list[Notice]:
    return list(db.session.scalars(select(Notice).where(Notice.unit_id == unit.id).order_by(Notice.id)))


def _matters(unit: Unit) -> list[Matter]:
    return list(db.session.scalars(select(Matter).where(Matter.unit_id == unit.id).order_by(Matter.id)))
