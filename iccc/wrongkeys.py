"""Keys that are wrong and keys that are missing belong together: a typo, or a line that slipped, makes both at once.

Told apart, the missing one comes first, at the start of its mapping, and hides the line to be corrected.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Callable, Sequence

from pydantic_core import ErrorDetails

Loc = tuple[int | str, ...]


def together(
    details: Sequence[ErrorDetails], line_of: Callable[[Loc], int]
) -> tuple[list[ErrorDetails], dict[Loc, str]]:
    """The errors without the missing keys that an unknown key accounts for, and what each such key is about.

    In one mapping an unknown key is the missing one that it resembles, or the only one; elsewhere in the file it is
    the only missing one of the same name, which has slipped out of its mapping. ``line_of`` gives the line of a place.
    """
    unknown = [detail["loc"] for detail in details if detail["type"] == "extra_forbidden"]
    lacking: dict[Loc, set[str]] = defaultdict(set)  # mapping: its missing keys
    for detail in details:
        if detail["type"] == "missing":
            lacking[detail["loc"][:-1]].add(str(detail["loc"][-1]))
    notes: dict[Loc, str] = {}
    for loc in unknown:
        beside = lacking.get(loc[:-1], set())
        if close := difflib.get_close_matches(str(loc[-1]), sorted(beside), n=1):
            notes[loc] = f"; did you mean {close[0]!r}?"
            beside.discard(close[0])
    mappings: dict[str, set[Loc]] = defaultdict(set)  # missing key: the mappings that lack it
    for where, keys in lacking.items():
        for name in keys:
            mappings[name].add(where)
    for loc in (loc for loc in unknown if loc not in notes):
        beside, slipped = lacking.get(loc[:-1], set()), mappings[str(loc[-1])]
        if len(beside) == 1:
            name = beside.pop()
            mappings[name].discard(loc[:-1])
            notes[loc] = f"; {name!r} is missing"
        elif len(slipped) == 1:
            mapping = slipped.pop()
            lacking[mapping].discard(str(loc[-1]))
            notes[loc] = f"; it is missing in the mapping at line {line_of(mapping)}"
    left = [d for d in details if d["type"] != "missing" or str(d["loc"][-1]) in lacking[d["loc"][:-1]]]
    return left, notes
