"""Many at once: a whole list of liaisons and leaders, and the slips with which they come in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from tracker.accounts import policy, queries
from tracker.accounts.actions.keys import end_keys, give_key, give_sign_in_link, settle
from tracker.accounts.actions.people import change_contact
from tracker.accounts.actions.posts import succeed
from tracker.accounts.importing import JudgedPerson, PeopleJudgement
from tracker.accounts.models import Holding, User
from tracker.committees.models import Committee
from tracker.core import audit
from tracker.core.access import Actor, Role
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import RuleError


@command
def take_people(actor: Actor, judgement: PeopleJudgement) -> list[User]:
    """Write what was judged: accounts, posts, successions and corrected contacts; who is new. No keys yet: slips are
    made when they are to be printed.

    Raises RuleError when one of them cannot be written any more, or when somebody sits at a post who did not when the
    list was judged; then none is. A list that was written a moment ago is not written again.
    """
    if _is_written(actor, judgement):
        return []
    taken: dict[int, User] = {}
    fresh: list[User] = []
    for one in judgement.new:
        user = _appointed(actor, one, taken)
        if one.user is None and user not in fresh:
            fresh.append(user)
        taken[id(one)] = user
    for one in judgement.changed:
        if one.user is not None:
            change_contact(
                actor, one.user, name=one.user.name, email=one.after("电子邮箱", one.user.email),
                phone=one.after("电话", one.user.phone),
            )  # fmt: skip
    if judgement.new or judgement.changed:
        said = f"批量导入联络员和分管领导：任命{len(judgement.new)}人次，修改联系方式{len(judgement.changed)}人"
        audit.record(actor, "post.import", None, said, label="联络员和分管领导名单")
    return fresh


def _is_written(actor: Actor, judgement: PeopleJudgement) -> bool:
    """Whether everybody new holds their post by now: the same form sent twice. One list at a time per committee, so
    that the second finds what the first wrote."""
    db.session.execute(select(Committee.id).where(Committee.id == actor.committee_id).with_for_update())
    _, holders = queries.units_with_holders(actor)
    sitting = [
        [held for held in holders.get(one.unit.id if one.unit else 0, {}).get(one.role, []) if not held.is_deputy]
        for one in judgement.new if one.role is not None
    ]  # fmt: skip
    named = [
        [held.user.name for held in now] == [one.row.name] for now, one in zip(sitting, judgement.new, strict=True)
    ]
    if judgement.new and all(named):
        return True
    for now, one in zip(sitting, judgement.new, strict=True):
        if {held.id for held in now} != {held.id for held in one.former}:
            raise RuleError(f"第{one.row.line}行{one.row.name}：这个岗位刚才有变动，请重新读取名单。")
    return False


def _appointed(actor: Actor, one: JudgedPerson, taken: dict[int, User]) -> User:
    row, unit, role = one.row, one.unit, one.role
    if unit is None or role is None:
        raise RuleError("名单有变化，请重新读取。")
    known = one.user or (taken.get(id(one.same_as)) if one.same_as is not None else None)
    login = known.login if known is not None else row.login.lower() or None
    try:
        done = succeed(
            actor, unit, role, name=row.name, login=login, phone=row.phone or None, email=row.email or None,
            gives_key=False,
        )  # fmt: skip
    except RuleError as error:
        raise RuleError(f"第{row.line}行{row.name}：{error.sentence}") from error
    return done.user


@dataclass(frozen=True)
class Slip:
    """What one person is handed: the key is shown on it and stored nowhere."""

    name: str
    login: str
    post: str
    role: Role
    key: str
    is_sign_in: bool
    """Whether it opens the post once without a password; else it leads to a first password."""
    expires_at: datetime
    user_id: int


SLIPS_AT_ONCE = 20
"""In one transaction: with a whole list in one nobody else could write for seconds."""


@contextmanager
def making_slips(actor: Actor, holdings: Sequence[Holding], *, sign_in: bool) -> Iterator[list[Slip]]:
    """A key for each of these people, open for as long as the committee lets slips be; whoever holds two posts gets one
    slip for a password, and one for each post to come in without. Inside, the slips are set on paper.

    Made in batches, so that others can write meanwhile; what people had before opens until the paper is made, and dies
    then. When a batch or the paper fails, those made before open nothing and what people had stays good.

    Raises RuleError for anybody whom the office may not let in; then nothing is made.
    """
    first: dict[int, int] = {}
    for holding in holdings:
        _must_be_ours(actor, holding)
        first.setdefault(holding.user_id, holding.id)
    numbers = [one.id for one in holdings] if sign_in else list(first.values())
    until, slips = queries.slips_open_until(actor), list[Slip]()
    try:
        for start in range(0, len(numbers), SLIPS_AT_ONCE):
            slips += _batch(actor, numbers[start : start + SLIPS_AT_ONCE], until, sign_in=sign_in)
        yield slips
        _end_former(actor, slips)
    except Exception:
        if slips:
            _give_up(actor, slips)
        raise


def _must_be_ours(actor: Actor, holding: Holding) -> None:
    if not policy.can_help_in(actor, holding):
        raise RuleError(f"{holding.user.name}还担任其他岗位，登录链接请由系统管理员生成。")


@command
def _batch(actor: Actor, numbers: Sequence[int], until: datetime, *, sign_in: bool) -> list[Slip]:
    slips: list[Slip] = []
    for holding in queries.to_be_handed_slips(actor, numbers):
        _must_be_ours(actor, holding)
        user, post = holding.user, holding.post
        if sign_in:
            key, words = give_sign_in_link(actor, holding, keeps_others=True, until=until), post.audit_label()
        else:
            key = give_key(actor, user, keeps_others=True, until=until)
            words = "、".join(one.post.audit_label() for one in user.holdings if one.is_current(actor.on))
        slips.append(Slip(user.name, user.login, words, post.role, key or "", sign_in, until, user.id))
    return slips


@command
def _end_former(actor: Actor, slips: Sequence[Slip]) -> None:
    settle({one.user_id for one in slips}, actor.at, keys=[one.key for one in slips])


@command
def _give_up(actor: Actor, slips: Sequence[Slip]) -> None:
    end_keys([one.key for one in slips], actor.at)
    said = f"登录凭条没有做完，已生成的{len(slips)}份没有交给任何人，随即失效；以前的链接和凭条照常有效"
    audit.record(actor, "user.slips_ended", None, said, label="登录凭条")
