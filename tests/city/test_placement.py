"""Laws of placement: cables do not move because somebody edits a number."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from iccc.city.placement import Demand, Outlet, place

WATTS = (15.4, 30.0, 60.0)


@dataclass(frozen=True)
class Cabinet:
    outlets: list[Outlet]
    budget_w: dict[str, float]


@st.composite
def cabinets(draw: st.DrawFn) -> Cabinet:
    outlets: list[Outlet] = []
    budget: dict[str, float] = {}
    for number in range(1, draw(st.integers(1, 5)) + 1):
        switch = f"sw{number}"
        watts = draw(st.lists(st.sampled_from(WATTS), max_size=8))
        outlets += [Outlet(switch, f"Gi1/{port}", w) for port, w in enumerate(watts, 1)]
        budget[switch] = draw(st.sampled_from([0.0, 30.0, 60.0, 124.8, 192.0]))
    return Cabinet(outlets, budget)


@st.composite
def demand_lists(draw: st.DrawFn) -> list[Demand]:
    slots = draw(st.lists(st.integers(1, 60), unique=True, max_size=30))
    return [Demand(slot, draw(st.sampled_from(WATTS)), draw(st.booleans())) for slot in slots]


@given(cabinets(), demand_lists())
def test_no_port_twice_and_never_more_than_it_gives(cabinet: Cabinet, demands: list[Demand]) -> None:
    placed = place(cabinet.outlets, cabinet.budget_w, demands)
    used = [(outlet.switch, outlet.port) for outlet in placed.outlets.values()]
    assert len(used) == len(set(used))
    watts = {demand.slot: demand.pse_w for demand in demands}
    assert all(outlet in cabinet.outlets and outlet.max_w >= watts[slot] for slot, outlet in placed.outlets.items())


@given(cabinets(), demand_lists())
def test_no_switch_gives_more_than_its_budget(cabinet: Cabinet, demands: list[Demand]) -> None:
    placed = place(cabinet.outlets, cabinet.budget_w, demands)
    watts = {demand.slot: demand.pse_w for demand in demands}
    for switch, budget in cabinet.budget_w.items():
        load = sum(watts[slot] for slot, outlet in placed.outlets.items() if outlet.switch == switch)
        assert load <= budget + 1e-6
        assert abs(load - placed.load_w[switch]) < 1e-6


@given(cabinets(), demand_lists())
def test_every_slot_is_placed_or_named(cabinet: Cabinet, demands: list[Demand]) -> None:
    placed = place(cabinet.outlets, cabinet.budget_w, demands)
    assert sorted([*placed.outlets, *placed.unplaced]) == sorted(demand.slot for demand in demands)
    ports = {switch: sum(outlet.switch == switch for outlet in cabinet.outlets) for switch in cabinet.budget_w}
    for switch, free in placed.free_ports.items():
        assert free == ports[switch] - sum(outlet.switch == switch for outlet in placed.outlets.values())


@given(cabinets(), demand_lists())
def test_what_is_left_out_found_no_place(cabinet: Cabinet, demands: list[Demand]) -> None:
    """At the end no switch has both a port and the watts for a slot that is named as unplaced."""
    placed = place(cabinet.outlets, cabinet.budget_w, demands)
    taken = set(placed.outlets.values())
    watts = {demand.slot: demand.pse_w for demand in demands}
    for slot in placed.unplaced:
        for outlet in cabinet.outlets:
            fits = placed.load_w[outlet.switch] + watts[slot] <= cabinet.budget_w[outlet.switch]
            assert outlet in taken or outlet.max_w < watts[slot] or not fits


@given(cabinets(), demand_lists(), st.randoms())
def test_the_order_of_the_demands_does_not_matter(cabinet: Cabinet, demands: list[Demand], random: Random) -> None:
    shuffled = list(demands)
    random.shuffle(shuffled)
    assert place(cabinet.outlets, cabinet.budget_w, shuffled) == place(cabinet.outlets, cabinet.budget_w, demands)


@given(cabinets(), demand_lists(), st.sets(st.integers(61, 90), max_size=10), st.sampled_from(WATTS))
def test_growing_beyond_the_reserve_moves_no_reserved_slot(
    cabinet: Cabinet, demands: list[Demand], more: set[int], watts: float
) -> None:
    before = place(cabinet.outlets, cabinet.budget_w, demands)
    grown = [*demands, *(Demand(slot, watts, reserved=False) for slot in more)]
    after = place(cabinet.outlets, cabinet.budget_w, grown)
    for demand in demands:
        if demand.reserved:
            assert after.outlets.get(demand.slot) == before.outlets.get(demand.slot)
