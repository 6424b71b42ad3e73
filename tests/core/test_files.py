"""The store: by content, never by name; nothing empty, nothing monstrous, nothing half-written."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest
from flask import Flask, current_app

from tests.cast import Cast
from tracker.core import clock, files
from tracker.core.commands import command
from tracker.core.errors import RuleError
from tracker.core.files import StoredFile

MEGABYTE = 1 << 20
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20


def archive(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return buffer.getvalue()


def put(content: bytes, *, limit: int = MEGABYTE, accept: frozenset[str] | None = None) -> files.Blob:
    return files.put(io.BytesIO(content), max_bytes=limit, accept=accept)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"%PDF-1.7\n...", files.PDF),
        (PNG, files.PNG),
        (b"\xff\xd8\xff\xe0 jpeg", files.JPEG),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old word", files.OLE),
        (archive(word__document_dot_xml=b"<w/>"), files.DOCX),
        (archive(xl__workbook_dot_xml=b"<x/>"), files.XLSX),
        (archive(ppt__presentation_dot_xml=b"<p/>"), files.PPTX),
        (archive(OFD_dot_xml=b"<o/>"), files.OFD),
        (archive(anything=b"x"), files.ZIP),
        ("妇女发展规划".encode(), files.TEXT),
        ("妇女发展规划".encode("gb18030"), files.TEXT),
        (b"MZ\x00\x01", "application/octet-stream"),
    ],
)
def test_the_type_is_judged_by_content(cast: Cast, content: bytes, media_type: str) -> None:
    assert put(content).media_type == media_type


def test_a_program_called_pdf_is_refused(cast: Cast) -> None:
    with pytest.raises(RuleError, match="不支持这种文件"):
        put(b"MZ\x90\x00 program", accept=files.EVIDENCE_TYPES)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("通知.pdf", PNG),
        ("通知.PDF", "通知".encode()),
        ("照片.jpg", b"%PDF-1.7"),
        ("数据.xlsx", archive(word__document_dot_xml=b"<w/>")),
        ("数据.doc", b"%PDF-1.7"),
    ],
)
def test_a_file_whose_content_is_not_what_its_name_says_is_refused_by_name(
    cast: Cast, name: str, content: bytes
) -> None:
    with pytest.raises(RuleError, match=f"^{name}：内容不是.*，请核对后重新上传。$"):
        files.put_named(io.BytesIO(content), name, max_bytes=MEGABYTE, accept=files.EVIDENCE_TYPES)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("照片.jpg", PNG),
        ("旧表.xls", b"<html><table></table></html>"),
        ("文稿.wps", archive(word__document_dot_xml=b"<w/>")),
        ("加密.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 locked"),
        ("导出.pdf", b"\xef\xbb\xbf\n%PDF-1.4"),
        ("没有后缀", PNG),
    ],
)
def test_what_offices_call_by_another_name_is_taken(cast: Cast, name: str, content: bytes) -> None:
    assert files.put_named(io.BytesIO(content), name, max_bytes=MEGABYTE, accept=files.EVIDENCE_TYPES)[1] == name


def test_an_empty_file_is_refused(cast: Cast) -> None:
    with pytest.raises(RuleError, match="文件是空的"):
        put(b"")


def test_a_file_over_the_limit_is_refused_and_leaves_nothing(cast: Cast) -> None:
    with pytest.raises(RuleError, match="超过1MB"):
        put(os.urandom(MEGABYTE + 1))
    assert list(files.root().glob("incoming-*")) == []


def test_a_file_of_exactly_the_limit_is_kept(cast: Cast) -> None:
    assert put(b"a" * MEGABYTE).size == MEGABYTE


def test_an_archive_that_unpacks_beyond_measure_is_refused(cast: Cast) -> None:
    bomb = archive(word__document_dot_xml=b"\x00" * (40 * MEGABYTE))
    assert len(bomb) < MEGABYTE
    with pytest.raises(RuleError, match="解压后过大"):
        put(bomb)
    assert list(files.root().glob("incoming-*")) == []


def test_a_broken_archive_is_refused(cast: Cast) -> None:
    with pytest.raises(RuleError, match="已损坏"):
        put(b"PK\x03\x04 broken")


@command
def stored(blob: files.Blob) -> StoredFile:
    return files.stored(blob, clock.now())


def test_the_same_bytes_share_one_row_and_one_place(cast: Cast) -> None:
    first, second = stored(put(b"%PDF- same")), stored(put(b"%PDF- same"))
    assert first.id == second.id
    assert files.read(first) == b"%PDF- same"


def test_altered_bytes_are_never_served(cast: Cast) -> None:
    file = stored(put(b"%PDF- original"))
    place = files.path_of(file.sha256)
    place.chmod(0o600)
    place.write_bytes(b"%PDF- forged")
    with pytest.raises(RuleError, match="校验值不符"):
        files.read(file)


def test_a_kept_file_is_not_writable(cast: Cast) -> None:
    assert files.path_of(put(b"%PDF- locked").sha256).stat().st_mode & 0o222 == 0


def test_a_full_disk_is_a_sentence(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(RuleError, match="存储空间不足"):
        put(b"%PDF- no room")
    assert list(files.root().glob("incoming-*")) == []


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("工作总结.docx", "工作总结.docx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\文件\\总结.pdf", "总结.pdf"),
        ("总\n结\x00.pdf", "总结.pdf"),
        ('a<b>"c".pdf', "abc.pdf"),
        (".pdf", "pdf"),
        ("...", "附件"),
        ("", "附件"),
        ("年" * 300 + ".docx", "年" * 115 + ".docx"),
    ],
)
def test_a_name_is_made_safe_and_stays_readable(given: str, safe: str) -> None:
    assert files.safe_name(given) == safe


def test_a_download_is_never_run_by_the_browser(cast: Cast) -> None:
    file = stored(put(b"%PDF- shown"))
    with current_app.test_request_context():
        headers = files.download(file, "总结.pdf").headers
        assert headers["Content-Disposition"] == "attachment; filename*=UTF-8''%E6%80%BB%E7%BB%93.pdf"
        assert "sandbox" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert files.download(file, "总结.pdf", inline=True).headers["Content-Disposition"].startswith("inline")


def test_a_text_is_never_shown_inside_the_site(cast: Cast) -> None:
    file = stored(put(b"<script>alert(1)</script>"))
    with current_app.test_request_context():
        assert files.download(file, "a.html", inline=True).headers["Content-Disposition"].startswith("attachment")


def test_the_store_lies_where_the_settings_say(cast: Cast) -> None:
    assert files.path_of("ab" * 32) == Path(files.root()) / "ab" / ("ab" * 32)


def test_a_refused_scan_is_told_what_a_scan_may_be(app: Flask) -> None:
    with app.app_context(), pytest.raises(RuleError, match="请上传PDF、OFD或图片（JPG、PNG）。"):
        files.put(io.BytesIO(b"plain words"), max_bytes=1000, accept=files.SCAN_TYPES)


def test_a_file_that_is_gone_is_said_and_no_crash(app: Flask) -> None:
    lost = files.StoredFile(sha256="0" * 64, size=1, media_type=files.PDF)
    with app.test_request_context(), pytest.raises(RuleError, match="找不到了"):
        files.download(lost, "甲.pdf")
