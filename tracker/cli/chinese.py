"""click in Chinese: its headings, its help option and its refusals."""

from __future__ import annotations

from typing import Any

import click

HEADINGS = {"Options": "选项", "Commands": "命令"}


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
            name = error.param.human_readable_name if error.param else ""
            raise click.UsageError(f"缺少参数 {name}。用 --help 查看说明。") from error
        except click.BadParameter as error:
            name = error.param.human_readable_name if error.param else ""
            raise click.UsageError(f"参数 {name} 不对：{error.message}") from error


class ChineseGroup(ChineseCommand, click.Group):
    """A group whose commands speak Chinese as well."""

    command_class = ChineseCommand

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            raise click.UsageError(f"没有“{args[0]}”这个命令。用 --help 查看全部命令。")
        return super().resolve_command(ctx, args)


ChineseGroup.group_class = ChineseGroup
