"""The lines of an interface: switch ports and VLAN interfaces.

Source: AOS-CX 10.06 Layer 2 Bridging Guide, "vlan access", "vlan trunk allowed", "vlan trunk native".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from iccc.compare import Unread
from iccc.errors import Reason
from iccc.switch.platforms.aruba_aoscx import vlans as vlan_list
from iccc.switch.state import ALL_VLANS, Port, PortMode, Svi
from iccc.switch.steps import Unsayable

SPEEDS = {
    **{f"{mbps}-{duplex}": (mbps, duplex) for mbps in ("10", "100") for duplex in ("full", "half")},
    "1000-full": ("1000", "full"),
    **{f"{gbps}g": (f"{gbps}000", "full") for gbps in (10, 25, 40, 50, 100)},
}
NO_STORM = Unread(Reason.UNSUPPORTED, "AOS-CX limits broadcasts in packets or kilobits per second, not in per cent")
LIMITED_OFFER = Unread(Reason.UNSUPPORTED, "the port offers some speeds only, which iccc does not judge")


@dataclass
class PortModel:
    """A port. ``mode`` is None until a line about VLANs was read: one that shows none is routed, or part of a LAG.

    An access port has no settings of a trunk and the other way round: the lines throw them away.
    """

    description: str = ""
    mode: PortMode | None = None
    access_vlan: int = 1
    native_vlan: int = 1
    allowed_vlans: frozenset[int] = ALL_VLANS  # never empty: a list without VLANs lets all pass
    poe: bool = True
    shutdown: bool = False
    speed: str = "auto"
    duplex: str = "auto"
    offers: str = ""  # of `speed auto 1g 2.5g`
    fixed_duplex: str = "full"  # of the last fixed speed, which takes `speed auto` back
    secured: bool = False
    client_limit: int = 1
    edge: bool = False
    bpdu_guard: bool = False
    lag: str = ""

    def state(self, security: bool) -> Port:
        """``security``: whether port security is on for the whole switch."""
        return Port(
            description=self.description,
            mode=self.mode,
            access_vlan=self.access_vlan,
            native_vlan=self.native_vlan,
            allowed_vlans=self.allowed_vlans,
            shutdown=self.shutdown,
            speed=LIMITED_OFFER if self.offers else self.speed,
            duplex=LIMITED_OFFER if self.offers else self.duplex,
            poe=self.poe,
            max_macs=self.client_limit if self.secured and security else 0,
            storm_pct=NO_STORM,
            edge=self.edge,
            bpdu_guard=self.bpdu_guard,
        )

    def access(self, vlan: int) -> None:
        self.mode, self.access_vlan, self.native_vlan, self.allowed_vlans = PortMode.ACCESS, vlan, 1, ALL_VLANS

    def native(self, vlan: int) -> None:
        """The worse reading of the guide's note: the list that was there is thrown away, and all VLANs pass."""
        self.mode, self.access_vlan, self.native_vlan, self.allowed_vlans = PortMode.TRUNK, 1, vlan, ALL_VLANS

    def allow(self, vlans: frozenset[int]) -> None:
        """Adds to a list; takes the place of `all`."""
        adds = self.mode is PortMode.TRUNK and self.allowed_vlans != ALL_VLANS
        self.allowed_vlans = self.allowed_vlans | vlans if adds else vlans
        self.mode, self.access_vlan = PortMode.TRUNK, 1

    def disallow(self, vlans: frozenset[int]) -> None:
        if self.allowed_vlans != ALL_VLANS:
            self.allowed_vlans = (self.allowed_vlans - vlans) or ALL_VLANS

    def names(self, vlan: int) -> bool:
        """Whether a line of the port names the VLAN."""
        if self.mode is PortMode.ACCESS:
            return self.access_vlan == vlan
        return self.native_vlan == vlan or (self.allowed_vlans != ALL_VLANS and vlan in self.allowed_vlans)

    def forget(self, vlan: int) -> None:
        """The VLAN is no more."""
        self.access_vlan = 1 if self.access_vlan == vlan else self.access_vlan
        self.native_vlan = 1 if self.native_vlan == vlan else self.native_vlan
        self.disallow(frozenset({vlan}))


