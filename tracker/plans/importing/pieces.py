"""Lines → pieces: residues gone, page numbers and running heads gone, headings whole, each with its signs."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property

from tracker.plans.importing import wording
from tracker.plans.importing.draft import Line
from tracker.plans.importing.marks import Ending, Mark, cleaned, ending_of, marks_of, squeezed


@dataclass(frozen=True)
class Piece:
    """A line that says something, or a part of one when a heading and an item were glued together."""

    line: int
    text: str
    style: str = ""
    whole: bool = False
    last_line: int = 0
    new_page: bool = False
    """A page number or a running head stood before it."""

    @cached_property
    def marks(self) -> tuple[Mark, ...]:
        return marks_of(self.text)

    @cached_property
    def ending(self) -> Ending:
        return ending_of(self.text)

    @cached_property
    def bare(self) -> str:
        """The text after a heading's number, without spaces and closing stop."""
        rest = self.marks[0].rest if self.marks else self.text
        return re.sub(r"\s+", "", rest).rstrip("。:：")

    @property
    def end_line(self) -> int:
        return max(self.line, self.last_line)


def pieces_of(lines: tuple[Line, ...]) -> list[Piece]:
    """Everything that may belong to the plan, in order; nothing that only belongs to the paper it was printed on."""
    pieces = []
    for line in lines:
        for row in line.text.split("\n"):
            text, residue_style = cleaned(row)
            if text:
                pieces.append(Piece(line.number, text, line.style or residue_style, line.whole))
    pieces = _without_contents(_without_table_heads(pieces))
    pieces = _without_page_marks(pieces)
    pieces = _without_running_heads(pieces)
    pieces = _healed(pieces)
    return [part for piece in pieces for part in _unglued(piece)]


_TABLE_HEAD = re.compile(
    r"^(?:序号|编号|(?:发展|重点)?领域|(?:主要)?目标(?:任务)?|(?:策略|主要|具体)?措施|主要目标/策略措施|(?:主要)?责任单位|牵头单位|配合单位|备注|完成时限)$"
)


def _without_table_heads(pieces: list[Piece]) -> list[Piece]:
    """Drop the head of a table: two and more cells in a row that only say what stands below them."""
    is_head = [p.style == "cell" and bool(_TABLE_HEAD.match(re.sub(r"\s+", "", p.text))) for p in pieces]
    beside = [
        head and ((i > 0 and is_head[i - 1]) or (i + 1 < len(pieces) and is_head[i + 1]))
        for i, head in enumerate(is_head)
    ]
    return [piece for piece, drop in zip(pieces, beside, strict=True) if not drop]


def _without_page_marks(pieces: list[Piece]) -> list[Piece]:
    dropped = [
        bool(wording.RULE.match(piece.text) or wording.PAGE_WORDS.match(piece.text))
        or (bool(wording.PAGE_NUMBER.match(piece.text)) and not _is_torn_number(pieces, index))
        for index, piece in enumerate(pieces)
    ]
    return _kept(pieces, dropped)


def _kept(pieces: list[Piece], dropped: list[bool]) -> list[Piece]:
    """Pieces without those that belong to the paper; the one after such a piece begins a page."""
    kept = []
    for index, piece in enumerate(pieces):
        if not dropped[index]:
            kept.append(replace(piece, new_page=True) if index and dropped[index - 1] else piece)
    return kept


def _is_torn_number(pieces: list[Piece], index: int) -> bool:
    """A lone number that the lines around it need: "%以上" follows, or it is an item's own ("5." before its text)."""
    following = pieces[index + 1].text if index + 1 < len(pieces) else ""
    text = pieces[index].text
    if re.fullmatch(r"\d{1,3}", text):
        before = pieces[index - 1] if index else None
        if before is not None and before.text[-1].isdigit():
            return False
        new_item = before is None or before.ending == Ending.DONE
        pattern = r"[%％‰]|/\s*10\s*万|[.．]\d" + (r"|[.．、]\s*\S" if new_item else "")
        return bool(re.match(pattern, following))
    return bool(re.fullmatch(r"\d{1,2}[.．、]", text))


