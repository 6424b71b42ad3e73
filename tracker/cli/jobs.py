"""Jobs by hand: any day can be replayed, and twice says nothing twice."""

from __future__ import annotations

from datetime import date

import click

from tracker import rooms
from tracker.app import create_app
from tracker.cli.chinese import ChineseGroup
from tracker.core import clock
from tracker.core.filters import zh_datetime
from tracker.core.forms import parse_day
from tracker.core.jobs import outlook


@click.group(cls=ChineseGroup, help="定时任务：查看，或按指定日期手工执行。")
def jobs() -> None:
    """The group of the jobs' commands."""


@jobs.command("list", help="列出定时任务、最近一次和下一次执行。")
def show() -> None:
    app = create_app()
    with app.app_context():
        for one in outlook(rooms.JOBS, clock.now()):
            last = f"{zh_datetime(one.last.slot)} {one.last.outcome.label}" if one.last else "尚未执行"
            click.echo(f"{one.job.name:<20}{one.job.title}  最近：{last}  下次：{zh_datetime(one.next_at)}")


@jobs.command("run", help="立即执行一项任务。同一天执行两次，不会重复提醒。")
@click.argument("name", metavar="名称")
@click.option("--on", "day", metavar="日期", help="按哪一天执行，如2027-03-01；默认今天。")
def perform(name: str, day: str | None) -> None:
    job = next((job for job in rooms.JOBS if job.name == name), None)
    if job is None:
        known = "、".join(job.name for job in rooms.JOBS)
        raise click.UsageError(f"没有“{name}”这项任务，现有：{known}。")
    on = _day(day)
    app = create_app()
    with app.app_context():
        touched = job.run(on)
    click.echo(f"{job.title}（{on}）：办理{touched}项。")


def _day(text: str | None) -> date:
    if text is None:
        return clock.today()
    day = parse_day(text)
    if day is None:
        raise click.UsageError(f"“{text}”不是有效的日期，请写成2027-03-01。")
    return day
