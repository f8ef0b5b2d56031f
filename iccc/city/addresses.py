"""Addresses, VLANs and names from declared slots: stable when something else is added or removed."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network


class DoesNotFit(ValueError):
    """A number has no place in its prefix; the text says how many there are."""


def site_prefix(prefix: IPv4Network, per_site: int, number: int) -> IPv4Network:
    """The ``number``-th (from 0) subnet of length ``per_site`` in ``prefix``."""
    if per_site < prefix.prefixlen:
        raise DoesNotFit(f"a /{per_site} does not fit into {prefix}")
    available = 1 << (per_site - prefix.prefixlen)
    if number >= available:
        raise DoesNotFit(f"number {number} has no /{per_site} in {prefix}: it holds 0 to {available - 1}")
    size = 1 << (32 - per_site)
    return IPv4Network((int(prefix.network_address) + number * size, per_site))


def host(prefix: IPv4Network, number: int) -> str:
    """Host ``number`` of ``prefix`` as text. Host 1 is the gateway's; network and broadcast are nobody's."""
    last = prefix.num_addresses - 2
    if not 2 <= number <= last:
        raise DoesNotFit(f"host {number} has no place in {prefix}: it holds 2 to {last}")
    return str(IPv4Address(int(prefix.network_address) + number))


def unusable(address: IPv4Address, prefix: IPv4Network, per_site: int) -> str | None:
    """Why a declared address cannot be a device's, or None: each subnet has its network, gateway and broadcast."""
    if address not in prefix:
        return f"is outside the management prefix {prefix}"
    size = 1 << (32 - max(per_site, prefix.prefixlen))
    what = {0: "the network", 1: "the gateway", size - 1: "the broadcast address"}
    taken = what.get((int(address) - int(prefix.network_address)) % size)
    return f"is {taken} of its subnet" if taken else None