def _without_running_heads(pieces: list[Piece]) -> list[Piece]:
    """Drop a short line that comes again inside sentences: three times, or twice if always at a page's edge."""
    keys = [_head_key(piece.text) for piece in pieces]
    counted = Counter(key for key in keys if key)
    if not any(count >= 2 for count in counted.values()):
        return pieces
    inside: Counter[str] = Counter()
    edges: Counter[str] = Counter()
    for index in range(1, len(pieces)):
        before = pieces[index - 1]
        if before.ending != Ending.DONE and len(before.text) > 12:
            inside[keys[index]] += 1
        following = pieces[index + 1] if index + 1 < len(pieces) else pieces[index]
        edges[keys[index]] += pieces[index].new_page or following.new_page
    heads = {key for key, count in counted.items() if _is_head(key, count, inside[key], edges[key])}
    titles = {key for key, count in counted.items() if count > 1 and key and key not in heads and _is_title(key)}
    dropped = [key in heads for key in keys]
    for index in range(1, len(pieces)):
        # The plan's title again at a page's edge is the head of that page; where it first stands it is the title.
        if keys[index] in titles and keys[index] in keys[:index]:
            following = pieces[index + 1] if index + 1 < len(pieces) else pieces[index]
            dropped[index] = (pieces[index].new_page or following.new_page) and _goes_on(pieces, index)
    return _kept(pieces, dropped)


def _is_title(key: str) -> bool:
    return bool(wording.PLAN_TITLE.match(key))


def _goes_on(pieces: list[Piece], index: int) -> bool:
    """Whether what stands behind a page's head goes on with what stood before it, instead of beginning a plan."""
    following = pieces[index + 1 : index + 4]
    return not any(mark.value == 1 and mark.form in ("chapter", "han") for one in following for mark in one.marks)


def _is_head(key: str, count: int, inside: int, edges: int) -> bool:
    if count == 2:
        return inside == edges == 2
    usual = bool(wording.PLAN_TITLE.match(key)) or key.endswith(("文件", "公报"))
    return count >= 3 and (inside * 2 >= count or usual)


LONGEST_HEAD = 200
"""A running head with the rules and the page's number around it."""


def _head_key(text: str) -> str:
    """What a running head has in common on every page, with the page's number taken away; empty for a body line."""
    if len(text) > LONGEST_HEAD:
        return ""
    bare = re.sub(r"^[\d\s—–\-·|]+|[\d\s—–\-·|]+$", "", text)
    if not 3 <= len(bare) <= 40 or ending_of(bare) == Ending.DONE or re.search(r"[，。；]", bare):
        return ""
    if wording.GOALS_HEADING.match(bare) or wording.MEASURES_HEADING.match(bare) or marks_of(bare):
        return ""
    return squeezed(bare)


