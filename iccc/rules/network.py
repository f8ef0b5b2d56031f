"""Bandwidth of rings, spurs, uplinks of sites and links of the core, with whatever may fail failed.

Streams are counted with the protocol overhead of ``sizing``; a link may be filled up to its ``max_utilisation``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date

from iccc.city.devices import City, Switch
from iccc.rules.rule import Row, Severity, Stage, held, rule
from iccc.rules.traffic import NOTHING, STREAMS, TOLERANCE, Load, loads, standing, total
from iccc.sizing import site_mbps
from iccc.units import plural
from iccc.yamlfile import Where

FILL = "a link is filled to max_utilisation of its speed at most (sizing, trade knowledge: 70 %)"


@rule(
    "ring-bandwidth",
    Severity.HIGH,
    Stage.DESIGN,
    do="move sites to another ring, raise the speed of the ring, or lower bit rates",
    source=f"project practice: a ring holds if all of it fits through one end, with the ring open; {FILL}",
)
def ring_bandwidth(city: City, _today: date) -> Iterator[Row]:
    """A ring that is cut carries all its cameras through one end."""
    return _chains(city, ring=True)


@rule(
    "spur-bandwidth",
    Severity.HIGH,
    Stage.DESIGN,
    do="move sites to another spur, raise the speed of the spur, or lower bit rates",
    source=f"project practice: bandwidth of the uplink; {FILL}",
)
def spur_bandwidth(city: City, _today: date) -> Iterator[Row]:
    """A spur carries all cameras behind it."""
    return _chains(city, ring=False)


@rule(
    "site-uplink",
    Severity.HIGH,
    Stage.DESIGN,
    do="raise the speed of the ring or spur, or lower bit rates at the site",
    source=f"project practice: bandwidth of the uplink; {FILL}",
)
def site_uplink(city: City, _today: date) -> Iterator[Row]:
    """The cameras of one site fit through its uplink."""
    of_site = loads(standing(city), lambda camera: camera.site)
    for site in city.sites.values():
        if site.chain is not None and (load := of_site.get(site.code)):
            yield _fits(city, site.code, site.where, load, city.chains[site.chain].speed_mbps, f"on {site.chain}")


@rule(
    "core-link-bandwidth",
    Severity.HIGH,
    Stage.DESIGN,
    do="raise the speed of the link, or end some of the rings on other switches",
    source=f"project practice: bandwidth to the recorders; {FILL}",
)
def core_link_bandwidth(city: City, _today: date) -> Iterator[Row]:
    """A link of the core carries all that takes this way when the other ways are down.

    Towards the core that is every ring and spur that ends behind the link; between two core switches it is what is
    recorded at one of them, if all of it enters at the other.
    """
    cameras = list(standing(city))
    of_site = loads(cameras, lambda camera: camera.site)
    of_chain = {name: total(of_site.get(site, NOTHING) for site in chain.sites) for name, chain in city.chains.items()}
    behind = {name: total(of_chain[chain] for chain in chains) for name, chains in _chains_behind(city).items()}
    recorded = loads(cameras, lambda camera: city.recorders[camera.recorder].switch)
    document, core = city.declared.core
    for index, link in enumerate(core.links):
        a, b = (city.switches[end.partition(" ")[0]] for end in (link.a, link.b))
        load = _worst(a, b, behind, recorded)
        where = document.where("links", index, "speed_mbps")
        yield _fits(city, link.a, where, load, link.speed_mbps, f"to or from {b.name}")


def _chains(city: City, *, ring: bool) -> Iterator[Row]:
    document, core = city.declared.core
    of_site = loads(standing(city), lambda camera: camera.site)
    for index, chain in enumerate(core.rings if ring else core.spurs):
        sites = city.chains[chain.name].sites
        load = total(of_site.get(site, NOTHING) for site in sites)
        where = document.where("rings" if ring else "spurs", index, "speed_mbps")
        how = "through one end with the ring open" if ring else "through its one end"
        yield _fits(city, chain.name, where, load, chain.speed_mbps, how)


def _fits(city: City, subject: str, where: Where, load: Load, speed_mbps: int, how: str) -> Row:
    share = city.sizing.max_utilisation
    mbps = site_mbps([load.kbps], city.sizing.protocol_overhead)
    allowed = share * speed_mbps
    text = (
        f"{mbps:.1f} Mb/s {how}, {allowed:g} allowed ({share * 100:g} % of {speed_mbps}): "
        f"{plural(load.cameras, 'camera')}, {STREAMS}"
    )
    return held(mbps <= allowed + TOLERANCE, subject, where, text)


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


RULES = (ring_bandwidth, spur_bandwidth, site_uplink, core_link_bandwidth)
