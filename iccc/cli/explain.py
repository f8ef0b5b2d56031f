"""``iccc explain``: every value that holds for a device and the line that gave it, or a finding and its chain."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path

import click

from iccc.city.devices import City
from iccc.city.load import load_city
from iccc.cli.common import chosen_format, city_argument, emit, output_options, settings_for
from iccc.effective import effective
from iccc.report import explain, explain_finding
from iccc.report.explain_finding import Chain, chain_of
from iccc.settings import Settings
from iccc.state.findings import Findings
from iccc.state.observations import Observations
from iccc.state.store import open_store

FORMATS = tuple(explain.WRITERS)
FINDING = re.compile(r"[0-9a-f]{4,10}")  # an id, or the beginning of one


@click.command("explain")
@city_argument
@click.argument("name", metavar="DEVICE|FINDING")
@click.option("--live", is_flag=True, help="A finding on the real devices, not on the lab.")
@output_options(*FORMATS)
def command(city_key: str, name: str, live: bool, format_: str | None, output: Path | None) -> None:
    """Show what holds for a device or a site, with the line that gave each value and what it overrides.

    Of a finding (its id, or the first digits of it): the root, the evidence, the way from the core, and what follows.
    """
    settings = settings_for(live)
    city = load_city(settings.root, city_key)
    chosen = chosen_format(format_, output, FORMATS)
    if FINDING.fullmatch(name) and city.find(name) is None and name not in city.sites:
        emit(explain_finding.WRITERS[chosen](_chain(city, settings, name)), output)
    else:
        emit(explain.WRITERS[chosen](effective(city, name)), output)


def _chain(city: City, settings: Settings, id_: str) -> Chain:
    """What the last runs left in the state store."""
    with closing(open_store(settings.state_dir(city.key))) as store:
        read_at = {name: seen.read_at for name, seen in Observations(store).all().items()}
        findings = Findings(store)
        return chain_of(city, id_, findings.all(), read_at, findings.in_sync_since())
