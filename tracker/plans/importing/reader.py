"""A file → its lines. What cannot be read is refused with one sentence that says why."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable

from charset_normalizer import from_bytes

from tracker.plans.importing.draft import Line
from tracker.plans.importing.oldword import doc_lines
from tracker.plans.importing.pdf import pdf_lines
from tracker.plans.importing.refusal import MOST_LINES, TOO_MANY_LINES, UnreadableDocument
from tracker.plans.importing.word import docx_lines

LARGEST_FILE = 20 * 1024 * 1024
LONGEST_TEXT = 3_000_000

_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_UTF16_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_COMMON = frozenset("的和在一是中不有为以发展妇女儿童与、，。第二三年规划目标措施家庭教育健康")


def read_lines(content: bytes, filename: str) -> tuple[Line, ...]:
    """Lines of a file, by what its bytes are; its name only helps the person to know which file is meant.

    Raises UnreadableDocument with a Chinese sentence for empty, too large, binary, encrypted, picture-only and
    wrongly encoded files. The size is judged before anything is unpacked.
    """
    if len(content) > LARGEST_FILE:
        raise UnreadableDocument("文件超过 20 MB，不像一份规划的文字稿，请去掉图片或另存为文本后再上传。")
    if filename.lower().endswith((".zip", ".rar", ".7z")):
        raise UnreadableDocument("这是压缩包，请解压后上传其中的规划正文。")
    if not content.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise UnreadableDocument("文件是空的，请检查后重新上传。")
    lines = _reader_for(content)(content)
    if len(lines) > MOST_LINES + 1:
        raise UnreadableDocument(TOO_MANY_LINES)
    if not any(line.text.strip() for line in lines):
        raise UnreadableDocument("文件里没有文字，请检查后重新上传。")
    return lines


def pasted_lines(text: str) -> tuple[Line, ...]:
    """Lines of text that was pasted into the page."""
    if not text.strip():
        raise UnreadableDocument("没有粘贴任何文字。")
    if len(text) > LONGEST_TEXT:
        raise UnreadableDocument("粘贴的文字过长，不像一份规划，请分开粘贴或上传文件。")
    return text_lines(text)


def text_lines(text: str) -> tuple[Line, ...]:
    """Lines of plain text. A form feed ends a page, not a line, so numbers agree with any editor."""
    ends = text.count("\n") + text.count("\r") - text.count("\r\n")
    if ends > MOST_LINES:
        raise UnreadableDocument(TOO_MANY_LINES)  # before anything is made of them
    rows = re.split(r"\r\n|\n|\r", text.replace("\f", ""))
    return tuple(Line(number, row) for number, row in enumerate(rows, start=1))


_REFUSED: tuple[tuple[tuple[bytes, ...], str], ...] = (
    (_PICTURES, "这是一张图片，不能直接读取文字，请先做文字识别，再上传 Word 或文本文件。"),
    ((b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b"), "这是压缩包，请解压后上传其中的规划正文。"),
    ((b"{\\rtf",), "暂不能读取 RTF 文件，请用 Word 或 WPS 另存为 .docx 后再上传。"),
    ((b"MZ", b"\x7fELF"), "这是程序文件，不是规划正文，请检查是否选错了文件。"),
    ((b"<html", b"<!DOCTYPE", b"<!doctype", b"<HTML"), "这是网页文件，请把正文粘贴到页面，或另存为 Word、文本文件。"),
)


def _reader_for(content: bytes) -> Callable[[bytes], tuple[Line, ...]]:
    for beginnings, sentence in _REFUSED:
        if content.startswith(beginnings):
            raise UnreadableDocument(sentence)
    if content.startswith(b"PK\x03\x04"):
        return docx_lines
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return doc_lines
    if b"%PDF-" in content[:1024]:
        return pdf_lines
    return _read_text


def _read_text(content: bytes) -> tuple[Line, ...]:
    return text_lines(decode_text(content))


def decode_text(content: bytes) -> str:
    """Bytes of a text file → text: by its mark, then UTF-8, GB18030, UTF-16 without a mark, then a guess."""
    for mark, encoding in _UTF16_MARKS.items():
        if content.startswith(mark):
            return _checked(_decoded(content[2:], encoding))
    text = _decoded(content, "utf-8-sig")
    if text is not None:
        return _checked(text)
    for encoding in ("gb18030", "utf-16-le", "utf-16-be"):
        text = _decoded(content, encoding)
        if text is not None and _looks_chinese(text):
            return _checked(text)
    guess = from_bytes(content).best()
    text = None if guess is None else str(guess)
    return _checked(text if text is not None and _looks_chinese(text) else None)


def _decoded(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _looks_chinese(text: str) -> bool:
    """Real Chinese text is full of a few very common characters; wrongly decoded bytes are not."""
    sample = text[:20000]
    return sum(character in _COMMON for character in sample) > len(sample) * 0.06


def _checked(text: str | None) -> str:
    if text is None:
        raise UnreadableDocument("无法识别文件的文字编码，请用记事本另存为 UTF-8 编码后再上传。")
    controls = sum(1 for c in text if ord(c) < 32 and c not in "\t\n\r\f\x0b\x07")
    if controls > max(3, len(text) // 200):
        raise UnreadableDocument("这不是文字文件（可能是程序、压缩包或损坏的文件），无法读取。")
    if len(text) > LONGEST_TEXT:
        raise UnreadableDocument("文字过长，不像一份规划，请只上传规划正文。")
    return text
