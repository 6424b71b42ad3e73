"""Saying something to people, and keeping the channels that carry it."""

from tracker.messages.actions.holding import hold_waiting, leave_held, release_held
from tracker.messages.actions.outlets import (
    OutletFacts,
    add_outlet,
    change_hours,
    change_outlet,
    drop_outlet,
    note_test,
)
from tracker.messages.actions.saying import (
    GATHER,
    Recipient,
    has_mail,
    mark_all_read,
    mark_opened,
    mark_read,
    repeat_unread,
    send_again,
    tell,
)

__all__ = [
    "GATHER",
    "OutletFacts",
    "Recipient",
    "add_outlet",
    "change_hours",
    "change_outlet",
    "drop_outlet",
    "has_mail",
    "hold_waiting",
    "leave_held",
    "mark_all_read",
    "mark_opened",
    "mark_read",
    "note_test",
    "release_held",
    "repeat_unread",
    "send_again",
    "tell",
]
