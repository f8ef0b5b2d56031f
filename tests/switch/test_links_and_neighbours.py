"""Links and neighbours: what a change may not cost, and what is seen of them after it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import pytest

from iccc.observed import Outcome, Status
from iccc.switch import takeback
from iccc.switch.state import Port, PortMode, SwitchState
from iccc.writing import Writing
from tests.switch.deeds import GI1, GI2, WANTED, applied
from tests.switch.mishaps import failed, states
from tests.switch.rig import UPLINK, rig

pytestmark = pytest.mark.usefixtures("quick")

SWITCH, CAMERA_BOX = b"\x20", b"\x01"  # bridge, stationOnly
GUARDED = [Port(mode=PortMode.ACCESS, max_macs=2), Port(edge=True), Port(bpdu_guard=True)]


def test_a_link_that_is_down_after_the_change_takes_it_back(templates: Path) -> None:
    one = rig(80)
    one.front.save()
    saved, before = one.front.startup, states(one)
    one.agent.unplugs = {"ntp server": 1}
    text = failed(applied(one, templates))
    assert f"after the change: no link any more on {GI1}" in text
    assert text.endswith("steps were taken back by the switch")
    assert states(one) == before
    assert one.front.startup == saved


def test_a_link_that_comes_back_in_time_is_no_reason(templates: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(takeback, "BACK_S", 10.0)
    one = rig(82)
    one.agent.unplugs = {"ntp server": 1}

    async def later() -> None:
        await asyncio.sleep(1.0)
        one.agent.unplugs.clear()

    from iccc.switch.driver import apply
    from tests.switch.rig import plugged

    async def run() -> list[Outcome]:
        async with plugged(one):
            found, _ = await asyncio.gather(apply(one.switch, "", WANTED, one.reach, Writing(templates)), later())
            return found

    assert {outcome.status for outcome in asyncio.run(run())} == {Status.APPLIED}


def test_a_port_that_is_shut_on_purpose_may_lose_its_link(templates: Path) -> None:
    one = rig(83)
    outcomes = applied(one, templates, SwitchState(ports={GI1: Port(shutdown=True)}, saved=True))
    assert {outcome.status for outcome in outcomes} == {Status.APPLIED}
    assert one.truth.ports[GI1].shutdown


def test_a_neighbour_that_is_gone_after_the_change_takes_it_back(templates: Path) -> None:
    one = rig(81)
    one.agent.hides = "ntp server"
    assert f"LLDP neighbour gone: core on {UPLINK}" in failed(applied(one, templates))


def test_a_neighbour_under_a_new_name_is_the_neighbour_still(templates: Path) -> None:
    one = rig(202)
    one.agent.renames = "ntp server"  # as when the deploy of a city comes to the switch beside
    assert {outcome.status for outcome in applied(one, templates)} == {Status.APPLIED}


def test_neighbours_cannot_be_compared_when_lldp_itself_changes(templates: Path) -> None:
    one = rig(203)
    one.truth.lldp = True
    one.agent.hides = "hostname sw1"
    wish = SwitchState(hostname="sw1", lldp=False, saved=True)
    assert {outcome.status for outcome in applied(one, templates, wish)} == {Status.APPLIED}
    assert one.truth.lldp is False


@pytest.mark.parametrize("wish", [Port(shutdown=True), Port(poe=False)], ids=["shut", "power"])
def test_no_port_with_a_switch_behind_it_is_taken_down(wish: Port, templates: Path) -> None:
    one = rig(204 + bool(wish.shutdown))
    one.agent.heard = {1: ("core-7", SWITCH)}
    outcomes = applied(one, templates, SwitchState(ports={GI1: wish}, saved=True))
    assert {outcome.status for outcome in outcomes} == {Status.REFUSED}
    assert f"{GI1} would lose its link, and LLDP shows a switch there: core-7" in outcomes[0].text
    assert one.front.typed == [] and not one.front.armed
    one.agent.heard = {1: ("axis-1", CAMERA_BOX)}
    outcomes = applied(one, templates, SwitchState(ports={GI1: wish}, saved=True))
    assert {outcome.status for outcome in outcomes} == {Status.APPLIED}


@pytest.mark.parametrize("number", range(3))
def test_what_is_for_cameras_is_not_set_where_a_switch_hangs(number: int, templates: Path) -> None:
    one, wish = rig(206 + number), SwitchState(ports={GI1: GUARDED[number]}, saved=True)
    for unknown in (b"", SWITCH):
        one.agent.heard = {1: ("Switch", unknown)}
        outcomes = applied(one, templates, wish)
        assert {outcome.status for outcome in outcomes} == {Status.REFUSED}
        assert f"LLDP shows Switch on {GI1}" in outcomes[0].text
    assert one.front.typed == []
    one.agent.heard = {1: ("cam-1", SWITCH)}  # what is declared there: a camera with two sockets bridges
    assert {outcome.status for outcome in applied(one, templates, wish)} == {Status.APPLIED}


def test_a_port_that_its_guard_shuts_a_moment_later_takes_the_change_back(templates: Path) -> None:
    one = rig(209, settle_s=1.2)
    before = states(one)
    one.agent.guards = {"switchport port-security": (1, 0.6)}
    wish = SwitchState(ports={GI1: Port(mode=PortMode.ACCESS, max_macs=1)}, saved=True)
    text = failed(applied(one, templates, wish))
    assert f"after the change: no link any more on {GI1}" in text
    assert text.endswith("steps were taken back by the switch")
    assert states(one) == before


@pytest.mark.parametrize(
    "wish", [replace(WANTED, ports={GI2: GUARDED[0]}), replace(WANTED, ports={GI1: Port("cam 1", poe=True)})]
)
def test_nothing_is_waited_for_where_no_guard_is_set_on_a_link(wish: SwitchState, templates: Path) -> None:
    one = rig(210 + (GI1 in (wish.ports or {})), settle_s=60.0)  # type: ignore[operator]
    began = time.monotonic()
    assert {outcome.status for outcome in applied(one, templates, wish)} == {Status.APPLIED}
    assert time.monotonic() - began < 20
