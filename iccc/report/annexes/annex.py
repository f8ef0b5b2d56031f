"""A titled group of tables."""

from __future__ import annotations

from dataclasses import dataclass

from iccc.report.table import Table


@dataclass(frozen=True)
class Annex:
    """A sheet or chapter. Its tables have captions; their notes say what a reader has to know.

    ``money``: names of columns whose numbers are rupees.
    """

    key: str
    title: str
    title_hi: str
    tables: tuple[Table, ...]
    money: frozenset[str] = frozenset()
