"""A priced estimate as text, CSV and JSON. Every row and every title says so when a rate is made up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from iccc.bom.diff import Diff
from iccc.bom.estimate import Estimate, Priced
from iccc.bom.money import ROUNDING, grouped, in_crore, in_lakh
from iccc.bom.words import english, hindi
from iccc.city.devices import City, Device
from iccc.report.bom import notes, summary
from iccc.report.expected import SAID, expected_data, expected_tables
from iccc.report.marks import FAKE, NO_PRICE
from iccc.report.table import VERSION, Cell, Table, as_csv, as_data, as_text

COLUMNS = (
    "Item", "Head", "Description", "HSN SAC", "Unit", "Quantity", "Spares", "Derivation", "Rate", "Rate basis", "Index",
    "Rate of", "Amount", "Spares amount", "GST %", "GST", "Total", "Phase", "Flag",
)  # fmt: skip
TEXT_COLUMNS = ("Item", "Description", "Unit", "Quantity", "Spares", "Rate", "Basis", "Amount", "GST", "Total", "Flag")
SHOWN = 44  # characters of a description in text


def title(city: City, estimate: Estimate) -> str:
    mark = f"{NO_PRICE}: " if estimate.card.fake else ""
    return f"{mark}Estimate: {city.name}, rates of {estimate.card.name}"


def remarks(city: City, estimate: Estimate, of_bill: Sequence[str]) -> list[str]:
    """What a reader has to know before the total: made-up, missing and old rates, rounding, what was not counted."""
    told = []
    if estimate.card.fake:
        told.append(f"{FAKE}: rates of {estimate.card.name} are made up, and so is every amount here")
    if missing := estimate.flagged("no rate"):
        empty = estimate.card.empty
        items = ", ".join(
            f"{item} ({empty[item]})" if item in empty else item
            for item in dict.fromkeys(priced.line.item for priced in missing)
        )
        told.append(f"the total is without {len(missing)} lines that have no rate in {estimate.card.name}: {items}")
    for flag in ("old rate", "rate without a date"):
        if priced := estimate.flagged(flag):
            cards = dict.fromkeys(each.card for each in priced if each.card)
            told += [f"{flag}: {card.item} ({card.place})" for card in cards]
    days = city.declared.estimate.file.rate_days
    return [*told, f"{ROUNDING}; a rate is old after {days} days", *notes(city, of_bill)]


def estimate_text(
    city: City,
    estimate: Estimate,
    devices: Sequence[Device],  # noqa: ARG001
    of_bill: Sequence[str],
    expected: Diff,
) -> bytes:
    """Lines, abstract by head in lakh, computation, years, financial years, payments, expected case, total in words."""
    mark = [FAKE] if estimate.card.fake else []
    lines = Table("estimate", title(city, estimate), TEXT_COLUMNS, [_text_row(priced) for priced in estimate.lines])
    steps = [[done.step.name, grouped(done.amount), done.how, done.step.source or "", *mark] for done in estimate.steps]
    years = [[f"year {y.number}", grouped(y.amount), grouped(y.gst), grouped(y.total), *mark] for y in estimate.years]
    payments = [[p.milestone.when, f"{p.milestone.pct:g} %", grouped(p.amount), *mark] for p in estimate.payments]
    financial = [
        [f.name, grouped(f.capital), grouped(f.operation), grouped(f.total), *mark] for f in estimate.financial_years
    ]
    fake = ["Rates"] if mark else []
    tables = [
        lines,
        Table("", "Abstract", ("Head", "", "Lakh", *fake), [[*row, *mark] for row in _abstract(city, estimate)]),
        Table("", "Computation, in this order", ("Step", "Rupees", "How", "Source", *fake), steps),
        *([Table("", "Operation", ("Year", "Amount", "GST", "Total", *fake), years)] if years else []),
        *(
            [Table("", "Financial years, April to March", ("Year", "Capital", "Operation", "Total", *fake), financial)]
            if financial
            else []
        ),
        *([Table("", "Payments", ("When", "Share", "Rupees", *fake), payments)] if payments else []),
        *expected_tables(expected),
    ]
    total = [f"{title(city, estimate)}: Rs {grouped(estimate.total)} ({in_crore(estimate.total)})"]
    total += [english(estimate.total), hindi(estimate.total)]
    told = [f"note: {note}" for note in (SAID, *remarks(city, estimate, of_bill))]
    return b"\n".join(map(as_text, tables)) + ("\n".join(["", *total, "", *told]) + "\n").encode()


def _text_row(priced: Priced) -> list[Cell]:
    line = priced.line
    text = line.description if len(line.description) <= SHOWN else f"{line.description[: SHOWN - 1]}…"
    rate = "" if priced.rate is None else grouped(priced.rate)
    basis = priced.card.basis if priced.card else priced.basis
    return [
        line.item, text, line.unit, line.quantity, line.spares, rate, basis, grouped(priced.without_gst),
        grouped(priced.gst), grouped(priced.total), priced.flag,
    ]  # fmt: skip


def _abstract(city: City, estimate: Estimate) -> list[list[Cell]]:
    heads: dict[str, Decimal] = {}
    for priced in estimate.lines:
        heads[priced.line.head] = heads.get(priced.line.head, Decimal(0)) + priced.without_gst
    titles = city.declared.boq.file.heads
    return [
        [head, titles[head].title, in_lakh(amount)]  # type: ignore[index]  # heads of lines are those of the model
        for head, amount in sorted(heads.items())
    ]


def estimate_csv(
    city: City,  # noqa: ARG001
    estimate: Estimate,
    devices: Sequence[Device],  # noqa: ARG001
    of_bill: Sequence[str],  # noqa: ARG001
    expected: Diff,  # noqa: ARG001
) -> bytes:
    """A row a line, then a row a step: those have no item. What is not billed is in no row."""
    rows = [_row(priced) for priced in estimate.lines]
    fake = FAKE if estimate.card.fake else ""
    empty: list[Cell] = [""] * len(COLUMNS)
    for done in estimate.steps:
        row = list(empty)
        for column, cell in (("Description", done.step.name), ("Derivation", done.how), ("Rate basis", fake)):
            row[COLUMNS.index(column)] = cell
        row[COLUMNS.index("Total")] = str(done.amount)
        rows.append(row)
    return as_csv(Table("estimate", "", COLUMNS, rows))


def _row(priced: Priced) -> list[Cell]:
    line, card = priced.line, priced.card
    return [
        line.item, line.head, line.description, line.code, line.unit, line.quantity, line.spares, line.derivation,
        "" if priced.rate is None else str(priced.rate), priced.basis, str(card.index) if card else "",
        str(card.dated or "") if card else "", str(priced.amount), str(priced.spares_amount), line.gst_pct,
        str(priced.gst), str(priced.total), line.phase, priced.flag,
    ]  # fmt: skip


def estimate_json(
    city: City, estimate: Estimate, devices: Sequence[Device], of_bill: Sequence[str], expected: Diff
) -> bytes:
    """Amounts are text, exact to the paisa."""
    rows = [
        {
            "item": priced.line.item, "head": priced.line.head, "description": priced.line.description,
            "code": priced.line.code, "unit": priced.line.unit, "phase": priced.line.phase,
            "quantity": priced.line.quantity, "spares": priced.line.spares, "derivation": priced.line.derivation,
            "comes_from": [{"at": where, "counted": count} for where, count in priced.line.sources],
            "rate": None if priced.rate is None else str(priced.rate), "basis": priced.basis,
            "rate_at": priced.card.place if priced.card else None,
            "rate_of": str(priced.card.dated) if priced.card and priced.card.dated else None,
            "amount": str(priced.amount), "spares_amount": str(priced.spares_amount),
            "gst_pct": priced.line.gst_pct, "gst": str(priced.gst), "total": str(priced.total),
            "yearly": priced.line.yearly, "flag": priced.flag,
        }
        for priced in estimate.lines
    ]  # fmt: skip
    data: dict[str, Any] = {
        "version": VERSION,
        "kind": "estimate",
        **summary(city, devices),
        "title": title(city, estimate),
        "rate_card": estimate.card.name,
        "fake_rates": estimate.card.fake,
        "rounding": ROUNDING,
        "rows": rows,
        "steps": [
            {"name": done.step.name, "amount": str(done.amount), "how": done.how, "source": done.step.source}
            for done in estimate.steps
        ],
        "years": [{"year": y.number, "amount": str(y.amount), "gst": str(y.gst)} for y in estimate.years],
        "financial_years": [
            {"year": f.name, "capital": str(f.capital), "operation": str(f.operation)} for f in estimate.financial_years
        ],
        "payments": [
            {"when": p.milestone.when, "pct": p.milestone.pct, "amount": str(p.amount)} for p in estimate.payments
        ],
        "capital": str(estimate.capital),
        "total": str(estimate.total),
        "total_in_words": english(estimate.total),
        "total_in_words_hi": hindi(estimate.total),
        "expected_case": expected_data(expected),
        "notes": remarks(city, estimate, of_bill),
    }
    return as_data(data)


Writer = Callable[[City, Estimate, Sequence[Device], Sequence[str], Diff], bytes]
WRITERS: Mapping[str, Writer] = {"text": estimate_text, "csv": estimate_csv, "json": estimate_json}
