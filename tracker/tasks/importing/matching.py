"""Rows of a responsibility table against the plan and its tasks: which task each row is about, what it would change,
and why a row is doubtful or refused. Everything that is wrong with a row is said at once."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from tracker.committees.models import Unit
from tracker.core.filters import zh_date
from tracker.core.forms import clean_line, clean_text, last_day_of, parse_day
from tracker.core.verdict import Verdict
from tracker.plans.models import Area, Goal, Measure, Plan
from tracker.plans.similarity import SURE, most_like
from tracker.tasks.importing.naming import Cell, Names, units_in
from tracker.tasks.importing.reading import Column, TableRow, area_name, plain
from tracker.tasks.models import AssignmentRole, Outcome, Shape, Task

ALIKE_ENOUGH = 0.7
"""From this likeness on a row is about that item, though the office is asked to look."""
LONGEST_TITLE, LONGEST_CONTENT = 200, 8000
_YEARLY = re.compile(r"(?:规划期内)?(?:每年|逐年|长期|持续(?:推进)?|全程|年度)")
_ORDINAL = re.compile(r"^[（(]?(?:\d{1,3}(?:-\d{1,3})?|[一二三四五六七八九十]{1,3})[)）]?[、.．]?")
_SIGNS = re.compile(r"[^\w]|_")


@dataclass(frozen=True)
class Wanted:
    """What a row says a task shall be; None where its table says nothing."""

    title: str | None = None
    content: str | None = None
    shape: Shape | None = None
    outcome: Outcome | None = None
    is_yearly: bool | None = None
    due_on: date | None = None
    units: dict[int, AssignmentRole] | None = None


@dataclass(frozen=True)
class Difference:
    """One field of one task, before and after."""

    field: str
    before: str
    after: str


@dataclass
class Judged:
    """One row, the task it is about or the item it would make a task of, and what was found."""

    row: TableRow
    task: Task | None = None
    item: Measure | Goal | None = None
    wanted: Wanted = field(default_factory=Wanted)
    doubts: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    changes: list[Difference] = field(default_factory=list)

    @property
    def verdict(self) -> Verdict:
        if self.faults:
            return Verdict.REFUSED
        return Verdict.DOUBTFUL if self.doubts else Verdict.GOOD

    @property
    def is_new(self) -> bool:
        return self.task is None and self.item is not None and self.wanted.units is not None and not self.faults

    @property
    def name(self) -> str:
        """The number and title of the task, or of what it will be."""
        if self.task is not None:
            return f"{self.task.number} {self.task.title}"
        return self.row.shown


@dataclass(frozen=True)
class Judgement:
    """The whole file."""

    rows: list[Judged]
    untouched: list[Task]
    """Tasks of the plan that the file does not name: they stay as they are."""
    units: dict[int, Unit]

    @cached_property
    def counts(self) -> Counter[Verdict]:
        return Counter(one.verdict for one in self.rows)

    @property
    def changed(self) -> list[Judged]:
        """The rows that writing would take in."""
        return [one for one in self.rows if not one.faults and (one.changes or one.is_new)]

    @property
    def count(self) -> int:
        """How many places change."""
        return sum(max(len(one.changes), 1) for one in self.changed)

    @property
    def fingerprint(self) -> str:
        """Of all that would be written: who confirms has seen exactly this."""
        said = [
            (one.row.grid, one.row.line, one.name, [(c.field, c.before, c.after) for c in one.changes])
            for one in self.changed
        ]
        return hashlib.sha256(repr(said).encode()).hexdigest()


def judge(
    plan: Plan, areas: Sequence[Area], tasks: Sequence[Task], rows: Iterable[TableRow], names: Names, on: date
) -> Judgement:
    """What taking in these rows would do to the tasks of the plan."""
    judged = [Judged(row) for row in rows]
    places = _Places(areas, tasks)
    for exact in (True, False):
        for one in judged:
            if one.task is None and one.item is None:
                places.find(one, exact=exact)
    units: dict[int, Unit] = {}
    for one in judged:
        _read_row(one, plan, names, units)
        _compare(one, units)
    taken = {one.task.id for one in judged if one.task is not None}
    return Judgement(judged, [task for task in tasks if task.id not in taken], units)


class _Places:
    """The tasks and items of a plan by what a row may call them; each task is claimed by one row only."""

    def __init__(self, areas: Sequence[Area], tasks: Sequence[Task]) -> None:
        self.areas, self.tasks = areas, tasks
        self.claimed: dict[int, Judged] = {}
        self.by_words: dict[str, list[Task | Measure | Goal]] = {}
        for task in tasks:
            self._name(task, task.title + task.content, task.content, task.title)
        for area in areas:
            for measure in area.measures:
                self._name(measure, measure.title + measure.text, measure.text, measure.title)
            for goal in area.goals:
                self._name(goal, goal.text)
        self.of_item: dict[tuple[str, int], list[Task]] = {}
        for task in tasks:
            self.of_item.setdefault(_item_key(task.measure or task.goal), []).append(task)

    def _name(self, thing: Task | Measure | Goal, *texts: str) -> None:
        for key in dict.fromkeys(_key(text) for text in texts):
            self.by_words.setdefault(key, []).append(thing)

    def find(self, one: Judged, *, exact: bool) -> None:
        """Say which task a row is about: first those that are named without doubt, afterwards the others."""
        if one.row.is_own:
            self._find_own(one, exact)
        else:
            self._find_by_words(one, exact)
        if not exact and one.task is None and one.item is None and not one.faults:
            one.faults.append("规划中没有找到这条目标、措施或任务。请核对文字，或者先在规划中补充。")

    def _find_own(self, one: Judged, exact: bool) -> None:
        number, title = plain(one.row[Column.NUMBER]), _key(one.row[Column.TITLE])
        same = [task for task in self.tasks if task.number == number]
        free = [task for task in same if task.id not in self.claimed]
        if exact:
            if task := next((task for task in free if _key(task.title) == title), None):
                self._claim(one, task)
            return
        if len(free) == 1 and most_like(one.row[Column.TITLE], [free[0].title], at_least=0.2):
            self._claim(one, free[0])
            one.doubts.append(f"任务名称与原来的“{free[0].title}”不同。")
        elif same and all(_key(task.title) == title for task in same):
            one.faults.append(f"与第{self.claimed[same[0].id].row.line}行是同一项任务。")
        elif item := self._numbered(number):
            one.item = item
        else:
            self._find_by_words(one, exact)

    def _numbered(self, number: str) -> Measure | None:
        for area in self.areas:
            for measure in area.measures:
                if number == f"{area.position}-{measure.number}":
                    return measure
        return None

    def _find_by_words(self, one: Judged, exact: bool) -> None:
        text = one.row[Column.ITEM] or one.row[Column.TITLE] + one.row[Column.CONTENT]
        if exact:
            found = self._among(one, self.by_words.get(_key(text), []))
            if found:
                self._take(one, found)
            return
        every: list[Task | Measure | Goal] = []
        for area in self.areas:
            every += [*area.measures, *area.goals]
        things = self._among(one, every)
        texts = [thing.text if isinstance(thing, Measure | Goal) else thing.content for thing in things]
        alike = most_like(text, texts, at_least=ALIKE_ENOUGH, most=2)
        if not alike:
            return
        if len(alike) > 1 and alike[1].likeness >= alike[0].likeness - 0.02:
            one.faults.append("这一行与规划中的几条都相近，分不清是哪一条，请按规划原文填写。")
            return
        self._take(one, [things[alike[0].other]])
        if alike[0].likeness < SURE or _key(text) not in self.by_words:
            one.doubts.append("文字与规划原文不完全一致，请核对是不是这一条。")

    def _among(self, one: Judged, things: Sequence[Task | Measure | Goal]) -> list[Task | Measure | Goal]:
        """Those of the row's area, where that area is one of the plan's."""
        name = one.row.area
        if name and any(area_name(area.name) == name for area in self.areas):
            return [thing for thing in things if area_name(thing.area.name) == name]
        return list(things)

    def _take(self, one: Judged, found: Sequence[Task | Measure | Goal]) -> None:
        tasks = [thing for thing in found if isinstance(thing, Task)]
        free = [task for task in tasks if task.id not in self.claimed]
        item = next((thing for thing in found if not isinstance(thing, Task)), None)
        below = self.of_item.get(_item_key(item), []) if item is not None else []
        if free:
            self._claim(one, free[0])
        elif tasks:
            one.faults.append(f"与第{self.claimed[tasks[0].id].row.line}行是同一项任务。")
        elif len(below) == 1 and below[0].id not in self.claimed:
            self._claim(one, below[0])
        elif below:
            said = f"这条措施已拆分为{len(below)}项任务，请按任务逐行填写。"
            again = f"与第{self.claimed[below[0].id].row.line}行是同一项任务。" if len(below) == 1 else said
            one.faults.append(again)
        else:
            one.item = item

    def _claim(self, one: Judged, task: Task) -> None:
        one.task = task
        self.claimed[task.id] = one


def _item_key(item: Measure | Goal | None) -> tuple[str, int]:
    return (type(item).__name__, item.id) if item is not None else ("", 0)


def _key(text: str) -> str:
    """Words only: ordinals, signs and blanks gone."""
    return _SIGNS.sub("", _ORDINAL.sub("", plain(text), count=1))


def _read_row(one: Judged, plan: Plan, names: Names, units: dict[int, Unit]) -> None:
    """What the row says, with everything that is wrong with it."""
    row = one.row
    title = (clean_line(row[Column.TITLE]) or "") if row.is_own else None
    content = (clean_text(row[Column.CONTENT]) or "") if row.is_own and row.has(Column.CONTENT) else None
    if title is not None and not title:
        one.faults.append("没有写任务名称。")
    if len(title or "") > LONGEST_TITLE or len(content or "") > LONGEST_CONTENT:
        one.faults.append(f"任务名称不超过{LONGEST_TITLE}字，内容不超过{LONGEST_CONTENT}字。")
    shape, parts = _parts(one, names, units)
    is_yearly, due_on = _due(one, plan)
    one.wanted = Wanted(title, content, shape, _outcome(one), is_yearly, due_on, parts)
    if isinstance(one.item, Goal) and not parts:
        one.wanted = Wanted()  # a goal that nobody is named for is the measures' heading, not a task


def _parts(one: Judged, names: Names, units: dict[int, Unit]) -> tuple[Shape | None, dict[int, AssignmentRole]]:
    row = one.row
    cells = {
        column: units_in(row[column], names) for column in (Column.MAIN, Column.LEAD, Column.JOINT, Column.SUPPORT)
    }
    for cell in cells.values():
        one.doubts += cell.doubts
        one.faults += cell.faults
        units.update((unit.id, unit) for unit in cell.units)
    first = Column.LEAD if row.has(Column.LEAD) else Column.MAIN
    shape = _shape(one, cells[first], cells[Column.JOINT], strict=first is Column.LEAD)
    main = AssignmentRole.JOINT if shape is Shape.SHARED else AssignmentRole.LEAD
    lesser = shape is Shape.SHARED and bool(cells[first].units)
    others = AssignmentRole.SUPPORT if lesser else AssignmentRole.JOINT
    parts: dict[int, AssignmentRole] = {}
    for column, role in ((first, main), (Column.JOINT, others), (Column.SUPPORT, AssignmentRole.SUPPORT)):
        for unit in cells[column].units:
            if unit.id in parts:
                one.doubts.append(f"{unit.short_name}在这一行写了两次，按{parts[unit.id].label}单位处理。")
            else:
                parts[unit.id] = role
    if not parts and not one.faults and not isinstance(one.item, Goal):
        one.doubts.append("没有写责任单位。")
    return shape, parts


def _shape(one: Judged, main: Cell, joint: Cell, *, strict: bool) -> Shape | None:
    """牵头汇总 or 各自负责: as the table says, else by how many units stand first."""
    said = plain(one.row[Column.SHAPE])
    stands = one.task.shape if one.task is not None else None
    if said:
        found = next((shape for shape in Shape if shape.label == said), None)
        if found is None:
            one.faults.append(f"负责方式“{said}”认不出来，应为“牵头汇总”或“各自负责”。")
        elif found is Shape.SHARED and main.units:
            one.faults.append("各自负责的任务不设牵头单位，请写在“责任单位”中。")
            return found
    else:
        found = None
    if len(main.units) > 1 and (strict or found is Shape.LED):
        one.faults.append("一项任务只能有一个牵头单位。")
    elif len(main.units) > 1:
        if stands is not Shape.SHARED:
            one.doubts.append(f"有{len(main.units)}个主要责任单位，按“各自负责”处理。")
        return Shape.SHARED
    elif found is None and not main.units and joint.units:
        if stands is None:
            one.doubts.append("没有写主要责任单位，按“各自负责”处理。")
        elif stands is Shape.LED:
            one.doubts.append("没有写主要责任单位。")
        return stands or Shape.SHARED
    elif found is None and main.units and stands is Shape.SHARED and not strict:
        # One main unit of a task for which it already answers by itself.
        living = {part.unit_id for part in one.task.living} if one.task else set()
        return Shape.SHARED if main.units[0].id in living and not joint.units else Shape.LED
    return found or (stands if not main.units else Shape.LED) or Shape.LED


def _outcome(one: Judged) -> Outcome | None:
    said = plain(one.row[Column.OUTCOME])
    if not said:
        return None
    found = next((outcome for outcome in Outcome if outcome.label == said), None)
    if found is None:
        one.faults.append(f"办结方式“{said}”认不出来，应为{'、'.join(outcome.label for outcome in Outcome)}之一。")
    return found


def _due(one: Judged, plan: Plan) -> tuple[bool | None, date | None]:
    said = plain(one.row[Column.DUE])
    if not said:
        return None, None
    if _YEARLY.fullmatch(said):
        return True, None
    day = parse_day(said) or last_day_of(said)
    if day is None:
        one.faults.append(f"时限“{said}”认不出来，请写“每年”，或者2027年12月31日这样的日期。")
    elif not plan.covers(day.year):
        one.faults.append(f"时限{zh_date(day)}不在规划期（{plan.first_year}—{plan.last_year}年）之内。")
        return None, None
    return (None if day is None else False), day


def _compare(one: Judged, units: dict[int, Unit]) -> None:
    task, wanted = one.task, one.wanted
    if task is None:
        return
    pairs = [
        ("任务名称", clean_line(task.title) or "", wanted.title),
        ("任务内容", clean_text(task.content) or "", wanted.content),
        ("负责方式", task.shape.label, wanted.shape.label if wanted.shape else None),
        ("办结方式", task.outcome.label, wanted.outcome.label if wanted.outcome else None),
        ("时限", due_words(task.is_yearly, task.due_on),
         None if wanted.is_yearly is None else due_words(wanted.is_yearly, wanted.due_on)),
    ]  # fmt: skip
    one.changes = [Difference(name, old, new) for name, old, new in pairs if new is not None and new != old]
    if wanted.units is not None:
        now = {part.unit_id: part.role for part in task.living}
        units.update((part.unit_id, part.unit) for part in task.living)
        for role in AssignmentRole:
            before, after = _names(now, role, units), _names(wanted.units, role, units)
            if before != after:
                one.changes.append(Difference(f"{role.label}单位", before or "（无）", after or "（无）"))
    if one.changes and not task.is_open:
        what = "、".join(change.field for change in one.changes)
        one.faults.append(f"任务{task.number}已印发，不能由导入改动（{what}），请在任务页面调整并说明理由。")


def _names(parts: dict[int, AssignmentRole], role: AssignmentRole, units: dict[int, Unit]) -> str:
    mine = sorted((units[number] for number, one in parts.items() if one is role), key=lambda unit: unit.position)
    return "、".join(unit.short_name for unit in mine)


def due_words(is_yearly: bool, due_on: date | None) -> str:
    return "每年" if is_yearly else zh_date(due_on)
