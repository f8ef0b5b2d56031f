"""``iccc camera``: what is done to cameras and is no setting. Each act is a module of its own."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import click

from iccc.cli.common import city_argument

ACTS: Mapping[str, str] = {
    "reboot": "iccc.cli.camera_reboot",
    "backup": "iccc.cli.camera_backup",
    "restore": "iccc.cli.camera_restore",
    "factory-default": "iccc.cli.camera_factory",
    "firmware": "iccc.cli.camera_firmware",
    "upgrade": "iccc.cli.camera_upgrade",
}


class Acts(click.Group):
    """Loads the module of an act when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(ACTS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in ACTS:
            return None
        command: click.Command = import_module(ACTS[cmd_name]).command
        return command


@click.command("camera", cls=Acts)
@city_argument
@click.pass_context
def command(context: click.Context, city_key: str) -> None:
    """Restart, back up, restore and upgrade cameras: what is no setting, and so no part of a deploy.

    Every camera is looked at first; one of each model and firmware goes before the others. None is touched that is not
    the project's, is under evidence hold, or is another unit than before.
    """
    context.obj = city_key
