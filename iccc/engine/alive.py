"""Which switches that do not answer are really dead: their neighbours tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from iccc.city.devices import City
from iccc.compare import Unread
from iccc.switch.seen import PortFacts, SwitchFacts


def dead(city: City, silent: Iterable[str], facts: Mapping[str, SwitchFacts]) -> set[str]:
    """Of the switches that answer nobody, those that no neighbour sees either, so that nothing can hang on them.

    One that sends LLDP, or keeps the link to a neighbour up, only does not talk to us: it and what is silent behind it
    may carry anything. ``facts`` are those of the switches that were read; Unread ports tell nothing.
    """
    left = set(silent)
    told = {name: one.ports for name, one in facts.items() if not isinstance(one.ports, Unread)}
    names = {port.lldp_rem_sys_name for ports in told.values() for port in ports.values()}
    alive = left & names
    ends = [(link.a, link.a_port, link.b) for link in city.links]
    ends += [(link.b, link.b_port, link.a) for link in city.links]
    alive |= {far for near, port, far in ends if far in left and _sees(told.get(near, {}).get(port))}
    while behind := {far for near, _, far in ends if near in alive and far in left - alive}:
        alive |= behind
    return left - alive


def _sees(port: PortFacts | None) -> bool:
    return port is not None and (bool(port.oper_up) or port.lldp_rem_sys_name is not None)
