"""A switch that is of no known platform: as declared by hand, Q-BRIDGE-MIB, and nothing that listens to SSH."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace
from typing import Any

import pytest
from pysnmp.hlapi.v3arch.asyncio import CommunityData

from iccc.city.devices import City, SnmpAccess
from iccc.lab.lab import Lab
from tests.lab.net.foreign import ask
from tests.lab.net.town import MANAGEMENT, bulb, town

Q = "1.3.6.1.2.1.17.7.1"


def with_another_make() -> City:
    """sw3 is one; it speaks v3."""
    city = town(20)
    access = SnmpAccess(version="3", user="reader", auth="sha256", privacy="aes256")
    other = replace(city.switches["sw3"], platform="snmp_only", snmp=access)
    return replace(city, switches={**city.switches, "sw3": other})


async def column(lab: Lab, oid: str) -> dict[str, Any]:
    rows: dict[str, Any] = {}
    at = oid
    while True:
        wrong, found = await ask("127.77.1.25", CommunityData(lab.logins.read_community), at, verb="bulk")
        assert not wrong
        for name, value in found:
            if not name.startswith(f"{oid}.") or name in rows:
                return {name.removeprefix(f"{oid}."): value for name, value in rows.items()}
            rows[name] = value
        at = found[-1][0]


def ports(value: Any) -> set[int]:
    return {
        number * 8 + bit + 1 for number, octet in enumerate(value.asOctets()) for bit in range(8) if octet & 0x80 >> bit
    }


def test_it_tells_its_vlans_and_where_addresses_are() -> None:
    async def run() -> None:
        lab = Lab(with_another_make(), bulb)
        try:
            await lab.settle()
            for name in ("core1", "agg1", "sw4"):
                lab.switches[name].inject("lines", ["vlan 202"])
            await lab.settle()
            assert lab.unreachable() == []
            fdb_of = {name.split(".")[1]: int(value) for name, value in (await column(lab, f"{Q}.4.2.1.3")).items()}
            assert fdb_of["202"] != 202
            egress = {name.split(".")[1]: ports(value) for name, value in (await column(lab, f"{Q}.4.2.1.4")).items()}
            assert egress["202"] == {1, 2, 9, 10}
            assert egress[str(MANAGEMENT)] == {9, 10}
            pvid = {name: int(value) for name, value in (await column(lab, f"{Q}.4.5.1.1")).items()}
            assert (pvid["1"], pvid["9"]) == (202, 1)
            learned = {name: int(value) for name, value in (await column(lab, f"{Q}.2.2.1.2")).items()}
            camera = lab.fabric.fdb("sw3", 202)
            assert camera
            for mac, port in camera.items():
                at = ".".join(str(int(octet, 16)) for octet in mac.split(":"))
                assert learned[f"{fdb_of['202']}.{at}"] == lab.switches["sw3"].system.by_name[port].index
            assert await column(lab, "1.3.6.1.4.1.9") == {}
        finally:
            await lab.close()

    asyncio.run(run())


def test_nobody_can_log_in_and_the_sheet_has_the_user() -> None:
    async def run() -> None:
        lab = Lab(with_another_make(), bulb)
        try:
            await lab.settle()
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.77.1.25", 20022), 1)
            sheet: dict[str, Any] = lab.sheet()
            assert "sw3" not in sheet["host_keys"]
            assert set(sheet["snmp_users"]) == {"reader"}
        finally:
            await lab.close()

    asyncio.run(run())
