"""One archive: head, tables, files, and at the end the manifest that makes it whole.

    head.json              what it is: structure, database, moment, columns, the highest numbers ever given
    tables/NAME/0001       rows as rows.lines gives them, a few megabytes each
    files/SHA256           stored files
    keys/NAME              the installation's keys, only in a sealed archive
    manifest.json          how many rows and which hash per table, which files

A tar within gzip, within the sealing where a key was given; written and read as a stream. It is written under another
name and renamed when it is complete: a half one is never taken for whole, and would be found out by its missing end.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import re
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from sqlalchemy import Connection, Engine
from sqlalchemy import text as sql

from tracker.core import numbers
from tracker.core.errors import RuleError
from tracker.core.files import CHUNK
from tracker.keeping.archive import rows
from tracker.keeping.archive.sealing import SealedReader, SealedWriter, is_sealed

FORM = 1
PIECE = 4 << 20
KEY_FILES = ("secret_key", "field_keys", "retired_keys")
"""What lies beside the database and must not be lost; it leaves the machine only sealed."""
MEMBER = re.compile(r"(head\.json|manifest\.json|tables/[a-z0-9_]+/\d+|files/[0-9a-f]{64}|keys/[a-z_]+)\Z")
HALF = "备份不完整或已损坏，不能使用。"
Alive = Callable[[], None]
"""Called now and then, so that long work can say that it goes on."""


class Moved(Exception):
    """A file was let go of while the copy was made: the moment that was copied is no longer whole."""


@dataclass
class Contents:
    """What an archive says of itself."""

    head: dict[str, Any]
    manifest: dict[str, Any] = field(default_factory=dict)

    @property
    def revision(self) -> str:
        return str(self.head["revision"])

    @property
    def numbers(self) -> dict[str, int]:
        """The highest number that each table had given; copies of former programs do not say."""
        return dict(self.head.get("numbers", {}))

    @property
    def rows(self) -> int:
        return sum(int(table["rows"]) for table in self.manifest["tables"].values())

    @property
    def files(self) -> int:
        return int(self.manifest["files"])

    @property
    def broken(self) -> list[str]:
        """Files that were gone or altered already when the copy was made."""
        return list(self.manifest["broken"])


@dataclass(frozen=True)
class Written:
    """A finished archive."""

    place: Path
    size: int
    sha256: str
    contents: Contents


@dataclass(frozen=True)
class Source:
    """What is copied: a database, the store of its files and the folder of its keys."""

    engine: Engine
    revision: str
    files_dir: Path
    instance: Path
    alive: Alive = lambda: None


def write(source: Source, target: Path, *, at: datetime, key: bytes | None, with_files: bool = True) -> Written:
    """Make an archive at `target`. Raises RuleError when there is no room or the place cannot be written to."""
    partial = target.with_name(f".{target.name}.partial")
    try:
        for _ in range(3):
            try:
                contents, sha256 = _write_into(partial, source, at, key, with_files)
                break
            except Moved:
                continue
        else:
            raise RuleError("备份期间文件一直在变动，没有完成。请稍后再试。")
        os.replace(partial, target)
        target.with_name(f"{target.name}.sha256").write_text(f"{sha256}  {target.name}\n", encoding="utf-8")
        _settle(target.parent)
    except OSError as error:
        raise RuleError(f"备份没有写成：{error.strerror or error}。请检查备份目录和剩余空间。") from error
    finally:
        partial.unlink(missing_ok=True)
    return Written(target, target.stat().st_size, sha256, contents)


def check(place: Path, key: bytes | None) -> Contents:
    """Read an archive to its end and compare everything with what it says of itself.

    Raises RuleError for one that is not whole, is altered, or was sealed with another key.
    """
    contents: Contents | None = None
    tallies: dict[str, rows.Tally] = {}
    found = 0
    with members(place, key) as parts:
        for name, member in parts:
            if name == "head.json":
                contents = _head(member)
            elif contents is None:
                raise RuleError(HALF)
            elif name.startswith("tables/"):
                tally = tallies.setdefault(name.split("/")[1], rows.Tally())
                for line in member:
                    tally.add(line)
            elif name.startswith("files/"):
                found += _hash_of(member) == name.removeprefix("files/")
            elif name == "manifest.json":
                contents.manifest = json.load(member)
    if contents is None or not contents.manifest:
        raise RuleError(HALF)
    said = contents.manifest["tables"]
    counted = {name: tally.said() for name, tally in tallies.items()}
    empty = rows.Tally().said()
    if {name: counted.get(name, empty) for name in said} != said or found != contents.manifest["files"]:
        raise RuleError("备份的内容与其中的校验值不符，不能使用。")
    return contents


@contextmanager
def members(place: Path, key: bytes | None) -> Iterator[Iterator[tuple[str, IO[bytes]]]]:
    """The parts of an archive in their order, to be read while inside.

    Raises RuleError for what is no archive, is cut off or altered, or was sealed with another key.
    """
    try:
        with _opened(place, key) as stream, tarfile.open(fileobj=stream, mode="r|") as tar:
            yield _parts(tar)
            while stream.read(CHUNK):
                pass  # to the very end: only there the checksum stands
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile, json.JSONDecodeError, KeyError) as error:
        raise RuleError(HALF) from error
    except OSError as error:
        raise RuleError(f"备份读不出来：{error.strerror or error}。") from error


def _parts(tar: tarfile.TarFile) -> Iterator[tuple[str, IO[bytes]]]:
    for info in tar:
        member = tar.extractfile(info)
        if member is None or not MEMBER.match(info.name):
            raise RuleError(HALF)
        yield info.name, member


def _head(member: IO[bytes]) -> Contents:
    head = json.load(member)
    if head.get("form") != FORM:
        raise RuleError("这个文件不是备份，或者来自更新的版本。请先升级程序。")
    return Contents(head)


def _write_into(
    partial: Path, source: Source, at: datetime, key: bytes | None, with_files: bool
) -> tuple[Contents, str]:
    with os.fdopen(os.open(partial, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as file:
        sealed = SealedWriter(file, key) if key else None
        sink = cast(BinaryIO, sealed or file)
        with (
            gzip.GzipFile(filename="", fileobj=sink, mode="wb", compresslevel=4, mtime=0) as packed,
            tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
        ):
            contents = _fill(tar, source, at, is_sealed=key is not None, with_files=with_files)
        if sealed is not None:
            sealed.finish()
        file.flush()
        os.fsync(file.fileno())
        file.seek(0)
        return contents, _hash_of(file)


def _fill(tar: tarfile.TarFile, source: Source, at: datetime, *, is_sealed: bool, with_files: bool) -> Contents:
    with rows.snapshot(source.engine) as connection:
        tables = rows.tables_of(connection)
        head = {
            "form": FORM, "revision": source.revision, "dialect": connection.dialect.name, "at": at.isoformat(),
            "columns": {name: list(table.columns.keys()) for name, table in tables.items()},
            "numbers": numbers.given(connection),
        }  # fmt: skip
        _add(tar, "head.json", json.dumps(head, ensure_ascii=False).encode())
        counted = {name: _add_table(tar, connection, name, table) for name, table in tables.items()}
        kept = _stored_files(connection) if with_files and "stored_files" in tables else []
    found, broken = 0, []
    for sha256 in kept:
        source.alive()
        if _add_file(tar, source.files_dir, sha256):
            found += 1
        elif not _is_stored(source.engine, sha256):
            raise Moved
        else:
            broken.append(sha256)
    if is_sealed:
        for name in KEY_FILES:
            if (source.instance / name).is_file():
                _add(tar, f"keys/{name}", (source.instance / name).read_bytes())
    manifest = {"tables": counted, "files": found, "broken": broken}
    _add(tar, "manifest.json", json.dumps(manifest).encode())
    return Contents(head, manifest)


def _add_table(tar: tarfile.TarFile, connection: Connection, name: str, table: Any) -> dict[str, Any]:
    counted, piece, number = rows.Tally(), bytearray(), 0
    for line in rows.lines(connection, table):
        counted.add(line)
        piece += line
        if len(piece) >= PIECE:
            number += 1
            _add(tar, f"tables/{name}/{number:06d}", bytes(piece))
            piece.clear()
    if piece:
        _add(tar, f"tables/{name}/{number + 1:06d}", bytes(piece))
    return counted.said()


def _stored_files(connection: Connection) -> list[str]:
    return list(connection.scalars(sql("SELECT sha256 FROM stored_files ORDER BY id")))


def _is_stored(engine: Engine, sha256: str) -> bool:
    with engine.connect() as connection:
        found = connection.execute(sql("SELECT 1 FROM stored_files WHERE sha256 = :sha256"), {"sha256": sha256})
        return found.first() is not None


def _add_file(tar: tarfile.TarFile, folder: Path, sha256: str) -> bool:
    """Put a stored file in if its bytes are what its name says; they are read twice and never held."""
    try:
        with (folder / sha256[:2] / sha256).open("rb") as file:
            if _hash_of(file) != sha256:
                return False
            info = tarfile.TarInfo(f"files/{sha256}")
            info.size = file.tell()
            file.seek(0)
            tar.addfile(info, file)
    except FileNotFoundError:
        return False
    return True


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    tar.addfile(info, io.BytesIO(content))


def _hash_of(stream: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := stream.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


@contextmanager
def _opened(place: Path, key: bytes | None) -> Iterator[BinaryIO]:
    with place.open("rb") as file:
        sealed = is_sealed(file)
        if sealed and key is None:
            raise RuleError("备份已加密，请用 --key-file 指定密钥文件。")
        source = cast(BinaryIO, io.BufferedReader(SealedReader(file, key), CHUNK) if sealed and key else file)
        with gzip.GzipFile(fileobj=source, mode="rb") as packed:
            yield cast(BinaryIO, packed)


def _settle(folder: Path) -> None:
    """The new name itself must outlast a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
