"""Rings that are open, or that nothing keeps from looping. Part of class topology."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from iccc.city.devices import Chain, Link
from iccc.drift.telling import on_device
from iccc.drift.view import View
from iccc.finding import Class, Finding, Severity

SPANNING_TREE = "rstp"  # the one ring protocol whose blocked port BRIDGE-MIB shows


def open_rings(view: View) -> Iterator[Finding]:
    """One finding for each ring with a link that is down, or without a blocked port, on the switch that it begins at.

    Wherever it is cut, and whichever end says so: the ring is open until it is whole, and that is one finding.
    """
    protocols = {ring.name: ring.protocol for ring in view.city.declared.core.file.rings}
    for chain in view.city.chains.values():
        links = [link for link in view.city.links if link.chain == chain.name]
        if not chain.ring or not all(_there(view, link) for link in links):
            continue
        down = [(link, end) for link in links for end in _ends(link) if _oper_up(view, end) is False]
        if down:
            yield _open(view, chain, links[0].a, *down[0])
        elif protocols.get(chain.name) == SPANNING_TREE and _loops(view, links):
            yield _looping(view, chain, links)


def _open(view: View, chain: Chain, bearer: str, link: Link, end: tuple[str, str]) -> Finding:
    switch, port = end
    return on_device(
        view, bearer, f"chains[{chain.name}]", Class.TOPOLOGY, Severity.MAJOR,
        f"ring {chain.name} is open between {link.a} and {link.b}: the next cut takes cameras off",
        seen="open", wanted="closed", by=switch, said={f"{port} IF-MIB ifOperStatus": "down(2)"},
        step=f"Repair the link between {link.a} {link.a_port} and {link.b} {link.b_port}.",
        where=chain.where,
    )  # fmt: skip


def _looping(view: View, chain: Chain, links: Sequence[Link]) -> Finding:
    return on_device(
        view, links[0].a, f"chains[{chain.name}].blocking", Class.TOPOLOGY, Severity.MAJOR,
        f"ring {chain.name}: every link is up and no port is held back by spanning tree",
        seen=[], wanted="one port", said={"BRIDGE-MIB dot1dStpPortState": "forwarding(5) on every port of the ring"},
        step=f"Look whether spanning tree runs on every switch of {chain.name}, and whether frames circle.",
        where=chain.where,
    )  # fmt: skip


def _loops(view: View, links: Sequence[Link]) -> bool:
    """Whether all ports of the ring tell that they forward, and the links beyond it are whole: then nothing cuts it.

    A port beyond the ring that is held back may be what cuts it, or what cuts a ring of the core: then nothing follows.
    """
    states = [_blocking(view, end) for link in links for end in _ends(link)]
    beyond = [_blocking(view, end) for link in view.city.links if link.chain is None for end in _ends(link)]
    return bool(states) and all(state is False for state in states) and not any(beyond)


def _there(view: View, link: Link) -> bool:
    return view.city.switches[link.a].on_the_wire and view.city.switches[link.b].on_the_wire


def _ends(link: Link) -> tuple[tuple[str, str], tuple[str, str]]:
    return (link.a, link.a_port), (link.b, link.b_port)


def _oper_up(view: View, end: tuple[str, str]) -> bool | None:
    facts = view.port(*end)
    return None if facts is None else facts.oper_up


def _blocking(view: View, end: tuple[str, str]) -> bool | None:
    facts = view.port(*end)
    return None if facts is None else facts.blocking
