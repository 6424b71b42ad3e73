"""The chair's page made and kept."""

from __future__ import annotations

from typing import Any

from tracker.core import audit, files
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.files import Blob
from tracker.supervision.models import Briefing
from tracker.supervision.queries import briefings as queries


@command
def make_briefing(actor: Actor, *, title: str, facts: dict[str, Any], pdf: Blob, docx: Blob) -> Briefing:
    """Keep the page with its facts and files. Made again the same day from the same facts it is the same page."""
    made = queries.made_today(actor)
    if made is not None and made.facts == facts:
        return made
    briefing = Briefing(
        committee_id=actor.committee_id, made_on=actor.on, made_at=actor.at, made_by=actor.named(), title=title,
        facts=facts, pdf=files.stored(pdf, actor.at), docx=files.stored(docx, actor.at),
    )  # fmt: skip
    db.session.add(briefing)
    audit.record(actor, "briefing.make", briefing, f"生成{briefing.audit_label()}")
    return briefing
