"""Copies, restoring, drills and the move to another database, from the server's command line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from tracker.app import create_app
from tracker.cli.chinese import ChineseCommand
from tracker.config import Settings, database_url, from_environment, keys_file
from tracker.core import clock, jobs
from tracker.core.errors import RuleError
from tracker.core.filters import zh_size
from tracker.keeping import actions, copying, queries, restoring, schema
from tracker.keeping.archive.whole import Contents
from tracker.keeping.models import KeepingOutcome
from tracker.messages import queries as messages

KEY_FILES = "数据目录中的 secret_key、field_keys（有 retired_keys 的一并）"

key_option = click.option(
    "--key-file", type=click.Path(path_type=Path), metavar="文件", help="密钥文件；默认用 TRACKER_BACKUP_KEY_FILE。"
)
ask_option = click.option("--passphrase", is_flag=True, help="不用密钥文件，改为输入口令。")


@click.command(cls=ChineseCommand, help="备份数据库和全部文件，得到一个文件。运行时也可以备份。")
@click.argument("folder", metavar="[目录]", required=False, type=click.Path(path_type=Path))
@key_option
@ask_option
def backup(folder: Path | None, key_file: Path | None, passphrase: bool) -> None:
    app = create_app()
    settings: Settings = app.config["SETTINGS"]
    key = _key(settings, key_file, passphrase, again=True)
    with app.app_context():
        actor = actions.keeper(actions.AT_THE_SERVER, clock.now())
        copy = copying.make_copy(actor, settings, (folder or settings.copies_dir).resolve(), key, is_scheduled=False)
        place = (folder or settings.copies_dir).resolve() / copy.name
        said = f"共{copy.row_count}行、{copy.file_count}个文件，{zh_size(copy.size)}，校验值 {copy.sha256}。"
        trouble = copy.trouble
    click.echo(f"已备份到 {place}")
    click.echo(said)
    if trouble:
        click.echo(f"{trouble}。")
    if key is None:
        click.echo(f"备份没有加密，也不含密钥，请把{KEY_FILES}另行保存，恢复到别处时须先放回。")


@click.command(cls=ChineseCommand, help="把备份恢复到一个空的系统（由 TRACKER_INSTANCE、TRACKER_DATABASE_URL 指定）。")
@click.argument("archive", metavar="备份文件", type=click.Path(path_type=Path))
@click.option("--target", metavar="名称", help="要恢复到的数据库名称；不写则询问。")
@key_option
@ask_option
@click.option("--without-keys", is_flag=True, help="密钥已经丢失：加密保存的内容不能读取，操作记录不能核验。")
def restore(archive: Path, target: str | None, key_file: Path | None, passphrase: bool, without_keys: bool) -> None:
    has_keys = keys_file().exists()
    settings = from_environment()
    key = _key(settings, key_file, passphrase)
    if key is None and not has_keys and not without_keys:
        keys_file().unlink()  # made a moment ago; left there it would be taken for the one that is missing
        raise RuleError(
            f"不加密的备份不含密钥，没有恢复。请先把原系统{KEY_FILES}放到 {settings.instance}；"
            "密钥已经丢失的，加 --without-keys。"
        )
    name = target if target is not None else click.prompt("请输入要恢复到的数据库名称，以便核对")
    contents = restoring.restore(archive, key, settings, name)
    restored = create_app(from_environment())  # an encrypted archive brought its keys along
    with restored.app_context():
        moment = clock.now()
        actor = actions.keeper(actions.AT_THE_SERVER, moment)
        actions.record_restore(actor, f"由备份 {archive.name} 恢复了全部数据，{_said(contents)}")
        held = messages.held_count()
    click.echo(f"已恢复，{_said(contents)}，与备份逐表核对一致。请执行 tracker verify，再启动服务。")
    if held:
        click.echo(f"备份时有{held}条消息待发，可能已经发出，暂不发送，请办公室在“催报”的“未送达和未读”中决定。")


@click.command(cls=ChineseCommand, help="恢复演练：把备份恢复到临时位置，逐表逐文件核对，记录结果。不影响运行。")
@click.argument("archive", metavar="[备份文件]", required=False, type=click.Path(path_type=Path))
@key_option
@ask_option
def drill(archive: Path | None, key_file: Path | None, passphrase: bool) -> int:
    app = create_app()
    settings: Settings = app.config["SETTINGS"]
    key = _key(settings, key_file, passphrase)
    with app.app_context():
        place = archive or _latest(settings)
        done = copying.make_drill(actions.keeper(actions.AT_THE_SERVER, clock.now()), settings, place, key)
        if done.outcome is KeepingOutcome.FAILED:
            raise RuleError(f"演练没有通过：{done.trouble}")
        said = f"{done.table_count}张表、{done.row_count}行、{done.file_count}个文件"
        click.echo(f"演练通过：{place.name} 恢复到{done.place}，{said}与备份一致，操作记录和文件完好。")
    return 0


@click.command(cls=ChineseCommand, help="把数据库搬到另一个空的数据库（SQLite 与 PostgreSQL 之间）。先停止服务。")
@click.option("--to", "url", required=True, metavar="地址", help="目标数据库地址，写法同 TRACKER_DATABASE_URL。")
def move(url: str) -> None:
    app = create_app()
    settings: Settings = app.config["SETTINGS"]
    goal = database_url(url)
    if goal == settings.database_url:
        raise RuleError("目标就是现在的数据库。")
    with app.app_context():
        if jobs.living_schedulers(clock.now()):
            raise RuleError("服务还在运行。请先停止网页和定时任务（刚被强制结束的，等5分钟），再搬迁。")
        if not schema.is_current():
            raise RuleError("数据库还没有升级。请先执行 tracker migrate。")
        source = copying.source_of(settings)
        contents = restoring.move(source, settings, goal, folder=settings.instance, at=clock.now())
    moved = create_app(replace(settings, database_url=goal))
    with moved.app_context():
        actor = actions.keeper(actions.AT_THE_SERVER, clock.now())
        actions.record_restore(actor, f"数据库由{contents.head['dialect']}搬来，{_said(contents)}")
    click.echo(f"已搬迁，{_said(contents)}，逐表核对一致。")
    click.echo("请把 TRACKER_DATABASE_URL 改为新地址，执行 tracker verify，再启动服务。")
    click.echo("原数据库没有改动，确认无误后再处理。")


def _latest(settings: Settings) -> Path:
    for copy in queries.good_copies():
        if (settings.copies_dir / copy.name).exists():
            return settings.copies_dir / copy.name
    raise RuleError(f"{settings.copies_dir} 中没有备份。请先执行 tracker backup，或者写明备份文件。")


def _said(contents: Contents) -> str:
    return f"{len(contents.manifest['tables'])}张表、{contents.rows}行、{contents.files}个文件"


def _key(settings: Settings, key_file: Path | None, passphrase: bool, *, again: bool = False) -> bytes | None:
    if passphrase:
        words: str = click.prompt("口令", hide_input=True, confirmation_prompt="再输入一次" if again else False)
        if len(words) < copying.SHORTEST_KEY:
            raise RuleError(f"口令至少{copying.SHORTEST_KEY}个字符。")
        return words.encode()
    return copying.key_from(key_file or settings.backup_key_file)
