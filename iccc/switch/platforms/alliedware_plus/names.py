"""Interface names: ``port1.0.1`` (member, bay, number), ``po1`` and ``sa1`` for aggregations."""

from __future__ import annotations

import re

_NAME = re.compile(r"port ?(\d+\.\d+\.\d+)|(po|sa) ?(\d+)", re.IGNORECASE)
_RANGE = re.compile(r"port(\d+\.\d+)\.(\d{1,3})-(?:port)?(\d+\.\d+)\.(\d{1,3})")


def canonical(name: str) -> str | None:
    """The full name of a switch port; None for what is none (VLAN interfaces, ``eth0``)."""
    found = _NAME.fullmatch(name.strip())
    if not found:
        return None
    return f"port{found[1]}" if found[1] else f"{found[2].lower()}{found[3]}"


def ports(text: str) -> list[str]:
    """The ports of ``port1.0.1-1.0.4,port1.0.6``, as neighbours with the same lines are shown; ValueError if none."""
    names: list[str] = []
    for part in text.lower().split(","):
        found = _RANGE.fullmatch(part)
        if found and found[1] == found[3] and int(found[2]) <= int(found[4]):
            names += [f"port{found[1]}.{number}" for number in range(int(found[2]), int(found[4]) + 1)]
        elif (name := canonical(part)) is not None:
            names.append(name)
        else:
            raise ValueError(f"{part!r} is no port")
    return names


def order(name: str) -> tuple[str, list[int]]:
    """Sort key that puts port 10 after port 9."""
    kind = re.match(r"[A-Za-z]*", name)
    return (kind[0] if kind else "", [int(number) for number in re.findall(r"\d+", name)])
