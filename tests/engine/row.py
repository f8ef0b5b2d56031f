"""A core, an aggregation and an access switch in a row, a camera at the end."""

from __future__ import annotations

from dataclasses import replace

from iccc.city.devices import City, Link, Switch, SwitchPort
from iccc.switch.state import Port, PortMode, Svi, SwitchState, Vlan
from tests.switch.rig import WHERE, declared
from tests.unit.states import bilaspur

VIDEO, MANAGEMENT, OLD = 20, 99, 30
KEPT = frozenset({VIDEO, MANAGEMENT})


def link(name: str, peer: str, peer_port: str) -> SwitchPort:
    return SwitchPort(name, "trunk", "", None, KEPT, None, peer, peer_port, WHERE)


def switch(name: str, number: int, role: str, *ports: SwitchPort) -> Switch:
    return declared(
        number,
        name=name,
        role=role,
        chain="r1" if role == "access" else None,
        ports={port.name: port for port in ports},
    )


CAMERA = SwitchPort("p1", "access", "", VIDEO, None, True, "cam-1", None, WHERE)
CORE = switch("core", 1, "core", link("c1", "agg", "a1"))
AGG = switch("agg", 2, "aggregation", link("a1", "core", "c1"), link("a2", "acc", "u1"))
ACC = switch("acc", 3, "access", link("u1", "agg", "a2"), CAMERA)
LINKS = (Link("core", "c1", "agg", "a1", None), Link("agg", "a2", "acc", "u1", "r1"))


def city(*switches: Switch) -> City:
    return replace(bilaspur(), switches={one.name: one for one in switches or (CORE, AGG, ACC)}, links=LINKS)


def seen(one: Switch, access: int = VIDEO, carried: frozenset[int] = KEPT | {OLD}) -> SwitchState:
    """The switch with VLAN 30 still on its links, managed over VLAN 99."""
    ports = {
        port.name: Port(mode=PortMode.TRUNK, allowed_vlans=carried)
        if port.peer_port
        else Port(mode=PortMode.ACCESS, access_vlan=access)
        for port in one.ports.values()
    }
    vlans = {1: Vlan("default"), VIDEO: Vlan("CAM"), OLD: Vlan("OLD"), MANAGEMENT: Vlan("MGMT")}
    return SwitchState(vlans=vlans, ports=ports, interfaces={MANAGEMENT: Svi(f"{one.address}/24")})


def states(**others: SwitchState) -> dict[str, SwitchState]:
    return {one.name: seen(one) for one in (CORE, AGG, ACC)} | others
