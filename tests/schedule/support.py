"""What the tests of the IP schedule share: a file's way from rows to differences."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from iccc.city.devices import City
from iccc.report.schedule import write_schedule
from iccc.schedule.compare import Difference, compare
from iccc.schedule.files import read_sheets
from iccc.schedule.listed import Listing, read_listing
from iccc.schedule.rows import Row, private_rows, rows_of, subnets


def everything(city: City) -> list[Row]:
    return [*rows_of(city, city.inventory()), *private_rows(city)]


def written(city: City, path: Path) -> Path:
    """The city's schedule in the format that the name of ``path`` says."""
    data = write_schedule(path.suffix[1:], city, rows_of(city, city.inventory()), private_rows(city), subnets(city))
    path.write_bytes(data)
    return path


def listing(path: Path) -> Listing:
    return read_listing(read_sheets(path))


def table(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows(rows)
    return path


def differences(city: City, path: Path) -> list[Difference]:
    rows = everything(city)
    return compare(rows, rows, listing(path))


def only(city: City, path: Path) -> list[Difference]:
    """The differences of the rows that the file has."""
    return compare(everything(city), [], listing(path))
