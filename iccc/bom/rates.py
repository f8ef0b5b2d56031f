"""Rate cards: what a unit of an item costs, on whose word, and of what day. A card is the user's; none is ever guessed.

A card is a CSV file, a workbook or YAML. Every mistake in it is told with its place, and no amount is worked out then.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import get_args

from iccc.bom.money import exact, to_paisa
from iccc.city.devices import City
from iccc.city.model.rates import LARGEST_RATE, Basis, RateField, RateHeadsFile, RatesFile
from iccc.errors import DeclarationError, Mistake
from iccc.explain import did_you_mean, one_of, shown
from iccc.schedule.columns import Heads
from iccc.schedule.files import Sheet, Wrong, read_sheets
from iccc.schedule.heads import plain
from iccc.schedule.values import Cell, latin, says_nothing
from iccc.yamlfile import read

FAKE = "FAKE"
HEADS = "catalogue/rate-heads.yaml"
COLUMNS: tuple[RateField, ...] = get_args(RateField)
NEEDED: tuple[RateField, ...] = ("item", "rate", "basis")
TEXTS = ("item", "description", "unit", "basis", "reference", "date")
HEAD_WITHIN = 20  # rows: a title and notes stand above
# Groups of digits in India's way or the world's; 12,50 is neither, and may as well be 12.50.
_GROUPED = re.compile(r"-?([0-9]{1,2}(,[0-9]{2}){1,5}|[0-9]{1,3}(,[0-9]{3}){1,3}|[0-9]{1,3}),[0-9]{3}(\.[0-9]{1,12})?")
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,12})?")
_MARKS = re.compile(r"[^a-z0-9$\u0900-\u097f]+")  # no letter, in English and Hindi
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Rate:
    """A rate of a unit, in rupees without GST. ``index``: what a schedule of rates is multiplied with."""

    item: str
    rate: Decimal
    basis: str
    reference: str
    index: Decimal
    dated: date | None
    place: str  # file:row:column

    @property
    def effective(self) -> Decimal:
        """Rate times cost index, to the paisa."""
        return to_paisa(self.rate * self.index)

    @property
    def said(self) -> str:
        """Basis and reference as one text."""
        return f"{self.basis}: {self.reference}" if self.reference else self.basis

    def is_old(self, today: date, days: int) -> bool | None:
        """Whether it is older than ``days``; None when nobody says of what day it is."""
        return None if self.dated is None else (today - self.dated).days > days


@dataclass(frozen=True)
class RateCard:
    """Rates by item. ``fake``: at least one of them is made up, so that nothing worked out from it is a price."""

    name: str
    rates: Mapping[str, Rate]
    empty: Mapping[str, str] = field(default_factory=dict)  # items whose rate is left out: the place of that

    @property
    def fake(self) -> bool:
        return any(rate.basis == FAKE for rate in self.rates.values())


def read_card(path: Path, heads: RateHeadsFile, city: City, *former: City) -> RateCard:
    """The card in a file; :class:`DeclarationError` with every mistake. ``heads``: how cards call their columns.

    ``former``: the city as it was, whose items the card may have too.
    """
    units: dict[str, str] = {}
    for each in (*former, city):
        units |= {type_.boq_item or name: type_.unit for name, type_ in each.catalogue.items()}
        units |= {number: item.unit for number, item in each.declared.boq.file.items.items()}
    reader = _Reader(units, heads)
    if path.suffix.lower() in (".yaml", ".yml"):
        reader.yaml(path)
    else:
        reader.sheets(read_sheets(path, text_formulas=False))
    if reader.mistakes:
        raise DeclarationError(reader.mistakes)
    return RateCard(path.name, reader.rates, reader.empty)


def _apart(head: str) -> str:
    """The words of a head between single spaces, without marks around them."""
    words = _MARKS.sub(" ", plain(head)).strip()
    return f" {words} "


@dataclass
class _Reader:
    units: Mapping[str, str]  # of every item that there is
    heads: RateHeadsFile
    rates: dict[str, Rate] = field(default_factory=dict)
    empty: dict[str, str] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    _seen: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        words = {str(name): self.heads.heads.get(name, ()) for name in COLUMNS}
        self._columns = Heads(words, self.heads.ignored, HEADS)
        self._bases = {plain(name): name for name in get_args(Basis)}
        self._bases |= {plain(word): name for name, words in self.heads.bases.items() for word in words}
        self._units = {plain(word): name for name, words in self.heads.units.items() for word in (name, *words)}

    def yaml(self, path: Path) -> None:
        document = read(path.resolve(), path.resolve().parent)
        file = document.parse(RatesFile)
        self.mistakes += document.mistakes
        for number, entry in file.rates.items() if file else ():
            place = str(document.where("rates", number))
            self._item(number, place)
            self._unit(number, entry.unit or "", place)
            for key in ("description", "unit", "reference"):
                self._text(getattr(entry, key) or "", str(document.where("rates", number, key)))
            if entry.rate is None:
                self.empty[number] = place
            else:
                rate, index = to_paisa(exact(entry.rate)), exact(entry.index)
                self.rates[number] = Rate(number, rate, entry.basis, entry.reference, index, entry.date, place)

    def sheets(self, sheets: Sequence[Sheet]) -> None:
        found = False
        for sheet in sheets:
            at = next((at for at, row in enumerate(sheet.rows[:HEAD_WITHIN], 1) if self._is_head(row)), None)
            if at is None:
                continue
            found = True
            columns = self._known(sheet, at)
            for number, row in enumerate(sheet.rows[at:], at + 1):
                if any(isinstance(cell, Wrong) or not says_nothing(cell) for cell in row):
                    self._row(sheet, number, row, columns)
        if not found:
            others = ", ".join(name for name in COLUMNS if name not in NEEDED)
            wanted = f"the columns {', '.join(NEEDED)}, and where you like {others}"
            text = f"no row of heads in the first {HEAD_WITHIN} rows: a rate card has {wanted}, called as in {HEADS}"
            self.mistakes.append(Mistake(f"{sheets[0].place}:1:1", text))

    def _is_head(self, row: Sequence[Cell | Wrong]) -> bool:
        """Whether it names items and rates, or three columns at least: then what is missing is told."""
        names = {self._columns.field(cell) for cell in row if isinstance(cell, str)} - {None}
        return {"item", "rate"} <= names or len(names) >= 3

    def _known(self, sheet: Sheet, at: int) -> dict[str, int]:
        """The columns of a card, from 1; what is not known, stands twice or is missing is noted."""
        heads = [cell if isinstance(cell, str) else "" for cell in sheet.rows[at - 1]]
        columns, mistakes = self._columns.columns(f"{sheet.place}:{at}", heads, self._refused)
        self.mistakes += mistakes
        for name in NEEDED:
            if name not in columns:
                called = ", ".join(map(repr, self.heads.heads.get(name, ())[:3]))
                text = f"there is no column {name!r}" + (f"; it may be called {called} too" if called else "")
                self.mistakes.append(Mistake(f"{sheet.place}:{at}:1", text))
        return columns

    def _refused(self, head: str, name: str) -> str | None:
        words = _apart(head)
        found = next((word for word in self.heads.not_rupees if _apart(word) in words), None)
        if name != "rate" or found is None:
            return None
        return f"column {shown(head)} says {found!r}; a rate is in rupees, for one unit, without GST"

    def _row(self, sheet: Sheet, number: int, row: Sequence[Cell | Wrong], columns: Mapping[str, int]) -> None:
        before = len(self.mistakes)
        cells: dict[str, Cell] = {}
        places = {name: f"{sheet.place}:{number}:{column}" for name, column in columns.items()}
        for name, column in columns.items():
            cell = row[column - 1] if column <= len(row) else ""
            if isinstance(cell, Wrong):
                self.mistakes.append(Mistake(places[name], f"{name} {cell.text}"))
            elif name not in TEXTS or self._text(str(cell), places[name]):
                cells[name] = "" if says_nothing(cell) and name != "rate" else cell
        item = str(cells.get("item", ""))
        if "item" in cells:
            self._item(item, places["item"])
        self._unit(item, str(cells.get("unit", "")), places.get("unit", ""))
        rate = self._number("rate", cells.get("rate", ""), places.get("rate", ""))
        index = self._number("index", cells.get("index", ""), places.get("index", ""))
        basis = self._basis(str(cells["basis"]), places["basis"]) if "basis" in cells else ""
        dated = self._date(str(cells.get("date", "")), places.get("date", ""))
        if len(self.mistakes) == before and rate is None and "rate" in places:
            self.empty[item] = places["rate"]
        elif len(self.mistakes) == before and rate is not None:
            reference = str(cells.get("reference", ""))
            index = Decimal(1) if index is None else index
            self.rates[item] = Rate(item, rate, basis, reference, index, dated, places["rate"])

    def _text(self, text: str, place: str) -> bool:
        """Whether it is text; a mistake where it begins like a formula."""
        formula = text.startswith(_FORMULA)
        if formula:
            self.mistakes.append(Mistake(place, f"{shown(text)} begins like a formula, where text belongs"))
        return not formula

    def _item(self, item: str, place: str) -> None:
        if item not in self.units:
            hint = did_you_mean(item, self.units)
            self.mistakes.append(Mistake(place, f"item {shown(item)} is in no catalogue{hint}"))
        elif item in self._seen:
            self.mistakes.append(Mistake(place, f"item {item} stands here twice; first at {self._seen[item]}"))
        self._seen.setdefault(item, place)

    def _unit(self, item: str, unit: str, place: str) -> None:
        allowed = self.units.get(item, unit)
        if unit and unit != allowed and self._units.get(plain(unit)) != allowed:
            self.mistakes.append(Mistake(place, f"unit {shown(unit)} is not that of {item}, {allowed!r}"))

    def _number(self, name: str, cell: Cell, place: str) -> Decimal | None:
        """The number in a cell; None where it is empty, or the mistake is noted."""
        if isinstance(cell, str) and says_nothing(cell):
            return None
        text = latin(str(cell))
        text = text.replace(",", "") if _GROUPED.fullmatch(text) else text
        if isinstance(cell, str) and not _NUMBER.fullmatch(text):
            wrong = f"{name} {shown(text)} is no number: write it with digits and a point alone, like 1250.50"
            self.mistakes.append(Mistake(place, wrong))
            return None
        number = Decimal(text)
        if number < 0 or (name == "index" and not 0 < number <= 10):
            allowed = "not negative" if name == "rate" else "more than 0, at most 10"
            self.mistakes.append(Mistake(place, f"{name} {shown(cell)} is not allowed; it is {allowed}"))
            return None
        if number > LARGEST_RATE:
            self.mistakes.append(Mistake(place, f"{name} {shown(cell)} is more than {LARGEST_RATE:,}"))
            return None
        return to_paisa(number) if name == "rate" else number

    def _basis(self, text: str, place: str) -> str:
        basis = self._bases.get(plain(text))
        if basis is None:
            self.mistakes.append(Mistake(place, f"basis {one_of(text, get_args(Basis))}"))
        return basis or ""

    def _date(self, text: str, place: str) -> date | None:
        if not text:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.mistakes.append(Mistake(place, f"date {shown(text)} is no date like 2026-04-01"))
            return None
