"""The damages that a plan suffers on its way through Word, PDF and the web, one function each.

Each takes a source of chance and the lines of a well-formed plan and returns damaged lines. Nothing that belongs to
the plan is lost by them but numbers and headings, so the tree must survive.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

Lines = list[str]
Damage = Callable[[random.Random, Lines], Lines]

ITEM = re.compile(r"^(?:\d{1,2}[.．、]|（\d{1,2}）)\s*")
AREA = re.compile(
    r"^(?:[（(][一二三四五六七八]+[)）]|第[一二三四五六七八]节 |领域[一二三四五六]：|[一二三四五六]、)(?:妇女|儿童)"
)
GOALS = re.compile(r"^(?:（一）|一、|1\.)?(?:主要|发展)目标[:：]?$")
MEASURES = re.compile(r"^(?:（二）|二、|2\.)?(?:策略|主要|工作)措施[:：]?$")


def _runs(lines: Lines) -> list[list[int]]:
    """Places of the items of each list under a heading of goals or measures."""
    runs: list[list[int]] = []
    inside = False
    for index, line in enumerate(lines):
        if GOALS.match(line) or MEASURES.match(line):
            runs.append([])
            inside = True
        elif line and not ITEM.match(line):
            inside = False
        elif line and inside:
            runs[-1].append(index)
    return runs


def break_pages(rng: random.Random, lines: Lines) -> Lines:
    """Page breaks with page numbers inside sentences, numbers and titles."""
    broken: Lines = []
    page = 1
    for line in lines:
        mark = ITEM.match(line)
        if mark and len(line) > mark.end() + 8 and rng.random() < 0.35:
            page += 1
            cut = rng.randrange(mark.end() + 3, len(line) - 2)
            broken += [
                line[:cut],
                "",
                rng.choice((f"— {page} —", f"- {page} -", str(page), f"第 {page} 页")),
                "",
                line[cut:],
            ]
        else:
            broken.append(line)
    return broken


def break_figures(rng: random.Random, lines: Lines) -> Lines:
    """A decimal torn apart: "5." at a line's end, "3‰" on the next, or "5. 3‰" at the head of the next."""
    broken: Lines = []
    for line in lines:
        figure = re.search(r"\d\.(?=\d‰)", line)
        if figure and rng.random() < 0.7:
            cut = figure.end() if rng.random() < 0.5 else figure.start()
            broken += [line[:cut], "", re.sub(r"^(\d\.)(\d)", r"\1 \2", line[cut:])]
        else:
            broken.append(line)
    return broken


def wrap_lines(rng: random.Random, lines: Lines) -> Lines:
    """Set in narrow lines, as text taken out of a PDF."""
    width = rng.randint(27, 40)
    return [line[place : place + width] for line in lines for place in range(0, max(len(line), 1), width)]


def lose_numbers(rng: random.Random, lines: Lines) -> Lines:
    """A few numbers inside lists are gone."""
    lines = list(lines)
    for run in _runs(lines):
        inner = run[1:-1]
        for index in rng.sample(inner, min(len(inner), rng.randint(0, 1))):
            lines[index] = ITEM.sub("", lines[index])
    return lines


def lose_all_numbers_of_a_list(rng: random.Random, lines: Lines) -> Lines:
    lines = list(lines)
    for index in rng.choice([run for run in _runs(lines) if run]):
        lines[index] = ITEM.sub("", lines[index])
    return lines


def spoil_numbers(rng: random.Random, lines: Lines) -> Lines:
    """Numbers repeat or jump."""
    lines = list(lines)
    for run in _runs(lines):
        if len(run) > 3 and rng.random() < 0.4:
            index = rng.choice(run[1:-1])
            lines[index] = re.sub(
                r"\d+", lambda m: str(max(2, int(m.group()) + rng.choice((-1, 1)))), lines[index], count=1
            )
    return lines


def lose_goals_heading(rng: random.Random, lines: Lines) -> Lines:
    return _without_one(rng, lines, GOALS)


