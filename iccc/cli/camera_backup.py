"""``iccc camera CITY backup``."""

from __future__ import annotations

from pathlib import Path

import click

from iccc.camera.backup import backup
from iccc.care import Errand
from iccc.city.devices import Camera
from iccc.cli.camera_common import FORMATS, chosen_cameras, run
from iccc.cli.common import limit_option, output_options, reason_options, settings_for, target_option
from iccc.context import open_context
from iccc.observed import Done, Status
from iccc.state.camera_backups import CameraBackups, Label
from iccc.state.log import Why


@click.command("backup")
@limit_option
@target_option
@reason_options()
@output_options(*FORMATS)
@click.pass_obj
def command(
    city_key: str, limits: tuple[str, ...], live: bool, why: Why, format_: str | None, output: Path | None
) -> int:
    """Fetch each camera's own backup file, and keep the five newest in the state folder, encrypted.

    Nothing is changed on the camera.
    """
    settings = settings_for(live)
    with open_context(city_key, "camera", settings) as context:
        cameras = chosen_cameras(context, limits)
        kept = CameraBackups(context.store.path.parent, context.vault)

        async def act(camera: Camera) -> Done:
            taken = await backup(camera, context.city, context.reach)
            of, login = taken.identity, taken.login
            label = Label(
                camera.name, taken.taken_at, of.manufacturer, of.model, of.firmware, of.serial, taken.settings,
                login.user, login.password, login.managed,
            )  # fmt: skip
            path = kept.keep(label, taken.file)
            shown = path.relative_to(settings.root) if path.is_relative_to(settings.root) else path
            return Done(camera.name, Status.APPLIED, f"{shown}, {len(taken.file):,} bytes of {of.model} {of.firmware}")

        errand = Errand("camera backup", "GetSystemUris", why, act, interrupts=False, anytime=True)
        return run(context, cameras, errand, "", "Backup", yes=True, format_=format_, output=output)
