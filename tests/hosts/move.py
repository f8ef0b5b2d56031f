"""A declaration in which the management of all switches has moved to another VLAN and subnet, but for one switch."""

from __future__ import annotations

import re
from pathlib import Path

from tests.hosts.site import Site

VLAN, NAME, NET = 120, "management-2", "10.91"
OLD_NET = "10.81"


def move(declaration: Path, site: Site, vlan: int = VLAN) -> None:
    """Edit a city's folder. ``site`` is the switch that still is where it was; its entry says so."""
    city, core = declaration / "city.yaml", declaration / "core.yaml"
    _replace(city, r"management: \{vlan: \d+, name: management, prefix: 10\.81\.",
             f"management: {{vlan: {vlan}, name: {NAME}, prefix: {NET}.")  # fmt: skip
    _replace(core, rf"address: {re.escape(OLD_NET)}\.", f"address: {NET}.")
    junction, number = re.fullmatch(r"bsp-(j\d+)-sw(\d+)", site.switch).groups()  # type: ignore[union-attr]
    still = f"reached_at: {{address: {site.address}, vlan: {site.management_vlan}}}"
    _replace(declaration / "junctions" / f"{junction}.yaml", rf"- \{{number: {number},", f"\\g<0> {still},", once=True)


def moved_address(address: str) -> str:
    """Where a switch is after the move."""
    return address.replace(f"{OLD_NET}.", f"{NET}.", 1)


def _replace(file: Path, pattern: str, by: str, once: bool = False) -> None:
    text, count = re.subn(pattern, by, file.read_text(encoding="utf-8"), count=1 if once else 0)
    assert count, f"{file}: no {pattern}"
    file.write_text(text, encoding="utf-8")
