"""Laws of placement: cables do not move because somebody edits a number."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iccc.city.placement import Demand, Outlet, fewest, place

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
    """Some with a pin, on ports that may be there or not, free or taken."""
    slots = draw(st.lists(st.integers(1, 60), unique=True, max_size=30))
    pins = (
        st.none() | st.none() | st.tuples(st.sampled_from(["sw1", "sw2", "sw6"]), st.sampled_from(["Gi1/1", "Gi1/8"]))
    )
    return [Demand(slot, draw(st.sampled_from(WATTS)), draw(st.booleans()), draw(pins)) for slot in slots]


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
    for slot in set(placed.unplaced) - placed.refused.keys():
        for outlet in cabinet.outlets:
            fits = placed.load_w[outlet.switch] + watts[slot] <= cabinet.budget_w[outlet.switch]
            assert outlet in taken or outlet.max_w < watts[slot] or not fits


@given(cabinets(), demand_lists(), st.randoms())
def test_the_order_of_the_demands_does_not_matter(cabinet: Cabinet, demands: list[Demand], random: Random) -> None:
    shuffled = list(demands)
    random.shuffle(shuffled)
    assert place(cabinet.outlets, cabinet.budget_w, shuffled) == place(cabinet.outlets, cabinet.budget_w, demands)


@given(cabinets(), demand_lists(), st.sets(st.integers(61, 90), max_size=10), st.sampled_from(WATTS))
def test_growing_beyond_the_reserve_moves_no_reserved_and_no_pinned_slot(
    cabinet: Cabinet, demands: list[Demand], more: set[int], watts: float
) -> None:
    before = place(cabinet.outlets, cabinet.budget_w, demands)
    grown = [*demands, *(Demand(slot, watts, turn=1) for slot in more)]
    after = place(cabinet.outlets, cabinet.budget_w, grown)
    assert after.refused == before.refused
    for demand in demands:
        if demand.turn == 0 or demand.pin:
            assert after.outlets.get(demand.slot) == before.outlets.get(demand.slot)


@given(cabinets(), demand_lists())
def test_a_pinned_slot_has_its_port_or_a_reason(cabinet: Cabinet, demands: list[Demand]) -> None:
    placed = place(cabinet.outlets, cabinet.budget_w, demands)
    for demand in demands:
        if demand.pin and demand.slot in placed.outlets:
            outlet = placed.outlets[demand.slot]
            assert (outlet.switch, outlet.port) == demand.pin
            assert demand.slot not in placed.refused
        else:
            assert (demand.pin is not None) == (demand.slot in placed.refused)


@given(cabinets(), demand_lists(), st.randoms())
def test_a_pin_where_a_slot_is_anyway_changes_nothing(cabinet: Cabinet, demands: list[Demand], random: Random) -> None:
    """All that found a port are pinned to it, as if the cables had been read from the site: nobody moves."""
    before = place(cabinet.outlets, cabinet.budget_w, demands)
    pinned = [
        Demand(d.slot, d.pse_w, d.turn, (outlet.switch, outlet.port))
        for d in demands
        if (outlet := before.outlets.get(d.slot))
    ]
    random.shuffle(pinned)
    after = place(cabinet.outlets, cabinet.budget_w, pinned)
    assert after.outlets == before.outlets
    assert after.refused == {}


SMALL = [Outlet("sw1", "Gi1/1", 60), Outlet("sw1", "Gi1/2", 30), Outlet("sw2", "Gi1/1", 60)]


@pytest.mark.parametrize(
    ("pin", "reason"),
    [
        (("sw3", "Gi1/1"), "there is no switch sw3"),
        (("sw1", "Gi1/9"), "sw1 has no PoE port Gi1/9"),
        (("sw1", "Gi1/1"), "port Gi1/1 of sw1 is taken by slot 4"),
        (("sw1", "Gi1/2"), "port Gi1/2 of sw1 gives 30 W, not 60 W"),
        (("sw2", "Gi1/1"), "sw2 has 32.8 W left, not 60 W"),
    ],
)
def test_why_a_pin_is_refused(pin: tuple[str, str], reason: str) -> None:
    demands = [Demand(5, 60, True, pin), Demand(4, 15.4, True, ("sw1", "Gi1/1"))]
    placed = place(SMALL, {"sw1": 240.0, "sw2": 32.8}, demands)
    assert placed.refused == {5: reason}
    assert placed.unplaced == (5,)
    assert placed.outlets == {4: SMALL[0]}


def test_the_hungriest_goes_first_to_the_roomiest() -> None:
    """What is installed hangs like this: another rule would move the cables of cities that are there."""
    outlets = [Outlet(switch, f"Gi1/{port}", 60) for switch in ("sw1", "sw2") for port in (1, 2)]
    demands = [Demand(slot, watts, turn=0) for slot, watts in enumerate((15.4, 60, 30), 1)]
    placed = place(outlets, {"sw1": 100.0, "sw2": 90.0}, demands)
    assert placed.outlets == {2: outlets[0], 3: outlets[2], 1: outlets[3]}


def test_a_way_is_found_where_the_greedy_one_fails() -> None:
    """60 W goes to the roomier sw2 at first, and then 15.4 W are left on neither."""
    outlets = [Outlet(switch, f"Gi1/{port}", 60) for switch in ("sw1", "sw2") for port in range(1, 6)]
    demands = [Demand(slot, watts, turn=0) for slot, watts in enumerate((60, 30, 30, 15.4, 15.4), 1)]
    placed = place(outlets, {"sw1": 60.0, "sw2": 90.8}, demands)
    assert placed.unplaced == ()
    assert {slot: outlet.switch for slot, outlet in placed.outlets.items()} == {
        1: "sw1",
        2: "sw2",
        3: "sw2",
        4: "sw2",
        5: "sw2",
    }


def test_a_search_that_takes_too_long_names_the_slots_instead() -> None:
    """Sixty demands that all differ, on budgets that only one split in very many uses up. Nobody buys such cameras."""
    random = Random(1)
    watts = [random.randint(10_000, 30_000) / 1000 for _ in range(60)]
    budget = {f"sw{n}": sum(watts[n::6]) for n in range(6)}
    outlets = [Outlet(switch, f"Gi1/{port}", 30) for switch in budget for port in range(10)]
    placed = place(outlets, budget, [Demand(slot, w, turn=0) for slot, w in enumerate(watts)])
    assert placed.unplaced
    assert sorted([*placed.outlets, *placed.unplaced]) == list(range(60))


def test_the_sum_of_watts_is_not_enough() -> None:
    """Ten fixed cameras, a PTZ, eight ANPR and four RLVD take 574 W; three switches give 576 W and cannot feed them."""
    demands_w = [15.4] * 10 + [60.0] + [30.0] * 8 + [30.0] * 4
    budget_w = 240 * (1 - 0.2)
    assert sum(demands_w) <= 3 * budget_w
    assert fewest([60.0] * 8, budget_w, demands_w) == 4


def test_no_number_of_switches_is_enough() -> None:
    assert fewest([30.0] * 8, 192, [60.0]) is None
    assert fewest([60.0] * 8, 45, [60.0]) is None
    assert fewest([], 192, [15.4]) is None
    assert fewest([60.0] * 8, 192, [15.4] * 17, at_most=2) is None
    assert fewest([60.0] * 8, 192, []) == 0
