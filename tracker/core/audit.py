"""The trail: append-only, one hash chain per committee, and impossible to forget.

An `Audited` row that a command changes without an entry makes the command fail. Entries are gathered while the command
runs and written at its end, the chain's head locked last, so that one committee's work never waits for another's.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar, cast

from flask import g, has_request_context, request
from sqlalchemy import DDL, JSON, ForeignKey, Index, Integer, String, Text, UniqueConstraint, event, inspect, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from tracker.core import stamps
from tracker.core.access import Actor
from tracker.core.db import NEVER_AGAIN, Base, Row, UtcDateTime, db
from tracker.core.stamps import Proof

GENESIS = "0" * 64
SITTING = timedelta(minutes=30)
LONGEST_VALUE = 400


class MissingEntry(AssertionError):
    """A programming error: an audited row was changed and nothing was recorded."""


class Audited:
    """A row whose every change leaves an entry."""

    AUDIT_SECRET: ClassVar[frozenset[str]] = frozenset()
    """Columns whose values never appear in an entry (S23)."""

    def __init_subclass__(cls, **words: Any) -> None:
        """Entries name a row by its number for ever: it is never given to another."""
        super().__init_subclass__(**words)
        if (table := getattr(cls, "__table__", None)) is not None:
            table.kwargs.update(NEVER_AGAIN)

    def audit_subject(self) -> Audited:
        """The row that entries name; a part answers with its whole."""
        return self

    def audit_label(self) -> str:
        """The row in words, as a person would call it."""
        raise NotImplementedError


class AuditEntry(Row):
    """One act, in the words shown at the time."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        UniqueConstraint("chain", "seq"),
        Index("ix_audit_entries_object", "object_type", "object_id"),
        Index("ix_audit_entries_actor_at", "actor_id", "at"),
    )

    chain: Mapped[int] = mapped_column(Integer)
    """The committee's id; 0 for the system as a whole."""
    seq: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    actor_name: Mapped[str] = mapped_column(String(200))
    event: Mapped[str] = mapped_column(String(60), index=True)
    object_type: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[int | None] = mapped_column(Integer)
    object_label: Mapped[str] = mapped_column(String(300))
    sentence: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    changes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    address: Mapped[str | None] = mapped_column(String(45))
    request_id: Mapped[str | None] = mapped_column(String(40))
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    stamp: Mapped[str | None] = mapped_column(String(stamps.LONGEST))
    """The proof by a key outside the database (S28); entries from before there was one have none."""

    def digest(self) -> str:
        """The hash this entry must carry: over every word of it and over the entry before."""
        content = {
            column.key: _written(getattr(self, column.key))
            for column in self.__table__.columns
            if column.key not in {"id", "hash", "stamp"}
        }
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def proof(self) -> Proof:
        """Whether this stands as it was written: its own words, and the key's stamp on them."""
        if self.hash != self.digest():
            return Proof.FORGED
        return stamps.prove(self.stamp, to_stamp(self))


def closing_statements(dialect: str) -> list[str]:
    """What makes the database itself refuse to change or delete an entry, whoever asks through its account (S19).

    An owner of the tables could take these triggers away, which the grants of `tracker grants` prevent; the hash chain
    would tell either way.
    """
    if dialect == "sqlite":
        refuse = "BEGIN SELECT RAISE(ABORT, 'entries of the trail are never changed'); END"
        return [
            f"CREATE TRIGGER audit_entries_no_{act} BEFORE {act.upper()} ON audit_entries {refuse}"
            for act in ("update", "delete")
        ]
    refuse = "BEGIN RAISE EXCEPTION 'entries of the trail are never changed'; END"
    return [
        f"CREATE OR REPLACE FUNCTION audit_entries_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ {refuse} $$",
        *(
            f"CREATE TRIGGER audit_entries_no_{act} BEFORE {act.upper()} ON audit_entries"
            " FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_refuse()"
            for act in ("update", "delete", "truncate")
        ),
    ]


def _close(dialect: str) -> None:
    for statement in closing_statements(dialect):
        event.listen(AuditEntry.__table__, "after_create", DDL(statement).execute_if(dialect=dialect))  # type: ignore[no-untyped-call]


_close("sqlite")
_close("postgresql")


class AuditHead(Base):
    """The last link of a committee's chain."""

    __tablename__ = "audit_heads"

    chain: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(Integer)
    hash: Mapped[str] = mapped_column(String(64))
    stamp: Mapped[str | None] = mapped_column(String(stamps.LONGEST))
    unstamped: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    """So many of its entries are from before there were stamps. The head's own stamp covers the number: who can write
    into the database but has no key cannot say that stamps he took away were never there."""


