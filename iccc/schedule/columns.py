"""Heads of columns as people write them, and the field that each means. The words are data of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from iccc.errors import Mistake
from iccc.explain import did_you_mean, shown
from iccc.schedule.heads import plain

_IN_BRACKETS = re.compile(r"[(\[].*?[)\]]")
Refused = Callable[[str, str], str | None]  # head, field: why such a column may not be there; None: it may


class Heads:
    """``words``: by field how its column may be called; the field's own name always may. ``file``: where they stand."""

    def __init__(self, words: Mapping[str, Iterable[str]], ignored: Iterable[str], file: str) -> None:
        self._fields = {plain(name): name for name in words}
        self._fields |= {plain(word): name for name, said in words.items() for word in said}
        self._ignored = {plain(word) for word in ignored}
        self._names = list(words)
        self._file = file

    def exactly(self, head: object) -> str | None:
        """The field of a head that is known just so."""
        return self._fields.get(plain(head))

    def field(self, head: object) -> str | None:
        """The field, also without what stands in brackets: ``Rate (Rs. per unit)``. None: nobody knows it."""
        return self.exactly(head) or self.exactly(_IN_BRACKETS.sub(" ", str(head)))

    def passed_over(self, head: object) -> bool:
        return plain(head) in self._ignored

    def unknown(self, head: object) -> str:
        """What is wrong with a head that nobody knows, and what is allowed."""
        hint = did_you_mean(plain(head), self._fields)
        allowed = f"{', '.join(self._names)}, called as in {self._file}; those to pass over are in its `ignored`"
        return f"column {shown(head)} is not known{f'{hint} There' if hint else '; there'} are {allowed}"

    def columns(
        self, place: str, row: Sequence[object], refused: Refused = lambda _head, _field: None
    ) -> tuple[dict[str, int], list[Mistake]]:
        """Columns by field, from 1, of a row of heads, and what is wrong with others. ``place``: file:row."""
        found: dict[str, int] = {}
        mistakes = []
        for column, cell in enumerate(row, 1):
            if not plain(cell) or self.passed_over(cell):
                continue
            name = self.field(cell)
            why = refused(str(cell), name or "")
            if why is None and name is None:
                why = self.unknown(cell)
            elif why is None and name in found:
                why = f"column {shown(cell)} is {name}, like column {found[name]}"
            if why:
                mistakes.append(Mistake(f"{place}:{column}", why))
            elif name is not None:
                found[name] = column
        return found, mistakes
