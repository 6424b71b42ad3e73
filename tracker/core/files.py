"""The content-hashed store: a file is written once under its own SHA-256 and never changed.

The type is judged by content, not by name. Bytes are put on disk before the transaction and become visible when a row
points at them; a crash in between leaves an unreferenced file, never a row without its bytes.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import zipfile
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO, BinaryIO
from urllib.parse import quote

from blinker import signal
from flask import Response, current_app, g, send_file
from sqlalchemy import BigInteger, String, select
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core import scanning
from tracker.core.db import Row, UtcDateTime, db, insert_once
from tracker.core.errors import RuleError
from tracker.core.forms import clean_line

reading = signal("read-words")
"""A room low on the stairs asks for the words of an uploaded file; rooms.py says who reads it. Sent with `content` and
`name`; raises RuleError for what cannot be read."""

CHUNK = 1 << 20
MAX_UNPACKED = 300 << 20
MAX_RATIO = 200

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
OLE = "application/x-ole-storage"
OFD = "application/ofd"
ZIP = "application/zip"
TEXT = "text/plain"

EVIDENCE_TYPES = frozenset({PDF, PNG, JPEG, DOCX, XLSX, PPTX, OLE, OFD, TEXT})
SCAN_TYPES = frozenset({PDF, PNG, JPEG, OFD})
TYPE_WORDS = "PDF、OFD、Word、WPS、Excel、PPT、图片（JPG、PNG）或纯文本"
GONE = "文件在服务器上找不到了，请联系系统管理员。"
SCAN_WORDS = "PDF、OFD或图片（JPG、PNG）"


class StoredFile(Row):
    """Bytes in the store; names and meaning live with the rows that point here."""

    __tablename__ = "stored_files"

    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(100))
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class Blob:
    """Bytes that lie in the store and may now be pointed at."""

    sha256: str
    size: int
    media_type: str


def root() -> Path:
    """The folder of the store."""
    return Path(current_app.config["FILES_DIR"])


def thumbnails() -> Path:
    """The folder of the small pictures beside it, which may be thrown away at any time."""
    return root().parent / "thumbnails"


def path_of(sha256: str) -> Path:
    return root() / sha256[:2] / sha256


def put(
    stream: BinaryIO, *, max_bytes: int, accept: frozenset[str] | None = None, is_ours: bool = False,
    is_upload: bool = False, name: str = "",
) -> Blob:  # fmt: skip
    """Write a stream into the store, outside any transaction.

    Raises RuleError with a sentence for an empty file, one over `max_bytes`, one of another type than accepted or than
    its `name` says, and an archive that would unpack beyond all measure; what we packed ourselves (`is_ours`) may be as
    large as it is.
    """
    folder = root()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix="incoming-", delete=False) as incoming:
            place = Path(incoming.name)
            try:
                digest, size = _copy(stream, incoming, max_bytes)
                incoming.flush()
                os.fsync(incoming.fileno())
                media_type = sniff(place, is_ours=is_ours)
                _must_be_what_it_says(name, media_type)
                if accept is not None and media_type not in accept:
                    raise RuleError(f"不支持这种文件。请上传{SCAN_WORDS if accept == SCAN_TYPES else TYPE_WORDS}。")
                if accept is not None or is_upload:
                    scanning.check(place)
                target = path_of(digest)
                target.parent.mkdir(exist_ok=True)
                os.replace(place, target)
                target.chmod(0o440)
            except BaseException:
                place.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise RuleError("服务器存储空间不足或不可写，文件没有保存。已填写的内容不受影响，请联系系统管理员。") from error
    return Blob(digest, size, media_type)


def put_named(stream: BinaryIO, filename: str | None, *, max_bytes: int, accept: frozenset[str]) -> tuple[Blob, str]:
    """As `put`, for an upload under its own name, which is returned with it; what is wrong with it is said by name."""
    name = safe_name(filename or "")
    try:
        return put(stream, max_bytes=max_bytes, accept=accept, name=name), name
    except RuleError as error:
        raise RuleError(f"{name}：{error.sentence}") from error


def put_bytes(content: bytes, *, max_bytes: int = 1 << 30) -> Blob:
    """As `put`, for bytes that we made ourselves."""
    return put(BytesIO(content), max_bytes=max_bytes)


def put_upload(content: bytes, *, max_bytes: int) -> Blob:
    """As `put`, for an upload of any type that has been read already: checked for viruses like every upload."""
    return put(BytesIO(content), max_bytes=max_bytes, is_upload=True)


def stored(blob: Blob, at: datetime) -> StoredFile:
    """The row for a blob, inside a command; the same bytes share one row."""
    words = {"sha256": blob.sha256, "size": blob.size, "media_type": blob.media_type, "stored_at": at}
    db.session.execute(insert_once(StoredFile, **words))
    return db.session.scalars(select(StoredFile).where(StoredFile.sha256 == blob.sha256)).one()


def read(file: StoredFile) -> bytes:
    """The bytes of a stored file. Raises RuleError when they are gone or altered: never serve the wrong bytes."""
    try:
        content = path_of(file.sha256).read_bytes()
    except FileNotFoundError as error:
        raise RuleError(GONE) from error
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise RuleError("文件内容与登记的校验值不符，请联系系统管理员。")
    return content


def download(file: StoredFile, name: str, *, inline: bool = False) -> Response:
    """Serve a stored file with headers under which a browser never runs it. Raises RuleError when it is gone."""
    if not path_of(file.sha256).exists():
        raise RuleError(GONE)
    shown = inline and file.media_type in {PDF, PNG, JPEG}
    response = send_file(path_of(file.sha256), mimetype=file.media_type, etag=file.sha256, conditional=True)
    return _guarded(response, name, "inline" if shown else "attachment")


def download_bytes(content: bytes, name: str, media_type: str, *, inline: bool = False) -> Response:
    """Serve bytes made for this request, under the same headers."""
    response = send_file(BytesIO(content), mimetype=media_type)
    return _guarded(response, name, "inline" if inline else "attachment")


def safe_name(name: str, *, longest: int = 120) -> str:
    """An uploaded file's own name without path, control characters and surprises."""
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(char for char in clean_line(name) or "" if char not in '<>:"|?*').strip(". ")
    stem, dot, suffix = name.rpartition(".")
    if dot and len(suffix) <= 8:
        return no_device(f"{stem[: longest - len(suffix) - 1]}.{suffix}" if stem else f"附件.{suffix}")
    return no_device(name[:longest] or "附件")


