"""IPv4 access lists of AOS-CX, as far as they decide who reaches the SSH server.

Source: AOS-CX 10.06 ACLs and Classifier Policies Guide, access-list ip; printing as seen in published configurations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network

ANYWHERE = IPv4Network("0.0.0.0/0")
PORT_NUMBERS = {"ssh": 22, "telnet": 23, "http": 80, "ntp": 123, "snmp": 161, "snmp-trap": 162, "https": 443}
ACE = (
    r"(?:(\d{1,10}) )?(permit|deny) (any|ip|tcp|udp|icmp|\d{1,3}) (\S+)(?: eq (\S+))? (\S+?)(?: eq (\S+))?"
    r"((?: count| log)*)"
)


@dataclass(frozen=True)
class Ace:
    """An entry. ``None`` as a port: any."""

    action: str
    protocol: str
    source: IPv4Network
    source_port: int | None
    target: IPv4Network
    target_port: int | None
    rest: str = ""

    def ssh(self) -> bool:
        """Whether packets to the SSH server match it; a permit to some addresses of the switch only does not count."""
        ports = self.source_port is None and self.target_port in (None, 22)
        targets = self.target == ANYWHERE or self.action == "deny"
        return self.protocol in ("any", "ip", "tcp", "6") and ports and targets

    def __str__(self) -> str:
        ends = [_end(self.source, self.source_port), _end(self.target, self.target_port)]
        return " ".join([self.action, self.protocol, *ends]) + self.rest


def entry(action: str, protocol: str, *parts: str) -> Ace:
    """What the groups of :data:`ACE` say. Raises ValueError for what is no address, no port or out of place."""
    source, source_port, target, target_port, rest = parts
    ports = [int(PORT_NUMBERS.get(port, port)) if port else None for port in (source_port, target_port)]
    if any(port is not None for port in ports) and protocol not in ("tcp", "udp"):
        raise ValueError("eq")
    return Ace(action, protocol, _network(source), ports[0], _network(target), ports[1], rest)


def only(networks: Iterable[IPv4Network]) -> dict[int, Ace]:
    """A list that lets only ``networks`` log in over SSH, and everything else pass."""
    permits = [Ace("permit", "tcp", network, None, ANYWHERE, 22) for network in networks]
    deny = Ace("deny", "tcp", ANYWHERE, None, ANYWHERE, 22)
    others = Ace("permit", "any", ANYWHERE, None, ANYWHERE, None)
    return {10 * number: ace for number, ace in enumerate([*permits, deny, others], 1)}


def admitted(entries: Mapping[int, Ace]) -> set[IPv4Network]:
    """Whence one reaches the SSH server: the first match counts, and what matches nothing is denied."""
    found: set[IPv4Network] = set()
    denied: list[IPv4Network] = []
    for _number, ace in sorted(entries.items()):
        if not ace.ssh():
            continue
        if ace.action == "deny":
            denied.append(ace.source)
        elif not any(ace.source.subnet_of(network) for network in denied):
            found.add(ace.source)
    return found


def _network(text: str) -> IPv4Network:
    return ANYWHERE if text == "any" else IPv4Network(text, strict=False)


def _end(network: IPv4Network, port: int | None) -> str:
    names = {number: name for name, number in PORT_NUMBERS.items()}
    text = "any" if network == ANYWHERE else str(network.network_address)
    if 0 < network.prefixlen < 32:
        text += f"/{network.netmask}"
    return text if port is None else f"{text} eq {names.get(port, port)}"
