"""A link between two switches that nobody declared: it may be the only way to what is behind it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from iccc.compare import Unread
from iccc.errors import Reason
from iccc.observed import Status
from iccc.switch.extra import undeclared_links
from iccc.switch.seen import Neighbour, PortFacts, SwitchFacts
from iccc.switch.state import Port, PortMode, SwitchState
from iccc.switch.steps import Invariant
from iccc.writing import Writing
from tests.switch.deeds import WANTED, applied
from tests.switch.rig import UPLINK, declared, rig

SWITCHES = frozenset({"sw1", "core", "sw2"})
SWITCH = declared(1)
WRONG = "GigabitEthernet1/4"  # where the next switch was plugged in


def facts(**neighbours: str) -> SwitchFacts:
    """LLDP on the uplink as declared, and more by the number of the port."""
    ports = {
        f"GigabitEthernet1/{number[1:]}": PortFacts(neighbours=(Neighbour(name),))
        for number, name in neighbours.items()
    }
    return SwitchFacts(ports={UPLINK: PortFacts(neighbours=(Neighbour("core"),))} | ports)


def test_a_declared_switch_on_another_port_is_found_and_nothing_else_is() -> None:
    assert undeclared_links(SWITCH, facts(), SWITCHES) == frozenset()
    assert undeclared_links(SWITCH, facts(p4="sw2", p5="somebody", p6="Switch"), SWITCHES) == {WRONG}
    assert undeclared_links(SWITCH, SwitchFacts(ports=Unread(Reason.NO_ANSWER, "")), SWITCHES) == frozenset()
    assert undeclared_links(SWITCH, None, SWITCHES) == frozenset()


def test_the_management_vlan_is_not_taken_off_it(templates: Path) -> None:
    one = rig(98)
    one.truth.ports[WRONG].mode = "trunk"
    assert isinstance(WANTED.ports, dict)
    wanted: SwitchState = replace(WANTED, ports=WANTED.ports | {WRONG: Port(mode=PortMode.ACCESS, access_vlan=20)})
    links = {one.switch.name: frozenset({WRONG})}
    outcomes = applied(one, templates, wanted, writing=Writing(templates, links=links))
    assert {outcome.status for outcome in outcomes} == {Status.REFUSED}
    assert {outcome.text.partition(": ")[0] for outcome in outcomes} == {str(Invariant.UPLINK)}
    assert one.truth.ports[WRONG].mode == "trunk"
    applied(one, templates, wanted)  # nobody has seen what hangs there
    assert one.truth.ports[WRONG].mode == "access"
