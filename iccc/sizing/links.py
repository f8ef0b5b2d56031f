"""What each link of the core carries when the other ways are down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from iccc.city.devices import Camera, City, Switch
from iccc.city.model.assumptions import Sizing
from iccc.city.model.core import CoreLink
from iccc.sizing.traffic import NOTHING, Load, loads, total
from iccc.yamlfile import Where


@dataclass(frozen=True)
class CoreLoad:
    """A link of ``core.yaml``, the far switch, and the most that it carries."""

    link: CoreLink
    far: str
    load: Load
    where: Where  # of its speed


def chain_loads(city: City, cameras: Iterable[Camera], sizing: Sizing) -> dict[str, Load]:
    """Ring or spur: what all of its sites send, through one end."""
    of_site = loads(cameras, lambda camera: camera.site, sizing)
    return {name: total(of_site.get(site, NOTHING) for site in chain.sites) for name, chain in city.chains.items()}


def core_loads(city: City, cameras: Iterable[Camera], sizing: Sizing) -> list[CoreLoad]:
    """The links in their order.

    That is every ring and spur that ends behind the link; between two core switches it is what is recorded at one of
    them, if all of it enters at the other.
    """
    cameras = list(cameras)
    of_chain = chain_loads(city, cameras, sizing)
    behind = {name: total(of_chain[chain] for chain in chains) for name, chains in _chains_behind(city).items()}
    known = [camera for camera in cameras if camera.declared_recorder]
    recorded = loads(known, lambda camera: city.recorders[camera.declared_recorder].switch, sizing)
    document, core = city.declared.core
    found: list[CoreLoad] = []
    for index, link in enumerate(core.links):
        a, b = (city.switches[end.partition(" ")[0]] for end in (link.a, link.b))
        where = document.where("links", index, "speed_mbps")
        found.append(CoreLoad(link, b.name, _worst(a, b, behind, recorded), where))
    return found


def _worst(a: Switch, b: Switch, behind: Mapping[str, Load], recorded: Mapping[str, Load]) -> Load:
    """The most that the link between two switches carries."""
    if b.name in a.upstream:
        return behind[a.name]
    if a.name in b.upstream:
        return behind[b.name]
    table = recorded if a.role == "core" else behind
    return max((table.get(end.name, NOTHING) for end in (a, b)), key=lambda load: load.kbps)


def _chains_behind(city: City) -> dict[str, frozenset[str]]:
    """Core and aggregation switch: the rings and spurs that end on it, or on switches that have their way over it."""
    ends: dict[str, set[str]] = {name: set() for name, switch in city.switches.items() if switch.chain is None}
    for link in city.links:
        if link.chain is not None:
            for end in (link.a, link.b):
                if end in ends:
                    ends[end].add(link.chain)
    below: dict[str, list[str]] = defaultdict(list)
    for name in ends:
        for up in city.switches[name].upstream:
            below[up].append(name)
    found: dict[str, frozenset[str]] = {}

    def chains(name: str) -> frozenset[str]:
        if name not in found:
            found[name] = frozenset(ends[name]).union(*(chains(lower) for lower in below[name]))
        return found[name]

    return {name: chains(name) for name in ends}
