"""Which addresses are asked: ranges that a person gives. Nothing else is ever sent a packet."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import AddressValueError, IPv4Address, IPv4Network, NetmaskValueError, summarize_address_range

from iccc.errors import UsageError
from iccc.sessions.directed import MOST_ADDRESSES


def ranges(texts: Iterable[str]) -> list[IPv4Network]:
    """``10.82.0.0/19``, one address, or ``10.82.1.11-10.82.1.60``; UsageError with all that are none of these."""
    found: list[IPv4Network] = []
    wrong: list[str] = []
    for text in texts:
        try:
            found += _networks(text.strip())
        except (AddressValueError, NetmaskValueError, ValueError, TypeError) as error:
            wrong.append(f"--range {text!r} is no IPv4 range like 10.82.0.0/19 or 10.82.1.11-10.82.1.60: {error}")
    if wrong:
        raise UsageError("\n".join(wrong))
    return found


def _networks(text: str) -> Iterable[IPv4Network]:
    first, dash, last = text.partition("-")
    if not dash:
        return [IPv4Network(text)]
    return summarize_address_range(IPv4Address(first.strip()), IPv4Address(last.strip()))


def addresses(networks: Iterable[IPv4Network]) -> list[str]:
    """Their hosts, each once, in the order of the ranges. UsageError for more than one run may ask."""
    listed = list(networks)
    if (count := sum(network.num_addresses for network in listed)) > MOST_ADDRESSES:
        raise UsageError(f"the ranges hold {count} addresses; one run asks {MOST_ADDRESSES} at most")
    return list(dict.fromkeys(str(host) for network in listed for host in network.hosts()))
