"""Pages a second and peak memory of the document kit beside the bare canvas, stock reportlab, Typst and WeasyPrint.

    python -m benchmarks.documents [--pages 1 10 100 1000] [--repeat 3] [--peers PYTHON]

Every measurement runs in a process of its own after one warm-up page; the median of several is printed, and the ratios
last. Typst and WeasyPrint are bench-only: PYTHON names an interpreter that has them (make bench keeps one in
.venv-bench); an engine that cannot be loaded is skipped with a sentence. A section is a heading, two paragraphs and a
table of eight rows in six columns: about a page.
"""

from __future__ import annotations

import argparse
import html
import io
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FONTS = ROOT / "tracker" / "documents" / "fonts"
TEXT = (
    "各县（市、区）、各成员单位把规划实施摆在重要位置，推动目标任务落到实处。2026年度，全市应报送年度报告的单位38个，"
    "按时报送35个，报送率92.1%；孕产妇死亡率为8.6/10万，低于12/10万的目标值。对进展较慢的任务，牵头单位要说明原因。"
)
HEADS = ("序号", "领域", "任务", "责任单位", "目标值", "进展")
WEIGHTS = (1, 2, 6, 3, 1.5, 1.5)
SLOW = {"stock reportlab": 200, "WeasyPrint": 120}  # pages beyond which an engine is not asked


@dataclass(frozen=True)
class Section:
    heading: str
    paragraphs: list[str]
    rows: list[list[str]]


def sections(pages: int) -> list[Section]:
    return [
        Section(
            f"第{number}部分工作情况",
            [f"第{number}部分第{paragraph}段。{TEXT}" for paragraph in (1, 2)],
            [
                [str(row), "妇女与健康", f"任务{number}之{row}：扩大筛查范围", "市卫生健康委", f"{80 + row}%", "正常"]
                for row in range(1, 9)
            ],
        )
        for number in range(pages)
    ]


# ------------------------------------------------------------------ engines: sections → a function that makes the file


def kit(given: list[Section], tagged: bool) -> Callable[[], bytes]:
    from datetime import date  # noqa: PLC0415 - the peers' interpreter has no tracker

    pdf, blocks = import_module("tracker.documents.pdf"), import_module("tracker.documents.blocks")
    columns = [blocks.Column(head, weight) for head, weight in zip(HEADS, WEIGHTS, strict=True)]
    body: list[Any] = []
    for section in given:
        body += [blocks.Heading(section.heading, numbered=False), *map(blocks.Paragraph, section.paragraphs)]
        body.append(blocks.Table(columns, section.rows))
    document = blocks.Document(blocks.Form.PLAIN, "样张", date(2027, 1, 1), body)
    return lambda: pdf.render(document, tagged=tagged).content


def bare_canvas(given: list[Section]) -> Callable[[], bytes]:
    """The limit: the same glyphs and rules at places known beforehand, by drawString and line."""
    face, blocks = import_module("tracker.documents.face"), import_module("tracker.documents.blocks")
    lines, g = import_module("tracker.documents.lines"), import_module("tracker.documents.gongwen")
    canvas_module = import_module("reportlab.pdfgen.canvas")
    font = face.current()[blocks.Voice.BODY]
    pages = []
    for section in given:
        y, texts, rules = g.PAGE_HEIGHT - g.TOP - 20, [], []
        for paragraph in (section.heading, *section.paragraphs):
            for start, end, _ in lines.break_text(paragraph, font.advances(paragraph), 16, g.TEXT_WIDTH):
                texts.append((g.LEFT, y, 16, paragraph[start:end]))
                y -= g.LINE
        for row in (list(HEADS), *section.rows):
            rules.append((g.LEFT, y + 14, g.LEFT + g.TEXT_WIDTH, y + 14))
            texts += [(g.LEFT + 73 * n, y, 10.5, cell) for n, cell in enumerate(row)]
            y -= 21
        rules += [(g.LEFT + 73 * n, y + 14, g.LEFT + 73 * n, y + 14 + 21 * 9) for n in range(7)]
        pages.append((texts, rules))

    def make() -> bytes:
        stream = io.BytesIO()
        canvas = canvas_module.Canvas(stream, pageCompression=1, initialFontName=font.fontName)
        for texts, rules in pages:
            for x, y, size, text in texts:
                canvas.setFont(font.fontName, size)
                canvas.drawString(x, y, text)
            for rule in rules:
                canvas.line(*rule)
            canvas.showPage()
        canvas.save()
        return stream.getvalue()

    return make


