"""``iccc adopt``: write the declaration of a city that runs, from what answers on its network."""

from __future__ import annotations

from collections.abc import Sequence

import click

from iccc.adopt.city.city_file import Said
from iccc.adopt.city.known import Known
from iccc.adopt.city.types import Types
from iccc.adopting import declared_city, look, opened, write, write_anew
from iccc.city.load import CATALOGUE, read_file
from iccc.city.model.catalogue import Catalogue, DeviceType
from iccc.cli.common import Exit, city_argument, emit, settings_for, target_option
from iccc.discover.asked import addresses, ranges
from iccc.errors import DeclarationError, UsageError
from iccc.report.adopt import text
from iccc.settings import Settings


@click.command("adopt")
@city_argument
@click.option("--range", "asked", multiple=True, metavar="CIDR", help="Ask these addresses; repeat for several ranges.")
@click.option("--code", default="", help="The code in the names of its devices (bsp); default: what the names say.")
@click.option(
    "--type", "types", multiple=True, metavar="MODEL=TYPE", help="Devices that tell this model are of this device type."
)
@click.option(
    "--site-type", "site_types", multiple=True, metavar="[N=]TYPE", help="What sort of place site N is, or every site."
)
@click.option("--ntp", multiple=True, metavar="ADDRESS", help="The city's NTP servers, where devices do not agree.")
@target_option
def command(
    city_key: str,
    asked: tuple[str, ...],
    code: str,
    types: tuple[str, ...],
    site_types: tuple[str, ...],
    ntp: tuple[str, ...],
    live: bool,
) -> int:
    """Write the declaration of a city that runs: what is read is written, what is not is a comment, nothing is guessed.

    Only the addresses of --range are asked, each by directed probes. Logins come from the secret store, one try for
    each device.
    """
    del site_types  # not yet
    settings = settings_for(live)
    networks = ranges(asked)
    city = declared_city(settings.root, city_key)
    if city is not None:
        raise UsageError(f"cities/{city_key} is declared already, and adopt only writes into an empty folder yet")
    known = Known(Types(_catalogue(settings), _types(types)))
    with opened(city_key, settings, city) as network:
        found = look(network, city, addresses(networks), _quiet)
        adopted = write_anew(network, city_key, found, known, Said(ntp), code, networks)
        done = write(settings.root, adopted)
        network.note("adopt", f"{len(done)} files written")
    emit(text(adopted, done), None)
    return Exit.CLEAN


def _quiet(_what: str, _more: int) -> None:
    pass


def _catalogue(settings: Settings) -> dict[str, DeviceType]:
    document = read_file(settings.root, settings.root / CATALOGUE)
    if isinstance(document, list):
        raise DeclarationError(document)
    catalogue = document.parse(Catalogue)
    if catalogue is None:
        raise DeclarationError(document.mistakes)
    return dict(catalogue.device_types)


def _types(texts: Sequence[str]) -> dict[str, str]:
    pairs = {}
    for given in texts:
        model, equals, type_ = given.rpartition("=")
        if not equals or not model:
            raise UsageError(f"--type {given!r} is not MODEL=TYPE")
        pairs[model.casefold()] = type_
    return pairs
