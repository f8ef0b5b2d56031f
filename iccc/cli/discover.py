"""``iccc discover``: what is on the network otherwise than it is declared."""

from __future__ import annotations

from pathlib import Path

import click

from iccc.adopting import against, ignore, look, opened, sorted_before, without_ignored_rows
from iccc.city.load import load_city
from iccc.cli import asking
from iccc.cli.common import Exit, chosen_format, city_argument, emit, output_options, settings_for, target_option
from iccc.discover.against import silent
from iccc.discover.asked import addresses
from iccc.errors import UsageError
from iccc.report.discover import WRITERS

FORMATS = tuple(WRITERS)


@click.command("discover")
@city_argument
@click.option(
    "--range",
    "asked",
    multiple=True,
    metavar="CIDR",
    help="Ask these addresses; default: the subnets of what is declared.",
)
@click.option(
    "--ignore", "ignored", multiple=True, metavar="WHAT", help="An address, MAC or serial number to leave out."
)
@click.option("--why", default="", help="The reason, for --ignore.")
@target_option
@output_options(*FORMATS)
def command(
    city_key: str,
    asked: tuple[str, ...],
    ignored: tuple[str, ...],
    why: str,
    live: bool,
    format_: str | None,
    output: Path | None,
) -> int:
    """Find new, moved, swapped and exchanged devices, by endpoint, serial number and MAC, and say who told it.

    Sources are directed WS-Discovery probes, ONVIF, LLDP, the tables of learned addresses and ARP. What is new is taken
    into the declaration by iccc adopt, or left out of every later report by --ignore: the reason stands in to-sort.csv.
    """
    if ignored and not why:
        raise UsageError("--ignore wants a reason: --why TEXT")
    chosen = chosen_format(format_, output, FORMATS)
    settings = settings_for(live)
    city = load_city(settings.root, city_key)
    networks = asking.asked(asked, city)
    folder = settings.cities / city_key
    with opened(city_key, settings, city) as network, asking.progress() as progress:
        hosts = addresses(networks)
        found = look(network, city, hosts, progress, strangers=False)
        rows = against(network, city, found)
        if ignored:
            ignore(folder, rows, ignored, why)
            network.note("discover", f"ignored: {', '.join(ignored)} ({why})")
    shown = without_ignored_rows(rows, sorted_before(folder))
    unheard = silent(city, found, rows, frozenset(hosts))
    emit(WRITERS[chosen](city.name, found, shown, len(rows) - len(shown), unheard), output)
    if shown:
        return Exit.DIFFERENT
    return Exit.UNKNOWN if unheard else Exit.CLEAN
