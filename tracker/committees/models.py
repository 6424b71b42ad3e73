"""A committee, its settings and its units. The names of the body are data: committees are being renamed."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import JSON, Boolean, CheckConstraint, Date, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.committees.duties import usual_duties
from tracker.core.access import Body
from tracker.core.audit import Audited
from tracker.core.db import Labelled, Row, Versioned, choice


class Level(Labelled):
    NATION = "nation", "国家"
    PROVINCE = "province", "省级"
    PREFECTURE = "prefecture", "地市级"
    COUNTY = "county", "县区级"


class System(Labelled):
    """The official order of lists: 党委 → 人大政协 → 法检 → 政府 → 垂管 → 群团."""

    PARTY = "party", "党委"
    CONGRESS = "congress", "人大政协"
    JUDICIAL = "judicial", "法检"
    GOVERNMENT = "government", "政府"
    VERTICAL = "vertical", "垂管"
    MASS = "mass", "群团"
    OTHER = "other", "其他"


SYSTEM_ORDER = list(System)


@dataclass(frozen=True)
class CommitteeSettings:
    """What a committee may set for itself; the defaults are product.md §5. Offsets count working days."""

    review_workdays: int = 10
    rectify_workdays: int = 10
    consultation_workdays: int = 10
    silence_is_consent: bool = True
    deadline_moves_forward: bool = True
    annual_opens: str = "12-01"
    annual_due: str = "01-15"
    annual_locks: str = "02-15"
    half_year_opens: str = "06-15"
    half_year_due: str = "06-30"
    due_soon_days: int = 30
    reminder_offsets: tuple[int, ...] = (-10, -3, 1)
    fuller_ladder: bool = False
    """The eight rungs of product.md §5 with a 催报单 and a proposed notice at their end, in place of the offsets."""
    notice_reply_workdays: int = 15
    notice_supplement_workdays: int = 5
    notice_steps: str = "提示函（蓝色）、催报单（黄色）、督办函（红色）"
    """The ladder of letters, one to four steps with their colours."""
    finding_workdays: int = 20
    instruction_workdays: int = 15
    extension_workdays: int = 3
    request_workdays: int = 10
    contact_workdays: int = 5
    office_phone: str = ""
    """What strangers at the door may read: whom to call when the password is forgotten."""
    slip_workdays: int = 0
    """How long a printed sign-in slip opens; 0 is 24 hours, as every link."""
    links_goals: bool = False
    """Goals and measures of an area are tied to one another (optional)."""

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> CommitteeSettings:
        known = {field.name for field in fields(cls)}
        values = {name: value for name, value in stored.items() if name in known}
        if "reminder_offsets" in values:
            values["reminder_offsets"] = tuple(values["reminder_offsets"])
        return cls(**values)

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "reminder_offsets": list(self.reminder_offsets)}


class Committee(Audited, Versioned, Row):
    """A Women-and-Children's Work Committee (or the body that carries its name today)."""

    __tablename__ = "committees"

    body_name: Mapped[str] = mapped_column(String(100))
    """云川市妇女儿童工作委员会"""
    short_name: Mapped[str] = mapped_column(String(50))
    """市妇儿工委"""
    office_name: Mapped[str] = mapped_column(String(100))
    office_short_name: Mapped[str] = mapped_column(String(50))
    letterhead: Mapped[str] = mapped_column(String(100))
    """发文机关标志, without 文件"""
    number_prefix: Mapped[str] = mapped_column(String(30))
    """发文机关代字: 云妇儿工委"""
    chair_title: Mapped[str] = mapped_column(String(50), default="主任")
    area_name: Mapped[str] = mapped_column(String(50))
    area_code: Mapped[str] = mapped_column(String(6), unique=True)
    level: Mapped[Level] = mapped_column(choice(Level))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("committees.id"), index=True)
    path: Mapped[str] = mapped_column(String(200), index=True)
    """/1/7/: the committees above and this one, so that “itself and below” is one comparison."""
    stored_settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    parent: Mapped[Committee | None] = relationship(remote_side="Committee.id")
    units: Mapped[list[Unit]] = relationship(back_populates="committee", order_by="Unit.position")

    @property
    def settings(self) -> CommitteeSettings:
        return CommitteeSettings.from_json(self.stored_settings or {})

    def body(self) -> Body:
        """The committee as an actor carries it."""
        return Body(
            self.id, self.body_name, self.short_name, self.office_name, is_topmost=self.parent_id is None
        )  # fmt: skip

    def audit_label(self) -> str:
        return self.body_name


