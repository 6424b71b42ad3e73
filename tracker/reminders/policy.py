"""Who may chase, who sees what was said to whom, and who keeps rules and channels."""

from __future__ import annotations

from tracker.core.access import Actor, Role
from tracker.messages.models import Delivery, DeliveryState, Message, Outlet
from tracker.reminders.models import Watch


def can_follow(actor: Actor) -> bool:
    """The office's pages about deadlines and messages."""
    return actor.is_office


def can_keep_rules(actor: Actor) -> bool:
    """The ladder, the words and the hours are the office's."""
    return actor.is_office


def can_keep_watch(actor: Actor, watch: Watch) -> bool:
    """The office notes and pauses what runs in its committee. Whether it still runs is asked by the act itself, so that
    a page that has grown old says what became of it."""
    return actor.is_office and actor.committee_id == watch.committee_id


def can_nudge(actor: Actor, watch: Watch) -> bool:
    """The office chases a unit's deadline; its own it just does."""
    return can_keep_watch(actor, watch) and watch.unit_id is not None


def can_send_again(actor: Actor, delivery: Delivery) -> bool:
    return actor.is_office and delivery.state in {DeliveryState.GIVEN_UP, DeliveryState.UNSENT}


def can_repeat(actor: Actor, message: Message) -> bool:
    return actor.is_office and message.read_at is None


def can_confirm_contact(actor: Actor) -> bool:
    """A unit's liaison confirms itself."""
    return actor.role is Role.LIAISON


def can_keep_channels(actor: Actor) -> bool:
    """The keys of robots and gateways are the system administrator's."""
    return actor.role is Role.SYSADMIN


def can_keep_channel(actor: Actor, outlet: Outlet) -> bool:
    return actor.role is Role.SYSADMIN and outlet.committee_id == actor.committee_id


def can_see_health(actor: Actor) -> bool:
    """The machinery shows counts and no business: to the system administrator, and to the office whose mail it is."""
    return actor.role is Role.SYSADMIN or actor.is_office
