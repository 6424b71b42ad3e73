"""The structure tree of a tagged PDF: which words are a heading, a paragraph, a table's cell.

A thousand pages of tables have a quarter of a million elements, so they are kept as columns of numbers, not as objects.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator

NAMES = ("P", "H1", "H2", "H3", "H4", "H5", "Table", "TR", "TH", "TD", "Figure", "Caption", "Note")
_CODES = {name: code for code, name in enumerate(NAMES)}
_NONE = 0xFFFFFFFF


def text_string(text: str) -> str:
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"


class Tags:
    """Elements in reading order, each with its parent and the marked contents that show it."""

    def __init__(self) -> None:
        self._names, self._parents = array("B"), array("L")
        self._pages, self._marks = array("L"), array("L")
        self._more: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        self._alt: dict[int, str] = {}
        self._marks_on: defaultdict[int, array[int]] = defaultdict(lambda: array("L"))  # page → elements by mark

    def __len__(self) -> int:
        return len(self._names)

    def open(self, name: str, parent: int | None = None, alt: str = "") -> int:
        """A new element without content of its own (yet)."""
        self._names.append(_CODES[name])
        self._parents.append(_NONE if parent is None else parent)
        self._pages.append(_NONE)
        self._marks.append(_NONE)
        if alt:
            self._alt[len(self._names) - 1] = alt
        return len(self._names) - 1

    def mark(self, element: int, page: int) -> str:
        """The operator that begins content of ``element`` on ``page`` (counted from 0); EMC ends it."""
        on_page = self._marks_on[page]
        mark = len(on_page)
        on_page.append(element)
        if self._pages[element] == _NONE:
            self._pages[element], self._marks[element] = page, mark
        else:
            self._more[element].append((page, mark))
        return f"/{NAMES[self._names[element]]} <</MCID {mark}>> BDC"

    # -------------------------------------------------------------- writing

    def objects(self, first: int, page_objects: list[int]) -> Iterator[bytes]:
        """The tree's objects, numbered from ``first``: its root, the Document element, then one for each element."""
        base = first + 2
        children: defaultdict[int, array[int]] = defaultdict(lambda: array("L"))
        for element, parent in enumerate(self._parents):
            children[parent].append(base + element)
        yield self._root(first, base, page_objects)
        yield f"<</Type/StructElem/S/Document/P {first} 0 R/K[{_references(children[_NONE])}]>>".encode()
        for element, parent in enumerate(self._parents):
            above = first + 1 if parent == _NONE else base + parent
            content = self._content(element, children, page_objects)
            alt = f"/Alt{text_string(self._alt[element])}" if element in self._alt else ""
            yield f"<</S/{NAMES[self._names[element]]}/P {above} 0 R{content}{alt}>>".encode()

    def _content(self, element: int, children: dict[int, array[int]], page_objects: list[int]) -> str:
        page = self._pages[element]
        if page == _NONE:
            return f"/K[{_references(children.get(element, ()))}]"
        if element not in self._more:
            return f"/Pg {page_objects[page]} 0 R/K {self._marks[element]}"
        marks = "".join(f"<</Type/MCR/Pg {page_objects[on]} 0 R/MCID {mark}>>" for on, mark in self._more[element])
        return f"/Pg {page_objects[page]} 0 R/K[{self._marks[element]} {marks}]"

    def _root(self, first: int, base: int, page_objects: list[int]) -> bytes:
        numbers = " ".join(
            f"{page}[{_references([base + element for element in self._marks_on[page]])}]"
            for page in sorted(self._marks_on)
        )
        return (
            f"<</Type/StructTreeRoot/K {first + 1} 0 R/ParentTreeNextKey {len(page_objects)}"
            f"/ParentTree<</Nums[{numbers}]>>>>"
        ).encode()


def _references(numbers: Iterable[int]) -> str:
    return " ".join([f"{number} 0 R" for number in numbers])