class Unit(Audited, Versioned, Row):
    """A member unit (成员单位) or another body that may be given tasks."""

    __tablename__ = "units"
    __table_args__ = (
        UniqueConstraint("committee_id", "full_name"),
        CheckConstraint("valid_to IS NULL OR valid_from IS NULL OR valid_to >= valid_from", name="valid_period"),
    )

    committee_id: Mapped[int] = mapped_column(ForeignKey("committees.id"), index=True)
    full_name: Mapped[str] = mapped_column(String(100))
    short_name: Mapped[str] = mapped_column(String(50))
    system: Mapped[System] = mapped_column(choice(System))
    position: Mapped[int] = mapped_column(Integer)
    """Place in the committee's official list, from 1."""
    is_member: Mapped[bool] = mapped_column(Boolean, default=True)
    is_office: Mapped[bool] = mapped_column(Boolean, default=False)
    """The unit that houses the office itself: its reports are reviewed by a substitute (回避)."""
    initials: Mapped[str] = mapped_column(String(50), default="")
    """Pinyin initials for pickers: sjyj for 市教育局."""
    duties: Mapped[list[str]] = mapped_column(JSON, default=list)
    """The unit's field of duty in the words of plans, as the office wrote them; empty means the usual ones."""
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    reform_note: Mapped[str] = mapped_column(String(200), default="")
    """What stands behind its name since a reform: 2027年起由市某局承接."""

    committee: Mapped[Committee] = relationship(back_populates="units")
    names: Mapped[list[UnitName]] = relationship(
        back_populates="unit", cascade="all, delete-orphan", order_by="UnitName.id"
    )
    successor: Mapped[Unit | None] = relationship(remote_side="Unit.id")
    successions: Mapped[list[Succession]] = relationship(
        back_populates="unit", foreign_keys="Succession.unit_id", order_by="Succession.id"
    )
    predecessors: Mapped[list[Succession]] = relationship(
        back_populates="heir", foreign_keys="Succession.heir_id", order_by="Succession.id"
    )

    @property
    def heirs(self) -> list[Unit]:
        """The units that took its work over: several after a split."""
        return [one.heir for one in self.successions] or ([self.successor] if self.successor else [])

    @property
    def fields_of_duty(self) -> list[str]:
        """Keywords of what the unit is there for: the office's own, else the usual ones of its kind."""
        return self.duties or list(usual_duties([self.full_name, self.short_name]))

    def is_current(self, on: date) -> bool:
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)

    def audit_label(self) -> str:
        return self.short_name


class ReformKind(Labelled):
    """机构改革: what became of a unit."""

    RENAMED = "renamed", "更名"
    MERGED = "merged", "并入"
    SPLIT = "split", "拆分"


class Succession(Row):
    """One unit's work taken over by another from a day on; a unit that was split has several."""

    __tablename__ = "unit_successions"
    __table_args__ = (UniqueConstraint("unit_id", "heir_id"),)

    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    heir_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    kind: Mapped[ReformKind] = mapped_column(choice(ReformKind))
    starts_on: Mapped[date] = mapped_column(Date)
    document: Mapped[str] = mapped_column(String(200))

    unit: Mapped[Unit] = relationship(back_populates="successions", foreign_keys=[unit_id], lazy="joined")
    heir: Mapped[Unit] = relationship(back_populates="predecessors", foreign_keys=[heir_id])


class UnitName(Row):
    """Another name a unit goes or went by, for the importer."""

    __tablename__ = "unit_names"
    __table_args__ = (UniqueConstraint("unit_id", "name"),)

    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    is_former: Mapped[bool] = mapped_column(Boolean, default=False)

    unit: Mapped[Unit] = relationship(back_populates="names")


class IgnoredName(Row):
    """What plans write where units stand and is none, as the office said once: the importer asks no more."""

    __tablename__ = "ignored_names"
    __table_args__ = (UniqueConstraint("committee_id", "name"),)

    committee_id: Mapped[int] = mapped_column(ForeignKey("committees.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    """As `normalised` writes it."""


def normalised(name: str) -> str:
    """A unit's name as compared: full width folded, blanks gone."""
    return "".join(unicodedata.normalize("NFKC", name).split())


_LEVEL = re.compile(r"^(?:自治区|省|市|县|区|州|盟|旗)(?=[\u4e00-\u9fff]{2,})")
_PARTY = re.compile(r"^(?:中共|共青团|团)")


def bare_name(name: str) -> str:
    """A name as compared without the level it is written with: 市教育局 and 省教育局 are both 教育局."""
    return _LEVEL.sub("", _PARTY.sub("", normalised(name)))
