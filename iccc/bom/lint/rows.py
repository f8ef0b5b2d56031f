"""Tables of a foreign bill: heads in English or Hindi, positions, totals, and what stands between them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from iccc.bom.lint.finding import Finding
from iccc.city.model.lint import Column, LintFile
from iccc.explain import shown
from iccc.rules.rule import Outcome
from iccc.schedule.columns import Heads
from iccc.schedule.files import Sheet, Wrong
from iccc.schedule.heads import plain
from iccc.schedule.values import Cell, latin, says_nothing

NUMBERS = ("quantity", "rate", "amount", "spares_amount", "gst_pct", "gst", "total", "index", "spares")
NEEDED: tuple[Column, ...] = ("description", "quantity")  # columns that a table of a bill has
_FIGURE = re.compile(r"(?:rs\.?|inr|₹|रु\.?)?\s*(-?[0-9][0-9,]*(?:\.[0-9]+)?)\s*(?:/-|%)?", re.IGNORECASE)
_WITH_UNIT = re.compile(r"(-?[0-9][0-9,]*(?:\.[0-9]+)?)\s*[^\W\d_][^\d]{0,20}")


@dataclass(frozen=True)
class Line:
    """One row. ``numbers``: those of its cells that are numbers, by column. A total or a tax has no quantity."""

    place: str
    row: int
    columns: Mapping[str, int]  # from 1
    item: str
    description: str
    unit: str
    basis: str
    part: str  # phase and site, where the table has such columns
    numbers: Mapping[str, Decimal]

    def finding(self, check: str, outcome: Outcome, column: str, text: str) -> Finding:
        at = self.columns.get(column) or self.columns.get("description") or 1
        return Finding(check, outcome, self.place, self.row, at, text)

    def at(self, column: str) -> str:
        return f"{self.place}:{self.row}:{self.columns.get(column, 1)}"

    @property
    def quantity(self) -> Decimal | None:
        return self.numbers.get("quantity")

    @property
    def name(self) -> str:
        """Item and description, short."""
        text = " ".join(part for part in (self.item, self.description) if part)
        return text if len(text) <= 60 else f"{text[:59]}…"


@dataclass(frozen=True)
class Table:
    """Rows below one row of heads, to the next one or the end of the sheet. ``rows``: all of them in their order."""

    place: str
    head_row: int
    columns: Mapping[str, int]
    rows: tuple[Line, ...]
    totals: frozenset[int]  # rows that call themselves totals

    @property
    def positions(self) -> list[Line]:
        """Rows with a quantity that are no totals."""
        return [line for line in self.rows if line.quantity is not None and line.row not in self.totals]

    @property
    def rated(self) -> list[Line]:
        """Positions with a rate."""
        return [line for line in self.positions if "rate" in line.numbers]

    @property
    def blank(self) -> bool:
        """Whether there is a column for rates, and none in it: a bill for bidders to fill in."""
        return "rate" in self.columns and bool(self.positions) and not self.rated


@dataclass
class Bill:
    """The tables of all sheets, what was found while reading them, heads that nobody knows, sheets of other things."""

    tables: list[Table] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    unknown_heads: list[str] = field(default_factory=list)
    without_table: list[str] = field(default_factory=list)  # sheets

    @property
    def positions(self) -> list[Line]:
        return [line for table in self.tables for line in table.positions]


def read_bill(sheets: Sequence[Sheet], known: LintFile) -> Bill:
    """The tables of sheets; where no sheet has one, that is a finding."""
    bill = Bill()
    heads = Heads({str(name): words for name, words in known.heads.items()}, (), "catalogue/lint.yaml")
    for sheet in sheets:
        starts = list(_heads(sheet, heads, bill))
        if not starts:
            bill.without_table += [sheet.place] if sheet.rows else []
        ends = [*(at for at, _ in starts), len(sheet.rows) + 1][1:]
        for (at, columns), end in zip(starts, ends, strict=True):
            bill.tables.append(_table(sheet, at, end, columns, known, bill))
    if not bill.tables:
        wanted = " and ".join(f"{name} ({', '.join(known.heads[name][:3])}, …)" for name in NEEDED)
        text = f"no row has heads for {wanted}: nothing is judged"
        bill.findings += [Finding("heads", Outcome.UNKNOWN, place, 1, 1, text) for place in bill.without_table]
    return bill


def _heads(sheet: Sheet, heads: Heads, bill: Bill) -> Iterator[tuple[int, dict[str, int]]]:
    """Rows that are heads of a table, and the columns that they name. Of two columns alike the first one counts."""
    for at, row in enumerate(sheet.rows, 1):
        said = {column: str(cell) for column, cell in enumerate(row, 1) if isinstance(cell, str) and cell}
        found: dict[str, int] = {}
        unknown = []
        for column, text in said.items():
            name = heads.field(text)
            if name is None:
                unknown.append(f"{sheet.place}:{at}:{column} {shown(text)}")
            else:
                found.setdefault(name, column)
        if all(name in found for name in NEEDED) or len(found) >= 4 and "description" in found:
            bill.unknown_heads += unknown
            yield at, found


def _table(sheet: Sheet, at: int, end: int, columns: Mapping[str, int], known: LintFile, bill: Bill) -> Table:
    lines, totals = [], set()
    words = [word.casefold() for word in known.words["total"]]
    for number in range(at + 1, end):
        line = _line(sheet, number, columns, bill, words)
        if line is None:
            continue
        lines.append(line)
        if line.quantity is None and _is_total(line, words):
            totals.add(number)
    return Table(sheet.place, at, columns, tuple(lines), frozenset(totals))


def _is_total(line: Line, words: Sequence[str]) -> bool:
    return is_total(f"{line.item} {line.description}", words)


def is_total(text: str, words: Sequence[str]) -> bool:
    """Whether a text begins or ends with one of the words, as totals do."""
    said = plain(text)
    return any(re.search(rf"^(?:the )?{re.escape(w)}\b|(?:^|\s){re.escape(w)}$", said) for w in map(plain, words))


def _line(sheet: Sheet, number: int, columns: Mapping[str, int], bill: Bill, totals: Sequence[str]) -> Line | None:
    row = sheet.rows[number - 1]
    texts: dict[str, str] = {}
    numbers: dict[str, Decimal] = {}
    bad: list[Finding] = []
    for name, column in columns.items():
        cell: Cell | Wrong = row[column - 1] if column <= len(row) else ""
        if isinstance(cell, Wrong):
            bad.append(Finding("cells", Outcome.UNKNOWN, sheet.place, number, column, f"{name} {cell.text}"))
        elif name in NUMBERS:
            figure = figure_of(cell)
            if figure is not None:
                numbers[name] = figure
            elif not says_nothing(cell):
                text = f"{name} {shown(cell)} is no number, and is not judged"
                bad.append(Finding("cells", Outcome.UNKNOWN, sheet.place, number, column, text))
        else:
            texts[name] = " ".join(str(cell).split())
    if not any(texts.values()) and not numbers and not bad:
        return None
    if texts.get("description") or texts.get("item"):
        bill.findings += bad
    line = Line(
        sheet.place, number, columns, texts.get("item", ""), texts.get("description", ""), texts.get("unit", ""),
        texts.get("basis", ""),
        f"{texts.get('phase', '')} {texts.get('site', '')}".strip(), numbers,
    )  # fmt: skip
    if not line.description and not _is_total(line, totals) and numbers:
        # What stands there only as a number, like 1, 2, 3 below the heads, is no position.
        return None if not line.item else line
    return line


def figure_of(cell: Cell) -> Decimal | None:
    """A number as people write it: ``1,20,000.00``, ``Rs. 500/-``, ``18 %``, ``12 Nos.``; None for what is none."""
    if isinstance(cell, int | float):
        number = Decimal(str(cell))
        return number if number.is_finite() else None
    said = latin(cell).strip()  # १,२०,००० too
    found = _FIGURE.fullmatch(said) or _WITH_UNIT.fullmatch(said)
    if found is None:
        return None
    try:
        return Decimal(found[1].replace(",", ""))
    except InvalidOperation:
        return None
