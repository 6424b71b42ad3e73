"""A unit's finished report, paragraph by paragraph → passages, each with the place of the sheet its heading speaks of.

Pure: lines in, passages out. Nothing is thrown away: what no heading claims stays a passage without a place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tracker.plans.importing.draft import Line
from tracker.plans.importing.marks import marks_of
from tracker.reports.models import SectionKind

LONGEST_HEADING, LONGEST_BARE = 40, 18
ARRANGEMENTS, REQUESTS = "arrangements", "requests"
"""Places that take one line per paragraph."""
AHEAD = f"section:{SectionKind.AHEAD.value}"


@dataclass(frozen=True)
class AreaName:
    """An area as headings call it: 妇女与健康, of the women's plan."""

    record: str
    name: str
    plan: str
    """妇女, 儿童 …"""

    @property
    def bare(self) -> str:
        """健康, 教育, 法律保护: how a heading under its plan may shorten it."""
        return re.sub(r"^(妇女|儿童)(与|和|及)?|(领域|方面)$", "", self.name)


@dataclass
class Passage:
    """A stretch of the document: its heading, its words, and where they belong ("" = nowhere yet)."""

    heading: str
    target: str
    why: str = ""
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


_LEVELS = {"chapter": 1, "han": 1, "section": 2, "bracket": 2, "digit": 3, "dotted": 3, "paren": 4, "half": 4}
_YEARS = re.compile(r"\d{4}\s*年(度)?|[\s　、，。：:；;.．]")
_PLAN = re.compile(r"(妇女|儿童)(发展)?(规划|纲要)")
_CONTACT = re.compile(r"^[（(]?\s*联系人[：:\s]")
_ANNEX = re.compile(r"^附件\s*[\d一二三四五六七八九十]*\s*[:：.、]?")
_DATE = re.compile(r"^[\d〇一二三四五六七八九十]{4}\s*年\s*\S{1,3}\s*月\s*\S{1,3}\s*日$")
_LAST_YEAR = re.compile(r"上年|上一年|去年")
_SECTIONS = (
    (REQUESTS, re.compile(r"提请|协调事项|意见建议|意见和建议|请求")),
    (f"section:{SectionKind.PROBLEMS.value}", re.compile(r"问题|困难|不足|短板")),
    (
        AHEAD,
        re.compile(r"下一步|下一年|下步|下年|明年|工作(安排|打算|计划|思路)|(安排|打算|计划)$"),
    ),
    (f"section:{SectionKind.PRACTICE.value}", re.compile(r"做法|成效|经验|亮点|举措|工作开展")),
    (f"section:{SectionKind.PROGRESS.value}", re.compile(r"完成情况|落实情况|实施情况|总体情况|基本情况|进展情况")),
)
_BARE = re.compile(
    r"(目标)?(任务|工作)?(总体|基本|主要)?(目标|任务|工作)?(完成|落实|实施|进展|总体|基本|开展)情况"
    r"|(主要|工作)?(做法|举措|经验|亮点|成效)(和|与|及)?(做法|举措|经验|亮点|成效)?"
    r"|(存在的?|主要)?(主要)?(困难|问题|不足|短板)(和|与|及)?(困难|问题|不足|短板)?"
    r"|(下一步|下步|下一年|下年|明年)(度)?(的)?(主要|重点)?(工作)?(安排|打算|计划|思路|考虑)"
    r"|(提请)?(协调|解决)(的)?(事项|问题)|(有关|几点)?(意见|工作)?建议"
)
"""What a heading says that is only set bold: the words of the field and nothing else."""


def passages_of(lines: Iterable[Line], areas: Sequence[AreaName], unit: str) -> list[Passage]:
    """The document's passages in its order; a place is given only where a heading says it."""
    return _Splitter(areas, unit).split(lines)


