"""What each piece shows before anything is decided: which headings it could be, how it is worded, what surrounds it."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass, replace

from tracker.plans.importing import wording
from tracker.plans.importing.marks import Ending, Mark, ending_of
from tracker.plans.importing.pieces import Piece

ITEM_FORMS = frozenset({"digit", "paren", "half", "circle", "dotted", "han", "bracket", "section"})


@dataclass(frozen=True, slots=True)
class AreaSign:
    name: str
    ordinal: int | None
    cost: float


@dataclass(frozen=True, slots=True)
class ChapterSign:
    domain: bool
    cost: float


@dataclass(frozen=True, slots=True)
class Signs:
    """All evidence about one piece."""

    marks: tuple[Mark, ...]
    item_marks: tuple[Mark, ...]
    is_goals: bool
    is_measures: bool
    area: AreaSign | None
    chapter: ChapterSign | None
    tail_cost: float | None
    """The cost of reading the piece as the beginning of what comes after the fields."""
    outside_cost: float
    """The cost of leaving the piece out of the fields."""
    heading_cost: float
    """The cost of reading the piece as running text although it looks like a heading."""
    goal_cost: float
    measure_cost: float
    titled: float
    """How much it begins like a measure: 0, or about 1 for a short sentence as title with more behind it."""
    short_done: bool
    torn_number: bool
    """After what looks like its number comes the rest of a figure: "5. 3‰和6.5‰以下"."""
    may_be_item: bool
    names_units: bool
    """It says who is responsible for the item before it."""
    new_page: bool
    """A page begins here, so the break before it need not end a paragraph."""
    in_sentence: bool
    after_whole: bool
    cohesion: float
    after_full: bool = False
    """The line before is full and ends a sentence: a paragraph may have ended there by chance."""
    sure_end: bool = False
    """The text is set in lines and the one before was short: a paragraph ended there."""


@dataclass(frozen=True, slots=True)
class Seen:
    signs: list[Signs]
    endings: list[Ending]
    forms: frozenset[str]
    """The forms in which the first items under headings of goals and measures are numbered."""
    halves: bool
    """The goals of all fields come first and their measures afterwards, so that areas stand twice, each half full."""

    def before(self, index: int) -> Ending:
        return self.endings[index - 1] if index else Ending.DONE


def observe(pieces: list[Piece]) -> Seen:
    """Evidence about every piece, and how the piece before it ended (headings end themselves)."""
    width = line_width(pieces)
    forms = _usual_forms(pieces)
    signs: list[Signs] = []
    endings: list[Ending] = []
    reached = 0
    for index, piece in enumerate(pieces):
        following = pieces[index + 1] if index + 1 < len(pieces) else None
        before = endings[-1] if endings else Ending.DONE
        paragraph = _paragraph(pieces, index, width)
        sign = _signs(piece, paragraph, pieces[index - 1] if index else None, before, following)
        if sign.outside_cost == 0.0 and any(mark.form in forms and not mark.weak for mark in sign.item_marks):
            sign = replace(sign, outside_cost=0.6)
        value = _list_number(sign)
        if value == 1 and reached >= 3 and before != Ending.CUT:
            sign = replace(sign, outside_cost=sign.outside_cost + 4.0)
        reached = 0 if _heads_something(sign) else reached if value is None else value
        full = before == Ending.OPEN and index > 0 and pieces[index - 1].ending == Ending.DONE
        signs.append(replace(sign, sure_end=width is not None and before == Ending.DONE, after_full=full))
        endings.append(Ending.DONE if _ends_itself(signs[-1], piece) else _ending(piece, width))
    return Seen(signs, endings, forms, _in_halves(pieces))


def _usual_forms(pieces: list[Piece]) -> frozenset[str]:
    counted: Counter[str] = Counter()
    for heading, piece in itertools.pairwise(pieces):
        if wording.GOALS_HEADING.match(heading.text) or wording.MEASURES_HEADING.match(heading.text):
            counted.update({mark.form for mark in piece.marks if mark.value == 1 and not mark.weak})
    return frozenset(form for form, count in counted.items() if count >= 2)


def _in_halves(pieces: list[Piece]) -> bool:
    """Whether 主要目标 and 策略措施 are headings of chapters, with the fields below them."""
    chapters = [heading for heading, piece in itertools.pairwise(pieces) if _heads_fields(heading, piece)]
    return any(wording.GOALS_HEADING.match(heading.text) for heading in chapters) and len(chapters) > 1


def _heads_fields(heading: Piece, piece: Piece | None) -> bool:
    if piece is None or not (wording.GOALS_HEADING.match(heading.text) or wording.MEASURES_HEADING.match(heading.text)):
        return False
    marked = any(mark.form in _HEADING_FORMS for mark in piece.marks)
    return marked and bool(wording.AREA_PAIR.match(piece.bare)) and len(piece.bare) <= 16


def _list_number(signs: Signs) -> int | None:
    return next((mark.value for mark in signs.item_marks if mark.form == "digit" and not mark.weak), None)


def _heads_something(signs: Signs) -> bool:
    """A heading lies between two lists, so that the second may begin at 1 again without surprise."""
    marked = any(mark.form in _HEADING_FORMS for mark in signs.marks)
    return marked or signs.is_goals or signs.is_measures or signs.area is not None


def _paragraph(pieces: list[Piece], index: int, width: int | None) -> str:
    """The piece with the lines that plainly go on from it, as far as wording needs to be judged."""
    text = pieces[index].text
    while len(text) < 200 and index + 1 < len(pieces) and _ending(pieces[index], width) != Ending.DONE:
        index += 1
        if pieces[index].marks or wording.MEASURES_HEADING.match(pieces[index].text):
            break
        text += pieces[index].text
    return text


def line_width(pieces: list[Piece]) -> int | None:
    """The width of a column, when the text was set in lines rather than in paragraphs."""
    long_lines = [piece for piece in pieces if len(piece.text) > 15]
    if len(long_lines) < 20:
        return None
    extents = sorted(_extent(piece.text) for piece in long_lines)
    width = extents[len(extents) * 19 // 20]
    full = sum(extent >= width * 0.85 for extent in extents)
    unfinished = sum(piece.ending != Ending.DONE for piece in long_lines)
    wrapped = width <= 180 and full * 3 > len(extents) and unfinished * 10 > len(extents) * 4
    return width if wrapped else None


def _extent(text: str) -> int:
    """How wide a line is printed, in half characters."""
    return 2 * len(text) - len(re.findall(r"[\x20-\x7e]", text))


def _ending(piece: Piece, width: int | None) -> Ending:
    """A full line may end a sentence by chance: only a short one ends a paragraph."""
    if width is not None and piece.ending == Ending.DONE and _extent(piece.text) >= width - max(3, width // 14):
        return Ending.OPEN
    return piece.ending


def _ends_itself(signs: Signs, piece: Piece) -> bool:
    if piece.style.startswith(("heading", "title")) or signs.is_goals or signs.is_measures:
        return True
    sure_area = signs.area is not None and signs.area.cost <= 1.5
    return sure_area or (signs.chapter is not None and signs.chapter.cost < 1.0)


def _signs(piece: Piece, paragraph: str, previous: Piece | None, before: Ending, following: Piece | None) -> Signs:
    text = piece.text
    is_goals = bool(wording.GOALS_HEADING.match(text)) and not wording.GOALS_GENERAL.search(text)
    is_measures = bool(wording.MEASURES_HEADING.match(text))
    heads_fields = _heads_fields(piece, following)
    is_goals, is_measures = is_goals and not heads_fields, is_measures and not heads_fields
    area = None if is_goals or is_measures else _area(piece, before, following)
    chapter = ChapterSign(True, 0.0) if heads_fields else None if is_goals or is_measures else _chapter(piece)
    area = None if heads_fields else area
    item_marks = tuple(mark for mark in piece.marks if mark.form in ITEM_FORMS)
    heading_cost = _heading_cost(is_goals or is_measures, area, chapter)
    names_units = bool(wording.RESPONSIBLE.match(text))
    titled = _titled(paragraph)
    goal_cost, measure_cost = _fit(paragraph, ending_of(paragraph))
    return Signs(
        marks=piece.marks,
        item_marks=item_marks,
        is_goals=is_goals,
        is_measures=is_measures,
        area=area,
        chapter=chapter,
        tail_cost=_tail_cost(piece),
        outside_cost=_outside_cost(piece, is_goals or is_measures, area, chapter),
        heading_cost=heading_cost,
        goal_cost=goal_cost,
        measure_cost=measure_cost,
        titled=titled,
        short_done=piece.ending == Ending.DONE and len(text) < 120,
        torn_number=_is_torn(item_marks),
        may_be_item=not item_marks and not is_goals and not is_measures and len(text) >= 6 and not names_units,
        names_units=names_units,
        new_page=piece.new_page,
        in_sentence=before != Ending.DONE,
        after_whole=previous is not None and previous.whole,
        cohesion=_cohesion(previous.text, paragraph) if previous and not item_marks and before == Ending.DONE else 0.0,
    )


def _heading_cost(is_heading: bool, area: AreaSign | None, chapter: ChapterSign | None) -> float:
    if is_heading:
        return 8.0
    cost = 0.0
    if area is not None:
        cost = max(cost, 5.0 - area.cost)
    if chapter is not None:
        cost = max(cost, 6.0 - 2 * chapter.cost)
    return cost


_HEADING_FORMS = ("bracket", "han", "chapter", "section", "field")


def _area(piece: Piece, before: Ending, following: Piece | None) -> AreaSign | None:
    """Whether the piece can be the heading of a field such as (二)妇女与教育."""
    name = piece.bare
    if not 2 <= len(name) <= 26 or re.search(r"[，。；：！？]", name) or wording.CLOSING.search(piece.text):
        return None
    mark = next((m for m in piece.marks if m.form in _HEADING_FORMS), None)
    if mark is None and piece.marks and not piece.marks[0].weak:
        mark = piece.marks[0] if wording.AREA_PAIR.search(name) else None
        if mark is None:
            return None
    leads = following is not None and bool(
        wording.GOALS_HEADING.match(following.text) or wording.MEASURES_HEADING.match(following.text)
    )
    leads = leads and not (
        following is not None and wording.MARKED.match(following.text) and wording.GENERAL.search(name)
    )
    cost = _area_cost(name, mark is not None, leads, piece)
    if cost is None:
        return None
    cost += 4.0 if wording.GENERAL.search(name) and not wording.AREA_PAIR.search(name) else 0.0
    cost += 3.0 if before == Ending.CUT else 0.0
    if mark is None:
        return None if piece.text[-1] in "。；;" else AreaSign(name, None, cost)
    return AreaSign(mark.rest.strip().rstrip("。:：").strip(), mark.value, cost)


def _area_cost(name: str, marked: bool, leads: bool, piece: Piece) -> float | None:
    paired = bool(wording.AREA_PAIR.search(name)) and len(name) <= 16
    known = bool(wording.AREA_WORDS.search(name))
    styled = 0.7 if piece.style.startswith("heading") else 0.0
    if paired and marked:
        return 0.0 if len(name) <= 14 or leads else 1.0
    if paired:
        return 0.5 if leads else 2.2 - styled
    if marked:
        return 0.4 if leads else (2.5 - styled if known else 4.5 - styled)
    if leads:
        return (1.2 if known else 2.0) - styled
    return None


def _chapter(piece: Piece) -> ChapterSign | None:
    """Whether the piece can be a chapter's heading such as 四、组织实施."""
    if wording.BARE_CHAPTER.match(piece.text):
        return ChapterSign(False, 0.3)
    mark = next((m for m in piece.marks if m.form in ("han", "chapter")), None)
    name = piece.bare
    if mark is None or not 2 <= len(name) <= 36 or "。" in name:
        return None
    cost = 0.0 if "，" not in name and len(name) <= 28 else 1.5
    if mark.form == "han" and wording.AREA_PAIR.search(name) and not wording.DOMAIN_CHAPTER.search(name):
        cost += 1.0
    return ChapterSign(bool(wording.DOMAIN_CHAPTER.search(name)), cost)


