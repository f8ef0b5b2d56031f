"""Unused ports are shut, and a port that turns out to be in use is not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from iccc.observed import Status
from iccc.switch.parking import IN_USE
from iccc.switch.state import Port, PortMode, Vlan
from tests.switch.deeds import WANTED, applied
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
