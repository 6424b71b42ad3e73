"""What was submitted, word for word: frozen, hashed, never changed."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC
from typing import Any

from tracker.core import stamps
from tracker.core.access import Actor
from tracker.core.db import db
from tracker.reports.models import (
    OVERVIEW,
    AreaText,
    Arrangement,
    Entry,
    Evidence,
    EvidenceKind,
    GoalStatement,
    Report,
    ReportVersion,
    SectionKind,
    SignOff,
)

Content = dict[str, Any]

WORDS = ("overview", "answers", "areas", "arrangements", "requests", "evidence", "papers", "questions")
"""The parts that make two submissions the same or not; the rest is frame."""


def content_of(report: Report, last_arrangements: list[Arrangement]) -> Content:
    """The whole report as plain values, in reading order; names stand as they are today."""
    asked = {"questions": [one.content() for one in report.question_answers]} if report.round.is_special else {}
    return {
        "round": {"id": report.round_id, "title": report.round.title, "year": report.round.year},
        "unit": {"id": report.unit_id, "name": report.unit.full_name, "short_name": report.unit.short_name},
        "contact": report.section(SectionKind.CONTACT),
        "unchanged": report.section(SectionKind.UNCHANGED),
        "overview": {kind.value: report.section(kind) for kind in OVERVIEW},
        "answers": [_answer(one) for one in last_arrangements],
        "areas": [_area(report, piece) for piece in in_order(report.area_texts)],
        "arrangements": [_arrangement(one) for one in report.arrangements],
        "requests": [{"id": one.id, "text": one.text} for one in report.requests],
        "evidence": [_evidence(one) for one in report.evidence if one.kind is EvidenceKind.MATERIAL],
        "papers": [one.content() for one in report.cited_papers],
        **asked,
    }


def in_order(pieces: list[AreaText]) -> list[AreaText]:
    """Areas as the plans have them."""
    return sorted(pieces, key=lambda one: (one.area.plan_id, one.area.position))


def says_the_same(old: Content, new: Content) -> bool:
    """Whether two submissions have the same words; what was said of having nothing changed does not count."""
    return all((old.get(part) or []) == (new.get(part) or []) for part in WORDS)


def freeze(
    actor: Actor, report: Report, content: Content, *, number: int, sign_off: SignOff, signed_by: str
) -> ReportVersion:
    """Keep a submission. Its hash covers the words, the number, the moment and the signature; its stamp proves that
    it was kept here, of this report (S28)."""
    version = ReportVersion(
        report=report, number=number, content=content, submitted_at=actor.at, submitted_by_id=actor.user_id,
        sign_off=sign_off, signed_by=signed_by, hash="",
    )  # fmt: skip
    version.hash = digest(version)
    version.stamp = stamps.stamp(to_stamp(version, report.id))
    db.session.add(version)
    return version


def digest(version: ReportVersion) -> str:
    """The hash a version must carry."""
    return hashlib.sha256(sealed(version)).hexdigest()


def sealed(version: ReportVersion) -> bytes:
    """What the hash is taken of, byte for byte: whoever has these bytes can reckon it again without the program."""
    words = {
        "content": version.content,
        "number": version.number,
        "submitted_at": version.submitted_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "sign_off": version.sign_off.value,
        "signed_by": version.signed_by,
    }
    return json.dumps(words, ensure_ascii=False, sort_keys=True).encode()


def to_stamp(version: ReportVersion, report_id: int) -> str:
    """What a version's stamp covers: whose it is, and by the hash every word of it."""
    return f"report_versions {report_id} {version.number} {version.hash}"


def _area(report: Report, piece: AreaText) -> Content:
    area = piece.area
    rows = [entry for entry in report.entries if entry.assignment.task.area_id == area.id]
    goals = [one for one in report.goal_statements if one.goal.area_id == area.id and one.status]
    return {
        "id": area.id,
        "text_id": piece.id,
        "plan_id": area.plan_id,
        "plan": area.plan.short_title,
        "name": area.name,
        "text": piece.text,
        "entries": [_entry(entry) for entry in sorted(rows, key=lambda one: one.assignment.task.position)],
        "goals": [_goal(one) for one in sorted(goals, key=lambda one: one.goal.position)],
    }


def _entry(entry: Entry) -> Content:
    task = entry.assignment.task
    return {
        "id": entry.id,
        "assignment_id": entry.assignment_id,
        "task_id": task.id,
        "number": task.number,
        "title": task.title,
        "role": entry.assignment.role.value,
        "state": entry.state.value if entry.state else "",
        "note": entry.note,
        "figure": entry.figure,
    }


def _goal(one: GoalStatement) -> Content:
    return {
        "id": one.id,
        "goal_id": one.goal_id,
        "number": one.goal.number,
        "text": one.goal.text,
        "status": one.status.value if one.status else "",
        "basis": one.basis,
    }


def _arrangement(one: Arrangement) -> Content:
    return {
        "id": one.id,
        "text": one.text,
        "by_when": one.by_when,
        "task_id": one.task_id,
        "task": one.task.title if one.task else "",
    }


def _answer(one: Arrangement) -> Content:
    return {
        **_arrangement(one),
        "outcome": one.outcome.value if one.outcome else "",
        "outcome_note": one.outcome_note,
    }


def _evidence(one: Evidence) -> Content:
    return {
        "id": one.id,
        "name": one.name,
        "sha256": one.file.sha256,
        "size": one.file.size,
        "dated_on": one.dated_on.isoformat() if one.dated_on else "",
        "number": one.number,
        "issuer": one.issuer,
        "entry_id": one.entry_id,
        "area_id": one.area_id,
    }
