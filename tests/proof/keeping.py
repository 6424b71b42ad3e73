"""Copies restored, moved there and back and drilled on both databases; the trail tampered with in
ten ways, each of them found: `python -m tests.proof.keeping`.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, Table, delete, func, insert, select, update

from tests import cast as casting
from tests.makers.reports import make_open_round, make_submitted_report
from tests.postgres import fresh_database
from tests.tampering import break_the_lock
from tracker import create_app
from tracker.config import Settings
from tracker.core import clock, files
from tracker.core.audit import AuditEntry, AuditHead
from tracker.core.db import db
from tracker.core.files import StoredFile
from tracker.keeping import actions, copying, restoring, schema
from tracker.keeping.archive import rows
from tracker.keeping.models import KeepingOutcome
from tracker.trail import queries as trail

ENTRIES: Table = AuditEntry.__table__  # type: ignore[assignment]
HEADS: Table = AuditHead.__table__  # type: ignore[assignment]
Harm = Callable[[Connection, int], None]


def _change(**values: object) -> Harm:
    def harm(connection: Connection, number: int) -> None:
        connection.execute(update(ENTRIES).where(ENTRIES.c.id == number).values(**values))

    return harm


def _drop(connection: Connection, number: int) -> None:
    connection.execute(delete(ENTRIES).where(ENTRIES.c.id == number))


def _drop_last(connection: Connection, number: int) -> None:
    chain = connection.scalar(select(ENTRIES.c.chain).where(ENTRIES.c.id == number))
    last = connection.scalar(select(func.max(ENTRIES.c.seq)).where(ENTRIES.c.chain == chain))
    connection.execute(delete(ENTRIES).where(ENTRIES.c.chain == chain, ENTRIES.c.seq == last))


def _exchange(connection: Connection, number: int) -> None:
    first = connection.execute(select(ENTRIES).where(ENTRIES.c.id == number)).one()
    second = connection.execute(
        select(ENTRIES).where(ENTRIES.c.chain == first.chain, ENTRIES.c.seq == first.seq + 1)
    ).one()
    for row, seq in ((first, -1), (second, first.seq), (first, second.seq)):
        connection.execute(update(ENTRIES).where(ENTRIES.c.id == row.id).values(seq=seq))


def _insert(connection: Connection, number: int) -> None:
    row = dict(connection.execute(select(ENTRIES).where(ENTRIES.c.id == number)).one()._mapping)
    row["seq"] = (connection.scalar(select(func.max(ENTRIES.c.seq)).where(ENTRIES.c.chain == row["chain"])) or 0) + 1
    row.pop("id")
    connection.execute(insert(ENTRIES).values(row))


def _rewrite_with_its_hash(connection: Connection, number: int) -> None:
    """The forger knows how the hash is made, and stops at the entry itself."""
    row = connection.execute(select(ENTRIES).where(ENTRIES.c.id == number)).one()._mapping
    forged = AuditEntry(**{**{key: row[key] for key in row if key not in {"id", "hash"}}, "sentence": "另一句话"})
    connection.execute(update(ENTRIES).where(ENTRIES.c.id == number).values(sentence="另一句话", hash=forged.digest()))


def _turn_back_the_head(connection: Connection, number: int) -> None:
    connection.execute(update(HEADS).values(seq=HEADS.c.seq - 1))


HARMS: dict[str, Harm] = {
    "a sentence changed": _change(sentence="另一句话"),
    "a name changed": _change(actor_name="别人"),
    "a moment moved": _change(at=clock.now() - timedelta(days=400)),
    "before and after changed": _change(changes={"state": ["draft", "accepted"]}),
    "an entry taken out": _drop,
    "the last entry taken off": _drop_last,
    "two entries exchanged": _exchange,
    "an entry put in": _insert,
    "an entry rewritten with its own hash": _rewrite_with_its_hash,
    "the head turned back": _turn_back_the_head,
}


def fill(settings: Settings) -> None:
    with create_app(settings).app_context():
        schema.upgrade_to()
        cast = casting.build()
        for year in range(2022, 2026):
            round_ = make_open_round(cast, year)
            for unit in ("市教育局", "市卫生健康委"):
                make_submitted_report(cast, round_, cast.unit(unit))
        for number in range(20):
            _keep(f"第{number}份材料".encode() * 50_000)
        db.session.remove()
        db.engine.dispose()


def _keep(content: bytes) -> None:
    files.stored(files.put_bytes(content), clock.now())
    db.session.commit()


def everything(settings: Settings) -> dict[str, object]:
    with schema.bare_app(settings).app_context():
        with rows.snapshot(db.engine) as connection:
            said = {name: rows.tally(connection, table).said() for name, table in rows.tables_of(connection).items()}
        db.engine.dispose()
    return said


def drill(settings: Settings) -> None:
    """A copy is drilled through, open and sealed."""
    with create_app(settings).app_context():
        keeper = actions.keeper("服务器命令行", clock.now())
        for key in (None, b"a key of a good length"):
            copy = copying.make_copy(keeper, settings, settings.copies_dir, key, is_scheduled=key is None)
            made = copying.make_drill(keeper, settings, settings.copies_dir / copy.name, key)
            assert made.outcome is KeepingOutcome.DONE, made.trouble
            print(f"  drilled: {made.table_count} tables, {made.row_count} rows, {made.file_count} files")
        db.session.remove()
        db.engine.dispose()


WRITER = """
import sys
from pathlib import Path
from tracker import create_app
from tracker.config import Settings
from tracker.core import clock, files
from tracker.core.commands import command
from tracker.keeping import actions

