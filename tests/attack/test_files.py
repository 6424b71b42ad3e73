"""Broken, hostile and mislabelled files: every reader refuses with a sentence and keeps no other file back."""

from __future__ import annotations

import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from openpyxl import Workbook
from sqlalchemy import select

from tests.cast import Cast
from tests.makers.plans import make_plan
from tests.makers.reports import make_open_round, report_of
from tracker.core import clock, contents, files, pdfchild, pdfium
from tracker.core.db import db
from tracker.documents.grids import grids_of
from tracker.documents.templates import Field, read
from tracker.documents.values import DocumentError
from tracker.plans.importing import UnreadableDocument, oldword, read_plans
from tracker.plans.importing.reader import read_lines
from tracker.reports import actions
from tracker.reports.actions.evidence import withdraw
from tracker.reports.documents.archive import _Packer, _safe
from tracker.search import actions as search
from tracker.search.models import FileText

Client = Callable[[str], FlaskClient]
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
KINDS = (
    f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{MAIN}"/></Types>'
)
LINKS = (
    f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{OFFICE}" '
    'Target="word/document.xml"/></Relationships>'
)
OUTER = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
LAUGHS = '<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;">]>'
HEADS = [Field("记号"), Field("填写内容")]


def _packed(parts: dict[str, bytes | str]) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def _word(body: bytes | str, **parts: str) -> bytes:
    named = {"kinds": "[Content_Types].xml", "links": "_rels/.rels"}
    whole = {"[Content_Types].xml": KINDS, "_rels/.rels": LINKS, "word/document.xml": body}
    return _packed({**whole, **{named[name]: content for name, content in parts.items()}})


def _sheet(parts: dict[str, bytes | str] | None = None) -> bytes:
    made = BytesIO()
    book = Workbook()
    page = book.create_sheet(index=0)
    page.append(["记号", "填写内容"])
    page.append(["甲", "乙"])
    book.save(made)
    with zipfile.ZipFile(BytesIO(made.getvalue())) as archive:
        return _packed({**{name: archive.read(name) for name in archive.namelist()}, **(parts or {})})


def _cells(inner: str, head: str = "") -> dict[str, bytes | str]:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    body = f'{head}<worksheet xmlns="{space}"><sheetData>{inner}</sheetData></worksheet>'
    return {"xl/worksheets/sheet1.xml": body}


def _scrambled(content: bytes, name: bytes) -> bytes:
    """The deflated bytes of one part are no deflated bytes any more."""
    begin = content.find(name) + len(name) + 4
    return content[:begin] + bytes(one ^ 0xFF for one in content[begin : begin + 30]) + content[begin + 30 :]


def _marked(content: bytes, *, method: int | None = None, locked: bool = False) -> bytes:
    """Every part claims another way of packing, or a password."""
    made = bytearray(content)
    for sign, flags, way in ((b"PK\x03\x04", 6, 8), (b"PK\x01\x02", 8, 10)):
        place = made.find(sign)
        while place >= 0:
            made[place + flags] |= locked
            made[place + way] = made[place + way] if method is None else method
            place = made.find(sign, place + 4)
    return bytes(made)


PARAGRAPH = f"<w:p><w:r><w:t>{'妇女发展规划。' * 60}</w:t></w:r></w:p>"
TEXT = f"<w:document xmlns:w='{WORD}'><w:body>{PARAGRAPH}</w:body></w:document>"
BAD_WORD = {
    "scrambled": _scrambled(_word(TEXT), b"word/document.xml"),
    "unknown packing": _marked(_word(TEXT), method=99),
    "password": _marked(_word(TEXT), locked=True),
    "unknown encoding": _word(b"<?xml version='1.0' encoding='foo'?><a/>"),
    "encoding that is none": _word(b"<?xml version='1.0' encoding='hex'?><a/>"),
    "outer entity": _word(f"{OUTER}<a>&x;</a>"),
    "inner entities": _word(f"{LAUGHS}<a>&y;</a>"),
    "another root": _word("<a/>"),
    "nothing": _word(""),
    "no body": _word(f"<w:document xmlns:w='{WORD}'/>"),
    "bomb": _word("<a>" + " " * (81 << 20)),
}
BAD_SHEETS = {
    "scrambled rows": _scrambled(_sheet(), b"xl/worksheets/sheet1.xml"),
    "scrambled book": _scrambled(_sheet(), b"xl/workbook.xml"),
    "unknown packing": _marked(_sheet(), method=99),
    "password": _marked(_sheet(), locked=True),
    "broken rows": _sheet({"xl/worksheets/sheet1.xml": "<a"}),
    "broken book": _sheet({"xl/workbook.xml": "<a"}),
    "broken styles": _sheet({"xl/styles.xml": "<a"}),
    "outer entity": _sheet(_cells("<row r='1'><c r='A1' t='inlineStr'><is><t>&x;</t></is></c></row>", OUTER)),
    "unknown encoding": _sheet({"xl/worksheets/sheet1.xml": b"<?xml version='1.0' encoding='foo'?><worksheet/>"}),
    "word that is nowhere": _sheet(_cells("<row r='1'><c r='A1' t='s'><v>99999</v></c></row>")),
    "row of no number": _sheet(_cells("<row r='x'><c r='A1'><v>1</v></c></row>")),
    "number of letters": _sheet(_cells("<row r='1'><c r='A1' t='n'><v>abc</v></c></row>")),
    "day of letters": _sheet(_cells("<row r='1'><c r='A1' t='d'><v>abc</v></c></row>")),
    "bomb": _sheet({"xl/sharedStrings.xml": "<a>" + " " * (81 << 20)}),
}


