"""Who keeps accounts and posts. Pure: the rows are given, nothing is looked up.

系统管理员 makes accounts and cannot grant posts; 安全管理员 grants posts of offices and administrators; the office
keeps the posts of its units (product.md §1, S16).
"""

from __future__ import annotations

from datetime import date

from tracker.accounts.models import Holding, LinkOrder, Proposal, User
from tracker.committees.models import Unit
from tracker.core.access import ADMIN_ROLES, UNIT_ROLES, Actor, Role

GRANTED_ROLES = (Role.OFFICER, Role.OFFICE_HEAD, Role.CHAIR, Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR)
"""What the security administrator grants; posts of units are the office's."""
DJBH = "djbh"
DEPUTISED_ROLES = UNIT_ROLES | {Role.OFFICER, Role.OFFICE_HEAD}
"""Whose work a colleague may do for a time."""


def makes_accounts(actor: Actor) -> bool:
    return actor.role is Role.SYSADMIN


def grants_posts(actor: Actor) -> bool:
    return actor.role is Role.SECADMIN


def sees_users(actor: Actor) -> bool:
    return makes_accounts(actor) or grants_posts(actor)


def can_see_user(actor: Actor, user: User) -> bool:
    return sees_users(actor)


def can_keep_user(actor: Actor, user: User) -> bool:
    return makes_accounts(actor)


def can_disable(actor: Actor, user: User) -> bool:
    """Not oneself: somebody must be left to undo it."""
    return makes_accounts(actor) and user.id != actor.user_id


def can_grant(actor: Actor, user: User) -> bool:
    """Not to oneself: nobody makes himself powerful."""
    return grants_posts(actor) and user.id != actor.user_id


def can_end_granted(actor: Actor, holding: Holding) -> bool:
    return grants_posts(actor) and holding.post.role in GRANTED_ROLES


def can_put_in_charge(actor: Actor, holding: Holding) -> bool:
    """主持工作 is for officers: the head has the authority already."""
    return grants_posts(actor) and holding.post.role is Role.OFFICER


def sees_roster(actor: Actor) -> bool:
    """The list of units and their liaisons is for those who work with it."""
    return actor.role not in ADMIN_ROLES


def sees_telephone(actor: Actor, unit: Unit) -> bool:
    """The office calls everybody; a unit sees its own people's numbers, the others' masked."""
    return actor.is_office or actor.is_chair or actor.unit_id == unit.id


def may_be_deputised(actor: Actor) -> bool:
    """Whoever works for a unit or in the office may name a deputy; a deputy may not, and administrators are granted."""
    return actor.role in DEPUTISED_ROLES


def can_keep_own_deputy(actor: Actor, deputy: Holding) -> bool:
    """The holder whose place it is."""
    return deputy.stands_in_for is not None and deputy.stands_in_for.user_id == actor.user_id


def keeps_roster(actor: Actor) -> bool:
    """The whole list of liaisons and leaders: the office, for its own units."""
    return actor.is_office


def can_keep_unit_posts(actor: Actor, unit: Unit) -> bool:
    return actor.is_office and unit.committee_id == actor.committee_id


def can_keep_holding(actor: Actor, holding: Holding) -> bool:
    """The office, for a post of one of its units."""
    return (
        actor.is_office
        and holding.post.role in UNIT_ROLES
        and holding.post.committee_id == actor.committee_id
        and holding.is_current(actor.on)
    )


def can_help_in(actor: Actor, holding: Holding) -> bool:
    """The office may give a link or correct a contact only to people whose every post is in its units: the account of
    an administrator, or of who will be one tomorrow, must not be opened from there."""
    return can_keep_holding(actor, holding) and holds_units_only(actor.committee_id, holding.user, actor.on)


def holds_units_only(committee_id: int | None, user: User, on: date) -> bool:
    """Whether every post that a person holds or will hold is one of this committee's units."""
    return all(
        one.post.role in UNIT_ROLES and one.post.committee_id == committee_id for one in user.posts_from(on)
    )  # fmt: skip


def can_reset_factor(actor: Actor, user: User) -> bool:
    """Either administrator, for somebody else who lost the telephone."""
    return sees_users(actor) and user.id != actor.user_id


def can_anonymise(actor: Actor, user: User) -> bool:
    """The system administrator, once the account is closed for good: whoever still holds a post hands it on first."""
    closed = not user.is_active and not user.has_post(actor.on)
    return makes_accounts(actor) and closed and user.anonymised_at is None


def can_see_off(actor: Actor, user: User) -> bool:
    """离任: the security administrator hands posts of the committee on, the office those of its units; whoever holds
    both kinds is handed on by either, each for its own kind. Also once the account is closed: the posts remain."""
    return user.id != actor.user_id and bool(posts_to_hand_on(actor, user))


def posts_to_hand_on(actor: Actor, user: User) -> list[Holding]:
    """The posts of a leaver that this actor may give to somebody else."""
    now = user.posts_from(actor.on)
    if grants_posts(actor):
        return [one for one in now if one.post.role in GRANTED_ROLES]
    if actor.is_office:
        return [one for one in now if one.post.role in UNIT_ROLES and one.post.committee_id == actor.committee_id]
    return []


def names_successor(actor: Actor) -> bool:
    return actor.is_unit


def can_decide_proposal(actor: Actor, proposal: Proposal) -> bool:
    return actor.is_office


def can_withdraw_proposal(actor: Actor, proposal: Proposal) -> bool:
    return actor.is_unit


def needs_agreement(roles: set[Role], profile: str) -> bool:
    """Whether a link into the account of who holds these needs a second administrator's word."""
    return profile == DJBH and bool(roles & ADMIN_ROLES)


def can_see_link_order(actor: Actor, order: LinkOrder) -> bool:
    return actor.role in ADMIN_ROLES


def can_decide_link_order(actor: Actor, order: LinkOrder) -> bool:
    """Another administrator than the one who asked and the one whose account it is."""
    return actor.role in ADMIN_ROLES and actor.user_id not in {order.asked_by_id, order.user_id}


def needs_factor(roles: set[Role], profile: str) -> bool:
    """Whether these roles may not be acted from without a second factor (S10)."""
    return profile == DJBH and bool(roles & ADMIN_ROLES)


def why_exclusive(roles: set[Role], profile: str) -> str | None:
    """Why nobody may hold all of these, or None when somebody may.

    In profile basic one person may keep system and security, in djbh the three are three persons. In either, whoever
    keeps the trail keeps nothing else, and whoever makes accounts or grants posts does no business in them (S15).
    """
    if profile == DJBH and len(roles & ADMIN_ROLES) > 1:
        return "系统管理员、安全管理员、审计管理员应由三个人分别担任。"
    if Role.AUDITOR in roles and len(roles) > 1:
        return "审计管理员不能由担任其他岗位的人兼任。"
    if roles & ADMIN_ROLES and roles - ADMIN_ROLES:
        return "系统管理员、安全管理员不能由办理业务的人兼任，请另行指定人员。"
    return None