def stock_reportlab(given: list[Section]) -> Callable[[], bytes]:
    metrics, ttfonts = import_module("reportlab.pdfbase.pdfmetrics"), import_module("reportlab.pdfbase.ttfonts")
    platypus, styles = import_module("reportlab.platypus"), import_module("reportlab.lib.styles")
    metrics.registerFont(ttfonts.TTFont("Bench", str(FONTS / "fang.ttf")))
    body = styles.ParagraphStyle("body", fontName="Bench", fontSize=16, leading=29, wordWrap="CJK", firstLineIndent=32)
    cell = styles.ParagraphStyle("cell", fontName="Bench", fontSize=10.5, leading=15, wordWrap="CJK")
    widths = [442 * weight / sum(WEIGHTS) for weight in WEIGHTS]

    def make() -> bytes:
        story: list[Any] = []
        for section in given:
            story += [platypus.Paragraph(text, body) for text in (section.heading, *section.paragraphs)]
            rows = [[platypus.Paragraph(text, cell) for text in row] for row in (list(HEADS), *section.rows)]
            story.append(platypus.Table(rows, widths, repeatRows=1, style=[("GRID", (0, 0), (-1, -1), 0.4, "black")]))
        stream = io.BytesIO()
        template = platypus.SimpleDocTemplate(
            stream, leftMargin=79, rightMargin=74, topMargin=105, bottomMargin=99, pageCompression=1
        )
        template.build(story)
        return stream.getvalue()

    return make


def typst(given: list[Section]) -> Callable[[], bytes]:
    engine = import_module("typst")
    head = (
        '#set page(paper: "a4", margin: (top: 37mm, left: 28mm, right: 26mm, bottom: 35mm))\n'
        '#set text(font: "Gangmu Fang", size: 16pt, lang: "zh")\n#set par(justify: true, leading: 13pt)\n'
    )
    columns = ", ".join(f"{weight}fr" for weight in WEIGHTS)
    parts = [head]
    for section in given:
        cells = ", ".join(f"[{cell}]" for row in (list(HEADS), *section.rows) for cell in row)
        parts.append(f"= {section.heading}\n\n" + "\n\n".join(section.paragraphs))
        parts.append(f"\n#[#set text(size: 10.5pt)\n#table(columns: ({columns}), {cells})]\n")
    source = "\n".join(parts).encode()

    def make() -> bytes:
        made: bytes = engine.compile(source, font_paths=[str(FONTS)], ignore_system_fonts=True)
        return made

    return make


def weasyprint(given: list[Section]) -> Callable[[], bytes]:
    engine = import_module("weasyprint")
    style = (
        f"@font-face{{font-family:Fang;src:url({(FONTS / 'fang.ttf').as_uri()})}}"
        "@page{size:A4;margin:37mm 26mm 35mm 28mm}body{font:16pt/29pt Fang}"
        "p{text-indent:2em;margin:0;text-align:justify}"
        "td,th{border:.4pt solid;font:10.5pt/15pt Fang}table{border-collapse:collapse;width:100%}"
    )
    body = []
    for section in given:
        body.append(f"<h2>{html.escape(section.heading)}</h2>")
        body += [f"<p>{html.escape(text)}</p>" for text in section.paragraphs]
        rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in section.rows)
        body.append(f"<table><thead><tr>{''.join(f'<th>{h}</th>' for h in HEADS)}</tr></thead>{rows}</table>")
    source = f"<html lang=zh><style>{style}</style>{''.join(body)}</html>"

    def make() -> bytes:
        made: bytes = engine.HTML(string=source).write_pdf()
        return made

    return make


ENGINES: dict[str, Callable[[list[Section]], Callable[[], bytes]]] = {
    "kit": lambda given: kit(given, tagged=False),
    "kit, tagged": lambda given: kit(given, tagged=True),
    "bare canvas": bare_canvas,
    "stock reportlab": stock_reportlab,
    "Typst": typst,
    "WeasyPrint": weasyprint,
}
MODULES = {"Typst": "typst", "WeasyPrint": "weasyprint"}


# ------------------------------------------------------------------ measuring


@dataclass(frozen=True)
class Measurement:
    seconds: float
    pages: int
    megabytes: float

    @property
    def speed(self) -> float:
        return self.pages / self.seconds


def one(engine: str, pages: int) -> None:
    """Measured in a process of its own; the answer goes to standard output."""
    ENGINES[engine](sections(1))()
    make = ENGINES[engine](sections(pages))
    start = time.perf_counter()
    content = make()
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    reader = import_module("pypdfium2")
    print(json.dumps([seconds, len(reader.PdfDocument(content)), peak]))


