"""click in Chinese: its headings, its help option and its refusals."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

HEADINGS = {"Options": "选项"}


class ChineseFormatter(click.HelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        args = args.replace("[OPTIONS]", "[选项]").replace("COMMAND [ARGS]...", "命令 [参数]")
        super().write_usage(prog, args, prefix or "用法：")

    def write_heading(self, heading: str) -> None:
        super().write_heading(HEADINGS.get(heading, heading))


class ChineseContext(click.Context):
    formatter_class = ChineseFormatter


class ChineseCommand(click.Command):
    context_class = ChineseContext

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "显示本说明。"
        return option

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            raise click.UsageError(f"没有“{error.option_name}”这个选项。") from error
        except click.MissingParameter as error:
            raise click.UsageError(f"缺少{_called(error.param)}。用 --help 查看说明。") from error
        except click.BadParameter as error:
            raise click.UsageError(f"{_called(error.param)} 不对：{_wanted(error.param)}。") from error


def _called(param: click.Parameter | None) -> str:
    """As one types it: 选项 --to; 参数 备份文件."""
    if isinstance(param, click.Option):
        return f"选项 {param.opts[-1]}"
    return f"参数 {param.human_readable_name.strip('[]')}" if param else "参数"


def _wanted(param: click.Parameter | None) -> str:
    """What should stand there, by its type: click says it in English."""
    kind = param.type if param else None
    if isinstance(kind, click.Path | click.File):
        return "没有这个文件或目录，或者不能打开"
    if isinstance(kind, click.IntRange):
        return f"应为{kind.min}至{kind.max}的整数"
    if isinstance(kind, type(click.INT) | type(click.FLOAT)):
        return "应为数字"
    return "写法不符合要求"


class ChineseGroup(ChineseCommand, click.Group):
    """A group whose commands speak Chinese as well.

    `lazy` names further commands as (module:attribute, short help); their modules are loaded when they are called.
    """

    command_class = ChineseCommand

    def __init__(self, *args: Any, lazy: Mapping[str, tuple[str, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lazy = dict(lazy or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self._lazy, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._lazy:
            return super().get_command(ctx, cmd_name)
        module, _, name = self._lazy[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, words) for name, (_, words) in self._lazy.items()]
        for name in super().list_commands(ctx):
            command = super().get_command(ctx, name)
            rows.append((name, command.get_short_help_str(limit=80) if command else ""))
        with formatter.section("命令"):
            formatter.write_dl(rows)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and args[0] not in self.list_commands(ctx) and not args[0].startswith("-"):
            raise click.UsageError(f"没有“{args[0]}”这个命令。用 --help 查看全部命令。")
        return super().resolve_command(ctx, args)


ChineseGroup.group_class = ChineseGroup
