"""``iccc map``: sites, links and hot spots for a map."""

from __future__ import annotations

from pathlib import Path

import click

from iccc.city.load import load_city
from iccc.cli.common import (
    Exit,
    chosen_format,
    city_argument,
    emit,
    limit_option,
    output_options,
    plan_option,
    settings_for,
    talk,
)
from iccc.limit import select
from iccc.report.map import WRITERS, shapes, unplaced
from iccc.units import plural

FORMATS = tuple(WRITERS)
NAMED = 20  # sites without a position that are named


@click.command("map")
@city_argument
@plan_option
@limit_option
@output_options(*FORMATS)
def command(city_key: str, plan: str | None, limits: tuple[str, ...], format_: str | None, output: Path | None) -> int:
    """Write sites, links between them and hot spots as GeoJSON or KML. No owners, and no cameras of third parties.

    Sites without a position are in the file without a geometry, and end the command with exit code 3.
    """
    city = load_city(settings_for(live=False).root, city_key, plan)
    devices = select(city, limits, city.inventory())
    found = shapes(city, devices, whole=not limits)
    emit(WRITERS[chosen_format(format_, output, FORMATS)](city, found), output)
    missing = [shape.key for shape in unplaced(found)]
    if not missing:
        return Exit.CLEAN
    more = f" and {len(missing) - NAMED} more" if len(missing) > NAMED else ""
    talk.print(f"{plural(len(missing), 'site')} without a position: {', '.join(missing[:NAMED])}{more}")
    talk.print("A site's file says it like this: position: {lat: 22.0797, lon: 82.1409, precision: surveyed}")
    return Exit.UNKNOWN
