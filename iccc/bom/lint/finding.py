"""One thing that a lint found."""

from __future__ import annotations

from dataclasses import dataclass

from iccc.rules.rule import Outcome


@dataclass(frozen=True)
class Finding:
    """``place`` is the file, of a workbook with its sheet; row and column count from 1.

    ``fail``: it contradicts itself. ``warn``: a person should look. ``unknown``: it does not say enough.
    """

    check: str
    outcome: Outcome
    place: str
    row: int
    column: int
    text: str

    @property
    def where(self) -> str:
        return f"{self.place}:{self.row}:{self.column}"
