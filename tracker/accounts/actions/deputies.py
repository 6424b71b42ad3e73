"""代办: while a post holder is away, somebody else holds the post beside them, from one day to another."""

from __future__ import annotations

from datetime import date

from tracker.accounts import policy, queries
from tracker.accounts.actions.keys import give_key
from tracker.accounts.actions.posts import Succession, end_holding, person_for
from tracker.accounts.models import Holding, User
from tracker.core import audit
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.filters import zh_date
from tracker.core.holding import hold

LONGEST = 180
"""Days: whoever is away for longer hands the post on."""


@command
def name_deputy(actor: Actor, holding: Holding, deputy: User, *, starts_on: date, ends_on: date) -> Holding:
    """Let a colleague act in the holder's place: told what the holder is told, signing as “（代）”.

    Raises RuleError for oneself, for days that make no sense, for somebody who holds the post already, and for roles
    that exclude each other.
    """
    hold(holding.post)
    if deputy.id == holding.user_id:
        raise RuleError("不能由本人代办，请选择其他人。", field="deputy")
    if holding.is_deputy:
        raise RuleError("代办人不能再请他人代办，请由任职的人或者办公室重新办理代办。")
    if not deputy.is_active:
        raise RuleError(f"{deputy.name}的账号已停用。", field="deputy")
    if starts_on < actor.on:
        raise RuleError("开始日期不能早于今天。", field="starts_on")
    if ends_on < starts_on:
        raise RuleError("结束日期早于开始日期。", field="ends_on")
    if (ends_on - starts_on).days > LONGEST:
        raise RuleError("代办最长半年；时间更长的，请办理人员变更。", field="ends_on")
    if holding.ends_on is not None and ends_on > holding.ends_on:
        raise RuleError(f"任职到{zh_date(holding.ends_on)}为止，代办不能晚于这一天。", field="ends_on")
    held = deputy.posts_from(starts_on)
    if any(one.post_id == holding.post_id for one in held):
        raise RuleError(f"{deputy.name}已经担任或者代办这个岗位。", field="deputy")
    if why := policy.why_exclusive({holding.post.role, *(one.post.role for one in held)}, policy.DJBH):
        raise RuleError(why, field="deputy")
    made = Holding(
        post=holding.post, user=deputy, starts_on=starts_on, ends_on=ends_on, stands_in_for_id=holding.id
    )  # fmt: skip
    db.session.add(made)
    sentence = (
        f"{deputy.name}代{holding.user.name}办理{holding.post.audit_label()}的工作，"
        f"{zh_date(starts_on)}至{zh_date(ends_on)}"
    )  # fmt: skip
    audit.record(actor, "post.deputy", holding.post, sentence, covers=[made])
    return made


@command
def end_deputy(actor: Actor, deputy: Holding) -> None:
    """The holder is back: from today on the deputy acts no more."""
    if not deputy.is_deputy:
        raise RuleError("这不是代办。")
    end_holding(actor, deputy, last_day=queries.day_before(actor.on))


@command
def deputise(
    actor: Actor, holding: Holding, *, name: str, login: str | None, phone: str | None, email: str | None,
    starts_on: date, ends_on: date,
) -> Succession:  # fmt: skip
    """The office names a deputy for a unit's post; somebody new gets an account and a link."""
    user = person_for(actor, name, login, phone, email)
    db.session.flush()
    name_deputy(actor, holding, user, starts_on=starts_on, ends_on=ends_on)
    return Succession(user, None if user.password_hash else give_key(actor, user))