@dataclass
class SviModel:
    """``interface vlan N``. ``address`` is ``dhcp`` where the switch asks for one."""

    address: str = ""
    shutdown: bool = False

    def state(self) -> Svi:
        return Svi(self.address, self.shutdown)


Found = re.Match[str]
PortAction = Callable[[PortModel, Found], None]


def speed_line(speed: str, duplex: str) -> str:
    """The word that sets both at once; Unsayable for a pair that AOS-CX does not have."""
    word = next((word for word, pair in SPEEDS.items() if pair == (speed, duplex)), None)
    if word is None:
        raise Unsayable(f"AOS-CX has no speed {speed} with duplex {duplex}; it has {', '.join(SPEEDS)}")
    return word


def set_port(**values: object) -> PortAction:
    """An action that sets these fields."""

    def action(port: PortModel, _found: Found) -> None:
        for name, value in values.items():
            setattr(port, name, value)

    return action


def _fix_speed(port: PortModel, found: Found) -> None:
    if found[1] not in SPEEDS:
        raise ValueError(found[1])
    (port.speed, port.duplex), port.offers = SPEEDS[found[1]], ""
    port.fixed_duplex = port.duplex


def _offer(port: PortModel, found: Found) -> None:
    port.speed = port.duplex = "auto"
    port.offers = found[1] or ""


def _disallow(port: PortModel, found: Found) -> None:
    if port.mode is not PortMode.TRUNK:
        raise ValueError(found[0])
    port.disallow(vlan_list.read(found[1]) if found[1] else port.allowed_vlans)


def _no_native(port: PortModel, found: Found) -> None:
    if port.mode is not PortMode.TRUNK:
        raise ValueError(found[0])
    port.native_vlan = 1


def _no_security(port: PortModel, _found: Found) -> None:
    port.secured, port.client_limit = False, 1


# Lines that need nothing but the port; those about VLANs are in model.py, for the VLANs have to exist.
PORT_LINES: tuple[tuple[re.Pattern[str], PortAction], ...] = tuple(
    (re.compile(pattern), action)
    for pattern, action in (
        (r"description (.+)", lambda port, found: setattr(port, "description", found[1])),
        (r"no description(?: .*)?", set_port(description="")),
        (r"shutdown", set_port(shutdown=True)),
        (r"no shutdown", set_port(shutdown=False)),
        (r"no routing", set_port()),  # where it is shown: the port is one of VLANs
        (r"no vlan trunk allowed(?: ([\d,-]+))?", _disallow),
        (r"no vlan trunk native(?: \d+)?", _no_native),
        (r"(?:no speed|speed auto(?: (.+))?)", _offer),
        (r"speed (\S+)", _fix_speed),
        (r"power-over-ethernet", set_port(poe=True)),
        (r"no power-over-ethernet", set_port(poe=False)),
        (r"spanning-tree port-type admin-edge", set_port(edge=True)),
        (r"(?:spanning-tree port-type admin-network|no spanning-tree port-type(?: .*)?)", set_port(edge=False)),
        (r"spanning-tree bpdu-guard", set_port(bpdu_guard=True)),
        (r"no spanning-tree bpdu-guard", set_port(bpdu_guard=False)),
        (r"lag (\d+)", lambda port, found: setattr(port, "lag", found[1])),
        (r"no port-access port-security", _no_security),
    )
)
SECURITY_LINES: tuple[tuple[re.Pattern[str], PortAction], ...] = tuple(
    (re.compile(pattern), action)
    for pattern, action in (
        (r"enable", set_port(secured=True)),
        (r"no enable", set_port(secured=False)),
        (r"client-limit (\d+)", lambda port, found: setattr(port, "client_limit", int(found[1]))),
        (r"no client-limit(?: \d+)?", set_port(client_limit=1)),
    )
)
