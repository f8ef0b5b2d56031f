"""Findings on a city that is read by hand: every silence has one root, nothing is told twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iccc import fleet
from iccc.compare import Unread
from iccc.drift import reach
from iccc.drift.all import findings
from iccc.drift.view import View
from iccc.errors import Reason
from iccc.finding import Class, Finding, Severity
from iccc.observed import Observed
from iccc.plan import DevicePlan, Plan, plan_device
from iccc.switch.seen import Neighbour, PortFacts
from iccc.switch.state import PortMode, SwitchState
from tests.support import NOW
from tests.unit.states import as_declared, bilaspur, silent

CITY = bilaspur()
ALL: dict[str, Observed[Any, Any]] = {device.name: as_declared(device, CITY) for device in CITY.devices()}
CAMERA = CITY.cameras["bsp-j01-c01"]
RINGS = sorted({switch.chain for switch in CITY.switches.values() if switch.chain})
Read = Mapping[str, Observed[Any, Any]]


def planned(seen: Observed[Any, Any]) -> DevicePlan:
    device = CITY.device(seen.device)
    return plan_device(device, fleet.wanted(device, CITY), seen)


IN_SYNC = {name: planned(seen) for name, seen in ALL.items()}


def view_of(*changed: Observed[Any, Any]) -> View:
    """These devices read so, and all others as declared."""
    observed = {**ALL, **{seen.device: seen for seen in changed}}
    devices = {**IN_SYNC, **{seen.device: planned(seen) for seen in changed}}
    return View(CITY, Plan(CITY.key, "lab", NOW, CITY.digest, devices), observed, NOW)


def found(*changed: Observed[Any, Any]) -> list[Finding]:
    """What is found then."""
    return findings(view_of(*changed))


def quiet(*names: str) -> list[Observed[Any, Any]]:
    return [silent(CITY.device(name)) for name in names]


def switch_with(name: str, port: str, **changed: Any) -> Observed[Any, Any]:
    """The switch with one port set otherwise."""
    seen: Any = ALL[name]
    ports = {**seen.state.ports, port: replace(seen.state.ports[port], **changed)}
    return replace(seen, state=replace(seen.state, ports=ports))


def seen_from(name: str, port: str, **shown: Any) -> Observed[Any, Any]:
    """The switch with one port that shows otherwise over SNMP."""
    seen: Any = ALL[name]
    ports = {**seen.facts.ports, port: replace(seen.facts.ports[port], **shown)}
    return replace(seen, facts=replace(seen.facts, ports=ports))


def dark_towards(*names: str) -> list[Observed[Any, Any]]:
    """The neighbours of a silent segment, with their ports towards it down."""
    inside = set(names)
    near = [(k.a, k.a_port) for k in CITY.links if k.b in inside and k.a not in inside]
    near += [(k.b, k.b_port) for k in CITY.links if k.a in inside and k.b not in inside]
    return [seen_from(switch, port, oper_up=False, rx_dbm=-40.0) for switch, port in near]


def behind_switch(name: str) -> list[str]:
    return sorted(camera.name for camera in CITY.cameras.values() if camera.switch == name)


def test_a_city_as_declared_has_no_findings() -> None:
    assert found() == []


def test_a_dead_switch_is_one_finding_with_its_cameras() -> None:
    cameras = behind_switch("bsp-j05-sw2")
    (finding,) = found(*quiet("bsp-j05-sw2", *cameras), *dark_towards("bsp-j05-sw2"))
    assert (finding.device, finding.path, finding.class_) == ("bsp-j05-sw2", "", Class.REACH)
    assert finding.severity is Severity.CRITICAL
    assert sorted(finding.behind) == cameras
    assert finding.text == (
        "switch bsp-j05-sw2 (10.81.5.12) does not answer; "
        "bsp-j05-sw1 GigabitEthernet1/10 is down (receives -40.0 dBm) towards bsp-j05-sw2; "
        "bsp-j05-sw3 GigabitEthernet1/9 is down (receives -40.0 dBm) towards bsp-j05-sw2"
    )
    assert finding.next_step.startswith("Look at the power at bsp-j05;")
    assert finding.where == "cities/bilaspur/junctions/j05.yaml:13:5"


def test_a_switch_towards_which_a_port_is_up_has_power() -> None:
    (finding,) = found(*quiet("bsp-j05-sw2", *behind_switch("bsp-j05-sw2")))
    assert finding.severity is Severity.CRITICAL
    assert finding.text.endswith("bsp-j05-sw3 GigabitEthernet1/9 is up towards bsp-j05-sw2")
    assert "it has power and a link to bsp-j05-sw1" in finding.next_step


def test_a_dead_segment_of_a_ring_is_one_finding() -> None:
    switches = [f"bsp-j{j:02d}-sw{n}" for j in (2, 3) for n in (1, 2, 3, 4)]
    cameras = sorted(name for switch in switches for name in behind_switch(switch))
    (finding,) = found(*quiet(*switches, *cameras))
    assert finding.device == "bsp-j02-sw1"
    assert sorted(finding.behind) == sorted([*switches[1:], *cameras])
    assert "8 neighbouring switches do not answer" in finding.text


def test_dead_switches_apart_are_two_findings() -> None:
    dead = ("bsp-j01-sw2", "bsp-j04-sw3")
    cameras = [name for switch in dead for name in behind_switch(switch)]
    assert [finding.device for finding in found(*quiet(*dead, *cameras))] == list(dead)


def test_a_dead_core_switch_has_its_recorders_behind_it() -> None:
    recorders = [recorder.name for recorder in CITY.recorders.values() if recorder.switch == "bsp-core1"]
    (finding,) = found(*quiet("bsp-core1", *recorders))
    assert (finding.device, sorted(finding.behind)) == ("bsp-core1", sorted(recorders))


def test_a_switch_whose_cameras_answer_forwards() -> None:
    """Only its management is silent: less severe, nobody is behind it, and whoever is silent has a cause of its own."""
    silent_one, *others = behind_switch("bsp-j05-sw2")
    by_device = {f.device: f for f in found(*quiet("bsp-j05-sw2", silent_one))}
    assert by_device.keys() == {"bsp-j05-sw2", silent_one}
    mute = by_device["bsp-j05-sw2"]
    assert (mute.severity, mute.behind) == (Severity.MAJOR, ())
    assert f"but forwards: {len(others)} of {len(others) + 1} devices on it answer" in mute.text
    assert by_device[silent_one].text.endswith("the management of bsp-j05-sw2 is silent, so its port was not seen")


def test_a_switch_that_died_after_its_cameras_were_read_does_not_forward() -> None:
    silent_one = behind_switch("bsp-j05-sw2")[0]
    (finding,) = found(*quiet("bsp-j05-sw2", silent_one), *dark_towards("bsp-j05-sw2"))
    assert (finding.device, finding.behind, finding.severity) == ("bsp-j05-sw2", (silent_one,), Severity.CRITICAL)


def test_a_dead_recorder_is_one_finding_and_its_cameras_are_affected_not_unknown() -> None:
    name = CAMERA.recorder
    recorded = [camera.name for camera in CITY.cameras.values() if camera.recorder == name]
    (finding,) = found(*quiet(name))
    assert (finding.device, finding.severity, finding.behind) == (name, Severity.CRITICAL, ())
    assert list(finding.affected) == recorded
    assert f"{len(recorded)} cameras are not recorded" in finding.text


def test_a_link_that_is_down_at_one_end_says_where_the_light_is_missing() -> None:
    link = next(link for link in CITY.links if link.chain == "r1" and link.a == "bsp-j01-sw2")
    (finding,) = found(seen_from(link.b, link.b_port, oper_up=False, rx_dbm=-40.0, rx_low_dbm=-30.0))
    assert finding.text == (
        f"fibre or cable between {link.a} {link.a_port} and {link.b} {link.b_port} is down: "
        f"{link.a} {link.a_port} is up, {link.b} {link.b_port} is down (receives -40.0 dBm); "
        f"no light arrives at {link.b}; ring r1 is open"
    )
    assert finding.next_step.startswith(f"Measure the fibre towards {link.b}")
    assert "ifOperStatus" in " ".join(evidence.source for evidence in finding.evidence)


def test_a_link_that_somebody_has_shut_is_not_called_cut() -> None:
    link = next(link for link in CITY.links if link.chain == "r1" and link.a == "bsp-j01-sw2")
    (finding,) = found(
        seen_from(link.a, link.a_port, admin_up=False, oper_up=False), seen_from(link.b, link.b_port, oper_up=False)
    )
    assert f"is shut on {link.a}: " in finding.text and "Ask who has shut" in finding.next_step


def test_a_port_that_hears_another_neighbour_is_misplugged_not_cut() -> None:
    link = next(link for link in CITY.links if link.chain == "r1" and link.a == "bsp-j01-sw2")
    listed = found(
        seen_from(link.a, link.a_port, neighbours=(Neighbour(sys_name="spare-7"),)),
        seen_from(link.b, link.b_port, oper_up=False),
    )
    assert not [f for f in listed if f.path.endswith(".link")]


def test_a_camera_is_one_finding_with_what_its_port_shows_under_it() -> None:
    """The finder's candidates for the port are the same fact; another hardware address on it is one of its own."""
    about = replace(found(*quiet(CAMERA.name))[0], device=CAMERA.switch, class_=Class.OPERATIONAL, seen=False)
    port = f"ports[{CAMERA.port}]"
    denied, foreign = (
        replace(about, path=f"{port}.poe_denied"),
        replace(about, path=f"{port}.macs", class_=Class.TOPOLOGY, seen="02:00:00:00:00:01"),
    )
    view = view_of(*quiet(CAMERA.name))
    camera, other = sorted(reach.with_roots(view, reach.silent(view), [denied, foreign]), key=lambda f: f.device)
    if camera.device != CAMERA.name:
        camera, other = other, camera
    assert (camera.device, camera.under) == (CAMERA.name, (denied,))
    assert other == foreign


