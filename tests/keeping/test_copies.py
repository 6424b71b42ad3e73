"""A copy holds everything or is none; what was restored equals what was copied, on and across both databases."""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, insert, select, text

from tests.keeping.conftest import Place, keep, on_sqlite
from tests.postgres import fresh_database
from tests.tampering import break_the_lock
from tracker import create_app
from tracker.accounts.models import User
from tracker.committees.models import Committee
from tracker.config import Settings
from tracker.core import clock, files
from tracker.core.audit import GENESIS, AuditEntry
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.files import StoredFile
from tracker.core.works import Work, WorkState
from tracker.keeping import actions, copying, restoring, schema
from tracker.keeping.archive import rows, whole
from tracker.keeping.models import Drill, KeepingOutcome
from tracker.messages.models import Delivery, DeliveryState
from tracker.trail import queries as trail

KEY = b"a key that nobody would guess"
ROOT = Path(__file__).resolve().parents[2]


def archive_of(app: Flask, folder: Path, key: bytes | None = None, **words: Any) -> whole.Written:
    return copying.copy_to(app.config["SETTINGS"], folder, key, **words)


def everything(settings: Settings) -> dict[str, dict[str, Any]]:
    """Rows and hash of every table."""
    app = schema.bare_app(settings)
    with app.app_context():
        try:
            with rows.snapshot(db.engine) as connection:
                return {
                    name: rows.tally(connection, table).said() for name, table in rows.tables_of(connection).items()
                }
        finally:
            db.engine.dispose()


def names_in(archive: Path, key: bytes | None) -> list[str]:
    with whole.members(archive, key) as parts:
        return [name for name, _ in parts]


def restored(archive: Path, key: bytes | None, settings: Settings) -> None:
    with schema.bare_app(settings).app_context():
        name = schema.target_name()
    restoring.restore(archive, key, settings, name)


def test_what_is_restored_equals_what_was_copied(living: Flask, tmp_path: Path, place: Place) -> None:
    written = archive_of(living, tmp_path / "copies")
    goal = place("goal")
    restored(written.place, None, goal)
    before, after = everything(living.config["SETTINGS"]), everything(goal)
    assert after == before
    assert before["users"]["rows"] == 13
    assert before["sending_hours"]["rows"] == 1, "times of day are brought along, too"
    assert before["audit_entries"]["rows"] > 40
    for sha256 in db.session.scalars(select(StoredFile.sha256)):
        copied = goal.instance / "files" / sha256[:2] / sha256
        assert copied.read_bytes() == files.path_of(sha256).read_bytes()
    with create_app(goal).app_context():
        assert trail.verify() == []
        db.engine.dispose()


@pytest.mark.postgres
def test_a_copy_of_one_database_is_restored_into_the_other_and_back(
    living: Flask, tmp_path: Path, place: Place
) -> None:
    before = everything(living.config["SETTINGS"])
    first, second = place("postgresql:across"), place("sqlite:back")
    restored(archive_of(living, tmp_path / "copies").place, None, first)
    assert everything(first) == before
    with create_app(first).app_context():
        assert trail.verify() == []
        highest = db.session.scalar(select(func.max(AuditEntry.id))) or 0
        actions.record_restore(actions.keeper("服务器命令行", clock.now()), "由备份恢复")
        last = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
        assert last.id == highest + 1, "numbers go on after the highest"
        before = everything(first)
        again = copying.copy_to(first, tmp_path / "more", None)
        db.engine.dispose()
    restored(again.place, None, second)
    assert everything(second) == before


@command
def ordered_and_gone(user_id: int) -> int:
    """The number of a long work that was ordered, done and forgotten."""
    work = Work(
        kind="test", title="一件工作", arguments={}, committee_id=1, user_id=user_id, state=WorkState.DONE,
        ordered_at=clock.now(),
    )  # fmt: skip
    db.session.add(work)
    db.session.flush()
    db.session.delete(work)
    return work.id


@pytest.mark.postgres
def test_no_number_is_given_again_by_what_was_put_back(living: Flask, tmp_path: Path, place: Place) -> None:
    """The trail of the copy speaks of rows that were taken away before it was made."""
    gone = max(ordered_and_gone(1) for _ in range(2))
    settings = living.config["SETTINGS"]
    for kind in ("postgresql", "sqlite"):
        goal = place(f"{kind}:numbers_{kind}")
        restoring.move(copying.source_of(settings), goal, goal.database_url, folder=tmp_path, at=clock.now())
        settings = goal
        app = schema.bare_app(goal)
    with app.app_context():
        assert ordered_and_gone(1) == gone + 1
        db.engine.dispose()


@on_sqlite
def test_what_waited_to_be_sent_when_the_copy_was_made_is_held(living: Flask, tmp_path: Path, place: Place) -> None:
    """Since then it may have left."""
    let_something_wait(living)
    back = place("back")
    restored(archive_of(living, tmp_path / "copies").place, None, back)
    assert states_in(living.config["SETTINGS"]) == {(DeliveryState.WAITING, False)}
    assert states_in(back) == {(DeliveryState.UNSENT, True)}


