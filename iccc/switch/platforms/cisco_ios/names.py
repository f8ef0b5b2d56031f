"""Interface names: ``Gi1/3`` is ``GigabitEthernet1/3``."""

from __future__ import annotations

import re

# Physical types that carry VLANs, and how IOS shortens them.
PHYSICAL = {
    "FastEthernet": ("Fa",),
    "GigabitEthernet": ("Gi", "Gig"),
    "TwoGigabitEthernet": ("Tw",),
    "FiveGigabitEthernet": ("Fi",),
    "TenGigabitEthernet": ("Te", "Ten"),
    "TwentyFiveGigE": ("Twe",),
    "FortyGigabitEthernet": ("Fo",),
    "HundredGigE": ("Hu",),
    "Port-channel": ("Po",),
}
_NAME = re.compile(r"([A-Za-z][A-Za-z-]*?) ?(\d+(?:/\d+)*)")
_FULL = {name.lower(): full for full, shorts in PHYSICAL.items() for name in (full, *shorts)}


def canonical(name: str) -> str | None:
    """The full name of a switch port; None for what is none (SVIs, sub-interfaces, management ports)."""
    found = _NAME.fullmatch(name.strip())
    full = _FULL.get(found[1].lower()) if found else None
    return f"{full}{found[2]}" if found and full else None


def order(name: str) -> tuple[str, list[int]]:
    """Sort key that puts port 10 after port 9."""
    kind = re.match(r"[A-Za-z-]*", name)
    return (kind[0] if kind else "", [int(number) for number in re.findall(r"\d+", name)])


def poe_index(name: str) -> tuple[int, int]:
    """pethPsePortGroupIndex and pethPsePortIndex of a port: stack member (1 on a single switch) and port number."""
    numbers = [int(number) for number in re.findall(r"\d+", name)]
    return (max(1, numbers[0]) if len(numbers) > 1 else 1, numbers[-1])
