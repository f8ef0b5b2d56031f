"""``iccc channels``: which camera is on which channel of which recorder."""

from __future__ import annotations

from pathlib import Path

import click

from iccc.channels import OPEN, WRONG, recorders_of, sheet
from iccc.cli.common import (
    Exit,
    chosen_format,
    city_argument,
    emit,
    limit_option,
    output_options,
    progress_of,
    settings_for,
    target_option,
)
from iccc.context import open_context
from iccc.limit import select
from iccc.report.channels import write_channels

FORMATS = ("text", "csv", "json", "xlsx")


@click.command("channels")
@city_argument
@limit_option
@target_option
@output_options(*FORMATS)
def command(city_key: str, limits: tuple[str, ...], live: bool, format_: str | None, output: Path | None) -> int:
    """List the cameras on recorders' channels: what is declared, and whether it is so by what the recorders say now.

    Where cameras are put on channels by hand it is the sheet for that: address, port, stream, user, and the name under
    which the store has the password. Nothing is written.
    """
    chosen = chosen_format(format_, output, FORMATS)
    if chosen == "xlsx" and output is None:
        raise click.UsageError("xlsx needs -o FILE")
    with open_context(city_key, "channels", settings_for(live)) as context:
        city = context.city
        recorders = recorders_of(city, list(select(city, limits, city.inventory())))
        with progress_of("reading", len(recorders)) as progress:
            listed = sheet(context, recorders, progress)
    emit(write_channels(chosen, city, listed), output)
    states = {one.state for one in listed}
    return Exit.DIFFERENT if states & WRONG else Exit.UNKNOWN if states & OPEN else Exit.CLEAN