DEVICES = re.compile(r"(?:CON|PRN|AUX|NUL|(?:COM|LPT)[0-9¹²³])\s*(?:\.|$)", re.IGNORECASE)


def no_device(name: str) -> str:
    """What Windows takes for a device, whatever stands behind its point, cannot be saved or unpacked there."""
    return f"_{name}" if DEVICES.match(name) else name


def sniff(place: Path, *, is_ours: bool = False) -> str:
    """The media type by content. Raises RuleError for an archive that unpacks beyond all measure."""
    with place.open("rb") as stream:
        head = stream.read(4096)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"%PDF-"):
        return PDF
    for magic, media_type in _MAGIC:
        if head.startswith(magic):
            return media_type
    if head.startswith(b"PK\x03\x04"):
        return _zip_type(place, is_ours=is_ours)
    if b"\x00" not in head:
        return TEXT
    return "application/octet-stream"


_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
)


# What a name says its file is, and what may then be in it. Offices call many things .doc and .xls (RTF, web pages, the
# newer formats), any picture .jpg, and what is locked with a password is an OLE container whatever its name.
_PICTURE = ("图片", frozenset({PNG, JPEG}))
_WRITTEN = frozenset({OLE, DOCX, XLSX, PPTX, TEXT})
_NAMED: dict[str, tuple[str, frozenset[str]]] = {
    "pdf": ("PDF文件", frozenset({PDF})),
    "ofd": ("OFD文件", frozenset({OFD})),
    "png": _PICTURE, "jpg": _PICTURE, "jpeg": _PICTURE,
    "docx": ("Word文件", frozenset({DOCX, OLE})),
    "xlsx": ("Excel文件", frozenset({XLSX, OLE})),
    "pptx": ("PPT文件", frozenset({PPTX, OLE})),
    "doc": ("Word文件", _WRITTEN), "wps": ("WPS文件", _WRITTEN),
    "xls": ("Excel文件", _WRITTEN), "et": ("WPS文件", _WRITTEN),
    "ppt": ("PPT文件", _WRITTEN), "dps": ("WPS文件", _WRITTEN),
    "txt": ("纯文本", frozenset({TEXT})),
}  # fmt: skip


def _must_be_what_it_says(name: str, media_type: str) -> None:
    said = _NAMED.get(name.rpartition(".")[2].lower()) if "." in name else None
    if said is not None and media_type not in said[1]:
        raise RuleError(f"内容不是{said[0]}，请核对后重新上传。")


def _zip_type(place: Path, *, is_ours: bool) -> str:
    try:
        with zipfile.ZipFile(place) as archive:
            infos = archive.infolist()
            unpacked = sum(info.file_size for info in infos)
            if not is_ours and (unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(place.stat().st_size, 1 << 16)):
                raise RuleError("文件解压后过大，可能有问题，没有保存。")
            names = {info.filename for info in infos}
    except zipfile.BadZipFile as error:
        raise RuleError("文件已损坏，无法打开，没有保存。") from error
    for member, media_type in (
        ("word/document.xml", DOCX),
        ("xl/workbook.xml", XLSX),
        ("ppt/presentation.xml", PPTX),
        ("OFD.xml", OFD),
    ):
        if member in names:
            return media_type
    return ZIP


def _copy(stream: BinaryIO, target: IO[bytes], max_bytes: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if size > max_bytes:
            raise RuleError(f"文件超过{max_bytes >> 20}MB，没有保存。请压缩或拆分后再上传。")
        digest.update(chunk)
        target.write(chunk)
    if not size:
        raise RuleError("文件是空的，没有保存。请检查后重新选择。")
    return digest.hexdigest(), size


def _guarded(response: Response, name: str, disposition: str) -> Response:
    g.handed_out = name  # whoever takes it leaves an entry: core/exports
    response.headers["Content-Disposition"] = f"{disposition}; filename*=UTF-8''{quote(safe_name(name))}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response
