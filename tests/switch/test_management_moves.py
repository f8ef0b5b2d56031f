"""The management address of a switch moves into another VLAN."""

from __future__ import annotations

from pathlib import Path

import pytest

from iccc.city.policies import ReachedAt
from iccc.compare import ABSENT
from iccc.observed import Status
from iccc.switch.state import Port, PortMode, Svi, SwitchState, Vlan
from tests.switch.deeds import applied
from tests.switch.mishaps import split
from tests.switch.rig import UPLINK, WHERE, Rig, rig

pytestmark = pytest.mark.usefixtures("quick")


def moved(one: Rig, number: int) -> SwitchState:
    """Declare the switch in VLAN 110 at 10.77.5.``number``; what is then wanted of it."""
    old = ReachedAt(one.switch.address, 99, WHERE)
    one.declare(address=f"10.77.5.{number}", management_vlan=110, reached_at=old)
    return SwitchState(
        vlans={99: ABSENT, 110: Vlan("MGMT-NEW")},
        ports={UPLINK: Port(mode=PortMode.TRUNK, allowed_vlans=frozenset({20, 110}))},
        interfaces={110: Svi(f"10.77.5.{number}/24", False), 99: ABSENT},
        saved=True,
    )


def test_a_management_vlan_is_moved_and_the_old_one_goes_after_the_new_one_was_proved(templates: Path) -> None:
    one = rig(89)
    wish = moved(one, 89)
    outcomes = applied(one, templates, wish)
    assert {(outcome.status, outcome.text) for outcome in outcomes} == {(Status.APPLIED, "")}
    assert set(one.truth.vlans) == {1, 110}
    assert {vlan: svi.address for vlan, svi in one.truth.interfaces.items() if svi.address} == {110: "10.77.5.89/24"}
    assert one.truth.ports[UPLINK].allowed == {20, 110}
    assert one.front.said.count("configure terminal revert timer 5") == 3  # before it, for it, and for the old one
    assert applied(one, templates, wish) == []


def test_a_new_management_address_that_does_not_answer_leaves_the_old_one(templates: Path) -> None:
    one = rig(90, cli_read_s=1, connect_s=0.5)
    wish = moved(one, 90)
    one.front.reaches = lambda address: address == "10.77.4.90"  # type: ignore[method-assign]
    stands, rest, text = split(applied(one, templates, wish))
    assert stands == {"vlans[110]"} and "interfaces[110]" in rest
    assert "taken back by the switch" in text
    assert 99 in one.truth.vlans
    assert set(one.truth.interfaces) == {1, 99}
    assert 99 in one.truth.ports[UPLINK].allowed
    assert one.front.startup is None
