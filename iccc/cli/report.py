"""``iccc report``: lists for people, and integrators' lists held against the declaration."""

from __future__ import annotations

from pathlib import Path

import click

from iccc.city.load import load_city
from iccc.cli.common import Exit, chosen_format, city_argument, emit, limit_option, output_options, settings_for
from iccc.limit import select
from iccc.report.schedule import write_differences, write_schedule
from iccc.schedule.compare import compare
from iccc.schedule.files import read_sheets
from iccc.schedule.listed import read_listing
from iccc.schedule.rows import private_rows, rows_of, subnets

REPORTS = ("ip-schedule",)
FORMATS = ("text", "csv", "json", "xlsx")


@click.command("report")
@city_argument
@click.argument("report", type=click.Choice(REPORTS))
@click.option(
    "--from",
    "file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Read this xlsx or CSV file and say how it differs from the declaration.",
)
@limit_option
@output_options(*FORMATS)
def command(
    city_key: str, report: str, file: Path | None, limits: tuple[str, ...], format_: str | None, output: Path | None
) -> int:
    """Write the IP schedule, or compare one with the declaration.

    Private cameras are listed when there is no --limit.
    """
    del report  # there is one
    city = load_city(settings_for(live=False).root, city_key)
    chosen = chosen_format(format_, output, FORMATS)
    if chosen == "xlsx" and output is None:
        raise click.UsageError("xlsx needs -o FILE")
    rows = rows_of(city, select(city, limits, city.inventory()))
    private = [] if limits else private_rows(city)
    if file is None:
        sites = {row.site for row in rows}
        emit(write_schedule(chosen, city, rows, private, [s for s in subnets(city) if s.site in sites]), output)
        return Exit.CLEAN
    listing = read_listing(read_sheets(file))
    everything = [*rows_of(city, city.inventory()), *private_rows(city)]
    differences = compare(everything, [*rows, *private], listing)
    emit(write_differences(chosen, city, differences, len(listing.lines), listing.notes), output)
    return Exit.DIFFERENT if differences else Exit.CLEAN
