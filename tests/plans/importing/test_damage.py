"""A well-formed plan is damaged in every listed way; its tree survives."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracker.plans.importing import PlanDraft, Reading, read_plans

from .damaging import KEEPING, Damage, leak_words, mix_widths
from .making import STYLES, Style, bones, make_plan, print_lines

QUICK = settings(max_examples=5, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


def _read(lines: list[str]) -> Reading:
    return read_plans("\n".join(lines).encode(), "plan.txt")


def _both(seed: int) -> list[PlanDraft]:
    return [make_plan(seed, "women"), make_plan(seed, "children")]


def _texts(plans: list[PlanDraft] | tuple[PlanDraft, ...]) -> list[object]:
    """Everything but the names of areas, which go with their headings."""
    return [bone[2:] for bone in bones(plans)]  # type: ignore[index]


@pytest.mark.parametrize("style", STYLES, ids=lambda style: f"{style.area} {style.item}")
@QUICK
@given(seed=st.integers(0, 10**6))
def test_a_printed_plan_reads_back_as_the_same_tree(style: Style, seed: int) -> None:
    plans = _both(seed)
    reading = _read(print_lines(plans, style))
    assert bones(reading.plans) == bones(plans)
    assert [plan.title for plan in reading.plans] == [plan.title for plan in plans]
    assert [plan.kind for plan in reading.plans] == ["women", "children"]


@pytest.mark.parametrize("damage", KEEPING, ids=lambda damage: damage.__name__)
@QUICK
@given(seed=st.integers(0, 10**6), chance=st.integers(0, 10**6))
def test_the_tree_survives_one_damage(damage: Damage, seed: int, chance: int) -> None:
    plans = _both(seed)
    reading = _read(damage(random.Random(chance), print_lines(plans)))
    assert _texts(reading.plans) == _texts(plans)


@pytest.mark.parametrize("damage", [mix_widths, leak_words], ids=lambda damage: damage.__name__)
@QUICK
@given(seed=st.integers(0, 10**6), chance=st.integers(0, 10**6))
def test_counts_survive_changed_letters(damage: Damage, seed: int, chance: int) -> None:
    plans = _both(seed)
    reading = _read(damage(random.Random(chance), print_lines(plans)))
    assert _counts(reading.plans) == _counts(tuple(plans))


@QUICK
@given(
    seed=st.integers(0, 10**6),
    chance=st.integers(0, 10**6),
    damages=st.lists(st.sampled_from(KEEPING[:1] + KEEPING[10:]), min_size=2, max_size=4, unique=True),
)
def test_the_tree_survives_several_damages_at_once(seed: int, chance: int, damages: list[Damage]) -> None:
    plans = _both(seed)
    lines = print_lines(plans)
    rng = random.Random(chance)
    for damage in sorted(damages, key=KEEPING.index):
        lines = damage(rng, lines)
    assert _texts(_read(lines).plans) == _texts(plans)


def _counts(plans: tuple[PlanDraft, ...]) -> list[list[tuple[int, int]]]:
    return [[(len(area.goals), len(area.measures)) for area in plan.areas] for plan in plans]


@QUICK
@given(seed=st.integers(0, 10**6), chance=st.integers(0, 10**6))
def test_every_lost_number_is_a_doubt_with_its_line(seed: int, chance: int) -> None:
    whole = print_lines(_both(seed))
    damaged = KEEPING[3](random.Random(chance), whole)
    lost = {number for number, (a, b) in enumerate(zip(whole, damaged, strict=True), start=1) if a != b}
    assert lost <= {doubt.line for doubt in _read(damaged).doubts}
