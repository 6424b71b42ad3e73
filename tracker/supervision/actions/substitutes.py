"""回避: who judges an answer where the office would judge itself, or its own writing; as for reports."""

from __future__ import annotations

from tracker.accounts.models import User
from tracker.core import audit
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.reports.actions.aside import put_in_place
from tracker.supervision.actions.telling import tell_person
from tracker.supervision.models import Matter, Notice


@command
def name_verifier(actor: Actor, row: Notice | Matter, person: User | None, reason: str) -> None:
    """This person alone verifies and closes; None lets the office do it again."""
    put_in_place(row, person, reason, hands=row.closing_hands)
    label = row.audit_label()
    said = f"指定{person.name}核验{label}（回避）" if person else f"取消指定{label}的核验人"
    event = "notice.substitute" if isinstance(row, Notice) else "matter.substitute"
    audit.record(actor, event, row, said, reason=reason)
    if person is not None:
        tell_person(
            actor, person, row, "verifier.named", occasion=actor.at.isoformat(timespec="seconds"), subject=row,
            by=actor.user.name,
        )  # fmt: skip