@dataclass
class _Pending:
    entry: AuditEntry
    subject: Audited | None


@dataclass
class _Gathered:
    """What one command has changed and said so far."""

    entries: list[_Pending] = field(default_factory=list)
    covered: dict[int, Audited] = field(default_factory=dict)
    touched: dict[int, tuple[Audited, Audited, dict[str, Any]]] = field(default_factory=dict)

    def copy(self) -> _Gathered:
        return _Gathered(list(self.entries), dict(self.covered), dict(self.touched))


def record(
    actor: Actor,
    event: str,
    subject: Audited | None,
    sentence: str,
    *,
    reason: str | None = None,
    covers: Iterable[Audited] = (),
    label: str | None = None,
) -> None:
    """Write what the actor did. `covers` names further rows that this one entry answers for (bulk acts).

    Raises MissingEntry later, at the command's end, if a changed audited row is named by no entry.
    """
    gathered = _gathered()
    if has_request_context():
        g.was_recorded = True
    entry = AuditEntry(
        chain=actor.committee_id or 0,
        at=actor.at,
        actor_id=actor.user_id,
        actor_name=actor.named(),
        event=event,
        object_type=type(subject).__name__ if subject is not None else "",
        object_label=(label or (subject.audit_label() if subject is not None else ""))[:300],
        sentence=sentence,
        reason=reason,
        address=request.remote_addr if has_request_context() else None,
        request_id=g.get("request_id") if has_request_context() else None,
    )
    gathered.entries.append(_Pending(entry, subject))
    cover(*([subject] if subject is not None else []), *covers)


def record_sitting(actor: Actor, event: str, subject: Audited, sentence: str) -> None:
    """One entry per person, row and sitting: autosave speaks once, not at every pause of the typist (promise 12)."""
    number = inspect(subject).identity
    last = number and db.session.scalar(
        select(AuditEntry.id)
        .where(
            AuditEntry.actor_id == actor.user_id,
            AuditEntry.at > actor.at - SITTING,
            AuditEntry.event == event,
            AuditEntry.object_type == type(subject).__name__,
            AuditEntry.object_id == number[0],
        )
        .limit(1)
    )
    if last:
        cover(subject)
    else:
        record(actor, event, subject, sentence)


def cover(*subjects: Audited) -> None:
    """An entry of this command, or of this sitting, already speaks for these rows."""
    gathered = _gathered()
    for subject in subjects:
        gathered.covered[id(subject)] = subject


def seal() -> None:
    """Check that nothing was forgotten, then append the entries to their chains. Called once, by the command."""
    session = db.session()
    session.flush()
    gathered = _gathered()
    for row, subject, _ in gathered.touched.values():
        if id(subject) not in gathered.covered and id(row) not in gathered.covered:
            raise MissingEntry(f"{type(row).__name__} was changed and no entry was recorded")
    for pending in gathered.entries:
        if pending.subject is not None:
            number = inspect(pending.subject).identity
            pending.entry.object_id = number[0] if number else None
            pending.entry.changes = _changes_of(pending.subject, gathered)
        else:
            pending.entry.changes = {}
    for chain in sorted({pending.entry.chain for pending in gathered.entries}):
        _append(session, chain, [p.entry for p in gathered.entries if p.entry.chain == chain])
    session.flush()
    forget()


def forget() -> None:
    """Drop what was gathered: the command ended or failed."""
    db.session().info.pop("audit", None)


def mark() -> _Gathered:
    """What was gathered so far, to return to when a savepoint rolls back."""
    return _gathered().copy()


def rewind(marked: _Gathered) -> None:
    db.session().info["audit"] = marked


def broken_links(chain: int) -> Iterable[tuple[int, str]]:
    """Walk a chain and name every altered, missing or reordered entry as (seq, sentence).

    Entries from before there were stamps have none: as many as the head says under its own stamp.
    """
    head = db.session.get(AuditHead, chain)
    sealed = stamps.prove(head.stamp, to_stamp(head)) if head is not None else Proof.MISSING
    unstamped = head.unstamped if head is not None and sealed in {Proof.GENUINE, Proof.KEYLESS} else 0
    expected_seq, previous = 1, GENESIS
    for entry in db.session.scalars(
        select(AuditEntry).where(AuditEntry.chain == chain).order_by(AuditEntry.seq).execution_options(yield_per=500)
    ):
        if entry.seq != expected_seq:
            yield expected_seq, f"缺少第{expected_seq}条记录"
        elif entry.previous_hash != previous:
            yield entry.seq, f"第{entry.seq}条记录与前一条不衔接"
        if entry.hash != entry.digest():
            yield entry.seq, f"第{entry.seq}条记录内容被改动"
        elif not (entry.stamp is None and entry.seq <= unstamped) and (proof := entry.proof) is not Proof.GENUINE:
            yield entry.seq, f"第{entry.seq}条记录{_ILL[proof]}"
        expected_seq, previous = entry.seq + 1, entry.hash
    if (head.seq if head else 0) != expected_seq - 1 or (head.hash if head else GENESIS) != previous:
        yield expected_seq, "末尾记录缺失或被改动"
    elif head and sealed is not Proof.GENUINE:
        yield expected_seq, f"末尾标志{_ILL[sealed]}"


