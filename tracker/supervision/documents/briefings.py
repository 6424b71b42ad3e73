"""What the chair's page says: as much as fits one A4 and stays legible, the rest counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from tracker.core.access import Body
from tracker.core.filters import zh_date, zh_month_day
from tracker.documents import pdf
from tracker.documents.blocks import (
    Chart,
    Column,
    Document,
    Form,
    Letterhead,
    Opinions,
    Paragraph,
    RenderedFile,
    Series,
    SeriesTone,
    State,
    Table,
)
from tracker.supervision.queries.briefings import STATES

TOO_MUCH = 10
"""Never more lines than this: beyond it a table is no longer read."""
SUBJECT, UNITS, WHY, LINE = 60, 30, 60, 18
"""Characters of a cell before it is cut; LINE where a matter has one line only."""
WAYS = ("facts", "whole", "line")
"""How a matter is shown, fullest first: with its facts, by its whole subject, in one line."""
INSTRUCTED, TITLE, RESULT = 3, 22, 40
"""Instructions named where there is room, and characters of what one is about and of its result."""
REPORT_TONES: dict[str, SeriesTone] = {
    "accepted": "done", "submitted": "normal", "returned": "warn", "writing": "", "not_started": "wait",
}  # fmt: skip
TONES = {"达标困难": State.red, "逾期": State.red, "逾期未回复": State.red}


def briefing_title(facts: dict[str, Any]) -> str:
    return f"{facts['round'] or '规划'}进展情况和需要研究的事项"


def briefing_document(
    facts: dict[str, Any], body: Body, *, shown: int = TOO_MUCH, way: str = "facts"
) -> Document:  # fmt: skip
    """The page with at most `shown` matters; the others are counted (等n项)."""
    day = date.fromisoformat(facts["on"])
    blocks: list[Any] = [Paragraph(tasks(facts) or progress(facts), lead="总体情况：")]
    if facts["last"]:
        blocks.append(Paragraph(in_short(facts), lead="上期事项："))
    if told := instructions(facts, 1 if way == "line" else INSTRUCTED):
        blocks.append(Paragraph(told, lead="批示办理："))
    if facts["reports"].get("expected"):
        blocks.append(reports_chart(facts))
    matters = facts["matters"]
    if matters:
        blocks.append(_table(matters, shown, decisions(facts), way))
    else:
        blocks.append(Paragraph("目前没有达标困难、逾期和提请协调的事项。", lead="需要研究："))
    return Document(
        form=Form.CHENGYUE,
        title=briefing_title(facts),
        date=day,
        letterhead=Letterhead("呈阅件", number=body.office_name),
        body=[*blocks, Opinions("领导批示", 2, fill=True)],
        author=body.office_name,
        subject=facts["round"],
    )


def fitted(facts: dict[str, Any], body: Body) -> tuple[Document, RenderedFile, int]:
    """The page as one A4: every matter with its facts where that fits, else by its whole subject, else in one line
    each, as many as there is room.

    Returns (blocks, PDF, how many are shown).
    """
    most = min(TOO_MUCH, len(facts["matters"]))
    tries = [(most, "facts"), (most, "whole"), *((shown, "line") for shown in range(most, -1, -1))]
    for shown, way in tries:
        document = briefing_document(facts, body, shown=shown, way=way)
        made = pdf.render(document)
        if made.pages == 1:
            break
    return document, made, shown


def progress(facts: dict[str, Any]) -> str:
    """Reports, then tasks, in two sentences."""
    reports = facts["reports"]
    said = ""
    if reports:
        said = f"{facts['round']}应报送单位{reports['expected']}个，截至{zh_date(date.fromisoformat(facts['on']))}"
        said += f"已报送{reports['sent']}个，报送截止日期为{zh_date(date.fromisoformat(facts['due_on']))}。"
    return said + tasks(facts) or "尚未开始年度报告，暂无数据。"


def tasks(facts: dict[str, Any]) -> str:
    """How the tasks stand; empty when there are none."""
    lights = facts["lights"]
    total = sum(lights.values())
    if not total:
        return ""
    done, later = lights["done"] + lights["exempt"], lights["awaited"] + lights["not_due"]
    return (
        f"牵头和责任任务共{total}项：完成、免报或无任务{done}项，正常推进{lights['normal']}项，"
        f"需关注{lights['attention']}项，逾期{lights['overdue']}项，待报或未到期{later}项。"
    )


def decisions(facts: dict[str, Any]) -> str:
    """How many of each."""
    counted = Counter(one["state"] for one in facts["matters"])
    parts = "，".join(f"{state}{count}项" for state, count in counted.items())
    return f"共{len(facts['matters'])}项，其中{parts}。"


def came_of(facts: dict[str, Any]) -> str:
    """What became of what was put before the chair last time."""
    last = facts["last"]
    if not last:
        return ""
    day, total, solved = zh_date(date.fromisoformat(last["made_on"])), last["total"], last["solved"]
    if not total:
        return f"{day}没有需要研究的事项。"
    left = total - len(solved)
    if not solved:
        return f"{day}所列{total}项仍在办理。"
    named = "、".join(f"“{_cut(subject, 18)}”" for subject in solved[:2]) + ("等" if len(solved) > 2 else "")
    return f"{day}所列{total}项中，{named}{len(solved)}项已解决，{f'{left}项仍在办理' if left else '无遗留事项'}。"


def instructions(facts: dict[str, Any], shown: int) -> str:
    """What came of the chair's instructions, the newest first, the others counted; empty when there are none."""
    given = facts.get("instructions", [])
    said = [
        f"“{_cut(one['title'], TITLE)}”（{zh_month_day(date.fromisoformat(one['given_on']))}）{_stands(one)}"
        for one in given[:shown]
    ]
    more = f"另有{len(given) - shown}件见系统清单。" if len(given) > shown else ""
    return "；".join(said) + "。" + more if said else ""


