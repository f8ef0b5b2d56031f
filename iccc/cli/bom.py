"""``iccc bom``: the bill of materials."""

from __future__ import annotations

from pathlib import Path

import click

from iccc.bom import bill
from iccc.city.load import load_city
from iccc.cli.common import chosen_format, city_argument, emit, limit_option, output_options, settings_for
from iccc.limit import select
from iccc.report.bom import bom_table
from iccc.report.table import WRITERS

FORMATS = ("text", "csv", "json", "xlsx")


@click.command("bom")
@city_argument
@limit_option
@output_options(*FORMATS)
def command(city_key: str, limits: tuple[str, ...], format_: str | None, output: Path | None) -> None:
    """Count devices by type and phase, and say where each quantity comes from."""
    city = load_city(settings_for(live=False).root, city_key)
    devices = select(city, limits, city.inventory())
    chosen = chosen_format(format_, output, FORMATS)
    if chosen == "xlsx" and output is None:
        raise click.UsageError("xlsx needs -o FILE")
    emit(WRITERS[chosen](bom_table(city, bill(city, devices), devices)), output)
