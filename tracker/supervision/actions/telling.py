"""Who is told of what the room does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tracker.accounts import queries as accounts
from tracker.accounts.models import User
from tracker.core.access import OFFICE_ROLES, UNIT_ROLES, Actor, Role
from tracker.core.db import db
from tracker.messages import wording
from tracker.messages.actions import tell


def tell_unit(
    actor: Actor, row: Any, kind: str, *, occasion: str, unit_id: int, is_urgent: bool = True, **words: Any
) -> None:  # fmt: skip
    """A unit's liaison and leader; `kind` (notice.issued) names the template (notice_issued)."""
    held = db.session.execute(accounts.holders_of_unit([unit_id], UNIT_ROLES, actor.on))
    people = dict.fromkeys(user for _, user in held)
    _tell(actor, people, row, kind, occasion=occasion, unit_id=unit_id, is_urgent=is_urgent, **words)


def tell_office(
    actor: Actor, row: Any, kind: str, *, occasion: str, roles: Iterable[Role] = OFFICE_ROLES, **words: Any
) -> None:
    """Everybody in the office, or those of these posts."""
    people = accounts.holders_of_office(actor.committee_id or 0, roles, actor.on)
    _tell(actor, people, row, kind, occasion=occasion, **words)


def tell_chair(actor: Actor, row: Any, kind: str, *, occasion: str, **words: Any) -> None:
    """Those who hold the committee's chair."""
    people = accounts.holders_of_office(actor.committee_id or 0, [Role.CHAIR], actor.on)
    _tell(actor, people, row, kind, occasion=occasion, **words)


def tell_person(actor: Actor, person: User, row: Any, kind: str, *, occasion: str, **words: Any) -> None:
    """One person who was named for something."""
    _tell(actor, [person], row, kind, occasion=occasion, **words)


def _tell(
    actor: Actor, people: Iterable[User], row: Any, kind: str, *, occasion: str, unit_id: int | None = None,
    is_urgent: bool = False, **words: Any,
) -> None:  # fmt: skip
    title, body = wording.render(f"supervision/{kind.replace('.', '_')}", **words)
    tell(
        list(people), committee_id=actor.committee_id, unit_id=unit_id, kind=kind, subject_type=type(row).__name__,
        subject_id=row.id, occasion=occasion, title=title, body=body, path=row.path, at=actor.at, is_urgent=is_urgent,
    )  # fmt: skip
