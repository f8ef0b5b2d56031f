"""The address plan that a network shows: site n has the n-th subnet, item i of it the i-th host from the first on.

It is counted, not guessed: whatever the most devices agree on is the plan, and whoever does not fit it is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from iccc.adopt.city.names import most


@dataclass(frozen=True)
class Seen:
    """One address with what is known of it. ``site`` and ``item`` are what its name says, where it says it."""

    address: str
    length: int | None  # of its prefix
    gateway: str | None
    site: int | None = None
    item: int | None = None


@dataclass(frozen=True)
class Plan:
    """Where each site and item is. ``prefix`` begins with the subnet of number 0."""

    prefix: IPv4Network
    per_site: int
    first_host: int
    gateway_host: int
    told: bool = True  # whether any device has told the length of its prefix

    def site(self, address: str) -> int | None:
        """Which site's subnet the address is in; None outside."""
        at = IPv4Address(address)
        if at not in self.prefix:
            return None
        return (int(at) - int(self.prefix.network_address)) // self._size

    def item(self, address: str) -> int:
        """Which item of its site has the address; below 1 for none."""
        offset = (int(IPv4Address(address)) - int(self.prefix.network_address)) % self._size
        return offset - self.first_host + 1

    @property
    def _size(self) -> int:
        return 1 << (32 - self.per_site)


def plan_of(seen: Sequence[Seen], ranges: Iterable[IPv4Network], longest: int = 30, shortest: int = 16) -> Plan | None:
    """The plan of addresses of one sort; None when there are none.

    Where no name says which site is which, sites are counted from the beginning of the range that was asked, or of the
    /16. ``ranges`` are those that were asked: one that begins as the plan does and holds it all is its prefix.
    """
    if not seen:
        return None
    told = most(one.length for one in seen if one.length is not None)
    length = min(max(told[0] if told else 24, shortest), longest)
    size = 1 << (32 - length)
    listed = list(ranges)
    starts = most(_subnet(one, size) - one.site * size for one in seen if one.site is not None)
    base = starts[0] if starts else _beginning(seen, listed)
    hosts = most(int(IPv4Address(one.address)) % size - one.item + 1 for one in seen if one.item is not None)
    widest = _widest(base, listed)
    fit = [one for one in seen if IPv4Address(one.address) in widest]
    first_host = hosts[0] if hosts else min(int(IPv4Address(one.address)) % size for one in fit or seen)
    gateways = most(int(IPv4Address(one.gateway)) % size for one in seen if one.gateway)
    last = max((int(IPv4Address(one.address)) for one in fit or seen), default=base)
    return Plan(
        _prefix(base, last, length, listed),
        length,
        max(2, first_host),
        gateways[0] if gateways else 1,
        told is not None,
    )


def central(seen: Sequence[Seen]) -> Plan | None:
    """The plan of one subnet for all, at the core."""
    if not seen:
        return None
    told = most(one.length for one in seen if one.length is not None)
    length = told[0] if told else 24
    subnets = most(str(IPv4Network(f"{one.address}/{length}", strict=False)) for one in seen)
    assert subnets is not None
    prefix = IPv4Network(subnets[0])
    inside = [one for one in seen if IPv4Address(one.address) in prefix]
    size = prefix.num_addresses
    hosts = most(int(IPv4Address(one.address)) % size - one.item + 1 for one in inside if one.item is not None)
    gateways = most(int(IPv4Address(one.gateway)) % size for one in inside if one.gateway)
    first = hosts[0] if hosts else min(int(IPv4Address(one.address)) % size for one in inside)
    return Plan(prefix, length, max(2, first), gateways[0] if gateways else 1, told is not None)


def _subnet(one: Seen, size: int) -> int:
    return int(IPv4Address(one.address)) // size * size


def _beginning(seen: Sequence[Seen], ranges: Sequence[IPv4Network]) -> int:
    """Of the range that holds the most of them, if it is wide enough to hold sites; else of their /16."""
    counts = {net: sum(IPv4Address(one.address) in net for one in seen) for net in ranges if net.prefixlen <= 23}
    best = max(counts, key=lambda net: counts[net], default=None)
    if best is not None and counts[best]:
        return int(best.network_address)
    return int(IPv4Address(seen[0].address)) >> 16 << 16


def _widest(base: int, ranges: Sequence[IPv4Network]) -> IPv4Network:
    """What may belong to the plan: a range that begins there, else as much as its beginning allows, up to a /16."""
    asked = [net for net in ranges if int(net.network_address) == base]
    if asked:
        return max(asked, key=lambda net: net.num_addresses)
    return next(IPv4Network((base, bits)) for bits in range(16, 33) if base % (1 << (32 - bits)) == 0)


def _prefix(base: int, last: int, length: int, ranges: Sequence[IPv4Network]) -> IPv4Network:
    """The range that begins there, else the smallest prefix that holds all."""
    for net in ranges:
        if int(net.network_address) == base and net.prefixlen <= length and IPv4Address(last) in net:
            return net
    for bits in range(length, 7, -1):
        size = 1 << (32 - bits)
        if base % size == 0 and last < base + size:
            return IPv4Network((base, bits))
    return IPv4Network((base, length))
