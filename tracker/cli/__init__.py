"""The `tracker` command: the same rooms and actions, from a terminal."""

from __future__ import annotations

import sys

import click

from tracker.cli.chinese import ChineseGroup
from tracker.cli.installing import demo, init, migrate, verify
from tracker.cli.jobs import jobs
from tracker.cli.papers import documents, plans
from tracker.cli.serving import run, scheduler, web
from tracker.core.errors import RuleError, RuleErrors


@click.group(cls=ChineseGroup, help="纲目：规划实施跟踪系统。")
def tracker() -> None:
    """The group of all commands."""


for command in (run, web, scheduler, migrate, init, demo, verify, plans, documents, jobs):
    tracker.add_command(command)


def main() -> None:
    """The entry point: every refusal is a sentence on stderr and an exit code, never a traceback."""
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
    sys.exit(code if isinstance(code, int) else 0)


def fail(sentence: str, code: int) -> None:
    click.echo(f"出错：{sentence}", err=True)
    sys.exit(code)
