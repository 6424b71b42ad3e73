"""An archive put back: into an empty system, into a scratch place to prove that it can be, into another database."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any

from flask import Flask
from sqlalchemy import Engine, make_url
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from tracker.config import Settings
from tracker.core import clock, files, numbers
from tracker.core.db import db, write_intent
from tracker.core.errors import RuleError
from tracker.keeping import schema
from tracker.keeping.archive import rows, whole
from tracker.keeping.archive.whole import Contents
from tracker.messages.actions import hold_waiting
from tracker.trail import queries as trail

MARK = "restoring"
"""The file of an installation that says: what the database holds is half a copy. The next try may wipe it."""
SCRATCH = "gangmu_drill"
BATCH = 5000


@dataclass
class Proof:
    """What a drill found. Without findings the copy is good."""

    contents: Contents
    place: str
    findings: list[str] = field(default_factory=list)


def restore(archive: Path, key: bytes | None, settings: Settings, target: str, *, is_present: bool = False) -> Contents:
    """Put an archive into the empty system that the settings describe, and bring it up to date. What waited to be sent
    is held, for it may have left since the copy was made; not so where the copy `is_present`, the moment itself.

    `target` is the name of the database as the administrator typed it. Raises RuleError when it is another one, when
    the system is not empty, when the copy is of a newer program, and when anything of it is missing or altered; the
    system is then empty as before.
    """
    app = schema.bare_app(settings)
    with app.app_context(), schema.alone(app):
        name = schema.target_name()
        if target != name:
            raise RuleError(f"输入的名称与要恢复到的数据库“{name}”不一致，没有恢复。")
        contents = whole.check(archive, key)
        _refuse_newer(contents)
        mark = settings.instance / MARK
        if mark.exists() and mark.read_text(encoding="utf-8") == str(db.engine.url):
            _wipe(db.engine)
        if not schema.is_empty():
            raise RuleError(f"数据库“{name}”中已有内容，不能恢复。请另建一个空的数据库。")
        mark.write_text(str(db.engine.url), encoding="utf-8")
        try:
            _bring_back(archive, key, contents, app, settings.instance)
            if not is_present:
                hold_waiting(clock.now())
        except (RuleError, DBAPIError):
            _wipe(db.engine)
            raise
        finally:
            if schema.is_empty() or schema.is_current():
                mark.unlink()
    return contents


def is_half_restored(settings: Settings) -> bool:
    """Whether a restore was cut off in its middle, so that nothing may be started on what it left."""
    mark = settings.instance / MARK
    return mark.exists() and mark.read_text(encoding="utf-8") == str(make_url(settings.database_url))


def drill(archive: Path, key: bytes | None, settings: Settings) -> Proof:
    """Restore an archive into a scratch place of the same kind as the installation's, compare rows, files and hashes
    with what the archive says, upgrade it and verify the trail; then take the scratch place away."""
    contents = whole.check(archive, key)
    with _scratch(settings, contents) as (app, place), app.app_context():
        _refuse_newer(contents)
        proof = Proof(contents, place)
        try:
            _bring_back(archive, key, contents, app, None)
            proof.findings += trail.verify()
        except RuleError as error:
            proof.findings.append(error.sentence)
        finally:
            db.session.remove()
            db.engine.dispose()
    return proof


def move(source: whole.Source, settings: Settings, url: str, *, folder: Path, at: Any) -> Contents:
    """Bring the database into another one; the files stay where they are. Raises RuleError as `restore` does."""
    with tempfile.TemporaryDirectory(dir=folder, prefix=".move-") as place:
        written = whole.write(source, Path(place) / "move", at=at, key=None, with_files=False)
        goal = replace(settings, database_url=url)
        app = schema.bare_app(goal)
        with app.app_context():
            name = schema.target_name()
        return restore(written.place, None, goal, name, is_present=True)


def _refuse_newer(contents: Contents) -> None:
    if not schema.knows(contents.revision):
        raise RuleError("备份来自更新版本的程序，没有恢复。请先升级程序再试。")


def _bring_back(archive: Path, key: bytes | None, contents: Contents, app: Flask, keys_into: Path | None) -> None:
    """Everything as it was, compared, and brought up to date. No number that was given before the copy is given again,
    though its row be gone: said at the end, when the tables are those that remember."""
    _fill(archive, key, contents, Path(app.config["FILES_DIR"]), keys_into)
    _compare(contents)
    schema.upgrade_to()
    with write_intent(), db.engine.begin() as connection:
        numbers.go_on_after(connection, contents.numbers)


def _fill(archive: Path, key: bytes | None, contents: Contents, files_dir: Path, keys_into: Path | None) -> None:
    """Make the tables as they were and put everything in; the rows in one transaction."""
    schema.upgrade_to(contents.revision)
    files_dir.mkdir(parents=True, exist_ok=True)
    with whole.members(archive, key) as parts, write_intent(), db.engine.begin() as connection:
        loader = rows.Loader(connection)
        loader.prepare()
        for name, member in parts:
            if name.startswith("tables/"):
                _load(loader, contents, name.split("/")[1], member)
            elif name.startswith("files/"):
                _put(member, files_dir, name.removeprefix("files/"))
            elif name.startswith("keys/") and keys_into is not None:
                _put_key(member, keys_into / name.removeprefix("keys/"))
        loader.finish()


def _load(loader: rows.Loader, contents: Contents, table: str, member: IO[bytes]) -> None:
    columns = contents.head["columns"][table]
    batch: list[list[Any]] = []
    for line in member:
        batch.append(json.loads(line))
        if len(batch) == BATCH:
            loader.load(table, columns, batch)
            batch = []
    if batch:
        loader.load(table, columns, batch)


def _put(member: IO[bytes], folder: Path, sha256: str) -> None:
    target = folder / sha256[:2] / sha256
    if target.exists():
        return  # a name is a hash: `verify` tells whether the bytes are right
    target.parent.mkdir(exist_ok=True)
    partial = folder / f"incoming-{sha256}"
    with partial.open("wb") as file:
        shutil.copyfileobj(member, file, files.CHUNK)
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, target)
    target.chmod(0o440)


def _put_key(member: IO[bytes], target: Path) -> None:
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(member.read())


def _compare(contents: Contents) -> None:
    """Every table as it is now against what the archive says. Raises RuleError where a row or a byte differs."""
    said = contents.manifest["tables"]
    with rows.snapshot(db.engine) as connection:
        tables = rows.tables_of(connection)
        for name, table in tables.items():
            found = rows.tally(connection, table).said()
            wanted = said.get(name, rows.Tally().said())
            if found["rows"] != wanted["rows"]:
                raise RuleError(f"表“{name}”恢复后有{found['rows']}行，备份中有{wanted['rows']}行。")
            if found["sha256"] != wanted["sha256"]:
                raise RuleError(f"表“{name}”恢复后的内容与备份不一致。")


@contextmanager
def _scratch(settings: Settings, contents: Contents) -> Iterator[tuple[Flask, str]]:
    """A place that is nobody's, gone afterwards: a file for SQLite, a schema of its own within the same PostgreSQL."""
    folder = settings.copies_dir
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".drill-") as name:
        scratch = replace(settings, instance=Path(name), database_url=f"sqlite:///{name}/drill.sqlite3")
        if not settings.database_url.startswith("postgresql"):
            yield schema.bare_app(scratch), "临时SQLite数据库"
            return
        with _schema_apart(settings) as url:
            yield schema.bare_app(replace(scratch, database_url=url)), "PostgreSQL中的临时模式"