def let_something_wait(app: Flask) -> None:
    """The administrators are told of a drill that failed, by mail."""
    settings, at = app.config["SETTINGS"], clock.now()
    app.config["SETTINGS"] = replace(settings, smtp_host="127.0.0.1")
    drill = Drill(name="x.gmb", began_at=at, ended_at=at, outcome=KeepingOutcome.FAILED)
    actions.record_drill(actions.keeper("服务器命令行", at), drill)
    app.config["SETTINGS"] = settings


def states_in(settings: Settings) -> set[tuple[DeliveryState, bool]]:
    """Where the sendings stand, and whether they are held."""
    with schema.bare_app(settings).app_context():
        rows = db.session.execute(select(Delivery.state, Delivery.held_at))
        found = {(state, held_at is not None) for state, held_at in rows}
        db.engine.dispose()
    return found


def test_a_system_that_holds_something_is_not_overwritten(living: Flask, tmp_path: Path) -> None:
    settings = living.config["SETTINGS"]
    written = archive_of(living, tmp_path / "copies")
    before = everything(settings)
    with pytest.raises(RuleError, match="已有内容，不能恢复"):
        restored(written.place, None, settings)
    assert everything(settings) == before
    assert not restoring.is_half_restored(settings)


@on_sqlite
def test_the_target_must_be_named_as_it_is(living: Flask, tmp_path: Path, place: Place) -> None:
    written = archive_of(living, tmp_path / "copies")
    goal = place("named")
    with pytest.raises(RuleError, match="不一致，没有恢复"):
        restoring.restore(written.place, None, goal, "production")
    assert everything(goal) == {}


@on_sqlite
def test_a_sealed_copy_opens_with_its_key_only(living: Flask, tmp_path: Path, place: Place) -> None:
    written = archive_of(living, tmp_path / "copies", KEY)
    assert b"users" not in written.place.read_bytes()[:5000]
    with pytest.raises(RuleError, match="备份已加密"):
        whole.check(written.place, None)
    with pytest.raises(RuleError, match="密钥不对"):
        whole.check(written.place, b"another key of good length")
    goal = place("sealed")
    restored(written.place, KEY, goal)
    assert everything(goal) == everything(living.config["SETTINGS"])
    assert (goal.instance / "secret_key").read_text(encoding="ascii") == "the key of this installation"


@on_sqlite
def test_keys_leave_the_machine_only_sealed(living: Flask, tmp_path: Path) -> None:
    open_names = names_in(archive_of(living, tmp_path / "open").place, None)
    sealed_names = names_in(archive_of(living, tmp_path / "sealed", KEY).place, KEY)
    assert "keys/secret_key" in sealed_names
    assert not [name for name in open_names if name.startswith("keys/")]


