"""The lines of an interface: switch ports and VLAN interfaces."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Interface

from iccc.compare import Unread
from iccc.errors import Reason
from iccc.switch.platforms.cisco_ios import vlans as vlan_list
from iccc.switch.state import ALL_VLANS, Port, PortMode, Svi


@dataclass
class PortModel:
    """A port with the defaults of the box, which print nothing."""

    description: str = ""
    mode: PortMode | None = PortMode.DYNAMIC  # None: one that iccc does not know
    access_vlan: int = 1
    native_vlan: int = 1
    allowed_vlans: frozenset[int] = ALL_VLANS
    poe: bool = True
    routed: bool = False  # `no switchport`: not a port of VLANs
    shutdown: bool = False
    speed: str = "auto"
    duplex: str = "auto"
    secured: bool = False
    max_macs: int = 1  # of port security, where it is on
    storm_pct: float = 0.0
    storm_odd: str = ""  # a limit that is no single percentage
    edge: bool = False
    bpdu_guard: bool = False
    voice_vlan: int = 0  # 0: none
    bundle: str = ""  # "channel-group 1", "rep segment 5": it stands or falls with other ports

    def state(self) -> Port:
        return Port(
            description=self.description,
            mode=self.mode,
            access_vlan=self.access_vlan,
            native_vlan=self.native_vlan,
            allowed_vlans=self.allowed_vlans,
            shutdown=self.shutdown,
            speed=self.speed,
            duplex=self.duplex,
            poe=self.poe,
            max_macs=self.max_macs if self.secured else 0,
            storm_pct=Unread(Reason.UNSUPPORTED, self.storm_odd) if self.storm_odd else self.storm_pct,
            edge=self.edge,
            bpdu_guard=self.bpdu_guard,
        )


@dataclass
class SviModel:
    """``interface VlanN``."""

    address: str = ""
    shutdown: bool = False

    def state(self) -> Svi:
        return Svi(self.address, self.shutdown)


Found = re.Match[str]
PortAction = Callable[[PortModel, Found], None]
SviAction = Callable[[SviModel, Found], None]


def set_port(**values: object) -> PortAction:
    """An action that sets these fields."""

    def action(port: PortModel, _found: Found) -> None:
        for name, value in values.items():
            setattr(port, name, value)

    return action


def _allowed(port: PortModel, found: Found) -> None:
    verb, text = found[1], found[2]
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


def _mode(port: PortModel, found: Found) -> None:
    port.mode = _MODES.get(found[1].split()[0])


def _one_vlan(name: str) -> PortAction:
    def action(port: PortModel, found: Found) -> None:
        (vlan,) = vlan_list.read(found[1])
        setattr(port, name, vlan)

    return action


def _number(name: str, kind: Callable[[str], object]) -> PortAction:
    return lambda port, found: setattr(port, name, kind(found[1]))


def _storm(port: PortModel, found: Found) -> None:
    """One percentage between 0 and 100. 0 lets no broadcast through, 100 all; a second level, pps and bps are odd."""
    levels = set(found[1].split())
    try:
        (level,) = {float(one) for one in levels}
    except ValueError:
        level = 0.0
    port.storm_odd = "" if 0 < level <= 100 else f"storm-control broadcast level {found[1]}"
    port.storm_pct = level if 0 < level < 100 else 0.0


PORT_LINES: tuple[tuple[re.Pattern[str], PortAction], ...] = tuple(
    (re.compile(pattern), action)
    for pattern, action in (
        (r"description (.+)", _number("description", str)),
        (r"no description.*", set_port(description="")),
        (r"switchport mode (.+)", _mode),
        (r"no switchport mode", set_port(mode=PortMode.DYNAMIC)),
        (r"switchport access vlan (\d+)", _one_vlan("access_vlan")),
        (r"no switchport access vlan.*", set_port(access_vlan=1)),
        (r"switchport trunk native vlan (\d+)", _one_vlan("native_vlan")),
        (r"no switchport trunk native vlan.*", set_port(native_vlan=1)),
        (r"switchport trunk allowed vlan (?:(add|remove|except) )?([\d,\- ]+|all|none)", _allowed),
        (r"no switchport trunk allowed vlan", set_port(allowed_vlans=ALL_VLANS)),
        (r"shutdown", set_port(shutdown=True)),
        (r"no shutdown", set_port(shutdown=False)),
        (r"speed (auto|\d+)", _number("speed", str)),
        (r"no speed.*", set_port(speed="auto")),
        (r"duplex (auto|full|half)", _number("duplex", str)),
        (r"no duplex.*", set_port(duplex="auto")),
        (r"switchport port-security", set_port(secured=True)),
        (r"no switchport port-security", set_port(secured=False)),
        (r"switchport port-security maximum (\d+)", _number("max_macs", int)),
        (r"no switchport port-security maximum.*", set_port(max_macs=1)),
        (r"storm-control broadcast level (.+)", _storm),
        (r"no storm-control broadcast level.*", set_port(storm_pct=0.0, storm_odd="")),
        (r"spanning-tree portfast(?: edge)?", set_port(edge=True)),
        (r"(?:no spanning-tree portfast.*|spanning-tree portfast disable)", set_port(edge=False)),
        (r"spanning-tree bpduguard enable", set_port(bpdu_guard=True)),
        (r"(?:no spanning-tree bpduguard.*|spanning-tree bpduguard disable)", set_port(bpdu_guard=False)),
        (r"power inline never", set_port(poe=False)),
        (r"(?:no power inline|power inline (?:auto|static|consumption|port)).*", set_port(poe=True)),
        (r"switchport voice vlan (\d+)", _one_vlan("voice_vlan")),
        (r"no switchport voice vlan.*", set_port(voice_vlan=0)),
        (r"(channel-group \d+|rep segment \d+)(?: .*)?", _number("bundle", str)),
        (r"no (?:channel-group|rep segment).*", set_port(bundle="")),
        (r"no switchport", set_port(routed=True)),
        (r"switchport", set_port(routed=False)),
    )
)


def _address(svi: SviModel, found: Found) -> None:
    svi.address = str(IPv4Interface(f"{found[1]}/{found[2]}"))


def _no_address(svi: SviModel, _found: Found) -> None:
    svi.address = ""


def _shut(value: bool) -> SviAction:
    return lambda svi, _found: setattr(svi, "shutdown", value)


SVI_LINES: tuple[tuple[re.Pattern[str], SviAction], ...] = tuple(
    (re.compile(pattern), action)
    for pattern, action in (
        (r"ip address (\d+\.\d+\.\d+\.\d+) (\d+\.\d+\.\d+\.\d+)", _address),
        (r"no ip address.*", _no_address),
        (r"shutdown", _shut(True)),
        (r"no shutdown", _shut(False)),
    )
)
