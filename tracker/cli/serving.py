"""Serving: the web, the scheduler, and the supervisor that keeps both alive."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.error
import urllib.request

import click

from tracker import processes
from tracker.cli.chinese import ChineseCommand
from tracker.config import Settings, from_environment
from tracker.processes import Child, Supervisor

LONGEST_ANSWER = 2.0
READY = "demo"
"""The file of an installation that says it is a demo, and which accounts there are to try: name, password, who."""


@click.command(cls=ChineseCommand, help="启动网页服务和定时任务，并保持运行；按 Ctrl-C 停止。")
@click.option("--demo", is_flag=True, help="首次启动时建立演示数据。")
@click.option("--port", type=int, metavar="端口", help="网页端口，默认8000；被占用时依次顺延。")
def run(demo: bool, port: int | None) -> int:
    settings = from_environment()
    step = subprocess.run([sys.executable, "-m", "tracker.cli", "demo" if demo else "migrate"], check=False)
    if step.returncode != 0:
        return step.returncode
    try:
        listening = processes.listen(settings.host, port or settings.port)
    except OSError as error:
        raise click.ClickException(f"无法监听 {settings.host}:{port or settings.port}（{error.strerror}）。") from error
    taken: int = listening.getsockname()[1]
    environment = {**os.environ, "TRACKER_PORT": str(taken)}
    handle = listening.fileno()
    web_child = Child("网页", processes.web_command(f"fd://{handle}", settings.workers), environment, [handle])
    scheduler_child = Child("定时任务", processes.scheduler_command(), environment)
    address = f"http://{f'[{settings.host}]' if ':' in settings.host else settings.host}:{taken}"
    if taken != (port or settings.port):
        click.echo(f"端口 {port or settings.port} 已被占用，改用 {taken}。")
    supervisor = Supervisor([web_child, scheduler_child], click.echo)
    return supervisor.run(lambda: _answers(address), lambda: _welcome(settings, address))


@click.command(cls=ChineseCommand, help="只启动网页服务（生产环境，可启动多个）。")
def web() -> None:
    settings = from_environment()
    command = processes.web_command(f"{settings.host}:{settings.port}", settings.workers)
    os.execv(command[0], command)


@click.command(cls=ChineseCommand, help="只启动定时任务（生产环境，可启动多个）。")
@click.option("--every", type=float, metavar="秒", help="每隔多少秒查看一次，默认20。")
def scheduler(every: float | None) -> None:
    command = processes.scheduler_command() + (["--every", str(every)] if every else [])
    os.execv(command[0], command)


def _answers(address: str) -> bool:
    """Whether the web serves; the port alone says nothing, the supervisor holds it from the start."""
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=LONGEST_ANSWER):
            return True
    except urllib.error.HTTPError:
        return True  # it answers; what is wrong stands on its page
    except OSError:
        return False


def _welcome(settings: Settings, address: str) -> None:
    click.echo(f"\n{settings.site_name}已启动：{address}")
    demo = settings.instance / READY
    if demo.exists():
        click.echo("演示账号（登录名  密码  身份）：")
        for line in demo.read_text(encoding="utf-8").splitlines():
            login, password, who = line.split("\t")
            click.echo(f"  {login:<14}{password:<16}{who}")
    elif not os.environ.get("TRACKER_BASE_URL") and address != settings.base_url:
        click.echo(f"尚未安装的，tracker init 给出的安装链接以 {settings.base_url} 开头，请改为 {address}。")
    click.echo("按 Ctrl-C 停止。")
