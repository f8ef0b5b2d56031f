"""``to-sort.csv`` beside a city's files: what was found and has no place, one row each, for a person to go through.

A reason in the column ``ignore`` keeps a device out of every later report. Rows of what has a place by now go by
themselves; what a person wrote in the others stays.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from iccc.adopt.city.drawn import Unsorted

FILE = "to-sort.csv"
COLUMNS = ("address", "kind", "why", "mac", "serial", "endpoint", "model", "firmware", "hostname", "at", "ignore")
KEYS = ("mac", "serial", "endpoint", "address")  # what tells a device again, the surest first
MOST_ROWS = 20_000


@dataclass(frozen=True)
class Sorted:
    """The rows of the file, each by its columns."""

    rows: tuple[Mapping[str, str], ...] = ()

    def ignored(self, **known: str | None) -> str:
        """The reason for which a person ignores a device of which this is known; "" when nobody does."""
        for row in self.rows:
            if row.get("ignore") and any(row.get(key) and row.get(key) == known.get(key) for key in KEYS):
                return row["ignore"]
        return ""


def read(text: str) -> Sorted:
    """The file as it stands; other columns are left alone."""
    rows = []
    for row in csv.DictReader(io.StringIO(text)):
        cells = ((key, value) for key, value in row.items() if isinstance(key, str) and isinstance(value, str))
        rows.append({key: _inert(value) for key, value in cells})
        if len(rows) >= MOST_ROWS:
            break
    return Sorted(tuple(rows))


def written(found: Iterable[Unsorted], before: Sorted, keep: bool = False) -> str:
    """The file anew: what was found, with what a person wrote on it; and what is ignored, found or not. "" for none.

    ``keep``: rows that stand there stay, too, for not everything was looked for.
    """
    rows = [_row(one, before) for one in found]
    told = [{key: row[key] for key in KEYS if row.get(key)} for row in rows]
    for row in before.rows:
        if (keep or row.get("ignore")) and not any(_same(row, one) for one in told):
            rows.append({key: row.get(key, "") for key in COLUMNS})
    if not rows:
        return ""
    rows.sort(key=lambda row: [int(number) for number in re.findall(r"\d+", row["address"])])
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: _safe(row.get(key, "")) for key in COLUMNS} for row in rows)
    return out.getvalue()


def as_row(one: Unsorted) -> dict[str, str]:
    """By the columns, without a reason to ignore it."""
    return {key: str(getattr(one, key) or "") for key in COLUMNS if key != "ignore"}


def _row(one: Unsorted, before: Sorted) -> dict[str, str]:
    ignore = before.ignored(mac=one.mac, serial=one.serial, endpoint=one.endpoint, address=one.address)
    return as_row(one) | {"ignore": ignore}


def _same(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    return any(one.get(key) and one.get(key) == other.get(key) for key in KEYS)


def _safe(text: str) -> str:
    """A device's own words: a spreadsheet would reckon with what begins like a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text


def _inert(text: str) -> str:
    return text[1:] if re.match(r"'[=+@\t-]", text) else text


def without_ignored(found: Sequence[Unsorted], before: Sorted) -> list[Unsorted]:
    """What nobody ignores."""
    return [
        one
        for one in found
        if not before.ignored(mac=one.mac, serial=one.serial, endpoint=one.endpoint, address=one.address)
    ]
