"""What is physically the matter with a switch or one of its ports: no configuration says it, and a reboot keeps it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from ipaddress import IPv4Address

_MAC = re.compile(r"([0-9a-f]{2}:){5}[0-9a-f]{2}")
LLDP_FORMS = {"interfaceName": 5, "macAddress": 3, "interfaceAlias": 1, "local": 7}  # LldpPortIdSubtype, 802.1AB


@dataclass(frozen=True)
class Alien:
    """A device on a port that nobody declared. With an address, the gateways learn that it answers for it."""

    mac: str
    address: str = ""  # 10.a.b.c; one that is declared makes a duplicate, one outside of the plan is a DHCP client


@dataclass(frozen=True)
class PortOddity:
    """One port. The defaults are those of a healthy one."""

    half_duplex: bool = False
    speed_mbps: int | None = None  # negotiated, instead of 1000
    errors_per_s: float = 0.0  # received frames with errors
    poe_denied: bool = False
    poe_factor: float = 1.0  # of the watts that the device on it draws
    rx_dbm: float | None = None  # received optical power, instead of the usual one
    aliens: tuple[Alien, ...] = ()


HEALTHY = PortOddity()


def changed(old: PortOddity, name: str, value: object) -> PortOddity:
    """``old`` with one field set as JSON has it. KeyError or ValueError when it cannot be.

    ``aliens``: ``[{"mac": "02:99:00:00:00:01", "address": "10.9.9.9"}]``; the address may be left out.
    """
    if name not in {field.name for field in fields(PortOddity)}:
        raise KeyError(f"a port has no {name}: {', '.join(field.name for field in fields(PortOddity))}")
    if name == "aliens":
        return replace(old, aliens=_aliens(value))
    if name in ("half_duplex", "poe_denied"):
        if not isinstance(value, bool):
            raise ValueError(f"{name} {value!r} is not true or false")
        return replace(old, half_duplex=value) if name == "half_duplex" else replace(old, poe_denied=value)
    if value is None and name in ("speed_mbps", "rx_dbm"):
        return replace(old, speed_mbps=None) if name == "speed_mbps" else replace(old, rx_dbm=None)
    if isinstance(value, bool) or not isinstance(value, int | float) or (name != "rx_dbm" and value < 0):
        raise ValueError(f"{name} {value!r} is not a number that it can have")
    match name:
        case "speed_mbps":
            return replace(old, speed_mbps=int(value))
        case "errors_per_s":
            return replace(old, errors_per_s=float(value))
        case "poe_factor":
            return replace(old, poe_factor=float(value))
    return replace(old, rx_dbm=float(value))


def _aliens(value: object) -> tuple[Alien, ...]:
    found = []
    for entry in value if isinstance(value, list) else [value]:
        if not isinstance(entry, Mapping) or not _MAC.fullmatch(str(entry.get("mac"))):
            raise ValueError(f"{entry!r} has no mac like 02:99:00:00:00:01")
        address = entry.get("address", "")
        found.append(Alien(str(entry["mac"]), str(IPv4Address(address)) if address else ""))
    return tuple(found)
