"""``iccc watch``: listen to traps, and read again what sent one."""

from __future__ import annotations

import click

from iccc.cli.common import Exit, city_argument, limit_option, settings_for, talk, target_option
from iccc.limit import select
from iccc.report.table import one_line
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
        lambda text: click.echo(one_line(text)),  # a finding may quote a device
        lambda text: talk.print(text, markup=False),
    )
    return Exit.DIFFERENT if anything else Exit.CLEAN
