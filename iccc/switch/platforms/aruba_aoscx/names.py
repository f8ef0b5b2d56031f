"""Interface names: ``1/1/3`` is member 1, slot 1, port 3."""

from __future__ import annotations

import re

_NAME = re.compile(r"\d{1,2}/\d{1,2}/\d{1,3}")


def canonical(name: str) -> str | None:
    """The name of a switch port; None for what is none (VLAN interfaces, LAGs, the management port)."""
    text = name.strip()
    return text if _NAME.fullmatch(text) else None


def default_name(vlan: int) -> str:
    """The name that AOS-CX gives a VLAN without one."""
    return "DEFAULT_VLAN_1" if vlan == 1 else f"VLAN{vlan}"


def order(name: str) -> list[int]:
    """Sort key that puts port 10 after port 9."""
    return [int(number) for number in re.findall(r"\d+", name)]


def poe_index(name: str) -> tuple[int, int]:
    """pethPsePortGroupIndex and pethPsePortIndex of a port: stack member and port number (RFC 3621)."""
    numbers = order(name)
    return (numbers[0], numbers[-1])
