"""``iccc explain``: every value that holds for a device, and the line that gave it."""

from __future__ import annotations

from pathlib import Path

import click

from iccc.city.load import load_city
from iccc.cli.common import chosen_format, city_argument, emit, output_options, settings_for
from iccc.effective import effective
from iccc.report.explain import WRITERS

FORMATS = tuple(WRITERS)


@click.command("explain")
@city_argument
@click.argument("name", metavar="DEVICE")
@output_options(*FORMATS)
def command(city_key: str, name: str, format_: str | None, output: Path | None) -> None:
    """Show what holds for a device or a site, with the line that gave each value and what it overrides."""
    city = load_city(settings_for(live=False).root, city_key)
    emit(WRITERS[chosen_format(format_, output, FORMATS)](effective(city, name)), output)
