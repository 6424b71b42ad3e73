"""Who may be called about a report: its liaison as the roster knows them, unless the unit says otherwise."""

from __future__ import annotations

from datetime import date

from tracker.core import audit
from tracker.core.access import Actor, Role
from tracker.reports.actions.telling import people_of
from tracker.reports.models import Report, SectionKind


def usual_contact(report: Report, on: date) -> str:
    """王敏 0871-6543210; empty where the unit has no liaison."""
    liaison = next(iter(people_of([report.unit_id], on, [Role.LIAISON]).get(report.unit_id, [])), None)
    return " ".join(filter(None, [liaison.name, liaison.phone])) if liaison else ""


def name_contact(actor: Actor, report: Report) -> None:
    """Write the liaison down where nobody was named: nothing is typed twice."""
    piece = next((one for one in report.sections if one.kind is SectionKind.CONTACT), None)
    if piece is not None and not piece.text and (usual := usual_contact(report, actor.on)):
        piece.text = usual[:100]
        audit.cover(piece)
