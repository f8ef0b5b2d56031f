"""A command that also has actions: ``iccc drift CITY`` reads a city, ``iccc drift adopt CITY FINDING`` is an action."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class WithActions(click.Command):
    """``actions``: the module of each, which has its ``command``; it is loaded when it is asked for.

    A city that is named like an action can be asked about with an option before its name.
    """

    def __init__(self, *args: Any, actions: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actions = actions

    def action(self, name: str) -> click.Command:
        """The command of an action; KeyError for one that there is not."""
        command: click.Command = import_module(self.actions[name]).command
        return command

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        if args and args[0] in self.actions:
            return self.action(args[0]).make_context(f"{info_name} {args[0]}", args[1:], parent, **extra)
        return super().make_context(info_name, args, parent, **extra)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Actions"):
            formatter.write_dl([(name, self.action(name).get_short_help_str(limit=88)) for name in self.actions])
        super().format_epilog(ctx, formatter)
