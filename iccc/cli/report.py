"""``iccc report``: lists for people, and integrators' lists held against the declaration."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import click

from iccc.city.devices import City
from iccc.city.load import load_city
from iccc.cli import report_verified
from iccc.cli.common import (
    Exit,
    chosen_format,
    city_argument,
    emit,
    limit_option,
    output_options,
    settings_for,
    target_option,
)
from iccc.clock import SystemClock
from iccc.errors import UsageError
from iccc.limit import select
from iccc.localtime import moment
from iccc.report.changes import write_changes
from iccc.report.schedule import write_differences, write_schedule
from iccc.schedule.compare import compare
from iccc.schedule.files import read_sheets
from iccc.schedule.listed import read_listing
from iccc.schedule.rows import private_rows, rows_of, subnets
from iccc.settings import Settings
from iccc.state.changes import Changes
from iccc.state.store import open_store

REPORTS = ("ip-schedule", "changes", "counts", "acceptance")
FORMATS = ("text", "csv", "json", "xlsx", "html")
TABLES = ("text", "csv", "json", "xlsx")
SINCE = "changes: only those that began since then: 24h, 7d, 2026-11-30T18:00 (without a zone it is the city's time)."


@click.command("report")
@city_argument
@click.argument("report", type=click.Choice(REPORTS))
@click.option(
    "--from",
    "file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="ip-schedule: read this xlsx or CSV file and say how it differs from the declaration.",
)
@click.option("--since", metavar="TIME", help=SINCE)
@click.option(
    "--evidence",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="acceptance, counts: what iccc verify wrote. Default: out/CITY/verify.jsonl.",
)
@limit_option
@target_option
@output_options(*FORMATS)
def command(
    city_key: str,
    report: str,
    file: Path | None,
    since: str | None,
    evidence: Path | None,
    limits: tuple[str, ...],
    live: bool,
    format_: str | None,
    output: Path | None,
) -> int:
    """Write a report, or compare an IP schedule with the declaration.

    ip-schedule: the addresses of all devices and subnets; private cameras are listed when there is no --limit.
    changes: who changed what when and why, and what came of it; with --limit, what has a line for one of these devices.

    counts: cameras that are sanctioned, planned, installed, reachable and recording, by category, phase, site and head.
    acceptance: every check of the last verification by place and recorder, with evidence and time, for signing.
    """
    settings = settings_for(live)
    city = load_city(settings.root, city_key)
    offered = report_verified.FORMATS.get(report, TABLES)
    chosen = chosen_format(format_, output, offered)
    if chosen not in offered:
        raise click.UsageError(f"{report} is written as {', '.join(offered)}, not as {chosen}")
    if chosen == "xlsx" and output is None:
        raise click.UsageError("xlsx needs -o FILE")
    if report in report_verified.FORMATS:
        if file is not None or since is not None:
            raise UsageError("--from is for ip-schedule, --since for changes")
        return report_verified.write(report, city, settings, evidence, limits, chosen, output)
    if evidence is not None:
        raise UsageError("--evidence is for acceptance and counts")
    if report == "changes":
        if file is not None:
            raise UsageError("--from is for an IP schedule: the change record is compared with nothing")
        return _changes(city, settings, since, limits, chosen, output)
    if since is not None:
        raise UsageError("--since is for changes: an IP schedule has no past")
    return _ip_schedule(city, file, limits, chosen, output)


def _changes(
    city: City, settings: Settings, since: str | None, limits: Sequence[str], format_: str, output: Path | None
) -> int:
    clock = SystemClock()
    began = None if since is None else moment(since, clock.now(), city.utc_offset_min)
    devices = {device.name for device in select(city, limits, city.inventory())} if limits else None
    with closing(open_store(settings.state_dir(city.key))) as store:  # without the lock: also during a deploy
        listed = Changes(store, clock).listed(began, devices)
    emit(write_changes(format_, city, listed, began), output)
    return Exit.CLEAN


def _ip_schedule(city: City, file: Path | None, limits: Sequence[str], format_: str, output: Path | None) -> int:
    rows = rows_of(city, select(city, limits, city.inventory()))
    private = [] if limits else private_rows(city)
    if file is None:
        sites = {row.site for row in rows}
        emit(write_schedule(format_, city, rows, private, [s for s in subnets(city) if s.site in sites]), output)
        return Exit.CLEAN
    listing = read_listing(read_sheets(file))
    everything = [*rows_of(city, city.inventory()), *private_rows(city)]
    differences = compare(everything, [*rows, *private], listing)
    emit(write_differences(format_, city, differences, len(listing.lines), listing.notes), output)
    return Exit.DIFFERENT if differences else Exit.CLEAN
