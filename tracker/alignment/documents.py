"""The comparison as a table: for a spreadsheet, and as the annex of an official paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tracker.alignment.judging import Verdict
from tracker.alignment.models import Comparison, ItemKind, Pair
from tracker.core.filters import zh_date
from tracker.documents import xlsx
from tracker.documents.blocks import (
    Block,
    CellValue,
    Column,
    Document,
    Form,
    Heading,
    Paragraph,
    State,
    Table,
)

Said = Sequence[tuple[str, str, str]]
_TONES = {
    Verdict.LOWERED: State.red,
    Verdict.OMITTED: State.red,
    Verdict.WEAKENED: State.yellow,
    Verdict.UNLIKE: State.yellow,
}

MUCH_THE_SAME = frozenset({Verdict.EQUAL, Verdict.REWORDED})


def comparison_table(comparison: Comparison, pairs: Sequence[Pair], said: Said, on: date) -> bytes:
    """The pairs as they are filtered, one row each, goals and measures on one sheet."""
    columns = [
        Column("类别", 1.2), Column("领域", 2), Column("上级编号", 1, align="center"), Column("上级规划", 6),
        Column("本级编号", 1, align="center"), Column("本级规划", 6), Column("比对结果", 1.4, align="center"),
        Column("依据", 5), Column("核对", 1, align="center"),
    ]  # fmt: skip
    rows = [
        [
            pair.kind.label, area_of(comparison, pair), *upper_side(comparison, pair), *own_side(pair),
            pair.verdict.label, "\n".join(pair.grounds), "已核对" if pair.is_confirmed else "",
        ]
        for pair in pairs
    ]  # fmt: skip
    filters = "；".join(f"{label}：{text}" for label, text, _ in said)
    sheet = xlsx.Sheet("衔接比对", Table(columns, rows), filters=filters, made_on=on, title=_title(comparison))
    return xlsx.workbook([sheet])


def annex(comparison: Comparison, pairs: Sequence[Pair], on: date) -> Document:
    """The comparison as an annex in landscape: what was found in numbers, then the pairs that differ.

    Pairs that say the same, in the same words or in others, are counted and not printed: a paper of seventy pages is
    read by nobody, and the spreadsheet holds them all.
    """
    body: list[Block] = [Paragraph(_summary(comparison, pairs, on))]
    for item_kind in ItemKind:
        differing = [pair for pair in pairs if pair.kind is item_kind and pair.verdict not in MUCH_THE_SAME]
        if differing:
            body += [Heading(item_kind.label), _annex_table(comparison, differing)]
    return Document(form=Form.PLAIN, title=_title(comparison), date=on, body=body, landscape=True)


def _annex_table(comparison: Comparison, pairs: Sequence[Pair]) -> Table:
    columns = [
        Column("领域", 2, merge=True), Column("上级规划", 6), Column("本级规划", 6),
        Column("比对结果", 1.6, align="center"), Column("依据", 4),
    ]  # fmt: skip
    return Table(columns, [_annex_row(comparison, pair) for pair in pairs])


def _annex_row(comparison: Comparison, pair: Pair) -> list[CellValue]:
    upper, own = upper_side(comparison, pair), own_side(pair)
    return [
        area_of(comparison, pair), _numbered(*upper), _numbered(*own), _state(pair.verdict), "\n".join(pair.grounds),
    ]  # fmt: skip


def _state(verdict: Verdict) -> CellValue:
    return _TONES.get(verdict, str)(verdict.label)


def _numbered(number: str, text: str) -> str:
    return f"{number}.{text}" if text else "—"


def _summary(comparison: Comparison, pairs: Sequence[Pair], on: date) -> str:
    said = [f"{verdict.label}{count}条" for verdict in Verdict if (count := sum(p.verdict is verdict for p in pairs))]
    return (
        f"《{comparison.plan.title}》与《{comparison.upper_title}》逐条比对，共{len(pairs)}条：{'，'.join(said)}。"
        f"比对日期：{zh_date(on)}。一致和表述调整的条目不再列出。"
    )


def _title(comparison: Comparison) -> str:
    return f"{comparison.plan.short_title}与上级规划衔接比对表"


def area_of(comparison: Comparison, pair: Pair) -> str:
    """The area in the words of the upper plan; in ours for what we added."""
    if pair.upper_index is not None:
        return str(comparison.items[pair.upper_index]["area"])
    return pair.item.area.name if pair.item is not None else ""


def upper_side(comparison: Comparison, pair: Pair) -> tuple[str, str]:
    """Number and words of the upper item; empty where there is none."""
    if pair.upper_index is None:
        return "", ""
    item = comparison.items[pair.upper_index]
    return str(item["number"]), str(item["text"])


def own_side(pair: Pair) -> tuple[str, str]:
    """Number and words of ours; empty where there is none."""
    return (pair.item.number, pair.item.text) if pair.item is not None else ("", "")
