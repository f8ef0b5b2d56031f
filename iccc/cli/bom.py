"""``iccc bom``: the bill of quantities, an estimate, a tender."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time
from pathlib import Path

import click

from iccc.bom.added import added
from iccc.bom.diff import compare_bills, side_of
from iccc.bom.estimate import Estimate, estimate
from iccc.bom.lines import bill
from iccc.city.load import PLANS, load_city, plan_of
from iccc.city.revision import last_commit
from iccc.cli.bom_diff import bill_of, side
from iccc.cli.card import card_of
from iccc.cli.common import (
    Exit,
    chosen_format,
    city_argument,
    emit,
    emit_all,
    limit_option,
    output_options,
    rates_options,
    settings_for,
    talk,
)
from iccc.clock import SystemClock
from iccc.errors import UsageError
from iccc.explain import one_of
from iccc.limit import select
from iccc.report.annexure.content import Asked, annexure
from iccc.report.annexure.words import LANGUAGES
from iccc.report.bom import bom_table, bom_text, tender_notes, tender_table
from iccc.report.book.estimate import estimate_book
from iccc.report.book.tender import tender_book
from iccc.report.estimate import WRITERS as ESTIMATES
from iccc.report.estimate import remarks
from iccc.report.expected import BILLED, EXPECTED
from iccc.report.portal import parts_of, portal_files, portals
from iccc.report.table import WRITERS, one_line
from iccc.sizing.city import size

FORMATS = ("text", "csv", "json", "xlsx", "pdf")
BINARY = ("xlsx", "pdf")
KINDS = ("quantities", "estimate", "tender")


@click.command("bom")
@city_argument
@click.option("--phase", metavar="PHASE", help="Only this phase of city.yaml, with its plan where it has one.")
@click.option(
    "--as",
    "kind",
    type=click.Choice(KINDS),
    help="Quantities and their derivation, a priced estimate, or a tender; default: quantities, with --rates estimate.",
)
@rates_options("The rate card of an estimate", "The day of a PDF, and as of which the age of rates is judged")
@click.option(
    "--language",
    type=click.Choice([*LANGUAGES, "both"]),
    default="en",
    help="Of a PDF; both: English, and Hindi behind it. Default: en.",
)
@click.option(
    "--since",
    metavar="REV",
    help="What changed since, as a sheet of the workbook: a git revision, a folder, the JSON of an earlier bill.",
)
@click.option("--portal", metavar="NAME", help="A tender as CSV in the columns of a portal of catalogue/portals.yaml.")
@limit_option
@output_options(*FORMATS)
def command(
    city_key: str,
    phase: str | None,
    kind: str | None,
    rates: Path | None,
    on: datetime | None,
    language: str,
    since: str | None,
    portal: str | None,
    limits: tuple[str, ...],
    format_: str | None,
    output: Path | None,
) -> int:
    """Derive the bill of quantities, and price it.

    Each quantity says how it was derived and where that comes from. An estimate that lacks rates ends with exit code 3.
    """
    kind = kind or ("estimate" if rates else "tender" if portal else "quantities")
    if portal is not None and (kind != "tender" or chosen_format(format_, output, FORMATS) != "csv" or not output):
        raise UsageError("--portal is of a tender, without --rates, and needs -o FILE.csv")
    if (kind == "estimate") != (rates is not None):
        needed = "an estimate needs --rates FILE" if kind == "estimate" else f"--rates is of an estimate, not of {kind}"
        raise UsageError(needed)
    chosen = chosen_format(format_, output, FORMATS)
    if since is not None and (chosen != "xlsx" or rates is None or limits):
        raise UsageError("--since is of the workbook of a whole estimate: --rates FILE -o FILE.xlsx, without --limit")
    if language != "en" and chosen != "pdf":
        raise UsageError("--language is of a PDF: -o FILE.pdf")
    if chosen in BINARY and output is None:
        raise click.UsageError(f"{chosen} needs -o FILE")
    root = settings_for(live=False).root
    plan = plan_of(root, city_key, phase)
    city = load_city(root, city_key, plan)
    if phase is not None and phase not in city.phases:
        raise UsageError(f"--phase {one_of(phase, city.phases)}")
    known = portals(root) if portal is not None else {}
    if portal is not None and portal not in known:
        raise UsageError(f"--portal {one_of(portal, known)}")
    devices = select(city, limits, city.inventory())
    made = bill(city, devices, whole=not limits, phase=phase)
    made = replace(made, notes=(*_part(city_key, phase, plan, limits), *made.notes))
    of_phase = [device for device in devices if phase is None or device.phase == phase]
    if portal is not None and output is not None:
        files = portal_files(made, known[portal], output)
        emit_all(files)
        old = [
            f"{path} is of an earlier bill, and no part of this one" for path in parts_of(output) if path not in files
        ]
        _said([*old, f"{portal}: {known[portal].source}", *tender_notes(city, made)])
        return Exit.CLEAN
    day = on.date() if on else SystemClock().now().date()
    priced = expected = None
    if rates:
        card, rules = card_of(rates, city), city.declared.estimate.file
        priced = estimate(made, card, rules, day)
        of_expected = bill(city, devices, whole=not limits, phase=phase, expected=True)
        expected = compare_bills(
            side_of(BILLED, made, priced), side_of(EXPECTED, of_expected, estimate(of_expected, card, rules, day))
        )
    if chosen == "pdf" or (chosen == "xlsx" and kind != "quantities"):
        sized = size(city, of_phase) if of_phase else []
        revision = last_commit(root, city_key)
        adds = added(city, devices, phase) if phase and not limits else ()
        asked = Asked(
            city, made, of_phase, sized, day, revision, phase, limits, priced, tender=kind == "tender", adds=adds,
            expected=expected,
        )  # fmt: skip
        emit(_pdf(asked, language) if chosen == "pdf" else _workbook(asked, since, rates), output)
        return _ended(priced)
    if priced is not None and expected is not None:
        emit(ESTIMATES[chosen](city, priced, of_phase, made.notes, expected), output)
        if chosen == "csv":
            _said(remarks(city, priced, made.notes))
        return _ended(priced)
    table = (bom_table if kind == "quantities" else tender_table)(city, made, of_phase)
    emit(WRITERS[chosen](bom_text(table) if chosen == "text" and kind == "quantities" else table), output)
    if chosen == "csv":
        _said(table.notes)
    return Exit.CLEAN


def _part(city_key: str, phase: str | None, plan: str | None, limits: Sequence[str]) -> Iterator[str]:
    """What a bill is not of, so that its total is not taken for that of a city."""
    if limits:
        yield f"of a part of the city: {', '.join(limits)}; without fibre, rooms, people and third parties' cameras"
    if phase is not None:
        yield f"of the phase {phase} alone"
    if plan is not None:
        yield f"with the plan cities/{city_key}/{PLANS}/{plan} laid over the city"


def _said(notes: Sequence[str]) -> None:
    """What a CSV file has no place for: what was not counted, what is to be quoted in per cent."""
    for note in notes:
        talk.print(f"note: {one_line(note)}")


def _pdf(asked: Asked, language: str) -> bytes:
    from iccc.report.annexure.typeset import typeset  # it loads a typesetter

    chosen = [each for each in LANGUAGES if language in (each, "both")]
    return typeset([annexure(asked, each) for each in chosen], asked.day)


def _workbook(asked: Asked, since: str | None, rates: Path | None) -> bytes:
    if asked.estimate is None or rates is None:
        return tender_book(asked)
    if since is None:
        return estimate_book(asked, None)
    former = side(asked.city.key, since, asked.phase)
    card = card_of(rates, asked.city, former.city) if former.city else None
    before = bill_of(former, asked.phase, card, datetime.combine(asked.day, time()))
    return estimate_book(asked, compare_bills(before, side_of("this workbook", asked.bill, asked.estimate)))


def _ended(priced: Estimate | None) -> int:
    if priced is not None and (missing := len(priced.flagged("no rate"))):
        talk.print(f"{missing} lines have no rate: the total is without them")
        return Exit.UNKNOWN
    return Exit.CLEAN
