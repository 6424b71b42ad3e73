"""Transition, in a table.

A room's `workflow.py` holds one `Workflow` per kind of row. Buttons, the diagram in the docs and the test that tries
every action in every state read the same table; `apply()` is the only writer of a `state` column.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy.orm import Mapped, mapped_column

from tracker.core import audit
from tracker.core.access import Actor
from tracker.core.db import Labelled, UtcDateTime
from tracker.core.errors import RuleError

S = TypeVar("S", bound=Labelled)


class Stateful:
    """A row with a state and the moment it came into it."""

    state_since: Mapped[datetime] = mapped_column(UtcDateTime)


class HasState(Protocol):
    state: Any
    state_since: Any

    def audit_subject(self) -> audit.Audited: ...
    def audit_label(self) -> str: ...


@dataclass(frozen=True)
class Move(Generic[S]):
    """One arrow: `action` (code), `verb` (the button), from which states, to which."""

    action: str
    verb: str
    sources: frozenset[S]
    target: S
    needs_reason: bool = False


class Workflow(Generic[S]):
    """The moves of one kind of row."""

    def __init__(self, name: str, states: type[S], moves: Iterable[Move[S]]) -> None:
        self.name = name
        self.states = states
        self.moves = {move.action: move for move in moves}

    def allows(self, row: HasState, action: str) -> bool:
        """Whether the state permits it; who may is the policy's question."""
        return row.state in self.moves[action].sources

    def open_moves(self, row: HasState) -> list[Move[S]]:
        """The moves that the row's state permits, in the table's order."""
        return [move for move in self.moves.values() if row.state in move.sources]

    def check(self, row: HasState, action: str, reason: str | None = None) -> Move[S]:
        """Raises RuleError with a sentence when the state forbids the move or a reason is missing."""
        move = self.moves[action]
        if row.state not in move.sources:
            raise RuleError(f"{row.audit_label()}现在是“{row.state.label}”，不能{move.verb}。请刷新页面核对。")
        if move.needs_reason and not (reason or "").strip():
            raise RuleError(f"{move.verb}需要说明理由。", field="reason")
        return move

    def apply(
        self,
        row: HasState,
        action: str,
        actor: Actor,
        *,
        reason: str | None = None,
        sentence: str | None = None,
        recorded: bool = True,
    ) -> None:
        """Move the row, stamp the moment, record the act.

        A bulk act moves many rows with `recorded=False` and writes one entry of its own that covers them all.

        Raises RuleError when the state forbids it, so that two people pressing one button do it once.
        """
        move = self.check(row, action, reason)
        row.state = move.target
        row.state_since = actor.at
        if not recorded:
            return
        audit.record(
            actor,
            f"{self.name}.{action}",
            row.audit_subject(),
            sentence or f"{move.verb}：{row.audit_label()}",
            reason=reason,
            covers=[row] if isinstance(row, audit.Audited) else [],
        )

    def diagram(self) -> str:
        """The table as a Mermaid state diagram, for the docs."""
        lines = ["stateDiagram-v2"]
        for move in self.moves.values():
            for source in self.states:
                if source in move.sources:
                    lines.append(f"    {source.label} --> {move.target.label}: {move.verb}")
        return "\n".join(lines)


def must_be_as_seen(row: Any, seen: int | None, verb: str) -> None:
    """Nobody decides on other words than those before their eyes: what was taken back, rewritten and put forward anew
    since the page was opened is read first. `seen` is the row's version on that page, None where no page was."""
    if seen is not None and seen != row.version:
        raise RuleError(f"您打开页面以后，{row.audit_label()}有变动，没有{verb}。请先看现在的内容。", field="seen")
