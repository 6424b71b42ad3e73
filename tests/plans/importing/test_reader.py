"""Files of every kind are read by what they are, or refused with one sentence."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas

from tracker.plans.importing import UnreadableDocument, read_pasted, read_plans
from tracker.plans.importing.reader import LARGEST_FILE, read_lines

FIXTURES = Path(__file__).parent / "fixtures"
TEXT = (FIXTURES / "damaged.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_is_read_in_every_usual_encoding(encoding: str) -> None:
    content = TEXT.encode(encoding)
    assert [line.text for line in read_lines(content, "plan.txt")] == TEXT.split("\n")


def test_rare_characters_of_gb18030_are_read() -> None:
    lines = read_lines(
        ("妇女发展规划，目标和措施在三年中实现。\n㐂𠮷村的家庭教育与健康服务\n" * 3).encode("gb18030"), "a.txt"
    )
    assert "𠮷" in lines[1].text


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_count_from_one_whatever_ends_them(end: str) -> None:
    lines = read_lines(end.join(["甲", "", "乙"]).encode(), "a.txt")
    assert [(line.number, line.text) for line in lines] == [(1, "甲"), (2, ""), (3, "乙")]


def test_a_form_feed_does_not_shift_line_numbers() -> None:
    assert [line.text for line in read_lines("一行\n\f二行\n三行".encode(), "a.txt")] == ["一行", "二行", "三行"]


def _zip(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return buffer.getvalue()


def _pdf(text: str = "") -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.rect(50, 50, 300, 300, fill=1)
    if text:
        canvas.drawString(80, 700, text)
    canvas.save()
    return buffer.getvalue()


def _encrypted_pdf() -> bytes:
    writer = PdfWriter()
    for page in PdfReader(io.BytesIO(_pdf("plan " * 10))).pages:
        writer.add_page(page)
    writer.encrypt("secret")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.txt", "空的"),
        (b" \r\n\t ", "a.txt", "空的"),
        (b"\xef\xbb\xbf", "a.txt", "空的"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "a.png", "图片"),
        (b"\xff\xd8\xff\xe0" + bytes(200), "a.jpg", "图片"),
        (b"MZ" + bytes(500), "a.exe", "程序"),
        (bytes(range(256)) * 40, "a.txt", "编码"),
        (bytes(range(1, 32)) * 40, "a.txt", "不是文字文件"),
        (b"{\\rtf1\\ansi plan}", "a.doc", "RTF"),
        (b"<html><body>plan</body></html>", "a.doc", "网页"),
        (b"Rar!\x1a\x07", "a.rar", "压缩包"),
        (_zip(notes_xml=b"<a/>"), "a.docx", "压缩包"),
        (_zip(xl__workbook_xml=b"<a/>"), "a.xlsx", "Excel"),
        (_zip(ppt__presentation_xml=b"<a/>"), "a.pptx", "演示文稿"),
        (_zip(word__document_xml=b"<broken"), "a.docx", "已损坏"),
        (b"PK\x03\x04" + bytes(100), "a.docx", "已损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.doc", "已损坏"),
        (b"%PDF-1.7\nnothing", "a.pdf", "已损坏"),
        (_pdf(), "a.pdf", "扫描件"),
        (_encrypted_pdf(), "a.pdf", "密码"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_read_is_refused_with_one_sentence(content: bytes, name: str, words: str) -> None:
    with pytest.raises(UnreadableDocument, match=words) as refusal:
        read_plans(content, name)
    assert str(refusal.value).count("。") == 1


def test_a_file_that_is_too_large_is_refused_before_it_is_looked_at() -> None:
    with pytest.raises(UnreadableDocument, match="20 MB"):
        read_plans(b"PK\x03\x04" + bytes(LARGEST_FILE), "a.docx")


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = _zip(word__document_xml=b"<w/>", word__styles_xml=bytes(70 * 1024 * 1024))
    assert len(bomb) < 200_000
    with pytest.raises(UnreadableDocument, match="过大"):
        read_plans(bomb, "a.docx")


def test_a_bomb_that_lies_about_its_size_is_stopped_at_the_limit() -> None:
    honest = _zip(word__document_xml=bytes(70 * 1024 * 1024))
    small = (1000).to_bytes(4, "little")
    lying = honest.replace((70 * 1024 * 1024).to_bytes(4, "little"), small)
    with pytest.raises(UnreadableDocument, match=r"过大|已损坏"):
        read_plans(lying, "a.docx")


def test_entities_in_a_word_file_are_not_expanded() -> None:
    lol = b'<?xml version="1.0"?><!DOCTYPE z [<!ENTITY a "aaaa">]><w>&a;</w>'
    with pytest.raises(UnreadableDocument, match="已损坏"):
        read_plans(_zip(word__document_xml=lol), "a.docx")


def test_pasted_text_is_read_like_a_file() -> None:
    pasted, uploaded = read_pasted(TEXT), read_plans(TEXT.encode(), "a.txt")
    assert pasted.plans == uploaded.plans
    assert pasted.fingerprint == uploaded.fingerprint
    with pytest.raises(UnreadableDocument, match="没有粘贴"):
        read_pasted("  \n ")
