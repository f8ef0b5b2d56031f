"""What holds for the whole city, as its devices show it: time, users, protocols, syslog, settings of switches.

A value is written when every device that told it tells the same; else it is told how many show what, and a person
decides: what most have is then no fact of the city, but drift of some.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, TypeVar

from iccc.adopt.city.names import is_title
from iccc.city.checks import POSIX_ZONE
from iccc.compare import Unread
from iccc.discover.found import Found, FoundHost, FoundSwitch
from iccc.onvif.state import ClockReading, Dns, Time, User, UserLevel
from iccc.secrets import OWN_USER
from iccc.switch.state import ANYWHERE, Port, PortMode, SpanningTree, SwitchState
from iccc.switch.state import User as SwitchUser

Value = TypeVar("Value", bound=Hashable)
_SLUG = re.compile(r"[a-z][a-z0-9-]{0,31}")
_LEVELS = {15: "Administrator", 1: "User"}


@dataclass(frozen=True)
class Told(Generic[Value]):
    """What devices told, and how many told each. ``of`` are those that were asked."""

    counts: Mapping[Value, int]
    of: int

    @property
    def all_alike(self) -> Value | None:
        """The value when there is no other; None when nobody told one, or they differ."""
        return next(iter(self.counts)) if len(self.counts) == 1 else None

    @property
    def everywhere(self) -> Value | None:
        """The value when every one that was asked tells just that."""
        value = self.all_alike
        return value if value is not None and self.counts[value] == self.of else None

    @property
    def most(self) -> Value | None:
        return max(self.counts, key=lambda value: self.counts[value], default=None)

    def __str__(self) -> str:
        if not self.counts:
            return f"none of {self.of} tells it"
        parts = sorted(self.counts.items(), key=lambda item: -item[1])
        return ", ".join(f"{_words(value)} on {count}" for value, count in parts[:4]) + f" of {self.of}"


def _words(value: object) -> str:
    if isinstance(value, frozenset | tuple):
        return " and ".join(sorted(map(str, value))) or "none"
    return str(value)


def told(devices: Sequence[Any], value: Callable[[Any], Value | None]) -> Told[Value]:
    """What each of the devices tells; None is told by none."""
    return Told(Counter(found for one in devices if (found := value(one)) is not None), len(devices))


@dataclass(frozen=True)
class Facts:
    """Of the whole city."""

    city: Told[str]
    offset_min: Told[int]
    zones: Told[str]
    ntp: Told[frozenset[str]]
    dns: Told[tuple[str, ...]]
    syslog: Told[frozenset[str]]
    sources: Told[frozenset[str]]
    camera_users: Mapping[str, Told[str]]  # user: level
    recorder_users: Mapping[str, Told[str]]
    switch_users: Mapping[str, Told[str]]
    protocols: Mapping[str, Told[tuple[bool, int]]]
    lldp: Told[bool]
    spanning_tree: Told[str]
    logins: Told[tuple[str, ...]]
    edge: Mapping[str, Told[Any]] = field(default_factory=dict)  # of ports with cameras: edge, bpdu_guard, …
    vlan_names: Mapping[int, Told[str]] = field(default_factory=dict)
    parked: Told[int] = field(default_factory=lambda: Told({}, 0))  # VLAN of ports that are shut


def facts_of(found: Found, cameras: Sequence[FoundHost], recorders: Sequence[FoundHost]) -> Facts:
    """Counted over everything that was read."""
    hosts = [one for one in (*cameras, *recorders) if not isinstance(one.parts, Unread)]
    switches = [one for one in found.switches if not isinstance(one.state, Unread)]
    fed = [place for host in cameras if (place := found.place_of(found.mac_of(host))) is not None]
    by_name = {one.name: one for one in switches}
    ports = [p for place in fed if (p := _port(by_name.get(place[0]), place[1])) is not None]
    return Facts(
        city=told(cameras, _city),
        offset_min=told(hosts, lambda one: _time(one, "utc_offset_min", int)),
        zones=told(hosts, _zone),
        ntp=told([*hosts, *switches], _ntp),
        dns=told(cameras, _dns),
        syslog=told(switches, lambda one: _set(one, "syslog_hosts")),
        sources=told(switches, _sources),
        camera_users=_users(cameras),
        recorder_users=_users(recorders),
        switch_users=_switch_users(switches),
        protocols={name: told(cameras, partial(_protocol, name)) for name in ("http", "https", "rtsp")},
        lldp=told(switches, lambda one: _plain(one, "lldp", bool)),
        spanning_tree=told(switches, _tree),
        logins=told(switches, lambda one: _plain(one, "logins", tuple)),
        edge={key: told(ports, partial(_scalar, key)) for key in _EDGE},
        vlan_names=_vlan_names(switches),
        parked=told([port for one in switches for port in _shut(one)], lambda port: port.access_vlan),
    )


_EDGE = ("edge", "bpdu_guard", "max_macs", "storm_pct")


def _city(host: FoundHost) -> str | None:
    location = host.part("location")
    name = location.get("city") if isinstance(location, Mapping) else None
    return name if isinstance(name, str) and is_title(name) else None


def _time(host: FoundHost, key: str, kind: type[Value]) -> Value | None:
    time = host.part("time")
    value = getattr(time, key) if isinstance(time, Time) else None
    return value if isinstance(value, kind) else None


def _zone(host: FoundHost) -> str | None:
    reading = host.part("clock")
    zone = reading.zone if isinstance(reading, ClockReading) else ""
    return zone if POSIX_ZONE.fullmatch(zone) else None


def _ntp(device: FoundHost | FoundSwitch) -> frozenset[str] | None:
    if isinstance(device, FoundSwitch):
        return _set(device, "ntp_servers")
    return _time(device, "ntp_servers", frozenset)


def _dns(host: FoundHost) -> tuple[str, ...] | None:
    dns = host.part("dns")
    return dns.servers if isinstance(dns, Dns) and dns.from_dhcp is False and dns.servers else None


def _set(switch: FoundSwitch, key: str) -> frozenset[str] | None:
    value = getattr(switch.state, key)
    return frozenset(map(str, value)) if isinstance(value, frozenset | set) else None


def _sources(switch: FoundSwitch) -> frozenset[str] | None:
    found = _set(switch, "access_from")
    return None if found == ANYWHERE else found


def _plain(switch: FoundSwitch, key: str, kind: type[Value]) -> Value | None:
    value = getattr(switch.state, key)
    return value if isinstance(value, kind) else None


def _tree(switch: FoundSwitch) -> str | None:
    tree = switch.state.spanning_tree if isinstance(switch.state, SwitchState) else None
    return tree.mode if isinstance(tree, SpanningTree) else None


def _users(hosts: Sequence[FoundHost]) -> dict[str, Told[str]]:
    """Users of cameras or recorders by name; a name that no declaration takes is left out."""
    read = [one for one in hosts if isinstance(one.part("users"), Mapping)]
    names = {name for one in read for name in one.part("users") if _SLUG.fullmatch(name)}

    def level(name: str, host: FoundHost) -> str | None:
        user = host.part("users").get(name)
        known = isinstance(user, User) and user.level in (UserLevel.ADMINISTRATOR, UserLevel.OPERATOR, UserLevel.USER)
        return str(user.level) if known else None

    return {name: told(read, partial(level, name)) for name in sorted(names, key=_own_first)}


def _switch_users(switches: Sequence[FoundSwitch]) -> dict[str, Told[str]]:
    read = [one.state.users for one in switches if isinstance(one.state, SwitchState)]
    known = [users for users in read if isinstance(users, Mapping)]
    names = {name for users in known for name in users if _SLUG.fullmatch(name)}

    def level(name: str, users: Mapping[str, Any]) -> str | None:
        user = users.get(name)
        return _LEVELS.get(user.level or 0) if isinstance(user, SwitchUser) else None

    return {name: told(known, partial(level, name)) for name in sorted(names, key=_own_first)}


def _own_first(name: str) -> tuple[bool, str]:
    return name != OWN_USER, name


def _protocol(name: str, host: FoundHost) -> tuple[bool, int] | None:
    protocols = host.part("protocols")
    entry = protocols.get(name) if isinstance(protocols, Mapping) else None
    enabled, port = getattr(entry, "enabled", None), getattr(entry, "port", None)
    return (enabled, port) if isinstance(enabled, bool) and isinstance(port, int) and port else None


def _port(switch: FoundSwitch | None, port: str) -> Port | None:
    state = switch.state if switch is not None else None
    ports = state.ports if isinstance(state, SwitchState) else None
    return ports.get(port) if isinstance(ports, Mapping) else None


def _scalar(key: str, port: Port) -> Any:
    value = getattr(port, key)
    return value if isinstance(value, bool | int | float) else None


def _vlan_names(switches: Sequence[FoundSwitch]) -> dict[int, Told[str]]:
    names: dict[int, Counter[str]] = {}
    for one in switches:
        vlans = one.state.vlans if isinstance(one.state, SwitchState) else None
        for number, vlan in vlans.items() if isinstance(vlans, Mapping) else ():
            name = getattr(vlan, "name", None)
            if isinstance(name, str) and name:
                names.setdefault(number, Counter())[name] += 1
    return {number: Told(counts, len(switches)) for number, counts in names.items()}


def _shut(switch: FoundSwitch) -> Iterable[Port]:
    ports = switch.state.ports if isinstance(switch.state, SwitchState) else None
    if isinstance(ports, Mapping):
        yield from (port for port in ports.values() if port.shutdown and port.mode is PortMode.ACCESS)
