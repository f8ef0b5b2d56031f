"""What is built around one declared switch: its ports, cameras on some of them, the operator behind its uplink."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from iccc.city.devices import City
from iccc.lab.hardware import HwPort, ports_of
from iccc.lab.ios import names
from iccc.lab.switch import hardware_address

OPERATOR_HOST = 100  # of its /24


def device_of(port: str) -> str:
    """The kernel's name for a port: ``gi1-3`` for ``GigabitEthernet1/3``, for a slash and 18 letters are too much."""
    return names.short(port).lower().replace("/", "-")


@dataclass(frozen=True)
class Camera:
    """A camera that hangs on the switch. ``gateway`` is the router's address in its VLAN."""

    name: str
    port: str  # GigabitEthernet1/1
    address: str
    vlan: int
    gateway: str
    mac: str


@dataclass(frozen=True)
class Site:
    """One switch and what is cabled to it. All networks are /24; their first address is the operator's router."""

    switch: str
    address: str
    gateway: str
    operator: str  # whence the operator comes: the first address of which the switch may demand that
    management_vlan: int
    hardware: tuple[HwPort, ...]
    poe_budget_w: float
    uplink: str  # the port that is cabled to the core
    trunks: tuple[str, ...]  # ports that a technician sets to trunk: all declared uplinks
    core: str  # what the far end says in LLDP
    core_port: str
    cameras: tuple[Camera, ...]
    spare: tuple[tuple[int, str], ...] = ()  # VLANs that the router has, too, and its address there

    @property
    def vlans(self) -> dict[int, str]:
        """The router's address in each VLAN that reaches the operator."""
        cameras = {camera.vlan: camera.gateway for camera in self.cameras}
        return {self.management_vlan: self.gateway, **cameras, **dict(self.spare)}

    def camera(self, name: str) -> Camera:
        return next(camera for camera in self.cameras if camera.name == name)


def site_of(city: City, name: str, cameras: int = 2, moved: City | None = None) -> Site:
    """The declared switch ``name`` with its first cameras, cabled to the first switch above it.

    ``moved`` declares where the switch is to be managed later: its router is there already.
    """
    later = [moved.switches[name]] if moved else []
    switch = city.switches[name]
    upper = switch.upstream[0]
    uplink = next(port for port in switch.ports.values() if port.device == upper)
    known = city.catalogue.get(switch.device_type)
    on_it = [camera for camera in city.cameras.values() if camera.switch == name]
    on_it.sort(key=lambda camera: names.order(camera.port))
    return Site(
        switch=name,
        address=switch.address,
        gateway=_first(switch.address),
        operator=_operator(city, switch.address),
        management_vlan=switch.management_vlan,
        hardware=ports_of(switch, city),
        poe_budget_w=known.poe_budget_w or 240.0 if known else 240.0,
        uplink=uplink.name,
        trunks=tuple(port.name for port in switch.ports.values() if port.mode == "trunk"),
        core=upper,
        core_port=uplink.peer_port or "",
        cameras=tuple(
            Camera(
                camera.name,
                camera.port,
                camera.address,
                camera.vlan,
                _first(camera.address),
                camera.mac or hardware_address(camera.address),
            )
            for camera in on_it[:cameras]
        ),
        spare=tuple((one.management_vlan, _first(one.address)) for one in later),
    )


def _operator(city: City, address: str) -> str:
    """In the first prefix whence switches may be managed, so that their access lists let the operator in."""
    for source in city.management_sources:
        return str(ipaddress.ip_network(source)[OPERATOR_HOST])
    return _first(address)


def _first(address: str) -> str:
    return address.rpartition(".")[0] + ".1"