@command
def write(number, blob):
    files.stored(blob, clock.now())
    actions.record_restore(actions.keeper("写入者", clock.now()), f"第{number}次写入")

folder, url, stop = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
with create_app(Settings(instance=folder, database_url=url, secret_key="proof")).app_context():
    number = 0
    while not stop.exists():
        number += 1
        write(number, files.put_bytes(f"第{number}份".encode() * 5000))
    print(number)
"""


def write_meanwhile(settings: Settings) -> None:
    """Another process adds files and entries of the trail all the while: every copy is of one moment, and sound."""
    stop = settings.instance / "stop"
    words = [sys.executable, "-c", WRITER, str(settings.instance), settings.database_url, str(stop)]
    writer = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    rows: list[int] = []
    try:
        with create_app(settings).app_context():
            keeper = actions.keeper("服务器命令行", clock.now())
            for _ in range(3):
                copy = copying.make_copy(keeper, settings, settings.copies_dir, None, is_scheduled=True)
                made = copying.make_drill(keeper, settings, settings.copies_dir / copy.name, None)
                assert made.outcome is KeepingOutcome.DONE, made.trouble
                rows.append(copy.row_count)
            db.session.remove()
            db.engine.dispose()
    finally:
        stop.touch()
        written = writer.communicate(timeout=60)[0]
    assert writer.returncode == 0
    assert rows == sorted(set(rows)), "each copy holds more than the one before"
    print(f"  copied and drilled three times while {written.strip()} files and entries were written: {rows} rows")


def cross(settings: Settings, url: str, back: Settings) -> None:
    """Moved to the other database and restored from there: the same rows, the same hashes."""
    before = everything(settings)
    with create_app(settings).app_context():
        restoring.move(copying.source_of(settings), settings, url, folder=settings.instance, at=clock.now())
        db.engine.dispose()
    there = Settings(instance=settings.instance, database_url=url, secret_key="proof")
    assert everything(there) == before
    with create_app(there).app_context():
        written = copying.copy_to(there, settings.instance / "crossing", None)
        db.engine.dispose()
    with schema.bare_app(back).app_context():
        name = schema.target_name()
    restoring.restore(written.place, None, back, name)
    assert everything(back) == before
    print("  crossed to the other database and back: every row the same")


def tamper(settings: Settings) -> None:
    """Each harm is done to a sound trail, found, and undone."""
    with create_app(settings).app_context():
        assert trail.verify() == []
        number = db.session.scalars(select(AuditEntry.id).order_by(AuditEntry.id).offset(20).limit(1)).one()
        db.session.rollback()
        for name, harm in HARMS.items():
            assert _found(harm, number), f"not found: {name}"
            print(f"  found: {name}")
        stored = db.session.scalars(select(StoredFile)).first()
        assert stored is not None
        place = files.path_of(stored.sha256)
        was = place.read_bytes()
        place.chmod(0o600)
        place.write_bytes(was[:-1] + b"!")
        assert trail.verify()
        place.write_bytes(was)
        assert trail.verify() == []
        print("  found: a stored file altered")
        db.session.remove()
        db.engine.dispose()


def _found(harm: Harm, number: int) -> bool:
    break_the_lock()
    connection = db.session.connection()
    harm(connection, number)
    db.session.expire_all()
    troubles = trail.verify()
    db.session.rollback()
    return bool(troubles)


def main() -> None:
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        for name, other in (("sqlite", "postgresql"), ("postgresql", "sqlite")):
            print(name)
            settings, back = _place(folder, name, "home"), _place(folder, name, "back")
            fill(settings)
            drill(settings)
            write_meanwhile(settings)
            cross(settings, _place(folder, other, f"from_{name}").database_url, back)
            tamper(settings)
    print(f"copies and trail: proved in {time.monotonic() - began:.0f} s")


def _place(folder: str, kind: str, name: str) -> Settings:
    place = Path(folder) / f"{kind}_{name}"
    place.mkdir()
    url = fresh_database(f"proof_{name}") if kind == "postgresql" else f"sqlite:///{place / 'gangmu.sqlite3'}"
    return Settings(instance=place, database_url=url, secret_key="proof")


if __name__ == "__main__":
    main()
    sys.exit(0)
