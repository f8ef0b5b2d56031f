"""What an address of a VLAN's interface may be."""

from __future__ import annotations

import ipaddress

from iccc.lab.ios.config import Config, Svi
from iccc.lab.ios.session import Rejected


def check_mask(address: str, mask: str) -> None:
    """Refuse what is no network mask."""
    try:
        ipaddress.IPv4Network(f"{address}/{mask}", strict=False)
    except ValueError:
        raise Rejected(f"Bad mask {mask} for address {address}") from None


def overlap(config: Config, svi: Svi, address: str | None, mask: str) -> str | None:
    """What stands against this address: two interfaces that are not shut down cannot be in one subnet."""
    if address is None:
        return None
    net = ipaddress.IPv4Network(f"{address}/{mask}", strict=False)
    for number, other in config.svis.items():
        if other is svi or other.shutdown or other.address is None:
            continue
        if net.overlaps(ipaddress.IPv4Network(f"{other.address}/{other.mask}", strict=False)):
            return f"% {net.network_address} overlaps with Vlan{number}"
    return None
