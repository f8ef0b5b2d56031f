"""``iccc check``: is the declaration right, without asking any device."""

from __future__ import annotations

import click

from iccc.city.load import load_city
from iccc.cli.common import city_argument, emit, settings_for


@click.command("check")
@city_argument
def command(city_key: str) -> None:
    """Read a city's files and say every mistake with its line."""
    city = load_city(settings_for(live=False).root, city_key)
    lines = [
        f"{city.name}: {len(city.junctions)} junctions, {len(city.switches)} switches, "
        f"{len(city.recorders)} recorders, {len(city.cameras)} cameras; no mistakes"
    ]
    lines += [f"note: {note}" for note in city.notes]
    emit("\n".join(lines) + "\n", None)
