"""The real plans, where they are at hand: exact structure, texts joined without loss, targets as counted by hand."""

from __future__ import annotations

import itertools
import os
import re
from functools import cache
from pathlib import Path

import pytest

from tracker.plans.importing import GoalDraft, MeasureDraft, PlanDraft, Reading, read_plans

FOLDER = Path(os.environ.get("PLANS_DIR") or Path(__file__).resolve().parents[4] / "shared" / "plans")
FILES = {"000": "000_3a36abfe0e8f26bf.txt", "001": "001_1a19cb00b77d39e6.txt", "004": "004_693c876e73ada33b.txt"}
PLANS = (
    ("000", 0, "women"),
    ("000", 1, "children"),
    ("001", 0, "women"),
    ("001", 1, "children"),
    ("004", 0, "children"),
)

pytestmark = pytest.mark.skipif(
    not (FOLDER / "README.md").exists(), reason=f"the real plans are not here ({FOLDER}); set PLANS_DIR to their folder"
)


@cache
def _reading(file: str) -> Reading:
    path = FOLDER / FILES[file]
    return read_plans(path.read_bytes(), path.name)


def _plan(file: str, place: int) -> PlanDraft:
    return _reading(file).plans[place]


def _truth() -> dict[tuple[str, str], list[tuple[int, int]]]:
    """Goals and measures per area as counted by hand in the folder's README."""
    truth = {}
    for row in (FOLDER / "README.md").read_text(encoding="utf-8").splitlines():
        match = re.match(r"\|\s*(\d{3}) (women|children)\s*\|(.*)=", row)
        if match:
            counts = [tuple(map(int, pair.split("/"))) for pair in match.group(3).split()]
            truth[match.group(1), match.group(2)] = counts
    return truth


def _target_truth() -> dict[tuple[str, str], int]:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    line = next(row for row in text.splitlines() if row.startswith("Numbered targets"))
    return {(file, kind): int(count) for file, kind, count in re.findall(r"(\d{3}) (women|children) (\d+)", line)}


def _items(plan: PlanDraft) -> list[GoalDraft | MeasureDraft]:
    return [item for area in plan.areas for item in (*area.goals, *area.measures)]


@pytest.mark.parametrize(("file", "place", "kind"), PLANS)
def test_goals_and_measures_are_as_many_as_counted_by_hand(file: str, place: int, kind: str) -> None:
    plan = _plan(file, place)
    assert plan.kind == kind
    assert [(len(area.goals), len(area.measures)) for area in plan.areas] == _truth()[file, kind]


@pytest.mark.parametrize(("file", "place", "kind"), PLANS)
def test_items_are_numbered_in_order_and_areas_are_named(file: str, place: int, kind: str) -> None:
    word = {"women": "妇女", "children": "儿童"}[kind]
    for ordinal, area in enumerate(_plan(file, place).areas, start=1):
        assert area.ordinal == ordinal
        assert area.name.startswith(word)
        assert [goal.no for goal in area.goals] == list(range(1, len(area.goals) + 1))
        assert [measure.no for measure in area.measures] == list(range(1, len(area.measures) + 1))


@pytest.mark.parametrize(("file", "place", "kind"), PLANS)
def test_every_text_is_exactly_its_source_lines_joined(file: str, place: int, kind: str) -> None:
    source = {line.number: line.text for line in _reading(file).lines}
    for item in _items(_plan(file, place)):
        printed = "".join(source[number].strip() for number in range(item.line, item.last_line + 1))
        printed = re.sub(r"^(?:-\s*)?\d+[.．]\s*", "", printed)
        assert re.sub(r"\s", "", item.text) == re.sub(r"\s", "", printed)


@pytest.mark.parametrize(("file", "place", "kind"), PLANS)
def test_no_line_between_two_items_is_lost(file: str, place: int, kind: str) -> None:
    source = {line.number: line.text.strip() for line in _reading(file).lines}
    for area in _plan(file, place).areas:
        items = [*area.goals, *area.measures]
        for one, next_one in itertools.pairwise(items):
            between = [source[number] for number in range(one.last_line + 1, next_one.line) if source[number]]
            assert all(re.fullmatch(r"策略措施[:：]", row) for row in between)