def test_nothing_answers_is_one_finding() -> None:
    (finding,) = found(*quiet(*(device.name for device in CITY.devices())))
    assert (finding.device, finding.path) == ("bsp-core1", "way_in")
    assert finding.text == f"nothing answers from here: {len(ALL)} devices"
    assert sorted([finding.device, *finding.behind]) == sorted(ALL)


def test_one_that_answers_refutes_that_nothing_does() -> None:
    answering = next(camera.name for camera in CITY.cameras.values())
    listed = found(*quiet(*(name for name in ALL if name != answering)))
    assert "way_in" not in {finding.path for finding in listed}


def test_a_port_that_delivers_power_is_not_without_it() -> None:
    """The setting says off, the meter says on: the camera is silent for another reason."""
    cut = switch_with(CAMERA.switch, CAMERA.port, poe=False)
    config, reaching = found(cut, *quiet(CAMERA.name))
    assert {config.class_, reaching.class_} == {Class.CONFIG, Class.REACH} and config.behind == ()


def test_a_trunk_without_the_management_vlan_has_the_switches_behind_it() -> None:
    link = next(link for link in CITY.links if link.chain == "r1" and link.a == "bsp-agg1")
    trunk = CITY.switches[link.a].ports[link.a_port]
    allowed = (trunk.allowed_vlans or frozenset()) - {CITY.switches[link.b].management_vlan}
    (finding,) = found(switch_with(link.a, link.a_port, allowed_vlans=allowed), *quiet(link.b))
    assert (finding.device, finding.behind) == (link.a, (link.b,))