@pytest.mark.parametrize("name", [*BAD_WORD, *(f"sheet: {name}" for name in BAD_SHEETS)])
def test_a_broken_table_is_refused_with_a_sentence(name: str) -> None:
    content = BAD_SHEETS[name.removeprefix("sheet: ")] if name.startswith("sheet: ") else BAD_WORD[name]
    with pytest.raises(DocumentError):
        grids_of(content)


@pytest.mark.parametrize("name", BAD_SHEETS)
def test_a_broken_form_is_refused_with_a_sentence(name: str) -> None:
    with pytest.raises(DocumentError):
        read(BAD_SHEETS[name], HEADS)


@pytest.mark.parametrize("name", BAD_WORD)
def test_a_broken_document_is_refused_with_a_sentence(name: str) -> None:
    with pytest.raises(UnreadableDocument):
        read_plans(BAD_WORD[name], "规划.docx")


NONSENSE = "²"
NUMBERED = (
    f"<w:p><w:pPr><w:outlineLvl w:val='{NONSENSE}'/><w:numPr><w:ilvl w:val='{NONSENSE}'/><w:numId w:val='1'/>"
    f"</w:numPr></w:pPr><w:r><w:t>妇女发展规划</w:t></w:r></w:p>"
)
LISTS = (
    f"<w:numbering xmlns:w='{WORD}'><w:abstractNum w:abstractNumId='1'><w:lvl w:ilvl='x'>"
    f"<w:start w:val='{'9' * 5000}'/></w:lvl></w:abstractNum><w:num w:numId='1'><w:abstractNumId w:val='1'/>"
    f"<w:lvlOverride w:ilvl=''><w:startOverride w:val='{NONSENSE}'/></w:lvlOverride></w:num></w:numbering>"
)
STYLES = (
    f"<w:styles xmlns:w='{WORD}'><w:style><w:name w:val='heading {NONSENSE}'/><w:pPr>"
    f"<w:outlineLvl w:val='{NONSENSE}'/></w:pPr></w:style></w:styles>"
)


def test_numbers_of_a_document_that_are_none_stop_nothing() -> None:
    body = f"<w:document xmlns:w='{WORD}'><w:body>{NUMBERED}</w:body></w:document>"
    whole = {"[Content_Types].xml": KINDS, "_rels/.rels": LINKS, "word/document.xml": body}
    content = _packed({**whole, "word/numbering.xml": LISTS, "word/styles.xml": STYLES})
    assert [line.text for line in read_lines(content, "规划.docx")] == ["妇女发展规划"]


@pytest.mark.parametrize("name", [*BAD_WORD, *(f"sheet: {name}" for name in BAD_SHEETS)])
def test_a_broken_file_has_no_text_and_stops_nothing(name: str, tmp_path: Path) -> None:
    is_sheet = name.startswith("sheet: ")
    place = tmp_path / "broken"
    place.write_bytes(BAD_SHEETS[name.removeprefix("sheet: ")] if is_sheet else BAD_WORD[name])
    text = contents.text_of(place, files.XLSX if is_sheet else files.DOCX)
    assert "root:" not in text  # /etc/passwd


STRANGE = [
    "长" * 300 + ".docx",
    "../../../etc/passwd.docx",
    "\u202excod.exe",
    ".docx",
    "甲\"<b>'.docx",
    "...",
    "=1+1.docx",
]


@pytest.mark.parametrize("name", ["con.pdf", "NUL", "Aux.docx", "COM1.tar.gz", "lpt9", "PRN .txt", "COM¹.txt"])
def test_no_file_is_called_like_a_device(name: str, tmp_path: Path) -> None:
    """Windows neither saves nor unpacks one."""
    assert files.safe_name(name).startswith("_")
    assert files.safe_name("contract.pdf") == "contract.pdf"
    packer = _Packer(tmp_path / "archive.zip")
    kept = [packer.add(f"附件/{_safe(one)}", b"") for one in (name, "甲.PDF", "甲.pdf", "甲" * 119 + "..x")]
    packer.close()
    assert kept[0].startswith("附件/_")
    assert len({one.casefold() for one in kept}) == len(kept)
    assert not kept[-1].endswith(".")