KEYLESS = "密钥校验码由不在本系统中的密钥或算法生成，不能核验"
_ILL = {
    Proof.FORGED: "的密钥校验码不符，可能是在系统之外写入的",
    Proof.MISSING: "缺少密钥校验码，可能是在系统之外写入的",
    Proof.KEYLESS: f"的{KEYLESS}",
}


def _append(session: Session, chain: int, entries: list[AuditEntry]) -> None:
    head = session.scalar(select(AuditHead).where(AuditHead.chain == chain).with_for_update())
    if head is None:
        head = AuditHead(chain=chain, seq=0, hash=GENESIS, unstamped=0)
        session.add(head)
    for entry in entries:
        entry.seq = head.seq + 1
        entry.previous_hash = head.hash
        entry.hash = entry.digest()
        entry.stamp = stamps.stamp(to_stamp(entry))
        session.add(entry)
        head.seq, head.hash = entry.seq, entry.hash
    head.stamp = stamps.stamp(to_stamp(head))


def to_stamp(link: AuditEntry | AuditHead) -> str:
    """What a stamp covers: an entry's hash holds all of its words; the head says that nothing comes after."""
    words = f"{link.__tablename__} {link.chain} {link.seq} {link.hash}"
    before = link.unstamped if isinstance(link, AuditHead) else 0
    return f"{words} {before}" if before else words


def _gathered() -> _Gathered:
    return cast(_Gathered, db.session().info.setdefault("audit", _Gathered()))


def _changes_of(subject: Audited, gathered: _Gathered) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for row, owner, changed in gathered.touched.values():
        if row is subject:
            changes.update(changed)
        elif owner is subject and changed:
            changes[row.audit_label()] = changed
    return changes


def _written(value: Any) -> Any:
    """In UTC, as the database gives a moment back: the hash must not depend on the zone it was said in."""
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return value if len(value) <= LONGEST_VALUE else value[:LONGEST_VALUE] + "…"
    if isinstance(value, int | float | bool | dict | list) or value is None:
        return value
    return str(value)


@event.listens_for(Base, "attribute_instrument", propagate=True)
def _keep_old_values(cls: type[Base], _key: str, attribute: Any) -> None:
    """Without this an expired attribute is overwritten unread, and the trail could not say what stood there before."""
    if issubclass(cls, Audited):
        event.listen(attribute, "set", _noticed, active_history=True)


def _noticed(*_: Any) -> None:
    """Listening is what makes SQLAlchemy load the old value."""


@event.listens_for(Session, "before_flush")
def _gather(session: Session, _context: Any, _instances: Any) -> None:
    for row in list(session.dirty) + list(session.deleted):
        if isinstance(row, AuditEntry) and (row in session.deleted or session.is_modified(row)):
            raise MissingEntry("entries of the trail are never changed")
    gathered = cast(_Gathered, session.info.setdefault("audit", _Gathered()))
    for row in [*session.new, *session.dirty, *session.deleted]:
        if not isinstance(row, Audited):
            continue
        changes = {} if row in session.new else _changed_columns(row)
        if row in session.dirty and not changes:
            continue
        before = gathered.touched.get(id(row), (row, row, {}))[2]
        gathered.touched[id(row)] = (row, row.audit_subject(), _merged(before, changes))


def _merged(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    merged = dict(before)
    for name, (old, new) in after.items():
        merged[name] = [merged[name][0] if name in merged else old, new]
    return merged


def _changed_columns(row: Audited) -> dict[str, Any]:
    state = inspect(row)
    changes: dict[str, Any] = {}
    for attribute in state.mapper.column_attrs:
        history = state.attrs[attribute.key].history
        if not history.has_changes() or attribute.key in {"version", "state_since"}:
            continue
        if attribute.key in row.AUDIT_SECRET:
            changes[attribute.key] = ["（不显示）", "（不显示）"]
            continue
        old = history.deleted[0] if history.deleted else None
        new = history.added[0] if history.added else None
        changes[attribute.key] = [_plain(old), _plain(new)]
    return changes