def test_a_switch_whose_command_line_alone_is_silent_is_not_dead() -> None:
    seen = replace(ALL["bsp-j05-sw2"], state=Unread(Reason.NO_ANSWER, "no answer within 3 s"))
    (finding,) = found(seen)
    assert (finding.class_, finding.path, finding.behind) == (Class.OBSERVABILITY, "", ())


@pytest.mark.parametrize(
    ("setting", "value"), [("poe", False), ("access_vlan", 1), ("mode", PortMode.TRUNK), ("mode", PortMode.DYNAMIC)]
)
def test_a_port_that_cuts_its_camera_off_is_the_root(setting: str, value: object) -> None:
    seen: Any = switch_with(CAMERA.switch, CAMERA.port, **{setting: value})
    unpowered = {**seen.facts.ports, CAMERA.port: PortFacts(oper_up=False, poe_delivering=False)}
    (finding,) = found(replace(seen, facts=replace(seen.facts, ports=unpowered)), *quiet(CAMERA.name))
    assert (finding.device, finding.path) == (CAMERA.switch, f"ports[{CAMERA.port}].{setting}")
    assert (finding.class_, finding.behind) == (Class.CONFIG, (CAMERA.name,))


def test_a_port_whose_camera_answers_is_a_finding_alone() -> None:
    (finding,) = found(switch_with(CAMERA.switch, CAMERA.port, access_vlan=1))
    assert finding.behind == () and finding.severity is Severity.CRITICAL


def test_a_description_cuts_nobody_off() -> None:
    config, reach = found(switch_with(CAMERA.switch, CAMERA.port, description="spare"), *quiet(CAMERA.name))
    assert {config.class_, reach.class_} == {Class.CONFIG, Class.REACH}
    assert config.behind == reach.behind == ()


