"""机构改革: a unit gives its name, its place and its open work to others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.committees.actions.units import add_unit
from tracker.committees.models import ReformKind, Succession, Unit
from tracker.committees.reform import Reform, carried, since
from tracker.core import audit
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import RuleError

ONE_DAY = timedelta(days=1)
LONGEST_NOTE = 200


@dataclass(frozen=True)
class NewName:
    """What a renamed unit is called from now on."""

    full_name: str
    short_name: str


@command
def reform_unit(
    actor: Actor, unit: Unit, kind: ReformKind, *, starts_on: date, document: str, heirs: list[Unit] | None = None,
    name: NewName | None = None, shares: Mapping[str, int] | None = None,
) -> Reform:  # fmt: skip
    """Carry out a reform: the old unit ends the day before, its open work goes to the successors, what is closed keeps
    the old name, and both are named everywhere.

    A renamed unit becomes a row of its own: its old papers and reports must not change their name with it.
    """
    chosen = check_reform(actor, unit, kind, starts_on, heirs or [], name)
    if not document.strip():
        raise RuleError("请写明依据的文件。", field="document")
    if kind is ReformKind.RENAMED and name is not None:
        chosen = [_renamed(actor, unit, name, starts_on)]
    reform = Reform(actor, unit, kind, chosen, starts_on, document.strip(), dict(shares or {}))
    unit.valid_to, unit.successor = starts_on - ONE_DAY, chosen[0] if len(chosen) == 1 else None
    heard = "、".join(heir.short_name for heir in chosen)
    unit.reform_note = f"{since(starts_on)}由{heard}承接"[:LONGEST_NOTE]
    for heir in chosen:
        db.session.add(Succession(unit=unit, heir=heir, kind=kind, starts_on=starts_on, document=document.strip()))
        was = f"原{unit.short_name}" if kind is ReformKind.RENAMED else f"{since(starts_on)}承接原{unit.short_name}"
        heir.reform_note = "；".join(part for part in (heir.reform_note, was) if part)[:LONGEST_NOTE]
    audit.record(actor, "unit.reform", unit, reform.sentence, reason=document.strip(), covers=chosen)
    db.session.flush()
    carried.send(None, reform=reform)
    return reform


def check_reform(
    actor: Actor, unit: Unit, kind: ReformKind, starts_on: date, heirs: list[Unit], name: NewName | None
) -> list[Unit]:
    """Raises RuleError for a day to come, a unit that is closed already, and successors that do not fit the kind."""
    if unit.valid_to is not None:
        raise RuleError(f"{unit.short_name}已经停用，不能再办理机构改革。")
    if starts_on > actor.on + ONE_DAY:
        raise RuleError("改革尚未生效，请到生效之日再办理：工作将立即移交。", field="starts_on")
    if unit.valid_from and starts_on <= unit.valid_from:
        raise RuleError("生效日期应当晚于该单位的启用日期。", field="starts_on")
    if kind is ReformKind.RENAMED:
        if name is None or not name.full_name or not name.short_name:
            raise RuleError("请填写更名后的全称和简称。", field="full_name")
        return []
    if any(heir is unit or not heir.is_current(actor.on) for heir in heirs):
        raise RuleError("承接单位须是另外的、仍在名单中的单位。", field="heirs")
    if kind is ReformKind.MERGED and len(heirs) != 1:
        raise RuleError("请选择一个并入的单位。", field="heirs")
    if kind is ReformKind.SPLIT and len(heirs) < 2:
        raise RuleError("拆分至少要有两个承接单位。名单中还没有的，请先新增。", field="heirs")
    return sorted(heirs, key=lambda heir: heir.position)


def _renamed(actor: Actor, unit: Unit, name: NewName, starts_on: date) -> Unit:
    """The unit under its new name, in the place of the old one."""
    return add_unit(
        actor, unit.committee, full_name=name.full_name, short_name=name.short_name, system=unit.system,
        position=unit.position + 1, is_member=unit.is_member, is_office=unit.is_office, valid_from=starts_on,
        aliases=[one.name for one in unit.names if not one.is_former], duties=list(unit.duties),
    )  # fmt: skip
