"""Who holds which post: granted, ended, handed on. The post's history and its open work stay with the post."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import func, inspect, update

from tracker.accounts import policy, queries
from tracker.accounts.actions.keys import end_links, give_key
from tracker.accounts.actions.people import appoint, create_post, create_user, keep_an_administrator
from tracker.accounts.models import Holding, OneTimeToken, Post, User, UserSession
from tracker.committees.models import Committee, Unit
from tracker.core import audit
from tracker.core.access import Actor, Role
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.filters import zh_date
from tracker.core.holding import hold
from tracker.messages import actions as messages
from tracker.messages import wording


@command
def grant(
    actor: Actor, user: User, *, committee: Committee, role: Role, title: str = "", starts_on: date,
    ends_on: date | None = None,
) -> Holding:  # fmt: skip
    """Give a person a post of a committee itself: its office, its chair, its administration (S16).

    Raises RuleError for oneself, for a post of a unit, for one the person holds already, and for roles that exclude
    each other.
    """
    hold(user)
    if user.id == actor.user_id:
        raise RuleError("不能给自己授予岗位，请由另一名安全管理员办理。", field="role")
    if role not in policy.GRANTED_ROLES:
        raise RuleError("单位的岗位由办公室在“单位”中任命。", field="role")
    if not user.is_active:
        raise RuleError("账号已停用，请先启用。")
    if ends_on is not None and ends_on < starts_on:
        raise RuleError("结束日期早于开始日期。", field="ends_on")
    held = user.posts_from(starts_on)
    if any(one.post.role is role and one.post.committee_id == committee.id for one in held):
        raise RuleError(f"{user.name}已经担任{committee.short_name}{role.label}。", field="role")
    if why := policy.why_exclusive({role, *(one.post.role for one in held)}, _profile()):
        raise RuleError(why, field="role")
    post = queries.vacant_post(committee.id, role, title, starts_on)
    if post is None:
        post = create_post(actor, committee=committee, role=role, title=title)
    holding = appoint(actor, post, user, starts_on=starts_on)
    holding.ends_on = ends_on
    if policy.needs_agreement({role}, _profile()):
        end_links(user, actor.at)  # whoever made the account must not open it once it is an administrator's
    return holding


@command
def end_holding(actor: Actor, holding: Holding, *, last_day: date) -> None:
    """The person leaves the post after its last day. One that never began counts as not given.

    Raises RuleError when nobody else could do an administrator's work, and for a day before somebody began who has
    acted since: a year mistyped must not undo the whole time.
    """
    keep_an_administrator(holding, actor.on)
    if last_day < holding.starts_on < actor.on:
        raise RuleError(f"最后一天不能早于任职开始的{zh_date(holding.starts_on)}。", field="last_day")
    end(actor, holding, last_day)


@command
def put_in_charge(actor: Actor, holding: Holding, *, until: date | None) -> None:
    """Let an officer hold the head's authority up to a day (主持工作), or end it."""
    if until is not None and until < actor.on:
        raise RuleError("主持工作的最后一天不能早于今天。", field="until")
    holding.in_charge_until = until
    who = holding.user.name
    sentence = f"{who}主持办公室工作，至{zh_date(until)}" if until else f"{who}不再主持办公室工作"
    audit.record(actor, "post.charge", holding.post, sentence, covers=[holding])


@dataclass(frozen=True)
class Succession:
    """Who holds the post now; the key is shown once, and None for a person who could sign in already."""

    user: User
    key: str | None


