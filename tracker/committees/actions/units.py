"""Units: added in their official place, renamed, moved, closed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from pypinyin import Style, lazy_pinyin

from tracker.committees import queries
from tracker.committees.importing import Judgement
from tracker.committees.models import (
    SYSTEM_ORDER,
    Committee,
    IgnoredName,
    ReformKind,
    System,
    Unit,
    UnitName,
    normalised,
)
from tracker.committees.reform import effects_on
from tracker.core import audit
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError

UNIT_LABELS = {"full_name": "单位全称", "short_name": "单位简称", "system": "类别"}


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
    unit.names = [UnitName(name=name, is_former=old) for name, old in _names(aliases, former_names).values()]
    db.session.add(unit)
    audit.record(actor, "unit.create", unit, f"新增单位：{unit.short_name}")
    return unit


@command
def add_unit(
    actor: Actor, committee: Committee, *, full_name: str, short_name: str, system: System,
    position: int | None = None, aliases: Iterable[str] = (), former_names: Iterable[str] = (), **facts: Any,
) -> Unit:  # fmt: skip
    """Add a unit; without a place it comes last among those of its kind. Those after it move down.

    Raises RuleError when the committee has a unit of this name already.
    """
    _refuse_double(committee, full_name, None)
    others = queries.units_of(committee.id)
    place = len([unit for unit in others if _rank(unit.system) <= _rank(system)]) + 1 if position is None else position
    unit = create_unit(
        actor, committee, full_name=full_name, short_name=short_name, system=system, position=len(others) + 1,
        aliases=aliases, former_names=former_names, **facts,
    )  # fmt: skip
    _put(unit, others, place)
    audit.cover(*others)
    return unit


@command
def take_units(actor: Actor, committee: Committee, wanted: Judgement) -> None:
    """Write a list that was looked at: new units in the list's own order where there was none before, else last among
    those of their kind; what a row says otherwise is set, what it does not say stays."""
    is_first = not queries.units_of(committee.id)
    for number, one in enumerate(wanted.new, 1):
        add_unit(
            actor, committee, full_name=one.full_name, short_name=one.short_name, system=one.system,
            position=number if is_first else None, aliases=one.row.aliases, former_names=one.row.former_names,
            is_member=one.is_member,
        )  # fmt: skip
    for one in wanted.changed:
        unit = one.unit
        if unit is None:
            continue
        facts: dict[str, Any] = {"full_name": unit.full_name, "short_name": unit.short_name}
        facts |= {"short_name": one.short_name} if one.says("简称") else {}
        facts |= {"system": one.system} if one.says("类别") else {}
        facts |= {"is_member": one.is_member} if one.says("成员单位") else {}
        change_unit(
            actor, unit, facts, position=None, seen=unit.version,
            aliases=[*(name.name for name in unit.names if not name.is_former), *one.row.aliases],
            former_names=[*(name.name for name in unit.names if name.is_former), *one.row.former_names],
        )  # fmt: skip


@command
def change_unit(
    actor: Actor, unit: Unit, facts: Mapping[str, Any], *, aliases: list[str], former_names: list[str],
    position: int | None, seen: int | None,
) -> None:  # fmt: skip
    """Correct or rename a unit. A former full name is kept by itself, so that old documents still find it.

    Raises Conflict when somebody else changed the unit since the page was made.
    """
    if seen != unit.version:
        raise Conflict(
            mine={label: _words(facts[name]) for name, label in UNIT_LABELS.items() if name in facts},
            theirs={label: _words(getattr(unit, name)) for name, label in UNIT_LABELS.items()},
        )
    _refuse_double(unit.committee, facts["full_name"], unit)
    if normalised(facts["full_name"]) != normalised(unit.full_name):
        former_names = [*former_names, unit.full_name]
    for name, value in facts.items():
        setattr(unit, name, value)
    unit.initials = initials_of(unit.short_name)
    said = _rename(unit, aliases, former_names)
    others = [other for other in queries.units_of(unit.committee_id) if other is not unit]
    if position is not None and position != unit.position:
        _put(unit, others, position)
    audit.record(actor, "unit.change", unit, f"修改单位：{unit.short_name}{said}", covers=others)


@command
def learn_name(actor: Actor, unit: Unit, name: str) -> None:
    """The office says whom a name means: from now on every document that writes it means this unit.

    Raises RuleError when another unit goes by the very same name.
    """
    for other in queries.units_of(unit.committee_id):
        called = {normalised(one) for one in (other.full_name, other.short_name, *(one.name for one in other.names))}
        if normalised(name) in called:
            if other is unit:
                return
            if not other.is_current(actor.on):
                continue
            raise RuleError(f"“{name}”已经是{other.short_name}的名称。")
    unit.names.append(UnitName(name=normalised(name)[:100]))
    mind_name(actor, unit.committee, name)
    audit.record(actor, "unit.learn_name", unit, f"“{name}”认作{unit.short_name}，记为别名")


@command
def ignore_name(actor: Actor, committee: Committee, name: str) -> None:
    """The office says that a name is no unit; it is not asked again."""
    if queries.ignored_name(committee.id, name) is None:
        db.session.add(IgnoredName(committee_id=committee.id, name=normalised(name)[:100]))
        audit.record(actor, "unit.ignore_name", committee, f"“{name}”不是单位，今后不再询问")


@command
def mind_name(actor: Actor, committee: Committee, name: str) -> None:
    """A name that was said to be no unit is asked about again."""
    row = queries.ignored_name(committee.id, name)
    if row is not None:
        db.session.delete(row)
        audit.record(actor, "unit.mind_name", committee, f"“{name}”恢复询问是哪个单位")


@command
def move_unit(actor: Actor, unit: Unit, steps: int) -> None:
    """Move a unit up (negative) or down the official list, past the units that the list shows: those that were closed
    keep their places and are passed by. At its end nothing happens."""
    units = queries.units_of(unit.committee_id)
    shown = [one for one in units if one.is_current(actor.on) or one is unit]
    beside = shown[max(0, min(shown.index(unit) + steps, len(shown) - 1))]
    if beside is unit:
        return
    before, place = units.index(unit) + 1, units.index(beside) + 1
    others = [other for other in units if other is not unit]
    _put(unit, others, place)
    sentence = f"调整单位次序：{unit.short_name}由第{before}位调到第{place}位"
    audit.record(actor, "unit.move", unit, sentence, covers=others)


@command
def close_unit(actor: Actor, unit: Unit, *, last_day: date, reason: str) -> None:
    """The unit was abolished: it stays in all old papers and gets nothing new after its last day.

    Raises RuleError while work of its is open: that must go to somebody, by a reform.
    """
    if unit.valid_from and last_day < unit.valid_from:
        raise RuleError("停用日期早于启用日期。", field="last_day")
    held = [
        f"{effect.title}{len(effect.moves)}项"
        for effect in effects_on(unit, ReformKind.MERGED, actor.on)
        if effect.moves
    ]
    if held:
        raise RuleError(f"{unit.short_name}还有未办结的工作（{'、'.join(held)}），请用“机构改革”移交给承接单位。")
    unit.valid_to = last_day
    audit.record(actor, "unit.close", unit, f"停用单位：{unit.short_name}", reason=reason)


@command
def reopen_unit(actor: Actor, unit: Unit) -> None:
    """The unit is on the list again."""
    if unit.valid_to is None:
        return
    if unit.successions:
        raise RuleError(f"{unit.short_name}因机构改革停用，工作已经移交，不能恢复。需要时请新增单位。")
    unit.valid_to, unit.successor = None, None
    audit.record(actor, "unit.reopen", unit, f"恢复单位：{unit.short_name}")


def initials_of(name: str) -> str:
    """市教育局 → sjyj, for pickers."""
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER, errors="ignore"))[:50]


def _put(unit: Unit, others: list[Unit], place: int) -> None:
    place = max(1, min(place, len(others) + 1))
    order = [*others[: place - 1], unit, *others[place - 1 :]]
    for number, one in enumerate(order, start=1):
        if one.position != number:
            one.position = number


def _names(aliases: Iterable[str], former_names: Iterable[str]) -> dict[str, tuple[str, bool]]:
    """Each name once, however it was typed, with whether it is a former one."""
    named = {normalised(name): (name, False) for name in aliases}
    return named | {normalised(name): (name, True) for name in former_names}


def _rename(unit: Unit, aliases: list[str], former_names: list[str]) -> str:
    wanted = _names(aliases, former_names)
    kept = {normalised(one.name): (one.name, one.is_former) for one in unit.names}
    if wanted == kept:
        return ""
    for one in list(unit.names):
        if wanted.get(normalised(one.name)) != (one.name, one.is_former):
            unit.names.remove(one)
    db.session.flush()
    present = {normalised(one.name) for one in unit.names}
    unit.names += [UnitName(name=name, is_former=old) for key, (name, old) in wanted.items() if key not in present]
    return "，别名和曾用名改为：" + ("、".join(name for name, _ in wanted.values()) or "无")


def _refuse_double(committee: Committee, full_name: str, unit: Unit | None) -> None:
    for other in queries.units_of(committee.id):
        if other is not unit and normalised(other.full_name) == normalised(full_name):
            raise RuleError(f"名单中已有“{other.full_name}”。", field="full_name")


def _rank(system: System) -> int:
    return SYSTEM_ORDER.index(system)


def _words(value: Any) -> str:
    return value.label if isinstance(value, System) else str(value)
