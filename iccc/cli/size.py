"""``iccc size``: what a city needs, and why."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

import click

from iccc.city.devices import Camera, City
from iccc.city.load import load_city
from iccc.cli.common import chosen_format, city_argument, emit, limit_option, output_options, plan_option, settings_for
from iccc.errors import UsageError
from iccc.explain import did_you_mean
from iccc.limit import select
from iccc.report.sizing import WRITERS, explained
from iccc.sizing.city import Line, size

FORMATS = ("text", "json", "csv")


@click.command("size")
@city_argument
@click.option(
    "--explain",
    "named",
    multiple=True,
    metavar="NAME",
    help="Only these, with formula and inputs: a name, a site, a ring, a recorder, a glob; repeat for or.",
)
@plan_option
@limit_option
@output_options(*FORMATS)
def command(
    city_key: str,
    named: tuple[str, ...],
    plan: str | None,
    limits: tuple[str, ...],
    format_: str | None,
    output: Path | None,
) -> None:
    """Work out disk, recorders, bandwidth, PoE, power, fibre, rooms and people, each in two cases.

    The design maximum is what the city is built for, the expected case what it will mostly take.
    """
    city = load_city(settings_for(live=False).root, city_key, plan)
    devices = select(city, limits, city.inventory())
    _known(city, [device for device in devices if isinstance(device, Camera)])
    lines = size(city, devices)
    if named:
        lines = _named(lines, named)
    chosen = chosen_format(format_, output, FORMATS)
    emit(explained(lines) if named and chosen == "text" else WRITERS[chosen](city, lines), output)


def _known(city: City, cameras: Sequence[Camera]) -> None:
    """UsageError with all that is declared as unknown and that a size cannot be worked out without."""
    kept = [camera for camera in cameras if not camera.retention_days]
    unknown = {str(camera.origins["retention_days"][0]): f"days of retention {camera.retention}" for camera in kept}
    if unknown:
        listed = "\n".join(f"{where}: {what} is declared as unknown" for where, what in sorted(unknown.items())[:20])
        raise UsageError(f"cities/{city.key} cannot be sized yet\n{listed}")


def _named(lines: list[Line], named: tuple[str, ...]) -> list[Line]:
    """The lines that any of ``named`` names; one that names none is a UsageError."""
    known = {word for line in lines for word in (line.name, line.scope)}
    for name in named:
        if not any(_fits(line, name) for line in lines):
            hint = did_you_mean(name, known) or ": say a name, a site, a ring or a recorder as `iccc size` lists them"
            raise UsageError(f"--explain {name!r} names nothing that was worked out{hint}")
    return [line for line in lines if any(_fits(line, name) for name in named)]


def _fits(line: Line, name: str) -> bool:
    return any(fnmatchcase(word, name) for word in (line.name, line.scope, f"{line.name} {line.scope}"))
