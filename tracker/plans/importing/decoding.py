"""The cheapest reading of a plan's pieces.

Every piece can be read in several ways: it goes on with the item before, begins the next goal or measure, is a
heading, or lies outside the fields of development. Each way costs what it would surprise a careful reader. Costs come
from several kinds of evidence (headings, numbers, what follows what, wording, length), so no single lost sign decides.
A beam of the cheapest partial readings is carried through the document; the cheapest complete one wins, and whatever
was surprising in it becomes a doubt.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from tracker.plans.importing import evidence
from tracker.plans.importing.marks import Ending, Mark
from tracker.plans.importing.pieces import Piece

OUTSIDE, DOMAIN, AREA, GOALS, MEASURES = range(5)
"""Where we are: outside the fields, in their chapter, under a field's heading, among its goals, among its measures."""

_BEAM = 28
_MARGIN = 16.0


class State(NamedTuple):
    mode: int
    reached: int = 0
    """The number of the item we are in; 0 right after a heading."""
    form: str = ""
    """How the items of this run are numbered."""
    numbered: bool = True
    """Whether the last item had its number."""
    ordinal: int = 0
    """The ordinal of the last area."""


@dataclass(frozen=True, slots=True)
class Step:
    """How one piece is read."""

    role: str
    """outside, chapter, area, goals, measures, goal, measure or on (goes on with the item before)."""
    number: int = 0
    text: str = ""
    printed: str = ""
    surprise: float = 0.0
    new_area: bool = False
    """The heading of the area is lost; it begins here."""


class _Node(NamedTuple):
    cost: float
    state: State
    step: Step | None
    parent: _Node | None


def cheapest(pieces: list[Piece]) -> tuple[list[Step], float]:
    """One step for every piece, and what the whole reading costs."""
    seen = evidence.observe(pieces)
    beam = [_Node(0.0, State(OUTSIDE), None, None)]
    for index, piece in enumerate(pieces):
        best: dict[State, _Node] = {}
        for node in beam:
            for cost, state, step in _ways(seen, index, piece, node.state):
                total = node.cost + cost
                known = best.get(state)
                if known is None or total < known.cost:
                    best[state] = _Node(total, state, step, node)
        ranked = sorted(best.values(), key=lambda node: node.cost)[:_BEAM]
        beam = [node for node in ranked if node.cost <= ranked[0].cost + _MARGIN]
    last = min(beam, key=lambda node: node.cost + _leaving(seen, node.state))
    steps: list[Step] = []
    back: _Node | None = last
    while back is not None and back.step is not None:
        steps.append(back.step)
        back = back.parent
    return steps[::-1], last.cost + _leaving(seen, last.state)


def _leaving(seen: evidence.Seen, state: State) -> float:
    """An area without measures is hardly complete, unless all measures come in a later chapter."""
    if seen.halves and state.reached:
        return 0.3
    if state.mode == GOALS or (state.mode == MEASURES and state.reached == 0):
        return 7.0
    return 5.0 if state.mode == AREA else 0.0


_Way = tuple[float, State, Step]


def _ways(seen: evidence.Seen, index: int, piece: Piece, state: State) -> Iterator[_Way]:
    signs = seen.signs[index]
    before = seen.before(index)
    yield from _goes_on(signs, piece, state, before, _leaving(seen, state))
    yield from _headings(seen, signs, piece, state, before)
    for mark in signs.item_marks:
        usual = 0.0 if state.form or mark.form in seen.forms else _FORMS.get(mark.form, 2.0)
        yield from _numbered_item(signs, state, before, mark, usual)
    if signs.may_be_item:
        yield from _unnumbered_item(signs, piece, state, before)


def _goes_on(signs: evidence.Signs, piece: Piece, state: State, before: Ending, leaving: float) -> Iterator[_Way]:
    if state.mode in (OUTSIDE, DOMAIN):
        cost = signs.outside_cost + (1.0 if state.mode == DOMAIN and not signs.in_sentence else 0.0)
        yield cost, state, Step("outside", surprise=0.0)
        return
    if signs.tail_cost is not None:
        yield signs.tail_cost + leaving, State(OUTSIDE, ordinal=state.ordinal), Step("outside", surprise=leaving)
    if state.mode == AREA:
        yield 1.5 + signs.heading_cost, state, Step("outside", surprise=1.5)
        return
    if state.reached == 0:
        return
    cost = _on_cost(signs, state, before)
    yield cost, state, Step("on", text=piece.text, surprise=cost if cost > 1.0 else 0.0)


