"""A circular as a paper: the signed text as blocks, and where a stamped file says something else."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from tracker.core.clock import shanghai_date
from tracker.core.filters import zh_date
from tracker.documents import xlsx
from tracker.documents.blocks import (
    Annex,
    Block,
    Column,
    Document,
    Form,
    Heading,
    Imprint,
    Letterhead,
    Paragraph,
    Signature,
    Table,
)
from tracker.supervision.documents.circular_figures import item_table, reports_chart, tasks_chart, unit_table
from tracker.supervision.documents.circular_texts import period_words
from tracker.supervision.documents.verification import code_of
from tracker.supervision.models import Circular, CircularState

REQUIRED_TEXTS = {
    "title": "标题",
    "addressee": "主送机关",
    "opening": "导语",
    "overall": "总体情况",
    "demands": "下步要求",
}
SECTIONS = (("overall", "总体情况"), ("good", "好的方面"), ("problems", "存在问题"), ("demands", "下步要求"))
MOST_DIFFERENCES = 50
WATERMARKS = {CircularState.DRAFT: "草稿", CircularState.SUBMITTED: "送签稿"}
SENTENCE = re.compile(r"[^。；]+[。；]?")
NUMBER = re.compile(r"\d")
PAGE_NUMBER = re.compile(r"^\s*[—―–－-]+\s*\d{1,3}\s*[—―–－-]+\s*$", re.MULTILINE)
"""— 2 —, which may stand in the middle of a sentence that goes over the page."""


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
        qr=code_of(circular.number, f"{circular.number_year}-{circular.number_serial}", circular.hash),
        watermark=WATERMARKS.get(circular.state, ""),
        author=issuer,
        subject=circular.round.title,
    )


def file_name(circular: Circular, suffix: str) -> str:
    """发文字号 + 标题, as offices name their files."""
    return f"{circular.number or '草稿'}{circular.title}.{suffix}"


def circular_list(
    circulars: Iterable[Circular], said: str, on: date, doubts: Mapping[int, int]
) -> xlsx.Sheet:  # fmt: skip
    """The list of circulars as a sheet, with what was filtered and when; `doubts`: how many of the reports one counted
    were corrected afterwards."""
    columns = [
        Column("序号", 1, align="center"), Column("标题", 6), Column("文种", 1.6), Column("文号", 3),
        Column("通报期间", 3), Column("数据截止", 1.8), Column("状态", 1.4, align="center"), Column("签发人", 1.6),
        Column("印发日期", 1.8), Column("更正情况", 3),
    ]  # fmt: skip
    rows: list[list[Any]] = [
        [place, one.title, one.kind.label, one.number or "", period_words(one.period), zh_date(one.cut_off_on),
         "登记印发" if one.is_registered else one.state.label, one.signed_by or "",
         zh_date(one.issued_on) if one.issued_on else "",
         f"引用的{doubts[one.id]}份报告有更正" if one.id in doubts else ""]
        for place, one in enumerate(circulars, start=1)
    ]  # fmt: skip
    return xlsx.Sheet("通报清单", Table(columns, rows), filters=said, made_on=on, title="通报清单")


def _provisional_day(circular: Circular) -> date:
    """Until it is issued a circular shows the day it was signed, or counted."""
    return shanghai_date(circular.signed_at) if circular.signed_at else circular.cut_off_on


def _block(line: str) -> Block:
    """A line that begins （一） is a heading of the second level with its text running on; the kit counts anew."""
    numbered = re.fullmatch(r"（[一二三四五六七八九十]+）([^。：]{2,40}[。：])(.*)", line)
    return Heading(numbered[1], level=2, run_in=numbered[2]) if numbered else Paragraph(line)


def _annexes(figures: dict[str, Any]) -> list[Annex]:
    """The tables, each with the picture of its figures where there is one."""
    reports, tasks = reports_chart(figures), tasks_chart(figures)
    annexes = [Annex("各单位报送和任务进展情况表", [unit_table(figures), *([reports] if reports else [])])]
    if figures["items"]:
        annexes.append(Annex("需关注和逾期任务清单", [item_table(figures)], landscape=True))
    if tasks:
        annexes.append(Annex("各领域任务进展情况图", [tasks]))
    return annexes


def differences(circular: Circular, final: str) -> list[str]:
    """登记印发: where the text of the stamped file says something else than the frozen draft, sentence by sentence."""
    said = _squeezed(PAGE_NUMBER.sub("", final))
    found = []
    for name, heading in (("title", "标题"), *SECTIONS):
        for sentence in SENTENCE.findall("".join(getattr(circular, name).split())):
            if _squeezed(sentence) not in said:
                figures = NUMBER.search(sentence) is not None
                found.append(f"{heading}中的{'数字或文字' if figures else '文字'}与草稿不一致，草稿为：{sentence}")
    return found[:MOST_DIFFERENCES]


def _squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