def test_a_trunk_that_lacks_the_vlan_is_the_root_of_its_cameras() -> None:
    link = next(link for link in CITY.links if link.chain == "r1")
    trunk = CITY.switches[link.a].ports[link.a_port]
    lost = {CAMERA.vlan}
    cameras = sorted(camera.name for camera in CITY.cameras.values() if camera.vlan in lost)
    allowed = (trunk.allowed_vlans or frozenset()) - lost
    (finding,) = found(switch_with(link.a, link.a_port, allowed_vlans=allowed), *quiet(*cameras))
    assert (finding.device, finding.path) == (link.a, f"ports[{link.a_port}].allowed_vlans")
    assert sorted(finding.behind) == cameras


def test_a_trunk_that_lacks_another_vlan_is_not_the_root() -> None:
    link = next(link for link in CITY.links if link.chain == "r1")
    trunk = CITY.switches[link.a].ports[link.a_port]
    allowed = (trunk.allowed_vlans or frozenset()) - {CAMERA.vlan + 1}
    listed = found(switch_with(link.a, link.a_port, allowed_vlans=allowed), *quiet(CAMERA.name))
    assert sorted((finding.device, finding.behind) for finding in listed) == [
        (CAMERA.name, ()),
        (link.a, ()),
    ] or sorted((finding.device, finding.behind) for finding in listed) == [(link.a, ()), (CAMERA.name, ())]


def test_a_vlan_that_is_missing_on_a_switch_is_the_root() -> None:
    name = CAMERA.switch
    seen: Any = ALL[name]
    vlans = {number: vlan for number, vlan in seen.state.vlans.items() if number != CAMERA.vlan}
    without = replace(seen, state=replace(seen.state, vlans=vlans))
    cameras = [c for c in behind_switch(name) if CITY.cameras[c].vlan == CAMERA.vlan]
    (finding,) = found(without, *quiet(*cameras))
    assert (finding.device, finding.path) == (name, f"vlans[{CAMERA.vlan}]")
    assert sorted(finding.behind) == cameras
    # One that answers in the VLAN on the same switch shows that the VLAN is not what is missing.
    vlan, lonely = found(without, *quiet(cameras[0]))
    assert {vlan.behind, lonely.behind} == {()}


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        (PortFacts(oper_up=True, poe_delivering=True), "the port delivers power, its link is up"),
        (PortFacts(oper_up=False, poe_delivering=False), "the port delivers no power, its link is down"),
        (PortFacts(oper_up=False), "its link is down"),
        (PortFacts(), ""),
    ],
)
def test_a_silent_camera_alone_says_what_its_port_shows(facts: PortFacts, told: str) -> None:
    switch: Any = ALL[CAMERA.switch]
    ports = {**switch.facts.ports, CAMERA.port: facts}
    (finding,) = found(replace(switch, facts=replace(switch.facts, ports=ports)), *quiet(CAMERA.name))
    assert (finding.device, finding.class_, finding.severity) == (CAMERA.name, Class.REACH, Severity.MAJOR)
    tail = f"; {CAMERA.switch} {CAMERA.port}: {told}" if told else ""
    assert finding.text == f"{CAMERA.name} {CAMERA.address}: no answer within 3 s{tail}"


@pytest.mark.parametrize("reason", sorted(set(Reason) - {Reason.NO_ANSWER, Reason.REFUSED}))
def test_what_answers_and_cannot_be_read_is_not_silent(reason: Reason) -> None:
    (finding,) = found(silent(CAMERA, reason))
    assert (finding.device, finding.path, finding.class_) == (CAMERA.name, "", Class.OBSERVABILITY)
    assert finding.seen == str(reason)


def test_a_section_that_could_not_be_read_is_told_and_hides_no_other() -> None:
    seen = ALL[CAMERA.name]
    state = replace(seen.state, users=Unread(Reason.BAD_ANSWER, "cut off"), hostname="spare")
    listed = found(replace(seen, state=state))
    assert {(f.path, f.class_) for f in listed} == {("users", Class.OBSERVABILITY), ("hostname", Class.CONFIG)}


def test_the_most_severe_come_first() -> None:
    other = ALL["bsp-j09-c21"]
    listed = found(
        replace(other, state=replace(other.state, hostname="spare")),
        switch_with("bsp-j08-sw1", "GigabitEthernet1/1", max_macs=99),
        *quiet("bsp-j05-sw2", *behind_switch("bsp-j05-sw2")),
    )
    assert [f.severity for f in listed] == [Severity.CRITICAL, Severity.MAJOR, Severity.MINOR]


