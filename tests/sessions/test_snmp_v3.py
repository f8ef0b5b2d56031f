"""Debian's snmpd in v1, v2c and v3: both libraries see the same, and are refused for the same reasons."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from iccc.errors import DeviceError, Reason
from iccc.mib.values import Column, Table, Value
from iccc.secrets import Secret, UsmUser
from iccc.sessions.snmp import SnmpSession
from iccc.sessions.snmp_set import set_value
from iccc.settings import SnmpReader
from tests.sessions.readers import READERS, each_reader
from tests.sessions.snmpd import AUTH_PASSWORD, PRIVACY_PASSWORD, SNMPD, running
from tests.support import MemoryCredentials, reach

pytestmark = pytest.mark.skipif(SNMPD is None, reason="snmpd is not installed")

ADDRESS, DECLARED = "127.77.4.60", "10.77.4.60"
USER = UsmUser("see", "sha256", Secret(AUTH_PASSWORD), "aes256", Secret(PRIVACY_PASSWORD))
V3 = MemoryCredentials(communities={}, usm=USER)
V2C = MemoryCredentials(communities={False: "letmein", True: "letmein"})
V1 = MemoryCredentials(communities={False: "letmein", True: "letmein"}, snmp_version="1")
LOCATION, NOWHERE = "1.3.6.1.2.1.1.6.0", "1.3.6.1.2.1.1.77.0"
INTERFACES = Table("1.3.6.1.2.1.2.2.1.1", tuple(f"1.3.6.1.2.1.2.2.1.{number}" for number in (2, 3, 5, 6, 7, 8, 77)))
RUNS = Table("1.3.6.1.2.1.1.9.1.2", ("1.3.6.1.2.1.1.9.1.3",))  # sysORTable: OIDs and texts
BEYOND = Table("1.3.7.1")  # what the agent has ends before it

Told = tuple[dict[str, Value], dict[str, Column], dict[str, Column]]


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("snmpd")
    with running(folder, ADDRESS):
        yield folder


def told(credentials: MemoryCredentials, reader: SnmpReader) -> Told:
    async def talk() -> Told:
        session = SnmpSession("sw", DECLARED, reach(credentials, reader=reader, snmp_s=2.0))
        scalars = await session.get("1.3.6.1.2.1.1.2.0", LOCATION, NOWHERE)
        assert await session.table(BEYOND) == {BEYOND.key: {}}
        return scalars, await session.table(INTERFACES), await session.table(RUNS)

    return asyncio.run(talk())


@pytest.mark.usefixtures("agent")
@pytest.mark.parametrize("credentials", [V1, V2C, V3], ids=["v1", "v2c", "v3"])
def test_each_version_and_library_gives_the_same(credentials: MemoryCredentials) -> None:
    first = told(V2C, READERS[-1])
    scalars, interfaces, runs = first
    assert set(scalars) == {"1.3.6.1.2.1.1.2.0"} | ({LOCATION} & set(scalars))
    assert b"lo" in interfaces[INTERFACES.columns[0]].values()
    assert interfaces[INTERFACES.columns[-1]] == {}
    assert len(runs[RUNS.key]) == len(runs[RUNS.columns[0]]) > 5
    for reader in READERS:
        assert told(credentials, reader) == first


@pytest.mark.usefixtures("agent")
@each_reader
@pytest.mark.parametrize(
    "user",
    [
        replace(USER, name="stranger"),
        replace(USER, auth_password=Secret("nobody knows this")),
        replace(USER, auth="sha512"),
    ],
    ids=["unknown user", "wrong password", "wrong digest"],
)
def test_who_is_not_taken_is_told_so_at_once(
    reader: SnmpReader, user: UsmUser, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(DeviceError) as raised:
        told(MemoryCredentials(communities={}, usm=user), reader)
    assert raised.value.reason is Reason.UNAUTHORISED
    for secret in (user.auth_password, user.privacy_password):
        assert secret.reveal() not in f"{raised.value} {raised.value.__cause__} {caplog.text}"


@pytest.mark.usefixtures("agent")
@each_reader
def test_a_wrong_password_of_privacy_is_no_answer_or_a_refusal_and_never_more(reader: SnmpReader) -> None:
    """The agent cannot read the question: snmpd reports it in a way that pysnmp understands and gufo does not."""
    wrong = MemoryCredentials(communities={}, usm=replace(USER, privacy_password=Secret("nobody knows this")))
    with pytest.raises(DeviceError) as raised:
        asyncio.run(SnmpSession("sw", DECLARED, reach(wrong, reader=reader, snmp_s=0.2)).get(LOCATION))
    assert raised.value.reason in (Reason.UNAUTHORISED, Reason.NO_ANSWER)


@pytest.mark.usefixtures("agent")
@pytest.mark.parametrize("credentials", [V2C, V3], ids=["v2c", "v3"])
def test_a_text_is_set_and_read_back(credentials: MemoryCredentials) -> None:
    place = b"Nehru Chowk, pole 2"
    assert asyncio.run(set_value("sw", DECLARED, reach(credentials), LOCATION, place)) == place
    assert told(V2C, READERS[0])[0][LOCATION] == place
    with pytest.raises(DeviceError) as raised:
        asyncio.run(set_value("sw", DECLARED, reach(credentials), "1.3.6.1.2.1.2.2.1.7.9999", 1))
    assert raised.value.reason is Reason.UNSUPPORTED


@each_reader
def test_an_agent_that_restarts_is_read_on(reader: SnmpReader, tmp_path: Path) -> None:
    """Its boots and time are others then (notInTimeWindow): they are learned anew, and the question asked again."""
    address, declared = "127.77.4.61", "10.77.4.61"

    async def twice() -> list[dict[str, Value]]:
        with running(tmp_path, address):
            session = SnmpSession("sw", declared, reach(V3, reader=reader, snmp_s=1.0))
            first = await session.get("1.3.6.1.2.1.1.2.0")
        with running(tmp_path, address):
            return [first, await session.get("1.3.6.1.2.1.1.2.0")]

    first, second = asyncio.run(twice())
    assert first == second != {}
