"""Interface names: ``GE0/0/3`` is ``GigabitEthernet0/0/3``."""

from __future__ import annotations

import re

# Types that carry VLANs, and how they are shortened. MEth is the management port, and no port of VLANs.
TYPES = {
    "Ethernet": ("Eth",),
    "GigabitEthernet": ("GE", "Gi"),
    "MultiGE": ("MGE",),
    "XGigabitEthernet": ("XGE",),
    "25GE": (),
    "40GE": (),
    "100GE": (),
    "Eth-Trunk": (),
}
_NAME = re.compile(r"((?:25|40|100)GE|[A-Za-z][A-Za-z-]*?) ?(\d+(?:/\d+)*)", re.IGNORECASE)
_FULL = {name.lower(): full for full, shorts in TYPES.items() for name in (full, *shorts)}


def canonical(name: str) -> str | None:
    """The full name of a switch port; None for what is none (VLAN interfaces, loopbacks, the management port)."""
    found = _NAME.fullmatch(name.strip())
    full = _FULL.get(found[1].lower()) if found else None
    return f"{full}{found[2]}" if found and full else None


def order(name: str) -> tuple[str, list[int]]:
    """Sort key that puts port 10 after port 9."""
    kind = re.match(r"(?:\d+GE)?[A-Za-z-]*", name)
    text = kind[0] if kind else ""
    return (text, [int(number) for number in re.findall(r"\d+", name[len(text) :])])