@contextmanager
def _schema_apart(settings: Settings) -> Iterator[str]:
    """An empty schema in the installation's own database, and the address under which only it is seen."""
    keeper = schema.bare_app(settings)
    with keeper.app_context():
        engine = db.engine
        try:
            _say(engine, f"DROP SCHEMA IF EXISTS {SCRATCH} CASCADE", f"CREATE SCHEMA {SCRATCH}")
        except DBAPIError as error:
            raise RuleError("数据库账号无权建立临时模式，不能演练。请授予该账号在本库建立模式的权限。") from error
    try:
        url = make_url(settings.database_url).update_query_dict({"options": f"-csearch_path={SCRATCH}"})
        yield url.render_as_string(hide_password=False)
    finally:
        _say(engine, f"DROP SCHEMA IF EXISTS {SCRATCH} CASCADE")
        engine.dispose()


def _wipe(engine: Engine) -> None:
    """Take away what a restore that failed has left: the database was empty before."""
    file = schema.sqlite_file()
    if file is not None:
        engine.dispose()
        for name in (file.name, f"{file.name}-wal", f"{file.name}-shm"):
            file.with_name(name).unlink(missing_ok=True)
        return
    with engine.begin() as connection:
        for name in connection.scalars(sql(_TABLES)).all():
            connection.exec_driver_sql(f"DROP TABLE {name} CASCADE")


_TABLES = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = current_schema()"


def _say(engine: Engine, *sentences: str) -> None:
    with engine.begin() as connection:
        for sentence in sentences:
            connection.exec_driver_sql(sentence)
