"""What Open vSwitch has to do for a configuration of the command line. Pure."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass

from iccc.lab.ios.config import Config, PortConfig

DEAD_VLAN = 4095  # no port carries it: what is put into it is cut off


@dataclass(frozen=True)
class Tagging:
    """Columns of the table Port. ``tag`` is the access or native VLAN."""

    vlan_mode: str  # access | trunk | native-untagged
    tag: int | None
    trunks: frozenset[int]

    def command(self, port: str) -> list[str]:
        """The ``ovs-vsctl`` command that sets them."""
        trunks = ",".join(map(str, sorted(self.trunks)))
        tag = f"tag={self.tag}" if self.tag is not None else "tag=[]"
        return ["set", "port", port, f"vlan_mode={self.vlan_mode}", tag, f"trunks=[{trunks}]"]


@dataclass(frozen=True)
class Line:
    """One physical port: its tagging, and whether the link may be up."""

    tagging: Tagging
    up: bool


@dataclass(frozen=True)
class Inner:
    """The switch's own interface in a VLAN."""

    tag: int
    address: str | None  # 10.81.1.11/24
    up: bool


@dataclass(frozen=True)
class Wanted:
    """The whole: by port name, by VLAN of the SVI, and the default gateway."""

    lines: dict[str, Line]
    inners: dict[int, Inner]
    gateway: str | None


def wanted(config: Config, trunking: Callable[[str], bool], poe_ports: frozenset[str]) -> Wanted:
    """``trunking`` tells of a port whether it works as a trunk now.

    A VLAN that is not in the database is not forwarded. A port whose power is off has no link, for what hangs on
    it is off as well.
    """
    vlans = frozenset(config.vlans)
    lines = {
        name: Line(tagging(port, trunking(name), vlans), not port.shutdown and (port.poe or name not in poe_ports))
        for name, port in config.ports.items()
    }
    inners = {
        number: Inner(
            tag=number if number in vlans else DEAD_VLAN,
            address=ipaddress.ip_interface(f"{svi.address}/{svi.mask}").with_prefixlen if svi.address else None,
            up=not svi.shutdown,
        )
        for number, svi in config.svis.items()
    }
    return Wanted(lines, inners, config.gateway)


def tagging(port: PortConfig, trunk: bool, vlans: frozenset[int]) -> Tagging:
    """An empty ``trunks`` would mean all VLANs, so a trunk that carries none carries the dead one."""
    if not trunk:
        return Tagging("access", port.access_vlan if port.access_vlan in vlans else DEAD_VLAN, frozenset())
    carried = port.allowed & vlans
    if port.native_vlan in carried:
        return Tagging("native-untagged", port.native_vlan, carried)
    return Tagging("trunk", None, carried or frozenset({DEAD_VLAN}))
