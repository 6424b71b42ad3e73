"""Who is locked out of the pages altogether is let in from the server: the last way, and it is recorded."""

from __future__ import annotations

import click

from tracker.accounts import actions as accounts
from tracker.accounts import queries
from tracker.app import create_app
from tracker.cli.chinese import ChineseCommand
from tracker.core import clock
from tracker.core.access import Actor, Body, Person, Seat
from tracker.core.errors import RuleError


@click.command(cls=ChineseCommand, help="重置动态口令：手机和恢复码都丢失，又没有其他管理员时使用。")
@click.argument("login", metavar="登录名")
@click.option("--reason", required=True, help="理由，记入操作记录。")
def factor(login: str, reason: str) -> None:
    app, at = create_app(), clock.now()
    with app.app_context():
        user = queries.user_by_login(login)
        if user is None:
            raise RuleError(f"没有登录名为“{login}”的账号。")
        body = user.committee.body() if user.committee else Body(None, "", "", "")
        actor = Actor(Person(None, "服务器命令行"), Seat(None, None, ""), body, clock.shanghai_date(at), at)
        accounts.reset_factor(actor, user, reason=reason)
        click.echo(f"已重置{user.name}（{user.login}）的动态口令，此人在各处的登录已全部退出。")