def _on_cost(signs: evidence.Signs, state: State, before: Ending) -> float:
    """The cost of reading a piece as the rest of the item before it."""
    own = next((mark for mark in signs.item_marks if mark.form == state.form), None)
    if own is not None:
        expected = own.value == state.reached + 1
        if before == Ending.CUT:
            return 0.0 if signs.torn_number else (2.5 if expected else 0.5)
        if before == Ending.OPEN:
            return (6.0 if expected else 3.0) - (1.0 if own.weak else 0.0)
        return 2.5 if own.weak and not expected else 6.5
    if signs.names_units:
        return 0.0
    cost = signs.heading_cost + (1.0 if signs.sure_end else 0.0)
    if before != Ending.DONE:
        return cost + (0.7 if signs.after_whole and before == Ending.OPEN else 0.3 if signs.after_full else 0.0)
    if any(mark.form in ("paren", "circle", "half", "dotted") for mark in signs.marks):
        return cost + 0.5
    cost -= 1.2 if signs.new_page else 0.0
    if state.mode == GOALS:
        return cost + 1.8
    return cost + 2.0 + 0.8 * signs.titled - signs.cohesion


def _headings(seen: evidence.Seen, signs: evidence.Signs, piece: Piece, state: State, before: Ending) -> Iterator[_Way]:
    leaving = _leaving(seen, state)
    torn = {Ending.DONE: 0.0, Ending.OPEN: 0.5, Ending.CUT: 4.0}[before] if state.mode in (GOALS, MEASURES) else 0.0
    if signs.is_goals:
        for cost, state_after, step in _goals_heading(state):
            yield cost + torn, state_after, step
    if signs.is_measures:
        for cost, state_after, step in _measures_heading(state, seen.halves):
            yield cost + torn, state_after, step
    if signs.area is not None:
        cost = signs.area.cost + torn + leaving + (2.0 if state.mode == OUTSIDE else 0.0)
        for ordinal, extra in _ordinals(signs.area.ordinal, state.ordinal, seen.halves):
            step = Step("area", ordinal, signs.area.name, piece.text, signs.area.cost + extra)
            yield cost + extra, State(AREA, ordinal=ordinal), step
    if signs.chapter is not None:
        mode = DOMAIN if signs.chapter.domain else OUTSIDE
        cost = signs.chapter.cost + torn + leaving
        yield cost, State(mode, ordinal=state.ordinal), Step("chapter", text=piece.text, surprise=leaving)


def _ordinals(printed: int | None, last: int, halves: bool) -> Iterator[tuple[int, float]]:
    """Ordinals an area's heading may have: as printed, or the next in order when the print is wrong."""
    if printed is None:
        yield last + 1, 0.5
    elif printed == last + 1:
        yield printed, 0.0
    else:
        yield last + 1, 0.3 if halves else 1.6 if last else 3.0
        if printed > last + 1:
            yield printed, 2.0


_NEW_GOALS = {AREA: 0.0, DOMAIN: 3.0, OUTSIDE: 5.5, MEASURES: 3.5}
_NEW_MEASURES = {GOALS: 0.0, AREA: 2.5, DOMAIN: 5.0, OUTSIDE: 7.5, MEASURES: 8.0}


def _goals_heading(state: State) -> Iterator[_Way]:
    if state.mode == GOALS:
        yield (3.0 if state.reached == 0 else 8.0), state, Step("goals", surprise=3.0)
        return
    cost = _NEW_GOALS[state.mode] + (3.0 if state.mode == MEASURES and state.reached == 0 else 0.0)
    new = state.mode != AREA
    ordinal = state.ordinal + (1 if new else 0)
    yield cost, State(GOALS, ordinal=ordinal), Step("goals", ordinal, surprise=cost, new_area=new)


def _measures_heading(state: State, halves: bool) -> Iterator[_Way]:
    cost = 0.0 if halves and state.mode == AREA else _NEW_MEASURES[state.mode]
    if state.mode == GOALS and state.reached == 0:
        cost = 4.0
    if state.mode == MEASURES and state.reached == 0:
        yield 3.0, state, Step("measures", surprise=3.0)
        return
    new = state.mode not in (GOALS, AREA)
    ordinal = state.ordinal + (1 if new else 0)
    yield cost, State(MEASURES, ordinal=ordinal), Step("measures", ordinal, surprise=cost, new_area=new)


