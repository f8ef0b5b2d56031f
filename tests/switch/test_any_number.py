"""Whatever numbers an agent sends, a reading ends with findings and with what the next one has to know."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iccc.compare import Unread
from iccc.errors import Reason
from iccc.finding import Class
from iccc.mib import interfaces, lldp, system
from iccc.mib.values import Column, Table, Value
from iccc.sessions.snmp import SnmpSession
from iccc.state.findings import Findings
from iccc.state.past import Pasts
from iccc.state.store import open_store
from iccc.switch import snmp_reader
from iccc.switch.seen import SwitchFacts
from tests.drift.readings import DAY, Reading, after, city

SITE = next(site.code for site in city().sites.values() if site.chain)
SWITCH = next(s.name for s in city().switches.values() if s.site == SITE)
PORTS = dict(enumerate(city().switches[SWITCH].all_ports, start=1))
MAKERS = ("1.3.6.1.4.1.9.1.1", "1.3.6.1.4.1.11.2", "1.3.6.1.4.1.2011.2", "1.3.6.1.4.1.25506.1", "1.3.6.1.4.1.11863.5")
TEXTS = {interfaces.DESCR, interfaces.NAME, lldp.LOC_ID, lldp.PORT_ID}
# Of most tables the rows are ports; the others have a VLAN, or an address, in their index.
INDEXES = [(port,) for port in PORTS] + [(0, 1), (1, 2), (1, 1, 1), (1, 2, 0, 0, 0, 0, 7), (1, 10, 99, 0, 1)]
numbers = st.sampled_from([0, 1, 2, 3, -1, 2**31, 2**32 - 1, 2**32, 2**63 - 1, -(2**62), -(2**63), 2**64 - 1])


class Agent:
    """Tells the ports' names as they are declared, and one number after the other for everything else."""

    def __init__(self, maker: str, drawn: Iterator[int]) -> None:
        self._maker, self._drawn = maker, drawn

    async def get(self, *oids: str) -> dict[str, Value]:
        return {oid: self._maker if oid == system.OBJECT_ID else next(self._drawn) for oid in oids}

    async def table(self, table: Table) -> dict[str, Column]:
        of_ports = table in (interfaces.IF_TABLE, interfaces.IFX_TABLE, interfaces.OLD_TABLE)
        indexes = [index for index in INDEXES if len(index) == 1 or not of_ports]
        return {
            column: {
                index: PORTS.get(index[-1], "").encode() if column in TEXTS else next(self._drawn) for index in indexes
            }
            for column in (table.key, *table.columns)
        }


def read(maker: str, drawn: list[int]) -> SwitchFacts:
    agent = cast(SnmpSession, Agent(maker, cycle(drawn)))
    return asyncio.run(snmp_reader.read(lambda _vlan: agent, lambda one: one.descr, None, (1, 20), 5.0))


@cache
def before() -> Reading:
    return after(SITE)


def reading(facts: SwitchFacts, earlier: Reading) -> Reading:
    """One more reading, a day after ``earlier``, in which the switch says ``facts``."""
    found = Reading(SITE, earlier.at + DAY, earlier.learn())
    found.tell(SWITCH, **vars(facts))
    return found


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(MAKERS), st.lists(numbers | st.integers(-(2**63), 2**64 - 1), min_size=1, max_size=50))
def test_no_number_of_an_agent_ends_a_run(maker: str, drawn: list[int]) -> None:
    facts = read(maker, drawn)
    assert isinstance(facts.ports, dict) and len(facts.ports) == len(PORTS)
    first = reading(facts, before())
    second = reading(read(maker, drawn[::-1]), first)
    with TemporaryDirectory() as folder, closing(open_store(Path(folder) / "state")) as store:
        for one in (first, second):
            Findings(store).record(one.findings(), lambda _: True, one.at)
            Pasts(store).save(one.learn())
            assert set(Pasts(store).load()) >= {SWITCH}
        assert Findings(store).standing()


@pytest.mark.parametrize("ticks", [-(2**62), -1, 2**32, 2**62])
def test_an_uptime_that_is_no_time_is_a_finding_of_its_own(ticks: int) -> None:
    told = system.parse({system.UP_TIME: ticks}).uptime_s
    assert isinstance(told, Unread) and told.reason is Reason.BAD_ANSWER
    one = Reading(SITE, before().at, before().past)
    one.tell(SWITCH, uptime_s=told)
    (finding,) = one.findings()
    assert (finding.device, finding.path, finding.class_) == (SWITCH, "snmp.uptime_s", Class.OBSERVABILITY)
    assert str(ticks) in finding.text
