"""Which addresses a list of permits and denials lets in."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network


def network(address: str, wildcard: str) -> str:
    """``10.80.0.0 0.0.0.255`` as a prefix. ValueError when the wildcard has holes or either is no address."""
    bits = int(IPv4Address(wildcard))
    if bits & (bits + 1):
        raise ValueError(f"{wildcard} has holes")
    return str(IPv4Network((int(IPv4Address(address)) & ~bits & 0xFFFFFFFF, 32 - bits.bit_length())))


def wildcard(prefix: str) -> str:
    """``10.80.0.0/24`` as ``10.80.0.0 0.0.0.255``."""
    net = IPv4Network(prefix)
    return f"{net.network_address} {net.hostmask}"


def let_in(rules: Iterable[tuple[bool, str]]) -> frozenset[str]:
    """The prefixes that ``rules`` (permit?, prefix), read in turn, let in; what no rule names stays out."""
    inside: set[IPv4Network] = set()
    denied: list[IPv4Network] = []
    for permit, prefix in rules:
        net = IPv4Network(prefix)
        if not permit:
            denied.append(net)
            continue
        rest = [net]
        for out in denied:
            rest = [part for piece in rest for part in _without(piece, out)]
        inside.update(rest)
    return frozenset(str(net) for net in inside)


def _without(net: IPv4Network, out: IPv4Network) -> list[IPv4Network]:
    if net.subnet_of(out):
        return []
    return list(net.address_exclude(out)) if out.subnet_of(net) else [net]
