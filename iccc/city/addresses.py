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


def host(prefix: IPv4Network, number: int, gateway: int = 1) -> str:
    """Host ``number`` of ``prefix`` as text. Host ``gateway`` is the gateway's; network and broadcast are nobody's."""
    first, last = (2 if gateway == 1 else 1), prefix.num_addresses - 2
    if not first <= number <= last:
        raise DoesNotFit(f"host {number} has no place in {prefix}: it holds {first} to {last}")
    if number == gateway:
        raise DoesNotFit(f"host {number} of {prefix} is the gateway's")
    return str(IPv4Address(int(prefix.network_address) + number))


def subnet_of(address: str, prefix: IPv4Network, per_site: int) -> IPv4Network:
    """The subnet of ``prefix`` that an address of it is in."""
    return IPv4Network(f"{address}/{max(per_site, prefix.prefixlen)}", strict=False)


def gateway_of(prefix: IPv4Network, gateway: int) -> str:
    """The gateway's address in a subnet."""
    return str(IPv4Address(int(prefix.network_address) + gateway))


def unusable(address: IPv4Address, prefix: IPv4Network, per_site: int, gateway: int = 1) -> str | None:
    """Why a declared address cannot be a device's, or None: each subnet has its network, gateway and broadcast."""
    if address not in prefix:
        return f"is outside the management prefix {prefix}"
    size = 1 << (32 - max(per_site, prefix.prefixlen))
    what = {0: "the network", gateway: "the gateway", size - 1: "the broadcast address"}
    taken = what.get((int(address) - int(prefix.network_address)) % size)
    return f"is {taken} of its subnet" if taken else None
