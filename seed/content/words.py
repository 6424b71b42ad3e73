"""Reading what the units say from `words/*.txt`, a notation an office worker can correct by hand.

    〔市妇联〕              the unit, by its short name
    主线＝…  难点＝…        its main line of work and its difficulty, for composed overviews
    妇1＝…{1860|2040}…      what it does for area 1 of the women's plan; {last year|this year}
    【上年】 【本年】        the finished round and the open one
    完成： 做法： 困难：     the overview
    妇1：…                  the text of an area
    妇1-2 按期推进：…        the row of a measure: state and line
    安排 妇1-2 6月：…｜已落实：…   one line for the next year; after the bar what came of it
    提请 题目：…｜…          a request; after the bar the office's answer

妇 is the women's plan, 童 the children's. Lines beginning with # and empty lines are not read.
"""

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from .shapes import KEPT_WORDS, STATE_WORDS, AreaRef, ArrangementText, MeasureRef, PlanKey, RequestText, Row, Term

_PLANS: dict[str, PlanKey] = {"妇": "women", "童": "children"}
_TERMS: dict[str, Term] = {"上年": "finished", "本年": "open"}
_STATES = {word: state for state, word in STATE_WORDS.items()}
_KEPT = {word: kept for kept, word in KEPT_WORDS.items()}

_UNIT = re.compile(r"〔(.+)〕")
_TERM = re.compile(r"【(.+)】")
_DEED = re.compile(r"([妇童])(\d)＝(.+)")
_TRAIT = re.compile(r"(主线|难点)＝(.+)")
_OVERVIEW = re.compile(r"(完成|做法|困难)：(.+)")
_PASSAGE = re.compile(r"([妇童])(\d)：(.+)")
_ROW = re.compile(r"([妇童])(\d)-(\d) (\S+?)：(.+)")
_ARRANGEMENT = re.compile(r"安排 ([妇童])(\d)-(\d) (\d+)月：([^｜]+)(?:｜(\S+?)：(.+))?")
_REQUEST = re.compile(r"提请 ([^：]+)：([^｜]+)(?:｜(.+))?")
_CHOICE = re.compile(r"\{([^|{}]*)\|([^|{}]*)\}")


@dataclass
class Said:
    """What a unit says in one round, as far as it is written by hand."""

    overview: dict[str, str] = field(default_factory=dict)
    passages: dict[AreaRef, str] = field(default_factory=dict)
    rows: dict[MeasureRef, Row] = field(default_factory=dict)
    arrangements: list[ArrangementText] = field(default_factory=list)
    requests: list[RequestText] = field(default_factory=list)


@dataclass
class Voice:
    """Everything written by hand for one unit."""

    traits: dict[str, str] = field(default_factory=dict)
    deeds: dict[AreaRef, str] = field(default_factory=dict)
    said: dict[Term, Said] = field(default_factory=dict)

    def deed(self, area: AreaRef, term: Term) -> str | None:
        """What the unit does for an area, with the figures of that round."""
        line = self.deeds.get(area)
        group = 1 if term == "finished" else 2
        return None if line is None else _CHOICE.sub(lambda found: found.group(group), line)


def _area(plan: str, area: str) -> AreaRef:
    return AreaRef(_PLANS[plan], int(area))


def _measure(plan: str, area: str, no: str) -> MeasureRef:
    return MeasureRef(_PLANS[plan], int(area), int(no))


def _read_for_unit(line: str, voice: Voice) -> bool:
    if found := _TRAIT.fullmatch(line):
        voice.traits[found[1]] = found[2]
    elif found := _DEED.fullmatch(line):
        voice.deeds[_area(found[1], found[2])] = found[3]
    elif found := _TERM.fullmatch(line):
        voice.said[_TERMS[found[1]]] = Said()
    else:
        return False
    return True


def _read_for_round(line: str, said: Said) -> bool:
    if found := _OVERVIEW.fullmatch(line):
        said.overview[found[1]] = found[2]
    elif found := _PASSAGE.fullmatch(line):
        said.passages[_area(found[1], found[2])] = found[3]
    elif found := _ROW.fullmatch(line):
        at = _measure(found[1], found[2], found[3])
        said.rows[at] = Row(at, _STATES[found[4]], found[5])
    elif found := _ARRANGEMENT.fullmatch(line):
        at = _measure(found[1], found[2], found[3])
        kept = _KEPT[found[6]] if found[6] else None
        said.arrangements.append(ArrangementText(at, found[5], int(found[4]), kept, found[7] or ""))
    elif found := _REQUEST.fullmatch(line):
        said.requests.append(RequestText(found[1], found[2], found[3] or ""))
    else:
        return False
    return True


def _read(text: str, voices: dict[str, Voice]) -> None:
    voice, said = Voice(), Said()
    for number, line in enumerate(text.splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        if found := _UNIT.fullmatch(line):
            if found[1] in voices:
                raise ValueError(f"line {number}: {found[1]} stands twice")
            voice = voices[found[1]] = Voice()
        elif _read_for_unit(line, voice):
            said = next(reversed(voice.said.values()), said)
        elif not _read_for_round(line, said):
            raise ValueError(f"line {number} cannot be read: {line}")


@cache
def voices() -> dict[str, Voice]:
    """Every unit's words, by short name."""
    found: dict[str, Voice] = {}
    for path in sorted((Path(__file__).parent / "words").glob("*.txt")):
        _read(path.read_text(encoding="utf-8"), found)
    return found
