"""Who is locked out of the pages altogether is let in from the server: the last way, and it is recorded."""

from __future__ import annotations

import click
from flask import url_for

from tracker.accounts import actions as accounts
from tracker.accounts import queries
from tracker.accounts.models import User
from tracker.app import create_app
from tracker.cli.chinese import ChineseCommand
from tracker.core import clock
from tracker.core.access import Actor, Body, Person, Seat
from tracker.core.errors import RuleError


@click.command(cls=ChineseCommand, help="重置动态口令：手机和恢复码都丢失，又没有其他管理员时使用。")
@click.argument("login", metavar="登录名")
@click.option("--reason", required=True, help="理由，记入操作记录。")
def factor(login: str, reason: str) -> None:
    with create_app().app_context():
        actor, user = _who(login)
        accounts.reset_factor(actor, user, reason=reason)
        click.echo(f"已重置{user.name}（{user.login}）的动态口令，此人在各处的登录已全部退出。")


@click.command(cls=ChineseCommand, help="生成一个设置密码的链接：管理员忘记密码，又没有其他管理员可以办理时使用。")
@click.argument("login", metavar="登录名")
@click.option("--reason", required=True, help="理由，记入操作记录。")
def link(login: str, reason: str) -> None:
    app = create_app()
    with app.app_context():
        actor, user = _who(login)
        key = accounts.give_key(actor, user, reason=reason)
        name = user.name
    with app.test_request_context():
        address = app.config["SETTINGS"].base_url + url_for("accounts.invitation", key=key)
    click.echo(f"请{name}用浏览器打开下面的链接设置密码，24小时内有效，只能使用一次：")
    click.echo(f"  {address}")


def _who(login: str) -> tuple[Actor, User]:
    """Whoever sits at the server, and the account of that name."""
    at, user = clock.now(), queries.user_by_login(login)
    if user is None:
        raise RuleError(f"没有登录名为“{login}”的账号。")
    body = user.committee.body() if user.committee else Body(None, "", "", "")
    return Actor(Person(None, "服务器命令行"), Seat(None, None, ""), body, clock.shanghai_date(at), at), user