def table_rows(rows: int) -> None:
    from datetime import date  # noqa: PLC0415

    pdf, blocks = import_module("tracker.documents.pdf"), import_module("tracker.documents.blocks")
    columns = [blocks.Column(head, weight) for head, weight in zip(HEADS, WEIGHTS, strict=True)]
    table = blocks.Table(
        columns, [[str(n), "健康", f"第{n}项任务", "市卫生健康委", "90%", "正常"] for n in range(rows)]
    )
    document = blocks.Document(blocks.Form.PLAIN, "样张", date(2027, 1, 1), [table])
    start = time.perf_counter()
    pages = pdf.render(document, tagged=False).pages
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([time.perf_counter() - start, pages, peak]))


def run(python: str, *arguments: str) -> Measurement:
    done = subprocess.run(
        [python, __file__, *arguments], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    return Measurement(*json.loads(done.stdout))


def median(runs: list[Measurement]) -> Measurement:
    return Measurement(
        statistics.median(one.seconds for one in runs), runs[0].pages, statistics.median(one.megabytes for one in runs)
    )


def interpreter_for(engine: str, peers: str | None) -> str | None:
    module = MODULES.get(engine)
    if module is None or find_spec(module):
        return sys.executable
    if peers and subprocess.run([peers, "-c", f"import {module}"], capture_output=True, check=False).returncode == 0:
        return peers
    return None


def report(pages: list[int], repeat: int, peers: str | None) -> None:
    """Engines take turns within each repetition, so that another load on the machine meets all of them."""
    pythons = {}
    for engine in ENGINES:
        python = interpreter_for(engine, peers)
        if python is None:
            print(f"{engine}: cannot be loaded, skipped (make bench installs it; else --peers PYTHON).")
        else:
            pythons[engine] = python
    found: dict[tuple[str, int], Measurement] = {}
    print(f"{'engine':<18}{'sections':>9}{'pages':>7}{'seconds':>10}{'pages/s':>10}{'peak MB':>9}")
    for count in pages:
        asked = {engine: python for engine, python in pythons.items() if count <= SLOW.get(engine, count)}
        runs: dict[str, list[Measurement]] = {engine: [] for engine in asked}
        for _ in range(repeat):
            for engine, python in asked.items():
                runs[engine].append(run(python, "--one", engine, str(count)))
        for engine in pythons:
            if engine not in asked:
                print(f"{engine:<18}{count:>9}  not measured: too slow to wait for")
                continue
            made = found[engine, count] = median(runs[engine])
            figures = f"{count:>9}{made.pages:>7}{made.seconds:>10.3f}{made.speed:>10.0f}{made.megabytes:>9.0f}"
            print(f"{engine:<18}{figures}", flush=True)
    ratios(found, pages)
    for rows in (4000, 8000, 16000):
        made = median([run(sys.executable, "--rows", str(rows)) for _ in range(repeat)])
        print(f"one table of {rows} rows: {made.seconds:.2f} s, {made.pages} pages, {made.megabytes:.0f} MB")


def ratios(found: dict[tuple[str, int], Measurement], pages: list[int]) -> None:
    """How many times as fast for the same content (pages differ a little between engines).

    The aims: ≥ 5 × Typst, ≥ 50 × WeasyPrint, ≥ 0.5 × the bare canvas untagged; tagged ahead of Typst; memory ≤ 2 ×.
    """
    print()
    for count in pages:
        for mine in ("kit", "kit, tagged"):
            parts = [
                f"{found[other, count].seconds / found[mine, count].seconds:.2f} × {other}"
                for other in ("bare canvas", "stock reportlab", "Typst", "WeasyPrint")
                if (other, count) in found and (mine, count) in found
            ]
            print(f"{count:>5} sections, {mine}: " + ", ".join(parts))
    for mine in ("kit", "kit, tagged"):
        if (mine, 10) in found and (mine, 1000) in found:
            share = found[mine, 1000].megabytes / found[mine, 10].megabytes
            print(f"{mine}: peak memory at 1000 pages is {share:.2f} × that at 10")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, nargs="+", default=[1, 10, 100, 1000])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument(
        "--peers", metavar="PYTHON", default=os.environ.get("BENCH_PYTHON"),
        help="an interpreter that has typst and weasyprint; also by BENCH_PYTHON",
    )  # fmt: skip
    parser.add_argument("--one", nargs=2, metavar=("ENGINE", "PAGES"), help=argparse.SUPPRESS)
    parser.add_argument("--rows", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        one(arguments.one[0], int(arguments.one[1]))
    elif arguments.rows:
        table_rows(arguments.rows)
    else:
        report(arguments.pages, arguments.repeat, arguments.peers)


if __name__ == "__main__":
    main()
