"""How many cameras a change takes off the network, and how many may be off at once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from iccc.compare import Change
from iccc.engine.cameras_at_risk import CameraBudget, at_risk
from tests.switch.rig import declared
from tests.unit.states import bilaspur

GI1, GI2 = "GigabitEthernet1/1", "GigabitEthernet1/2"
SWITCH = declared(1)  # cam-1 and cam-2 hang on its first two ports
ANY = next(iter(bilaspur().cameras.values()))
CITY = replace(bilaspur(), cameras={name: replace(ANY, name=name) for name in ("cam-1", "cam-2")})


def change(path: str, seen: Any = 1, wanted: Any = 2) -> Change:
    return Change(path, seen, wanted)


@pytest.mark.parametrize("field", ["access_vlan", "mode", "poe", "shutdown", "speed", "duplex"])
def test_what_takes_a_camera_off_the_network(field: str) -> None:
    assert at_risk(CITY, SWITCH, [change(f"ports[{GI1}].{field}")]) == 1


@pytest.mark.parametrize(
    "path",
    [
        f"ports[{GI1}].description",
        f"ports[{GI1}].storm_pct",
        "ports[GigabitEthernet1/9].mode",  # a switch hangs there
        "ports[GigabitEthernet1/7].mode",  # nothing is declared there
        "hostname",
        "saved",
    ],
)
def test_what_does_not(path: str) -> None:
    assert at_risk(CITY, SWITCH, [change(path)]) == 0


def test_a_camera_counts_once() -> None:
    changes = [change(f"ports[{port}].{field}") for port in (GI1, GI2) for field in ("mode", "access_vlan")]
    assert at_risk(CITY, SWITCH, changes) == 2


@pytest.mark.parametrize("path", ["ports", "spanning_tree", "spanning_tree.mode"])
def test_what_takes_all_cameras_of_a_switch_off_in_either_part(path: str) -> None:
    assert [at_risk(CITY, SWITCH, [change(path)], part) for part in ("", "widen", "narrow")] == [2, 2, 2]


def test_another_priority_moves_the_tree_and_stops_no_port() -> None:
    assert at_risk(CITY, SWITCH, [change("spanning_tree.priority")]) == 0


def test_a_port_that_is_missing_as_a_whole_counts() -> None:
    assert at_risk(CITY, SWITCH, [change(f"ports[{GI1}]")]) == 1


def test_narrowing_takes_nothing_from_a_camera_port() -> None:
    assert at_risk(CITY, SWITCH, [change(f"ports[{GI1}].mode")], "narrow") == 0


def test_a_change_of_a_camera_itself_is_no_risk_of_a_switch() -> None:
    assert at_risk(CITY, ANY, [change("hostname")]) == 0


def most_at_once(limit: int | None, *counts: int) -> int:
    """The most cameras that are off at once when switches with so many each are let in."""

    async def run() -> int:
        budget, off, most = CameraBudget(limit), 0, 0

        async def one(count: int) -> None:
            nonlocal off, most
            async with budget.place(count):
                off += count
                most = max(most, off)
                await asyncio.sleep(0.001)
                off -= count

        await asyncio.wait_for(asyncio.gather(*map(one, counts)), 5)
        return most

    return asyncio.run(run())


def test_switches_are_let_in_while_their_cameras_are_few_enough() -> None:
    assert most_at_once(5, 2, 2, 2, 2, 1) == 5
    assert most_at_once(3, 2, 2, 2) == 2
    assert most_at_once(None, 20, 20, 20) == 60
    assert most_at_once(0, 0, 0) == 0


def test_one_alone_that_is_too_many_does_not_wait_for_ever() -> None:
    """It is refused by :meth:`too_many` once it has its place."""
    assert most_at_once(3, 7, 1) == 7
    assert CameraBudget(3).too_many(4)
    assert not CameraBudget(3).too_many(3)
    assert not CameraBudget(None).too_many(10_000)


def test_a_failure_gives_the_place_back() -> None:
    async def run() -> None:
        budget = CameraBudget(2)
        with pytest.raises(RuntimeError):
            async with budget.place(2):
                raise RuntimeError
        async with asyncio.timeout(1), budget.place(2):
            pass

    asyncio.run(run())
