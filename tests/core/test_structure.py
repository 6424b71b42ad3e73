"""A program and a database of different versions: nobody is told riddles, and nothing is read or written."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import text

from tests.cast import Cast
from tracker import create_app
from tracker.cli import main, tracker
from tracker.config import Settings
from tracker.core import structure
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.structure import Standing

HEAD = structure.known_revisions()[0]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Flask]:
    """An installation whose database holds nothing but the mark of how far it was brought."""
    app = create_app(Settings(instance=tmp_path, database_url=f"sqlite:///{tmp_path / 'x.sqlite3'}", secret_key="test"))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def bring(revision: str) -> None:
    db.session.execute(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL)"))
    db.session.execute(text("DELETE FROM alembic_version"))
    db.session.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": revision})
    db.session.commit()


def test_a_database_stands_before_at_or_behind_the_program(house: Flask) -> None:
    assert structure.standing() is Standing.EMPTY
    for revision, wanted in (("0003", Standing.BEHIND), (HEAD, Standing.CURRENT), ("9999", Standing.AHEAD)):
        bring(revision)
        assert structure.standing() is wanted, revision


@pytest.mark.parametrize(
    ("revision", "said"), [("0003", "tracker migrate"), ("9999", "更新版本的程序"), ("", "tracker init")]
)
def test_pages_say_that_the_system_is_upgraded_and_the_monitor_what_to_do(
    house: Flask, revision: str, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    if revision:
        bring(revision)
    with caplog.at_level(logging.INFO, "tracker.core.structure"):
        watch = structure.watch(house)
        client = house.test_client()
        page = client.get("/sign-in")
        assert page.status_code == 503
        assert ("系统正在升级" if revision else "系统还没有安装完成") in page.text
        assert "系统正忙" not in page.text
        assert page.headers["Retry-After"] == "30"
        assert client.post("/reports/1/autosave", json={}, headers={"X-Background": "1"}).json["message"]
        health = client.get("/healthz")
        assert health.status_code == 503
        assert said in health.json["message"]
        assert client.get("/static/app.css").status_code == 200
        assert [said in record.getMessage() for record in caplog.records] == [True], "said once"
        bring(HEAD)
        assert watch.look(at_once=True) is Standing.CURRENT
    assert "一致" in caplog.records[-1].getMessage()


def test_a_process_that_thinks_all_is_well_looks_again_when_the_database_refuses(house: Flask) -> None:
    bring(HEAD)
    watch = structure.watch(house)
    assert watch.look() is Standing.CURRENT
    bring("9999")
    client = house.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = "a token"
    page = client.get("/")
    assert page.status_code == 503
    assert "系统正在升级" in page.text


def test_a_test_database_is_taken_as_it_is(cast: Cast) -> None:
    assert structure.standing(db.session.connection()) is Standing.CURRENT


def test_an_older_program_leaves_a_newer_database_alone(
    house: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring("9999")
    monkeypatch.setenv("TRACKER_INSTANCE", str(tmp_path))
    monkeypatch.setenv("TRACKER_DATABASE_URL", str(db.engine.url))
    done = CliRunner().invoke(tracker, ["migrate"], standalone_mode=False)
    assert isinstance(done.exception, RuleError)
    assert "更新版本的程序" in done.exception.sentence
    assert not (tmp_path / "backups").exists(), "nothing to copy, nothing was touched"


def test_a_command_on_another_version_is_answered_with_a_sentence(
    house: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bring("0003")
    monkeypatch.setenv("TRACKER_INSTANCE", str(tmp_path))
    monkeypatch.setenv("TRACKER_DATABASE_URL", str(db.engine.url))
    monkeypatch.setattr(sys, "argv", ["tracker", "verify"])
    with pytest.raises(SystemExit):
        main()
    assert "tracker migrate" in capsys.readouterr().err
