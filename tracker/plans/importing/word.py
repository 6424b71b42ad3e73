"""A Word file (.docx) → its paragraphs, with headings, Word's own list numbers, and tables cell by cell."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from tracker.plans.importing.draft import Line
from tracker.plans.importing.numbering import Numbering, figure_of
from tracker.plans.importing.refusal import MOST_LINES, TOO_MANY_LINES, UnreadableDocument

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LARGEST_PART = 16 * 1024 * 1024
LARGEST_WHOLE = 400 * 1024 * 1024
MOST_PARTS = 5000
MOST_MARKS = 1_500_000
"""Of XML in one part: a plan has a tenth of it, and each is a third of a kilobyte once it is an object in memory."""

_BROKEN = "这个 Word 文件已损坏，打不开，请用 Word 或 WPS 重新另存后再上传。"
_OTHERS = {
    "xl/workbook.xml": "这是 Excel 表格，不是规划正文，请上传 Word、PDF 或文本文件。",
    "ppt/presentation.xml": "这是演示文稿，不是规划正文，请上传 Word、PDF 或文本文件。",
    "OFD.xml": "暂不能读取 OFD 版式文件，请另存为 Word、PDF 或文本文件后再上传。",
    "content.xml": "暂不能读取 ODT 文件，请另存为 Word（.docx）后再上传。",
}


def docx_lines(content: bytes) -> tuple[Line, ...]:
    """Paragraphs of a .docx in order, numbered from 1; cells of tables one after the other, merged ones once."""
    parts = _parts(content)
    document = _parsed(parts["word/document.xml"])
    body = document.find(f"{W}body")
    if body is None:
        raise UnreadableDocument(_BROKEN)
    styles = _Styles.of(parts.get("word/styles.xml"))
    numbering = Numbering(_parsed(parts["word/numbering.xml"]) if "word/numbering.xml" in parts else None)
    lines: list[Line] = []
    for paragraph, in_cell in _paragraphs(body):
        if len(lines) == MOST_LINES:
            raise UnreadableDocument(TOO_MANY_LINES)
        style = styles.role(paragraph)
        printed = numbering.next_for(styles.numbered(paragraph))
        text = _text(paragraph)
        if printed and text.strip():
            text = printed + text.lstrip()
        lines.append(Line(len(lines) + 1, text, style or ("cell" if in_cell else ""), whole=True))
    return tuple(lines)


def _parts(content: bytes) -> dict[str, bytes]:
    """The parts that are needed, unpacked only after their sizes have been judged."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        names = {info.filename: info for info in archive.infolist()}
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise UnreadableDocument(_BROKEN) from error
    if len(names) > MOST_PARTS or sum(info.file_size for info in names.values()) > LARGEST_WHOLE:
        raise UnreadableDocument("这个压缩文件解开后过大，不像一份规划，已停止读取。")
    if "word/document.xml" not in names:
        raise UnreadableDocument(next((said for name, said in _OTHERS.items() if name in names), _NO_WORD))
    wanted = ("word/document.xml", "word/styles.xml", "word/numbering.xml")
    return {name: _unpacked(archive, names[name]) for name in wanted if name in names}


_NO_WORD = "这是压缩包，不是 Word 文件，请解压后上传其中的规划正文。"


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """One part. The size that the archive claims is not believed: reading stops at the limit."""
    if info.flag_bits & 1:
        raise UnreadableDocument("这个文件设有密码，请去掉密码后再上传。")
    if info.file_size > LARGEST_PART:
        raise UnreadableDocument("这个 Word 文件解开后过大，不像一份规划，已停止读取。")
    try:
        with archive.open(info) as part:
            data = part.read(LARGEST_PART + 1)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, ValueError) as error:
        raise UnreadableDocument(_BROKEN) from error
    if len(data) > LARGEST_PART or data.count(b"<") > MOST_MARKS:
        raise UnreadableDocument("这个 Word 文件解开后过大，不像一份规划，已停止读取。")
    return data


def _parsed(data: bytes) -> Element:
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:  # an encoding that nobody knows
        raise UnreadableDocument(_BROKEN) from error
    return root


def _paragraphs(body: Element) -> Iterator[tuple[Element, bool]]:
    """Paragraphs in the order of reading, with whether they stand in a cell; however deep the file nests them."""
    waiting = [(child, False) for child in reversed(body)]
    while waiting:
        element, in_cell = waiting.pop()
        if element.tag == f"{W}p":
            yield element, in_cell
        elif element.tag in _HOLDERS and not _continues(element):
            inside = in_cell or element.tag == f"{W}tc"
            waiting.extend((child, inside) for child in reversed(element))


