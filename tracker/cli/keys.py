"""Field keys: looked at, changed, old ones thrown away (S31)."""

from __future__ import annotations

import click

from tracker.accounts import actions as accounts
from tracker.app import create_app
from tracker.cli.chinese import ChineseCommand
from tracker.config import Settings, from_environment, keys_file, new_key, only_first_key
from tracker.core import clock, sealing
from tracker.core.errors import RuleError


@click.command(cls=ChineseCommand, help="查看或更换字段密钥（电话号码等加密保存）。不带选项只查看。")
@click.option("--new", "is_new", is_flag=True, help="生成新密钥，并用它重新加密；旧密钥仍能解密。")
@click.option("--drop-old", is_flag=True, help="全部内容已由新密钥加密后，旧密钥不再解密，只留作核验。")
def keys(is_new: bool, drop_old: bool) -> None:
    if is_new:
        new_key(keys_file())
        click.echo("已生成新密钥。请重新启动网页服务和定时任务，并把密钥文件另行备份。")
    app = create_app()
    settings: Settings = app.config["SETTINGS"]
    with app.app_context():
        if is_new:
            click.echo(f"已重新加密{accounts.seal_anew(clock.now())}处。")
        left = accounts.count_outdated()
        if drop_old:
            if left:
                raise RuleError(f"还有{left}处由旧密钥加密，不能删除旧密钥。请先执行 tracker keys --new。")
            only_first_key(keys_file())
            click.echo("旧密钥不再用于解密，已移入 retired_keys，只用来核验以前的操作记录和报送，请一并备份。")
            settings = from_environment()
        for place, one in enumerate(settings.field_keys):
            click.echo(f"{'现用' if place == 0 else '旧'}密钥 {sealing.key_name(one)}")
        for one in settings.retired_keys:
            click.echo(f"只用于核验的密钥 {sealing.key_name(one)}")
        click.echo(f"加密方式 {settings.field_cipher}，未用现用密钥加密的有{left}处。")
