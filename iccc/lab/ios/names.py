"""Interface names: any usual abbreviation in, ``GigabitEthernet1/3`` or ``Gi1/3`` out."""

from __future__ import annotations

import re

TYPES = {
    "FastEthernet": "Fa",
    "GigabitEthernet": "Gi",
    "TwoGigabitEthernet": "Tw",
    "TenGigabitEthernet": "Te",
    "TwentyFiveGigE": "Twe",
    "FortyGigabitEthernet": "Fo",
    "Vlan": "Vl",
}
_NAME = re.compile(r"([A-Za-z]+)\s*([0-9]+(?:/[0-9]+){0,3})")


def canonical(text: str) -> str | None:
    """``gi1/3``, ``Gig 1/3``, ``GigabitEthernet1/3`` → ``GigabitEthernet1/3``; None if it is no interface name."""
    found = _NAME.fullmatch(text.strip())
    if found is None:
        return None
    kind, number = found[1].lower(), found[2]
    exact = [full for full, brief in TYPES.items() if kind == brief.lower()]
    full = exact or [full for full in TYPES if full.lower().startswith(kind)]
    if len(full) != 1:
        return None
    return full[0] + "/".join(str(int(part)) for part in number.split("/"))


def short(name: str) -> str:
    """``GigabitEthernet1/3`` → ``Gi1/3``, as in tables and in LLDP."""
    for full, brief in TYPES.items():
        if name.startswith(full):
            return brief + name[len(full) :]
    return name


def vlan_of(name: str) -> int | None:
    """99 for ``Vlan99``; None for a physical port."""
    return int(name[4:]) if name.startswith("Vlan") else None


def order(name: str) -> tuple[int, tuple[int, ...]]:
    """Sort key: by type, then by slot and port as numbers."""
    found = _NAME.fullmatch(name)
    if found is None or found[1] not in TYPES:
        return (len(TYPES), tuple(map(int, re.findall(r"[0-9]+", name))))
    return (list(TYPES).index(found[1]), tuple(map(int, found[2].split("/"))))


def expand(text: str) -> list[str] | None:
    """The interfaces of ``interface range``: ``gi1/1 - 4 , gi1/9``. None if it is not well formed."""
    names: list[str] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        name = canonical(first)
        if name is None:
            return None
        head, slash, number = name.rpartition("/")
        if not last:
            names.append(name)
        elif slash and last.strip().isdigit():
            names += [f"{head}/{n}" for n in range(int(number), int(last) + 1)]
        else:
            return None
    return names


def dotted(mac: str) -> str:
    """``02:00:0a:14:0e:0b`` → ``0200.0a14.0e0b``"""
    digits = mac.replace(":", "")
    return ".".join(digits[at : at + 4] for at in (0, 4, 8))