@command
def succeed(
    actor: Actor, unit: Unit, role: Role, *, name: str, login: str | None, phone: str | None, email: str | None,
    gives_key: bool = True,
) -> Succession:  # fmt: skip
    """联络员变更: the new holder of a unit's post from today on, with an account; whoever held it leaves it.

    A key is given at once to somebody new, unless slips are made for many later (`gives_key=False`).

    Raises RuleError when the login name belongs to another person, and for a person whose other roles exclude it.
    """
    post = queries.post_of_unit(unit.id, role) or create_post(actor, committee=unit.committee, role=role, unit=unit)
    db.session.flush()
    hold(post)
    user = person_for(actor, name, login, phone, email)
    if why := policy.why_exclusive({role, *(one.post.role for one in user.posts_from(actor.on))}, _profile()):
        raise RuleError(why, field="login")
    former = [one for one in post.holdings if one.lasts(actor.on)]
    if any(one.user is user for one in former):
        raise RuleError(f"{user.name}已经是{post.audit_label()}。", field="name")
    for holding in former:
        end_now(actor, holding)
    appoint(actor, post, user, starts_on=actor.on)
    db.session.flush()
    tell_both(actor, post, [one.user for one in former], user)
    return Succession(user, None if user.password_hash or not gives_key else give_key(actor, user))


def end_now(actor: Actor, holding: Holding, *, reason: str | None = None) -> None:
    """Yesterday was the last day."""
    end(actor, holding, actor.on - timedelta(days=1), reason)


def tell_both(actor: Actor, post: Post, former: list[User], heir: User | None) -> None:
    """Who leaves and who comes know of each other. A leaver is told as a person: the post is no longer theirs."""
    words = {"post": post.audit_label(), "day": actor.on}
    shared: dict[str, Any] = {"subject_type": "Post", "subject_id": post.id, "at": actor.at}
    for user in former:
        title, body = wording.render(
            "accounts/post_handed_on", user=user, after=heir.name if heir else "", **words
        )  # fmt: skip
        messages.tell(
            [user], committee_id=None, kind="post.left", occasion=actor.at.isoformat(), title=title, body=body,
            path="/account", **shared,
        )  # fmt: skip
    if heir is not None:
        before = "、".join(one.name for one in former)
        title, body = wording.render("accounts/post_taken", user=heir, before=before, **words)
        messages.tell(
            [heir], committee_id=post.committee_id, unit_id=post.unit_id, kind="post.taken",
            occasion=actor.at.isoformat(), title=title, body=body, path="/", **shared,
        )  # fmt: skip


def _profile() -> str:
    return str(current_app.config["SETTINGS"].admin_profile)


def person_for(actor: Actor, name: str, login: str | None, phone: str | None, email: str | None) -> User:
    """The person of that login name, or a new account. Raises RuleError when the name is another person's."""
    known = queries.user_by_login(login) if login else None
    if known is None:
        return create_user(actor, login=login or queries.free_login(name), name=name, phone=phone, email=email)
    here = {known.committee_id, *(holding.post.committee_id for holding in known.holdings)}
    if known.name != name or actor.committee_id not in here:
        raise RuleError(f"登录名“{login}”已被使用，请换一个或留空。", field="login")
    if not known.is_active:
        raise RuleError(f"{known.audit_label()}的账号已停用，请先请系统管理员启用。", field="login")
    return known


def end(actor: Actor, holding: Holding, last_day: date, reason: str | None = None) -> None:
    """End a holding and whoever stands in for it; one that never began goes, and every door that leads to it."""
    if holding in db.session.deleted or inspect(holding).deleted:
        return  # a deputy whose days had not begun went with the holder: a row deleted twice takes its successor along
    post, who = holding.post, holding.user.name
    for deputy in [one for one in post.holdings if one.stands_in_for_id == holding.id]:
        if deputy.ends_on is None or deputy.ends_on > last_day:
            end(actor, deputy, last_day, reason)  # nobody stands in for who is gone
    if last_day >= holding.starts_on:
        holding.ends_on = last_day
        sentence = f"{who}不再担任{post.audit_label()}，至{zh_date(last_day)}止"
        audit.record(actor, "post.leave", post, sentence, reason=reason, covers=[holding])
        return
    for door, ended in ((UserSession, "ended_at"), (OneTimeToken, "used_at")):
        unended = func.coalesce(getattr(door, ended), actor.at)
        db.session.execute(
            update(door).where(door.holding_id == holding.id).values({"holding_id": None, ended: unended})
        )
    said = f"撤销{who}担任{post.audit_label()}的任命"
    audit.record(actor, "post.leave", post, said, reason=reason, covers=[holding])
    db.session.delete(holding)
