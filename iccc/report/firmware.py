"""The firmware of cameras as a table: model, version, how many, and whether they may run it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from iccc.city.devices import City
from iccc.report.table import Cell, Table
from iccc.report.values import counted

LISTED = 10


class Running(NamedTuple):
    """Cameras alike. ``allowed`` is None where the catalogue has no list, or the camera does not tell."""

    device_type: str
    manufacturer: str
    model: str
    firmware: str
    allowed: bool | None


def firmware_table(city: City, counts: Mapping[Running, int], silent: Sequence[str]) -> Table:
    """One row for each device type, model and version."""
    rows: list[list[Cell]] = [
        [one.device_type, one.manufacturer, one.model, one.firmware or "not told", count, _word(city, one)]
        for one, count in sorted(counts.items())
    ]
    notes = []
    if silent:
        more = f" and {len(silent) - LISTED} more" if len(silent) > LISTED else ""
        notes.append(f"{counted(len(silent), 'camera')} could not be read: {', '.join(silent[:LISTED])}{more}")
    columns = ("Device type", "Manufacturer", "Model", "Firmware", "Cameras", "May run")
    summary = {"city": city.key, "cameras": sum(counts.values()), "unread": list(silent)}
    return Table("firmware", f"Firmware: {city.name}", columns, rows, summary, notes)


def _word(city: City, one: Running) -> str:
    if one.allowed is None:
        return "unknown" if city.catalogue[one.device_type].firmware else "no list"
    return "yes" if one.allowed else "no"
