"""What the cover, the notice and the title say: which plans there are, of whom, for which years, under which number."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from tracker.plans.importing import wording
from tracker.plans.importing.marks import Ending, han_number, squeezed
from tracker.plans.importing.pieces import Piece

_YEARS = r"(?:[（(]?\s*\d{4}\s*年?\s*[-—–－―─~～至到]+\s*\d{4}\s*年?\s*[)）]?)"
_FIVE_YEAR = {"十二五": 2011, "十三五": 2016, "十四五": 2021, "十五五": 2026, "十六五": 2031}
_NUMBER = re.compile(
    r"([\u4e00-\u9fff]{1,10}(?:[（(][\u4e00-\u9fff]{1,4}[)）])?)\s*[〔［\[（(【]\s*(\d{4})\s*[〕］\])）】]\s*(第?\s*\d{1,4}\s*号)"
)
_DATE = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_HAN_DATE = re.compile(
    r"([二〇○零Ｏ一三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日"
)


@dataclass(frozen=True)
class Title:
    """A plan's title where it stands in the text."""

    index: int
    """Which piece it begins with."""
    end: int
    """The first piece after it."""
    text: str


def titles_in(pieces: list[Piece]) -> list[Title]:
    """Every place where the title of a plan stands by itself, on one line or on up to three."""
    quoted = quoted_titles(pieces)
    keys = {_title_key(name) for name in quoted}
    titles: list[Title] = []
    index = 0
    while index < len(pieces):
        found = None if _inside_sentence(pieces, index) else _title_at(pieces, index, keys)
        if found is None:
            index += 1
            continue
        text = next((name for name in quoted if _title_key(name) == _title_key(found.text)), found.text)
        if wording.PERIOD.search(found.text) and not wording.PERIOD.search(text):
            text = found.text
        titles.append(replace(found, text=text))
        index = found.end
    return titles or _other_title(pieces)


def _other_title(pieces: list[Piece]) -> list[Title]:
    """The title of a plan on another subject, looked for on the first page only."""
    for index, piece in enumerate(pieces[:25]):
        text = re.sub(r"\s+", "", piece.text)
        if not piece.marks and wording.OTHER_TITLE.match(text) and not re.search(r"关于印发|通知|《", text):
            return [Title(index, index + 1, _tidy(text))]
        if index + 1 < len(pieces) and not piece.marks and len(text) <= 40 and piece.ending != Ending.DONE:
            both = text + re.sub(r"\s+", "", pieces[index + 1].text)
            if wording.OTHER_TITLE.match(both) and not re.search(r"关于印发|通知|《", both):
                return [Title(index, index + 2, _tidy(both))]
    return []


def quoted_titles(pieces: list[Piece]) -> list[str]:
    """The titles that the notice encloses in 《》: 现将《…规划》印发给你们."""
    for index, piece in enumerate(pieces[:60]):
        text = piece.text
        if re.search(r"现(?:将|把)?", text) and "《" in text:
            text += "".join(p.text for p in pieces[index + 1 : index + 3])
            end = re.search(r"印发|下发|发布", text)
            names = re.findall(r"《((?:[^《》]|《[^《》]*》)+)》", text[: end.start()] if end else text)
            names = [re.sub(r"\s+", "", name) for name in names]
            return [name for name in names if re.search(r"规划|纲要|计划|方案|行动", name)]
    return []


def _title_key(text: str) -> str:
    return re.sub(_YEARS + r"|[（(].{0,8}稿[)）]|[“”\"\s]", "", squeezed(text))


def _title_at(pieces: list[Piece], index: int, quoted: set[str]) -> Title | None:
    for count in (3, 2, 1):
        group = pieces[index : index + count]
        if len(group) < count or any(len(p.text) > 48 or p.marks for p in group):
            continue
        if count > 1 and _NOT_IN_TITLE.search(group[0].text):
            continue
        if count > 1 and any(wording.BARE_CHAPTER.match(p.text) or wording.GOALS_HEADING.match(p.text) for p in group):
            continue
        text = re.sub(r"\s+", "", "".join(p.text for p in group))
        text = re.sub(r"^附件[一二三四\d]*[:：.、]?", "", text)
        if _is_title(text, quoted) and not _needless(group, quoted):
            return Title(index, index + count, _tidy(text))
    return None


_NOT_IN_TITLE = re.compile(r"日\s*$|^[（(]|(?:文件|人民政府|办公室|办公厅|委员会|印发)\s*$|[：:。]\s*$")


def _is_title(text: str, quoted: set[str]) -> bool:
    if re.search(r"[，。；、]|关于|印发|通知|《", text) or re.search(r"(?:和|与)$", text):
        return False
    if _title_key(text) in quoted:
        return True
    return bool(wording.PLAN_TITLE.match(text)) and not re.match(r"^(?:本|该|各|制定|实施|加强|完善|落实)", text)


