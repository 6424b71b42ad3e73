"""Plans read and imported, and samples of the official papers."""

from __future__ import annotations

import json
from pathlib import Path

import click

from tracker.accounts import queries as accounts
from tracker.accounts.models import User
from tracker.app import create_app
from tracker.cli.chinese import ChineseGroup
from tracker.committees.models import Committee
from tracker.core import clock
from tracker.core.access import OFFICE_ROLES, Actor
from tracker.core.db import db
from tracker.documents import samples
from tracker.documents.values import DocumentError
from tracker.plans import actions, importing

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(cls=ChineseGroup, help="规划文件：识别、导入。")
def plans() -> None:
    """The group of the plans' commands."""


@plans.command("read", help="识别规划文件，列出领域、目标、策略措施和存疑之处，不写入系统。")
@click.argument("file", metavar="文件", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="以JSON输出全部内容。")
def read(file: Path, as_json: bool) -> None:
    reading = importing.read_plans(file.read_bytes(), file.name)
    if as_json:
        click.echo(json.dumps(importing.to_json(reading), ensure_ascii=False, indent=2))
        return
    for plan in reading.plans:
        click.echo(plan.title)
        for area in plan.areas:
            click.echo(f"  {area.name}：目标{len(area.goals)}条，策略措施{len(area.measures)}条")
    for doubt in reading.doubts:
        click.echo(f"存疑（第{doubt.line}行）：{doubt.message}" if doubt.line else f"存疑：{doubt.message}")


@plans.command(
    "import",
    help="导入规划文件，全部写入或全部不写。同一文件再次导入不产生变化；修订后的文件先列出差异，加 --confirm 写入。",
)
@click.argument("file", metavar="文件", type=FILE)
@click.option("--committee", "code", required=True, metavar="代码", help="机构的6位行政区划代码。")
@click.option("--login", required=True, metavar="登录名", help="以哪位工作人员的名义导入。")
@click.option("--confirm", "confirmed", is_flag=True, help="已看过差异，写入修订后的文字。")
def import_(file: Path, code: str, login: str, confirmed: bool) -> None:
    app = create_app()
    with app.app_context():
        actor = _officer(code, login)
        done = actions.import_file(actor, file.read_bytes(), file.name, confirmed=confirmed)
        for change in done.differences:
            click.echo(f"{change.kind.label} {change.area}{change.what}：{change.before} → {change.after}")
        click.echo(done.sentence)


@click.group(cls=ChineseGroup, help="公文样张。")
def documents() -> None:
    """The group of the documents' commands."""


@documents.command("sample", help="生成一种公文的样张，按扩展名输出PDF或Word。")
@click.argument("form", metavar="文种")
@click.option("-o", "--output", required=True, metavar="文件", type=click.Path(dir_okay=False, path_type=Path))
def sample(form: str, output: Path) -> None:
    try:
        samples.write_sample(form, output)
    except DocumentError as error:
        raise click.UsageError(str(error)) from error
    click.echo(f"已生成 {output}。")


def _officer(code: str, login: str) -> Actor:
    """The person as an officer of that committee. Raises a usage error with a sentence when there is no such one."""
    committee = db.session.query(Committee).filter_by(area_code=code).first()
    if committee is None:
        raise click.UsageError(f"没有行政区划代码为 {code} 的机构。")
    user = db.session.query(User).filter_by(login=login.strip().lower(), is_active=True).first()
    now = clock.now()
    held = accounts.current_holdings(user.id, clock.shanghai_date(now)) if user else []
    for holding in held:
        if holding.post.committee_id == committee.id and holding.post.role in OFFICE_ROLES:
            return accounts.actor_for(holding, now)
    raise click.UsageError(f"{login} 不是{committee.short_name}办公室的工作人员。")
