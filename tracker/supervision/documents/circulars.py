"""What a 进展情况通报 says: proposals from the figures, and the signed text as blocks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from tracker.core.access import Body
from tracker.core.clock import shanghai_date
from tracker.core.filters import zh_date
from tracker.documents import xlsx
from tracker.documents.blocks import (
    QR,
    Annex,
    Block,
    Chart,
    Column,
    Document,
    Form,
    Heading,
    Imprint,
    Letterhead,
    Paragraph,
    Series,
    SeriesTone,
    Signature,
    State,
    Table,
)
from tracker.reports.models import Round
from tracker.supervision.models import Circular, CircularKind, CircularState, Light
from tracker.supervision.queries.circulars import shares
from tracker.supervision.queries.lights import LightRow

REQUIRED_TEXTS = {
    "title": "标题",
    "addressee": "主送机关",
    "opening": "导语",
    "overall": "总体情况",
    "demands": "下步要求",
}
SECTIONS = (("overall", "总体情况"), ("good", "好的方面"), ("problems", "存在问题"), ("demands", "下步要求"))
REPORT_WORDS = (
    ("on_time", "按时报送"),
    ("late", "迟报"),
    ("missing", "逾期未报送"),
    ("pending", "未到期待报"),
    ("exempt", "免报"),
)
LIGHT_WORDS = (
    (("done", "exempt"), "已完成或本年无任务"),
    (("normal",), "正常推进"),
    (("attention",), "需关注"),
    (("overdue",), "逾期"),
    (("awaited", "not_due"), "待报或未到期"),
)
REPORT_TONES: dict[str, SeriesTone] = {
    "on_time": "done", "late": "warn", "missing": "late", "pending": "wait", "exempt": "normal",
}  # fmt: skip
LIGHT_TONES: tuple[SeriesTone, ...] = ("done", "normal", "warn", "late", "wait")
"""In the order of LIGHT_WORDS."""
NAMED_AT_MOST = 12
SCOPE_IN_TITLE = 20
"""A scope of more characters stands in the opening only."""
MOST_DIFFERENCES = 50
SENTENCE = re.compile(r"[^。；]+[。；]?")
NUMBER = re.compile(r"\d")


def proposed(
    round_: Round, figures: dict[str, Any], kind: CircularKind, body: Body, corrects: Circular | None = None
) -> dict[str, str]:  # fmt: skip
    """The texts a new draft begins with; every number in them comes from the figures."""
    about = f"{figures['scope']}" if figures.get("scope") and len(figures["scope"]) <= SCOPE_IN_TITLE else ""
    what = "报送和规划实施情况"
    return {
        "title": f"关于{'更正' if corrects else ''}{round_.title}{about}{what}的通报",
        "addressee": f"{body.short_name}各成员单位",
        "copy_to": "",
        "opening": _opening(round_, figures, kind, corrects),
        "overall": overall(figures),
        "good": _good(figures),
        "problems": _problems(figures),
        "demands": _demands(figures),
    }


def overall(figures: dict[str, Any]) -> str:
    """总体情况 in two paragraphs: reports, then assignments."""
    reports, counted = figures["reports"], figures["assignments"]
    parts = [f"应报送单位{reports['expected']}个"]
    parts += [f"{words}{reports[name]}个" for name, words in REPORT_WORDS if reports[name] or name == "on_time"]
    first = f"截至{_day(figures['cut_off_on'])}，" + "，".join(parts) + "。"
    if reports["returned"]:
        first += f"其中{reports['returned']}个单位的报告正在退回修改。"
    groups = [sum(counted[name] for name in names) for names, _ in LIGHT_WORDS]
    parted = zip(LIGHT_WORDS, groups, shares(groups), strict=True)
    shown = [f"{words}{count}项，{_share(share)}" for (_, words), count, share in parted if count]
    second = f"牵头和责任任务共{counted['total']}项，其中" + "；".join(shown) + "。" if counted["total"] else ""
    return "\n".join(part for part in (first, second) if part)


def _share(share: int) -> str:
    """A few of very many are not nought per cent."""
    return f"占{share}%" if share else "占比不足1%"


def circular_document(circular: Circular, *, issued_on: date | None = None) -> Document:
    """The circular as blocks, for PDF and DOCX alike; a draft carries a watermark, `issued_on` is the day printed."""
    figures = circular.figures
    issued = issued_on or circular.issued_on or _provisional_day(circular)
    body: list[Any] = [Paragraph(line) for line in _lines(circular.opening)]
    for name, heading in SECTIONS:
        lines = _lines(getattr(circular, name))
        if lines:
            body += [Heading(heading), *(_block(line) for line in lines)]
    committee = circular.committee
    issuer = circular.issuer or committee.body_name
    return Document(
        form=Form.TONGBAO,
        title=circular.title,
        date=issued,
        letterhead=Letterhead(committee.letterhead, number=circular.number or ""),
        addressees=circular.addressee,
        body=body,
        signature=Signature(issuer),
        annexes=_annexes(figures),
        imprint=Imprint(copy_to=circular.copy_to, issuer=committee.office_name, date=issued),
        qr=QR(f"{circular.number} sha256:{circular.hash}") if circular.hash else None,
        watermark="草稿" if circular.state is CircularState.DRAFT else "",
        author=issuer,
        subject=circular.round.title,
    )


def file_name(circular: Circular, suffix: str) -> str:
    """发文字号 + 标题, as offices name their files."""
    return f"{circular.number or '草稿'}{circular.title}.{suffix}"


def light_sheet(
    rows: list[LightRow], said: str, on: date, notes: Mapping[int, str] | None = None
) -> xlsx.Sheet:  # fmt: skip
    """The list of lights as a sheet, with what was filtered and when."""
    table = Table(
        columns=[
            Column("序号", 1, align="center"),
            Column("领域", 2),
            Column("任务", 5),
            Column("单位", 2),
            Column("分工", 1, align="center"),
            Column("状态", 1.2, align="center"),
            Column("依据", 5),
            Column("单位情况说明", 4),
        ],
        rows=[
            [place, row.area.name, f"{row.task.number} {row.task.title}", row.unit.short_name,
             row.assignment.role.label, row.light.label, row.why, (notes or {}).get(row.assignment.id, "")]
            for place, row in enumerate(rows, start=1)
        ],
    )  # fmt: skip
    return xlsx.Sheet("任务状态清单", table, filters=said, made_on=on, title="任务状态清单")


def _provisional_day(circular: Circular) -> date:
    """Until it is issued a circular shows the day it was signed, or counted."""
    return shanghai_date(circular.signed_at) if circular.signed_at else circular.cut_off_on


def _block(line: str) -> Block:
    """A line that begins （一） is a heading of the second level with its text running on; the kit counts anew."""
    numbered = re.fullmatch(r"（[一二三四五六七八九十]+）([^。：]{2,40}[。：])(.*)", line)
    return Heading(numbered[1], level=2, run_in=numbered[2]) if numbered else Paragraph(line)


def _annexes(figures: dict[str, Any]) -> list[Annex]:
    annexes = [Annex("各单位报送和任务进展情况表", [_unit_table(figures)])]
    if figures["items"]:
        annexes.append(Annex("需关注和逾期任务清单", [_item_table(figures)], landscape=True))
    if charts := circular_charts(figures):
        annexes.append(Annex("报送和任务进展情况图", list(charts)))
    return annexes


def circular_charts(figures: dict[str, Any]) -> list[Chart]:
    """The pictures of the annex and of the page: reports in one bar, tasks area by area. Drawn from what is frozen."""
    if "rows" not in figures:
        return []  # frozen before there were pictures: the paper stays as it was
    source = f"数据截至{_day(figures['cut_off_on'])}"
    charts = []
    reports, counted = figures["reports"], figures["assignments"]
    if sent := [Series(words, [reports[name]], REPORT_TONES[name]) for name, words in REPORT_WORDS if reports[name]]:
        came = reports["on_time"] + reports["late"]
        charts.append(
            Chart(
                "stacked", f"应报送的{reports['expected']}个单位中，{came}个已经报送", ["年度报告"],
                sent, unit="个", source=source,
            )
        )  # fmt: skip
    if counted["total"]:
        areas = [area for area in figures["areas"] if area["total"]]
        groups = light_series(lambda names: [sum(area[name] for name in names) for area in areas])
        charts.append(
            Chart(
                "stacked", f"{counted['total']}项任务中，需关注{counted['attention']}项，逾期{counted['overdue']}项",
                [area["name"] for area in areas], groups, unit="项", source=source,
            )
        )  # fmt: skip
    return charts


def light_series(counts: Callable[[tuple[str, ...]], list[float | None]]) -> list[Series]:
    """One part for each group of lights that stands anywhere, in the colour it has on every page."""
    parts = [
        Series(words, counts(names), tone) for (names, words), tone in zip(LIGHT_WORDS, LIGHT_TONES, strict=True)
    ]  # fmt: skip
    return [part for part in parts if any(part.values)]


def circular_book(circular: Circular) -> bytes:
    """The same frozen figures as sheets: by unit, by area, what is named, every assignment counted."""
    figures = circular.figures
    said = f"{circular.title}；数据截至{_day(figures['cut_off_on'])}"
    day = date.fromisoformat(figures["cut_off_on"])
    sheets = [("各单位", _unit_table(figures)), ("各领域", _area_table(figures))]
    if figures["items"]:
        sheets.append(("需关注和逾期", _item_table(figures)))
    if figures.get("rows"):
        sheets.append(("全部任务", _row_table(figures["rows"])))
    return xlsx.workbook([xlsx.Sheet(name, table, filters=said, made_on=day, title=name) for name, table in sheets])


def differences(circular: Circular, final: str) -> list[str]:
    """登记印发: where the text of the stamped file says something else than the frozen draft, sentence by sentence."""
    said = _squeezed(final)
    found = []
    for name, heading in (("title", "标题"), *SECTIONS):
        for sentence in SENTENCE.findall("".join(getattr(circular, name).split())):
            if _squeezed(sentence) not in said:
                figures = NUMBER.search(sentence) is not None
                found.append(f"{heading}中的{'数字或文字' if figures else '文字'}与草稿不一致，草稿为：{sentence}")
    return found[:MOST_DIFFERENCES]


def _squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _area_table(figures: dict[str, Any]) -> Table:
    names = ("assigned", "done", "normal", "attention", "overdue", "awaited")
    heads = ("承担任务", "已完成", "正常", "需关注", "逾期", "待报或未到期")
    return Table(
        columns=[Column("领域", 4), *(Column(head, 1.4, align="center") for head in heads)],
        rows=[[area["name"], *(_figure(area, name) for name in names)] for area in figures["areas"]],
    )


def _row_table(rows: list[dict[str, Any]]) -> Table:
    heads = [("序号", 1.0), ("领域", 2.4), ("任务", 5.4), ("单位", 2.4), ("分工", 1.2), ("状态", 1.6), ("依据", 5.0)]
    return Table(
        columns=[Column(head, weight) for head, weight in heads],
        rows=[
            [place, row["area"], f"{row['number']} {row['title']}", row["unit"], row["role"],
             Light(row["light"]).label, row["why"]]
            for place, row in enumerate(rows, start=1)
        ],
    )  # fmt: skip


def _unit_table(figures: dict[str, Any]) -> Table:
    names = ("assigned", "done", "normal", "attention", "overdue", "awaited")
    rows = [
        [place, line["name"], line["report_words"], *(_figure(line, name) for name in names)]
        for place, line in enumerate(figures["units"], start=1)
    ]
    counted = figures["assignments"]
    rows.append(["", "合计", "", *(_figure(counted, name) for name in names)])
    return Table(
        columns=[
            Column("序号", 1.1, align="center"),
            Column("单位", 3.6),
            Column("报告报送", 3.2),
            Column("承担\n任务", 1.2, align="center"),
            Column("已完成", 1.3, align="center"),
            Column("正常", 1.2, align="center"),
            Column("需关注", 1.3, align="center"),
            Column("逾期", 1.2, align="center"),
            Column("待报或\n未到期", 1.5, align="center"),
        ],
        rows=rows,
    )


def _item_table(figures: dict[str, Any]) -> Table:
    return Table(
        columns=[
            Column("序号", 1, align="center"),
            Column("领域", 2.4),
            Column("任务", 5.4),
            Column("单位", 2.4),
            Column("状态", 1.8, align="center"),
            Column("依据", 5),
        ],
        rows=[
            [place, item["area"], f"{item['number']} {item['title']}", f"{item['unit']}（{item['role']}）",
             _state(Light(item["light"])), item["why"]]
            for place, item in enumerate(figures["items"], start=1)
        ],
    )  # fmt: skip


def _state(light: Light) -> State:
    return State.red(light.label) if light is Light.OVERDUE else State.yellow(light.label)


def _figure(line: dict[str, Any], name: str) -> int:
    if name == "assigned":
        return int(line["total"])
    if name == "done":
        return int(line["done"] + line["exempt"])
    if name == "awaited":
        return int(line["awaited"] + line["not_due"])
    return int(line[name])


def _opening(round_: Round, figures: dict[str, Any], kind: CircularKind, corrects: Circular | None) -> str:
    verb = "进行了督查" if kind is CircularKind.INSPECTION else "进行了汇总分析"
    plans = "".join(f"《{plan.title}》" for plan in round_.plans)
    about = f"（范围：{figures['scope']}）" if figures.get("scope") else ""
    said = f"根据{plans}监测评估有关要求，我委对{round_.title}报送和任务进展情况{about}{verb}，现将有关情况通报如下。"
    if corrects is None:
        return said
    return f"{said}{_day_of(corrects.issued_on)}印发的《{corrects.title}》（{corrects.number}）以本通报为准。"


def _good(figures: dict[str, Any]) -> str:
    good = [
        line["name"]
        for line in figures["units"]
        if line["report"] == "on_time"
        and not line["attention"]
        and not line["overdue"]
        and line["normal"] + line["done"]
    ]
    lines = [f"{_named(good)}按时报送年度报告，承担的任务均正常推进。"] if good else []
    since = figures.get("since") or {}
    if since.get("improved"):
        lines.append(
            f"上次通报（{since['number']}）指出的{since['named']}项中，{len(since['improved'])}项已经改善，"
            f"包括{_titles(figures, since['improved'])}。"
        )
    return "\n".join(lines)


def _problems(figures: dict[str, Any]) -> str:
    lines = []
    for kind, words in (("missing", "逾期未报送年度报告"), ("late", "未按时限报送年度报告")):
        names = [line["name"] for line in figures["units"] if line["report"] == kind]
        if names:
            lines.append(f"{_named(names)}{words}。")
    for light, words in ((Light.OVERDUE, "逾期尚未办结"), (Light.ATTENTION, "进展需要关注")):
        items = [item for item in figures["items"] if item["light"] == light.value]
        if items:
            named = "；".join(f"{item['unit']}承担的“{item['title']}”" for item in items[:NAMED_AT_MOST])
            more = f"等{len(items)}项任务" if len(items) > NAMED_AT_MOST else ""
            lines.append(f"{named}{more}{words}（详见附件2）。")
    since = figures.get("since") or {}
    if since.get("repeated"):
        lines.append(
            f"上次通报（{since['number']}）已经指出、这次重复出现的{len(since['repeated'])}项："
            f"{_titles(figures, since['repeated'])}。"
        )
    return "\n".join(lines)


def _titles(figures: dict[str, Any], ids: list[int]) -> str:
    rows = {row["assignment_id"]: row for row in figures["rows"]}
    named = "、".join(f"{rows[number]['unit']}“{rows[number]['title']}”" for number in ids[:NAMED_AT_MOST])
    return named + (f"等{len(ids)}项" if len(ids) > NAMED_AT_MOST else "")


def _demands(figures: dict[str, Any]) -> str:
    lines = ["请各成员单位对照规划目标任务，逐项梳理进展，按照下一年工作安排抓好落实。"]
    if figures["reports"]["missing"]:
        lines.append("请尚未报送年度报告的单位尽快补报，确有困难的，及时与办公室联系说明情况。")
    if figures["items"]:
        lines.append("请附件2所列单位进一步分析原因，明确时限，推动任务落实，进展情况及时报送办公室。")
    return "\n".join(lines)


def _named(names: list[str]) -> str:
    return "、".join(names[:NAMED_AT_MOST]) + (f"等{len(names)}个单位" if len(names) > NAMED_AT_MOST else "")


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _day(iso: str) -> str:
    return zh_date(date.fromisoformat(iso))


def _day_of(day: date | None) -> str:
    return zh_date(day) if day else ""
