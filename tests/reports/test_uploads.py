"""What can go wrong with an upload: a sentence each, nothing half-written; and what was submitted stays provable."""

from __future__ import annotations

import errno
import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.cast import Cast
from tests.makers.reports import make_open_round, make_submitted_report, report_of
from tracker.core import files, sweeping
from tracker.core.clock import now
from tracker.core.db import db
from tracker.core.files import StoredFile
from tracker.reports import actions
from tracker.reports.models import Report, ReportVersion
from tracker.reports.queries.proof import broken_versions
from tracker.trail import queries as trail

Client = Callable[[str], FlaskClient]
PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture
def report(cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Report:
    monkeypatch.setenv("TRACKER_CLOCK", "2025-12-10T14:32")
    report = report_of(make_open_round(cast), cast.unit("市教育局"))
    monkeypatch.setitem(current_app.config, "FILES_DIR", str(tmp_path / "files"))
    return report


def upload(client: FlaskClient, number: int, *sent: tuple[bytes, str]) -> str:
    said = {"do": "upload", "files": [(io.BytesIO(content), name) for content, name in sent]}
    return client.post(f"/reports/{number}", data=said, follow_redirects=True).text


def bomb() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * (320 << 20))
    return made.getvalue()


def lying() -> list[str]:
    return [place.name for place in files.root().rglob("*") if place.is_file()]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"MZ\x90\x00 a program", "坏.pdf：内容不是PDF文件，请核对后重新上传。"),
        (b"\x89PNG\r\n\x1a\n a picture", "坏.pdf：内容不是PDF文件，请核对后重新上传。"),
        (b"", "文件是空的"),
        (b"PK\x03\x04broken", "文件已损坏"),
        (bomb(), "文件解压后过大"),
    ],
    ids=["a program", "a picture", "0 bytes", "broken", "bomb"],
)
def test_a_bad_file_is_named_with_a_sentence_and_the_good_one_beside_it_is_kept(
    report: Report, client: Client, content: bytes, sentence: str
) -> None:
    number = report.id
    page = upload(client("liaison"), number, (content, "坏.pdf"), (PDF, "好.pdf"))
    assert sentence in page
    assert "坏.pdf：" in page
    assert [one.name for one in db.session.get_one(Report, number).evidence] == ["好.pdf"]
    assert len(lying()) == 1


def test_two_hundred_megabytes_are_refused_while_they_arrive(report: Report, client: Client) -> None:
    number = report.id
    answer = client("liaison").post(
        f"/reports/{number}", data={"do": "upload", "files": (io.BytesIO(b"%PDF-1.4" + b"0" * (200 << 20)), "大.pdf")}
    )
    assert answer.status_code in {200, 413}
    assert "太大" in answer.text or "超过" in answer.text
    assert lying() == []


def test_a_path_in_the_name_is_only_a_name_and_a_duplicate_is_one_file(report: Report, client: Client) -> None:
    number = report.id
    for _ in range(2):
        upload(client("liaison"), number, (PDF, "../../etc/方案.pdf"), (PDF, "C:\\temp\\方案.pdf"))
    assert [one.name for one in db.session.get_one(Report, number).evidence] == ["方案.pdf"]
    assert len(lying()) == 1


def test_a_full_disk_says_so_and_leaves_nothing(
    report: Report, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = report.id

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert "服务器存储空间不足" in upload(client("liaison"), number, (PDF, "方案.pdf"))
    assert db.session.get_one(Report, number).evidence == []
    assert lying() == []


def test_what_a_killed_process_left_is_swept_after_a_day_and_what_is_filed_stays(report: Report, cast: Cast) -> None:
    actions.attach(cast.actor("liaison"), report, files.put_bytes(PDF), "方案.pdf")
    files.put_bytes(b"%PDF-1.4 left behind")
    (files.root() / "incoming-x").write_bytes(b"half")
    assert sweeping.sweep(now() - sweeping.AGE) == 0
    old = now().timestamp() - 2 * sweeping.AGE.total_seconds()
    for place in files.root().rglob("*"):
        if place.is_file():
            os.utime(place, (old, old))
    assert sweeping.sweep(now() - sweeping.AGE) == 2
    assert len(lying()) == 1


def test_a_changed_byte_is_found_in_the_database_and_in_the_store(
    app: Flask, cast: Cast, report: Report
) -> None:  # fmt: skip
    kept = actions.attach(cast.actor("liaison"), report, files.put_bytes(PDF), "方案.pdf").file.sha256
    make_submitted_report(cast, report.round, report.unit)
    db.session.rollback()
    broken_files = [one for one in trail.verify() if "文件" in one and kept[:12] in one]
    assert (list(broken_versions()), broken_files) == ([], [])
    version = db.session.query(ReportVersion).filter_by(report_id=report.id).one()
    db.session.execute(text("UPDATE report_versions SET signed_by = '他人' WHERE id = :id"), {"id": version.id})
    db.session.expire_all()
    assert [one.endswith("第1次报送的内容与校验值不符。") for one in broken_versions()] == [True]
    place = files.path_of(kept)
    place.chmod(0o640)
    place.write_bytes(place.read_bytes()[:-1] + b"X")
    assert any(kept[:12] in one and "校验值不符" in one for one in trail.verify())
    assert db.session.query(StoredFile).filter_by(sha256=kept).count() == 1
