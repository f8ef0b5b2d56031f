"""A city that runs and that nobody has declared is written down; what is otherwise than declared is found and told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.flow.adopted import counted, emptied, files, ranges
from tests.flow.town import Town

C02, C03, SW1 = "bsp-j01-c02", "bsp-j01-c03", "bsp-j01-sw1"


@pytest.fixture
def adopted(deployed: Town) -> Iterator[Town]:
    """The town with the declaration that was read from it."""
    emptied(deployed)
    deployed.iccc("adopt", *ranges(deployed), code=0)
    yield deployed


def test_an_empty_folder_becomes_the_city_that_runs_and_then_nothing_is_new(deployed: Town) -> None:
    town = deployed
    before = counted(town)
    recorders = {camera.name: camera.recorder for camera in town.city.cameras.values()}
    emptied(town)
    town.hand.count_anew()

    done = town.iccc("adopt", *ranges(town), code=0)
    assert "24 cameras on 3 sites, 10 switches, 3 recorders; nothing to sort" in done.out
    assert town.hand.written() == {}
    assert town.hand.failures() == {}
    assert counted(town) == before
    assert town.iccc("check").code in (2, 3)  # a city, of which rules say what is open
    assert town.drift(code=0) == []
    city = town.city
    assert (city.name, city.sites["bsp-j01"].name) == ("Bilaspur", "Nehru Chowk")
    assert {camera.name: camera.recorder for camera in city.cameras.values()} == recorders  # as these say

    written = files(town)
    again = town.iccc("adopt", *ranges(town), code=0)
    assert "nothing is new; nothing to sort" in again.out
    assert files(town) == written


def rows(town: Town, *arguments: str) -> list[dict[str, Any]]:
    done = town.iccc("discover", "--format", "json", *arguments, code=2)
    found: list[dict[str, Any]] = done.json["rows"]
    return found


def test_swapped_moved_exchanged_and_strange_devices_are_each_told_once(adopted: Town) -> None:
    town = adopted
    assert "nothing is otherwise than declared" in town.iccc("discover", code=0).out
    town.hand.lab.swap(C02, C03)
    try:
        (swapped,) = rows(town)
        assert (swapped["what"], swapped["devices"]) == ("swapped", [C02, C03])
        assert any(line.startswith("FDB bsp-j01-sw1 ") for line in swapped["evidence"])
        conflict = town.iccc("adopt", *ranges(town), code=2)
        assert f"swapped: {C02} and {C03} are swapped: each hangs at the other's port" in conflict.out
        assert "nothing is new" in conflict.out
    finally:
        town.hand.lab.swap(C02, C03)

    town.hand.set(C02, "serial", "SN-OTHER-1")
    alien = {"mac": "02:99:00:00:00:01", "address": f"10.{town.block}.1.99"}
    town.hand.set(SW1, "ports.GigabitEthernet1/3.aliens", [alien])
    found = {row["what"]: row for row in rows(town)}
    assert found.keys() == {"exchanged", "new"}
    assert found["exchanged"]["devices"] == [C02]
    assert "SN-OTHER-1" in found["exchanged"]["text"]  # and it got no password but the one that asks who it is
    assert (found["new"]["mac"], found["new"]["at"]) == (alien["mac"], f"{SW1} GigabitEthernet1/3")
    assert any(line == f"ARP {alien['address']}: {alien['mac']}" for line in found["new"]["evidence"])
    ignored = rows(town, "--ignore", alien["mac"], "--why", "the contractor's laptop")
    assert [row["what"] for row in ignored] == ["exchanged"]