def _numbered_item(signs: evidence.Signs, state: State, before: Ending, mark: Mark, usual: float) -> Iterator[_Way]:
    base = {Ending.DONE: 0.0, Ending.OPEN: 0.8, Ending.CUT: 4.5}[before] if _within(state) else 0.0
    base += (1.0 if mark.weak else 0.0) + (3.0 if signs.torn_number and before != Ending.DONE else 0.0)
    base += usual
    if state.mode in (GOALS, MEASURES) and (not state.form or mark.form == state.form):
        fit = signs.goal_cost if state.mode == GOALS else signs.measure_cost
        for number, extra in _numbers(mark.value, state.reached):
            cost = base + extra + fit
            after = State(state.mode, number, mark.form, True, state.ordinal)
            role = "goal" if state.mode == GOALS else "measure"
            yield cost, after, Step(role, number, mark.rest, mark.printed, base + extra)
    if mark.value == 1:
        yield from _restart(signs, state, mark, base)


_FORMS = {
    "digit": 0.0,
    "paren": 0.6,
    "half": 0.8,
    "circle": 0.8,
    "dotted": 1.0,
    "han": 3.0,
    "bracket": 3.0,
    "section": 3.0,
}


def _within(state: State) -> bool:
    return state.mode in (GOALS, MEASURES) and state.reached > 0


def _numbers(printed: int, last: int) -> Iterator[tuple[int, float]]:
    """Numbers an item may have: the printed one, or the next in order when the print repeats or jumps."""
    expected = last + 1
    if printed == expected:
        yield printed, 0.0
    elif printed == last:
        yield expected, 3.0
    elif printed > expected:
        yield printed, 2.5 if printed == expected + 1 else 3.5 + 0.3 * min(printed - expected, 10)
        yield expected, 3.2
    else:
        yield expected, 3.6 if printed > 1 else 4.5


def _restart(signs: evidence.Signs, state: State, mark: Mark, base: float) -> Iterator[_Way]:
    """Numbers begin again at 1: measures after goals, or the goals of an area whose heading is lost."""
    form, last = mark.form, state.reached
    if state.mode == GOALS and last >= 1:
        cost = base + 2.2 + signs.measure_cost + (3.0 if last == 1 else 0.0)
        step = Step("measure", 1, mark.rest, mark.printed, base + 2.2)
        yield cost, State(MEASURES, 1, form, True, state.ordinal), step
    starts = {AREA: (1.5, 2.5), DOMAIN: (4.0, 6.0), OUTSIDE: (5.0, 9.0), MEASURES: (6.0, 9.0)}
    if state.mode not in starts or (state.mode == MEASURES and last < 2):
        return
    new = state.mode != AREA
    ordinal = state.ordinal + (1 if new else 0)
    for mode, role, extra, fit in zip(
        (GOALS, MEASURES), ("goal", "measure"), starts[state.mode], (signs.goal_cost, signs.measure_cost), strict=True
    ):
        step = Step(role, 1, mark.rest, mark.printed, base + extra, new)
        yield base + extra + fit, State(mode, 1, form, True, ordinal), step


def _unnumbered_item(signs: evidence.Signs, piece: Piece, state: State, before: Ending) -> Iterator[_Way]:
    """An item that lost its number."""
    if state.mode not in (GOALS, MEASURES):
        return
    base = {Ending.DONE: 0.0, Ending.OPEN: 1.0 if signs.after_full else 4.5, Ending.CUT: 8.0}[before]
    base = base + (1.0 if signs.new_page else 0.0) if state.reached else 0.0
    if state.mode == GOALS:
        cost = base + (1.9 if state.numbered and state.reached else 1.4) + signs.goal_cost
        cost += -0.3 if signs.short_done else 0.6
        role, mode = "goal", GOALS
    else:
        cost = base + (3.0 if state.numbered and state.reached else 1.3) + signs.measure_cost
        cost += 1.0 - 2.0 * min(signs.titled, 1.2)
        role, mode = "measure", MEASURES
    number = state.reached + 1
    after = State(mode, number, state.form or "digit", False, state.ordinal)
    yield cost + signs.heading_cost, after, Step(role, number, piece.text, "", max(cost, 1.2))
    if state.mode == GOALS and state.reached >= 2 and signs.titled and before == Ending.DONE:
        after = State(MEASURES, 1, state.form, False, state.ordinal)
        yield 6.0 + signs.measure_cost, after, Step("measure", 1, piece.text, "", 6.0)
