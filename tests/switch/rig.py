"""A whole switch for tests: one box behind SSH and SNMP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from pysnmp.proto.rfc1902 import Integer32, OctetString, TimeTicks

from iccc.city.devices import Kind, Lifecycle, Switch, SwitchPort, Where
from iccc.sessions.reach import Reach
from tests.sessions import ios_server, snmp_agent
from tests.sessions.snmp_agent import Agent, Oid, oid
from tests.support import MemoryCredentials, MemoryTrust, reach
from tests.switch.box import Box, Plug

WHERE = Where("cities/test/junctions/j01.yaml", 3)
UPLINK = "GigabitEthernet1/9"
CAMERA = (2, 0, 10, 14, 0, 11)
TICKS = 8_640_000


def declared(number: int, owner: str = "project", **changed: Any) -> Switch:
    """The switch at 10.77.4.``number``: two camera ports and an uplink."""
    ports = [
        SwitchPort("GigabitEthernet1/1", "access", "cam 1", 20, None, True, "cam-1", None, WHERE),
        SwitchPort("GigabitEthernet1/2", "access", "cam 2", 20, None, True, "cam-2", None, WHERE),
        SwitchPort(UPLINK, "trunk", "to core", None, frozenset({20, 99}), None, "core", "TenGigabitEthernet1/1", WHERE),
    ]
    values: dict[str, Any] = {
        "name": "sw1",
        "kind": Kind.SWITCH,
        "owner": owner,
        "address": f"10.77.4.{number}",
        "site": "t-j01",
        "device_type": "sw-field-8poe-240w",
        "status": Lifecycle.INSTALLED,
        "phase": "1",
        "where": WHERE,
        "role": "access",
        "platform": "cisco_ios",
        "chain": None,
        "management_vlan": 99,
        "vlans": {20: "CAM", 99: "MGMT"},
        "ports": {port.name: port for port in ports},
        "upstream": ("core",),
    }
    return Switch(**values | changed)


def factory_box() -> Box:
    """As a technician leaves it: management works, everything else is default."""
    plugs = {f"GigabitEthernet1/{number}": Plug() for number in range(1, 10)}
    plugs[UPLINK] = Plug(mode="trunk", allowed={1, 99})
    return Box("Switch", {99: ""}, plugs)


class BoxAgent(Agent):
    """PoE is set by SNMP and shows in the configuration."""

    box: Box

    def _set(self, table: dict[Oid, Any], asked: list[tuple[Oid, Any]], reply: Any) -> None:
        super()._set(table, asked, reply)
        for name, plug in self.box.plugs.items():
            enabled = table.get(oid(f"1.3.6.1.2.1.105.1.1.1.3.1.{name.rpartition('/')[2]}"))
            plug.power = enabled is None or int(enabled) == 1


def agent_of(box: Box) -> BoxAgent:
    table: dict[Oid, Any] = {
        oid("1.3.6.1.2.1.1.1.0"): OctetString("Cisco IOS Software, IE3x00"),
        oid("1.3.6.1.2.1.1.3.0"): TimeTicks(TICKS),
        oid("1.3.6.1.2.1.1.5.0"): OctetString(box.hostname),
    }
    writable = set()
    for number in range(1, 10):
        table[oid(f"1.3.6.1.2.1.31.1.1.1.1.{10100 + number}")] = OctetString(f"Gi1/{number}")
        table[oid(f"1.3.6.1.2.1.2.2.1.8.{10100 + number}")] = Integer32(1 if number in (1, 9) else 2)
        table[oid(f"1.0.8802.1.1.2.1.3.7.1.3.{number}")] = OctetString(f"Gi1/{number}")
        if number < 9:
            power = oid(f"1.3.6.1.2.1.105.1.1.1.3.1.{number}")
            table[power] = Integer32(1 if box.plugs[f"GigabitEthernet1/{number}"].power else 2)
            writable.add(power)
            table[oid(f"1.3.6.1.2.1.105.1.1.1.6.1.{number}")] = Integer32(3 if number == 1 else 2)
    table[oid("1.3.6.1.2.1.31.1.1.1.1.1")] = OctetString("Vl1")
    table[oid("1.3.6.1.2.1.2.2.1.8.1")] = Integer32(1)
    for column, value in (("6", Integer32(5)), ("7", OctetString("Te1/1")), ("9", OctetString("core\r"))):
        table[oid(f"1.0.8802.1.1.2.1.4.1.1.{column}.77.9.1")] = value
    for vlan in (1, *box.vlans):
        table[oid(f"1.3.6.1.4.1.9.9.46.1.3.1.1.2.1.{vlan}")] = Integer32(1)
    tables = {"public": table, "private": table} | {f"public@{vlan}": bridge(vlan) for vlan in (1, *box.vlans)}
    agent = BoxAgent(tables, writable=writable)
    agent.box = box
    return agent


def bridge(vlan: int) -> dict[Oid, Any]:
    """The camera on port 1 in VLAN 20, itself in VLAN 99."""
    table: dict[Oid, Any] = {oid("1.3.6.1.2.1.17.1.4.1.2.41"): Integer32(10101)}
    status = {20: 3, 99: 4}.get(vlan)
    if status:
        table[(*oid("1.3.6.1.2.1.17.4.3.1.2"), *CAMERA)] = Integer32(41)
        table[(*oid("1.3.6.1.2.1.17.4.3.1.3"), *CAMERA)] = Integer32(status)
    return table


@dataclass
class Rig:
    switch: Switch
    front: ios_server.Front
    agent: BoxAgent
    credentials: MemoryCredentials
    reach: Reach

    @property
    def box(self) -> Box:
        return self.front.box


def rig(number: int, box: Box | None = None, owner: str = "project", **times: float) -> Rig:
    front = ios_server.Front(box or factory_box())
    credentials = MemoryCredentials()
    trust = MemoryTrust({"sw1": front.host_key})
    return Rig(declared(number, owner), front, agent_of(front.box), credentials, reach(credentials, trust, **times))


@asynccontextmanager
async def plugged(rig: Rig, ssh: bool = True, snmp: bool = True) -> AsyncIterator[Rig]:
    """Serve it on loopback; a protocol that is not served has a closed port."""
    address = rig.reach.dial(rig.switch.address, 0)[0]
    udp = await snmp_agent.serve(rig.agent, address, 20161) if snmp else None
    try:
        if ssh:
            async with ios_server.serve(rig.front, address):
                yield rig
        else:
            yield rig
    finally:
        if udp:
            udp.close()
