"""The command in a terminal: Chinese, safe to repeat, and every refusal a sentence."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import flask_migrate
import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import inspect, text

from tests.postgres import fresh_database
from tests.proof.world import ROOT
from tests.tampering import break_the_lock
from tracker.app import create_app
from tracker.cli import installing, main, tracker
from tracker.committees import actions as committees
from tracker.committees.models import Level
from tracker.config import Settings
from tracker.core import files
from tracker.core.access import Body, system_actor
from tracker.core.clock import now
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.keeping import schema

Call = Callable[..., Result]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """`call("jobs", "list")` in an installation of its own."""
    monkeypatch.setenv("TRACKER_INSTANCE", str(tmp_path))
    monkeypatch.delenv("TRACKER_DATABASE_URL", raising=False)
    (tmp_path / "field_keys").write_text("test\n", encoding="ascii")  # what is stamped inside is proved by commands

    def run(*words: str) -> Result:
        return CliRunner().invoke(tracker, list(words), standalone_mode=False)

    return run


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    """The same installation from inside."""
    return create_app(
        Settings(instance=tmp_path, database_url=f"sqlite:///{tmp_path / 'gangmu.sqlite3'}", secret_key="test")
    )


def make_committee() -> None:
    maker = system_actor(Body(None, "", "", ""), on=date(2026, 1, 5), at=now())
    committees.create_committee(
        maker, level=Level.COUNTY, body_name="青禾县妇女儿童工作委员会", short_name="县妇儿工委",
        office_name="青禾县妇儿工委办公室", office_short_name="县妇儿工委办", letterhead="青禾县妇女儿童工作委员会",
        number_prefix="青妇儿工委", area_name="青禾县", area_code="870121",
    )  # fmt: skip


def test_help_speaks_chinese_and_answers_without_loading_the_rooms() -> None:
    words = "import sys; from tracker.cli import tracker; tracker.main(['--help'], standalone_mode=False);"
    words += "print('loaded' if 'tracker.rooms' in sys.modules else 'light')"
    done = subprocess.run([sys.executable, "-c", words], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("用法：")
    assert "light" in done.stdout
    assert "Usage" not in done.stdout
    assert "Options" not in done.stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nonsense"], "没有“nonsense”这个命令"),
        (["plans", "nonsense"], "没有“nonsense”这个命令"),
        (["jobs", "list", "--fast"], "没有“--fast”这个选项"),
        (["plans", "read"], "缺少参数 文件。"),
        (["move"], "缺少选项 --to。"),
        (["plans", "read", "/nosuch"], "参数 文件 不对：没有这个文件或目录"),
        (["run", "--port", "abc"], "选项 --port 不对：应为数字。"),
        (["demo", "--years", "900"], "选项 --years 不对：应为1至50的整数。"),
        (["jobs", "run", "nothing"], "没有“nothing”这项任务，现有："),
        (["jobs", "run", "remind", "--on", "2027-02-30"], "不是有效的日期"),
        (["documents", "sample", "han", "-o", "han.txt"], "样张只能存为.pdf或.docx"),
        (["documents", "sample", "nothing", "-o", "x.pdf"], "没有“nothing”这种样张"),
        (["documents", "sample", "han", "-o", "/nosuch/x.pdf"], "文件 /nosuch/x.pdf 无法读写"),
    ],
)
def test_every_refusal_is_a_sentence(
    words: list[str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TRACKER_INSTANCE", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["tracker", *words])
    monkeypatch.setattr("tracker.cli.os.umask", lambda mask: mask)  # this process goes on with other tests
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr().err
    assert ended.value.code != 0
    assert said.startswith("出错：")
    assert sentence in said


def test_a_refused_command_ends_its_process_with_a_sentence(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tracker.cli", "jobs", "run", "nothing"], cwd=ROOT, capture_output=True, text=True,
        check=False, env={"PATH": "", "TRACKER_INSTANCE": str(tmp_path), "PYTHONUTF8": "1"},
    )  # fmt: skip
    assert (done.returncode, done.stderr[:3], "Traceback" in done.stderr) == (2, "出错：", False)


def test_migrating_twice_changes_nothing(call: Call) -> None:
    assert "数据库已升级。" in call("migrate").output
    assert call("migrate").output == "数据库已是最新。\n"


def test_a_database_that_holds_something_is_copied_before_it_is_upgraded(
    call: Call, app: Flask, tmp_path: Path
) -> None:
    call("migrate")
    assert not (tmp_path / "backups").exists()
    with app.app_context():
        make_committee()
        flask_migrate.stamp(revision="base")
        db.session.execute(text("CREATE TABLE kept (word TEXT)"))
        db.session.commit()
        copy = schema.copy_before_upgrade(app.config["SETTINGS"])
        assert copy is not None
    kept = create_app(Settings(instance=tmp_path, database_url=f"sqlite:///{copy}", secret_key="test"))
    with kept.app_context():
        assert "kept" in inspect(db.engine).get_table_names()
        assert db.session.scalar(text("SELECT count(*) FROM committees")) == 1


def together(app: Flask, hands: int = 4) -> list[BaseException]:
    """Several processes' worth of migrating at the same moment; returns what went wrong."""
    troubles: list[BaseException] = []
    start = threading.Barrier(hands)

    def migrate() -> None:
        try:
            start.wait()
            with app.app_context(), schema.alone(app):
                if not schema.is_current():
                    schema.upgrade_to()
        except BaseException as error:
            troubles.append(error)

    threads = [threading.Thread(target=migrate) for _ in range(hands)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return troubles


def test_four_that_migrate_at_once_wait_for_each_other(app: Flask) -> None:
    assert together(app) == []
    with app.app_context():
        assert schema.is_current()


@pytest.mark.postgres
def test_so_they_do_on_postgresql(tmp_path: Path) -> None:
    app = create_app(Settings(instance=tmp_path, database_url=fresh_database("migrating"), secret_key="test"))
    assert together(app) == []
    with app.app_context():
        assert schema.is_current()
        db.engine.dispose()


def test_a_production_install_gets_a_link_and_no_account(call: Call, app: Flask) -> None:
    done = call("init")
    assert done.exception is None
    link = next(line.strip() for line in done.output.splitlines() if "http" in line)
    path = link.removeprefix("http://127.0.0.1:8000")
    assert app.test_client().get(path).status_code == 200
    assert app.test_client().get(path[:-3] + "xyz").status_code == 410
    with app.app_context():
        assert db.session.scalar(text("SELECT count(*) FROM users")) == 0


class Seed:
    """A stand-in for the demo's content, which takes a minute to build: only the keeping of it is looked at here."""

    def __init__(self, *, breaks: bool = False) -> None:
        self.breaks = breaks
        self.built = 0

    def content(self) -> SimpleNamespace:
        return SimpleNamespace(build_demo=self.build, accounts=lambda: [("wangmin", "word", "市教育局联络员 王敏")])

    def build(self, _on: date, _committees: int, _years: int) -> None:
        make_committee()
        self.built += 1
        if self.breaks:
            raise KeyboardInterrupt


def test_the_demo_is_built_once_and_kept(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seed = Seed()
    monkeypatch.setattr(installing, "demo_content", seed.content)
    call("demo")
    call("demo")
    assert seed.built == 1
    assert (tmp_path / "demo").read_text(encoding="utf-8") == "wangmin\tword\t市教育局联络员 王敏"


def test_a_demo_that_was_interrupted_is_built_anew(call: Call, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installing, "demo_content", Seed(breaks=True).content)
    call("demo")
    monkeypatch.setattr(installing, "demo_content", Seed().content)
    assert call("demo").exception is None
    with app.app_context():
        assert db.session.scalar(text("SELECT count(*) FROM committees")) == 1


def test_a_demo_never_mixes_with_real_accounts(call: Call, app: Flask) -> None:
    call("migrate")
    with app.app_context():
        db.session.execute(
            text(
                "INSERT INTO users (login, name, must_change_password, is_active, created_at, version)"
                " VALUES ('real', '真人', 0, 1, '2026-01-05', 1)"
            )
        )
        db.session.commit()
    done = call("demo")
    assert isinstance(done.exception, RuleError)
    assert "已有正式数据" in done.exception.sentence


def test_a_job_run_twice_for_a_day_is_no_trouble_and_is_named(call: Call) -> None:
    call("migrate")
    assert call("jobs", "run", "remind", "--on", "2026-03-04").output == "按期提醒（2026-03-04）：办理0项。\n"
    assert "按期提醒" in call("jobs", "list").output


def test_verifying_finds_what_was_altered(call: Call, app: Flask) -> None:
    call("migrate")
    with app.app_context():
        make_committee()
        keep_file()
    assert call("verify").output == "操作记录和文件均完好。\n"
    with app.app_context():
        break_the_lock()
        db.session.execute(text("UPDATE audit_entries SET sentence = '无事'"))
        db.session.commit()
        digest = db.session.scalar(text("SELECT sha256 FROM stored_files"))
        files.path_of(str(digest)).unlink()
    done = call("verify")
    assert done.return_value == 1
    assert "内容被改动" in done.output
    assert "找不到" in done.output


@command
def keep_file() -> None:
    files.stored(files.put_bytes("佐证材料".encode()), now())


@pytest.mark.parametrize(("name", "begins"), [("han.pdf", b"%PDF-"), ("han.docx", b"PK")])
def test_a_sample_of_a_paper_is_written(call: Call, tmp_path: Path, name: str, begins: bytes) -> None:
    assert call("documents", "sample", "han", "-o", str(tmp_path / name)).exception is None
    assert (tmp_path / name).read_bytes().startswith(begins)


def test_reading_a_plan_prints_the_contract(call: Call, tmp_path: Path) -> None:
    plan = tmp_path / "plan.txt"
    plan.write_text(PLAN, encoding="gb18030")
    done = call("plans", "read", str(plan), "--json")
    reading = json.loads(done.output)
    [area] = reading["plans"][0]["areas"]
    assert reading["plans"][0]["kind"] == "women"
    assert [goal["no"] for goal in area["goals"]] == [1, 2]
    assert [measure["no"] for measure in area["measures"]] == [1]
    assert "妇女与健康" in call("plans", "read", str(plan)).output


PLAN = """青禾县妇女发展规划（2021—2030年）

一、妇女与健康
主要目标：
1．妇女人均预期寿命提高到82岁以上。
2．农村妇女每三年接受一次健康检查的比例达到85%以上。
策略措施：
1．完善妇女健康服务。县医院设立妇女健康门诊，乡镇卫生院配备专职人员。
"""
