"""Who is told of a notice, and when."""

from __future__ import annotations

from tracker.accounts import queries as accounts
from tracker.core.access import OFFICE_ROLES, UNIT_ROLES, Actor
from tracker.core.db import db
from tracker.messages import wording
from tracker.messages.actions import tell
from tracker.supervision.models import Notice


def tell_unit(actor: Actor, notice: Notice, kind: str, *, occasion: str) -> None:
    """The unit's liaison and leader, at once."""
    held = db.session.execute(accounts.holders_of_unit([notice.unit_id], UNIT_ROLES, actor.on))
    people = list(dict.fromkeys(user for _, user in held))
    title, body = wording.render(f"supervision/notice_{kind}", notice=notice)
    tell(
        people, committee_id=notice.committee_id, unit_id=notice.unit_id, kind=f"notice.{kind}", subject_type="Notice",
        subject_id=notice.id, occasion=occasion, title=title, body=body, path=notice.path, at=actor.at, is_urgent=True,
    )  # fmt: skip


def tell_office(actor: Actor, notice: Notice, kind: str, *, occasion: str) -> None:
    """Everybody in the office."""
    title, body = wording.render(f"supervision/notice_{kind}", notice=notice)
    tell(
        accounts.holders_of_office(notice.committee_id, OFFICE_ROLES, actor.on),
        committee_id=notice.committee_id, kind=f"notice.{kind}", subject_type="Notice", subject_id=notice.id,
        occasion=occasion, title=title, body=body, path=notice.path, at=actor.at,
    )  # fmt: skip
