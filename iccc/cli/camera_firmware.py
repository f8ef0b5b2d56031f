"""``iccc camera CITY firmware``: which camera runs what, and whether it may."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from iccc.care import look
from iccc.cli.camera_common import chosen_cameras
from iccc.cli.common import (
    Exit,
    chosen_format,
    emit,
    limit_option,
    output_options,
    progress_of,
    settings_for,
    target_option,
)
from iccc.compare import Unread
from iccc.context import open_context
from iccc.report.firmware import Running, firmware_table
from iccc.report.table import WRITERS
from iccc.sessions import aio


@click.command("firmware")
@limit_option
@target_option
@output_options(*WRITERS)
@click.pass_obj
def command(city_key: str, limits: tuple[str, ...], live: bool, format_: str | None, output: Path | None) -> int:
    """List models and firmware with the number of cameras, and whether the catalogue lets them run it."""
    with open_context(city_key, "camera", settings_for(live)) as context:
        city = context.city
        cameras = chosen_cameras(context, limits or ("kind:camera",))
        with progress_of("reading", len(cameras)) as progress:
            seen = aio.run(look(context, cameras, progress))
    counts: Counter[Running] = Counter()
    silent: list[str] = []
    for name, one in seen.items():
        type_ = city.cameras[name].device_type
        if isinstance(one, Unread):
            silent.append(name)
        else:
            allowed = city.catalogue[type_].may_run(one.firmware) if one.firmware else None
            counts[Running(type_, one.manufacturer, one.model, one.firmware, allowed)] += 1
    table = firmware_table(city, counts, silent)
    emit(WRITERS[chosen_format(format_, output, tuple(WRITERS))](table), output)
    if any(running.allowed is False for running in counts):
        return Exit.DIFFERENT
    return Exit.UNKNOWN if silent or any(not running.firmware for running in counts) else Exit.CLEAN