def _tail_cost(piece: Piece) -> float | None:
    if wording.CLOSING.search(piece.text) and len(piece.text) < 120:
        return 0.0
    mark = next((m for m in piece.marks if m.form in ("bracket", "han")), None)
    if mark is None:
        return None
    head = re.split(r"[。，]", mark.rest)[0]
    return 2.6 if wording.TAIL_ITEM.search(head) or wording.GENERAL.search(head) else 5.0


def _outside_cost(piece: Piece, is_heading: bool, area: AreaSign | None, chapter: ChapterSign | None) -> float:
    if is_heading:
        if not wording.MARKED.match(piece.text):
            return 6.0
        return 2.0 if wording.GOALS_HEADING.match(piece.text) else 4.0
    if chapter is not None and chapter.domain:
        return 5.0
    if area is not None:
        return max(0.0, 4.0 - area.cost)
    if any(mark.form == "digit" and not mark.weak for mark in piece.marks):
        return 0.6
    return 0.0


_FIRST_SENTENCE = re.compile(r"^([^。！？；]{4,48})。")


def _titled(text: str) -> float:
    match = _FIRST_SENTENCE.match(text)
    if match is None or len(text) < match.end() + 10:
        return 0.0
    head = match.group(1)
    plain = "，" not in head and "," not in head
    if not plain and not (wording.TITLE_VERBS.match(head) and len(head) <= 30):
        return 0.0
    value = 1.0 if plain and len(head) <= 32 else 0.8
    return value + (0.4 if len(text) >= 110 else -0.2)


