"""Two roles on PostgreSQL: the owner migrates, the program only works (S19)."""

from __future__ import annotations

import re

import click
from sqlalchemy import text

from tracker.app import create_app
from tracker.cli.chinese import ChineseCommand
from tracker.core.db import db
from tracker.core.errors import RuleError


@click.command(cls=ChineseCommand, help="PostgreSQL：给程序所用的角色授权，操作记录只能查看和新增。由表的所有者执行。")
@click.argument("role", metavar="角色")
def grants(role: str) -> None:
    app = create_app()
    with app.app_context():
        if db.engine.dialect.name != "postgresql":
            raise RuleError("只有 PostgreSQL 需要授权。")
        with db.engine.begin() as connection:
            for statement in statements_for(role):
                connection.execute(text(statement))
    click.echo(f"已授权：{role}可以读写业务数据；操作记录只能查看和新增，不能修改、删除。")


def statements_for(role: str) -> list[str]:
    """What lets a role do the program's work and nothing to the trail but read and add.

    Raises RuleError for a name that is no plain role's: it stands in the statement.
    """
    if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", role):
        raise RuleError("角色名只能由小写字母、数字和下划线组成。")
    return [
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role}",
        f"REVOKE UPDATE, DELETE, TRUNCATE ON audit_entries FROM {role}",
    ]
