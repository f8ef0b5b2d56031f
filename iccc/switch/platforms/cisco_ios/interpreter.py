"""Reads configuration lines one by one, as the switch does. The parser and the guard both rest on it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from iccc.switch.platforms.cisco_ios import vlans as vlan_list
from iccc.switch.platforms.cisco_ios.facts import DEFAULT_VLAN
from iccc.switch.platforms.cisco_ios.names import canonical
from iccc.switch.state import ALL_VLANS, PortMode


@dataclass
class PortModel:
    """A port with the defaults of the box, which print nothing."""

    description: str = ""
    mode: PortMode | None = PortMode.DYNAMIC  # None: one that iccc does not know
    access_vlan: int = 1
    allowed_vlans: frozenset[int] = ALL_VLANS
    poe: bool = True
    routed: bool = False  # `no switchport`: not a port of VLANs


@dataclass
class Model:
    """The part of a switch's configuration that iccc manages, changed line by line."""

    hostname: str | None = None
    vlans: dict[int, str] = field(default_factory=lambda: dict((DEFAULT_VLAN,)))
    ports: dict[str, PortModel] = field(default_factory=dict)
    ntp_servers: set[str] = field(default_factory=set)
    syslog_hosts: set[str] = field(default_factory=set)
    _vlans: tuple[int, ...] = ()  # the sub-mode: `vlan 10,20`
    _port: PortModel | None = None  # the sub-mode: `interface …`

    def copy(self) -> Model:
        """The same settings in objects of its own, in no sub-mode."""
        ports = {name: replace(port) for name, port in self.ports.items()}
        return Model(self.hostname, dict(self.vlans), ports, set(self.ntp_servers), set(self.syslog_hosts))

    def settings(self) -> tuple[object, ...]:
        """What two models are compared by; a port at its defaults counts as none."""
        ports = {name: port for name, port in self.ports.items() if port != PortModel()}
        return self.hostname, self.vlans, ports, self.ntp_servers, self.syslog_hosts

    def line(self, text: str) -> bool:
        """Take one line, a sub-mode's with its leading blank. False if it means nothing to this model."""
        body = text.strip()
        if text.startswith(" ") and self._port is not None:
            return self._try(_PORT_LINES, body)
        if text.startswith(" "):
            return self._try(_VLAN_LINES, body) if self._vlans else False
        self._vlans, self._port = (), None
        return self._try(_GLOBAL_LINES, body)

    def _try(self, table: list[tuple[re.Pattern[str], Action]], body: str) -> bool:
        for pattern, action in table:
            found = pattern.fullmatch(body)
            if found:
                try:
                    action(self, found)
                except ValueError:  # a number or list that is none
                    return False
                return True
        return False

    @property
    def port(self) -> PortModel:
        """The port whose sub-mode this is."""
        assert self._port is not None
        return self._port

    def enter_vlans(self, numbers: frozenset[int]) -> None:
        for number in numbers:
            self.vlans.setdefault(number, default_name(number))
        self._vlans = tuple(sorted(numbers))

    def enter_port(self, name: str) -> None:
        full = canonical(name)
        if full is None:
            raise ValueError(name)
        self._port = self.ports.setdefault(full, PortModel())

    def name_vlans(self, name: str | None) -> None:
        for number in self._vlans:
            self.vlans[number] = name or default_name(number)


Action = Callable[[Model, re.Match[str]], None]


def default_name(vlan: int) -> str:
    """The name that IOS gives a VLAN without one."""
    return f"VLAN{vlan:04d}"


def _hostname(model: Model, found: re.Match[str]) -> None:
    model.hostname = found[1]


def _delete_vlans(model: Model, found: re.Match[str]) -> None:
    for number in vlan_list.read(found[1]):
        model.vlans.pop(number, None)


def _member(section: str) -> Action:
    def action(model: Model, found: re.Match[str]) -> None:
        members: set[str] = getattr(model, section)
        (members.discard if found[1] else members.add)(found[2])

    return action


def _set(name: str, value: object) -> Action:
    return lambda model, _found: setattr(model.port, name, value)


def _allowed(model: Model, found: re.Match[str]) -> None:
    port, verb, text = model.port, found[1], found[2]
    if text in ("all", "none"):
        port.allowed_vlans = ALL_VLANS if text == "all" else frozenset()
        return
    listed = vlan_list.read(text)
    combine = {
        "add": port.allowed_vlans | listed,
        "remove": port.allowed_vlans - listed,
        "except": ALL_VLANS - listed,
        None: listed,
    }
    port.allowed_vlans = combine[verb]


_MODES = {"access": PortMode.ACCESS, "trunk": PortMode.TRUNK, "dynamic": PortMode.DYNAMIC}


def _mode(model: Model, found: re.Match[str]) -> None:
    model.port.mode = _MODES.get(found[1].split()[0])


def _access_vlan(model: Model, found: re.Match[str]) -> None:
    (model.port.access_vlan,) = vlan_list.read(found[1])


def _table(*rules: tuple[str, Action]) -> list[tuple[re.Pattern[str], Action]]:
    return [(re.compile(pattern), action) for pattern, action in rules]


_GLOBAL_LINES = _table(
    (r"hostname (\S+)", _hostname),
    (r"vlan ([\d,-]+)", lambda model, found: model.enter_vlans(vlan_list.read(found[1]))),
    (r"no vlan ([\d,-]+)", _delete_vlans),
    (r"interface (\S+(?: \d\S*)?)", lambda model, found: model.enter_port(found[1])),
    (r"(no )?ntp server (?:vrf \S+ |ip )?(\S+).*", _member("ntp_servers")),
    (r"(no )?logging host (\S+).*", _member("syslog_hosts")),
    (r"(no )?logging (\d+\.\d+\.\d+\.\d+)", _member("syslog_hosts")),  # older releases print no "host"
)
_VLAN_LINES = _table(
    (r"name (\S+)", lambda model, found: model.name_vlans(found[1])),
    (r"no name.*", lambda model, _found: model.name_vlans(None)),
)
_PORT_LINES = _table(
    (r"description (.+)", lambda model, found: setattr(model.port, "description", found[1])),
    (r"no description.*", _set("description", "")),
    (r"switchport mode (.+)", _mode),
    (r"no switchport mode", _set("mode", PortMode.DYNAMIC)),
    (r"switchport access vlan (\d+)", _access_vlan),
    (r"no switchport access vlan.*", _set("access_vlan", 1)),
    (r"switchport trunk allowed vlan (?:(add|remove|except) )?([\d,\- ]+|all|none)", _allowed),
    (r"no switchport trunk allowed vlan", _set("allowed_vlans", ALL_VLANS)),
    (r"power inline never", _set("poe", False)),
    (r"(?:no power inline|power inline (?:auto|static|consumption|port)).*", _set("poe", True)),
    (r"no switchport", _set("routed", True)),
)
