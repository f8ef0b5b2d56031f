"""What has to be read beside the devices asked about, so that their silence has a root."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

from iccc.city.devices import City, Device
from iccc.compare import Unread
from iccc.drift.places import place_of
from iccc.drift.roots_cabinets import cabinets
from iccc.observed import Observed

Read = Mapping[str, Observed[Any, Any]]


def feeders(city: City, observed: Read) -> list[Device]:
    """The switches on which the unread cameras, recorders, UPS cards and call boxes hang, that were not read yet."""
    places = (place_of(city.find(name)) for name in _unread(observed))
    return missing(city, observed, {place[0] for place in places if place is not None})


def surroundings(city: City, observed: Read) -> list[Device]:
    """The neighbours of unread switches, whose ports towards them tell why, and the UPS of their cabinets."""
    dumb = {name for name in _unread(observed) if name in city.switches}
    near = {link.a for link in city.links if link.b in dumb} | {link.b for link in city.links if link.a in dumb}
    near |= {cabinet.ups.name for cabinet in cabinets(city) if dumb & set(cabinet.switches)}
    return missing(city, observed, near)


def _unread(observed: Read) -> list[str]:
    return [name for name, seen in observed.items() if isinstance(seen.state, Unread)]


def missing(city: City, observed: Read, names: Set[str]) -> list[Device]:
    """Of these, what is there and was not read yet."""
    devices = (city.device(name) for name in sorted(names - observed.keys()))
    return [device for device in devices if device.on_the_wire]
