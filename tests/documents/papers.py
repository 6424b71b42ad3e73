"""Documents and readings the tests of this folder share. The words are the project's own."""

from __future__ import annotations

import io
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import pdfplumber

from tracker.documents import pdf
from tracker.documents.blocks import (
    QR,
    Annex,
    Column,
    Document,
    Form,
    HeadCell,
    Heading,
    Imprint,
    Letterhead,
    Paragraph,
    Signature,
    State,
    Table,
)

MM = 72 / 25.4
OFFICE = "清河市妇女儿童工作委员会办公室"
LONG = (
    "各县（市、区）、各成员单位把规划实施摆在重要位置，推动目标任务落到实处。2026年度，全市应报送年度报告的单位38个，"
    "按时报送35个，报送率92.1%；孕产妇死亡率为8.6/10万，低于12/10万的目标值。按照清政发〔2021〕18号文件要求，"
    "逐项核对“妇女与健康”领域指标，发现问题、分析原因——提出措施……对进展较慢的任务，牵头单位要说明原因并明确完成时限，"
    "有关情况于2027年3月31日前报市妇儿工委办公室（联系人：某某）。"
)
DAY = date(2027, 2, 20)
HEAD = Letterhead(OFFICE, number="清妇儿工委办〔2027〕3号")


def progress_table(rows: int) -> Table:
    return Table(
        [
            Column("序号", 1, "center"),
            Column("领域", 2, merge=True),
            Column("任务", 6),
            Column("责任单位", 3),
            Column("进展", 2, "center"),
        ],
        [
            [
                number,
                "妇女与健康" if number <= rows // 2 else "妇女与教育",
                f"第{number}项：扩大适龄妇女免费筛查范围，提高筛查质量",
                "市卫生健康委、市妇联",
                State.red("逾期") if number % 4 == 0 else State.green("正常"),
            ]
            for number in range(1, rows + 1)
        ],
        groups=[HeadCell(""), HeadCell("任务", 2), HeadCell("落实情况", 2)],
        caption="任务进展情况",
    )


def circular(**changes: Any) -> Document:
    """A 通报 of several pages with every part."""
    given: dict[str, Any] = {
        "form": Form.TONGBAO,
        "title": "关于2026年度妇女发展规划和儿童发展规划实施情况的通报",
        "date": DAY,
        "letterhead": HEAD,
        "addressees": ["各县（市、区）人民政府", "市妇儿工委各成员单位"],
        "body": [
            Paragraph("现将有关情况通报如下。"),
            Heading("总体情况"),
            *[Paragraph(LONG) for _ in range(6)],
            Heading("分领域情况"),
            Heading("健康领域", level=2),
            Paragraph(LONG, lead="一是报送质量提高。"),
            Heading("建立台账。", level=3, run_in=LONG),
            Heading("逐月更新。", level=4, run_in=LONG),
        ],
        "signature": Signature(OFFICE),
        "note": "联系人：某某，电话：0000-0000000",
        "annexes": [
            Annex("任务进展情况表", [progress_table(40)], landscape=True),
            Annex("填报说明", [Paragraph(LONG)]),
        ],
        "imprint": Imprint(copy_to="省妇儿工委办公室，市委办公室，市人大常委会办公室，市政协办公室", issuer=OFFICE),
        "qr": QR("清妇儿工委办〔2027〕3号 sha256:0f3a"),
    }
    return Document(**{**given, **changes})


@dataclass(frozen=True)
class Reading:
    """A rendered document, read back."""

    content: bytes
    pages: Any

    def lines(self, page: int, size: float = 16.0) -> list[tuple[float, float, str]]:
        """(baseline from the top, left edge, text) of the lines of one size, from the top down."""
        found: dict[float, list[Any]] = defaultdict(list)
        for char in self.pages[page].chars:
            if abs(char["size"] - size) < 0.01 and char["upright"]:
                found[round(float(char["matrix"][5]), 1)].append(char)
        height = self.pages[page].height
        return [
            (height - baseline, min(char["x0"] for char in chars), "".join(char["text"] for char in chars))
            for baseline, chars in sorted(found.items(), reverse=True)
        ]

    def text(self, page: int) -> str:
        return "".join(char["text"] for char in self.pages[page].chars)


@cache
def _read(content: bytes) -> Any:
    return pdfplumber.open(io.BytesIO(content))


def read(document: Document, **how: Any) -> Reading:
    rendered = pdf.render(document, **how)
    return Reading(rendered.content, _read(rendered.content).pages)
