"""Real switches as they were recorded: both libraries see the same, and it is what the recording holds."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest

from iccc.errors import Reason
from iccc.sessions.snmp import SnmpSession
from iccc.settings import SnmpReader
from iccc.switch.port_facts import names_among
from iccc.switch.seen import SwitchFacts
from iccc.switch.snmp_reader import read
from tests.mib.recordings import DECLARED, DEVICES, DISORDERED, ROOT, Recording, recordings, served, simulator
from tests.support import READER, MemoryCredentials, reach

pytestmark = pytest.mark.long

SECONDS = 60.0  # of one device; the simulator answers a few hundred requests a second


@pytest.fixture(scope="module")
def devices() -> Iterator[dict[str, Recording]]:
    environment = simulator()
    if environment.reason:
        pytest.skip(environment.reason)
    folder = ROOT / ".venv-snmpsim" / "recordings"
    found = recordings(environment, folder)
    with served(environment, folder):
        yield found


def facts(name: str, reader: SnmpReader) -> SwitchFacts:
    """The whole device, without asking for VLANs' contexts beyond that of VLAN 1."""
    run = reach(MemoryCredentials(communities={False: name}), snmp_s=5.0, reader=reader)
    sessions: dict[int | None, SnmpSession] = {}

    def session(vlan: int | None) -> SnmpSession:
        return sessions.setdefault(vlan, SnmpSession(name, DECLARED, run, vlan=vlan))

    async def whole() -> SwitchFacts:
        until = asyncio.get_running_loop().time() + SECONDS
        return await read(session, names_among(()), None, (), until)

    return asyncio.run(whole())


@pytest.mark.parametrize("name", DEVICES)
def test_the_reader_sees_what_was_recorded(devices: dict[str, Recording], name: str) -> None:
    recorded, seen = devices[name], facts(name, READER)
    assert not seen.unread
    assert isinstance(seen.ports, dict)
    assert {port.index for port in seen.ports.values()} == recorded.ports()
    assert set(seen.vlans or ()) == recorded.vlans()
    assert sum(len(port.neighbours) for port in seen.ports.values()) == recorded.neighbours()
    assert sum(len(port.macs) for port in seen.ports.values()) == recorded.learned()
    assert len(seen.arp or ()) == recorded.arp()
    other = facts(name, SnmpReader.PYSNMP)
    assert isinstance(other.uptime_s, float)  # the simulator's clock goes on
    assert replace(other, uptime_s=seen.uptime_s) == seen


def test_an_agent_whose_fdb_is_in_disorder_is_told_of_and_the_rest_of_it_stands(devices: dict[str, Recording]) -> None:
    recorded, seen = devices[DISORDERED], facts(DISORDERED, READER)
    assert set(seen.unread) == {"fdb"}
    assert seen.unread["fdb"].reason is Reason.BAD_ANSWER
    assert isinstance(seen.ports, dict)
    assert {port.index for port in seen.ports.values()} == recorded.ports()
    assert set(seen.vlans or ()) == recorded.vlans()
    assert not any(port.macs for port in seen.ports.values())