@pytest.mark.parametrize(("file", "place", "kind"), PLANS)
def test_no_residue_of_pages_bookmarks_or_markdown_is_left(file: str, place: int, kind: str) -> None:
    for item in _items(_plan(file, place)):
        assert item.text[-1] in "。"
        assert not re.search(r"^\d+[.．]|[*#_{}\[\]\\]|^-|\n|主要目标|策略措施|\d\. \d", item.text)
        assert "  " not in item.text


@pytest.mark.parametrize(("file", "place", "kind"), PLANS)
def test_titles_are_the_first_sentence(file: str, place: int, kind: str) -> None:
    for area in _plan(file, place).areas:
        for measure in area.measures:
            assert measure.text.startswith(measure.title + "。")
            assert 5 <= len(measure.title) <= 64


@pytest.mark.parametrize(
    ("file", "region", "period", "number", "issued_on"),
    [
        ("000", "内蒙古自治区", (2021, 2030), "内政发〔2021〕18号", "2021-12-20"),
        ("001", "朔州市", (2021, 2025), "朔政发〔2023〕15号", "2023-05-06"),
        ("004", "石拐区", (2021, 2030), None, None),
    ],
)
def test_the_cover_is_read(
    file: str, region: str, period: tuple[int, int], number: str | None, issued_on: str | None
) -> None:
    for plan in _reading(file).plans:
        assert plan.title.startswith(region)
        assert (plan.region, plan.period, plan.document_number, plan.issued_on) == (region, period, number, issued_on)


@pytest.mark.parametrize(("file", "place", "kind"), PLANS)
def test_targets_are_as_many_as_counted_by_hand(file: str, place: int, kind: str) -> None:
    targets = [target for area in _plan(file, place).areas for goal in area.goals for target in goal.targets]
    assert len(targets) == _target_truth()[file, kind]
    assert all(target.indicator and target.clause for target in targets)


@pytest.mark.parametrize(
    ("file", "place", "area", "goal", "expected"),
    [
        ("000", 0, 1, 2, [(">=", 90, "%"), ("<=", 12, "1/10万")]),
        ("000", 0, 1, 3, [(">=", "1:3", "")]),
        ("000", 0, 4, 7, [(">=", "1/3", ""), (">=", 30, "%"), (">=", 10, "%")]),
        ("000", 1, 1, 1, [(">=", 90, "%"), (">=", 90, "%")]),
        ("000", 1, 2, 1, [("decrease", 20, "%")]),
        ("001", 0, 1, 1, [(">=", 78.1, "岁")]),
        ("001", 0, 7, 8, [("~", 85, "%")]),
        ("001", 1, 1, 3, [("<=", 3.2, "‰"), ("<=", 5.3, "‰"), ("<=", 6.5, "‰")]),
        ("001", 1, 4, 7, [("~", 4.5, "个")]),
        ("001", 1, 4, 9, []),
        ("004", 0, 1, 12, [(">=", 100, "%")] * 3),
        ("004", 0, 5, 6, [(">=", 95, "%"), (">=", 85, "%")]),
    ],
)
def test_hard_targets_are_read_right(
    file: str, place: int, area: int, goal: int, expected: list[tuple[str, float | str, str]]
) -> None:
    read = _plan(file, place).areas[area - 1].goals[goal - 1].targets
    assert [(target.op, target.value, target.unit) for target in read] == expected


def test_lost_numbers_are_doubts_with_their_lines() -> None:
    lines = {doubt.line for doubt in _reading("001").doubts if "没有编号" in doubt.message}
    assert {607, 693, 717} <= lines
    assert 605 not in lines


def test_a_paragraph_after_a_page_break_is_not_taken_for_an_item() -> None:
    measure = _plan("001", 1).areas[0].measures[8]
    assert (measure.no, measure.line, measure.last_line) == (9, 603, 605)
