"""What a reviewer may change: rates, cost indices, taxes, shares, escalation; each a cell with a name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from iccc.bom.estimate import Estimate, Priced
from iccc.city.model.boq import EstimateFile
from iccc.report.book.page import Book, Page, identifier

SHEET, SHARES = "Rates", "Taxes and shares"
USUAL = "gst_usual"
CHANGED = "Cells with a yellow ground may be changed; every sheet follows. Quantities are derived, and locked."


@dataclass(frozen=True)
class Figure:
    """A number that may be changed. ``what`` and ``source`` are for the reader."""

    name: str
    value: float
    unit: str
    what: str
    source: str = ""


@dataclass
class Figures:
    """Names of cells, by what they are of. A name is given once: two that would be the same get a number behind."""

    figures: list[Figure] = field(default_factory=list)
    rates: dict[str, str] = field(default_factory=dict)  # item: name of its rate; ``index_of`` has the other
    indices: dict[str, str] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)
    _gst: dict[float, str] = field(default_factory=dict)

    def name(self, *words: str) -> str:
        """A name made of words, which no other cell has; case does not tell names apart."""
        stem = identifier("_".join(words))
        found, number = stem, 1
        while found.lower() in self._taken:
            number += 1
            found = f"{stem}_{number}"
        self._taken.add(found.lower())
        return found

    def add(self, words: Sequence[str], value: float, unit: str, what: str, source: str = "") -> str:
        name = self.name(*words)
        self.figures.append(Figure(name, value, unit, what, source))
        return name

    def gst(self, percent: float) -> str:
        """The name of a rate of GST: the usual one, or that of lines which say their own."""
        if percent not in self._gst:
            what = f"GST of lines that are declared with {percent:g} %"
            self._gst[percent] = self.add(("gst", f"{percent:g}"), percent, "%", what)
        return self._gst[percent]


def figures_of(rules: EstimateFile, lines: Iterable[Priced]) -> Figures:
    """The figures of an estimate in the order of its steps, then its rates."""
    figures = Figures()
    figures._gst[rules.gst_pct] = figures.add(
        (USUAL,), rules.gst_pct, "%", "GST of lines that say nothing else", "estimate.yaml"
    )
    for priced in lines:
        figures.gst(priced.line.gst_pct)
        item = priced.line.item
        if priced.line.percent_of:
            if item not in figures.rates:
                of = f"{priced.line.description}: of heads {', '.join(priced.line.percent_of)}"
                figures.rates[item] = figures.add(("percent", item), priced.line.percent, "%", of, "boq-items.yaml")
        elif item not in figures.rates:
            figures.rates[item] = figures.name("rate", item)
            figures.indices[item] = figures.name("index", item)
    return figures


def write(book: Book, figures: Figures, estimate: Estimate) -> None:
    """Two sheets with all of them: rates, and what else may be changed."""
    page = book.page(
        SHEET, "Rates: what may be changed", "दरें: जो बदली जा सकती हैं", (9, 46, 13, 17, 34, 9, 12, 28)
    )  # fmt: skip
    page.note(CHANGED)
    _rates(book, page, figures, estimate)
    title, in_hindi = "Taxes, shares, escalation: what may be changed", "कर, प्रतिशत व वृद्धि: जो बदले जा सकते हैं"
    page = book.page(SHARES, title, in_hindi, (6, 56, 8, 18, 60, 28))
    page.note(CHANGED)
    page.heads(("No.", "What", "Unit", "Value", "Source", "Name"), repeat=True)
    for number, one in enumerate(figures.figures, 1):
        page.serial(number)
        page.text(1, one.what)
        page.text(2, one.unit)
        page.entry(3, one.value, "money" if one.unit == "Rs" else "percent")
        page.text(4, one.source)
        page.text(5, one.name)
        book.define(one.name, SHARES, page.row, 3)
        page.row += 1


def _rates(book: Book, page: Page, figures: Figures, estimate: Estimate) -> None:
    page.note(
        f"Rates of {estimate.card.name}, in rupees without GST. Index: what a schedule of rates is multiplied with."
    )
    page.heads(("Item", "Description", "Unit", "Rate", "Basis", "Index", "Of", "Name"), repeat=True)
    first, seen = page.row, set()
    for priced in estimate.lines:
        line, card = priced.line, estimate.card.rates.get(priced.line.item)
        if line.percent_of or line.item in seen:
            continue
        seen.add(line.item)
        page.text(0, line.item)
        page.text(1, line.description)
        page.text(2, line.unit)
        page.entry(3, card.rate if card else None)
        page.text(4, card.said if card else "no rate")
        page.entry(5, card.index if card else Decimal(1), "general")
        page.text(6, str(card.dated or "") if card else "")
        page.text(7, figures.rates[line.item])
        book.define(figures.rates[line.item], SHEET, page.row, 3)
        book.define(figures.indices[line.item], SHEET, page.row, 5)
        page.row += 1
    page.rupees(first, page.row - 1, 3)


def plus(terms: Iterable[str]) -> str:
    """A sum as a formula."""
    return "+".join(terms) or "0"
