"""The SNMP session against an agent with the faults of real ones, through both libraries."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from pysnmp.proto.rfc1902 import Counter64, Integer32, IpAddress, ObjectIdentifier, OctetString, TimeTicks

from iccc import guard
from iccc.errors import DeviceError, Reason
from iccc.sessions.dial import Target
from iccc.sessions.snmp import LEARNED, Engine, SnmpSession, set_integer
from tests.sessions.snmp_agent import Agent, oid, serve
from tests.support import MemoryCredentials, MemoryLearned, reach

ADDRESS, PORT = "127.77.4.21", 20161
DECLARED = "10.77.4.21"
STATUS = "1.3.6.1.2.1.2.2.1.8"
WRITABLE = "1.3.6.1.2.1.105.1.1.1.3.1.3"
TABLE = {
    oid("1.3.6.1.2.1.1.1.0"): OctetString("Cisco IOS"),
    oid("1.3.6.1.2.1.1.2.0"): ObjectIdentifier("1.3.6.1.4.1.9.1.1"),
    oid("1.3.6.1.2.1.1.3.0"): TimeTicks(123_456),
    **{oid(f"{STATUS}.{row}"): Integer32(row % 3) for row in range(1, 90)},
    oid("1.3.6.1.2.1.2.2.1.9.2"): IpAddress("192.0.2.7"),
    oid("1.3.6.1.2.1.2.2.1.10.2"): Counter64(2**63 + 1),
    oid("1.3.6.1.2.1.2.2.1.11.2"): OctetString(hexValue="00ff10"),
    oid(WRITABLE): Integer32(1),
}
ENGINES: list[Engine] = ["gufo", "pysnmp"]
each_engine = pytest.mark.parametrize("engine", ENGINES)


def agent(**faults: object) -> Agent:
    tables = {name: dict(TABLE) for name in ("public", "private")}
    tables["private"] = tables["public"]
    return Agent(tables, writable={oid(WRITABLE)}, **faults)  # type: ignore[arg-type]


def against(agent: Agent, talk: Callable[[], Awaitable[object]]) -> object:
    async def run() -> object:
        transport = await serve(agent, ADDRESS, PORT)
        try:
            return await talk()
        finally:
            transport.close()

    return asyncio.run(run())


def walk(agent: Agent, *columns: str, engine: Engine = "gufo", learned: MemoryLearned | None = None) -> object:
    run = reach(snmp_s=0.1, learned=learned)
    return against(agent, lambda: SnmpSession("sw", DECLARED, run, engine=engine).walk(*columns))


def refusal(agent: Agent, talk: Callable[[], Awaitable[object]]) -> DeviceError:
    with pytest.raises(DeviceError) as caught:
        against(agent, talk)
    return caught.value


def test_both_engines_give_the_same_values() -> None:
    columns = [f"1.3.6.1.2.1.2.2.1.{number}" for number in (8, 9, 10, 11, 99)]
    oids = [f"1.3.6.1.2.1.1.{number}.0" for number in (1, 2, 3, 4)]

    async def talk(engine: Engine) -> object:
        session = SnmpSession("sw", DECLARED, reach(), engine=engine)
        return await session.get(*oids), await session.walk(*columns)

    gufo, pysnmp = (against(agent(), lambda engine=engine: talk(engine)) for engine in ENGINES)  # type: ignore[misc]
    assert gufo == pysnmp
    system, tables = gufo  # type: ignore[misc]
    assert system == dict(zip(oids[:3], [b"Cisco IOS", "1.3.6.1.4.1.9.1.1", 123_456], strict=True))
    assert len(tables[STATUS]) == 89
    assert tables["1.3.6.1.2.1.2.2.1.11"] == {(2,): b"\x00\xff\x10"}
    assert tables["1.3.6.1.2.1.2.2.1.99"] == {}


@each_engine
def test_a_lost_datagram_is_asked_again(engine: Engine) -> None:
    rows = walk(agent(drop_next=2), STATUS, engine=engine)
    assert len(rows[STATUS]) == 89  # type: ignore[index]


@each_engine
def test_an_agent_that_cannot_answer_so_much_is_asked_for_less_and_remembered(engine: Engine) -> None:
    learned = MemoryLearned()
    rows = walk(agent(most_rows=6), STATUS, engine=engine, learned=learned)
    assert len(rows[STATUS]) == 89  # type: ignore[index]
    assert learned.get("sw", LEARNED) == 5
    second = agent(most_rows=6)
    walk(second, STATUS, engine=engine, learned=learned)
    assert len(second.requests) == 89 // 5 + 1  # not one request too big


@each_engine
def test_oids_that_do_not_increase_end_the_walk(engine: Engine) -> None:
    run = reach(snmp_s=0.1)
    error = refusal(agent(goes_back=True), lambda: SnmpSession("sw", DECLARED, run, engine=engine).walk(STATUS))
    assert error.reason is Reason.BAD_ANSWER
    assert "do not increase" in error.observed


def test_a_row_without_an_index_ends_the_walk() -> None:
    error = refusal(agent(names_column=True), lambda: SnmpSession("sw", DECLARED, reach(snmp_s=0.1)).walk(STATUS))
    assert error.reason is Reason.BAD_ANSWER
    assert "do not increase" in error.observed


@each_engine
def test_an_endless_column_is_cut(engine: Engine) -> None:
    error = refusal(agent(), lambda: SnmpSession("sw", DECLARED, reach(), engine=engine, max_rows=50).walk(STATUS))
    assert error.reason is Reason.BAD_ANSWER
    assert "more than 50 rows" in error.observed


@each_engine
def test_a_wrong_community_is_no_answer(engine: Engine) -> None:
    credentials = MemoryCredentials(communities={False: "wrong"})
    run = reach(credentials, snmp_s=0.05)
    silent = agent()
    error = refusal(silent, lambda: SnmpSession("sw", DECLARED, run, engine=engine).get("1.3.6.1.2.1.1.1.0"))
    assert error.reason is Reason.NO_ANSWER
    assert len(silent.requests) == run.limits.snmp_tries
    assert "wrong" not in str(error)


def test_a_closed_port_is_told_at_once() -> None:
    error = refusal(agent(), lambda: SnmpSession("sw", "10.77.4.99", reach()).get("1.3.6.1.2.1.1.1.0"))
    assert error.reason is Reason.REFUSED


def test_a_vlan_is_read_in_its_own_context() -> None:
    switch = agent()
    switch.tables["public@20"] = {oid(f"{STATUS}.7"): Integer32(1)}
    rows = against(switch, lambda: SnmpSession("sw", DECLARED, reach(), vlan=20).walk(STATUS))
    assert rows == {STATUS: {(7,): 1}}


def test_a_set_is_read_back() -> None:
    switch = agent()
    assert against(switch, lambda: set_integer("sw", DECLARED, reach(), WRITABLE, 2)) == 2
    assert int(switch.tables["public"][oid(WRITABLE)]) == 2
    assert ("private", "SetRequestPDU") in switch.requests


def test_a_set_that_is_accepted_and_ignored_shows_in_what_is_read_back() -> None:
    assert against(agent(ignores_sets=True), lambda: set_integer("sw", DECLARED, reach(), WRITABLE, 2)) == 1


@pytest.mark.parametrize(
    ("status", "reason"), [(17, Reason.UNSUPPORTED), (6, Reason.UNAUTHORISED), (5, Reason.BAD_ANSWER)]
)
def test_a_refused_set_says_why(status: int, reason: Reason) -> None:
    error = refusal(agent(refused=status), lambda: set_integer("sw", DECLARED, reach(), WRITABLE, 2))
    assert error.reason is reason


def test_without_a_community_nothing_is_sent() -> None:
    switch = agent()
    run = reach(MemoryCredentials(communities={}))
    assert refusal(switch, lambda: set_integer("sw", DECLARED, run, WRITABLE, 2)).reason is Reason.UNAUTHORISED

    async def read() -> object:
        return await SnmpSession("sw", DECLARED, run).get(WRITABLE)

    assert refusal(switch, read).reason is Reason.UNAUTHORISED
    assert switch.requests == []


@each_engine
def test_the_network_guard_stops_native_sockets_too(engine: Engine) -> None:
    guard.install()  # stands already when the tests run with ICCC_LOOPBACK_ONLY
    run = reach(target=Target.LIVE)

    async def outside() -> object:
        return await SnmpSession("sw", "198.51.100.7", run, engine=engine).get("1.3.6.1.2.1.1.1.0")

    assert refusal(agent(), outside).reason is Reason.GUARDED