def _fit(text: str, ending: Ending) -> tuple[float, float]:
    """How ill the wording fits a goal and a measure."""
    goal = measure = 0.0
    sentences = text.count("。")
    if len(text) > 170:
        goal += 1.2
    elif len(text) > 120:
        goal += 0.5
    body = re.sub(r"^\S{1,4}[.．、]\s*", "", text)
    if _titled(body) and sentences >= 3:
        goal += 0.5
    if ending == Ending.DONE and len(text) <= 90 and sentences <= 2:
        measure += 0.6
    if wording.TARGET_WORDS.search(text) and len(text) <= 120:
        measure += 0.2
    return goal, measure


def _is_torn(marks: tuple[Mark, ...]) -> bool:
    return any(m.form == "digit" and bool(re.match(r"\d+\s*(?:[%％‰]|/\s*10\s*万)", m.rest)) for m in marks)


def _cohesion(previous: str, text: str) -> float:
    """How much a paragraph goes on speaking of what the one before spoke of: up to 1.2."""
    head = [text[i : i + 2] for i in range(min(60, len(text)) - 1)]
    pairs = {pair for pair in head if not re.search(r"[，。、；：\s的和与]", pair)} - _EVERYWHERE
    if len(pairs) < 4:
        return 0.0
    return min(1.2, 3.0 * sum(pair in previous for pair in pairs) / len(pairs))


_EVERYWHERE = frozenset(
    {"儿童", "妇女", "女性", "加强", "完善", "提高", "促进", "推动", "推进", "发展", "保障", "工作"}
)
