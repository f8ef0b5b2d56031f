"""VLAN lists as AOS-CX reads and prints them: ``10,20-22,99``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from iccc.switch.platforms.aruba_aoscx.facts import MAX_LINE
from iccc.switch.state import ALL_VLANS, PortMode, SwitchState


def read(text: str) -> frozenset[int]:
    """The VLANs of a list; ValueError if it is none or leaves 1 to 4094."""
    found: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.partition("-")
        low, high = int(first), int(last if dash else first)
        if not 1 <= low <= high <= max(ALL_VLANS):
            raise ValueError(f"{part!r} is no range of VLANs")
        found.update(range(low, high + 1))
    return frozenset(found)


def lists(vlans: Iterable[int], limit: int = MAX_LINE) -> list[str]:
    """``vlans`` as lists of at most ``limit`` characters."""
    found: list[str] = []
    for text in _ranges(vlans):
        if found and len(found[-1]) + 1 + len(text) <= limit:
            found[-1] += f",{text}"
        else:
            found.append(text)
    return found


def to_make(state: SwitchState) -> frozenset[int]:
    """VLAN 1 and those that ports name: they have to exist before, also where they are not declared."""
    found = {1}
    for port in (state.ports if isinstance(state.ports, Mapping) else {}).values():
        trunk = port.mode is PortMode.TRUNK
        listed = port.allowed_vlans if trunk and port.allowed_vlans not in (None, ALL_VLANS) else frozenset()
        found |= {*(listed or ()), port.native_vlan if trunk else port.access_vlan} - {None}
    return frozenset(found)


def _ranges(vlans: Iterable[int]) -> list[str]:
    runs: list[list[int]] = []
    for vlan in sorted(vlans):
        if runs and runs[-1][1] == vlan - 1:
            runs[-1][1] = vlan
        else:
            runs.append([vlan, vlan])
    return [str(first) if first == last else f"{first}-{last}" for first, last in runs]
