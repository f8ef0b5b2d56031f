"""VLAN lists as VRP reads and prints them: ``10 20 to 22 99``, at most ten ranges a line."""

from __future__ import annotations

from collections.abc import Iterable

from iccc.switch.platforms.huawei_vrp.facts import RANGES
from iccc.switch.state import ALL_VLANS


def read(text: str) -> frozenset[int]:
    """The VLANs of a list; ValueError if it is none, leaves 1 to 4094, or has more ranges than a line takes."""
    words, ranges = text.lower().split(), 0
    found: set[int] = set()
    while words:
        low = high = int(words.pop(0))
        if words and words[0] == "to":
            high = int(words[1]) if len(words) > 1 else 0
            del words[:2]
        if not (1 <= low <= high and high in ALL_VLANS):
            raise ValueError(f"{text!r} is no list of VLANs")
        found.update(range(low, high + 1))
        ranges += 1
    if not 1 <= ranges <= RANGES:
        raise ValueError(f"{text!r} has {ranges} ranges")
    return frozenset(found)


def lists(vlans: Iterable[int]) -> list[str]:
    """``vlans`` as lists of at most ten ranges."""
    ranges: list[list[int]] = []
    for vlan in sorted(vlans):
        if ranges and ranges[-1][1] == vlan - 1:
            ranges[-1][1] = vlan
        else:
            ranges.append([vlan, vlan])
    texts = [str(low) if low == high else f"{low} to {high}" for low, high in ranges]
    return [" ".join(texts[start : start + RANGES]) for start in range(0, len(texts), RANGES)]
