"""The shapes of the demo's content. Everything is frozen: the demo is the same on every machine and every day."""

from dataclasses import dataclass
from typing import Literal

PlanKey = Literal["women", "children"]
Role = Literal["lead", "joint", "support"]
Term = Literal["finished", "open"]
System = Literal["party", "congress", "judiciary", "government", "vertical", "mass"]
Level = Literal["province", "prefecture", "county"]
Done = Literal["figure", "document", "mechanism", "activity", "ongoing"]
State = Literal["completed", "on_schedule", "ongoing", "slow", "not_started", "no_task"]
Kept = Literal["kept", "partly", "not_kept"]
Course = Literal["not_started", "draft", "awaiting_sign_off", "submitted", "returned", "accepted", "exempted"]
PostRole = Literal["liaison", "unit_leader", "officer", "office_head", "chair", "sysadmin", "secadmin", "auditor"]

SYSTEM_ORDER: tuple[System, ...] = ("party", "congress", "judiciary", "government", "vertical", "mass")
SYSTEM_WORDS: dict[System, str] = {
    "party": "党委",
    "congress": "人大政协",
    "judiciary": "法检",
    "government": "政府",
    "vertical": "垂管",
    "mass": "群团",
}
DONE_WORDS: dict[Done, str] = {
    "figure": "定量指标",
    "document": "出台文件",
    "mechanism": "建立机制",
    "activity": "开展活动",
    "ongoing": "持续推进",
}
STATE_WORDS: dict[State, str] = {
    "completed": "已完成",
    "on_schedule": "按期推进",
    "ongoing": "持续推进",
    "slow": "进展较慢",
    "not_started": "未启动",
    "no_task": "本年无任务",
}
KEPT_WORDS: dict[Kept, str] = {"kept": "已落实", "partly": "部分落实", "not_kept": "未落实"}


@dataclass(frozen=True, order=True)
class AreaRef:
    """One area of a plan, by its ordinal as printed."""

    plan: PlanKey
    area: int


@dataclass(frozen=True, order=True)
class MeasureRef:
    """One measure of a plan, by area and number as printed."""

    plan: PlanKey
    area: int
    no: int

    @property
    def area_ref(self) -> AreaRef:
        return AreaRef(self.plan, self.area)


@dataclass(frozen=True)
class PlanText:
    """A plan document: its text in a file and what its notice says."""

    key: PlanKey
    title: str
    number: str
    issued_on: str
    period: tuple[int, int]
    file_name: str


@dataclass(frozen=True)
class CommitteeText:
    """A committee with every name it is known and signs under."""

    key: str
    place: str
    level: Level
    area_code: str
    parent: str | None
    body: str
    short: str
    office: str
    office_short: str
    chair_title: str
    letterhead: str
    number_prefix: str
    phone: str


@dataclass(frozen=True)
class UnitText:
    """A member unit; its place in its tuple is its place in the official order."""

    committee: str
    system: System
    full_name: str
    short_name: str
    aliases: tuple[str, ...] = ()
    former_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class PersonText:
    """A person holding one post; `unit` is a short name, or None for posts of the committee itself."""

    committee: str
    unit: str | None
    role: PostRole
    name: str
    login: str
    job: str
    phone: str

    @property
    def email(self) -> str:
        return f"{self.login}@example.org"


@dataclass(frozen=True)
class Duty:
    """Who does one measure. Without a lead the task is `shared`: every joint unit answers for itself."""

    measure: MeasureRef
    lead: str | None
    joint: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    done: Done = "ongoing"
    due_in_days: int | None = None

    @property
    def is_shared(self) -> bool:
        return self.lead is None

    @property
    def is_one_off(self) -> bool:
        return self.due_in_days is not None

    def roles(self) -> tuple[tuple[str, Role], ...]:
        """Every unit of this duty with its role, lead first."""
        lead: tuple[tuple[str, Role], ...] = ((self.lead, "lead"),) if self.lead else ()
        joint: tuple[tuple[str, Role], ...] = tuple((unit, "joint") for unit in self.joint)
        support: tuple[tuple[str, Role], ...] = tuple((unit, "support") for unit in self.support)
        return lead + joint + support


@dataclass(frozen=True)
class Overview:
    """完成情况、主要做法和成效、存在的困难和问题."""

    completion: str
    practice: str
    difficulties: str


@dataclass(frozen=True)
class Passage:
    """What a unit says about one area."""

    area: AreaRef
    text: str


@dataclass(frozen=True)
class Row:
    """The state of one assignment, with an optional line of at most 100 characters."""

    measure: MeasureRef
    state: State
    note: str = ""


@dataclass(frozen=True)
class ArrangementText:
    """One line of 下一年工作安排; of a finished year it carries what came of it."""

    measure: MeasureRef
    text: str
    by_month: int
    kept: Kept | None = None
    answer: str = ""


@dataclass(frozen=True)
class RequestText:
    """提请协调事项, with the office's answer once there is one."""

    title: str
    text: str
    answer: str = ""


@dataclass(frozen=True)
class ReportText:
    """One unit's report of one round."""

    unit: str
    term: Term
    overview: Overview
    passages: tuple[Passage, ...]
    rows: tuple[Row, ...]
    arrangements: tuple[ArrangementText, ...]
    requests: tuple[RequestText, ...] = ()


@dataclass(frozen=True)
class Remark:
    """A remark at one place of a table or report."""

    at: AreaRef | MeasureRef
    text: str


@dataclass(frozen=True)
class ReturnText:
    """Why the office sends a report back, and where it wants more."""

    unit: str
    term: Term
    reason: str
    rectify_in_workdays: int
    remarks: tuple[Remark, Remark]


@dataclass(frozen=True)
class ConsultationAnswer:
    """A unit's one answer to the draft table; no remarks means 无意见. `settled` is what the office did with them."""

    unit: str
    words: str
    remarks: tuple[Remark, ...] = ()
    settled: str = ""


@dataclass(frozen=True)
class Section:
    """A heading and its paragraphs."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class CircularFigures:
    """What the system counted, to be said in a circular."""

    year: int
    units: int
    reported: int
    on_time: int
    late: int
    tasks: int
    assignments: int
    completed: int
    on_track: int
    slow: int
    overdue: int


@dataclass(frozen=True)
class CircularText:
    """A circular as the office writes it."""

    title: str
    addressees: str
    opening: str
    sections: tuple[Section, ...]
    copy_to: tuple[str, ...]


@dataclass(frozen=True)
class EvidenceText:
    """One attached file of a report; a leading page of a signed paper has no measure."""

    unit: str
    term: Term
    measure: MeasureRef | None
    file_name: str
    number: str
    title: str
    lines: tuple[str, ...]
    days_ago: int
