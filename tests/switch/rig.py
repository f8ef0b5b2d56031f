"""A whole switch for tests: one simulator behind SSH and SNMP."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Any

from pysnmp.proto.rfc1902 import Integer32, OctetString, TimeTicks

from iccc.city.devices import Kind, Lifecycle, Switch, SwitchPort, Where
from iccc.sessions.reach import Reach
from tests.sessions import ios_server, snmp_agent
from tests.sessions.snmp_agent import Agent, Oid, oid
from tests.support import MemoryCredentials, MemoryTrust, reach
from tests.switch.sims.cisco_ios import IosSim
from tests.switch.sims.truth import PortTruth, SviTruth, Truth

WHERE = Where("cities/test/junctions/j01.yaml", 3)
UPLINK = "GigabitEthernet1/9"
ROUTER = "10.77.4.254"
CAMERA = (2, 0, 10, 14, 0, 11)
TICKS = 8_640_000
LLDP_REMOTE = oid("1.0.8802.1.1.2.1.4.1.1")
PSE_ENABLE = "1.3.6.1.2.1.105.1.1.1.3.1"


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


def factory(number: int) -> Truth:
    """As a technician leaves it: management works, everything else is default."""
    ports = {f"GigabitEthernet1/{n}": PortTruth() for n in range(1, 10)}
    ports[UPLINK] = PortTruth(mode="trunk", allowed=frozenset({1, 99}))
    return Truth(
        vlans={1: "default", 99: ""},
        ports=ports,
        interfaces={1: SviTruth(shutdown=True), 99: SviTruth(f"10.77.4.{number}/24")},
        gateway=ROUTER,
        users={"admin": 15},
    )


@dataclass
class SimAgent(Agent):
    """What the simulator shows by SNMP. PoE is set by SNMP and shows in the configuration."""

    front: ios_server.Front = field(kw_only=True)
    links: set[int] = field(default_factory=lambda: {1, 9})
    unplugs: dict[str, int] = field(default_factory=dict)  # port whose link is down while the text is configured
    hides: str = ""  # text in the configuration under which no LLDP neighbour is seen
    renames: str = ""  # text in the configuration under which the neighbour has another name
    heard: dict[int, tuple[str, bytes]] = field(default_factory=dict)  # more neighbours: name, and what they are
    guards: dict[str, tuple[int, float]] = field(default_factory=dict)  # port that goes down s after the text came
    since: dict[str, float] = field(default_factory=dict)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        truth, text = self.front.sim.truth, self.front.sim.running()
        down = {number for trigger, number in self.unplugs.items() if trigger in text}
        for trigger, (number, delay_s) in self.guards.items():
            if trigger in text and time.monotonic() >= self.since.setdefault(trigger, time.monotonic()) + delay_s:
                down.add(number)
        table = table_of(truth, self.links - down)
        for number, (name, capabilities) in self.heard.items():
            neighbour(table, number, name, capabilities)
        if self.renames and self.renames in text:
            neighbour(table, 9, "core-1", b"\x20")
        if self.hides and self.hides in text:
            table = {one: value for one, value in table.items() if one[:10] != LLDP_REMOTE}
        bridges = {f"public@{vlan}": bridge(vlan) for vlan in truth.vlans}
        self.tables = {"public": table, "private": table} | bridges
        self.writable = {oid(f"{PSE_ENABLE}.{number}") for number in range(1, 9)}
        super().datagram_received(data, addr)

    def _set(self, table: dict[Oid, Any], asked: list[tuple[Oid, Any]], reply: Any) -> None:
        super()._set(table, asked, reply)
        for name, port in self.front.sim.truth.ports.items():
            enabled = table.get(oid(f"{PSE_ENABLE}.{name.rpartition('/')[2]}"))
            port.poe = enabled is None or int(enabled) == 1


def table_of(truth: Truth, links: set[int]) -> dict[Oid, Any]:
    table: dict[Oid, Any] = {
        oid("1.3.6.1.2.1.1.1.0"): OctetString("Cisco IOS Software, IE3x00"),
        oid("1.3.6.1.2.1.1.3.0"): TimeTicks(TICKS),
        oid("1.3.6.1.2.1.1.5.0"): OctetString(truth.hostname),
    }
    for number in range(1, 10):
        port = truth.ports[f"GigabitEthernet1/{number}"]
        up = number in links and not port.shutdown
        table[oid(f"1.3.6.1.2.1.31.1.1.1.1.{10100 + number}")] = OctetString(f"Gi1/{number}")
        table[oid(f"1.3.6.1.2.1.2.2.1.2.{10100 + number}")] = OctetString(f"Gi1/{number}")
        table[oid(f"1.3.6.1.2.1.2.2.1.8.{10100 + number}")] = Integer32(1 if up else 2)
        table[oid(f"1.0.8802.1.1.2.1.3.7.1.3.{number}")] = OctetString(f"Gi1/{number}")
        if number < 9:
            table[oid(f"{PSE_ENABLE}.{number}")] = Integer32(1 if port.poe else 2)
            table[oid(f"1.3.6.1.2.1.105.1.1.1.6.1.{number}")] = Integer32(3 if number == 1 and port.poe else 2)
    table[oid("1.3.6.1.2.1.31.1.1.1.1.1")] = OctetString("Vl1")
    table[oid("1.3.6.1.2.1.2.2.1.2.1")] = OctetString("Vlan1")
    table[oid("1.3.6.1.2.1.2.2.1.8.1")] = Integer32(1)
    neighbour(table, 9, "core\r")
    for vlan in truth.vlans:
        table[oid(f"1.3.6.1.4.1.9.9.46.1.3.1.1.2.1.{vlan}")] = Integer32(1)
    return table


def neighbour(table: dict[Oid, Any], number: int, name: str, capabilities: bytes = b"") -> None:
    """Have a neighbour on a port; without capabilities it does not say what it is."""
    columns = {6: Integer32(5), 7: OctetString("Te1/1"), 9: OctetString(name), 12: OctetString(capabilities)}
    for column, value in columns.items():
        if column != 12 or capabilities:
            table[oid(f"1.0.8802.1.1.2.1.4.1.1.{column}.77.{number}.1")] = value


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
    agent: SimAgent
    credentials: MemoryCredentials
    reach: Reach

    @property
    def truth(self) -> Truth:
        return self.front.sim.truth

    def declare(self, **changed: Any) -> None:
        """Declare the switch otherwise."""
        self.switch = replace(self.switch, **changed)


def rig(number: int, owner: str = "project", **times: float) -> Rig:
    front = ios_server.Front(IosSim(factory(number), asks=True), homes=True, router=ROUTER)
    credentials = MemoryCredentials()
    trust = MemoryTrust({"sw1": front.host_key})
    agent = SimAgent({}, front=front)
    return Rig(
        declared(number, owner), front, agent, credentials, reach(credentials, trust, **{"settle_s": 0.05} | times)
    )


@asynccontextmanager
async def plugged(rig: Rig, ssh: bool = True, snmp: bool = True) -> AsyncIterator[Rig]:
    """Serve it on loopback, where it is declared and where it was; a protocol that is not served has a closed port."""
    old = [rig.switch.reached_at.address] if rig.switch.reached_at else []
    async with AsyncExitStack() as stack:
        for declared_address in (rig.switch.address, *old):
            address = rig.reach.dial(declared_address, 0)[0]
            if snmp:
                stack.callback((await snmp_agent.serve(copy(rig.agent), address, 20161)).close)  # a transport each
            if ssh:
                await stack.enter_async_context(ios_server.serve(rig.front, address))
        yield rig