@on_sqlite
@pytest.mark.parametrize(
    ("key", "harm"), [(None, "cut"), (None, "flipped"), (KEY, "a third missing")], ids=["cut", "flipped", "sealed"]
)
def test_a_harmed_copy_is_never_taken_for_whole(
    living: Flask, tmp_path: Path, place: Place, key: bytes | None, harm: str
) -> None:
    written = archive_of(living, tmp_path / "copies", key)
    content = bytearray(written.place.read_bytes())
    if harm == "flipped":
        content[len(content) // 2] ^= 1
    else:
        del content[len(content) - (9 if harm == "cut" else len(content) // 3) :]
    written.place.write_bytes(content)
    goal = place("harmed")
    with pytest.raises(RuleError):
        restored(written.place, key, goal)
    assert everything(goal) == {}


@on_sqlite
def test_a_killed_backup_leaves_no_archive_behind(living: Flask, tmp_path: Path) -> None:
    """Killed while it writes: there is a partial under another name, which no command would take up."""
    settings, folder = living.config["SETTINGS"], tmp_path / "copies"
    words = f"""
import os, signal
from pathlib import Path
from tracker.config import Settings
from tracker.keeping import copying, schema
from tracker.keeping.archive import whole
whole._add_file = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
settings = Settings(instance=Path({str(settings.instance)!r}), database_url={settings.database_url!r}, secret_key="x")
with schema.bare_app(settings).app_context():
    copying.copy_to(settings, Path({str(folder)!r}), None)
"""
    done = subprocess.run([sys.executable, "-c", words], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    left = list(folder.iterdir())
    assert [place.name.startswith(".") and place.suffix == ".partial" for place in left] == [True]
    with pytest.raises(RuleError):
        whole.check(left[0], None)


def test_a_restore_that_was_cut_off_can_be_started_again(living: Flask, tmp_path: Path, place: Place) -> None:
    written, goal = archive_of(living, tmp_path / "copies"), place("again")
    app = schema.bare_app(goal)
    with app.app_context():
        schema.upgrade_to()
        (goal.instance / restoring.MARK).write_text(str(db.engine.url), encoding="utf-8")
        db.engine.dispose()
    assert restoring.is_half_restored(goal)
    restored(written.place, None, goal)
    assert everything(goal) == everything(living.config["SETTINGS"])
    assert not restoring.is_half_restored(goal)


@on_sqlite
def test_a_copy_of_a_newer_program_is_refused(
    living: Flask, tmp_path: Path, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "revision", lambda: "9999")
    written = archive_of(living, tmp_path / "copies")
    goal = place("newer")
    with pytest.raises(RuleError, match="更新版本的程序"):
        restored(written.place, None, goal)
    assert everything(goal) == {}


@on_sqlite
def test_a_copy_of_an_older_program_is_brought_up_to_date(living: Flask, tmp_path: Path, place: Place) -> None:
    older = place("older")
    with schema.bare_app(older).app_context():
        schema.upgrade_to("0001")
        words = {
            "chain": 0, "seq": 1, "at": clock.now(), "actor_name": "安装程序", "event": "session.end",
            "object_type": "", "object_label": "", "sentence": "早先的记录", "changes": {}, "previous_hash": GENESIS,
        }  # fmt: skip
        words["hash"] = AuditEntry(**words).digest()
        db.session.execute(insert(AuditEntry.__table__).values(words))
        head = {"chain": 0, "seq": 1, "hash": words["hash"]}
        db.session.execute(text("INSERT INTO audit_heads (chain, seq, hash) VALUES (:chain, :seq, :hash)"), head)
        db.session.commit()
        written = copying.copy_to(older, tmp_path / "copies", None)
        db.engine.dispose()
    goal = place("current")
    restored(written.place, None, goal)
    with schema.bare_app(goal).app_context():
        assert schema.is_current()
        assert trail.verify() == []
        assert trail.unstamped() == ["系统的操作记录：较早的1条写入时还没有密钥校验码，只按前后衔接核验。"]
        db.engine.dispose()


def test_what_is_written_while_it_is_copied_is_wholly_in_or_wholly_out(
    living: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file and its row are added, and another pair let go of, after the first table was read."""
    fresh: list[str] = []
    lines = rows.lines

    def add_one(connection: Any, table: Any) -> Any:
        if table.name == "audit_entries" and not fresh:
            fresh.append(keep(b"added while it is copied"))
        return lines(connection, table)

    monkeypatch.setattr(rows, "lines", add_one)
    written = archive_of(living, tmp_path / "copies")
    assert fresh
    names = names_in(written.place, None)
    assert f"files/{fresh[0]}" not in names
    assert whole.check(written.place, None).files == 3


@on_sqlite
def test_a_file_that_is_gone_is_named_and_the_rest_is_copied(living: Flask, tmp_path: Path) -> None:
    sha256 = keep(b"a file that somebody deleted on the disk")
    files.path_of(sha256).unlink()
    written = archive_of(living, tmp_path / "copies")
    assert written.contents.broken == [sha256]
    db.session.delete(db.session.scalars(select(StoredFile).where(StoredFile.sha256 == sha256)).one())
    db.session.commit()


def test_a_drill_finds_a_good_copy_good_and_leaves_nothing_behind(living: Flask, tmp_path: Path) -> None:
    settings = replace(living.config["SETTINGS"], backup_dir=tmp_path / "copies")
    written = archive_of(living, settings.copies_dir)
    proof = restoring.drill(written.place, None, settings)
    assert proof.findings == []
    assert proof.contents.rows == sum(table["rows"] for table in everything(settings).values())
    left = {place.name for place in settings.copies_dir.iterdir()}
    assert left == {written.place.name, f"{written.place.name}.sha256"}


@on_sqlite
def test_a_drill_names_what_was_altered_in_the_trail(living: Flask, tmp_path: Path) -> None:
    """The copy is whole, what was copied is not: the drill verifies the chain too."""
    table = AuditEntry.__table__
    first = db.session.scalar(select(func.min(AuditEntry.id)))
    break_the_lock()
    db.session.execute(table.update().where(table.c.id == first).values(sentence="别的话"))
    db.session.commit()
    settings = replace(living.config["SETTINGS"], backup_dir=tmp_path / "copies")
    written = archive_of(living, settings.copies_dir)
    drill = copying.make_drill(actions.keeper("定时任务", clock.now()), settings, written.place, None)
    assert drill.outcome.value == "failed"
    assert "内容被改动" in drill.trouble


@pytest.mark.postgres
def test_moving_brings_every_row_along_and_leaves_the_old_database(living: Flask, tmp_path: Path) -> None:
    settings = living.config["SETTINGS"]
    url = fresh_database("moved")
    let_something_wait(living)
    before = everything(settings)
    restoring.move(copying.source_of(settings), settings, url, folder=tmp_path, at=clock.now())
    assert everything(replace(settings, database_url=url)) == before
    assert everything(settings) == before
    assert db.session.scalar(select(func.count()).select_from(User)) == 13
    assert db.session.scalar(select(func.count()).select_from(Committee)) == 3
