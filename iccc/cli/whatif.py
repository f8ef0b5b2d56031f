"""``iccc whatif``: what other settings would change, before anybody writes them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from iccc.bom.diff import BillSide, compare_bills, side_of
from iccc.bom.estimate import estimate
from iccc.bom.lines import bill
from iccc.bom.whatif import Missing, WhatIf, limits, of_phase, quantities
from iccc.city.devices import City
from iccc.city.load import plan_of
from iccc.city.supposed import suppose
from iccc.cli.card import card_of
from iccc.cli.common import Exit, chosen_format, city_argument, emit, output_options, rates_options, settings_for
from iccc.clock import SystemClock
from iccc.errors import UsageError
from iccc.explain import one_of
from iccc.report.whatif import WRITERS
from iccc.rules.all import RULES
from iccc.sizing.enough import with_enough

FORMATS = tuple(WRITERS)


@click.command("whatif")
@city_argument
@click.option(
    "--set",
    "settings",
    multiple=True,
    required=True,
    metavar="KEY=VALUE",
    help="A setting as it stands in the files: retention.street.days=60, streams.main-4mp.bitrate_kbps=6144, "
    "rings.r1.speed_mbps=10000, ups_hours=2, spares.B.5.1=5, escalation_pct=7; repeat for more.",
)
@click.option(
    "--phase", metavar="PHASE", help="Sizing and bill of this phase of city.yaml alone, with its plan where it has one."
)
@rates_options("A rate card, for rupees", "Judge as of this day")
@output_options(*FORMATS)
def command(
    city_key: str,
    settings: tuple[str, ...],
    phase: str | None,
    rates: Path | None,
    on: datetime | None,
    format_: str | None,
    output: Path | None,
) -> int:
    """Say what other settings would change: quantities, money, and limits that break or hold again.

    Nothing is written. Exit code 2: a limit breaks.
    """
    today = on.date() if on else SystemClock().now().date()
    chosen = chosen_format(format_, output, FORMATS)
    root = settings_for(live=False).root
    plan = plan_of(root, city_key, phase)
    before, after, supposed = suppose(root, city_key, settings, plan)
    if phase is not None and phase not in before.phases:
        raise UsageError(f"--phase {one_of(phase, before.phases)}")
    card = card_of(rates, after, before) if rates else None

    def side(name: str, city: City) -> BillSide:
        made = bill(city, of_phase(city, None), phase=phase)
        return side_of(name, made, estimate(made, card, city.declared.estimate.file, today) if card else None)

    declared, missing = side("as declared", before), None
    if (enough := with_enough(after)) is not None:
        breaks = [limit for limit in limits(before, enough.city, today, RULES) if limit.turn == "breaks"]
        suffices = compare_bills(declared, side("with enough recorders", enough.city))
        missing = Missing(enough, suffices, tuple(breaks), phase)
    what = WhatIf(
        tuple(supposed),
        tuple(quantities(before, after, phase)),
        tuple(limits(before, after, today, RULES)),
        compare_bills(declared, side("with these settings", after)),
        plan,
        missing,
    )
    emit(WRITERS[chosen](before, what), output)
    return Exit.DIFFERENT if what.turned("breaks") else Exit.CLEAN
