"""The lines of a switch port.

Sources: Allied Telesis, "Software Reference for x310 Series Switches, AlliedWare Plus", Configuring VLANs; the
documentation and tests of the vendor's Ansible collection. What they leave open: docs/platforms/alliedware_plus.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from iccc.switch.platforms.alliedware_plus import vlans as vlan_list
from iccc.switch.platforms.alliedware_plus.facts import MAX_DESCRIPTION, MAX_MACS
from iccc.switch.state import ALL_VLANS, Port, PortMode

NONE: frozenset[int] = frozenset()


@dataclass
class PortModel:
    """A port with the defaults of the box: an access port of VLAN 1.

    ``barred``: of a trunk that was set with ``all`` or ``except``, the VLANs behind the latter; None for one that was
    set with ``add``. The former takes neither ``add`` nor ``remove``.
    """

    description: str = ""
    mode: PortMode | None = PortMode.ACCESS  # None: in an aggregation, routed: what iccc does not judge
    access_vlan: int = 1
    tagged: frozenset[int] = NONE
    native: int | None = 1  # None: tagged frames only
    barred: frozenset[int] | None = None
    barred_once: bool = False  # before its mode changed, in this plan
    poe: bool = True
    shutdown: bool = False
    speed: str = "auto"
    duplex: str = "auto"
    secured: bool = False
    max_macs: int = 1  # of port security, where it is on
    storm_pct: float = 0.0
    edge: bool = False
    bpdu_guard: bool = False

    def state(self) -> Port:
        """A trunk without a native VLAN is one whose native VLAN 1 is not allowed; 0 where VLAN 1 passes tagged."""
        return Port(
            description=self.description,
            mode=self.mode,
            access_vlan=self.access_vlan,
            native_vlan=self.native or (0 if 1 in self.tagged else 1),
            allowed_vlans=self.tagged | ({self.native} if self.native else NONE),
            shutdown=self.shutdown,
            speed=self.speed,
            duplex=self.duplex,
            poe=self.poe,
            max_macs=self.max_macs if self.secured else 0,
            storm_pct=self.storm_pct,
            edge=self.edge,
            bpdu_guard=self.bpdu_guard,
        )

    def become(self, mode: PortMode) -> None:
        """Another mode loses everything of the former one; a trunk begins with VLAN 1, untagged."""
        if mode is not self.mode:
            self.barred_once = self.barred is not None
            self.mode, self.access_vlan, self.tagged, self.native, self.barred = mode, 1, NONE, 1, None

    def take_native(self, native: int | None) -> None:
        """The new one leaves the tagged VLANs; the former one comes back into them only under ``all`` or ``except``."""
        tagged = self.tagged if self.barred is None else ALL_VLANS - self.barred
        self.tagged, self.native = tagged - {native}, native

    def allow(self, word: str) -> None:
        """``all``, ``none``, or ``except`` a list: the native VLAN stays what it is."""
        if word == "none":
            self.barred, self.tagged = None, NONE
            return
        self.barred = NONE if word == "all" else vlan_list.read(word)
        self.tagged = ALL_VLANS - self.barred - {self.native}

    def lose(self, vlan: int) -> None:
        """What is left when a VLAN is deleted: no refusal, and no way back by making it again."""
        self.access_vlan = 1 if self.access_vlan == vlan else self.access_vlan
        self.native = 1 if self.native == vlan else self.native
        left = self.tagged - {vlan} if self.barred is None else ALL_VLANS - self.barred
        self.tagged = left - {self.native}


Found = re.Match[str]
PortAction = Callable[[PortModel, Found], None]


def set_port(**values: object) -> PortAction:
    """An action that sets these fields."""

    def action(port: PortModel, _found: Found) -> None:
        for name, value in values.items():
            setattr(port, name, value)

    return action


def _of(mode: PortMode, port: PortModel) -> PortModel:
    if port.mode is not mode:
        raise ValueError(f"not in {mode} mode")
    return port


def _access(port: PortModel, found: Found) -> None:
    (_of(PortMode.ACCESS, port).access_vlan,) = vlan_list.read(found[1] or "1")


def _native(port: PortModel, found: Found) -> None:
    if found[1] == "none":
        _of(PortMode.TRUNK, port).take_native(None)
        return
    (native,) = vlan_list.read(found[1] or "1")
    _of(PortMode.TRUNK, port).take_native(native)


def _add(port: PortModel, found: Found) -> None:
    listed = vlan_list.read(found[2])
    if _of(PortMode.TRUNK, port).barred is not None:
        raise ValueError(f"set with all or except: no {found[1]}")
    if found[1] == "remove":
        port.tagged -= listed
        return
    port.tagged |= listed
    port.native = None if port.native in listed else port.native  # it becomes tagged, and none is native then


def _number(name: str, kind: Callable[[str], object]) -> PortAction:
    return lambda port, found: setattr(port, name, kind(found[1]))


def _rate(port: PortModel, speed: str, duplex: str) -> None:
    if (speed, duplex) == ("1000", "half"):
        raise ValueError("no half duplex at 1000 Mb/s")
    port.speed, port.duplex = speed, duplex


def _max_macs(port: PortModel, found: Found) -> None:
    if not 1 <= int(found[1] or 1) <= MAX_MACS:
        raise ValueError(found[1])
    port.max_macs = int(found[1] or 1)


def _storm(port: PortModel, found: Found) -> None:
    level = float(found[1] or 100)
    if not 0 < level <= 100:
        raise ValueError(level)
    port.storm_pct = level if level < 100 else 0.0


TREE = r"spanning-tree (?:portfast|edgeport)"
GUARD = r"spanning-tree portfast bpdu-guard"
PORT_LINES: tuple[tuple[re.Pattern[str], PortAction], ...] = tuple(
    (re.compile(pattern), action)
    for pattern, action in (
        (rf"description (.{{1,{MAX_DESCRIPTION}}})", _number("description", str)),
        (r"no description", set_port(description="")),
        (r"switchport", lambda _port, _found: None),
        (r"switchport mode (access|trunk)(?: ingress-filter enable)?",
         lambda port, found: port.become(PortMode(found[1]))),
        (r"no switchport trunk", lambda port, _found: port.become(PortMode.ACCESS)),
        (r"(?:static-)?channel-group \d+.*|no switchport", set_port(mode=None)),
        (r"switchport access vlan (\d+)", _access),
        (r"no switchport access vlan()", _access),
        (r"switchport trunk native vlan (\d+|none)", _native),
        (r"no switchport trunk native vlan()", _native),
        (r"switchport trunk allowed vlan (add|remove) ([\d,-]+)", _add),
        (r"switchport trunk allowed vlan (none|all)", lambda port, found: _of(PortMode.TRUNK, port).allow(found[1])),
        (r"switchport trunk allowed vlan except ([\d,-]+)",
         lambda port, found: _of(PortMode.TRUNK, port).allow(found[1])),
        (r"shutdown", set_port(shutdown=True)),
        (r"no shutdown", set_port(shutdown=False)),
        (r"speed (auto|10|100|1000)", lambda port, found: _rate(port, found[1], port.duplex)),
        (r"no speed", lambda port, _found: _rate(port, "auto", port.duplex)),
        (r"duplex (auto|full|half)", lambda port, found: _rate(port, port.speed, found[1])),
        (r"no duplex", lambda port, _found: _rate(port, port.speed, "auto")),
        (r"power-inline enable", set_port(poe=True)),
        (r"no power-inline enable", set_port(poe=False)),
        (r"switchport port-security", set_port(secured=True)),
        (r"no switchport port-security", set_port(secured=False)),
        (r"switchport port-security maximum (\d+)", _max_macs),
        (r"no switchport port-security maximum()", _max_macs),
        (r"switchport port-security violation \S+", lambda _port, _found: None),
        (r"storm-control broadcast level (\d{1,3}(?:\.\d+)?)", _storm),
        (r"no storm-control broadcast level()", _storm),
        (TREE, set_port(edge=True)),
        (rf"no {TREE}", set_port(edge=False)),
        (rf"{GUARD} enable", set_port(bpdu_guard=True)),
        (rf"{GUARD} (?:disable|default)|no {GUARD}", set_port(bpdu_guard=False)),
    )
)  # fmt: skip
