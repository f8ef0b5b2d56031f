"""Ports of a switch, one by one, as the ranges of our catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from iccc.city.model.catalogue import PortRange

LONGEST = 64  # ports in one range of the catalogue
# What stands before the number, the zeros that belong to it, the number: "port0" and 7 for port07.
_NUMBERED = re.compile(r"(?P<before>(?:.*[^0-9])?0*?)(?P<number>0|[1-9][0-9]*)")


@dataclass(frozen=True)
class Port:
    """One port. ``poe_w``: PSE watts, 0 without PoE."""

    name: str
    poe_w: float = 0.0
    uplink: bool = False


def ranges(ports: Iterable[Port]) -> tuple[PortRange, ...]:
    """The ports in their order, neighbours that differ only by the next number in one range."""
    found: list[PortRange] = []
    for port in ports:
        match = _NUMBERED.fullmatch(port.name)
        if match is None:
            found.append(PortRange(name=port.name, count=1, poe_w=port.poe_w, uplink=port.uplink))
            continue
        name, number = match["before"] + "{n}", int(match["number"])
        last = found[-1] if found else None
        if (
            last is not None
            and (last.name, last.poe_w, last.uplink) == (name, port.poe_w, port.uplink)
            and last.first + last.count == number
            and last.count < LONGEST
        ):
            found[-1] = last.model_copy(update={"count": last.count + 1})
        else:
            found.append(PortRange(name=name, first=number, count=1, poe_w=port.poe_w, uplink=port.uplink))
    return tuple(found)
