"""The schedule copies and tries to restore when it is time, keeps so many, and says aloud when it failed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func, select

from tests.cast import Cast, client_of
from tests.keeping.conftest import on_sqlite
from tracker.cli import tracker
from tracker.core import clock, jobs
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.jobs import Job, JobRun, RunState
from tracker.keeping import actions, copying, queries
from tracker.keeping import jobs as keeping_jobs
from tracker.keeping.models import Copy, Drill, KeepingOutcome
from tracker.messages.models import Message

TODAY = date(2026, 11, 23)


@pytest.fixture
def settings(living: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The installation with a folder for copies, two of which are kept."""
    changed = replace(living.config["SETTINGS"], backup_dir=tmp_path / "copies", backup_keep=2)
    monkeypatch.setitem(living.config, "SETTINGS", changed)
    return living


@on_sqlite
def test_a_copy_is_made_on_the_days_that_are_set_and_so_many_are_kept(
    settings: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    for number in range(4):
        on = TODAY + timedelta(days=number)
        monkeypatch.setenv(
            "TRACKER_CLOCK", datetime(on.year, on.month, on.day, 1, 31, tzinfo=clock.SHANGHAI).isoformat()
        )
        made.append(keeping_jobs.back_up(on))
        assert keeping_jobs.back_up(on) == 0, "twice on one day is once"
    assert made == [1, 1, 1, 1]
    kept = sorted(place.name for place in (tmp_path / "copies").iterdir())
    assert kept == [f"gangmu-202611{day}-013100.gmb{end}" for day in (25, 26) for end in ("", ".sha256")]
    assert keeping_jobs.try_restoring(TODAY + timedelta(days=4)) == 1
    assert keeping_jobs.try_restoring(TODAY + timedelta(days=5)) == 0, "a drill a month"
    drill = queries.last_drill()
    assert drill is not None
    assert drill.name == "gangmu-20261126-013100.gmb"
    said = db.session.scalars(select(AuditEntry.sentence).where(AuditEntry.event == "copy.drill")).one()
    assert said.startswith("恢复演练通过：gangmu-20261126-013100.gmb恢复到临时SQLite数据库")


@on_sqlite
def test_a_copy_made_by_hand_after_one_that_was_made_up_for_is_the_latest(
    settings: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server started just past midnight copies at once, not at half past one."""
    for minute, make in ((18, lambda: keeping_jobs.back_up(TODAY)), (24, None)):
        moment = datetime(TODAY.year, TODAY.month, TODAY.day, 0, minute, tzinfo=clock.SHANGHAI)
        monkeypatch.setenv("TRACKER_CLOCK", moment.isoformat())
        if make is not None:
            assert make() == 1
            continue
        actor = actions.keeper(actions.AT_THE_SERVER, clock.now())
        copying.make_copy(actor, settings.config["SETTINGS"], tmp_path / "copies", None, is_scheduled=False)
    latest, scheduled = queries.last_copy(), queries.last_scheduled_copy()
    assert latest is not None
    assert scheduled is not None
    assert latest.name.endswith("002400-manual.gmb")
    assert scheduled.began_at <= scheduled.ended_at < latest.began_at
    assert db.session.scalar(select(func.max(AuditEntry.at)).where(AuditEntry.event == "copy.make")) <= clock.now()
    assert queries.figures(clock.now())["gangmu_copy_age_seconds"][2] >= 0


@on_sqlite
def test_a_failed_copy_is_told_to_the_administrator_once_a_day(settings: Flask, tmp_path: Path) -> None:
    (tmp_path / "copies").write_text("no folder", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(RuleError, match="备份目录"):
            keeping_jobs.back_up(TODAY)
    failed = db.session.scalars(select(Copy)).all()
    assert [copy.outcome for copy in failed] == [KeepingOutcome.FAILED] * 2
    told = db.session.scalars(select(Message).where(Message.kind == "copy.failed")).all()
    assert [message.title for message in told] == ["备份没有完成，请尽快处理"]


def test_a_key_too_short_to_protect_anything_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("short\n", encoding="ascii")
    with pytest.raises(RuleError, match="太短"):
        copying.key_from(tmp_path / "key")
    with pytest.raises(RuleError, match="无法读取"):
        copying.key_from(tmp_path / "nowhere")


def test_a_long_job_keeps_its_slot_by_saying_that_it_goes_on(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    began = datetime(2026, 3, 4, 1, 30, tzinfo=clock.SHANGHAI)
    leases: list[datetime] = []

    def run(on: date) -> int:
        monkeypatch.setenv("TRACKER_CLOCK", (began + timedelta(minutes=14)).isoformat())
        jobs.still_here()
        leases.append(db.session.scalars(select(JobRun.lease_until)).one())
        return 1

    monkeypatch.setenv("TRACKER_CLOCK", began.isoformat())
    assert jobs.run_due(Job("long", "长任务", run, {"hour": "1", "minute": "30"}), began)
    assert leases == [began + timedelta(minutes=14) + jobs.LEASE]
    assert db.session.scalars(select(JobRun.outcome)).one() is RunState.DONE
    jobs.still_here()  # outside a slot it says nothing


def test_the_page_turns_red_when_the_last_copy_is_too_old(app: Flask, cast: Cast) -> None:
    administrator = client_of(app, cast, "sysadmin")
    assert "还没有备份" in administrator.get("/copies").text
    now = clock.now()
    words = {"outcome": KeepingOutcome.DONE, "name": "gangmu-20261122-013000.gmb"}
    db.session.add(
        Copy(began_at=now - timedelta(days=3), ended_at=now, size=5 << 20, row_count=12, file_count=3, **words)
    )
    db.session.add(
        Drill(began_at=now - timedelta(days=2), ended_at=now, row_count=12, place="临时SQLite数据库", **words)
    )
    db.session.commit()
    page = administrator.get("/copies").text
    assert "没有近期的备份" in page
    assert "恢复到临时SQLite数据库" in page
    assert "很久没有恢复演练" not in page
    db.session.add(Copy(began_at=now - timedelta(hours=3), ended_at=now, **words))
    db.session.commit()
    assert "没有近期的备份" not in administrator.get("/copies").text


@on_sqlite
def test_the_commands_copy_drill_and_restore_and_say_so(
    living: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = living.config["SETTINGS"]

    def call(*words: str, typed: str | None = None) -> Result:
        return CliRunner().invoke(tracker, list(words), input=typed, standalone_mode=False)

    monkeypatch.setenv("TRACKER_INSTANCE", str(settings.instance))
    done = call("backup", str(tmp_path / "out"))
    assert "已备份到" in done.output, done.exception
    assert "备份没有加密" in done.output
    archive = next((tmp_path / "out").glob("*.gmb"))
    assert "演练通过" in call("drill", str(archive)).output
    missing = call("drill")
    assert isinstance(missing.exception, RuleError)
    assert "没有备份" in missing.exception.sentence
    full = call("restore", str(archive), "--target", "gangmu.sqlite3")
    assert isinstance(full.exception, RuleError)
    monkeypatch.setenv("TRACKER_INSTANCE", str(tmp_path / "lost"))
    bare = call("restore", str(archive), "--target", "gangmu.sqlite3")
    assert "不加密的备份不含密钥" in str(bare.exception)
    assert "与备份逐表核对一致" in call("restore", str(archive), "--without-keys", typed="gangmu.sqlite3\n").output
    found = call("verify").output
    assert re.search(r"第1至\d+条记录的密钥校验码由不在本系统中的密钥", found), found
    assert "field_keys、retired_keys 放到" in found
    (tmp_path / "copies.key").write_text("a key of more than sixteen", encoding="ascii")
    sealed = "--key-file", str(tmp_path / "copies.key")
    monkeypatch.setenv("TRACKER_INSTANCE", str(settings.instance))
    (settings.instance / "field_keys").write_text("test\n", encoding="ascii")
    assert "已备份到" in call("backup", str(tmp_path / "sealed"), *sealed).output
    archive = next((tmp_path / "sealed").glob("*.gmb"))
    monkeypatch.setenv("TRACKER_INSTANCE", str(tmp_path / "new"))
    back = call("restore", str(archive), *sealed, "--target", "gangmu.sqlite3")
    assert "与备份逐表核对一致" in back.output, back.exception
    assert "操作记录和文件均完好" in call("verify").output, "the entry of the restoring itself, too"
    same = call("move", "--to", f"sqlite:///{tmp_path / 'new' / 'gangmu.sqlite3'}")
    assert isinstance(same.exception, RuleError)
    assert "已搬迁" in call("move", "--to", f"sqlite:///{tmp_path / 'moved.sqlite3'}").output
