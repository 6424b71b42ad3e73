"""Field keys: what stands sealed under an old key, or not at all, is sealed anew under the newest (S31)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import column, select, table

from tracker.core import audit, clock, sealing
from tracker.core.access import Body, system_actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.sealing import SEALED, SOMETIMES, SealedText


@dataclass(frozen=True)
class SealedColumn:
    """One column of sealed words, looked at as it stands in the database."""

    table_name: str
    name: str
    is_always: bool
    """Whether plain words there are from before there were seals; a column may hold both."""

    def outdated(self) -> list[tuple[int, str]]:
        """(row, words as they stand) of what the newest key did not seal."""
        bare = table(self.table_name, column("id"), column(self.name))
        rows = db.session.execute(select(bare.c.id, bare.c[self.name]).where(bare.c[self.name].is_not(None)))
        return [
            (number, words)
            for number, words in rows
            if not sealing.is_current(words) and (self.is_always or sealing.is_sealed(words))
        ]

    def write(self, number: int, words: str) -> None:
        bare = table(self.table_name, column("id"), column(self.name))
        db.session.execute(bare.update().where(bare.c.id == number).values({self.name: words}))


def sealed_columns() -> list[SealedColumn]:
    """Every column of the house in which words stand sealed."""
    return [
        SealedColumn(place.name, one.name, one.info.get(SEALED) != SOMETIMES)
        for place in db.metadata.sorted_tables
        for one in place.columns
        if isinstance(one.type, SealedText) or SEALED in one.info
    ]


def count_outdated() -> int:
    """How many words are not sealed by the newest key: plain ones from before, and those of older keys."""
    return sum(len(one.outdated()) for one in sealed_columns())


@command
def seal_anew(at: datetime) -> int:
    """Seal everything by the newest key; how many words that were. Old keys may be thrown away afterwards.

    Raises BrokenSeal, and changes nothing, when the key of a word is missing.
    """
    done = 0
    for one in sealed_columns():
        for number, words in one.outdated():
            plain = sealing.unseal(words) if sealing.is_sealed(words) else words
            one.write(number, sealing.seal(plain))
            done += 1
    if done:
        actor = system_actor(Body(None, "", "", ""), on=clock.shanghai_date(at), at=at)
        audit.record(actor, "user.seal", None, f"用最新密钥重新加密{done}处电话和密钥", label="字段加密")
    return done