def _without_contents(pieces: list[Piece]) -> list[Piece]:
    """Drop the table of contents: entries end in a page number, or stand under 目录 and come again later."""
    listed = [p.style == "toc" or (len(p.text) < 80 and bool(wording.CONTENTS_ENTRY.search(p.text))) for p in pieces]
    for index, piece in enumerate(pieces[: len(pieces) // 3 + 1]):
        if wording.CONTENTS.match(piece.text):
            paged = any(listed[index + 1 : index + 4])
            end = index + 1 if paged else _contents_end(pieces, index + 1)
            listed[index:end] = [True] * (end - index)
            break
    return [piece for piece, drop in zip(pieces, listed, strict=True) if not drop]


def _contents_end(pieces: list[Piece], start: int) -> int:
    """The first piece after the entries, which are short lines under 目录 that come again as headings."""
    end = start
    while end < len(pieces) and len(pieces[end].text) <= 45 and not re.search(r"[，。；]", pieces[end].text):
        end += 1
    places: dict[str, list[int]] = {}
    for index in range(start, len(pieces)):
        places.setdefault(squeezed(pieces[index].text), []).append(index)
    again = min((found[1] for found in places.values() if len(found) > 1 and found[0] < end), default=end)
    body = min(again, end)
    entries = [found[0] for found in places.values() if start <= found[0] < body and found[-1] >= body]
    return max(entries, default=start - 1) + 1


def _healed(pieces: list[Piece]) -> list[Piece]:
    """Put headings and lone numbers together again that a page break or a narrow column tore apart."""
    healed: list[Piece] = []
    index = 0
    while index < len(pieces):
        piece = pieces[index]
        following = pieces[index + 1] if index + 1 < len(pieces) else None
        if following is not None and _belong_together(piece, following, pieces[index + 2 : index + 3]):
            text = piece.text + following.text
            healed.append(replace(piece, text=text, last_line=following.line))
            index += 2
        else:
            healed.append(piece)
            index += 1
    return healed


def _belong_together(piece: Piece, following: Piece, after: list[Piece]) -> bool:
    text = piece.text + following.text
    if len(piece.text) <= 6 and len(following.text) <= 6:
        for heading in (wording.GOALS_HEADING, wording.MEASURES_HEADING):
            if heading.match(text) and not heading.match(piece.text):
                return True
    if re.fullmatch(
        r"[（(][一二三四五六七八九十]{0,3}|[一二三四五六七八九十]{1,3}|\d{1,3}|\d{1,2}\s*[.．、]", piece.text
    ):
        return bool(marks_of(text)) or bool(re.match(r"[%％‰/]", following.text))
    return _is_torn_heading(piece, following, after)


def _is_torn_heading(piece: Piece, following: Piece, after: list[Piece]) -> bool:
    """(三)妇女与经 / 济, with a heading of goals right behind."""
    if not after or not wording.GOALS_HEADING.match(after[0].text):
        return False
    headed = any(mark.form in ("bracket", "han", "chapter", "section") for mark in piece.marks)
    short = len(piece.text) <= 24 and len(following.text) <= 10
    apart = piece.ending != Ending.DONE and not following.marks and not wording.GOALS_HEADING.match(following.text)
    return headed and short and apart and not re.search(r"[，。；]", piece.text + following.text)


_INLINE_ITEM = re.compile(r"(?<=[。；;])\s*(\d{1,2})\s*[.．、]\s*(?=[^\d\s.．])")


def _unglued(piece: Piece) -> list[Piece]:
    """Take apart what stands in one line: 主要目标:1.…2.… and an area's heading with 主要目标 behind it."""
    glued = re.match(r"^(.{2,22}?)[\s。，、]+((?:主要|发展)目标|策略措施)\s*[:：]?$", piece.text)
    if glued and wording.AREA_PAIR.search(glued.group(1)):
        return [replace(piece, text=glued.group(1)), replace(piece, text=glued.group(2))]
    heading = wording.GLUED_HEADING.match(piece.text)
    parts = []
    rest = piece.text
    if heading:
        parts.append(replace(piece, text=heading.group(1)))
        rest = piece.text[heading.end() :]
    return parts + [replace(piece, text=text) for text in _items_in(rest)]


def _items_in(text: str) -> list[str]:
    """Items that run on in one line, cut where the next number in order follows a full stop."""
    first = next((mark for mark in marks_of(text) if mark.form == "digit" and not mark.weak), None)
    if first is None or first.value > 30:
        return [text]
    cuts, expected = [0], first.value + 1
    for match in _INLINE_ITEM.finditer(text):
        if int(match.group(1)) == expected:
            cuts.append(match.start())
            expected += 1
    return [text[a:b].strip() for a, b in zip(cuts, [*cuts[1:], len(text)], strict=True)]
