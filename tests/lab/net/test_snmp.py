"""The SNMP agent, asked by foreign clients: gufo.snmp and pysnmp."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from gufo.snmp import SnmpVersion
from gufo.snmp.sync import SnmpSession
from hypothesis import given
from hypothesis import strategies as st
from netmiko import ConnectHandler
from pysnmp.hlapi.v3arch.asyncio import (
    CommunityData,
    ContextData,
    Integer32,
    ObjectIdentity,
    ObjectType,
    OctetString,
    SnmpEngine,
    UdpTransportTarget,
    bulk_walk_cmd,
    get_cmd,
    set_cmd,
)

from iccc.lab.device import Counters, Fault
from iccc.lab.snmp import ber
from iccc.lab.snmp.agent import Agent
from iccc.lab.snmp.ber import Message, Pdu
from iccc.lab.snmp.switch_mib import SwitchMib
from tests.lab.net.conftest import Served
from tests.lab.net.test_transcripts import bench

UP_TIME = "1.3.6.1.2.1.1.3.0"
TREES = ["1.3.6.1.2.1", "1.0.8802", "1.3.6.1.4.1.9.9.46", "1.3.6.1.4.1.9.9.68"]
COUNTING = tuple(f"1.3.6.1.2.1.2.2.1.{n}." for n in (10, 11, 12, 16, 17, 18)) + tuple(
    f"1.3.6.1.2.1.31.1.1.1.{n}." for n in range(2, 14)
)
FDB_PORT = "1.3.6.1.2.1.17.4.3.1.2"
BASE_IF_INDEX = "1.3.6.1.2.1.17.1.4.1.2"
IF_NAME = "1.3.6.1.2.1.31.1.1.1.1"
POE_ADMIN, POE_DETECTION = "1.3.6.1.2.1.105.1.1.1.3.1", "1.3.6.1.2.1.105.1.1.1.6.1"
ADMIN_STATUS = "1.3.6.1.2.1.2.2.1.7"


def gufo(lab: Served, name: str, vlan: str = "", community: str | None = None) -> SnmpSession:
    known = community or lab.sheet["communities"]["ro"]
    return SnmpSession(addr=lab.address(name), port=20161, community=known + vlan, version=SnmpVersion.v2c, timeout=1.0)


def walk(lab: Served, name: str, tree: str, vlan: str = "") -> dict[str, Any]:
    with gufo(lab, name, vlan) as session:
        return dict(session.getbulk(tree))


def pysnmp(lab: Served, name: str, work: Callable[..., Any], community: str = "ro", timeout: float = 1.0) -> Any:
    async def run() -> Any:
        target = await UdpTransportTarget.create((lab.address(name), 20161), timeout=timeout, retries=0)
        text = lab.sheet["communities"].get(community, community)
        engine = SnmpEngine()
        try:
            return await work(engine, CommunityData(text, mpModel=1), target, ContextData())
        finally:
            engine.close_dispatcher()

    return asyncio.run(run())


def put(lab: Served, name: str, oid: str, value: Any, community: str = "rw") -> str:
    """The error status of a SET, "noError" if it was taken."""

    async def work(*session: Any) -> Any:
        return await set_cmd(*session, ObjectType(ObjectIdentity(oid), value))

    _, status, _, _ = pysnmp(lab, name, work, community)
    return "noError" if not status else status.prettyPrint()


@pytest.mark.parametrize("tree", TREES)
def test_two_foreign_clients_walk_the_same(lab: Served, tree: str) -> None:
    async def work(*session: Any) -> list[tuple[str, Any]]:
        rows = []
        start = ObjectType(ObjectIdentity(tree))
        async for error, status, _, varbinds in bulk_walk_cmd(*session, 0, 25, start, lexicographicMode=False):
            assert error is None
            assert not status
            rows += [(str(oid), value) for oid, value in varbinds]
        return rows

    rows = pysnmp(lab, "sw1", work)
    seen = walk(lab, "sw1", tree)
    assert [oid for oid, _ in rows] == list(seen)
    assert len(rows) > 20
    for oid, value in rows:
        if oid != UP_TIME and not oid.startswith(COUNTING):
            expected = seen[oid]
            told = (
                value.asOctets()
                if isinstance(expected, bytes)
                else str(value)
                if isinstance(expected, str)
                else int(value)
            )
            assert told == expected, oid


def test_command_line_and_snmp_are_one_state(lab: Served) -> None:
    lab.deploy()
    names = walk(lab, "sw1", IF_NAME)
    index = next(oid.rpartition(".")[2] for oid, name in names.items() if name == b"Gi1/1")
    assert walk(lab, "sw1", "1.3.6.1.2.1.31.1.1.1.18")[f"1.3.6.1.2.1.31.1.1.1.18.{index}"] == b"cam1"
    assert walk(lab, "sw1", "1.3.6.1.4.1.9.9.68.1.2.2.1.2")[f"1.3.6.1.4.1.9.9.68.1.2.2.1.2.{index}"] == 201
    assert walk(lab, "sw1", POE_DETECTION)[f"{POE_DETECTION}.1"] == 3
    assert put(lab, "sw1", f"{POE_ADMIN}.1", Integer32(2)) == "noError"
    assert put(lab, "sw1", f"{ADMIN_STATUS}.{int(index) + 1}", Integer32(2)) == "noError"
    assert put(lab, "sw1", "1.3.6.1.2.1.1.5.0", OctetString("renamed")) == "noError"
    with ConnectHandler(**lab.netmiko("sw1")) as switch:
        assert switch.find_prompt() == "renamed#"
        assert " power inline never" in switch.send_command("show running-config interface gi1/1")
        assert " shutdown" in switch.send_command("show running-config interface gi1/2")
    assert walk(lab, "sw1", POE_DETECTION)[f"{POE_DETECTION}.1"] == 1
    assert sorted(lab.client.unreachable()) == ["cam1", "cam2"]
    assert lab.client.counters("sw1")["sw1"]["sets"] == 3


def test_a_camera_is_in_the_table_of_its_vlan_only(lab: Served) -> None:
    lab.deploy()
    mac = "2.0.10.77.1." + lab.city.cameras["cam1"].address.rpartition(".")[2]
    ports = {vlan: walk(lab, "sw1", FDB_PORT, f"@{vlan}").get(f"{FDB_PORT}.{mac}") for vlan in (1, 110, 201, 202)}
    base = ports.pop(201)
    assert set(ports.values()) == {None}
    index = walk(lab, "sw1", BASE_IF_INDEX, "@201")[f"{BASE_IF_INDEX}.{base}"]
    assert walk(lab, "sw1", IF_NAME)[f"{IF_NAME}.{index}"] == b"Gi1/1"
    lab.client.fault("cam1", "dead")
    assert f"{FDB_PORT}.{mac}" not in walk(lab, "sw1", FDB_PORT, "@201")


@pytest.mark.parametrize("community", ["guess", "{ro}@4000", "{ro}@x"])
def test_a_community_that_is_not_known_meets_silence(lab: Served, community: str) -> None:
    text = community.format(ro=lab.sheet["communities"]["ro"])
    with gufo(lab, "sw1", community=text) as session, pytest.raises(TimeoutError):
        session.get("1.3.6.1.2.1.1.5.0")


@pytest.mark.parametrize(
    ("oid", "value", "community", "status"),
    [
        (f"{POE_ADMIN}.1", Integer32(2), "ro", "noAccess"),
        (f"{POE_ADMIN}.1", Integer32(7), "rw", "wrongValue"),
        (f"{POE_ADMIN}.1", OctetString("2"), "rw", "wrongType"),
        (f"{POE_ADMIN}.9", Integer32(2), "rw", "noCreation"),
        (f"{POE_DETECTION}.1", Integer32(2), "rw", "notWritable"),
        ("1.3.6.1.2.1.1.5.0", OctetString("two\nlines"), "rw", "wrongValue"),
    ],
)
def test_a_set_that_cannot_be_is_refused(lab: Served, oid: str, value: Any, community: str, status: str) -> None:
    assert put(lab, "sw1", oid, value, community) == status
    assert lab.client.counters("sw1")["sw1"]["sets"] == 0


def test_an_answer_never_grows_beyond_a_packet(lab: Served) -> None:
    descr = "1.3.6.1.2.1.1.1.0"

    async def many(*session: Any) -> Any:
        return await get_cmd(*session, *(ObjectType(ObjectIdentity(descr)) for _ in range(8)))

    _, status, _, _ = pysnmp(lab, "sw1", many)
    assert status.prettyPrint() == "tooBig"
    with gufo(lab, "sw1") as session:
        assert len(list(session.getbulk("1.3.6.1.2.1.2", max_repetitions=400))) > 100


def test_a_switch_without_power_is_silent(lab: Served) -> None:
    lab.client.power("sw1", False)
    with gufo(lab, "sw1") as session, pytest.raises(TimeoutError):
        session.get("1.3.6.1.2.1.1.5.0")


READING = bytes.fromhex(
    "3026020101040472656164a51b02043b9aca0002010002010a300d300b06072b060102010102 0500".replace(" ", "")
)


@given(st.binary(max_size=80), st.integers(0, 255), st.integers(0, len(READING) - 1))
def test_any_datagram_is_answered_or_ignored(noise: bytes, byte: int, at: int) -> None:
    system = bench()
    agent = Agent(SwitchMib(system), Counters(), lambda: Fault.NONE)
    agent.answer(noise)
    agent.answer(READING[:at] + bytes([byte]) + READING[at + 1 :])
    agent.answer(READING[:at])


@given(st.lists(st.integers(0, 2**32 - 1), max_size=12), st.integers(-(2**31), 2**31 - 1))
def test_what_the_codec_writes_it_reads(tail: list[int], number: int) -> None:
    oid = (1, 3, *tail)
    sent = Pdu(ber.GET, number, varbinds=(ber.varbind(oid, ber.integer(number)),))
    back = ber.parse(Message(ber.V2C, "read", sent).encoded())
    assert back.pdu.request_id == number
    assert [(name, value.integer()) for name, value in back.pdu.asked] == [(oid, number)]


def test_a_slow_switch_answers_late_on_both_protocols(lab: Served) -> None:
    lab.client.fault("sw1", "slow", delay_s=2)
    with gufo(lab, "sw1") as session, pytest.raises(TimeoutError):
        session.get("1.3.6.1.2.1.1.5.0")
    lab.client.fault("sw1", "slow", delay_s=0.05)
    assert walk(lab, "sw1", "1.3.6.1.2.1.1.5") == {"1.3.6.1.2.1.1.5.0": b"Switch"}
    with ConnectHandler(**lab.netmiko("sw1")) as switch:
        assert "hostname Switch" in switch.send_command("show running-config")


def test_a_switch_that_ignores_says_yes_on_both_protocols(lab: Served) -> None:
    lab.client.fault("sw1", "accepts-and-ignores")
    assert put(lab, "sw1", f"{POE_ADMIN}.1", Integer32(2)) == "noError"
    with ConnectHandler(**lab.netmiko("sw1")) as switch:
        assert "%" not in switch.send_config_set(["vlan 77", "interface gi1/1", "shutdown"])
        running = switch.send_command("show running-config")
    assert "vlan 77" not in running
    assert "power inline never" not in running
    assert walk(lab, "sw1", POE_ADMIN)[f"{POE_ADMIN}.1"] == 1
