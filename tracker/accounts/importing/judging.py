"""Rows of a list of people against who holds the posts now: whom to appoint, who follows whom, whose contact changes,
why a row is doubtful or refused. Everything that is wrong with a row is said at once. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from tracker.accounts import policy
from tracker.accounts.importing.reading import PersonRow
from tracker.accounts.models import LOGIN_SHAPE, Holding, User
from tracker.committees.models import Unit, bare_name, normalised
from tracker.core.access import Role
from tracker.core.forms import EMAIL_SHAPE, PHONE_SHAPE
from tracker.core.verdict import Change, JudgedList, JudgedRow

LONGEST_NAME = 60
_SEVERAL = re.compile(r"[、,，;；/]")


@dataclass
class JudgedPerson(JudgedRow):
    """One row with what would be written."""

    row: PersonRow
    unit: Unit | None = None
    role: Role | None = None
    user: User | None = None
    """The account that is used; None for a new one."""
    same_as: JudgedPerson | None = None
    """The first row of this list with the same person."""
    former: list[Holding] = field(default_factory=list)
    """Who leaves the post."""
    is_in_place: bool = False
    """Whether the person holds the post already."""

    @property
    def is_there(self) -> bool:
        return self.is_in_place

    @property
    def said(self) -> tuple[object, ...]:
        row, same = self.row, self.same_as.row.line if self.same_as else 0
        who = self.unit.id if self.unit else 0, self.role, row.name, row.phone, row.email, row.login
        return *who, self.user.id if self.user else 0, same, [holding.id for holding in self.former]

    def after(self, label: str, now: str | None) -> str | None:
        """A contact as it will stand."""
        return next((change.after for change in self.changes if change.field == label), now)


class PeopleJudgement(JudgedList[JudgedPerson]):
    """All rows."""


@dataclass(frozen=True)
class Accounts:
    """Who is there already: by login name all who could be met, and who holds which post of which unit."""

    by_login: Mapping[str, User]
    holders: Mapping[int, Mapping[Role, list[Holding]]]
    committee_id: int
    on: date

    def like(self, row: PersonRow, unit: Unit) -> User | None:
        """The account of somebody of that name in the same unit, or elsewhere with the same telephone number."""
        for unit_id, posts in self.holders.items():
            for user in (holding.user for held in posts.values() for holding in held):
                same_phone = bool(row.phone) and user.phone == row.phone
                if user.name == row.name and (unit_id == unit.id or same_phone):
                    return user
        return None


def judge_people(
    rows: Iterable[PersonRow], units: Iterable[Unit], accounts: Accounts, *, profile: str
) -> PeopleJudgement:  # fmt: skip
    """Every row with its verdict; `units` are those on the list today."""
    called = _names(units)
    judged: list[JudgedPerson] = []
    for row in rows:
        one = JudgedPerson(row, role=row.role)
        _look_at_unit(one, called)
        _look_at_words(one)
        _look_at_list(one, judged)
        if one.unit is not None and one.role is not None and row.name:
            _look_at_post(one, accounts)
            _look_at_account(one, accounts, judged, profile)
        judged.append(one)
    return PeopleJudgement(tuple(judged))


def _names(units: Iterable[Unit]) -> dict[str, list[Unit]]:
    """Units by every name they go by, and without the level those are written with."""
    called: dict[str, list[Unit]] = {}
    for unit in units:
        names = {unit.full_name, unit.short_name, *(one.name for one in unit.names)}
        for key in {normalised(name) for name in names} | {f"-{bare_name(name)}" for name in names}:
            called.setdefault(key, []).append(unit)
    return called


def _look_at_unit(one: JudgedPerson, called: Mapping[str, list[Unit]]) -> None:
    said = one.row.unit
    if not said:
        one.faults.append("没有写单位。")
        return
    exact, near = called.get(normalised(said), []), called.get(f"-{bare_name(said)}", [])
    found = exact or near
    if len(found) > 1:
        one.faults.append(f"“{said}”可能是{'、'.join(unit.short_name for unit in found)}，请写全称。")
    elif not found:
        one.faults.append(f"名单中没有“{said}”。请核对名称，或者先在“单位”中录入。")
    else:
        one.unit = found[0]
        if not exact:
            one.doubts.append(f"“{said}”按{one.unit.short_name}读取，请核对。")
        _look_beside(one, one.unit, called)


def _look_beside(one: JudgedPerson, unit: Unit, called: Mapping[str, list[Unit]]) -> None:
    """Nobody is put into a unit while another cell of the same line names another one."""
    others = [
        other
        for text in dict.fromkeys([one.row.short, *one.row.beside])
        for other in called.get(normalised(text), [])
        if text and other is not unit
    ]
    if others:
        one.faults.append(f"这一行同时写了{unit.short_name}和{others[0].short_name}，请写明是哪个单位。")
    elif one.row.is_carried:
        one.doubts.append(f"没有写单位，按上一行的{unit.short_name}读取，请核对。")


def _look_at_words(one: JudgedPerson) -> None:
    row = one.row
    if one.role is None and row.role_word:
        one.faults.append(f"岗位“{row.role_word}”不能识别，请填“联络员”或“分管领导”。")
    elif one.role is None:
        one.role = Role.LIAISON
        one.doubts.append("没有写岗位，按联络员读取，请核对。")
    if not row.name:
        one.faults.append("没有写姓名。")
    elif _SEVERAL.search(row.name):
        one.faults.append("一行填一个人，一个岗位由一个人担任。")
    elif len(row.name) > LONGEST_NAME or any(char.isdigit() for char in row.name):
        one.faults.append(f"“{row.name[:20]}”不像姓名，请核对。")
    if row.phone and not PHONE_SHAPE.fullmatch(row.phone):
        one.faults.append(f"电话“{row.phone[:30]}”格式不对，只能是数字、空格和短横线，且只填一个。")
    if row.email and not EMAIL_SHAPE.fullmatch(row.email):
        one.faults.append(f"电子邮箱“{row.email[:40]}”格式不对。")
    if row.login and not LOGIN_SHAPE.fullmatch(row.login):
        one.faults.append("登录名为3至40个字母或数字，以字母开头；不填则自动生成。")


def _look_at_list(one: JudgedPerson, before: list[JudgedPerson]) -> None:
    """Against the rows above."""
    for other in before:
        if one.unit is not None and (other.unit, other.role) == (one.unit, one.role):
            one.faults.append(f"与第{other.row.line}行是同一单位的同一岗位，只能填一人。")
            return
    if one.row.login:
        same = next((two for two in before if two.row.login.lower() == one.row.login.lower()), None)
        if same is not None and same.row.name != one.row.name:
            one.faults.append(f"登录名与第{same.row.line}行相同，姓名不同。")


def _look_at_post(one: JudgedPerson, accounts: Accounts) -> None:
    """Who holds the post now; what the row does not say stays."""
    if one.unit is None or one.role is None:
        return
    held = [two for two in accounts.holders.get(one.unit.id, {}).get(one.role, []) if not two.is_deputy]
    here = next((two for two in held if two.user.name == one.row.name), None)
    if here is None:
        one.former = held
        if held:
            names = "、".join(two.user.name for two in held)
            one.changes.append(Change(one.role.label, names, one.row.name))
            one.doubts.append(f"现任{one.role.label}是{names}，导入后由{one.row.name}接任，请核对。")
        return
    one.is_in_place, one.user = True, here.user
    if one.row.login and one.row.login.lower() != here.user.login:
        one.faults.append(f"{one.row.name}的登录名是{here.user.login}，设定后不能更改。")
    told = (("电话", here.user.phone, one.row.phone), ("电子邮箱", here.user.email, one.row.email))
    one.changes += [Change(label, now or "", new) for label, now, new in told if new and new != (now or "")]
    if one.changes and not policy.holds_units_only(accounts.committee_id, here.user, accounts.on):
        one.faults.append(f"{one.row.name}还担任其他岗位，联系方式请由本人或系统管理员修改。")


def _look_at_account(one: JudgedPerson, accounts: Accounts, before: list[JudgedPerson], profile: str) -> None:
    """Which account a new holder gets: the one named, one that is clearly the same person's, or a new one."""
    if one.is_in_place or one.unit is None or one.role is None:
        return
    row = one.row
    named = accounts.by_login.get(row.login.lower()) if row.login else None
    one.user = named or (None if row.login else accounts.like(row, one.unit))
    if one.user is not None:
        _take_account(one, one.user, accounts, is_named=named is not None, profile=profile)
        return
    same = next((two for two in before if two.is_new and two.user is None and _is_same_person(two, one)), None)
    if same is not None:
        one.same_as = same.same_as or same
        one.doubts.append(f"与第{same.row.line}行是同一人，使用同一个账号。")


def _take_account(one: JudgedPerson, user: User, accounts: Accounts, *, is_named: bool, profile: str) -> None:
    roles = {held.post.role for held in user.posts_from(accounts.on)}
    here = {user.committee_id, *(held.post.committee_id for held in user.holdings)}
    if user.name != one.row.name or accounts.committee_id not in here:
        one.faults.append(f"登录名“{user.login}”已被使用，请换一个或者留空。")
        one.user = None
    elif not user.is_active:
        one.faults.append(f"{user.name}（{user.login}）的账号已停用，请先请系统管理员启用。")
    elif why := policy.why_exclusive({*roles, *({one.role} if one.role else set())}, profile):
        one.faults.append(why)
    elif not is_named:
        one.doubts.append(f"沿用已有账号{user.login}（{user.name}），不是同一人的请填写新的登录名。")


def _is_same_person(one: JudgedPerson, two: JudgedPerson) -> bool:
    if one.row.name != two.row.name:
        return False
    same_login = bool(one.row.login) and one.row.login.lower() == two.row.login.lower()
    same_phone = bool(one.row.phone) and one.row.phone == two.row.phone
    return same_login or (not two.row.login and (same_phone or one.unit is two.unit))
