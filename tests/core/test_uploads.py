"""Uploads are looked at: by the site's virus check before they are kept, for identity numbers and marks after."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask

from tests.cast import Cast
from tracker.core import files, suspects
from tracker.core.errors import RuleError

Set = Callable[..., None]
PAPER = b"%PDF-1.4\n%%EOF\n"


def identity(stem: str) -> str:
    """A number whose check digit is right, of nobody: the place code 999999 does not exist."""
    total = sum(int(digit) * weight for digit, weight in zip(stem, suspects.WEIGHTS, strict=True))
    return stem + suspects.CHECKS[total % 11]


GOOD = identity("99999919900307123")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("名单.xlsx", f"张某 {GOOD}", ["疑似身份证号码1个"]),
        ("名单.xlsx", f"{GOOD}，{GOOD}", ["疑似身份证号码1个"]),
        ("名单.xlsx", GOOD[:-1] + ("0" if GOOD[-1] != "0" else "1"), []),
        ("名单.xlsx", identity("99999919901307123"), []),
        ("台账.docx", f"编号1{GOOD}", []),
        ("方案.docx", "机密★1年", ["含“机密”字样"]),
        ("方案.docx", "密级：秘密", ["含“秘密”字样"]),
        ("内部资料.pdf", "", ["含“内部资料”字样"]),
        ("方案.docx", "加强保密教育，保守国家秘密。", []),
    ],
)
def test_what_must_not_be_here_is_noticed_and_no_more(name: str, text: str, said: list[str]) -> None:
    assert suspects.suspicions(name, text) == said


def test_identity_numbers_are_taken_out_of_what_is_kept() -> None:
    assert suspects.masked(f"张某{GOOD}在册") == f"张某{suspects.MASK}在册"


@pytest.fixture
def checking(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Set:
    def use(**words: str) -> None:
        monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], **words))

    return use


def upload() -> files.Blob:
    return files.put(BytesIO(PAPER), max_bytes=1 << 20, accept=files.EVIDENCE_TYPES)


@pytest.mark.parametrize(("ends", "sentence"), [("1", "没有通过病毒检查"), ("2", "病毒检查没有完成")])
def test_a_file_that_the_check_refuses_is_not_kept(checking: Set, tmp_path: Path, ends: str, sentence: str) -> None:
    script = tmp_path / "check"
    script.write_text(f'#!/bin/sh\ntest -f "$1" || exit 3\nexit {ends}\n', encoding="ascii")
    script.chmod(0o755)
    checking(scan_command=str(script))
    before = set(files.root().rglob("*"))
    with pytest.raises(RuleError, match=sentence):
        upload()
    assert set(files.root().rglob("*")) == before


def test_a_clean_file_is_kept_and_a_check_that_is_missing_refuses(checking: Set, tmp_path: Path) -> None:
    checking(scan_command="true")
    assert upload().media_type == files.PDF
    checking(scan_command=str(tmp_path / "nowhere"))
    with pytest.raises(RuleError, match="病毒检查没有完成"):
        upload()


def test_a_plan_and_a_table_are_checked_like_evidence(checking: Set) -> None:
    """What a room has read before it is stored came from outside all the same."""
    checking(scan_command="false")
    with pytest.raises(RuleError, match="没有通过病毒检查"):
        files.put_upload("任务分解表".encode(), max_bytes=1 << 20)
    assert files.put_bytes(b"our own").size == 7


@pytest.fixture
def clamd(tmp_path: Path) -> Iterator[tuple[str, list[bytes]]]:
    """A clamd that finds a virus wherever the word EICAR stands; what it was given."""
    address, given = str(tmp_path / "clamd"), []
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(address)
    server.listen()

    def serve() -> None:
        while True:
            try:
                line, _ = server.accept()
            except OSError:
                return
            with line, line.makefile("rb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                content = b""
                while length := struct.unpack(">I", stream.read(4))[0]:
                    content += stream.read(length)
                given.append(content)
                line.sendall(b"stream: Eicar FOUND\0" if b"EICAR" in content else b"stream: OK\0")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield address, given
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join()


def test_clamd_is_asked_over_its_socket(checking: Set, clamd: tuple[str, list[bytes]], tmp_path: Path) -> None:
    address, given = clamd
    checking(scan_socket=address)
    upload()
    assert given == [PAPER]
    with pytest.raises(RuleError, match="没有通过病毒检查"):
        files.put(BytesIO(PAPER + b"EICAR"), max_bytes=1 << 20, accept=files.EVIDENCE_TYPES)
    checking(scan_socket=str(tmp_path / "gone"))
    with pytest.raises(RuleError, match="病毒检查没有完成"):
        upload()
