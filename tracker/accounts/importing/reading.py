"""The rows of a list of people, pasted or out of a file. Pure.

Offices keep such lists in two shapes, and both are read: a person a line (单位、岗位、姓名、电话), or a unit a line
with its leader and its liaison side by side, with one line of heads or two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from tracker.accounts.models import LOGIN_SHAPE
from tracker.committees.importing import HEAD_SEARCHED, cells_of, head_word
from tracker.committees.models import normalised
from tracker.core.access import Role
from tracker.core.forms import PHONE_SHAPE


class Column(Enum):
    """What a column holds."""

    UNIT = "单位"
    SHORT = "单位简称"
    ROLE = "岗位"
    NAME = "姓名"
    PHONE = "电话"
    EMAIL = "电子邮箱"
    LOGIN = "登录名"


COLUMNS = tuple(one for one in Column if one is not Column.SHORT)
"""The columns of the sheet to fill in."""
_HEADS = {
    Column.UNIT: {
        "单位", "单位名称", "单位全称", "全称", "成员单位", "成员单位名称", "部门", "部门名称", "工作单位",
    },
    Column.SHORT: {"单位简称", "简称", "部门简称"},
    Column.ROLE: {"岗位", "角色", "身份", "人员类别", "类别"},
    Column.NAME: {"姓名", "人员姓名", "名字"},
    Column.PHONE: {
        "电话", "联系电话", "手机", "手机号", "手机号码", "电话号码", "工作电话", "办公电话", "联系方式", "移动电话",
    },
    Column.EMAIL: {"电子邮箱", "邮箱", "电子邮件", "邮件", "邮箱地址", "email", "e-mail"},
    Column.LOGIN: {"登录名", "账号", "帐号", "用户名", "登录账号"},
}  # fmt: skip
_ROLES = {
    Role.LIAISON: {"联络员", "联络人", "联系人", "具体联络员", "工作联络员", "业务联络员"},
    Role.UNIT_LEADER: {"分管领导", "分管负责人", "主管领导", "分管负责同志", "分管同志", "领导", "委员", "成员"},
}
_NUMBER = re.compile(r"[（(]?\d{1,3}[)）、.．]?")
_LEADING_NUMBER = re.compile(r"^[（(]?\d{1,3}[)）、.．]\s*")


@dataclass(frozen=True)
class PersonRow:
    """One person at one post, as it is written."""

    line: int
    unit: str
    role: Role | None
    role_word: str
    """What stands there for the post; empty where nothing does."""
    name: str
    phone: str = ""
    email: str = ""
    login: str = ""
    short: str = ""
    """The unit's short name, where it has a column of its own."""
    is_carried: bool = False
    """Whether the unit stands a line above: cells that were merged come empty by the clipboard."""
    beside: tuple[str, ...] = ()
    """Every other cell of the line: one of them may name another unit."""


@dataclass(frozen=True)
class _Place:
    """What a column holds and, where a unit has one line, of whom."""

    column: Column
    role: Role | None = None


def role_called(text: str) -> Role | None:
    """The post a cell or a head names: 联络员, 联络员姓名, 分管领导."""
    bare = re.sub(r"(?:的)?(?:姓名|名单|信息)$", "", head_word(text))
    return next((role for role, names in _ROLES.items() if bare in names), None)


def read_people(text: str) -> list[PersonRow]:
    """The rows of a text, in its order."""
    lines = cells_of(text)
    last, places = _head(lines)
    rows: list[PersonRow] = []
    unit = short = ""
    for number, cells in lines:
        if number <= last or not any(cells):
            continue
        found = places if places else _by_content(cells)
        full, brief = (_LEADING_NUMBER.sub("", _cell(cells, found, one)) for one in (Column.UNIT, Column.SHORT))
        is_carried = not full and not brief
        if not is_carried:
            unit, short = full or brief, brief
        for row in _rows(number, unit, cells, found):
            rows.append(replace(row, short=short, is_carried=is_carried and bool(unit), beside=tuple(cells)))
    return rows


