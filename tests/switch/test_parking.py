"""Unused ports are shut, and a port that turns out to be in use is not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast

from iccc.observed import Status
from iccc.report.commands import commands_text
from iccc.switch.parking import IN_USE, TRUNK, spared
from iccc.switch.preview import Preview, preview_all
from iccc.switch.state import Port, PortMode, SwitchState, Vlan
from iccc.switch.vitals import Vitals
from iccc.wanted import Wanted
from iccc.writing import Writing
from tests.switch.deeds import WANTED, applied, with_rig
from tests.switch.rig import rig

USED, UNUSED = "GigabitEthernet1/1", "GigabitEthernet1/5"
PARKED = Port(mode=PortMode.ACCESS, access_vlan=999, shutdown=True)


def test_a_port_with_a_link_is_not_shut_and_the_others_are(templates: Path) -> None:
    one = rig(81)
    declared = {name: port for name, port in one.switch.ports.items() if name != USED}
    one = replace(one, switch=replace(one.switch, ports=declared))
    ports = {name: port for name, port in WANTED.ports.items() if name != USED} | {USED: PARKED, UNUSED: PARKED}
    wanted = replace(WANTED, vlans=WANTED.vlans | {999: Vlan("parking")}, ports=ports)
    outcomes = applied(one, templates, wanted)
    refused = {o.change.path: o.text for o in outcomes if o.status is not Status.APPLIED}
    assert set(refused) == {f"ports[{USED}].{field}" for field in ("mode", "access_vlan", "shutdown")}
    assert set(refused.values()) == {IN_USE}
    assert not one.front.sim.truth.ports[USED].shutdown
    assert one.front.sim.truth.ports[UNUSED].shutdown


def test_without_snmp_nobody_knows_what_is_in_use(templates: Path) -> None:
    one = rig(82)
    wanted = replace(WANTED, vlans=WANTED.vlans | {999: Vlan("parking")}, ports={UNUSED: PARKED})
    outcomes = applied(one, templates, wanted, snmp=False)
    refused = {o.change.path for o in outcomes if "could not be read" in o.text and o.status is Status.REFUSED}
    assert refused == {f"ports[{UNUSED}].{field}" for field in ("mode", "access_vlan", "shutdown")}
    assert not one.front.sim.truth.ports[UNUSED].shutdown


SEEN = SwitchState(
    ports={
        "p1": Port("", PortMode.ACCESS, 1),
        "p2": Port("", PortMode.TRUNK),
        "p3": Port("spare AP", PortMode.ACCESS, 1),
        "p4": Port("", PortMode.DYNAMIC, 1),
        "p5": Port("", PortMode.ACCESS, 1),
    }
)


def test_a_port_that_is_meant_for_something_is_not_shut_either() -> None:
    """A standby trunk has no link, and its neighbour may be heard while the link flaps."""
    vitals = Vitals(frozenset({"p5"}), {"p4": "radio-7"})
    kept = spared(["p1", "p2", "p3", "p4", "p5", "p6"], SEEN, vitals)
    assert kept.keys() == {"p2", "p3", "p4", "p5"}
    assert (kept["p2"], kept["p5"]) == (TRUNK, IN_USE)
    assert "'spare AP'" in kept["p3"] and "'radio-7'" in kept["p4"]


def test_the_preview_leaves_the_same_ports_and_says_why(templates: Path) -> None:
    one = rig(97)
    standby = "GigabitEthernet1/6"
    one.truth.ports[standby].mode = "trunk"
    wanted = replace(WANTED, vlans=WANTED.vlans | {999: Vlan("parking")}, ports={UNUSED: PARKED, standby: PARKED})
    whole = {one.switch.name: Wanted(one.switch.name, wanted, {})}

    async def previews() -> list[Preview]:
        return await preview_all([one.switch], whole, one.reach, Writing(templates))

    (preview,) = cast(list[Preview], with_rig(one, previews))
    assert preview.problem == "" and preview.spared == {standby: TRUNK}
    lines = [line for step in preview.steps for line in step.lines]
    assert any(UNUSED in line for line in lines) and not any(standby in line for line in lines)
    text = commands_text([preview])
    assert f"  {standby}: {TRUNK}" in text
    assert "refused" not in text
    refused = {o.change.path for o in applied(one, templates, wanted) if o.text == TRUNK}
    assert refused == {f"ports[{standby}].{field}" for field in ("mode", "access_vlan", "shutdown")}
    assert not one.truth.ports[standby].shutdown
