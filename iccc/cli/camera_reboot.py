"""``iccc camera CITY reboot``."""

from __future__ import annotations

from pathlib import Path

import click

from iccc.camera.restart import reboot
from iccc.care import Errand
from iccc.cli.camera_common import act_options, chosen_cameras, need_why, run
from iccc.cli.common import settings_for
from iccc.context import open_context
from iccc.state.log import Why


@click.command("reboot")
@act_options
@click.pass_obj
def command(
    city_key: str,
    limits: tuple[str, ...],
    live: bool,
    yes: bool,
    anytime: bool,
    why: Why,
    format_: str | None,
    output: Path | None,
) -> int:
    """Restart cameras, and wait until each is back: it went away, lets us in, and is the same unit."""
    need_why(why, "a restart")
    with open_context(city_key, "camera", settings_for(live)) as context:
        cameras = chosen_cameras(context, limits)
        errand = Errand(
            "camera reboot", "SystemReboot", why, lambda camera: reboot(camera, context.reach), anytime=anytime
        )
        question = "Restart {}? Each is off for a minute or so."
        return run(context, cameras, errand, question, "Restart", yes=yes, format_=format_, output=output)
