"""How far a VLAN gets, and who asks: a link that is shut, in the wrong mode, or not yet a trunk."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from iccc.compare import ABSENT, Change
from iccc.engine.paths import Passes, port_passes
from iccc.engine.stranded import stranded
from iccc.engine.way import cut_off, moves_ports
from iccc.switch.state import ALL_VLANS, Port, PortMode, SwitchState
from tests.engine.row import ACC, AGG, CORE, KEPT, MANAGEMENT, OLD, VIDEO, city, seen, states

TRUNK = Port(mode=PortMode.TRUNK, allowed_vlans=KEPT)


def with_port(state: SwitchState, port: str, **how: Any) -> SwitchState:
    assert isinstance(state.ports, dict)
    return replace(state, ports=state.ports | {port: replace(state.ports[port], **how)})


@pytest.mark.parametrize(
    ("port", "passes"),
    [
        (TRUNK, Passes.YES),
        (replace(TRUNK, shutdown=True), Passes.NO),
        (replace(TRUNK, allowed_vlans=frozenset()), Passes.NO),
        (replace(TRUNK, allowed_vlans=None), Passes.YES),
        (Port(mode=PortMode.ACCESS, access_vlan=VIDEO, allowed_vlans=ALL_VLANS), Passes.YES),
        (Port(mode=PortMode.ACCESS, access_vlan=1, allowed_vlans=ALL_VLANS), Passes.NO),
        (Port(mode=PortMode.DYNAMIC, access_vlan=1, allowed_vlans=ALL_VLANS), Passes.MAYBE),
        (Port(mode=PortMode.DYNAMIC, access_vlan=VIDEO, allowed_vlans=KEPT - {VIDEO}), Passes.MAYBE),
        (Port(mode=PortMode.DYNAMIC, access_vlan=1, allowed_vlans=KEPT - {VIDEO}), Passes.NO),
    ],
)
def test_what_a_port_lets_through(port: Port, passes: Passes) -> None:
    assert port_passes(port, VIDEO) is passes


def test_a_row_of_trunks_reaches_the_core() -> None:
    assert cut_off(city(), ACC, states()) is None


@pytest.mark.parametrize(
    ("switch", "port", "how"),
    [
        ("agg", "a2", {"shutdown": True}),
        ("agg", "a1", {"shutdown": True}),
        ("core", "c1", {"mode": PortMode.ACCESS, "access_vlan": 1}),
        ("agg", "a1", {"mode": PortMode.ACCESS, "access_vlan": MANAGEMENT}),
    ],
)
def test_a_link_that_is_shut_or_an_access_port_is_no_way_to_the_core(switch: str, port: str, how: Any) -> None:
    there = states()
    there[switch] = with_port(there[switch], port, **how)
    assert cut_off(city(), ACC, there) == f"VLAN {VIDEO} does not reach the core: {switch} must carry it first"


def test_the_switch_itself_may_have_its_link_shut() -> None:
    told = cut_off(city(), ACC, states(acc=with_port(seen(ACC), "u1", shutdown=True)))
    assert told == f"VLAN {VIDEO} does not reach the core: acc must carry it first"


def test_two_ends_that_both_wait_for_the_other_are_no_trunk() -> None:
    """IOS: two ports in ``dynamic auto`` become access ports; one end that is a trunk makes the other one."""
    one = states(core=with_port(seen(CORE), "c1", mode=PortMode.DYNAMIC))
    assert cut_off(city(), ACC, one) is None
    both = one | {"agg": with_port(seen(AGG), "a1", mode=PortMode.DYNAMIC)}
    assert cut_off(city(), ACC, both) is not None


def test_what_goes_off_a_link_that_is_shut_anyway_is_no_loss() -> None:
    there = states(agg=with_port(seen(AGG), "a2", shutdown=True), acc=seen(ACC, access=OLD))
    assert stranded(city(), AGG, there) is None


@pytest.mark.parametrize("path", ["ports[g1].access_vlan", "ports[g1].mode", "ports[g1]", "ports"])
def test_what_moves_a_port_into_a_vlan(path: str) -> None:
    assert moves_ports([Change("hostname", 1, 2), Change(path, ABSENT, 2)])


@pytest.mark.parametrize("path", ["ports[g1].description", "ports[g1].allowed_vlans", "hostname", "vlans[20]"])
def test_what_does_not(path: str) -> None:
    assert not moves_ports([Change(path, ABSENT, 2)])
