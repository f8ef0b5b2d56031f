"""What an integrator's file says: its rows under known heads, every cell read as what its column means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from iccc.errors import DeclarationError, Mistake
from iccc.explain import shown
from iccc.schedule.files import Sheet, Wrong
from iccc.schedule.heads import BESIDE, FIELD, IGNORED, TITLES, plain
from iccc.schedule.values import PARSERS, Cell, Value, says_nothing

HEAD_WITHIN = 40  # rows: titles, logos and notes stand above
ONCE = ("device", "mac", "serial")  # a second row with the same one is a mistake


@dataclass(frozen=True)
class Said:
    """A value, the column that it stands in, and how it is written there."""

    column: int
    value: Value
    text: str


@dataclass(frozen=True)
class Line:
    """One row about one device. ``place`` is ``file:row``, of a workbook ``file:sheet:row``."""

    place: str
    said: Mapping[str, Said]
    beside: Mapping[str, str] = field(default_factory=dict)  # what is compared with nothing, as it stands there

    def at(self, key: str) -> str:
        """``file:row:column`` of a value, or of the row's first."""
        said = self.said.get(key) or min(self.said.values(), key=lambda said: said.column)
        return f"{self.place}:{said.column}"


@dataclass
class Listing:
    """All rows of a file, and what in it was not used."""

    lines: list[Line] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_listing(sheets: Sequence[Sheet]) -> Listing:
    """The rows of all sheets that have the heads of a schedule; DeclarationError with every mistake at once."""
    reader = _Reader()
    for sheet in sheets:
        reader.sheet(sheet)
    if not reader.found and not reader.mistakes:
        known = ", ".join(TITLES.values())
        text = f"no row of heads in the first {HEAD_WITHIN} rows: 'Device' or 'Address', and one more of {known}"
        reader.mistakes.append(Mistake(f"{sheets[0].place}:1:1", text))
    if reader.mistakes:
        raise DeclarationError(reader.mistakes)
    return reader.listing


class _Reader:
    def __init__(self) -> None:
        self.listing = Listing()
        self.mistakes: list[Mistake] = []
        self.found = False
        self._seen: dict[tuple[str, str], str] = {}

    def sheet(self, sheet: Sheet) -> None:
        heads: dict[int, str] = {}
        for number, row in enumerate(sheet.rows, start=1):
            if columns := _heads(row) if not heads and number <= HEAD_WITHIN else _heads_again(row):
                heads = self._columns(f"{sheet.place}:{number}", columns, row, sheet.rows[number:])
                self.found = True
            elif heads:
                self._line(f"{sheet.place}:{number}", row, heads)
        if not heads and sheet.rows and not all(_known(cell) for cell in sheet.rows[0]):
            self.listing.notes.append(f"{sheet.place}: no row of heads; this sheet is not used")

    def _columns(
        self,
        place: str,
        columns: Sequence[tuple[int, str]],
        row: Sequence[Cell | Wrong],
        below: Iterable[Sequence[Cell | Wrong]],
    ) -> dict[int, str]:
        """Column: field. Columns without a meaning are noted, two of one meaning are a mistake."""
        heads: dict[int, str] = {}
        below = list(below)
        for column, name in columns:
            if name == "serial" and _counts_rows(cells[column - 1] for cells in below if len(cells) >= column):
                continue
            if name in heads.values() and name in BESIDE:
                continue  # a junction, and its name: the first one says it
            if name in heads.values():
                first = next(row[other - 1] for other, field_ in heads.items() if field_ == name)
                text = f"head {shown(row[column - 1])} means the same as {shown(first)}: {TITLES[name]}"
                self.mistakes.append(Mistake(f"{place}:{column}", text))
                continue
            heads[column] = name
        unknown = [shown(cell) for cell in row if isinstance(cell, str) and cell and not _known(cell)]
        if unknown:
            self.listing.notes.append(f"{place}: not used: {', '.join(unknown)}")
        return heads

    def _line(self, place: str, row: Sequence[Cell | Wrong], heads: Mapping[int, str]) -> None:
        filled = [column for column, cell in enumerate(row, start=1) if cell != ""]
        if len(filled) == 1 and heads.get(filled[0]) != "address":
            return  # the title of a part of the list
        said: dict[str, Said] = {}
        beside: dict[str, str] = {}
        before = len(self.mistakes)
        for column, name in heads.items():
            cell = row[column - 1] if column <= len(row) else ""
            if name in BESIDE:
                if not isinstance(cell, Wrong) and not says_nothing(cell):
                    beside[name] = str(cell).strip()[:64]
            elif isinstance(cell, Wrong):
                self.mistakes.append(Mistake(f"{place}:{column}", f"{TITLES[name]} {cell.text}"))
            elif not says_nothing(cell):
                try:
                    said[name] = Said(column, PARSERS[name](cell), str(cell))
                except ValueError as error:
                    self.mistakes.append(Mistake(f"{place}:{column}", f"{TITLES[name]} {error}"))
        if not said or len(self.mistakes) > before:
            return
        line = Line(place, said, beside)
        if "device" not in said and "address" not in said:
            text = f"this row has neither {TITLES['device']} nor {TITLES['address']}"
            self.mistakes.append(Mistake(f"{place}:{filled[0]}", text))
            return
        for name in (name for name in ONCE if name in said):
            first = self._seen.setdefault((name, str(said[name].value).casefold()), line.at(name))
            if first != line.at(name):
                text = f"{TITLES[name]} {shown(said[name].text)} stands at {first} already"
                self.mistakes.append(Mistake(line.at(name), text))
        self.listing.lines.append(line)


def _heads(row: Sequence[Cell | Wrong]) -> list[tuple[int, str]]:
    """(column, field) of a row of heads; empty when it is none."""
    found = [
        (column, FIELD[plain(cell)])
        for column, cell in enumerate(row, start=1)
        if isinstance(cell, str) and plain(cell) in FIELD
    ]
    names = {name for _, name in found}
    return found if len(names) > 1 and names & {"device", "address"} else []


def _heads_again(row: Sequence[Cell | Wrong]) -> list[tuple[int, str]]:
    """Heads of a further part of the list: then every cell of the row is one."""
    return _heads(row) if all(_known(cell) for cell in row if cell != "") else []


def _known(cell: Cell | Wrong) -> bool:
    """Whether a cell is a head that we know."""
    return isinstance(cell, str) and plain(cell) in FIELD.keys() | IGNORED


def _counts_rows(cells: Iterable[Cell | Wrong]) -> bool:
    """Whether a column called "Serial No" only numbers the rows: 1, 2, 3."""
    numbers = [str(cell) for cell in cells if cell != ""]
    return bool(numbers) and numbers == [str(number) for number in range(1, len(numbers) + 1)]
