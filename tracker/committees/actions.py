"""Committees and their units: made, renamed, merged."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pypinyin import Style, lazy_pinyin

from tracker.committees.models import Committee, Level, System, Unit, UnitName
from tracker.core import audit
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db

AREA_ENDINGS = ("自治区", "自治县", "自治旗", "新区", "开发区", "兵团")


@command
def create_committee(actor: Actor, *, parent: Committee | None = None, level: Level, **names: str) -> Committee:
    """Make a committee below its parent. `names` are the name fields of `Committee`."""
    committee = Committee(parent=parent, level=level, path="/", stored_settings={}, **names)
    db.session.add(committee)
    db.session.flush()
    committee.path = f"{parent.path if parent else '/'}{committee.id}/"
    audit.record(actor, "committee.create", committee, f"新建：{committee.body_name}")
    return committee


@command
def create_unit(
    actor: Actor, committee: Committee, *, full_name: str, short_name: str, system: System, position: int,
    aliases: Iterable[str] = (), former_names: Iterable[str] = (), **facts: Any,
) -> Unit:  # fmt: skip
    """Add a unit at a place of the official list, with the other names it goes or went by."""
    unit = Unit(
        committee=committee, full_name=full_name, short_name=short_name, system=system, position=position,
        initials=initials_of(short_name), **facts,
    )  # fmt: skip
    unit.names = [UnitName(name=name, is_former=False) for name in aliases]
    unit.names += [UnitName(name=name, is_former=True) for name in former_names]
    db.session.add(unit)
    audit.record(actor, "unit.create", unit, f"新增单位：{unit.short_name}")
    return unit


def usual_names(area_name: str, body_name: str | None = None) -> dict[str, str]:
    """The names a committee usually goes by, from its area's: 云川市 → 云川市妇女儿童工作委员会, 市妇儿工委 …

    All of them are data that the office may change: committees are being renamed.
    """
    body = body_name or f"{area_name}妇女儿童工作委员会"
    ending = next((word for word in AREA_ENDINGS if area_name.endswith(word)), area_name[-1:])
    short = f"{ending}妇儿工委"
    return {
        "body_name": body,
        "short_name": short,
        "office_name": f"{body}办公室",
        "office_short_name": f"{short}办",
        "letterhead": body,
        "number_prefix": f"{area_name[:1]}妇儿工委",
    }


def initials_of(name: str) -> str:
    """市教育局 → sjyj, for pickers."""
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER, errors="ignore"))[:50]
