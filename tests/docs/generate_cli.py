"""``docs/cli.md``: the help of every command, as the command line itself gives it. ``make docs`` writes it."""

from __future__ import annotations

from pathlib import Path

import click

from iccc.cli.actions import WithActions
from iccc.cli.main import COMMANDS, cli

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"
WIDTH = 100

HEAD = """\
# Command line

Generated from the commands by `make docs`; do not edit. What the exit codes mean and how `--limit` is written
stands in the [README](../README.md), how the lab is used in [its page](lab.md).
"""


def page() -> str:
    """The whole page: the group's own help, then one section for each command, in the order of ``COMMANDS``."""
    root = click.Context(cli, info_name="iccc", terminal_width=WIDTH, max_content_width=WIDTH, **cli.context_settings)
    parts = [HEAD, _section("iccc", cli.get_help(root))]
    for name in COMMANDS:
        command = cli.get_command(root, name)
        assert command is not None, name
        context = click.Context(command, root, info_name=name)  # widths and help options are the group's
        parts.append(_section(f"iccc {name}", command.get_help(context)))
        if isinstance(command, click.Group):
            for act in command.list_commands(context):
                found = command.get_command(context, act)
                assert found is not None, act
                inner = click.Context(found, root, info_name=f"{name} CITY {act}")
                parts.append(_section(f"iccc {name} CITY {act}", found.get_help(inner)))
        if isinstance(command, WithActions):
            for action in command.actions:
                context = click.Context(command.action(action), root, info_name=f"{name} {action}")
                parts.append(_section(f"iccc {name} {action}", command.action(action).get_help(context)))
    return "\n".join(parts)


def _section(title: str, text: str) -> str:
    return f"## {title}\n\n```\n{text.rstrip()}\n```\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
