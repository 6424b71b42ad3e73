"""The figures in the words of a circular, each leading to the rows behind it as they were frozen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tracker.supervision.documents.circular_figures import LIGHT_WORDS, REPORT_WORDS
from tracker.supervision.queries.figures import good_units

Where = dict[str, Any]


@dataclass(frozen=True)
class Run:
    """A piece of the text; a figure knows where its rows are, and what was counted where the text says otherwise."""

    text: str
    where: Where | None = None
    counted: int | None = None


@dataclass(frozen=True)
class _Said:
    """How the texts say a figure: `head` before the number, `tail` behind it; the number may carry its share."""

    head: str
    tail: str
    counted: int
    where: Where


SHARE = r"(?:(?<=项)，占(?:比不足)?[\d.]+%)?"


def linked(figures: dict[str, Any], text: str) -> list[Run]:
    """The text in pieces. Sentences that the office wrote in words of its own stay as they are."""
    found: dict[tuple[int, int], Run] = {}
    for said in _all_said(figures):
        for match in re.finditer(f"{said.head}(?P<figure>(?P<n>[0-9]+)(?:{said.tail}){SHARE})", text):
            place = match.span("figure")
            if any(place[0] < end and start < place[1] for start, end in found):
                continue  # what was said more exactly comes first
            is_right = int(match["n"]) == said.counted
            found[place] = Run(match["figure"], said.where, None if is_right else said.counted)
    runs, at = [], 0
    for (start, end), run in sorted(found.items()):
        runs += [Run(text[at:start]), run]
        at = end
    return [run for run in (*runs, Run(text[at:])) if run.text]


def _all_said(figures: dict[str, Any]) -> Iterator[_Said]:
    """What is said in more words before what is said in fewer."""
    counted, reports = figures["assignments"], figures["reports"]
    if "due" in counted:
        yield _Said("本期应办结", "项", counted["due"], {"due": 1})
        yield _Said("本期应办结[0-9]+项，已办结", "项", counted["due_done"], {"due": 1, "light": "done"})
        yield _Said("已办结[0-9]+项，逾期", "项", counted["due_overdue"], {"due": 1, "light": "overdue"})
    yield from _since(figures.get("since") or {})
    yield _Said("等", "项任务逾期", counted["overdue"], {"light": "overdue"})
    yield _Said("等", "项任务进展需要关注", counted["attention"], {"light": "attention"})
    yield _Said("任务共", "项", counted["total"], {})
    for names, words in LIGHT_WORDS:
        yield _Said(words, "项", sum(counted[name] for name in names), {"light": ",".join(names)})
    yield _Said("应报送单位", "个", reports["expected"], {"report": "expected"})
    yield _Said("其中", "个单位的报告正在退回修改", reports["returned"], {"report": "returned"})
    yield _Said("等", "个单位逾期未报送", reports["missing"], {"report": "missing"})
    yield _Said("等", "个单位未按时限报送", reports["late"], {"report": "late"})
    yield _Said("等", "个单位按时报送", len(good_units(figures)), {"report": "good"})
    for name, words in REPORT_WORDS:
        yield _Said(words, "个", reports[name], {"report": name})


def _since(since: dict[str, Any]) -> Iterator[_Said]:
    """What is said of the circular before."""
    if not since:
        return
    if "about" in since:
        yield _Said("指出的", "项中", since["named"], {"since": "about"})
    yield _Said("指出的[0-9]+项中，", "项已经改善", len(since["improved"]), {"since": "improved"})
    yield _Said("这次重复出现的", "项", len(since["repeated"]), {"since": "repeated"})
