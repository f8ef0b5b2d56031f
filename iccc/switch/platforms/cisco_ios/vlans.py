"""VLAN lists as IOS reads and prints them: ``10,20-22,99``."""

from __future__ import annotations

from collections.abc import Iterable

from iccc.switch.platforms.cisco_ios.facts import MAX_LINE
from iccc.switch.state import ALL_VLANS


def read(text: str) -> frozenset[int]:
    """The VLANs of a list; ValueError if it is none or leaves 1 to 4094."""
    found: set[int] = set()
    for part in text.replace(" ", "").split(","):
        first, dash, last = part.partition("-")
        low, high = int(first), int(last if dash else first)
        if not 1 <= low <= high <= max(ALL_VLANS):
            raise ValueError(f"{part!r} is no range of VLANs")
        found.update(range(low, high + 1))
    return frozenset(found)


def lists(vlans: Iterable[int], first: int | None = None, limit: int = MAX_LINE) -> list[str]:
    """``vlans`` as lists of at most ``limit`` characters; the one that has ``first`` comes first."""
    ranges = _ranges(vlans)
    if first is not None:
        ranges.sort(key=lambda ends: (not ends[0] <= first <= ends[1], ends))
    chunks: list[list[tuple[int, int]]] = []
    used = limit + 1
    for ends in ranges:
        size = len(_text(ends)) + 1
        if used + size > limit:
            chunks.append([])
            used = 0
        chunks[-1].append(ends)
        used += size
    return [",".join(map(_text, sorted(chunk))) for chunk in chunks]


def _ranges(vlans: Iterable[int]) -> list[tuple[int, int]]:
    ranges: list[tuple[int, int]] = []
    for vlan in sorted(vlans):
        if ranges and ranges[-1][1] == vlan - 1:
            ranges[-1] = (ranges[-1][0], vlan)
        else:
            ranges.append((vlan, vlan))
    return ranges


def _text(ends: tuple[int, int]) -> str:
    return str(ends[0]) if ends[0] == ends[1] else f"{ends[0]}-{ends[1]}"
