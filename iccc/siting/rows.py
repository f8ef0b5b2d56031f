"""The rows of a survey, each cell a value of the declaration. Every mistake at once, with its row and column.

Columns with personal data are never read: what stands in them goes nowhere, not even into a message.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import get_args

from pydantic import TypeAdapter, ValidationError

from iccc.city.model.common import CATEGORY_HI, Category, Position, SiteNumber, Text, Title, without_numbers
from iccc.city.model.planning import Archetype, SurveyField, SurveyHeadsFile
from iccc.errors import Mistake
from iccc.explain import did_you_mean, one_of, shown
from iccc.schedule.columns import Heads
from iccc.schedule.files import Sheet, Wrong
from iccc.schedule.heads import plain
from iccc.schedule.values import Cell, latin, says_nothing
from iccc.siting.position import metres_apart, of_cells, of_link, position

HEADS = "catalogue/survey-heads.yaml"
CAMERAS = "cameras."  # of columns and values: their number, by group
HEAD_WITHIN = 20  # rows: a title stands above
PLACES = ("lat", "lon", "link")  # their many digits are no telephone numbers
AXES = {"lat": "latitude", "lon": "longitude"}
APART_M = 100.0  # that a link and two cells may differ
MOST = {"number": 3000, "ward": 300, "arms": 8}
_TITLE: TypeAdapter[str] = TypeAdapter(Title)
_TEXT: TypeAdapter[str] = TypeAdapter(Text)
_NUMBER: TypeAdapter[int] = TypeAdapter(SiteNumber)


@dataclass(frozen=True)
class Row:
    """One surveyed place. ``cameras``: only groups that the row says a number for. ``where``: file:row."""

    where: str
    columns: Mapping[str, int]  # of fields that the survey has
    name: str
    archetype: str
    number: int | None = None
    name_hi: str | None = None
    type: Category | None = None
    position: Position | None = None
    ward: int | None = None
    police_station: str | None = None
    main_road: bool | None = None
    phase: str | None = None
    arms: int | None = None
    note: str | None = None
    apart: bool | None = None  # a place of its own, however near another one is
    cameras: Mapping[str, int] = field(default_factory=dict)

    def at(self, name: str) -> str:
        """The place of a cell, file:row:column."""
        return f"{self.where}:{self.columns.get(name, 1)}"


def read_rows(
    sheets: Sequence[Sheet],
    heads: SurveyHeadsFile,
    archetypes: Mapping[str, Archetype],
    groups: Sequence[str],
    phases: Sequence[str],
    *,
    drop_personal: bool = False,
) -> tuple[list[Row], list[Mistake]]:
    """The rows in which nothing is wrong, and every mistake. ``drop_personal``: such columns are passed over."""
    reader = _Reader(heads, archetypes, groups, phases, drop_personal)
    for sheet in sheets:
        reader.sheet(sheet)
    if not reader.found and not reader.mistakes:
        text = f"no row of heads in the first {HEAD_WITHIN} rows: a survey has a name and an archetype or a type"
        reader.mistakes.append(Mistake(f"{sheets[0].place}:1:1", text))
    return reader.rows, reader.mistakes


class _Reader:
    def __init__(
        self,
        heads: SurveyHeadsFile,
        archetypes: Mapping[str, Archetype],
        groups: Sequence[str],
        phases: Sequence[str],
        drop_personal: bool,
    ) -> None:
        self.rows: list[Row] = []
        self.mistakes: list[Mistake] = []
        self.found = False
        self._phases, self._drop = phases, drop_personal
        self._columns_of = Heads(
            {name: heads.heads.get(name, ()) for name in get_args(SurveyField)}
            | {f"{CAMERAS}{group}": words for group, words in heads.cameras.items()}
            | {f"{CAMERAS}{group}": (*heads.cameras.get(group, ()), group) for group in groups},
            heads.ignored,
            HEADS,
        )
        self._groups = groups
        self._personal = {plain(said) for said in heads.personal}
        self._yes, self._no = ({plain(said) for said in words} for words in (heads.said_yes, heads.said_no))
        self._types = {plain(category.replace("_", " ")): category for category in Category}
        self._types |= {plain(hindi): category for category, hindi in CATEGORY_HI.items()}
        self._types |= {plain(said): category for category, words in heads.types.items() for said in words}
        self._archetypes = {
            plain(said): name
            for name, each in archetypes.items()
            for said in (name, each.title, each.title_hi, *each.also)
        }
        self._names = list(archetypes)

    def sheet(self, sheet: Sheet) -> None:
        for at, row in enumerate(sheet.rows[:HEAD_WITHIN], 1):
            known = [self._columns_of.field(cell) for cell in row]
            if {"name", "name_hi"} & set(known) and {"archetype", "type"} & set(known):
                self.found = True
                columns = self._columns(sheet, at, row)
                for number, cells in enumerate(sheet.rows[at:], at + 1):
                    if any(isinstance(cell, Wrong) or not says_nothing(cell) for cell in cells):
                        self._row(f"{sheet.place}:{number}", cells, columns)
                return

    def _columns(self, sheet: Sheet, at: int, row: Sequence[Cell | Wrong]) -> dict[str, int]:
        """Columns by field; those with personal data are mistakes, or passed over before anything of them is asked."""
        cells = ["" if self._drop and self._is_personal(cell) else cell for cell in row]
        columns, mistakes = self._columns_of.columns(f"{sheet.place}:{at}", cells, self._refused)
        self.mistakes += mistakes
        return columns

    def _refused(self, head: str, name: str) -> str | None:
        if self._is_personal(head):
            return f"column {shown(head)} is personal data: take it out, or say --drop-personal to pass it over"
        group = name.removeprefix(CAMERAS)
        if name.startswith(CAMERAS) and group not in self._groups:
            return f"column {shown(head)}: {one_of(group, self._groups)} of city.yaml"
        return None

    def _is_personal(self, head: object) -> bool:
        """Whether it is a personal word, or has one in it: ``name of owner``, ``mobile 2``. Known heads are not."""
        if self._columns_of.exactly(head) or self._columns_of.passed_over(head):
            return False
        words = f" {plain(head)} "
        return any(f" {personal} " in words for personal in self._personal)

    def _row(self, where: str, cells: Sequence[Cell | Wrong], columns: Mapping[str, int]) -> None:
        before = len(self.mistakes)
        said: dict[str, str] = {}
        for name, column in columns.items():
            cell = cells[column - 1] if column <= len(cells) else ""
            if isinstance(cell, Wrong):
                self.mistakes.append(Mistake(f"{where}:{column}", f"{name} {cell.text}"))
            elif not says_nothing(cell):
                said[name] = re.sub(r"\s+", " ", str(cell)).strip()
        values = _Values(self, where, columns, said)
        row = values.row()
        if len(self.mistakes) == before and row is not None:
            self.rows.append(row)


class _Values:
    """The cells of one row as values; what is wrong is noted at its cell."""

    def __init__(self, reader: _Reader, where: str, columns: Mapping[str, int], said: Mapping[str, str]) -> None:
        self._reader, self._where, self._columns, self._said = reader, where, columns, said

    def row(self) -> Row | None:
        reader, said = self._reader, self._said
        name = self._text("name") or self._text("name_hi")
        if name is None and not {"name", "name_hi"} & said.keys():
            self._wrong("name" if "name" in self._columns else "name_hi", "the row has no name")
        archetype, type_ = self._archetype(), self._type()
        return Row(
            where=self._where,
            columns=self._columns,
            name=name or "",
            archetype=archetype or "",
            number=self._number("number"),
            name_hi=self._text("name_hi"),
            type=type_,
            position=self._position(),
            ward=self._number("ward"),
            police_station=self._text("police_station"),
            main_road=self._yes_or_no("main_road"),
            phase=self._one_of("phase", reader._phases),
            arms=self._number("arms"),
            note=self._text("note"),
            apart=self._yes_or_no("apart"),
            cameras=dict(self._cameras()),
        )

    def _wrong(self, name: str, text: str) -> None:
        """Note a mistake. Of a cell with a telephone number only that, never the cell, in whatever column it stands."""
        if name not in PLACES:
            try:
                without_numbers(self._said.get(name, ""))
            except ValueError as error:
                text = f"{name} {error}"
        self._reader.mistakes.append(Mistake(f"{self._where}:{self._columns.get(name, 1)}", text))

    def _text(self, name: str) -> str | None:
        text = self._said.get(name)
        if text is None:
            return None
        try:
            return (_TEXT if name == "note" else _TITLE).validate_python(text)
        except ValidationError as error:
            problem = error.errors()[0]
            if problem["type"] == "value_error":  # personal data: what it is, never the cell
                self._wrong(name, f"{name} {problem['msg'].removeprefix('Value error, ')}")
            else:
                self._wrong(name, f"{name} {shown(text)}: {problem['msg'].lower()}")
            return None

    def _number(self, name: str) -> int | None:
        text = self._said.get(name)
        if text is None:
            return None
        found = re.fullmatch(r"(?:[^\d\s]{1,12}[\s.-]*)?(\d{1,6})", latin(text)) if name == "ward" else None
        found = found or re.fullmatch(r"(\d{1,6})", latin(text))
        if found is None or not 1 <= int(found[1]) <= MOST.get(name, 64):
            self._wrong(name, f"{name} {shown(text)} is not a whole number from 1 to {MOST.get(name, 64)}")
            return None
        return int(found[1])

    def _yes_or_no(self, name: str) -> bool | None:
        text = self._said.get(name)
        if text is None:
            return None
        word = plain(latin(text))
        if word not in self._reader._yes | self._reader._no:
            self._wrong(name, f"{name} {shown(text)} is neither yes nor no")
        return word in self._reader._yes

    def _one_of(self, name: str, allowed: Sequence[str]) -> str | None:
        text = self._said.get(name)
        if text is not None and text not in allowed:
            self._wrong(name, f"{name} {one_of(text, allowed)}")
            return None
        return text

    def _type(self) -> Category | None:
        text = self._said.get("type")
        if text is None:
            return None
        found = self._reader._types.get(plain(text))
        if found is None and (self._reader._archetypes.get(plain(text)) is None or "archetype" in self._said):
            self._wrong("type", f"type {one_of(text, Category)}")
        return found

    def _archetype(self) -> str | None:
        """As its column says; else what the type of the site is called, where an archetype is called so."""
        text = self._said.get("archetype")
        name = "archetype" if text is not None else "type"
        text = text if text is not None else self._said.get("type")
        if text is None:
            self._wrong(name, "the row has neither archetype nor type")
            return None
        found = self._reader._archetypes.get(plain(text))
        if found is None:
            named = ", ".join(self._reader._names)
            self._wrong(
                name,
                f"{shown(text)} is called by no archetype{did_you_mean(text, self._reader._names)}; there are {named}",
            )
        return found

    def _position(self) -> Position | None:
        said = self._said
        cells = None
        try:
            if "lat" in said or "lon" in said:
                if missing := [name for name in ("lat", "lon") if name not in said]:
                    other = "lat" if missing == ["lon"] else "lon"
                    self._wrong(missing[0], f"{AXES[missing[0]]} is empty, and {AXES[other]} is {shown(said[other])}")
                    return None
                cells = of_cells(said["lat"], said["lon"])
        except ValueError as error:
            self._wrong("lat", str(error))
            return None
        try:
            link = of_link(said["link"]) if "link" in said else None
        except ValueError as error:
            self._wrong("link", str(error))
            return None
        if cells and link and (far := metres_apart(cells, link)) > APART_M:
            self._wrong("link", f"the link is {far:,.0f} m from latitude and longitude")
        place = cells or link
        return position(place) if place else None

    def _cameras(self) -> Iterator[tuple[str, int]]:
        for name in self._said:
            if name.startswith(CAMERAS):
                text = latin(self._said[name])
                if re.fullmatch(r"\d{1,2}", text) and int(text) <= 64:
                    yield name.removeprefix(CAMERAS), int(text)
                else:
                    self._wrong(name, f"{shown(self._said[name])} is not a number of cameras from 0 to 64")


def twice(rows: Sequence[Row]) -> list[Mistake]:
    """Rows with the number or the name of an earlier one."""
    found = []
    numbers = Counter(row.number for row in rows)
    names = Counter(plain(row.name) for row in rows)
    first: dict[object, Row] = {}
    for row in rows:
        keys: tuple[tuple[str, object, bool], ...] = (
            ("number", row.number, row.number is not None and numbers[row.number] > 1),
            ("name", plain(row.name), names[plain(row.name)] > 1 and row.number is None),
        )
        for name, key, more in keys:
            if more and first.setdefault((name, key), row) is not row:
                where = first[name, key].at(name)
                found.append(Mistake(row.at(name), f"{name} {shown(key)} stands at {where} already"))
    return found
