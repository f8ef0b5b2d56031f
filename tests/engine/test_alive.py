"""Which silent switches are dead: those that no neighbour sees."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from iccc.city.devices import Device, Switch
from iccc.compare import Unread
from iccc.engine.alive import dead
from iccc.engine.worker import Worker
from iccc.errors import Reason
from iccc.observed import Observed
from iccc.switch.seen import Neighbour, PortFacts, SwitchFacts
from tests.engine.row import city

SILENT = Unread(Reason.NO_ANSWER, "no answer")
DOWN = PortFacts(oper_up=False)


def agg(a2: PortFacts, **others: PortFacts) -> dict[str, SwitchFacts]:
    """What the aggregation switch tells of the port that the access switch hangs on."""
    return {"agg": SwitchFacts(ports={"a2": a2, **others})}


def test_who_is_silent_and_has_no_link_is_dead() -> None:
    assert dead(city(), ["acc"], agg(DOWN)) == {"acc"}


@pytest.mark.parametrize(
    "facts",
    [
        agg(PortFacts(oper_up=True)),
        agg(PortFacts(oper_up=False, neighbours=(Neighbour("Switch"),))),
        agg(DOWN, a7=PortFacts(oper_up=True, neighbours=(Neighbour("acc"),))),  # on another port than declared
    ],
)
def test_who_is_silent_and_is_seen_may_carry_anything(facts: dict[str, SwitchFacts]) -> None:
    assert dead(city(), ["acc"], facts) == set()


def test_what_is_silent_behind_one_that_is_seen_may_be_alive_too() -> None:
    core = {"core": SwitchFacts(ports={"c1": PortFacts(oper_up=True)})}
    assert dead(city(), ["agg", "acc"], core) == set()
    core = {"core": SwitchFacts(ports={"c1": DOWN})}
    assert dead(city(), ["agg", "acc"], core) == {"agg", "acc"}


def test_neighbours_without_snmp_see_nobody() -> None:
    assert dead(city(), ["acc"], {"agg": SwitchFacts(ports=SILENT)}) == {"acc"}


@pytest.mark.parametrize("up", [True, False])
def test_the_sweep_asks_the_neighbours(worker: Worker, monkeypatch: pytest.MonkeyPatch, up: bool) -> None:
    access = worker.city.device("bsp-j01-sw1")
    assert isinstance(access, Switch)

    async def observe(devices: list[Device]) -> dict[str, Observed[Any, Any]]:
        now = worker.context.clock.now()
        found: dict[str, Observed[Any, Any]] = {}
        for one in devices:
            assert isinstance(one, Switch)
            ports = {port.name: PortFacts(oper_up=up) for port in one.ports.values() if port.device == access.name}
            seen = Observed(one.name, worker.wanted[one.name].state, SwitchFacts(ports=ports), now)
            found[one.name] = seen if one is not access else Observed(one.name, SILENT, SwitchFacts(ports=SILENT), now)
        return found

    monkeypatch.setattr(worker, "_observe", observe)
    asyncio.run(worker.sweep([access.name]))
    assert worker._off == (set() if up else {access.name})
