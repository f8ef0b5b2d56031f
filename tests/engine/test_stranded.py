"""Who would lose the way to the core: a core, an aggregation and an access switch in a row, a camera at the end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from iccc.city.devices import Lifecycle, Link
from iccc.city.policies import ReachedAt
from iccc.engine.stranded import stranded
from iccc.switch.state import ALL_VLANS, Port, PortMode, Svi
from tests.engine.row import ACC, AGG, CORE, KEPT, LINKS, MANAGEMENT, OLD, city, link, seen, states, switch
from tests.switch.rig import WHERE


def test_a_vlan_that_nobody_needs_may_go() -> None:
    assert stranded(city(), AGG, states()) is None


def test_a_camera_that_is_still_in_the_vlan_keeps_it_on_the_links_before_it() -> None:
    told = stranded(city(), AGG, states(acc=seen(ACC, access=OLD)))
    assert told == "VLAN 30 is still needed by acc (cam-1), whose way to the core it would cut"


def test_the_switch_itself_counts_too() -> None:
    assert stranded(city(), ACC, states(acc=seen(ACC, access=OLD))) is not None


def test_a_camera_on_a_port_that_is_shut_needs_nothing() -> None:
    acc = seen(ACC, access=OLD)
    assert isinstance(acc.ports, dict)
    shut = replace(acc, ports=acc.ports | {"p1": replace(acc.ports["p1"], shutdown=True)})
    assert stranded(city(), AGG, states(acc=shut)) is None


def test_a_switch_that_is_managed_over_the_vlan_keeps_it_until_it_has_moved() -> None:
    acc = replace(ACC, reached_at=ReachedAt("10.9.9.3", OLD, WHERE))
    old = replace(seen(acc), interfaces={OLD: Svi("10.9.9.3/24")})
    told = stranded(city(CORE, AGG, acc), AGG, states(acc=old))
    assert told == "VLAN 30 is still needed by acc (its management), whose way to the core it would cut"
    moved = replace(old, interfaces={OLD: Svi("10.9.9.3/24"), MANAGEMENT: Svi(f"{acc.address}/24")})
    assert stranded(city(CORE, AGG, acc), AGG, states(acc=moved)) is None


def test_a_switch_takes_its_own_old_way_in_away_when_it_moves() -> None:
    acc = replace(ACC, reached_at=ReachedAt("10.9.9.3", OLD, WHERE))
    old = replace(seen(acc), interfaces={OLD: Svi("10.9.9.3/24")})
    assert stranded(city(CORE, AGG, acc), acc, states(acc=old)) is None


def test_what_has_no_way_already_does_not_hold_up_the_others() -> None:
    acc = seen(ACC, access=OLD)
    assert stranded(city(), AGG, states(acc=acc, core=seen(CORE, carried=KEPT))) is None


def test_a_second_way_to_the_core_is_enough() -> None:
    """The access switch closes a ring: what goes off one side comes by the other."""
    ring = Link("acc", "u2", "core", "c2", "r1")
    both = link("u2", "core", "c2")
    acc = replace(ACC, ports={**ACC.ports, "u2": both})
    core = replace(CORE, ports={**CORE.ports, "c2": link("c2", "acc", "u2")})
    closed = replace(city(core, AGG, acc), links=(*LINKS, ring))
    there = {"core": seen(core), "agg": seen(AGG), "acc": seen(acc, access=OLD)}
    assert stranded(closed, AGG, there) is None
    assert stranded(closed, acc, there) is not None  # it takes the VLAN off both sides


def test_who_could_not_be_read_may_need_anything() -> None:
    there = states()
    del there["acc"]
    assert stranded(city(), AGG, there) == "acc could not be read, and may need VLAN 30"


def test_who_does_not_answer_at_all_or_is_not_there_yet_is_not_waited_for() -> None:
    there = states()
    del there["acc"]
    assert stranded(city(), AGG, there, silent=["acc"]) is None
    planned = replace(ACC, status=Lifecycle.PLANNED)
    assert stranded(city(CORE, AGG, planned), AGG, there) is None


def test_an_access_switch_of_another_ring_is_not_asked() -> None:
    there = states()
    del there["acc"]
    elsewhere = switch("far", 4, "access", link("u1", "agg", "a3"))
    far = replace(elsewhere, chain="r9")
    assert stranded(city(CORE, AGG, ACC, far), far, there | {"far": seen(far)}) is None


@pytest.mark.parametrize("mode", [PortMode.TRUNK, PortMode.DYNAMIC])
def test_an_open_link_has_every_vlan_that_exists(mode: PortMode) -> None:
    agg = seen(AGG)
    opened = replace(agg, ports={name: Port(mode=mode, allowed_vlans=ALL_VLANS) for name in AGG.ports})
    told = stranded(city(), AGG, states(agg=opened, acc=seen(ACC, access=OLD)))
    assert told is not None and "VLAN 30" in told


def test_a_switch_that_was_not_read_takes_nothing_that_is_known() -> None:
    there = states()
    del there["agg"]
    assert stranded(city(), AGG, there) is None
