"""``iccc watch``: listen to traps, and read again what sent one."""

from __future__ import annotations

from datetime import datetime

import click

from iccc.city.devices import City
from iccc.cli.common import Exit, city_argument, limit_option, settings_for, talk, target_option
from iccc.limit import select
from iccc.localtime import local
from iccc.report.table import one_line
from iccc.report.what import what
from iccc.state.findings import Episode
from iccc.watch import watch


@click.command("watch")
@city_argument
@click.option("--for", "seconds", type=click.FloatRange(min=0, min_open=True), help="Stop after so many seconds.")
@limit_option
@target_option
def command(city_key: str, seconds: float | None, limits: tuple[str, ...], live: bool) -> int:
    """Listen to the traps and informs of switches and UPS cards, and read again what sent one.

    What is found anew or resolved is printed. The listening address is snmp.traps_to of city.yaml.
    """
    anything = watch(
        city_key,
        settings_for(live),
        lambda context: select(context.city, limits),
        seconds,
        lambda *found: click.echo(told(*found)),
        lambda text: talk.print(text),
    )
    return Exit.DIFFERENT if anything else Exit.CLEAN


def told(city: City, at: datetime, sign: str, episode: Episode) -> str:
    """``2026-11-30 16:04:12 IST new: bsp-j01-sw1  hostname: wanted bsp-j01-sw1, seen x``; it may quote a device."""
    return one_line(f"{local(at, city, '%Y-%m-%d %H:%M:%S')} {sign}: {episode.device}  {what(episode)}")
