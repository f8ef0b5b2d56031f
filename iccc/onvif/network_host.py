"""Addresses and names of hosts, as GetNTP and GetDNS tell them and SetNTP and SetDNS take them."""

from __future__ import annotations

import ipaddress

from iccc.onvif.call import element
from iccc.onvif.xml import Element, text


def host(entry: Element) -> str:
    """Address or name in a tt:NetworkHost or tt:IPAddress; "" for the placeholders of an unused slot."""
    for name in ("IPv4Address", "IPv6Address", "DNSname"):
        value = text(entry, name)
        if value and value not in ("0.0.0.0", "::"):  # noqa: S104  a device's way to say "none"
            return value.lower()
    return ""


def network_host(server: str) -> str:
    """The children of a tt:NetworkHost or, of an address, of a tt:IPAddress."""
    try:
        version = ipaddress.ip_address(server).version
    except ValueError:
        return element("tt:Type", "DNS") + element("tt:DNSname", server)
    return element("tt:Type", f"IPv{version}") + element(f"tt:IPv{version}Address", server)