def _stands(one: dict[str, Any]) -> str:
    if one["state"] == "已办结":
        return f"已办结，{_cut(one['result'], RESULT).rstrip('。')}" if one["result"] else "已办结"
    if not one["total"]:
        return str(one["state"])
    done = f"{one['total']}项中{one['closed']}项已销号" if one["closed"] else f"{one['total']}项尚未销号"
    return f"{one['state']}，{done}"


def in_short(facts: dict[str, Any]) -> str:
    """The same in one line of the page."""
    last = facts["last"]
    made_on = date.fromisoformat(last["made_on"])
    same_year = made_on.year == date.fromisoformat(facts["on"]).year
    day = zh_month_day(made_on) if same_year else zh_date(made_on)
    if not last["total"]:
        return f"{day}没有列出事项。"
    left = last["total"] - len(last["solved"])
    return f"{day}所列{last['total']}项，已解决{len(last['solved'])}项，在办{left}项。"


def reports_chart(facts: dict[str, Any]) -> Chart:
    """One bar: every expected report in exactly one part."""
    reports = facts["reports"]
    due_on = zh_month_day(date.fromisoformat(facts["due_on"]))
    return Chart(
        "stacked",
        f"{facts['round']}：应报送的{reports['expected']}个单位中，{reports['sent']}个已报送（{due_on}截止）",
        ["成员单位报告"],
        [Series(label, [reports[name]], REPORT_TONES[name]) for name, label, _ in STATES if reports[name]],
        unit="个",
    )


def shown_matters(matters: Iterable[dict[str, Any]]) -> list[dict[str, str]]:
    """The lines as they are printed, cut to what can be read."""
    return [
        {
            "subject": _cut(one["subject"], SUBJECT), "units": _cut(one["units"], UNITS),
            "why": _cut(one["why"], WHY) or "—", "state": one["state"],
        }
        for one in matters
    ]  # fmt: skip


def _table(matters: list[dict[str, Any]], shown: int, counted: str, way: str) -> Table:
    """With the facts of each matter, with its subject alone, or in one line each, the subject cut to that line."""
    left = f"本页列出{shown}项，等{len(matters)}项；其余见系统清单。" if len(matters) > shown else ""
    columns = [Column("需要研究的事项", 5.4), Column("单位", 2.4), Column("情况", 4.6), Column("类别", 2.4, "center")]
    rows: list[list[Any]] = [
        [one["subject"], one["units"], one["why"], TONES.get(one["state"], State.yellow)(one["state"])]
        for one in shown_matters(matters[:shown])
    ]
    if way != "facts":
        columns = [Column("需要研究的事项", 9), Column("单位", 3.6), columns[3]]
        rows = [[subject, _first_of(units), state] for subject, units, _, state in rows]
    if way == "line":
        rows = [[_cut(_called(one), LINE), *row[1:]] for one, row in zip(matters, rows, strict=False)]
    return Table(columns, rows, note=f"{counted}{left}")


def _called(matter: dict[str, Any]) -> str:
    """A goal without its place in the plan: where there is one line, its words say more."""
    return str(matter["subject"].partition("：")[2] if matter["kind"] == "goal" else matter["subject"])


def _first_of(units: str) -> str:
    first, *others = units.split("、")
    return f"{first}等" if others else first


def _cut(text: str, longest: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