def _rows(number: int, unit: str, cells: list[str], places: dict[int, _Place]) -> Iterator[PersonRow]:
    roles = sorted({one.role for one in places.values() if one.role is not None}, key=list(Role).index)
    for role in roles:
        name, phone = _cell(cells, places, Column.NAME, role), _cell(cells, places, Column.PHONE, role)
        if name or phone:
            email, login = _cell(cells, places, Column.EMAIL, role), _cell(cells, places, Column.LOGIN, role)
            yield PersonRow(number, unit, role, role.label, name, phone, email, login)
    if not roles:
        word = _cell(cells, places, Column.ROLE)
        others = (_cell(cells, places, one) for one in (Column.NAME, Column.PHONE, Column.EMAIL, Column.LOGIN))
        name, phone, email, login = others
        if name or phone or email or login:  # a post with nobody at it is a line of the sheet that was not filled in
            yield PersonRow(number, unit, role_called(word), word, name, phone, email, login)


def _cell(cells: list[str], places: dict[int, _Place], column: Column, role: Role | None = None) -> str:
    at = next((at for at, one in places.items() if one.column is column and one.role is role), None)
    return cells[at] if at is not None and at < len(cells) else ""


def _head(lines: list[tuple[int, list[str]]]) -> tuple[int, dict[int, _Place]]:
    """The number of the last line of heads and what each column holds; (0, {}) without heads."""
    for at, (number, cells) in enumerate(lines[:HEAD_SEARCHED]):
        tops = [head_word(cell) for cell in cells]
        if not any(top in _HEADS[Column.UNIT] | _HEADS[Column.SHORT] for top in tops):
            continue
        below = [head_word(cell) for cell in lines[at + 1][1]] if at + 1 < len(lines) else []
        if not any(word in _HEADS[Column.NAME] for word in below):
            below = []
        places = _places(tops, below)
        if any(one.column is Column.NAME for one in places.values()):
            return (lines[at + 1][0] if below else number), places
    return 0, {}


def _places(tops: list[str], below: list[str]) -> dict[int, _Place]:
    """Each column by its head; what stands right of 联络员 up to the next head of its own kind is the liaison's."""
    places: dict[int, _Place] = {}
    role: Role | None = None
    for at in range(max(len(tops), len(below))):
        top, sub = (words[at] if at < len(words) else "" for words in (tops, below))
        named = role_called(top)
        role = named if named is not None else role
        kind = _kind(sub or top)
        if kind is None and named is not None and not below:
            kind = Column.NAME
        if kind in {Column.UNIT, Column.SHORT, Column.ROLE}:
            role = None
        if kind is not None and _Place(kind, role) not in places.values():
            places[at] = _Place(kind, role)
    return places


def _kind(head: str) -> Column | None:
    ending = re.sub(r"^(?:联络员|联络人|分管领导|分管负责人)(?:的)?", "", head)
    return next((column for column, names in _HEADS.items() if head.lower() in names or ending.lower() in names), None)


def _by_content(cells: list[str]) -> dict[int, _Place]:
    """Without heads a cell tells what it is; of the others the first is the unit, the second the name."""
    places: dict[int, _Place] = {}
    free = [Column.UNIT, Column.NAME]
    for at, cell in enumerate(cells):
        if not cell or (at == 0 and _NUMBER.fullmatch(cell)):
            continue
        told = _told(cell)
        kind = told if told is not None else free.pop(0) if free else None
        if kind is not None and _Place(kind) not in places.values():
            places[at] = _Place(kind)
    return places


def _told(cell: str) -> Column | None:
    if role_called(cell) is not None:
        return Column.ROLE
    if "@" in cell:
        return Column.EMAIL
    if PHONE_SHAPE.fullmatch(normalised(cell)):
        return Column.PHONE
    return Column.LOGIN if LOGIN_SHAPE.fullmatch(cell) else None
