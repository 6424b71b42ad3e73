"""A paper by its hash: what whoever holds it may be told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from tracker.core.clock import shanghai_date
from tracker.core.db import db
from tracker.supervision.models import Circular, CircularState, Notice, NoticeState


@dataclass(frozen=True)
class Paper:
    """An issued paper, as far as it speaks of itself."""

    title: str
    number: str
    issuer: str
    issued_on: date
    replaced_by: str = ""
    """The number of the circular that corrects it."""
    withdrawn_on: date | None = None


BEGINNING = re.compile(r"[0-9a-f]{16,64}")
"""So much of a hash is printed to be typed: nobody guesses 64 bits."""


def paper_of(digest: str) -> Paper | None:
    """The issued circular or letter whose signed text and figures have this hash, or one that begins so."""
    if not BEGINNING.fullmatch(digest):
        return None
    return _circular(digest) or _notice(digest)


def _circular(digest: str) -> Paper | None:
    row = db.session.execute(
        select(Circular.id, Circular.title, Circular.number, Circular.issuer, Circular.issued_on).where(
            Circular.hash.startswith(digest), Circular.state == CircularState.ISSUED
        )
    ).first()
    if row is None:
        return None
    corrected = select(Circular.number).where(
        Circular.corrects_id == row.id, Circular.state == CircularState.ISSUED
    )  # fmt: skip
    replaced_by = db.session.scalar(corrected.order_by(Circular.id.desc()).limit(1))
    return Paper(row.title, row.number, row.issuer, row.issued_on, replaced_by=replaced_by or "")


def _notice(digest: str) -> Paper | None:
    row = db.session.execute(
        select(Notice.title, Notice.number, Notice.issuer, Notice.issued_on, Notice.state, Notice.state_since).where(
            Notice.hash.startswith(digest), Notice.issued_on.is_not(None)
        )
    ).first()
    if row is None:
        return None
    gone = shanghai_date(row.state_since) if row.state is NoticeState.WITHDRAWN else None
    return Paper(row.title, row.number, row.issuer, row.issued_on, withdrawn_on=gone)