_HOLDERS = frozenset(f"{W}{name}" for name in ("tbl", "tr", "tc", "sdt", "sdtContent", "ins", "smartTag", "customXml"))


def _continues(element: Element) -> bool:
    """A cell that only continues a vertical merge holds nothing of its own."""
    merge = element.find(f"{W}tcPr/{W}vMerge")
    return merge is not None and merge.get(f"{W}val") != "restart"


def _text(paragraph: Element) -> str:
    """The words of a paragraph: insertions are in, deletions and the instructions of fields are out."""
    pieces: list[str] = []
    waiting = list(reversed(paragraph))
    while waiting:
        element = waiting.pop()
        if element.tag in _DROPPED or element.tag.endswith("}Fallback"):
            continue
        if element.tag == f"{W}t":
            pieces.append(element.text or "")
        elif element.tag in _SIGNS:
            pieces.append(_SIGNS[element.tag])
        else:
            waiting.extend(reversed(element))
    return "".join(pieces)


_DROPPED = frozenset(
    {f"{W}del", f"{W}moveFrom", f"{W}instrText", f"{W}pPr", f"{W}rPr", f"{W}txbxContent", f"{W}footnoteReference"}
)


_SIGNS = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}


@dataclass
class _Styles:
    """Names, levels and list numbers that paragraph styles carry."""

    names: dict[str, str] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    lists: dict[str, Element] = field(default_factory=dict)
    levels: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, data: bytes | None) -> _Styles:
        styles = cls()
        if data is None:
            return styles
        for style in _parsed(data).iter(f"{W}style"):
            name, ident = style.find(f"{W}name"), style.get(f"{W}styleId", "")
            styles.names[ident] = (name.get(f"{W}val", "") if name is not None else "").lower()
            parent = style.find(f"{W}basedOn")
            if parent is not None:
                styles.parents[ident] = parent.get(f"{W}val", "")
            numbered = style.find(f"{W}pPr/{W}numPr")
            if numbered is not None:
                styles.lists[ident] = numbered
            level = style.find(f"{W}pPr/{W}outlineLvl")
            if level is not None:
                styles.levels[ident] = figure_of(level.get(f"{W}val"), 9)
        return styles

    def _chain(self, paragraph: Element) -> list[str]:
        found = paragraph.find(f"{W}pPr/{W}pStyle")
        ident = found.get(f"{W}val", "") if found is not None else ""
        chain: list[str] = []
        while ident and ident not in chain and len(chain) < 12:
            chain.append(ident)
            ident = self.parents.get(ident, "")
        return chain

    def role(self, paragraph: Element) -> str:
        """heading1 to heading9, title, toc, or bold for a paragraph that is wholly bold."""
        own = paragraph.find(f"{W}pPr/{W}outlineLvl")
        outline = figure_of(own.get(f"{W}val"), 9) if own is not None else 9
        if outline < 9:
            return f"heading{outline + 1}"
        for ident in self._chain(paragraph):
            name = self.names.get(ident, "")
            if name.startswith(("toc", "目录")):
                return "toc"
            if name == "title":
                return "title"
            level = self.levels.get(ident, 9)
            if name.startswith("heading "):
                level = figure_of(name[8:9], level + 1) - 1
            if level < 9:
                return f"heading{level + 1}"
        return "bold" if _all_bold(paragraph) else ""

    def numbered(self, paragraph: Element) -> tuple[str, int] | None:
        """Which list a paragraph counts in, and on which level; its own word goes before its style's."""
        own = paragraph.find(f"{W}pPr/{W}numPr")
        found = (
            own if own is not None else next((self.lists[i] for i in self._chain(paragraph) if i in self.lists), None)
        )
        if found is None:
            return None
        number, level = found.find(f"{W}numId"), found.find(f"{W}ilvl")
        if number is None:
            number = next((self.lists[i].find(f"{W}numId") for i in self._chain(paragraph) if i in self.lists), None)
        if number is None:
            return None
        return number.get(f"{W}val", "0"), figure_of(level.get(f"{W}val"), 0) if level is not None else 0


def _all_bold(paragraph: Element) -> bool:
    runs = [run for run in paragraph.iter(f"{W}r") if "".join(t.text or "" for t in run.iter(f"{W}t")).strip()]
    return bool(runs) and all(_is_bold(run) for run in runs)


def _is_bold(run: Element) -> bool:
    bold = run.find(f"{W}rPr/{W}b")
    return bold is not None and bold.get(f"{W}val", "1") not in ("0", "false")
