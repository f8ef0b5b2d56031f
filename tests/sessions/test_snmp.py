"""The SNMP session against an agent with the faults of real ones, through both libraries."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pytest
from pysnmp.proto.rfc1902 import Counter64, Integer32, IpAddress, ObjectIdentifier, OctetString, TimeTicks

from iccc import guard
from iccc.errors import DeviceError, Reason
from iccc.mib.values import Column, Table, Value
from iccc.sessions.dial import Target
from iccc.sessions.snmp import LEARNED, SnmpSession
from iccc.sessions.snmp_set import set_value
from iccc.settings import SnmpReader
from tests.sessions.readers import each_reader
from tests.sessions.snmp_agent import Agent, Oid, oid, serve
from tests.support import READER, MemoryCredentials, MemoryLearned, reach

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


Got = TypeVar("Got")


def agent(**faults: object) -> Agent:
    tables = {name: dict(TABLE) for name in ("public", "private")}
    tables["private"] = tables["public"]
    return Agent(tables, writable={oid(WRITABLE)}, **faults)  # type: ignore[arg-type]


def against(agent: Agent, talk: Callable[[], Awaitable[Got]]) -> Got:
    async def run() -> Got:
        transport = await serve(agent, ADDRESS, PORT)
        try:
            return await talk()
        finally:
            transport.close()

    return asyncio.run(run())


def session(reader: SnmpReader, **given: int) -> SnmpSession:
    return SnmpSession("sw", DECLARED, reach(snmp_s=0.3, reader=reader), **given)


def walk(agent: Agent, column: str, reader: SnmpReader = READER, learned: MemoryLearned | None = None) -> Column:
    run = reach(snmp_s=0.3, learned=learned, reader=reader)
    return against(agent, lambda: SnmpSession("sw", DECLARED, run).table(Table(column)))[column]


def refusal(agent: Agent, talk: Callable[[], Awaitable[object]]) -> DeviceError:
    with pytest.raises(DeviceError) as caught:
        against(agent, talk)
    return caught.value


@each_reader
def test_values_and_columns_come_as_the_agent_has_them(reader: SnmpReader) -> None:
    oids = [f"1.3.6.1.2.1.1.{number}.0" for number in (1, 2, 3, 4)]
    base = "1.3.6.1.2.1.2.2.1"

    async def talk() -> tuple[dict[str, Value], dict[str, Column]]:
        session = SnmpSession("sw", DECLARED, reach(reader=reader))
        columns = Table(STATUS, tuple(f"{base}.{number}" for number in (9, 10, 11, 99)))
        return await session.get(*oids), await session.table(columns)

    system, tables = against(agent(), talk)
    assert system == dict(zip(oids[:3], [b"Cisco IOS", "1.3.6.1.4.1.9.1.1", 123_456], strict=True))
    assert tables == {
        STATUS: {(row,): row % 3 for row in range(1, 90)},
        f"{base}.9": {(2,): "192.0.2.7"},
        f"{base}.10": {(2,): 2**63 + 1},
        f"{base}.11": {(2,): b"\x00\xff\x10"},
        f"{base}.99": {},
    }


@each_reader
def test_a_lost_datagram_is_asked_again(reader: SnmpReader) -> None:
    rows = walk(agent(drop_next=2), STATUS, reader)
    assert len(rows) == 89


@each_reader
def test_an_agent_that_cannot_answer_so_much_is_asked_for_less_and_remembered(reader: SnmpReader) -> None:
    learned = MemoryLearned()
    rows = walk(agent(most_rows=6), STATUS, reader=reader, learned=learned)
    assert len(rows) == 89
    assert learned.get("sw", LEARNED) == 5
    second = agent(most_rows=6)
    walk(second, STATUS, reader=reader, learned=learned)
    assert len(second.requests) == 89 // 5 + 1  # not one request too big


@each_reader
def test_oids_that_do_not_increase_end_the_walk(reader: SnmpReader) -> None:
    run = reach(snmp_s=0.3, reader=reader)
    error = refusal(agent(goes_back=True), lambda: SnmpSession("sw", DECLARED, run).table(Table(STATUS)))
    assert error.reason is Reason.BAD_ANSWER
    assert "do not increase" in error.observed


@each_reader
def test_a_row_without_an_index_ends_the_walk(reader: SnmpReader) -> None:
    error = refusal(agent(names_column=True), lambda: session(reader).table(Table(STATUS)))
    assert error.reason is Reason.BAD_ANSWER
    assert "do not increase" in error.observed


@each_reader
def test_an_endless_column_is_cut(reader: SnmpReader) -> None:
    error = refusal(agent(), lambda: session(reader, max_rows=50).table(Table(STATUS)))
    assert error.reason is Reason.BAD_ANSWER
    assert "more than 50 rows" in error.observed


@each_reader
def test_a_wrong_community_is_no_answer(reader: SnmpReader) -> None:
    credentials = MemoryCredentials(communities={False: "wrong"})
    run = reach(credentials, snmp_s=0.05, reader=reader)
    silent = agent()
    error = refusal(silent, lambda: SnmpSession("sw", DECLARED, run).get("1.3.6.1.2.1.1.1.0"))
    assert error.reason is Reason.NO_ANSWER
    assert len(silent.requests) == run.limits.snmp_tries
    assert "wrong" not in str(error)


@each_reader
def test_a_closed_port_is_told_at_once_where_the_library_hears_of_it(reader: SnmpReader) -> None:
    run = reach(reader=reader, snmp_s=0.1)
    error = refusal(agent(), lambda: SnmpSession("sw", "10.77.4.99", run).get("1.3.6.1.2.1.1.1.0"))
    assert error.reason is (Reason.REFUSED if reader is SnmpReader.GUFO else Reason.NO_ANSWER)


def test_a_vlan_is_read_in_its_own_context() -> None:
    switch = agent()
    switch.tables["public@20"] = {oid(f"{STATUS}.7"): Integer32(1)}
    rows = against(switch, lambda: SnmpSession("sw", DECLARED, reach(), vlan=20).table(Table(STATUS)))
    assert rows == {STATUS: {(7,): 1}}


def test_a_set_is_read_back() -> None:
    switch = agent()
    assert against(switch, lambda: set_value("sw", DECLARED, reach(), WRITABLE, 2)) == 2
    assert int(switch.tables["public"][oid(WRITABLE)]) == 2
    assert ("private", "SetRequestPDU") in switch.requests


def test_a_set_that_is_accepted_and_ignored_shows_in_what_is_read_back() -> None:
    assert against(agent(ignores_sets=True), lambda: set_value("sw", DECLARED, reach(), WRITABLE, 2)) == 1


@pytest.mark.parametrize(
    ("status", "reason"), [(17, Reason.UNSUPPORTED), (6, Reason.UNAUTHORISED), (5, Reason.BAD_ANSWER)]
)
def test_a_refused_set_says_why(status: int, reason: Reason) -> None:
    error = refusal(agent(refused=status), lambda: set_value("sw", DECLARED, reach(), WRITABLE, 2))
    assert error.reason is reason


def test_without_a_community_nothing_is_sent() -> None:
    switch = agent()
    run = reach(MemoryCredentials(communities={}))
    assert refusal(switch, lambda: set_value("sw", DECLARED, run, WRITABLE, 2)).reason is Reason.UNAUTHORISED

    async def read() -> object:
        return await SnmpSession("sw", DECLARED, run).get(WRITABLE)

    assert refusal(switch, read).reason is Reason.UNAUTHORISED
    assert switch.requests == []


@each_reader
def test_the_network_guard_stops_native_sockets_too(reader: SnmpReader) -> None:
    guard.install()  # stands already when the tests run with ICCC_LOOPBACK_ONLY
    run = reach(target=Target.LIVE, reader=reader)

    async def outside() -> object:
        return await SnmpSession("sw", "198.51.100.7", run).get("1.3.6.1.2.1.1.1.0")

    assert refusal(agent(), outside).reason is Reason.GUARDED


WIDE = Table(STATUS, (ALIAS := "1.3.6.1.2.1.31.1.1.1.18",))
LONG = "x" * 255


def wide(**faults: object) -> Agent:
    """An agent with texts of 255 octets: 20 of them in one answer are more than gufo can take."""
    switch = agent(**faults)
    texts = {oid(f"{ALIAS}.{row}"): OctetString(f"{row}{LONG}"[:255]) for row in range(1, 90)}
    switch.tables["public"] |= texts
    return switch


@each_reader
def test_answers_over_4_kb_are_had_in_smaller_ones(reader: SnmpReader) -> None:
    told = against(wide(), lambda: session(reader).table(WIDE))
    assert {index: text[:2] for index, text in told[ALIAS].items()}[(7,)] == b"7x"  # type: ignore[index]
    assert len(told[ALIAS]) == 89


@each_reader
def test_too_big_is_asked_for_less_and_remembered(reader: SnmpReader) -> None:
    learned = MemoryLearned()
    run = reach(reader=reader, learned=learned)
    told = against(wide(most_bytes=1400), lambda: SnmpSession("sw", DECLARED, run).table(WIDE))
    assert len(told[ALIAS]) == 89
    assert learned.get("sw", LEARNED) in (2, 5)  # each answer holds no more than five of the texts


@each_reader
def test_a_column_without_an_end_is_cut(reader: SnmpReader) -> None:
    error = refusal(agent(endless=True), lambda: session(reader, max_rows=500).table(Table(STATUS)))
    assert error.reason is Reason.BAD_ANSWER
    assert "more than 500 rows" in error.observed


@each_reader
def test_an_answer_from_another_address_is_not_taken(reader: SnmpReader) -> None:
    error = refusal(agent(answers_from="127.77.4.22"), lambda: session(reader).table(Table(STATUS)))
    assert error.reason is Reason.NO_ANSWER


@each_reader
def test_control_characters_come_as_they_are(reader: SnmpReader) -> None:
    switch = agent()
    switch.tables["public"][oid("1.3.6.1.2.1.1.1.0")] = OctetString(hexValue="1b5b324a00ff0a")
    told = against(switch, lambda: session(reader).get("1.3.6.1.2.1.1.1.0"))
    assert told == {"1.3.6.1.2.1.1.1.0": b"\x1b[2J\x00\xff\n"}


@each_reader
def test_a_column_that_the_agent_does_not_have_is_asked_for_once(reader: SnmpReader) -> None:
    switch = agent()

    async def twice() -> None:
        talk = session(reader)
        await talk.table(Table(f"{ALIAS}", (STATUS,)))
        asked = len(switch.requests)
        assert await talk.table(Table(f"{ALIAS}", (STATUS,))) == {ALIAS: {}, STATUS: {}}
        assert len(switch.requests) == asked <= 2  # gufo looks twice

    against(switch, twice)


@each_reader
def test_answers_that_are_cut_short_are_not_taken_for_missing_values(reader: SnmpReader) -> None:
    told = against(wide(cuts_gets=8), lambda: session(reader).table(WIDE))
    assert len(told[ALIAS]) == 89


GEN_ERR, TOO_BIG = 5, 1


@each_reader
@pytest.mark.parametrize("status", [GEN_ERR, TOO_BIG])
@pytest.mark.parametrize("rows", [0, 34, 40])
def test_an_error_status_is_not_taken_for_the_end(reader: SnmpReader, status: int, rows: int) -> None:
    """Answers of 17 rows, where 40 were asked for, are legal: their number does not tell where the table ends."""
    fails = oid(f"{STATUS}.{rows}") if rows else oid(STATUS)
    bad = agent(fills=17, fails_after=fails, failing=status)
    error = refusal(bad, lambda: session(reader).table(Table(STATUS)))
    assert error.reason is Reason.BAD_ANSWER


LAST = "1.3.6.1.2.1.105.1.1.1.3"  # nothing comes after it


@each_reader
@pytest.mark.parametrize(
    ("column", "fills", "rows", "requests"),
    [
        (STATUS, 40, 89, 3),
        (STATUS, 17, 89, 6),
        ("1.3.6.1.2.1.2.2.1.7", 40, 0, 1),  # others follow
        (LAST, 40, 1, 3),  # gufo asks once more for rows, and then for the end
        (LAST + ".9", 40, 0, 2),
    ],
)
def test_the_end_is_asked_for_only_where_no_answer_showed_it(
    reader: SnmpReader, column: str, fills: int, rows: int, requests: int
) -> None:
    switch = agent(fills=fills)
    assert len(walk(switch, column, reader)) == rows
    assert len(switch.requests) == requests if reader is SnmpReader.GUFO else len(switch.requests) <= requests


class Ageing(Agent):
    """Rows go once the walk of ``key`` has come to its end, as addresses age out of an FDB."""

    key: Oid
    gone: tuple[Oid, ...]

    def _bulk(self, table: dict[Oid, Any], asked: list[Oid], repetitions: int) -> list[tuple[Oid, Any]]:
        found = super()._bulk(table, asked, repetitions)
        if asked[0][: len(self.key)] == self.key and found[-1][0][: len(self.key)] != self.key:
            for row in self.gone:
                table.pop(row, None)
        return found


FDB = Table("1.3.6.1.2.1.17.7.1.2.2.1.2", ("1.3.6.1.2.1.17.7.1.2.2.1.3",))
UP_TIME = oid("1.3.6.1.2.1.1.3.0")


def ageing(*rows: int, of: int = 89, columns: tuple[str, ...] = (FDB.key, *FDB.columns)) -> Ageing:
    """A switch with as many addresses as ``of``, of which these go."""
    table = {oid(f"{column}.1.2.0.0.0.0.{row}"): Integer32(3) for column in columns for row in range(1, of + 1)}
    switch = Ageing({"public": {UP_TIME: TimeTicks(7), oid("1.3.9.1"): Integer32(1), **table}})
    switch.key = oid(FDB.key)
    switch.gone = tuple(oid(f"{column}.1.2.0.0.0.0.{row}") for column in columns for row in rows)
    return switch


@each_reader
@pytest.mark.parametrize("gone", [(89,), (1,), (1, 44, 45, 89), tuple(range(1, 90))], ids=len)
def test_rows_that_go_while_a_table_is_read_are_left_out(reader: SnmpReader, gone: tuple[int, ...]) -> None:
    learned = MemoryLearned()
    run = reach(snmp_s=0.3, reader=reader, learned=learned)
    told = against(ageing(*gone), lambda: SnmpSession("sw", DECLARED, run).table(FDB))
    left = {(1, 2, 0, 0, 0, 0, row): 3 for row in range(1, 90) if row not in gone}
    assert told == {FDB.key: left, FDB.columns[0]: left}
    assert learned.facts == {}  # nothing was too much for the agent


@each_reader
def test_an_agent_without_sysuptime_is_read_all_the_same(reader: SnmpReader) -> None:
    switch = ageing(89)
    del switch.tables["public"][UP_TIME]
    told = against(switch, lambda: session(reader).table(FDB))
    assert len(told[FDB.key]) == len(told[FDB.columns[0]]) == 88


@each_reader
def test_a_row_that_lacks_a_value_and_is_there_stays(reader: SnmpReader) -> None:
    switch = ageing()
    del switch.tables["public"][oid(f"{FDB.columns[0]}.1.2.0.0.0.0.5")]
    told = against(switch, lambda: session(reader).table(FDB))
    assert (len(told[FDB.key]), len(told[FDB.columns[0]])) == (89, 88)
