"""The bill of quantities as a table: quantities with their derivation, or a tender with its specifications."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from iccc.bom.lines import Bill, BomLine
from iccc.city.devices import City, Device
from iccc.report.table import Cell, Table

COLUMNS = (
    "Head", "Item", "Device type", "Description", "Phase", "Unit", "Quantity", "Spares", "HSN SAC", "Derivation",
    "Comes from",
)  # fmt: skip
TEXT_COLUMNS = ("Item", "Description", "Phase", "Unit", "Quantity", "Spares", "Derivation")
TENDER_COLUMNS = (
    "Item", "Description", "Specification", "HSN SAC", "Unit", "Quantity", "Rate", "Rate in words", "Amount", "GST %",
    "Total", "Phase",
)  # fmt: skip


def bom_table(city: City, bill: Bill, devices: Sequence[Device]) -> Table:
    """One row a position; the summary counts devices by kind and the junctions that they stand on."""
    rows: list[list[Cell]] = [
        [
            line.head,
            line.item,
            line.device_type,
            line.description,
            line.phase,
            line.unit,
            line.quantity,
            line.spares,
            line.code,
            line.derivation,
            ", ".join(f"{where} ({count:.12g})" for where, count in line.sources),
        ]
        for line in bill.lines
    ]
    title = f"Bill of materials: {city.name}"
    return Table("bom", title, COLUMNS, rows, summary(city, devices), notes(city, bill.notes))


def bom_text(table: Table) -> Table:
    """The same with the columns that fit a terminal."""
    places = [table.columns.index(name) for name in TEXT_COLUMNS]
    rows = [[row[place] for place in places] for row in table.rows]
    return Table(table.key, table.title, TEXT_COLUMNS, rows, notes=table.notes)


def tender_table(city: City, bill: Bill, devices: Sequence[Device]) -> Table:
    """Rates are left to the bidder; quantities have their spares in them, nothing is added for contingency.

    What is a share of other amounts is left out: it is for bidders to price by itself.
    """
    title = f"Tender bill of quantities: {city.name}"
    rows = [_tender(line) for line in tendered(bill)]
    return Table("tender", title, TENDER_COLUMNS, rows, summary(city, devices), tender_notes(city, bill))


def tendered(bill: Bill) -> list[BomLine]:
    """The lines that bidders price: what is a share of other amounts is not among them."""
    return [line for line in bill.lines if not line.percent_of]


def tender_notes(city: City, bill: Bill) -> list[str]:
    """The payment schedule, what is to be quoted in per cent, and what was not counted."""
    file = city.declared.estimate.file
    payments = [f"payment: {each.pct:g} % of the capital amount: {each.when}" for each in file.milestones]
    operation = next((step for step in file.steps if step.does == "operation"), None)
    if operation is not None and any(line.yearly for line in tendered(bill)):
        payments.append(f"items of operation are for one year each; {operation.years} years are evaluated")
    shares = [f"{line.item} {line.description}: to be quoted in per cent" for line in _shares(bill)]
    return [*payments, *shares, *notes(city, bill.notes)]


def _tender(line: BomLine) -> list[Cell]:
    quantity = line.quantity + line.spares
    return [
        line.item, line.description, line.specification, line.code, line.unit, quantity, "", "", "", line.gst_pct, "",
        line.phase,
    ]  # fmt: skip


def _shares(bill: Bill) -> list[BomLine]:
    return list({line.item: line for line in bill.lines if line.percent_of}.values())


def summary(city: City, devices: Sequence[Device]) -> dict[str, Cell]:
    """What the JSON says beside its rows."""
    kinds = Counter(str(device.kind) for device in devices)
    return {
        "city": city.key,
        "cameras": kinds["camera"],
        "switches": kinds["switch"],
        "recorders": kinds["recorder"],
        "junctions": len({device.site for device in devices if device.site in city.junctions}),
        "declaration": city.digest,
    }


def notes(city: City, of_bill: Sequence[str]) -> list[str]:
    """What was not counted, and what of the declaration does not add up."""
    return [*of_bill, *map(str, city.notes)]