def test_strange_names_do_not_matter(cast: Cast, client: Client) -> None:
    report = report_of(make_open_round(cast), cast.unit("市教育局"))
    for name in STRANGE:
        kept = files.safe_name(name)
        assert 0 < len(kept) <= 120
        assert not set(kept) & set('/\\<>"\u202e')
    given = {"word": (BytesIO(_word(TEXT)), STRANGE[0])}
    assert client("liaison").post(f"/reports/{report.id}/word", data=given).status_code == 302


@pytest.mark.parametrize("name", ["scrambled", "unknown encoding", "password"])
def test_a_broken_file_is_said_on_the_page_it_was_chosen_on(cast: Cast, client: Client, name: str) -> None:
    plan = make_plan(cast)
    for address in (f"/plans/{plan.id}/tasks/table", "/plans/import", "/comparisons/new"):
        given = {"file": (BytesIO(BAD_WORD[name]), "甲.docx"), "plan": str(plan.id)}
        assert client("officer").post(address, data=given).status_code == 200, address


def test_a_table_of_nothing_but_marks_is_refused_before_a_tree_is_made_of_it() -> None:
    """A file of ten kilobytes that would be gigabytes of cells."""
    many = "<c/>" * 2_100_000
    for content in (_sheet(_cells(f"<row r='1'>{many}</row>")), _word(f"<a>{many}</a>")):
        assert len(content) < 100_000
        with pytest.raises(DocumentError, match="解压后过大"):
            grids_of(content)
    with pytest.raises(UnreadableDocument, match="解开后过大"):
        read_plans(_word(f"<a>{many}</a>"), "规划.docx")


def test_what_is_read_of_an_attachment_is_let_go_of_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "many"
    place.write_bytes(_sheet(_cells("<c/>" * 30_000 + "<c t='inlineStr'><is><t>最后的字</t></is></c>")))
    tracemalloc.start()
    try:
        assert contents.text_of(place, files.XLSX).endswith("最后的字")
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 4_000_000
    monkeypatch.setattr(contents, "MOST_ELEMENTS", 20_000)
    assert "最后" not in contents.text_of(place, files.XLSX)
    place.write_bytes(_word("<a>" * 5_000 + "</a>" * 5_000))
    assert contents.text_of(place, files.DOCX) == ""


def test_an_old_word_file_whose_pieces_go_backwards_is_broken() -> None:
    """Each piece would be read again: a megabyte of them became as many gigabytes of text."""
    main = bytearray("甲".encode("utf-16-le") * 2_000)
    struct.pack_into("<i", main, 0x4C, 1_000)
    pieces = struct.pack("<4I", 0, 800, 0, 800) + struct.pack("<HIH", 0, 1_000, 0) * 3
    table = b"\x02" + struct.pack("<I", len(pieces)) + pieces
    struct.pack_into("<II", main, 0x01A2, 0, len(table))
    with pytest.raises(ValueError, match="backwards"):
        oldword._joined_pieces(bytes(main), table)


def test_what_the_office_takes_away_leaves_the_disk_though_its_words_were_read(cast: Cast) -> None:
    """They are read within seconds of the upload: what was read is no reason to keep what must not be here."""
    report = report_of(make_open_round(cast), cast.unit("市教育局"))
    blob = files.put_bytes("某某村花名册，谁家的孩子。".encode())
    filed = actions.attach(cast.actor("liaison", on=date(2025, 12, 10)), report, blob, "花名册.txt")
    search.read_files(clock.now())
    assert db.session.scalars(select(FileText.text)).one().startswith("某某村")
    assert withdraw(cast.actor("officer", on=date(2025, 12, 10)), filed, "含有未成年人姓名。")
    assert db.session.scalars(select(FileText)).all() == []


def test_a_pdf_that_asks_for_too_much_takes_nothing_else_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eighty kilobytes were half a gigabyte in the scheduler and in the web: it is read in a process of its own."""
    place = tmp_path / "heavy.pdf"
    place.write_bytes(b"%PDF-1.4 nothing behind it")
    with pytest.raises(pdfium.Broken):
        pdfium.texts(place.read_bytes(), 3, 100)
    monkeypatch.setattr(pdfium, "PATIENCE", 0.001)
    with pytest.raises(pdfium.Heavy):
        pdfium.picture(place.read_bytes(), 240)
    assert contents.text_of(place, files.PDF) == ""
    with pytest.raises(UnreadableDocument, match="太复杂"):
        read_lines(place.read_bytes(), "规划.pdf")
    assert pdfchild.MEMORY <= 1 << 30
    assert pdfchild.SECONDS <= 30
