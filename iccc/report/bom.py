"""The bill of materials as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from iccc.bom import BomLine
from iccc.city.devices import City, Device
from iccc.report.table import Cell, Table

COLUMNS = ("Head", "Device type", "Description", "Kind", "Phase", "Unit", "Quantity", "Comes from")


def bom_table(city: City, lines: Sequence[BomLine], devices: Sequence[Device]) -> Table:
    """One row a position; the summary counts devices by kind and the junctions that they stand on."""
    rows: list[list[Cell]] = [
        [
            line.head,
            line.device_type,
            line.description,
            str(line.kind),
            line.phase,
            line.unit,
            line.quantity,
            ", ".join(f"{where} ({count})" for where, count in line.sources),
        ]
        for line in lines
    ]
    kinds = Counter(str(device.kind) for device in devices)
    summary = {
        "city": city.key,
        "cameras": kinds["camera"],
        "switches": kinds["switch"],
        "recorders": kinds["recorder"],
        "junctions": len({device.site for device in devices if device.site in city.junctions}),
        "declaration": city.digest,
    }
    notes = [str(note) for note in city.notes]
    return Table("bom", f"Bill of materials: {city.name}", COLUMNS, rows, summary, notes)
