"""Bandwidth of rings, spurs, uplinks of sites and links of the core, with whatever may fail failed.

Streams are counted with the protocol overhead of ``sizing``; a link may be filled up to its ``max_utilisation``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from iccc.city.devices import City
from iccc.rules.rule import Row, Severity, Stage, held, rule
from iccc.sizing.bandwidth import allowed_mbps, site_mbps
from iccc.sizing.links import chain_loads, core_loads
from iccc.sizing.traffic import TOLERANCE, Load, loads, standing, streams_said
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
    of_site = loads(standing(city), lambda camera: camera.site, city.sizing)
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
    for each in core_loads(city, standing(city), city.sizing):
        yield _fits(city, each.link.a, each.where, each.load, each.link.speed_mbps, f"to or from {each.far}")


def _chains(city: City, *, ring: bool) -> Iterator[Row]:
    document, core = city.declared.core
    of_chain = chain_loads(city, standing(city), city.sizing)
    for index, chain in enumerate(core.rings if ring else core.spurs):
        load = of_chain[chain.name]
        where = document.where("rings" if ring else "spurs", index, "speed_mbps")
        how = "through one end with the ring open" if ring else "through its one end"
        yield _fits(city, chain.name, where, load, chain.speed_mbps, how)


def _fits(city: City, subject: str, where: Where, load: Load, speed_mbps: int, how: str) -> Row:
    share = city.sizing.max_utilisation
    mbps = site_mbps([load.kbps], city.sizing.protocol_overhead)
    allowed = allowed_mbps(speed_mbps, share)
    text = (
        f"{mbps:.1f} Mb/s {how}, {allowed:g} allowed ({share * 100:g} % of {speed_mbps}): "
        f"{plural(load.cameras, 'camera')}, {streams_said(city.sizing.sub_pulled)}"
    )
    return held(mbps <= allowed + TOLERANCE, subject, where, text)


RULES = (ring_bandwidth, spur_bandwidth, site_uplink, core_link_bandwidth)
