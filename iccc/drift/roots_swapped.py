"""Two devices that hang each on the other's port are one finding: somebody has exchanged two cables."""

from __future__ import annotations

from collections.abc import Iterator

from iccc.drift.roots import Case, Root
from iccc.finding import Class, Finding


def swapped(case: Case) -> Iterator[Root]:
    """The finding of the first of each pair, with that of the other under it."""
    moved = [one for one in case.candidates if one.class_ is Class.TOPOLOGY and one.path == "port"]
    waiting: dict[tuple[str, str], Finding] = {}  # by where it is, and where it should be
    for one in moved:
        first = waiting.pop((str(one.wanted), str(one.seen)), None)
        if first is not None:
            yield Root(first, (), (one.id,))
        else:
            waiting[str(one.seen), str(one.wanted)] = one


def is_swap(finding: Finding) -> bool:
    """Whether it is the finding of a pair."""
    return finding.path == "port" and any(one.path == "port" and one.seen == finding.wanted for one in finding.under)
