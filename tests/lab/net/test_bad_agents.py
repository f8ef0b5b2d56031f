"""Agents that misbehave, as foreign clients meet them. The command line goes on all the while."""

from __future__ import annotations

import asyncio
import time

import pytest
from gufo.snmp.sync import SnmpSession
from netmiko import ConnectHandler
from pysnmp.hlapi.v3arch.asyncio import (
    USM_AUTH_HMAC192_SHA256,
    USM_PRIV_CFB256_AES_BLUMENTHAL,
    CommunityData,
    UsmUserData,
)

from iccc.lab.device import SNMP_FAULTS
from tests.lab.net.conftest import Served
from tests.lab.net.foreign import PORT, ask, lines, net_snmp

IF = "1.3.6.1.2.1.2.2.1"
IF_NUMBER, SYS_NAME, UP_TIME = "1.3.6.1.2.1.2.1.0", "1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.1.3.0"
PORTS = 14 + 2  # of a field switch, and its SVIs
USER = UsmUserData(
    "ops", "authpass-12", "privpass-34",
    authProtocol=USM_AUTH_HMAC192_SHA256, privProtocol=USM_PRIV_CFB256_AES_BLUMENTHAL,
)  # fmt: skip
SILENT = ["snmp-silent", "snmp-wrong-community", "snmp-from-elsewhere"]


def read(lab: Served, *oids: str, verb: str = "get", repetitions: int = 10, wait: float = 1.0) -> tuple[str, list[str]]:
    community = CommunityData(lab.sheet["communities"]["ro"])
    wrong, found = asyncio.run(ask(lab.address("sw1"), community, *oids, verb=verb, repetitions=repetitions, wait=wait))
    return wrong, [oid if verb == "bulk" else value.prettyPrint() for oid, value in found]


def walk(lab: Served, tree: str) -> str:
    return net_snmp("snmpbulkwalk", "-v2c", "-c", lab.sheet["communities"]["ro"], f"{lab.address('sw1')}:20161", tree)


def secure(lab: Served) -> str:
    lab.client.lines("sw1", "snmp-server user ops read v3 auth sha-2 256 authpass-12 priv aes 256 privpass-34")
    return asyncio.run(ask(lab.address("sw1"), USER, SYS_NAME))[0]


def test_the_command_line_goes_on(lab: Served) -> None:
    with ConnectHandler(**lab.netmiko("sw1")) as switch:
        for fault in sorted(SNMP_FAULTS):
            lab.client.fault("sw1", fault)
            assert "hostname Switch" in switch.send_command("show running-config"), fault
            assert lab.client.unreachable() == []


@pytest.mark.parametrize("fault", SILENT)
def test_nothing_is_heard(lab: Served, fault: str) -> None:
    assert read(lab, SYS_NAME)[0] == ""
    lab.client.fault("sw1", fault)
    community = lab.sheet["communities"]["ro"]
    with (
        SnmpSession(addr=lab.address("sw1"), port=PORT, community=community, timeout=0.3) as session,
        pytest.raises(TimeoutError),
    ):
        session.get(SYS_NAME)


def test_users_are_gone_and_communities_stay(lab: Served) -> None:
    assert secure(lab) == ""
    lab.client.fault("sw1", "snmp-no-user")
    assert "user" in secure(lab).lower()
    assert read(lab, SYS_NAME) == ("", ["Switch"])


def test_an_engine_that_lost_its_time_lets_nobody_in(lab: Served) -> None:
    lab.client.fault("sw1", "snmp-wrong-time")
    assert secure(lab) != ""
    assert read(lab, SYS_NAME) == ("", ["Switch"])


def test_fewer_rows_than_were_told(lab: Served) -> None:
    lab.client.fault("sw1", "snmp-truncated")
    assert read(lab, IF_NUMBER) == ("", [str(PORTS)])
    assert len(lines(walk(lab, f"{IF}.2"))) == 4
    assert len(lines(walk(lab, f"{IF}.8"))) == 4


def test_a_walk_comes_back(lab: Served) -> None:
    lab.client.fault("sw1", "snmp-not-increasing")
    assert "OID not increasing" in walk(lab, IF)
    assert "OID not increasing" in walk(lab, f"{IF}.2")
    assert "OID not increasing" not in walk(lab, "1.3.6.1.2.1.31.1.1.1.1")


def test_a_column_without_an_end_increases(lab: Served) -> None:
    lab.client.fault("sw1", "snmp-endless")
    _, found = read(lab, f"{IF}.2.500000", verb="bulk")
    assert found == [f"{IF}.2.{number}" for number in range(500_001, 500_011)]


def test_too_big_is_whatever_asks_for_much(lab: Served) -> None:
    lab.client.fault("sw1", "snmp-too-big")
    assert read(lab, f"{IF}.2", verb="bulk", repetitions=5)[0] == "tooBig"
    assert len(read(lab, f"{IF}.2", verb="bulk", repetitions=4)[1]) == 4
    assert read(lab, *[SYS_NAME] * 5)[0] == "tooBig"


def test_a_reply_is_as_long_as_is_asked(lab: Served) -> None:
    lab.client.fault("sw1", "snmp-long")
    assert len(read(lab, IF, verb="bulk", repetitions=250)[1]) == 250
    lab.client.fault("sw1", "none")
    assert len(read(lab, IF, verb="bulk", repetitions=250)[1]) < 100


def test_text_is_not_always_text(lab: Served) -> None:
    lab.client.fault("sw1", "snmp-odd-text")
    _, found = asyncio.run(
        ask(lab.address("sw1"), CommunityData(lab.sheet["communities"]["ro"]), "1.3.6.1.2.1.31.1.1.1.18.10001")
    )
    octets = found[0][1].asOctets()
    assert b"\x1b[2J" in octets
    with pytest.raises(UnicodeDecodeError):
        octets.decode()


def test_a_counter_wraps_and_there_is_no_wider_one(lab: Served) -> None:
    lab.deploy()
    assert read(lab, f"{IF}.11.10001")[0] == ""
    lab.client.fault("sw1", "snmp-wraps")
    before = int(read(lab, f"{IF}.11.10001")[1][0])
    assert (1 << 32) - 2000 < before < 1 << 32
    time.sleep(3.1)
    assert int(read(lab, f"{IF}.11.10001")[1][0]) < 2000
    assert read(lab, "1.3.6.1.2.1.31.1.1.1.7.10001")[1] == ["No Such Object currently exists at this OID"]


def test_time_runs_backwards(lab: Served) -> None:
    lab.client.fault("sw1", "snmp-uptime-back")
    before, after = (int(read(lab, UP_TIME)[1][0]) for _ in range(2))
    assert before > after > 100_000
