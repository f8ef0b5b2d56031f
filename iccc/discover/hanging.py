"""Which hardware address hangs at which switch port, from the tables of all switches together. Pure.

A trunk learns what is behind it too: only ports without a switch behind them count, and of these the one that has
learned the fewest addresses comes first, since a small unmanaged switch may stand between.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from iccc.compare import Unread
from iccc.mib.port_names import is_aggregate
from iccc.switch.seen import PortFacts, SwitchFacts

Place = tuple[str, str]  # switch, port


def ports_of(facts: Mapping[str, SwitchFacts]) -> dict[Place, PortFacts]:
    """Every port that was read, of the switches by their names."""
    return {
        (switch, port): one
        for switch, told in facts.items()
        if not isinstance(told.ports, Unread)
        for port, one in told.ports.items()
    }


def is_edge(port: str, facts: PortFacts) -> bool:
    """Whether no switch is behind the port, as far as LLDP says: nobody that bridges is heard there.

    On an aggregate nothing is heard, since LLDP runs on its members: it may lead anywhere.
    """
    return not (facts.aggregate or is_aggregate(port)) and not any(one.bridges for one in facts.neighbours)


def hanging(
    ports: Mapping[Place, PortFacts], edge: Callable[[Place], bool] | None = None
) -> dict[str, tuple[Place, ...]]:
    """By hardware address, the edge ports that have learned it, the one with the fewest addresses first.

    ``edge`` says of which ports something is known besides; without it :func:`is_edge` judges.
    """
    found: dict[str, list[Place]] = defaultdict(list)
    for place, facts in ports.items():
        if facts.macs and (edge(place) if edge is not None else is_edge(place[1], facts)):
            for mac in {mac for _, mac in facts.macs}:
                found[mac].append(place)
    return {mac: tuple(sorted(at, key=lambda p: (len(ports[p].macs), p))) for mac, at in found.items()}


def at_port(ports: Mapping[Place, PortFacts], place: Place) -> Sequence[str]:
    """The hardware addresses learned at one port, in order; () when none are, or the port was not read."""
    facts = ports.get(place)
    return sorted({mac for _, mac in facts.macs}) if facts is not None else ()
