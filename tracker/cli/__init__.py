"""The `tracker` command: the same rooms and actions, from a terminal.

A command's module is loaded when it is called, so that help answers at once and `tracker run` holds no room in memory.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click

from tracker.cli.chinese import ChineseGroup
from tracker.core.errors import RuleError, RuleErrors

COMMANDS = {
    "run": ("tracker.cli.serving:run", "启动网页服务和定时任务，并保持运行；按 Ctrl-C 停止。"),
    "web": ("tracker.cli.serving:web", "只启动网页服务（生产环境，可启动多个）。"),
    "scheduler": ("tracker.cli.serving:scheduler", "只启动定时任务（生产环境，可启动多个）。"),
    "migrate": ("tracker.cli.installing:migrate", "升级数据库结构，升级前自动备份。"),
    "init": ("tracker.cli.installing:init", "正式安装：建立数据库，给出一次性安装链接。"),
    "demo": ("tracker.cli.installing:demo", "建立演示数据。已建立的保持不变。"),
    "verify": ("tracker.cli.installing:verify", "核验操作记录和所存文件有无改动。"),
    "backup": ("tracker.cli.keeping:backup", "备份数据库和全部文件，运行时也可以备份。"),
    "restore": ("tracker.cli.keeping:restore", "把备份恢复到一个空的系统。"),
    "drill": ("tracker.cli.keeping:drill", "恢复演练：把备份恢复到临时位置，逐项核对。"),
    "move": ("tracker.cli.keeping:move", "把数据库搬到另一个空的数据库。"),
    "plans": ("tracker.cli.papers:plans", "规划文件：识别、导入。"),
    "documents": ("tracker.cli.papers:documents", "公文样张。"),
    "keys": ("tracker.cli.keys:keys", "字段密钥：查看、更换。"),
    "link": ("tracker.cli.people:link", "生成设置密码的链接，没有其他管理员时使用。"),
    "factor": ("tracker.cli.people:factor", "重置一个账号的动态口令，没有其他管理员时使用。"),
    "grants": ("tracker.cli.grants:grants", "PostgreSQL：程序角色的授权。"),
    "jobs": ("tracker.cli.jobs:jobs", "定时任务：查看，或按指定日期手工执行。"),
}

tracker = ChineseGroup("tracker", help="纲目：规划实施跟踪系统。", lazy=COMMANDS)


def main() -> None:
    """The entry point: every refusal is a sentence on stderr and an exit code, never a traceback."""
    os.umask(0o077)  # the database, the files and the secret key are nobody else's to read on this machine
    try:
        code = tracker.main(prog_name="tracker", standalone_mode=False)
    except click.exceptions.Abort:
        fail("已中止。", 130)
    except click.ClickException as error:
        fail(error.format_message(), error.exit_code)
    except RuleErrors as error:
        fail("\n".join(error.sentences), 1)
    except (RuleError, ValueError) as error:
        fail(error.sentence if isinstance(error, RuleError) else str(error), 1)
    except Exception as error:
        sentence = import_module("tracker.cli.trouble").sentence_for(error)
        if sentence is None:
            raise
        fail(sentence, 1)
    sys.exit(code if isinstance(code, int) else 0)


def fail(sentence: str, code: int) -> None:
    click.echo(f"出错：{sentence}", err=True)
    sys.exit(code)
