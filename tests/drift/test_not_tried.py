"""Devices that were not tried: no proof of silence and none of life, and behind what cuts them off all the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from iccc.compare import Unread
from iccc.errors import Reason
from iccc.finding import Class, Severity
from iccc.observed import Observed
from iccc.switch.seen import SwitchFacts
from tests.drift.test_roots import ALL, CAMERA, CITY, behind_switch, dark_towards, found, quiet, seen_from, switch_with
from tests.support import NOW
from tests.unit.states import silent

SWITCH = "bsp-j05-sw2"
RESTS = Unread(Reason.BACK_OFF, "not tried: it refused the login, and rests until 2025-07-31 07:00 UTC")
NO_SNMP = Unread(Reason.NO_ANSWER, f"{SWITCH} snmp: no answer within 2 s, 2 tries")


def resting(name: str, by_snmp: Unread | None = NO_SNMP) -> Observed[Any, Any]:
    """The device in its back-off. ``by_snmp``: why SNMP told nothing of a switch; None where it did."""
    facts = ALL[name].facts if by_snmp is None else SwitchFacts(by_snmp, by_snmp, by_snmp, by_snmp)
    return Observed(name, RESTS, facts if name in CITY.switches else None, NOW)


def test_a_switch_that_rests_and_does_not_answer_snmp_is_dead_with_its_cameras() -> None:
    cameras = behind_switch(SWITCH)
    (finding,) = found(resting(SWITCH), *quiet(*cameras), *dark_towards(SWITCH))
    assert (finding.device, finding.class_, finding.severity) == (SWITCH, Class.REACH, Severity.CRITICAL)
    assert sorted(finding.behind) == cameras
    assert [e.value for e in finding.evidence if e.source == SWITCH] == [NO_SNMP.text, RESTS.text]


def test_a_switch_that_rests_among_dead_ones_is_one_of_them() -> None:
    dead = ("bsp-j05-sw1", "bsp-j05-sw3")
    cameras = [name for switch in (*dead, SWITCH) for name in behind_switch(switch)]
    (finding,) = found(resting(SWITCH), *quiet(*dead, *cameras))
    assert (finding.device, set(finding.behind)) == (dead[0], {dead[1], SWITCH, *cameras})


@pytest.mark.parametrize("by_snmp", [None, Unread(Reason.BAD_ANSWER, "cut"), Unread(Reason.UNAUTHORISED, "none")])
def test_a_switch_that_rests_and_is_not_proved_silent_is_unread(by_snmp: Unread | None) -> None:
    assert {f.class_ for f in found(resting(SWITCH, by_snmp))} == {Class.OBSERVABILITY}


def test_a_camera_that_was_not_tried_is_behind_its_dead_switch() -> None:
    first, *others = behind_switch(SWITCH)
    (finding,) = found(*quiet(SWITCH, *others), resting(first))
    assert (finding.device, finding.severity) == (SWITCH, Severity.CRITICAL)
    assert sorted(finding.behind) == [first, *others]


def test_a_recorder_that_was_not_tried_does_not_record_behind_a_dead_switch() -> None:
    recorder = next(r for r in CITY.recorders.values() if r.switch == "bsp-core1" and not r.standby)
    others = [r.name for r in CITY.recorders.values() if r.switch == "bsp-core1" and r is not recorder]
    (finding,) = found(*quiet("bsp-core1", *others), resting(recorder.name))
    assert recorder.name in finding.behind
    assert {c.name for c in CITY.cameras.values() if c.recorder == recorder.name} <= set(finding.affected)


def test_a_camera_that_was_not_tried_on_a_switch_that_forwards_stands_by_itself() -> None:
    first, *_ = behind_switch(SWITCH)
    assert {(f.device, f.class_) for f in found(*quiet(SWITCH), resting(first))} == {
        (SWITCH, Class.REACH),
        (first, Class.OBSERVABILITY),
    }


def test_a_camera_that_was_not_tried_is_behind_its_port_that_is_down_and_not_called_lost() -> None:
    port = f"ports[{CAMERA.port}]"
    down = seen_from(CAMERA.switch, CAMERA.port, oper_up=False)
    (finding,) = found(down, resting(CAMERA.name))
    assert (finding.device, finding.path, finding.class_) == (CAMERA.switch, f"{port}.oper_up", Class.OPERATIONAL)
    assert (finding.behind, finding.severity) == ((CAMERA.name,), Severity.MAJOR)
    off = seen_from(CAMERA.switch, CAMERA.port, oper_up=False, poe_delivering=False)
    cut = replace(off, state=switch_with(CAMERA.switch, CAMERA.port, poe=False).state)
    (finding,) = found(cut, resting(CAMERA.name))
    assert (finding.path, finding.class_, finding.behind) == (f"{port}.poe", Class.CONFIG, (CAMERA.name,))


def test_nothing_answers_although_some_were_not_tried() -> None:
    hosts = [name for name in ALL if name in CITY.cameras]
    listed = found(*quiet(*(name for name in ALL if name not in hosts)), *map(resting, hosts))
    (finding,) = listed
    assert finding.path == "way_in" and {finding.device, *finding.behind} == set(ALL)
    assert "way_in" not in {f.path for f in found(*(silent(CITY.device(n), Reason.BACK_OFF) for n in hosts))}
