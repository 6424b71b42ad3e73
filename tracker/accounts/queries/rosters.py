"""Who holds the posts of a committee's units, for the list as a whole: to judge one that comes in, and to let in those
who have not come yet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from tracker.accounts.importing import Accounts, PeopleJudgement, judge_people, read_people
from tracker.accounts.models import KEY_LIVES, LINKS, Holding, OneTimeToken, Post, User
from tracker.accounts.queries.people import current
from tracker.committees.models import Committee, Unit
from tracker.committees.queries import current_units
from tracker.core import calendar, clock
from tracker.core.access import UNIT_ROLES, Actor, Role
from tracker.core.db import db

Holders = dict[int, dict[Role, list[Holding]]]


def judged_people(actor: Actor, text: str, profile: str) -> PeopleJudgement:
    """A list of people as pasted, against who holds the posts today. The number of queries does not grow with it."""
    rows = read_people(text)
    units, holders = units_with_holders(actor)
    named = {row.login.lower() for row in rows if row.login}
    found = select(User).where(User.login.in_(named)).options(selectinload(User.holdings).joinedload(Holding.post))
    by_login = {user.login: user for user in db.session.scalars(found)}
    accounts = Accounts(by_login, holders, actor.committee_id or 0, actor.on)
    return judge_people(rows, units, accounts, profile=profile)


def units_with_holders(actor: Actor) -> tuple[list[Unit], Holders]:
    """The units on the list in official order with all their names, and who holds which of their posts today."""
    units = current_units(actor.committee_id, actor.on)
    wanted = [unit.id for unit in units]
    db.session.scalars(select(Unit).where(Unit.id.in_(wanted)).options(selectinload(Unit.names))).all()
    rows = (
        _in_posts(actor)
        .where(Post.unit_id.in_(wanted))
        .options(
            contains_eager(Holding.post), joinedload(Holding.user).selectinload(User.holdings).joinedload(Holding.post)
        )
        .order_by(Holding.starts_on, Holding.id)
    )
    holders: Holders = {}
    for one in db.session.scalars(rows):
        holders.setdefault(one.post.unit_id or 0, {}).setdefault(one.post.role, []).append(one)
    return units, holders


def slip_holders(actor: Actor, *, everybody: bool) -> Select[Holding]:
    """Who may be handed a slip, in the order of the list of units: who has never set a password, or everybody."""
    rows = _in_posts(actor).join(Holding.user).join(Post.unit).where(User.is_active)
    if not everybody:
        rows = rows.where(User.password_hash.is_(None))
    rows = rows.options(
        contains_eager(Holding.post).contains_eager(Post.unit),
        contains_eager(Holding.user).selectinload(User.holdings).joinedload(Holding.post),
    )
    return rows.order_by(Unit.position, Unit.id, Post.role.desc(), Holding.id)


def to_be_handed_slips(actor: Actor, numbers: Iterable[int]) -> list[Holding]:
    """These of them, as they are now, in the order of the list of units."""
    rows = slip_holders(actor, everybody=True).where(Holding.id.in_(list(numbers)))
    return list(db.session.scalars(rows).unique())


def holding_for_slip(actor: Actor, user: User) -> Holding | None:
    """The post for which this person may be handed a slip today, if there is one."""
    rows = slip_holders(actor, everybody=True).where(Holding.user_id == user.id)
    return db.session.scalars(rows).unique().first()


def slips_open_until(actor: Actor) -> datetime:
    """Until when a slip printed now opens: 24 hours as every link, or to the end of as many working days as the office
    set, because paper travels slower than mail; never less than a link."""
    link = actor.at + KEY_LIVES
    days = db.session.get_one(Committee, actor.committee_id).settings.slip_workdays
    if not days:
        return link
    last = calendar.current().add_workdays(actor.on, days)
    return max(link, datetime.combine(last, time(23, 59), clock.SHANGHAI))


def living_links(user_ids: Iterable[int], at: datetime) -> dict[int, datetime]:
    """Until when the latest link of each of these people opens, for those who have one."""
    living = OneTimeToken.used_at.is_(None), OneTimeToken.expires_at > at, OneTimeToken.purpose.in_(LINKS)
    rows = select(OneTimeToken.user_id, func.max(OneTimeToken.expires_at)).where(
        OneTimeToken.user_id.in_(list(user_ids)), *living
    )
    return {user_id: until for user_id, until in db.session.execute(rows.group_by(OneTimeToken.user_id)) if user_id}


def _in_posts(actor: Actor) -> Select[Holding]:
    """The holdings of today in the posts of the actor's own units."""
    here = Post.committee_id == actor.committee_id, Post.unit_id.is_not(None), Post.role.in_(list(UNIT_ROLES))
    return select(Holding).join(Holding.post).where(*here, *current(actor.on))
