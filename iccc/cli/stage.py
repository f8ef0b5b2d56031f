"""``iccc stage``: take over cameras as they come out of their boxes."""

from __future__ import annotations

from pathlib import Path

import click

from iccc import fleet
from iccc.care import Cared
from iccc.city.devices import Camera
from iccc.cli.camera_common import FORMATS, told
from iccc.cli.common import (
    city_argument,
    limit_option,
    output_options,
    progress_of,
    reason_options,
    settings_for,
    talk,
    target_option,
)
from iccc.context import open_context
from iccc.errors import UsageError
from iccc.limit import select
from iccc.report.values import counted
from iccc.sessions import aio
from iccc.stage import candidates, stage
from iccc.state.log import Why


@click.command("stage")
@city_argument
@limit_option
@target_option
@click.option("--yes", "-y", is_flag=True, help="Don't ask.")
@click.option(
    "--again", is_flag=True,
    help="Also cameras that were read or taken over before, once they are as they came out of the box; needs --limit.",
)  # fmt: skip
@click.option("--anytime", is_flag=True, help="Also outside maintenance windows and in a freeze; needs --reason.")
@reason_options("; needed with --anytime")
@output_options(*FORMATS)
def command(
    city_key: str,
    limits: tuple[str, ...],
    live: bool,
    yes: bool,
    again: bool,
    anytime: bool,
    why: Why,
    format_: str | None,
    output: Path | None,
) -> int:
    """Take over new cameras that all have their maker's address, one switch port after the other.

    The ports of all of them lose their power first. Then each camera is found at the address of its type in the
    catalogue, gets its first user and its declared address, and is proved there. This machine has to be in both
    networks. What cannot be taken over is a row, and the others go on; the same command goes on after a kill.
    Everything else is set by iccc deploy afterwards.
    """
    if anytime and not why.reason:
        raise UsageError("--anytime goes around maintenance windows: say --reason")
    if again and not limits:
        raise UsageError("--again takes the power of cameras that have worked before: name them with --limit")
    with open_context(city_key, "stage", settings_for(live)) as context:
        named = select(context.city, limits)
        cameras = [device for device in named if isinstance(device, Camera) and device.on_the_wire]
        if not cameras:
            raise UsageError(f"{counted(len(named), 'device')} named, and no camera among them that is there")
        chosen, rows = candidates(context, cameras, again)
        if not limits:  # what was not asked for by name is no row
            rows = []
        if run := context.interrupted_run():
            talk.print(f"an earlier run ({run}) was interrupted; this one goes on from what the devices say")
        if chosen and not yes:
            switches = counted(len({one.switch.name for one in chosen}), "switch").replace("switchs", "switches")
            question = f"Take the power off {counted(len(chosen), 'port')} of {switches}, and stage the cameras there?"
            click.confirm(question, abort=True, err=True)
        cared = Cared([])
        if chosen:
            feeding = {one.switch.name: one.switch for one in chosen}
            aio.run(fleet.bring_back(feeding.values(), context.reach, talk.print))
            with progress_of("staging", len(chosen)) as progress:
                cared = aio.run(stage(context, chosen, why, progress, anytime))
        return told(context, Cared([*rows, *cared.rows], cared.stopped), "Staging", format_, output)
