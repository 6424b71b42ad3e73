"""Plans of another shape: chapters, sections, numbered measures, and no goals under the fields.

The deepest form of number that most headings have below them marks the measures; the heading above them is the area.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tracker.plans.importing import wording
from tracker.plans.importing.draft import AreaDraft, MeasureDraft
from tracker.plans.importing.marks import Ending, Mark, joined
from tracker.plans.importing.pieces import Piece
from tracker.plans.importing.tree import title_of

_DEPTH = {
    "chapter": 0,
    "section": 1,
    "han": 2,
    "bracket": 3,
    "digit": 4,
    "dotted": 4,
    "paren": 5,
    "half": 5,
    "circle": 6,
}
_LONGEST_HEADING = 40


@dataclass
class _Entry:
    """A numbered piece with the pieces that belong to it."""

    mark: Mark
    line: int
    last_line: int
    parts: list[str]
    children: list[_Entry] = field(default_factory=list)

    @property
    def name(self) -> str:
        return "".join(self.parts[0].split()).rstrip("。:：")


def programme_of(pieces: list[Piece]) -> tuple[AreaDraft, ...]:
    """Areas with measures only; empty when the numbering makes no such tree."""
    top = _tree(pieces)
    areas: list[AreaDraft] = []
    groups = list(_leaf_groups(top, None))
    named = Counter(parent.name for parent, _, _ in groups)
    for parent, entries, above in groups:
        measures = tuple(_measure(entry) for entry in entries)
        name = _area_name(parent, above, repeated=named[parent.name] > 1)
        areas.append(AreaDraft(len(areas) + 1, name, parent.line, 0.8, (), measures))
    return tuple(areas)


def _area_name(parent: _Entry, above: _Entry | None, *, repeated: bool) -> str:
    """A section that every chapter has (重点任务) says nothing; then the chapter's name is the area's."""
    if above is not None and (repeated or wording.DOMAIN_CHAPTER.fullmatch(parent.name)):
        return above.name
    return parent.name


def _tree(pieces: list[Piece]) -> list[_Entry]:
    root = _Entry(Mark("root", 0, "", ""), 0, 0, [""])
    stack: list[tuple[int, _Entry]] = [(-1, root)]
    before = Ending.DONE
    for piece in pieces:
        if wording.CLOSING.search(piece.text):
            before = Ending.DONE
            stack = stack[:1]
            continue
        mark = _own_mark(piece, stack, before)
        if mark is None:
            if wording.BARE_CHAPTER.match(piece.text):
                stack = stack[:1]
            elif len(stack) > 1:
                stack[-1][1].parts.append(piece.text)
                stack[-1][1].last_line = piece.end_line
        else:
            depth = _DEPTH[mark.form]
            while stack[-1][0] >= depth:
                stack.pop()
            entry = _Entry(mark, piece.line, piece.end_line, [mark.rest])
            stack[-1][1].children.append(entry)
            stack.append((depth, entry))
        before = piece.ending if len(piece.text) > _LONGEST_HEADING or mark is None else Ending.DONE
    return root.children


def _own_mark(piece: Piece, stack: list[tuple[int, _Entry]], before: Ending) -> Mark | None:
    """The number of a piece, when it follows its siblings; a figure at the head of a torn line is none."""
    for mark in piece.marks:
        if mark.weak or mark.form not in _DEPTH or before == Ending.CUT:
            continue
        depth = _DEPTH[mark.form]
        parent = next(entry for level, entry in reversed(stack) if level < depth)
        last = next((child.mark.value for child in reversed(parent.children) if child.mark.form == mark.form), 0)
        if mark.value in (1, last + 1, last + 2) or (before == Ending.DONE and 0 < mark.value <= 99):
            return mark
    return None


def _leaf_groups(top: list[_Entry], above: _Entry | None) -> Iterator[tuple[_Entry, list[_Entry], _Entry | None]]:
    for entry in top:
        if _general(entry) or not entry.children:
            continue
        deeper = [child for child in entry.children if child.children]
        if len(deeper) * 2 > len(entry.children) and not _mostly_paragraphs(entry.children):
            if _runs_on(entry.children):
                leaves = [leaf for child in entry.children for leaf in (child.children or [child])]
                yield entry, leaves, above
            else:
                yield from _leaf_groups(entry.children, entry)
        else:
            yield entry, entry.children, above


def _general(entry: _Entry) -> bool:
    name = entry.name
    return len(name) <= _LONGEST_HEADING and bool(wording.GENERAL.search(name)) and not wording.AREA_PAIR.search(name)


def _mostly_paragraphs(entries: list[_Entry]) -> bool:
    """Whether the entries carry text of their own, so that what stands below them only details it."""
    return sum(len(joined(entry.parts)) > 60 for entry in entries) * 2 > len(entries)


def _runs_on(entries: list[_Entry]) -> bool:
    """Whether numbering runs through the sections instead of beginning again in each."""
    firsts = [entry.children[0].mark.value for entry in entries if entry.children]
    return len(firsts) > 1 and firsts[0] == 1 and all(a < b for a, b in itertools.pairwise(firsts))


def _measure(entry: _Entry) -> MeasureDraft:
    parts = _with_children(entry)
    text = joined(parts)
    return MeasureDraft(
        no=entry.mark.value,
        title=title_of(text, parts),
        text=text,
        line=entry.line,
        last_line=_last_line(entry),
        printed=entry.mark.printed,
        confidence=0.8,
    )


def _with_children(entry: _Entry) -> list[str]:
    parts = list(entry.parts)
    for child in entry.children:
        inner = _with_children(child)
        parts.extend([child.mark.printed + inner[0], *inner[1:]])
    return parts


def _last_line(entry: _Entry) -> int:
    return max([entry.last_line, *(_last_line(child) for child in entry.children)])


def is_plan_like(measures: list[MeasureDraft]) -> bool:
    """Whether the items are worded as tasks; minutes, reports and rules number their paragraphs too."""
    if len(measures) < 3:
        return False
    tasks = sum(bool(wording.TITLE_VERBS.match(measure.text)) for measure in measures)
    repeated = Counter(measure.text for measure in measures).most_common(1)[0][1]
    return tasks * 2 >= len(measures) and repeated <= 2
