"""The trail as its readers may see it, and the proof that nobody altered it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from sqlalchemy import Select, and_, false, or_, select, union
from sqlalchemy.orm import load_only

from tracker.committees.models import Committee
from tracker.core import audit, clock, files
from tracker.core.access import Actor, Role
from tracker.core.audit import AuditEntry, AuditHead
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.files import StoredFile
from tracker.core.reading import ADMINISTERED

ADMINISTRATION = ("user", "session", "post")
"""Beginnings of events that are the administrators' acts and not the office's business."""

BUT_READING = "-read"
"""The filter that leaves out who looked at what."""


def visible_entries(actor: Actor) -> Select[AuditEntry]:
    """The auditor sees all of the own committee's, and the system's in the topmost; the office its business."""
    rows = select(AuditEntry)
    own = AuditEntry.chain == actor.committee_id
    if actor.role is Role.AUDITOR:
        top = select(Committee.id).where(Committee.id == actor.committee_id, Committee.parent_id.is_(None)).exists()
        return rows.where(or_(own, and_(AuditEntry.chain == 0, top)))
    if actor.is_office:
        business = (~AuditEntry.event.startswith(f"{kind}.") for kind in ADMINISTRATION)
        return rows.where(own, *business, AuditEntry.event != ADMINISTERED)
    return rows.where(false())


@dataclass(frozen=True)
class TrailFilter:
    """What the address of the trail asks for."""

    person: str = ""
    words: str = ""
    kind: str = ""
    since: date | None = None
    until: date | None = None
    object_type: str = ""
    object_id: int | None = None


def entries_found(actor: Actor, wanted: TrailFilter) -> Select[AuditEntry]:
    """The entries an address asks for, the latest first."""
    rows = visible_entries(actor)
    if wanted.person:
        rows = rows.where(AuditEntry.actor_name.contains(wanted.person, autoescape=True))
    if wanted.words:
        said = AuditEntry.sentence.contains(wanted.words, autoescape=True)
        rows = rows.where(or_(said, AuditEntry.object_label.contains(wanted.words, autoescape=True)))
    if wanted.kind == BUT_READING:
        rows = rows.where(~AuditEntry.event.startswith("read."))
    elif wanted.kind:
        rows = rows.where(AuditEntry.event.startswith(f"{wanted.kind}.", autoescape=True))
    if wanted.since:
        rows = rows.where(AuditEntry.at >= _midnight(wanted.since))
    if wanted.until:
        rows = rows.where(AuditEntry.at < _midnight(wanted.until) + timedelta(days=1))
    if wanted.object_type:
        rows = rows.where(AuditEntry.object_type == wanted.object_type, AuditEntry.object_id == wanted.object_id)
    return rows.order_by(AuditEntry.at.desc(), AuditEntry.id.desc())


def kinds_seen(actor: Actor) -> list[str]:
    """The kinds of events (the part before the dot) among the entries this actor may see."""
    events = visible_entries(actor).with_only_columns(AuditEntry.event).distinct()
    return sorted({event.partition(".")[0] for event in db.session.scalars(events)})


def verify() -> list[str]:
    """Every altered, missing or reordered entry of every chain, and every stored file that is gone or changed, each
    as a sentence; empty when all is well (S20)."""
    return [*_broken_chains(), *_broken_files()]


def unstamped() -> list[str]:
    """How much of each chain was written before there were stamps: there the chain alone speaks (S28)."""
    counted = select(AuditHead.chain, AuditHead.unstamped).where(AuditHead.unstamped > 0)
    names = _names()
    return [
        f"{names(chain)}的操作记录：较早的{count}条写入时还没有密钥校验码，只按前后衔接核验。"
        for chain, count in db.session.execute(counted.order_by(AuditHead.chain))
    ]


def _names() -> Callable[[int], str]:
    """Whose chain it is."""
    known = {committee.id: committee.short_name for committee in db.session.scalars(select(Committee))}
    return lambda chain: known.get(chain, "系统" if chain == 0 else f"编号{chain}的机构")


def _broken_chains() -> Iterator[str]:
    chains = db.session.scalars(union(select(AuditHead.chain), select(AuditEntry.chain).distinct())).all()
    names = _names()
    for chain in sorted(chains):
        for sentence in _in_runs(audit.broken_links(chain)):
            yield f"{names(chain)}的操作记录：{sentence}。"


def _in_runs(found: Iterable[tuple[int, str]]) -> Iterator[str]:
    """The same said of entry after entry is said once: without its keys a whole trail cannot be proved."""
    parted = [(seq, sentence, sentence.removeprefix(f"第{seq}条")) for seq, sentence in found]
    for _, run in groupby(enumerate(parted), key=lambda one: (one[1][0] - one[0], one[1][2])):
        (_, (first, sentence, rest)), *more = run
        yield f"第{first}至{more[-1][1][0]}条{rest}" if more and rest != sentence else sentence


def _broken_files() -> Iterator[str]:
    stored: Iterable[StoredFile] = db.session.scalars(
        select(StoredFile).options(load_only(StoredFile.sha256)).order_by(StoredFile.id)
    )
    for file in stored:
        try:
            files.read(file)
        except RuleError as error:
            yield f"文件{file.id}（{file.sha256[:12]}）：{error.sentence}"


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, clock.SHANGHAI)
