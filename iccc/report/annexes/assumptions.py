"""The annex of the figures that nobody declares for a device."""

from __future__ import annotations

from iccc.city.devices import City
from iccc.report.annexes.annex import Annex
from iccc.report.table import Cell, Table

WHATIF = "Shown, and not to be changed here: `iccc whatif` works out what follows from another figure."


def assumptions(city: City) -> Annex:
    """Every figure that sizing assumes, in both cases, with its bounds' source."""
    rows: list[list[Cell]] = [
        [name, one.about, one.value, city.expected_figures[name].value, one.unit, one.kind, one.source, str(one.where)]
        for name, one in city.figures.items()
    ]
    columns = ("Figure", "What", "Design maximum", "Expected", "Unit", "Kind", "Source", "Stands at")
    table = Table("assumptions", "Figures that nobody declares for a device", columns, rows, notes=[WHATIF])
    return Annex("assumptions", "Assumptions", "मान्यताएँ", (table,))
