"""``iccc camera CITY upgrade``."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import click

from iccc.camera.upgrade import before, upgrade
from iccc.care import Errand
from iccc.city.devices import Camera, City
from iccc.cli.camera_common import act_options, chosen_cameras, need_why, run
from iccc.cli.common import settings_for
from iccc.context import open_context
from iccc.errors import UsageError
from iccc.observed import Done
from iccc.state.log import Why

LARGEST = 1 << 29  # bytes: no camera's firmware has half a gigabyte


@click.command("upgrade")
@click.option("--file", "file", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=True)
@click.option("--sha256", required=True, metavar="HEX", help="Of the file, as its maker publishes it.")
@click.option("--to", "version", required=True, metavar="VERSION", help="What the cameras run afterwards.")
@click.option("--allow-firmware", is_flag=True, help="Needed: a camera may be lost by it.")
@act_options
@click.pass_obj
def command(
    city_key: str,
    file: Path,
    sha256: str,
    version: str,
    allow_firmware: bool,
    limits: tuple[str, ...],
    live: bool,
    yes: bool,
    anytime: bool,
    why: Why,
    format_: str | None,
    output: Path | None,
) -> int:
    """Give cameras another firmware, which the catalogue has to allow for their type.

    One camera of each type and firmware goes first. Each is proved by the version that it runs afterwards, and by its
    declared settings, which have to be as they were.
    """
    need_why(why, "an upgrade")
    if not allow_firmware:
        raise UsageError("a camera may be lost by an upgrade: say --allow-firmware")
    content = _checked(file, sha256)
    with open_context(city_key, "camera", settings_for(live)) as context:
        cameras = chosen_cameras(context, limits)
        _of_one_type(context.city, cameras, version)

        async def act(camera: Camera) -> Done:
            done, after = await upgrade(camera, context.city, context.reach, content, version)
            if after is not None and after.firmware:
                context.upgraded(camera.name, after.firmware)
            return done

        errand = Errand(
            "camera upgrade", f"StartFirmwareUpgrade to {version}, {file.name}, sha256 {sha256.lower()[:16]}", why,
            act, lambda camera, seen: before(camera, seen, context.city, version), anytime=anytime,
        )  # fmt: skip
        question = f"Upgrade {{}} to {version}? Each is off for minutes, and may be lost."
        return run(context, cameras, errand, question, "Upgrade", yes=yes, format_=format_, output=output)


def _of_one_type(city: City, cameras: Sequence[Camera], version: str) -> None:
    """UsageError where the file could go to cameras of two types: a maker gives one number to files of several."""
    types = sorted({one.device_type for one in cameras if city.catalogue[one.device_type].may_run(version)})
    if len(types) > 1:
        raise UsageError(f"{version} may run on {', '.join(types)}, and a file is of one: say a --limit for each")


def _checked(file: Path, sha256: str) -> bytes:
    """The content of the file, if it is the one with that sum."""
    if file.stat().st_size > LARGEST:
        raise UsageError(f"{file} has more than {LARGEST} bytes, which no firmware of a camera has")
    content = file.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if not content or found != sha256.strip().lower():
        raise UsageError(f"{file} has sha256 {found}, not {sha256}")
    return content
