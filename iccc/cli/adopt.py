"""``iccc adopt``: write the declaration of a city that runs, from what answers on its network."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import click

from iccc.adopt.city.city_file import Said
from iccc.adopt.city.known import Known
from iccc.adopt.city.plan import Plan
from iccc.adopting import add_new, declared_city, enrol_switches, look, opened, remember, write, write_anew
from iccc.city.model.common import Category
from iccc.cli import asking
from iccc.cli.common import Exit, chosen_format, city_argument, emit, output_options, settings_for, target_option
from iccc.discover.asked import addresses
from iccc.errors import UsageError
from iccc.report.adopt import WRITERS
from iccc.schedule.files import read_sheets
from iccc.schedule.listed import read_listing

FORMATS = tuple(WRITERS)


@click.command("adopt")
@city_argument
@click.option("--range", "asked", multiple=True, metavar="CIDR", help="Ask these addresses; repeat for several ranges.")
@click.option(
    "--csv",
    "--schedule",
    "schedule",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="An IP schedule (xlsx, CSV): its addresses are asked, and it says what no device tells.",
)
@click.option("--code", default="", help="The code in the names of its devices (bsp); default: what the names say.")
@click.option(
    "--type", "types", multiple=True, metavar="MODEL=TYPE", help="Devices that tell this model are of this device type."
)
@click.option(
    "--site-type", "site_types", multiple=True, metavar="[N=]TYPE", help="What sort of place site N is, or every site."
)
@click.option("--first-vlan", type=click.IntRange(1, 4094), help="Site 7 shall be in VLAN N + 7, where it is not now.")
@click.option("--ntp", multiple=True, metavar="ADDRESS", help="The city's NTP servers, where devices do not agree.")
@click.option("--recording", metavar="VLAN:PREFIX", help="The network of recorders, where none answers.")
@click.option("--enrol", is_flag=True, help="Record the SSH host keys that switches show, where none is known yet.")
@click.option("--dry", is_flag=True, help="Say what would be written, and write nothing.")
@target_option
@output_options(*FORMATS)
def command(
    city_key: str,
    asked: tuple[str, ...],
    schedule: Path | None,
    code: str,
    types: tuple[str, ...],
    site_types: tuple[str, ...],
    first_vlan: int | None,
    ntp: tuple[str, ...],
    recording: str | None,
    enrol: bool,
    dry: bool,
    live: bool,
    format_: str | None,
    output: Path | None,
) -> int:
    """Write the declaration of a city that runs: what is read is written, what is not is a comment, nothing is guessed.

    Into an empty folder the whole city is written. To a declared one only what is new is added, and what was found
    otherwise than declared is told. Only the addresses of --range and --csv are asked, each by directed probes. Logins
    come from the secret store, one try for each device.
    """
    chosen = chosen_format(format_, output, FORMATS)
    settings = settings_for(live)
    city = declared_city(settings.root, city_key)
    rows = _rows(schedule)
    networks = asking.asked(asked, city) if asked or not rows else []
    listed = [address for address in rows if not any(IPv4Address(address) in network for network in networks)]
    by_number, everywhere = _site_types(site_types)
    known = Known(asking.types(settings, types), by_number, everywhere, first_vlan=first_vlan, rows=rows)
    said = Said(ntp, _recording(recording))
    with opened(city_key, settings, city) as network, asking.progress() as progress:
        everything = [*addresses(networks), *listed]
        found = look(network, city, everything, progress)
        if enrol and enrol_switches(network, found):
            found = look(network, city, everything, progress)
        if city is None:
            adopted = write_anew(network, city_key, found, known, said, code, networks)
        else:
            adopted = add_new(network, city_key, city, found, known)
        done = [] if dry else write(settings.root, adopted)
        if not dry:
            remember(network, adopted)
            network.note("adopt", f"{len(done)} files written")
    emit(WRITERS[chosen](adopted, done), output)
    return Exit.DIFFERENT if adopted.unsorted or adopted.rows else Exit.CLEAN


def _rows(schedule: Path | None) -> dict[str, dict[str, object]]:
    """The values of an IP schedule by address; rows without one say nothing of what is on the wire."""
    if schedule is None:
        return {}
    lines = read_listing(read_sheets(schedule)).lines
    found: dict[str, dict[str, object]] = {}
    for line in lines:
        if (address := line.said.get("address")) is not None:
            found[str(address.value)] = {**{key: said.value for key, said in line.said.items()}, **line.beside}
    return found


def _site_types(texts: Sequence[str]) -> tuple[dict[int, str], str]:
    """By number, and for all others."""
    by_number: dict[int, str] = {}
    everywhere = ""
    for text in texts:
        number, _, type_ = text.rpartition("=")
        if type_ not in set(Category) or (number and not number.isdecimal()):
            raise UsageError(f"--site-type {text!r} is not [N=]TYPE with one of {', '.join(Category)}")
        if number:
            by_number[int(number)] = type_
        else:
            everywhere = type_
    return by_number, everywhere


def _recording(text: str | None) -> tuple[int, Plan] | None:
    if text is None:
        return None
    vlan, _, prefix = text.partition(":")
    try:
        network = IPv4Network(prefix)
        if not 1 <= int(vlan) <= 4094:
            raise ValueError(vlan)
    except ValueError:
        raise UsageError(f"--recording {text!r} is not VLAN:PREFIX, like 300:10.83.0.0/24") from None
    return int(vlan), Plan(network, network.prefixlen, 11, 1)
