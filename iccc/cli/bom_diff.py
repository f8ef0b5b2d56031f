"""``iccc bom-diff``: two revisions of a city's bill compared, for a revised estimate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from iccc.bom.diff import BillSide, compare_bills, read_bill, side_of
from iccc.bom.estimate import estimate
from iccc.bom.lines import bill
from iccc.bom.rates import RateCard
from iccc.city.devices import City
from iccc.city.load import load_city, plan_of
from iccc.city.revision import changed_files, city_of, said_of_changed
from iccc.cli.card import card_of
from iccc.cli.common import Exit, chosen_format, city_argument, emit, output_options, rates_options, settings_for, talk
from iccc.clock import SystemClock
from iccc.errors import UsageError
from iccc.explain import one_of
from iccc.report.bom_diff import WRITERS

FORMATS = tuple(WRITERS)
WORKING_TREE = "working tree"


@click.command("bom-diff")
@city_argument
@click.argument("before", metavar="REV1")
@click.argument("after", metavar="[REV2]", required=False)
@click.option("--phase", metavar="PHASE", help="Only this phase of city.yaml, with its plan where it has one.")
@rates_options("A rate card that prices both", "Judge the age of rates as of this day")
@output_options(*FORMATS)
def command(
    city_key: str,
    before: str,
    after: str | None,
    phase: str | None,
    rates: Path | None,
    on: datetime | None,
    format_: str | None,
    output: Path | None,
) -> int:
    """Compare the bills of two revisions: items added, removed and changed, with amounts and causes.

    REV1 and REV2 are git revisions, folders, or files of `iccc bom --format json`; without REV2 it is the working tree.
    """
    chosen = chosen_format(format_, output, FORMATS)
    sides = [side(city_key, before, phase), side(city_key, after, phase)]
    cities = [each.city for each in sides if each.city is not None]
    known = {name: None for city in cities for name in city.phases}
    if phase is not None and cities and phase not in known:
        raise UsageError(f"--phase {one_of(phase, known)}")
    if rates is not None and len(cities) < 2:
        raise UsageError("--rates prices revisions and folders; a JSON file has its amounts, or none")
    card = card_of(rates, cities[1], cities[0]) if rates is not None else None
    made = [bill_of(each, phase, card, on) for each in sides]
    if bool(made[0].steps) != bool(made[1].steps):
        talk.print("only one of them is priced: quantities are compared, and no amounts")
    of = [", ".join(dict.fromkeys(position.phase for position in each.positions)) for each in made]
    if of[0] != of[1] and any(each.bill is not None for each in sides):
        for each, phases in zip(made, of, strict=True):
            talk.print(f"{each.name} is of {phases or 'no phase'}: --phase compares one phase alone")
    diff = compare_bills(*made)
    emit(WRITERS[chosen](cities[-1].name if cities else city_key, diff), output)
    if diff.changes or any(step.difference for step in diff.steps):
        return Exit.DIFFERENT
    return Exit.CLEAN


@dataclass(frozen=True)
class Side:
    """What one of the arguments names: a city, or a bill that is read already."""

    name: str
    city: City | None
    bill: BillSide | None = None


def side(key: str, said: str | None, phase: str | None) -> Side:
    """What a word names; nothing: the working tree."""
    root = settings_for(live=False).root
    if said is None:
        changed = changed_files(root, key)
        name = f"{WORKING_TREE} (not committed: {said_of_changed(changed)})" if changed else WORKING_TREE
        return Side(name, load_city(root, key, plan_of(root, key, phase)))
    if said.lower().endswith(".json") and Path(said).is_file():
        return Side(said, None, read_bill(Path(said)))
    former = city_of(root, key, said, phase)
    for what in former.lent:
        talk.print(f"{said} does not have {what} yet: taken from the working tree")
    return Side(said, former.city)


def bill_of(side: Side, phase: str | None, card: RateCard | None, on: datetime | None) -> BillSide:
    """Its bill, priced where it can be."""
    if side.city is None:
        assert side.bill is not None
        kept = [position for position in side.bill.positions if phase in (None, position.phase)]
        steps = side.bill.steps if len(kept) == len(side.bill.positions) else ()
        years = side.bill.years if steps else ()
        return BillSide(side.name, tuple(kept), steps, years, side.bill.fake)
    made = bill(side.city, list(side.city.inventory()), phase=phase)
    day = on.date() if on else SystemClock().now().date()
    priced = estimate(made, card, side.city.declared.estimate.file, day) if card else None
    return side_of(side.name, made, priced)
