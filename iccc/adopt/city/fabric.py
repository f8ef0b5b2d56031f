"""Cables between switches as LLDP tells them, and the rings and spurs that they make. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from iccc.discover.found import FoundSwitch
from iccc.discover.hanging import Place
from iccc.mib.addresses import as_mac
from iccc.mib.port_names import is_aggregate
from iccc.switch.identity import is_port, same_name
from iccc.switch.seen import Neighbour, PortFacts


@dataclass(frozen=True)
class Chain:
    """A ring from ``a`` over ``nodes`` to ``b``; a spur has no ``b``. ``straight``: uplinks are used in order."""

    a: Place
    nodes: tuple[str, ...]
    b: Place | None
    straight: bool = True


@dataclass(frozen=True)
class Fabric:
    """The switches and all that LLDP heard. ``uplinks`` are the ring ports of a switch of the field, in order."""

    switches: Mapping[str, FoundSwitch]
    ports: Mapping[Place, PortFacts]
    uplinks: Mapping[str, Sequence[str]]

    @cached_property
    def links(self) -> Mapping[Place, Place]:
        """The far end of each port that leads to another switch; both ways, whichever end has heard the other."""
        found: dict[Place, Place] = {}
        for place, facts in self.ports.items():
            for heard in facts.neighbours:
                far = self._switch(heard)
                if far is None or far == place[0] or is_aggregate(place[1]):
                    continue
                port = self._port(heard, far)
                if port is not None:
                    found.setdefault(place, (far, port))
                    found.setdefault((far, port), place)
        return found

    def _switch(self, heard: Neighbour) -> str | None:
        """Which of the switches the neighbour is: by its address, its chassis, or a name that one alone has."""
        chassis = as_mac(heard.chassis_id)
        for name, one in self.switches.items():
            if (heard.address and heard.address == one.address) or (chassis and chassis in self._macs[name]):
                return name
        named = [name for name, one in self.switches.items() if same_name(heard.sys_name, one.told_name)]
        return named[0] if len(named) == 1 else None

    @cached_property
    def _macs(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for (switch, _), facts in self.ports.items():
            if facts.mac:
                found[switch].add(facts.mac)
        return {name: frozenset(found.get(name, ())) for name in self.switches}

    def _port(self, heard: Neighbour, switch: str) -> str | None:
        return next((port for port, facts in self._of[switch].items() if is_port(heard, port, facts)), None)

    @cached_property
    def _of(self) -> Mapping[str, Mapping[str, PortFacts]]:
        found: dict[str, dict[str, PortFacts]] = {name: {} for name in self.switches}
        for (switch, port), facts in self.ports.items():
            found.setdefault(switch, {})[port] = facts
        return found

    def chains(self, field: Iterable[str]) -> list[Chain]:
        """Rings and spurs of the switches of the ``field``, each from the end from which its uplinks are in order."""
        inside, done = set(field), set[str]()
        found: list[Chain] = []
        for place, far in sorted(self.links.items()):
            if place[0] in inside or far[0] not in inside or far[0] in done:
                continue
            chain = self._followed(place, inside)
            if chain.b is not None and not self._in_order(chain):
                turned = Chain(chain.b, chain.nodes[::-1], chain.a)
                chain = turned if self._in_order(turned) else Chain(chain.a, chain.nodes, chain.b, straight=False)
            elif chain.b is None and not self._in_order(chain):
                chain = Chain(chain.a, chain.nodes, None, straight=False)
            done.update(chain.nodes)
            found.append(chain)
        return found

    def _followed(self, start: Place, inside: set[str]) -> Chain:
        """From a port of the core on, through every switch by its other link, until the core or an end is reached."""
        nodes: list[str] = []
        into = self.links[start]
        while into[0] in inside and into[0] not in nodes:
            nodes.append(into[0])
            onward = [
                (place, far)
                for place, far in sorted(self.links.items())
                if place[0] == into[0] and place != into and far[0] not in nodes
            ]
            if not onward:
                return Chain(start, tuple(nodes), None)
            out, into = onward[0]
        return Chain(start, tuple(nodes), into if into[0] not in inside else None)

    def _in_order(self, chain: Chain) -> bool:
        """Whether each switch has the way back to ``a`` on its first uplink, and the way on at its second."""
        before = chain.a
        for node in chain.nodes:
            ports = self.uplinks.get(node, ())[:2]
            if len(ports) < 2 or self.links.get((node, ports[0])) != before:
                return False
            before = (node, ports[1])
        return chain.b is None or self.links.get(before) == chain.b
