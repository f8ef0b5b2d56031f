"""``core.yaml``: core and aggregation switches, the links between them, and the rings and spurs to the sites."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Annotated, Literal

from pydantic import Field

from iccc.city.model.common import End, FormerUnit, Lifecycle, Mac, Owner, Reached, Serial, SiteNumber, Slug, Text
from iccc.city.model.snmp import Snmp
from iccc.yamlfile import Strict

Medium = Literal["own_fibre", "leased", "radio", "4g"]


class CoreSwitch(Strict):
    name: Slug
    role: Literal["core", "aggregation"]
    device_type: Slug
    address: IPv4Address
    mac: Mac | None = None
    serial: Serial | None = None
    former: tuple[FormerUnit, ...] = ()  # units that stood here before, the last one at the end
    owner: Owner = "project"
    status: Lifecycle
    phase: Slug
    out_of_band: Text | None = None  # how to get at it when the network is cut: a console server and its port
    reached_at: Reached | None = None  # until its management has been moved
    snmp: Snmp | None = None  # where it differs from the city's switches


class Carrier(Strict):
    """What a link runs over. ``length_m``, one for each hop, and the transceiver give the optical budget."""

    medium: Medium = "own_fibre"
    speed_mbps: Annotated[int, Field(ge=1, le=400_000)] = 1000
    transceiver: Slug | None = None
    spans_m: tuple[Annotated[float, Field(gt=0)], ...] = ()


class CoreLink(Carrier):
    """A cable between two core or aggregation switches; each end is ``name port``."""

    a: End
    b: End


class Spur(Carrier):
    """A chain of sites that hangs on one port. It has no second way: a cut takes all behind it."""

    name: Slug
    a: End
    sites: Annotated[tuple[SiteNumber, ...], Field(min_length=1)]


class Ring(Spur):
    """A ring: from one aggregation port through the switches of its sites, in order, to another."""

    b: End
    protocol: Literal["rep", "erps", "mrp", "rstp", "proprietary", "unknown"]
    node_limit: Annotated[int, Field(ge=2)] | None = None


class CoreFile(Strict):
    schema_: Literal["core/v1"] = Field(alias="schema")
    switches: tuple[CoreSwitch, ...]
    links: tuple[CoreLink, ...]
    rings: tuple[Ring, ...] = ()
    spurs: tuple[Spur, ...] = ()
