"""What an annexure is made of: a cover and sections of tables. All of it is text; how it looks is ``annexure.typ``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """``weight``: share of the width that is left; 0 is as wide as its longest cell. ``right``: numbers."""

    title: str
    weight: float = 0
    right: bool = False


@dataclass(frozen=True)
class Row:
    """A cell a column; ``kind`` is ``row``, ``total`` or ``group``, which has one cell over all columns.

    ``small`` stands below the cell of the same number, in smaller letters.
    """

    cells: Sequence[str]
    kind: str = "row"
    small: Sequence[str] = ()


@dataclass(frozen=True)
class Block:
    """A table under a caption."""

    columns: Sequence[Column]
    rows: Sequence[Row]
    caption: str = ""


@dataclass(frozen=True)
class Section:
    """Begins on a new page. ``remarks`` stand above its tables."""

    title: str
    blocks: Sequence[Block] = ()
    remarks: Sequence[str] = ()
    landscape: bool = False


@dataclass(frozen=True)
class Annexure:
    """One annexure in one language. ``mark`` stands on every page; "" for none. ``signed``: who signs where."""

    language: str  # en | hi
    title: str
    city: str
    subtitle: str
    facts: Sequence[tuple[str, str]]
    amounts: Sequence[str]  # the total in figures and in words
    signed: Sequence[str]
    contents: str
    page: str  # "Page {page} of {pages}"
    foot: str
    mark: str
    sections: Sequence[Section]
