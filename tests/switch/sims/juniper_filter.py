"""Who may open an SSH session to a Junos switch: SSH itself, and the filter on ``lo0``."""

from __future__ import annotations

from ipaddress import IPv4Network

from tests.switch.sims.juniper_effect import at, value
from tests.switch.sims.juniper_tree import Tree

_ANY = [IPv4Network("0.0.0.0/0")]


def _without(networks: list[IPv4Network], taken: list[IPv4Network]) -> list[IPv4Network]:
    for other in taken:
        rest: list[IPv4Network] = []
        for network in networks:
            if network.subnet_of(other):
                continue
            rest += network.address_exclude(other) if other.subnet_of(network) else [network]
        networks = rest
    return networks


def _sources(tree: Tree, term: Tree) -> list[IPv4Network]:
    """The sources of a term; of a new SSH connection only."""
    match = at(term, "from")
    if "tcp-established" in match or "icmp-type" in match:
        return []  # these match no first packet of a TCP connection
    if "protocol" in match and not {"tcp", "6"} & set(match["protocol"]):
        return []
    if "destination-port" in match and not {"ssh", "22"} & set(match["destination-port"]):
        return []
    if not {"source-address", "source-prefix-list"} & set(match):
        return _ANY
    named = [
        prefix for name in at(match, "source-prefix-list") for prefix in at(tree, "policy-options", "prefix-list", name)
    ]
    return [IPv4Network(prefix) for prefix in [*at(match, "source-address"), *named]]


def access_from(tree: Tree) -> frozenset[str]:
    """Networks from which SSH is let in. The first term that matches decides; what no term matches is discarded."""
    if "ssh" not in at(tree, "system", "services"):
        return frozenset()
    name = value(tree, "interfaces", "lo0", "unit", "0", "family", "inet", "filter", "input")
    if not name:
        return frozenset({"0.0.0.0/0"})
    let_in: list[IPv4Network] = []
    decided: list[IPv4Network] = []
    for term in at(tree, "firewall", "family", "inet", "filter", name, "term").values():
        sources = _sources(tree, term)
        actions = {"accept", "discard", "reject"} & set(at(term, "then"))
        if "accept" in actions or not actions:  # a term without an action accepts
            let_in += _without(sources, decided)
        decided += sources
    return frozenset(map(str, let_in))
