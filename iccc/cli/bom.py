"""``iccc bom``: the bill of quantities, an estimate, a tender."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from iccc.bom.estimate import estimate
from iccc.bom.lines import Bill, bill
from iccc.bom.rates import read_card
from iccc.city.devices import City, Device
from iccc.city.load import load_city
from iccc.cli.common import (
    Exit,
    chosen_format,
    city_argument,
    emit,
    limit_option,
    output_options,
    settings_for,
    talk,
)
from iccc.clock import SystemClock
from iccc.errors import UsageError
from iccc.explain import one_of
from iccc.limit import select
from iccc.report.bom import bom_table, bom_text, tender_table
from iccc.report.estimate import WRITERS as ESTIMATES
from iccc.report.table import WRITERS

FORMATS = ("text", "csv", "json", "xlsx")
KINDS = ("quantities", "estimate", "tender")


@click.command("bom")
@city_argument
@click.option("--phase", metavar="PHASE", help="Only this phase of city.yaml.")
@click.option(
    "--as",
    "kind",
    type=click.Choice(KINDS),
    help="Quantities and their derivation, a priced estimate, or a tender; default: quantities, with --rates estimate.",
)
@click.option(
    "--rates",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The rate card of an estimate: CSV, xlsx or YAML.",
)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Judge the age of rates as of this day; default: today.")
@limit_option
@output_options(*FORMATS)
def command(
    city_key: str,
    phase: str | None,
    kind: str | None,
    rates: Path | None,
    on: datetime | None,
    limits: tuple[str, ...],
    format_: str | None,
    output: Path | None,
) -> int:
    """Derive the bill of quantities, and price it.

    Each quantity says how it was derived and where that comes from. An estimate that lacks rates ends with exit code 3.
    """
    kind = kind or ("estimate" if rates else "quantities")
    if (kind == "estimate") != (rates is not None):
        needed = "an estimate needs --rates FILE" if kind == "estimate" else f"--rates is of an estimate, not of {kind}"
        raise UsageError(needed)
    chosen = chosen_format(format_, output, FORMATS)
    if chosen == "xlsx" and output is None:
        raise click.UsageError("xlsx needs -o FILE")
    if chosen == "xlsx" and kind == "estimate":
        raise UsageError(f"an estimate is {', '.join(ESTIMATES)}; xlsx is of quantities and tenders")
    city = load_city(settings_for(live=False).root, city_key)
    if phase is not None and phase not in city.phases:
        raise UsageError(f"--phase {one_of(phase, city.phases)}")
    devices = select(city, limits, city.inventory())
    made = bill(city, devices, whole=not limits, phase=phase)
    of_phase = [device for device in devices if phase is None or device.phase == phase]
    if rates is not None:
        return _estimate(city, made, of_phase, rates, on, chosen, output)
    table = (bom_table if kind == "quantities" else tender_table)(city, made, of_phase)
    emit(WRITERS[chosen](bom_text(table) if chosen == "text" and kind == "quantities" else table), output)
    return Exit.CLEAN


def _estimate(
    city: City, made: Bill, devices: list[Device], rates: Path, on: datetime | None, chosen: str, output: Path | None
) -> int:
    day = on.date() if on else SystemClock().now().date()
    priced = estimate(made, read_card(rates, city), city.declared.estimate.file, day)
    emit(ESTIMATES[chosen](city, priced, devices, made.notes), output)
    if missing := len(priced.flagged("no rate")):
        talk.print(f"{missing} lines have no rate: the total is without them")
        return Exit.UNKNOWN
    return Exit.CLEAN
