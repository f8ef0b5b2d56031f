"""The lines of an interface: switch ports and VLAN interfaces.

Source: Huawei, "S2720, S5700 and S6700 Series Command Reference", ``port link-type`` and ``port trunk allow-pass``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from iccc.compare import Unread
from iccc.errors import Reason
from iccc.switch.platforms.huawei_vrp import vlans as vlan_list
from iccc.switch.platforms.huawei_vrp.facts import MAX_MACS
from iccc.switch.state import ALL_VLANS, Port, PortMode, Svi

UNTAGGED_1 = frozenset({1})  # what a trunk carries from the start
GUARDED = Unread(Reason.UNSUPPORTED, "BPDU protection is set for all edge ports of the switch, not for one port")


@dataclass
class PortModel:
    """A port with the defaults of the box, which print nothing."""

    description: str = ""
    mode: PortMode | None = PortMode.DYNAMIC  # None: hybrid, in an Eth-Trunk, routed: what iccc does not judge
    access_vlan: int = 1
    native_vlan: int = 1
    allowed_vlans: frozenset[int] = ALL_VLANS
    poe: bool = True
    shutdown: bool = False
    speed: str = "auto"
    duplex: str = "auto"
    before_auto: tuple[str, str] | None = None  # speed and duplex that `negotiation auto` replaced in this plan
    max_macs: int = 0
    storm_pct: float = 0.0
    edge: bool = False

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
            max_macs=self.max_macs,
            storm_pct=self.storm_pct,
            edge=self.edge,
            bpdu_guard=GUARDED,
        )

    def become(self, mode: PortMode | None) -> None:
        """Another link type: refused (ValueError) or asked about while VLAN settings stand, so these go first."""
        if mode is self.mode:
            return
        usual = UNTAGGED_1 if self.mode in (PortMode.TRUNK, PortMode.ACCESS) else ALL_VLANS
        if (self.access_vlan, self.native_vlan, self.allowed_vlans) != (1, 1, usual):
            raise ValueError("the port has VLAN settings that are not the default")
        self.mode = mode
        # An access port has no list; one that becomes a trunk begins with VLAN 1.
        self.allowed_vlans = UNTAGGED_1 if mode in (PortMode.TRUNK, PortMode.ACCESS) else ALL_VLANS


@dataclass
class SviModel:
    """``interface VlanifN``."""

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


def _link_type(port: PortModel, found: Found) -> None:
    port.become({"access": PortMode.ACCESS, "trunk": PortMode.TRUNK}.get(found[1]))


def _allow_pass(port: PortModel, found: Found) -> None:
    listed = ALL_VLANS if found[2] == "all" else vlan_list.read(found[2])
    if port.mode is not PortMode.TRUNK:
        raise ValueError("no trunk")
    port.allowed_vlans = port.allowed_vlans - listed if found[1] else port.allowed_vlans | listed


def _pvid(port: PortModel, found: Found) -> None:
    if port.mode is not PortMode.TRUNK:
        raise ValueError("no trunk")
    (port.native_vlan,) = vlan_list.read(found[1] or "1")


def _default_vlan(port: PortModel, found: Found) -> None:
    if port.mode is PortMode.TRUNK:
        raise ValueError("a trunk")
    (port.access_vlan,) = vlan_list.read(found[1] or "1")


def _auto(port: PortModel, _found: Found) -> None:
    if port.speed != "auto":
        port.before_auto = (port.speed, port.duplex)
    port.speed = port.duplex = "auto"


def _no_auto(port: PortModel, _found: Found) -> None:
    if port.speed == "auto":
        port.speed, port.duplex = "1000", "full"


def _rate(port: PortModel, speed: str, duplex: str) -> None:
    """Both are refused while negotiation is on; half duplex does not exist at 1000 Mb/s."""
    if port.speed == "auto" or (speed, duplex) == ("1000", "half"):
        raise ValueError(f"{speed} {duplex}")
    port.speed, port.duplex = speed, duplex


def _number(name: str, kind: Callable[[str], object]) -> PortAction:
    return lambda port, found: setattr(port, name, kind(found[1]))


def _max_macs(port: PortModel, found: Found) -> None:
    number = int(found[1] or 1)
    if not port.max_macs or not 1 <= number <= MAX_MACS:
        raise ValueError(number)
    port.max_macs = number


def _storm(port: PortModel, found: Found) -> None:
    number = int(found[1] or 100)
    if not 1 <= number <= 100:
        raise ValueError(number)
    port.storm_pct = 0.0 if number == 100 else float(number)


PORT_LINES: tuple[tuple[re.Pattern[str], PortAction], ...] = tuple(
    (re.compile(pattern), action)
    for pattern, action in (
        (r"description (.+)", _number("description", str)),
        (r"undo description", set_port(description="")),
        (r"port link-type (access|trunk|hybrid|dot1q-tunnel)", _link_type),
        (r"undo port link-type", lambda port, _found: port.become(PortMode.DYNAMIC)),
        (r"(?:eth-trunk \d+|undo portswitch)", set_port(mode=None)),
        (r"port default vlan (\d+)", _default_vlan),
        (r"undo port default vlan()", _default_vlan),
        (r"(undo )?port trunk allow-pass vlan (.+)", _allow_pass),
        (r"port trunk pvid vlan (\d+)", _pvid),
        (r"undo port trunk pvid vlan()", _pvid),
        (r"shutdown", set_port(shutdown=True)),
        (r"undo shutdown", set_port(shutdown=False)),
        (r"negotiation auto", _auto),
        (r"undo negotiation auto", _no_auto),
        (r"speed (10|100|1000)", lambda port, found: _rate(port, found[1], port.duplex)),
        (r"duplex (full|half)", lambda port, found: _rate(port, port.speed, found[1])),
        (r"port-security enable", lambda port, _found: setattr(port, "max_macs", port.max_macs or 1)),
        (r"undo port-security enable", set_port(max_macs=0)),
        (r"port-security max-mac-num (\d+)", _max_macs),
        (r"undo port-security max-mac-num()", _max_macs),
        (r"broadcast-suppression (\d+)", _storm),
        (r"undo broadcast-suppression()", _storm),
        (r"stp edged-port enable", set_port(edge=True)),
        (r"undo stp edged-port(?: enable)?|stp edged-port disable", set_port(edge=False)),
        (r"undo poe enable", set_port(poe=False)),
        (r"poe enable", set_port(poe=True)),
    )
)  # fmt: skip


def _svi(**values: object) -> SviAction:
    def action(svi: SviModel, _found: Found) -> None:
        for name, value in values.items():
            setattr(svi, name, value)

    return action


SVI_LINES: tuple[tuple[re.Pattern[str], SviAction], ...] = tuple(
    (re.compile(pattern), action)
    for pattern, action in (
        (r"undo ip address.*", _svi(address="")),
        (r"shutdown", _svi(shutdown=True)),
        (r"undo shutdown", _svi(shutdown=False)),
    )
)
