"""A port is moved into a VLAN only when the VLAN reaches the core."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from iccc.city.devices import City
from iccc.city.load import load_city
from iccc.engine.way import cut_off, on_the_way
from iccc.switch.desired import desired
from iccc.switch.state import SwitchState

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def city() -> City:
    return load_city(ROOT, "bilaspur")


@pytest.fixture
def states(city: City) -> dict[str, SwitchState]:
    """Every switch as declared."""
    return {name: desired(switch, city).state for name, switch in city.switches.items()}


def without_vlan(state: SwitchState, vlan: int) -> SwitchState:
    assert isinstance(state.vlans, dict)
    return replace(state, vlans={number: name for number, name in state.vlans.items() if number != vlan})


def test_declared_city_lets_every_junction_through(city: City, states: dict[str, SwitchState]) -> None:
    assert [cut_off(city, switch, states) for switch in city.switches.values()] == [None] * len(city.switches)


def test_factory_neighbours_are_named(city: City) -> None:
    text = cut_off(city, city.switches["bsp-j01-sw1"], {})
    assert text == "VLAN 201 does not reach the core: bsp-agg1, bsp-j01-sw2 must carry it first"


def test_a_ring_carries_the_vlan_the_other_way_round(city: City, states: dict[str, SwitchState]) -> None:
    states["bsp-agg1"] = without_vlan(states["bsp-agg1"], 201)
    assert cut_off(city, city.switches["bsp-j01-sw1"], states) is None
    states["bsp-agg2"] = without_vlan(states["bsp-agg2"], 201)
    assert "bsp-agg1, bsp-agg2" in (cut_off(city, city.switches["bsp-j01-sw1"], states) or "")


def test_a_trunk_that_lacks_the_vlan_does_not_carry_it(city: City, states: dict[str, SwitchState]) -> None:
    for name in ("bsp-agg1", "bsp-agg2"):
        ports = dict(states[name].ports or {})  # type: ignore[call-overload]
        for port, link in ports.items():
            if link.allowed_vlans is not None:
                ports[port] = replace(link, allowed_vlans=link.allowed_vlans - {201})
        states[name] = replace(states[name], ports=ports)
    assert cut_off(city, city.switches["bsp-j01-sw1"], states) is not None
    assert cut_off(city, city.switches["bsp-j02-sw1"], states) is None


def test_a_switch_that_was_not_read_carries_nothing(city: City, states: dict[str, SwitchState]) -> None:
    del states["bsp-agg1"], states["bsp-agg2"]
    assert cut_off(city, city.switches["bsp-j23-sw4"], states) is not None


def test_a_ring_is_read_with_what_it_hangs_on(city: City) -> None:
    names = {switch.name for switch in on_the_way(city, [city.switches["bsp-j01-sw1"]])}
    assert {"bsp-core1", "bsp-agg2", "bsp-j04-sw4"} <= names
    assert "bsp-j05-sw1" not in names
