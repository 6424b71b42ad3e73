"""A Word 97–2003 file (.doc, and .wps of WPS) → its paragraphs, by the piece table of its text."""

from __future__ import annotations

import io
import re
import struct

import olefile

from tracker.plans.importing.draft import Line
from tracker.plans.importing.refusal import UnreadableDocument

_BROKEN = "这个 Word 文件已损坏，打不开，请用 Word 或 WPS 重新另存后再上传。"
_ENCRYPTED = 0x0100
_SECOND_TABLE = 0x0200
_LONGEST = 3_000_000


def doc_lines(content: bytes) -> tuple[Line, ...]:
    """Paragraphs and cells of an old Word file in order. Word's automatic numbers are not in such a file's text."""
    text = _without_fields(_body(content))
    rows = re.split(r"\r\x07?|\x07|\x0c", text)
    while rows and not rows[-1].strip():
        rows.pop()
    return tuple(
        Line(number, row.replace("\x0b", "\n").replace("\x1e", "-").replace("\x1f", ""), whole=True)
        for number, row in enumerate(rows, start=1)
    )


def _body(content: bytes) -> str:
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as ole:
            if ole.exists("EncryptedPackage"):
                raise UnreadableDocument("这个文件设有密码，请去掉密码后再上传。")
            if not ole.exists("WordDocument"):
                raise UnreadableDocument("这不是 Word 文字文件（可能是表格或其他文件），请上传规划正文。")
            main = ole.openstream("WordDocument").read()
            table = _table(ole, main)
    except UnreadableDocument:
        raise
    except (OSError, ValueError, KeyError, IndexError, TypeError, struct.error) as error:
        raise UnreadableDocument(_BROKEN) from error
    try:
        return _joined_pieces(main, table)
    except (struct.error, IndexError, ValueError) as error:
        raise UnreadableDocument(_BROKEN) from error


def _table(ole: olefile.OleFileIO, main: bytes) -> bytes:
    magic, version = struct.unpack_from("<HH", main, 0)
    if magic != 0xA5EC or version < 0x00C1:
        raise UnreadableDocument("这个 Word 文件的版本太旧，请用 Word 或 WPS 另存为 .docx 后再上传。")
    (flags,) = struct.unpack_from("<H", main, 0x0A)
    if flags & _ENCRYPTED:
        raise UnreadableDocument("这个文件设有密码，请去掉密码后再上传。")
    data: bytes = ole.openstream("1Table" if flags & _SECOND_TABLE else "0Table").read()
    return data


def _joined_pieces(main: bytes, table: bytes) -> str:
    (length,) = struct.unpack_from("<i", main, 0x4C)
    start, size = struct.unpack_from("<II", main, 0x01A2)
    clx = table[start : start + size]
    place = 0
    while place < len(clx) and clx[place] == 1:
        (skipped,) = struct.unpack_from("<H", clx, place + 1)
        place += 3 + skipped
    if place >= len(clx) or clx[place] != 2 or not 0 < length <= _LONGEST:
        raise ValueError("no piece table")
    (size,) = struct.unpack_from("<I", clx, place + 1)
    pieces = clx[place + 5 : place + 5 + size]
    count = (size - 4) // 12
    ends = struct.unpack_from(f"<{count + 1}I", pieces, 0)
    text, left = [], length
    for index in range(count):
        characters = min(ends[index + 1] - ends[index], left)
        if characters < 0:
            raise ValueError("pieces that go backwards could be read for ever")
        (position,) = struct.unpack_from("<I", pieces, 4 * (count + 1) + 8 * index + 2)
        text.append(_piece(main, position, characters))
        left -= characters
    return "".join(text)


def _piece(main: bytes, position: int, characters: int) -> str:
    if position & 0x40000000:
        start = (position & 0x3FFFFFFF) // 2
        return main[start : start + characters].decode("cp1252", "replace")
    return main[position : position + 2 * characters].decode("utf-16-le", "replace")


def _without_fields(text: str) -> str:
    """Fields keep their result (what is shown) and lose their instruction; pictures and notes leave nothing."""
    shown: list[str] = []
    hidden: list[bool] = []
    for character in text:
        if character == "\x13":
            hidden.append(True)
        elif character == "\x14" and hidden:
            hidden[-1] = False
        elif character == "\x15" and hidden:
            hidden.pop()
        elif not any(hidden) and character not in "\x01\x02\x03\x04\x05\x08":
            shown.append(character)
    return "".join(shown)