class _Splitter:
    def __init__(self, areas: Sequence[AreaName], unit: str) -> None:
        self.areas, self.unit = areas, unit
        self.plan = ""
        self.level = 0
        self.found = [Passage("标题和开头", "", "文件开头的标题、主送和引言")]

    def split(self, lines: Iterable[Line]) -> list[Passage]:
        for line in lines:
            text = line.text.strip()
            if text:
                self._take(line, text)
        return [one for one in self.found if one.lines]

    @property
    def here(self) -> Passage:
        return self.found[-1]

    def _take(self, line: Line, text: str) -> None:
        if self.here.heading == "附件" or _ANNEX.match(text):
            self._stay("附件", "任务进展、目标和材料请在填报页逐项填写", text)
        elif line.style == "cell":
            self._stay("表格", "表格内容不自动归入", text)
        elif _CONTACT.match(text):
            words = re.sub(r"^[（(]?\s*联系人[：:\s]*|[）)]\s*$", "", text)
            self.found.append(Passage("联系人", f"section:{SectionKind.CONTACT.value}", "", [words]))
            self.level = 0
        elif self._is_signature(text):
            self._stay("落款", "单位名称和日期由系统生成", text)
        else:
            self._read(line, text)

    def _read(self, line: Line, text: str) -> None:
        heading, level, rest = _heading_of(line, text)
        if not heading and self._is_bare_heading(line, text):
            heading, level = text, 1 if self._place(text)[0].startswith("section") else 2
        if heading and rest and level > self.level and self.here.target in {AHEAD, ARRANGEMENTS}:
            heading = ""  # （一）扩学位。新建公办园9所。: one of the lines of the arrangements
        if heading:
            self._open(heading, level)
            if not rest:
                return
            text = rest
        if self.here.heading in {"落款", "表格", "联系人"} and not heading:
            self.found.append(Passage("", "", "没有标题，请选择归入哪里"))
            self.level = 0
        self._add(text)

    def _add(self, text: str) -> None:
        listed = _listed(text)
        if self.here.target in {AHEAD, ARRANGEMENTS} and listed is not None:
            if self.here.target == AHEAD:
                self.found.append(Passage(f"{self.here.heading}（逐条）", ARRANGEMENTS))
            self.here.lines.append(listed)
        elif self.here.target == REQUESTS:
            self.here.lines.append(text if listed is None else listed)
        else:
            self.here.lines.append(text)

    def _open(self, heading: str, level: int) -> None:
        plan = _PLAN.search(heading)
        if plan and level <= 2:
            self.plan = plan[1]
        target, why = self._place(heading)
        if not target and not why and not plan and self.here.target and self.level and level > self.level:
            self.here.lines.append(heading)  # a heading inside the passage is part of its words
            return
        if not target and not why:
            why = "标题与填报页的各部分对不上，请选择归入哪里"
        self.found.append(Passage(heading, target, why))
        self.level = level

    def _place(self, heading: str) -> tuple[str, str]:
        core = _YEARS.sub("", heading)
        areas = self._areas_in(core)
        if len(areas) == 1:
            return areas[0].record, ""
        if areas:
            return "", f"可能是{'、'.join(f'{one.plan}规划的“{one.name}”' for one in areas)}，请选择"
        if _LAST_YEAR.search(core):
            return "", "上年安排的落实情况请在填报页逐条填写"
        if _PLAN.search(core) and not re.search(r"问题|困难|安排|打算", core):
            return "", ""
        return next(((target, "") for target, pattern in _SECTIONS if pattern.search(core)), ("", ""))

    def _is_bare_heading(self, line: Line, text: str) -> bool:
        """A line of its own without number and without style, as where headings are only set bold: an area's name, or
        the name of a part of the report and hardly more."""
        if line.style == "cell" or len(text) > LONGEST_BARE or re.search(r"[，。；：、,;:？！?!]", text):
            return False
        core = _YEARS.sub("", text)
        if any(re.fullmatch(rf"{re.escape(one.name)}(领域|方面|工作|情况|工作情况)?", core) for one in self.areas):
            return True
        return bool(self.found[0].lines) and _BARE.fullmatch(core) is not None

    def _areas_in(self, core: str) -> list[AreaName]:
        whole = [one for one in self.areas if one.name in core]
        if not whole and len(core) <= 16:
            whole = [one for one in self.areas if len(one.bare) >= 2 and one.bare in core]
        longest = max((len(one.bare) for one in whole), default=0)
        whole = [one for one in whole if len(one.bare) == longest]
        named = [one for one in whole if one.plan in core] or [one for one in whole if one.plan == self.plan]
        return named if named and len(whole) > 1 else whole

    def _stay(self, heading: str, why: str, text: str) -> None:
        if self.here.heading != heading:
            self.found.append(Passage(heading, "", why))
            self.level = 0
        self.here.lines.append(text)

    def _is_signature(self, text: str) -> bool:
        return len(self.found) > 1 and (text == self.unit or _DATE.match(text) is not None)


def _heading_of(line: Line, text: str) -> tuple[str, int, str]:
    """(heading without its number, level, what follows it on the line); ("", 0, "") for a plain paragraph."""
    mark = next(iter(marks_of(text)), None)
    styled = re.fullmatch(r"heading(\d)", line.style)
    if mark is None and not styled:
        return "", 0, ""
    body = mark.rest.strip() if mark else text
    level = int(styled[1]) if styled else _LEVELS.get(mark.form if mark else "", 5)
    if len(body) <= LONGEST_HEADING and not re.search(r"[。；;，,：:]$", body) and (styled or level <= 2):
        return body, level, ""
    first, stop, rest = body.partition("。")
    if (styled or level <= 2) and stop and rest.strip() and len(first) <= 24 and "，" not in first:
        return first, level, rest.strip()
    if styled or (level <= 2 and len(body) <= 24 and body.endswith("。")):
        return body.rstrip("。"), level, ""
    return "", 0, ""


def _listed(text: str) -> str | None:
    """The words of a numbered line without the number; None for a plain paragraph."""
    mark = next(iter(marks_of(text)), None)
    return mark.rest.strip() if mark is not None and not mark.weak and mark.rest.strip() else None


_WHEN = re.compile(
    r"[，,、：:]?((?:\d{4}年|明年|下一?年)?(?:\d{1,2}月(?:底|初|末|上旬|中旬|下旬|\d{1,2}日)?|[一二三四]季度末?|[上下]半年)"
    r"(?:之前|以前|前|内)?|(?:\d{4}|明|下一?)?年(?:底|末|内)"
    r"(?:之前|以前|前|内)?)(?:\w{0,4}(?:完成|建成|印发|出台|办结|到位|投用))?[。；;]?$"
)


def when_of(line: str) -> str:
    """By when a line of the arrangements says that it will be done; "" when it does not end with it."""
    found = _WHEN.search(line)
    return found[1] if found else ""
