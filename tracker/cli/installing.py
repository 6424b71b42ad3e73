"""Setting up: the database, a production install, the demo, and proof that nothing was altered."""

from __future__ import annotations

import importlib
import logging
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import click
from flask import Flask, url_for
from sqlalchemy.exc import SQLAlchemyError

from tracker.accounts import actions as accounts
from tracker.accounts import queries as people
from tracker.app import create_app
from tracker.cli.chinese import ChineseCommand
from tracker.cli.serving import READY
from tracker.config import Settings, from_environment
from tracker.core import audit, clock, structure, web
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.structure import Standing
from tracker.keeping import copying, restoring, schema
from tracker.reports.queries.proof import broken_approvals, broken_versions, unstamped_versions
from tracker.trail import queries as trail

BUILDING = "demo.building"


@click.command(cls=ChineseCommand, help="升级数据库结构。升级前自动备份，同一时间只有一个进程升级。")
def migrate() -> None:
    app = create_app()
    with app.app_context(), schema.alone(app):
        _bring_up_to_date(app, click.echo)


@click.command(cls=ChineseCommand, help="正式安装：建立数据库，给出一次性安装链接。不建立任何账号。")
def init() -> None:
    app = create_app()
    with app.app_context(), schema.alone(app):
        _bring_up_to_date(app, click.echo)
        key = accounts.prepare_installation(clock.now())
    settings: Settings = app.config["SETTINGS"]
    with app.test_request_context():
        address = settings.base_url + url_for("accounts.setup", key=key)
    click.echo("请启动系统（tracker run），用浏览器打开下面的链接，建立机构和第一个管理员。链接只能使用一次：")
    click.echo(f"  {address}")
    click.echo(
        "链接的开头取自 TRACKER_BASE_URL。实际用别的地址或端口访问的，请先设置它，或者把链接的开头改成实际地址。"
    )


@click.command(cls=ChineseCommand, help="建立演示数据：虚构的市级机构、两部规划、一年的工作。已建立的保持不变。")
@click.option("--committees", type=click.IntRange(1, 2_000), default=1, help="机构个数，用于性能测量。")
@click.option("--years", type=click.IntRange(1, 50), default=1, help="已结束的年度个数，用于性能测量。")
def demo(committees: int, years: int) -> None:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    prepare_demo(click.echo, committees, years)


@click.command(cls=ChineseCommand, help="核验操作记录、历次报送、签发和审核、所存文件，有改动即报告。")
def verify() -> int:
    app = create_app()
    with app.app_context():
        troubles = [*trail.verify(), *broken_versions(), *broken_approvals()]
        for sentence in [*troubles, *trail.unstamped(), *unstamped_versions()]:
            click.echo(sentence)
        if any(audit.KEYLESS in sentence for sentence in troubles):
            click.echo(
                f"不能核验的，请把原系统的 field_keys、retired_keys 放到 {app.config['SETTINGS'].instance} 再核验一次。"
            )
    click.echo(f"发现{len(troubles)}处问题。" if troubles else "操作记录和文件均完好。")
    return 1 if troubles else 0


def prepare_demo(say: Callable[[str], None], committees: int = 1, years: int = 1) -> None:
    """Have the demo ready: built once and kept; one that was interrupted while it was built is built anew.

    More committees and years are copies of the first, for measuring.

    Raises RuleError where real accounts live: a demo never mixes with them.
    """
    settings = from_environment()
    app = create_app(settings)
    with app.app_context(), schema.alone(app):
        if (settings.instance / READY).exists():
            _bring_up_to_date(app, say)
            return
        building = settings.instance / BUILDING
        if building.exists():
            _wipe(settings)
        elif _is_installed():
            raise RuleError("这里已有正式数据，不能建立演示数据。请用 TRACKER_INSTANCE 指定另一个目录。")
        building.touch()
        _bring_up_to_date(app, say)
        say("正在建立演示数据，约需一分钟……")
        seed = demo_content()
        seed.build_demo(clock.today(), committees, years)
        db.session.remove()
        building.write_text("\n".join("\t".join(account) for account in seed.accounts()), encoding="utf-8")
        building.rename(settings.instance / READY)


def demo_content() -> ModuleType:
    """The seed: it builds on the rooms from outside and is no part of the package."""
    folder = str(web.resource_dir("seed").parent)
    if folder not in sys.path:
        sys.path.append(folder)
    return importlib.import_module("seed.build")


def _bring_up_to_date(app: Flask, say: Callable[[str], None]) -> None:
    settings: Settings = app.config["SETTINGS"]
    if restoring.is_half_restored(settings):
        raise RuleError("上次恢复中断，数据库不完整。请重新执行 tracker restore。")
    if schema.is_current():
        say("数据库已是最新。")
        return
    if structure.standing() is Standing.AHEAD:
        raise RuleError(f"{Standing.AHEAD.label}本程序没有改动它。")
    copy = _copy_before_upgrade(settings)
    if copy is not None:
        say(f"升级前的数据库已备份到 {copy}。")
    schema.upgrade_to()
    say("数据库已升级。")
    if sealed := accounts.seal_anew(clock.now()) if accounts.count_outdated() else 0:
        say(f"已加密{sealed}处电话号码和密钥。")


def _copy_before_upgrade(settings: Settings) -> Path | None:
    """SQLite's file as it is; of a server's database an archive without files, which `tracker restore` reads."""
    if schema.sqlite_file() is not None or schema.is_empty():
        return schema.copy_before_upgrade(settings)
    return copying.copy_before_upgrade(settings)


def _is_installed() -> bool:
    try:
        return people.anybody()
    except SQLAlchemyError:
        return False  # no tables yet
    finally:
        db.session.rollback()


def _wipe(settings: Settings) -> None:
    """Take away what an interrupted building left. Only ever a demo's: its mark says so."""
    file = schema.sqlite_file()
    if file is None:
        raise RuleError("上次建立演示数据时中断。请清空该 PostgreSQL 数据库后再试。")
    db.engine.dispose()
    for name in (file.name, f"{file.name}-wal", f"{file.name}-shm"):
        file.with_name(name).unlink(missing_ok=True)
    shutil.rmtree(settings.instance / "files", ignore_errors=True)
