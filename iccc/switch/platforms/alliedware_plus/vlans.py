"""VLAN lists as AlliedWare Plus reads and prints them: ``10,20-22,99``."""

from __future__ import annotations

from collections.abc import Iterable

from iccc.switch.platforms.alliedware_plus.facts import MAX_LINE
from iccc.switch.state import ALL_VLANS


def read(text: str) -> frozenset[int]:
    """The VLANs of a list; ValueError if it is none or leaves 1 to 4094."""
    found: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.partition("-")
        low, high = int(first), int(last if dash else first)
        if not (1 <= low <= high and high in ALL_VLANS):
            raise ValueError(f"{part!r} is no range of VLANs")
        found.update(range(low, high + 1))
    return frozenset(found)


def lists(vlans: Iterable[int], limit: int = MAX_LINE) -> list[str]:
    """``vlans`` as lists of at most ``limit`` characters."""
    ranges: list[list[int]] = []
    for vlan in sorted(vlans):
        if ranges and ranges[-1][1] == vlan - 1:
            ranges[-1][1] = vlan
        else:
            ranges.append([vlan, vlan])
    chunks: list[str] = []
    for text in (str(low) if low == high else f"{low}-{high}" for low, high in ranges):
        if chunks and len(chunks[-1]) + 1 + len(text) <= limit:
            chunks[-1] += f",{text}"
        else:
            chunks.append(text)
    return chunks


def whole(vlans: Iterable[int]) -> str:
    """``vlans`` as one list; the caller's limit on the length of a value holds."""
    return ",".join(lists(vlans))
