"""What a Cisco switch says and how it writes numbers: complaints, VLAN lists, port names, wildcard masks."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from ipaddress import AddressValueError, IPv4Address, IPv4Network, NetmaskValueError

INVALID = "                       ^\n% Invalid input detected at '^' marker.\n"
INCOMPLETE = "% Incomplete command.\n"
LINE_LIMIT = 254  # characters of one command line, by the Configuration Fundamentals guide

KINDS = ("FastEthernet", "GigabitEthernet", "TenGigabitEthernet", "TwoGigabitEthernet", "AppGigabitEthernet")


def vlan_list(text: str) -> set[int] | None:
    """``1,20-22`` as numbers; None when the switch would not take it."""
    found: set[int] = set()
    for part in text.split(","):
        match = re.fullmatch(r"(\d{1,4})(?:-(\d{1,4}))?", part)
        if match is None:
            return None
        low, high = int(match[1]), int(match[2] or match[1])
        if not 1 <= low <= high <= 4094:
            return None
        found |= set(range(low, high + 1))
    return found


def as_list(vlans: Iterable[int]) -> list[str]:
    """The parts of a VLAN list: two neighbours stay apart, three and more make a range."""
    parts: list[str] = []
    run: list[int] = []
    for vlan in [*sorted(vlans), 0]:
        if run and vlan == run[-1] + 1:
            run.append(vlan)
            continue
        parts += [f"{run[0]}-{run[-1]}"] if len(run) > 2 else [str(one) for one in run]
        run = [vlan]
    return parts


def wrapped(first: str, more: str, parts: list[str], width: int = 80) -> list[str]:
    """A long list over several lines, ``first`` before the first of them and ``more`` before the others."""
    lines = [first + parts[0]]
    for part in parts[1:]:
        if len(lines[-1]) + 1 + len(part) > width:
            lines.append(more + part)
        else:
            lines[-1] += "," + part
    return lines


def port_name(text: str, known: Collection[str]) -> str | None:
    """The full name of a port that is there, of ``Gi1/3``, ``gigabitethernet 1/3`` and the like."""
    match = re.fullmatch(r"([A-Za-z]+) ?(\d[\d/]*)", text.strip())
    if match is None:
        return None
    for name in known:
        kind = re.match(r"[A-Za-z]*", name)
        if kind and len(match[1]) > 1 and kind[0].lower().startswith(match[1].lower()) and name == kind[0] + match[2]:
            return name
    return None


def port_range(text: str, known: Collection[str]) -> list[str] | None:
    """The ports of ``Gi1/1 - 4, Gi1/7``; None when one of them is not there."""
    names: list[str] = []
    for part in text.split(","):
        match = re.fullmatch(r"(.*?)(\d+)(?: ?- ?(\d+))?", part.strip())
        if match is None:
            return None
        for number in range(int(match[2]), int(match[3] or match[2]) + 1):
            name = port_name(f"{match[1]}{number}", known)
            if name is None:
                return None
            names.append(name)
    return names or None


def network(address: str, wildcard: str) -> IPv4Network | None:
    """What an address and a wildcard mask cover; None when one is wrong or the mask has holes (not simulated)."""
    try:
        bits = int(IPv4Address(wildcard))
        if bits & (bits + 1):
            return None
        return IPv4Network((int(IPv4Address(address)) & ~bits, 32 - bits.bit_length()))
    except ValueError:
        return None


def prefix(address: str, mask: str) -> str | None:
    """``10.9.0.2/24`` of an address and a mask; None when IOS calls one of them wrong."""
    try:
        net = IPv4Network(f"{address}/{mask}", strict=False)
    except (AddressValueError, NetmaskValueError, ValueError):
        return None
    return f"{address}/{net.prefixlen}" if re.fullmatch(r"[\d.]+", mask) and str(net.netmask) == mask else None


def is_address(text: str) -> bool:
    try:
        IPv4Address(text)
    except ValueError:
        return False
    return True


def permitted(entries: Iterable[tuple[bool, IPv4Network]]) -> frozenset[str]:
    """The prefixes that a list of (permit, network) lets in: first match decides, the rest is denied."""
    let_in: set[str] = set()
    denied: list[IPv4Network] = []
    for permit, net in entries:
        if not permit:
            denied.append(net)
            continue
        left = [net]
        for out in denied:
            left = [piece for one in left for piece in _without(one, out)]
        let_in |= {str(one) for one in left}
    return frozenset(let_in)


def _without(net: IPv4Network, out: IPv4Network) -> list[IPv4Network]:
    if net.subnet_of(out):
        return []
    return list(net.address_exclude(out)) if out.subnet_of(net) else [net]