def test_ids_stay_over_runs_and_differ_between_findings() -> None:
    seeds = [switch_with(CAMERA.switch, CAMERA.port, poe=False, description="x"), *quiet("bsp-j05-sw2", "bsp-j09-c21")]
    once, again = found(*seeds), found(*reversed(seeds))
    assert [finding.id for finding in once] == [finding.id for finding in again]
    assert len({finding.id for finding in once}) == len(once) == 4


@st.composite
def seedings(draw: st.DrawFn) -> dict[str, Observed[Any, Any]]:
    """A few things that go wrong at once, anywhere in two rings and the core; also a switch with all on it."""
    cameras = [c for c in CITY.cameras.values() if CITY.switches[c.switch].chain in RINGS[:2]]
    switches = [s.name for s in CITY.switches.values() if s.chain in (None, *RINGS[:2])]
    seeded: dict[str, Observed[Any, Any]] = {}
    for camera in draw(st.lists(st.sampled_from(cameras), max_size=5, unique_by=lambda c: c.name)):
        changed: dict[str, Any] = draw(st.sampled_from([{"poe": False}, {"access_vlan": 1}, {"description": "x"}]))
        base = seeded.get(camera.switch, ALL[camera.switch]).state
        assert isinstance(base, SwitchState) and isinstance(base.ports, dict)
        ports = {**base.ports, camera.port: replace(base.ports[camera.port], **changed)}
        seeded[camera.switch] = replace(ALL[camera.switch], state=replace(base, ports=ports))
    for name in draw(st.lists(st.sampled_from(switches), max_size=4, unique=True)):
        seeded[name] = silent(CITY.device(name), draw(st.sampled_from([Reason.NO_ANSWER, Reason.REFUSED])))
        if draw(st.booleans()):
            seeded |= {camera: silent(CITY.device(camera)) for camera in behind_switch(name)}
    for camera in draw(st.lists(st.sampled_from(cameras), max_size=30, unique_by=lambda c: c.name)):
        seeded[camera.name] = silent(camera, draw(st.sampled_from([Reason.NO_ANSWER, Reason.UNAUTHORISED])))
    for name in draw(st.lists(st.sampled_from(sorted(CITY.recorders)), max_size=3, unique=True)):
        seeded[name] = silent(CITY.device(name))
    return seeded


def _changes(seeded: Read) -> set[tuple[str, str]]:
    return {(name, change.change.path) for name, seen in seeded.items() for change in planned(seen).changes}


@settings(max_examples=60, deadline=None)
@given(seedings())
def test_every_silence_and_every_change_is_told_exactly_once(seeded: dict[str, Observed[Any, Any]]) -> None:
    listed = found(*seeded.values())
    unread = {name: seen.state for name, seen in seeded.items() if isinstance(seen.state, Unread)}
    mute = {name for name, state in unread.items() if state.reason is not Reason.UNAUTHORISED}
    told = [f.device for f in listed if f.class_ is Class.REACH] + [name for f in listed for name in f.behind]
    assert sorted(told) == sorted(mute)
    assert sorted((f.device, f.path) for f in listed if f.class_ is Class.CONFIG) == sorted(_changes(seeded))
    assert {f.device for f in listed if f.class_ is Class.OBSERVABILITY} == unread.keys() - mute
    assert len({f.id for f in listed}) == len(listed)


@settings(max_examples=60, deadline=None)
@given(seedings())
def test_a_silent_camera_is_behind_its_silent_switch_unless_that_forwards(seeded: Read) -> None:
    """A camera that answers on the same switch proves that the switch is not what keeps the other one silent."""
    listed = found(*seeded.values())
    mute = {name for name, seen in seeded.items() if isinstance(seen.state, Unread)}
    mute -= {name for name in mute if seeded[name].state.reason is Reason.UNAUTHORISED}
    for name in sorted(mute & CITY.cameras.keys()):
        switch = CITY.cameras[name].switch
        if switch not in mute:
            continue
        own = [f for f in listed if f.device == name]
        if mute >= set(behind_switch(switch)):
            (root,) = [f for f in listed if name in f.behind]
            assert not own and switch in (root.device, *root.behind)
        else:
            assert len(own) == 1 or any(f.class_ is Class.CONFIG for f in listed if name in f.behind)