def _needless(group: list[Piece], quoted: set[str]) -> bool:
    """The last line of a group adds nothing that belongs to a title; years do, or the rest of its words."""
    if len(group) == 1:
        return False
    last = re.sub(r"\s+", "", group[-1].text)
    head = re.sub(r"\s+", "", "".join(p.text for p in group[:-1]))
    if not _is_title(head, quoted):
        return False
    return not re.fullmatch(_YEARS, last)


def _tidy(text: str) -> str:
    return re.sub(r"[（(](?:印发稿|征求意见稿|送审稿|审议稿|修改稿|草案|定稿|正式稿|讨论稿)[)）]$", "", text)


def _inside_sentence(pieces: list[Piece], index: int) -> bool:
    """A running head that was left in the middle of a sentence is no title."""
    if index == 0:
        return False
    before = pieces[index - 1]
    long_text = len(before.text) >= 20 and bool(re.search(r"[，、；。]", before.text))
    return before.ending != Ending.DONE and long_text and "印发" not in before.text


@dataclass(frozen=True)
class Cover:
    """What holds for every plan of the document."""

    number: str | None
    issued_on: str | None


def cover_of(pieces: list[Piece], until: int) -> Cover:
    """Document number and date, from the notice before the first plan or else from the foot of the document."""
    front = pieces[: max(until, 1)][:80]
    number = _first_number(front)
    issued = _first_date(front) or _first_date(pieces[-6:])
    return Cover(number, issued)


def _first_number(pieces: list[Piece]) -> str | None:
    for piece in pieces:
        if len(piece.text) > 40:
            continue
        match = _NUMBER.search(piece.text)
        if match:
            serial = re.sub(r"\s+", "", match.group(3))
            return f"{match.group(1)}〔{match.group(2)}〕{serial}"
    return None


def _first_date(pieces: list[Piece]) -> str | None:
    for piece in pieces:
        if len(piece.text) > 40:
            continue
        found = _date_in(piece.text)
        if found:
            return found
    return None


def _date_in(text: str) -> str | None:
    match = _DATE.search(text)
    if match:
        parts = [int(part) for part in match.groups()]
    else:
        match = _HAN_DATE.search(text)
        if match is None:
            return None
        year = "".join(str(han_number(c)) if c not in "○Ｏ" else "0" for c in match.group(1))
        parts = [int(year), han_number(match.group(2)), han_number(match.group(3))]
    try:
        return date(*parts).isoformat()
    except ValueError:
        return None


def kind_of(title: str) -> str:
    """Women's, children's, or another plan."""
    women = bool(re.search(r"妇女|女性", title))
    children = bool(re.search(r"儿童|未成年人|青少年", title))
    if women == children:
        return "other"
    return "women" if women else "children"


_PLACE = re.compile(r"^[\u4e00-\u9fff]{0,12}?(?:自治区|自治州|兵团|省|市|州|盟|县|区|旗)(?![市县区旗])")
_PLACE_BELOW = re.compile(r"^[\u4e00-\u9fff]{1,7}?(?:自治州|自治县|市|州|盟|县|区|旗)$")


def region_of(title: str) -> str:
    """The place a plan is made for: what stands before its subject, down to the smallest place named."""
    head = re.split(r"妇女|儿童|妇幼|女性|未成年人|青少年|家庭", title)[0].strip('“”" (（')
    place = _PLACE.match(head)
    if place is None:
        return re.split(r"关于|促进|实施|加强|贯彻|推进|[“十\d]", head)[0]
    rest = head[place.end() :]
    below = _PLACE_BELOW.match(rest)
    return head if below and not rest.endswith(("社区", "园区", "校区")) else place.group(0)


def period_of(title: str, pieces: list[Piece]) -> tuple[int, int] | None:
    """The years a plan covers, from its title or else from its first pages."""
    found = _period_in(title)
    if found is not None:
        return found
    for piece in pieces[:4]:
        if len(piece.text) <= 30:
            found = _period_in(piece.text)
            if found is not None:
                return found
    name = re.escape(re.sub(r"[（(].*$", "", title)[-8:])
    for piece in pieces[:40]:
        match = re.search(name + r"[（(]\s*(\d{4})\s*年?\s*[-—–－~～至]+\s*(\d{4})", piece.text)
        if match:
            return int(match.group(1)), int(match.group(2))
    return None


def _period_in(text: str) -> tuple[int, int] | None:
    match = wording.PERIOD.search(text)
    if match:
        first, last = int(match.group(1)), int(match.group(2))
        return (first, last) if 1990 <= first < last <= 2100 else None
    for name, first in _FIVE_YEAR.items():
        if name in text:
            return first, first + 4
    return None
