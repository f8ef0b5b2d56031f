"""A tender's bill as CSV files in the columns of a portal, no file with more items than it takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from iccc.bom.lines import Bill, BomLine
from iccc.city.load import shared_file
from iccc.city.model.portals import Portal, PortalsFile
from iccc.report.bom import tendered
from iccc.report.table import Cell, Table, as_csv

FILE = "catalogue/portals.yaml"
CELLS: Mapping[str, Callable[[BomLine], Cell]] = {
    "item": lambda line: line.item,
    "description": lambda line: line.description,
    "specification": lambda line: line.specification,
    "code": lambda line: line.code,
    "quantity": lambda line: line.quantity + line.spares,
    "unit": lambda line: line.unit,
    "gst_pct": lambda line: line.gst_pct,
    "phase": lambda line: line.phase,
    "blank": lambda _line: "",
}


def portals(root: Path) -> Mapping[str, Portal]:
    """The portals of the catalogue; DeclarationError with every mistake."""
    return shared_file(root, FILE, PortalsFile).portals


def parts_of(path: Path) -> list[Path]:
    """The files that are there of a bill with that name, whole or in parts: of this one or of earlier ones."""
    part = re.compile(rf"{re.escape(path.stem)}(-[0-9]+)?{re.escape(path.suffix)}")
    return sorted(each for each in path.parent.iterdir() if part.fullmatch(each.name))


def portal_files(bill: Bill, portal: Portal, path: Path) -> dict[Path, bytes]:
    """``bill.csv``; of more items than one file may have ``bill-1.csv``, ``bill-2.csv``, …, rows numbered through."""
    lines = tendered(bill)
    if all(column.of != "phase" for column in portal.columns):
        lines = _of_all_phases(lines)
    rows = [
        [number if column.of == "number" else CELLS[column.of](line) for column in portal.columns]
        for number, line in enumerate(lines, start=1)
    ]
    size = portal.items_per_file or max(1, len(rows))
    parts = [rows[at : at + size] for at in range(0, len(rows), size)] or [[]]
    heads = [column.head for column in portal.columns]
    names = [path.with_stem(f"{path.stem}-{number}") for number in range(1, len(parts) + 1)]
    return {
        name: as_csv(Table("portal", "", heads, part))
        for name, part in zip([path] if len(parts) == 1 else names, parts, strict=True)
    }


def _of_all_phases(lines: Iterable[BomLine]) -> list[BomLine]:
    """One line an item: without a column that tells phases apart, a bidder would price the same item twice."""
    items: dict[tuple[str, str, str], BomLine] = {}
    for line in lines:
        key = line.item, line.description, line.unit
        first = items.get(key, replace(line, quantity=0, spares=0))
        items[key] = replace(first, quantity=first.quantity + line.quantity, spares=first.spares + line.spares)
    return list(items.values())