def lose_measures_heading(rng: random.Random, lines: Lines) -> Lines:
    return _without_one(rng, lines, MEASURES)


def lose_first_headings(rng: random.Random, lines: Lines) -> Lines:
    """The first area's heading and 主要目标 are gone: only the numbers that begin again tell."""
    lines = list(lines)
    first = next(index for index, line in enumerate(lines) if AREA.match(line))
    heading = next(index for index in range(first, len(lines)) if GOALS.match(lines[index]))
    lines[first] = lines[heading] = ""
    return lines


def lose_area_heading(rng: random.Random, lines: Lines) -> Lines:
    return _without_one(rng, lines, AREA)


def _without_one(rng: random.Random, lines: Lines, pattern: re.Pattern[str]) -> Lines:
    lost = rng.choice([index for index, line in enumerate(lines) if pattern.match(line)])
    return [line for index, line in enumerate(lines) if index != lost]


def mix_widths(rng: random.Random, lines: Lines) -> Lines:
    """Full-width and half-width signs mixed."""
    pairs = {"（": "(", "）": ")", "：": ":", "，": ","}
    return ["".join(pairs.get(c, c) if rng.random() < 0.3 else c for c in line) for line in lines]


def add_bullets(rng: random.Random, lines: Lines) -> Lines:
    return [
        rng.choice(("- ", "• ", "● ", "* ")) + line if ITEM.match(line) and rng.random() < 0.4 else line
        for line in lines
    ]


def add_markdown(rng: random.Random, lines: Lines) -> Lines:
    marked = []
    for line in lines:
        if AREA.match(line):
            line = rng.choice(("### {}", "**{}**", "## **{}**")).format(line)
        elif GOALS.match(line) or MEASURES.match(line):
            line = rng.choice(("**{}**", "#### {}")).format(line)
        elif ITEM.match(line) and rng.random() < 0.2:
            line = re.sub(r"(?<=[.．、）])\s*([^。]{4,30})。", r" **\1。**", line, count=1)
        marked.append(line)
    return marked


def add_bookmarks(rng: random.Random, lines: Lines) -> Lines:
    rests = ("[]{#_Toc98120044 .anchor}", "_Toc98120044", '{ HYPERLINK "#_Ref1" }', "{#bookmark3}")
    return [line + rng.choice(rests) if line and rng.random() < 0.15 else line for line in lines]


def add_running_heads(rng: random.Random, lines: Lines) -> Lines:
    """A running head stands inside sentences, page after page."""
    headed: Lines = []
    page = 0
    for line in lines:
        if ITEM.match(line) and len(line) > 60 and (page < 3 or rng.random() < 0.2):
            page += 1
            cut = rng.randrange(20, 50)
            headed += [line[:cut], "", f"{page}", "", "云岭县人民政府公报", "", line[cut:]]
        else:
            headed.append(line)
    return headed


def add_contents(rng: random.Random, lines: Lines) -> Lines:
    """A cover and a table of contents before everything, with or without page numbers."""
    entries = [line for line in lines if AREA.match(line) or re.match(r"^[一二三四]、", line)]
    dotted = rng.random() < 0.6
    contents = [f"{entry}\t({number * 3})" if dotted else entry for number, entry in enumerate(entries, start=1)]
    return ["", "云岭县妇女儿童工作委员会办公室", "", "目 录", "", *contents, "", *lines]


def leak_words(rng: random.Random, lines: Lines) -> Lines:
    """Stray traditional characters and English words; texts then differ, so only counts can be compared."""
    return [line.replace("和", " and ", 1) if ITEM.match(line) and rng.random() < 0.1 else line for line in lines]


KEEPING: tuple[Damage, ...] = (
    break_pages, break_figures, wrap_lines, lose_numbers, lose_all_numbers_of_a_list, spoil_numbers, lose_goals_heading,
    lose_measures_heading, lose_first_headings, lose_area_heading, add_bullets, add_markdown, add_bookmarks,
    add_running_heads, add_contents,
)  # fmt: skip
"""Damages after which texts, numbers and order must be as before; names of areas may be lost with their headings."""
