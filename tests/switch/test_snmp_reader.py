"""What stands of a switch that tells a part of what it is asked, and when it is not asked any more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, cast

from iccc.compare import Unread
from iccc.errors import DeviceError, Reason
from iccc.mib import interfaces, lldp, system
from iccc.mib.interfaces import Interface
from iccc.mib.values import Column, Table, Value
from iccc.sessions.snmp import SnmpSession
from iccc.switch import snmp_reader
from iccc.switch.port_facts import of_interface
from iccc.switch.seen import SwitchFacts

PATIENCE_S = 0.2
NAME = "GigabitEthernet1/0/1"
OF_INTERFACES = (interfaces.IF_TABLE, interfaces.IFX_TABLE, interfaces.DUPLEX_TABLE, interfaces.OLD_TABLE)
TOLD: dict[str, Column] = {interfaces.IF_TABLE.key: {(1,): NAME.encode()}}


class Agent:
    """Tells its system group and one interface, and ``more``; what else it is asked for is ``otherwise``'s."""

    def __init__(self, otherwise: Callable[[], Any], more: Mapping[str, Column] | None = None) -> None:
        self._otherwise = otherwise
        self._told = {**TOLD, **(more or {})}
        self.asked: list[str] = []

    async def get(self, *oids: str) -> dict[str, Value]:
        return {system.SCALARS[0]: b"switch"}

    async def table(self, table: Table) -> dict[str, Column]:
        self.asked.append(table.key)
        if table not in OF_INTERFACES:
            await self._otherwise()
        return {column: dict(self._told.get(column, {})) for column in (table.key, *table.columns)}


def read(agent: Agent) -> SwitchFacts:
    def session(_vlan: int | None) -> SnmpSession:
        return cast(SnmpSession, agent)

    return asyncio.run(snmp_reader.read(session, lambda interface: interface.descr, None, (), PATIENCE_S))


def test_parts_that_do_not_come_in_time_are_unread_and_after_three_nothing_is_asked() -> None:
    agent = Agent(lambda: asyncio.sleep(10))
    facts = read(agent)
    assert isinstance(facts.ports, dict) and list(facts.ports) == [NAME]
    parts = {**facts.unread, "vlans": facts.vlans, "arp": facts.arp, "history": facts.history, "chassis": facts.chassis}
    reasons = [part.reason for part in parts.values() if isinstance(part, Unread)]
    assert reasons.count(Reason.NO_ANSWER) == 3
    assert reasons.count(Reason.NOT_TRIED) == len(reasons) - 3 > 3
    assert len(agent.asked) == len(OF_INTERFACES) + 3


def test_a_slow_agent_that_answers_in_time_is_read_to_its_end() -> None:
    """All parts together take longer than the patience with each."""
    agent = Agent(lambda: asyncio.sleep(PATIENCE_S / 8))
    facts = read(agent)
    assert len(agent.asked) - len(OF_INTERFACES) > 8
    assert not facts.unread
    assert not [part for part in vars(facts).values() if isinstance(part, Unread)]


def test_a_neighbour_on_a_port_that_is_not_found_is_named_and_the_others_stand() -> None:
    told = {
        lldp.PORT_ID: {(0, 1, 1): b"Gi1/0/9", (0, 77, 1): b"Gi1/0/8", (5, 1): b"short"},
        lldp.SYS_NAME: {(0, 1, 1): b"core", (0, 77, 1): b"sw2"},
        lldp.LOC_ID: {(77,): b"uplink-a"},
    }
    facts = read(Agent(lambda: asyncio.sleep(0), told))
    assert isinstance(facts.ports, dict)
    assert [one.sys_name for one in facts.ports[NAME].neighbours] == ["core"]
    lost = facts.unread["lldp"]
    assert lost.reason is Reason.BAD_ANSWER
    assert lost.text.endswith(": 77 (uplink-a), 5.1 (no index of three)")
    del told[lldp.PORT_ID][0, 77, 1], told[lldp.PORT_ID][5, 1]
    assert not read(Agent(lambda: asyncio.sleep(0), told)).unread


def test_an_aggregate_is_told_as_one() -> None:
    for type_, aggregate in ((6, False), (161, True), (None, False)):
        assert of_interface(Interface(1, "uplink", type=type_)).aggregate is aggregate


def test_a_wrong_answer_is_unread_and_the_rest_is_asked() -> None:
    async def nonsense() -> None:
        raise DeviceError(Reason.BAD_ANSWER, "sw", "OIDs do not increase")

    facts = read(Agent(nonsense))
    assert {part.reason for part in facts.unread.values()} == {Reason.BAD_ANSWER}
    assert {"lldp", "poe", "bridge"} <= set(facts.unread)
