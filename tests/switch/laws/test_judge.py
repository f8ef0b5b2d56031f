"""The judge finds what it is there for, in the armed phase and in what is taken back as well."""

from __future__ import annotations

from copy import deepcopy
from random import Random

import pytest

from iccc.switch.steps import Keep, Phase, Step
from tests.switch.laws.judge import Unsafe, _carry_out, _stepped, _taken_back
from tests.switch.laws.pairs import MANAGEMENT, switch
from tests.switch.laws.subjects import SUBJECTS
from tests.switch.sims.truth import PortTruth, Truth

IOS = SUBJECTS["cisco_ios"]
PORT = IOS.ports[0]
KEEP = Keep(MANAGEMENT, IOS.uplinks)


def truth() -> Truth:
    found = switch(Random(4), IOS)
    found.vlans |= {20: ""}
    found.ports[PORT] = PortTruth(mode="access", access=20)
    return found


def stepped(*lines: str) -> None:
    """Hold the lines, typed in the armed phase, against the laws."""
    step = Step(Phase.MANAGEMENT, lines)
    final = IOS.sim(deepcopy(truth()))
    _carry_out(final, step)
    _stepped(IOS, truth(), (step,), KEEP, final.truth)


def test_the_armed_phase_interrupts_no_traffic_and_no_link_but_by_spanning_tree() -> None:
    stepped("ip default-gateway 10.9.0.254", "spanning-tree mode pvst", "spanning-tree mode mst")
    with pytest.raises(Unsafe, match="no longer carries"):
        stepped(f"interface {PORT}", " switchport access vlan 99", " switchport access vlan 20")
    with pytest.raises(Unsafe, match="went down"):
        stepped(f"interface {PORT}", " speed 100", " no speed")
    with pytest.raises(Unsafe, match="open to all VLANs"):
        stepped(f"interface {IOS.ports[4]}", " switchport mode trunk", " no switchport trunk allowed vlan")


def test_what_is_taken_back_is_compared_as_it_is_in_force() -> None:
    step = Step(Phase.GLOBALS, ("snmp-server view ALL iso included",), undoes=("no snmp-server view ALL iso",))
    _taken_back(IOS, truth(), (step,))
    blind = Step(Phase.GLOBALS, ("spanning-tree vlan 1-4094 priority 8192",), undoes=("hostname Switch",))
    with pytest.raises(AssertionError, match="taken back, it differs"):
        _taken_back(IOS, truth(), (blind,))
