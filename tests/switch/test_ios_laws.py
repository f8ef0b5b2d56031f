"""Laws of the platform, on random switches and random wishes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iccc.compare import Unread, compare
from iccc.errors import Reason
from iccc.switch.platforms.cisco_ios import changes, parse, render
from iccc.switch.state import ALL_VLANS, Port, PortMode, SwitchState, Vlan
from iccc.switch.steps import GuardRefusal, Keep, Phase, Step
from tests.switch.box import Box, Plug

MANAGEMENT = 99
PORTS = [f"GigabitEthernet1/{number}" for number in (1, 2, 9, 10)]
UPLINKS = set(PORTS[2:])
KEEP = Keep(MANAGEMENT, frozenset(UPLINKS))
TEMPLATES = Path(__file__).resolve().parents[2] / "templates"

names = st.from_regex(r"[A-Z][A-Z0-9-]{0,12}", fullmatch=True)
texts = st.text(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters="?"), max_size=30).map(str.strip)
few = st.sampled_from([1, 10, 20, 21, 22, 30, 99, 100, 4094])
wide = st.frozensets(st.integers(2, 4094), max_size=120)
vlan_sets = st.one_of(st.frozensets(few), wide, st.just(ALL_VLANS))
addresses = st.frozensets(st.ip_addresses(v=4).map(str), max_size=3)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    def plug(uplink: bool) -> Plug:
        allowed = set(draw(vlan_sets)) | ({MANAGEMENT} if uplink else set())
        mode = draw(st.sampled_from(["", "trunk"] if uplink else ["", "access", "trunk"]))
        return Plug(draw(texts), mode, draw(few), allowed, draw(st.booleans()))

    vlans = {number: draw(st.one_of(st.just(""), names)) for number in draw(st.frozensets(few)) if number != 1}
    plugs = {name: plug(name in UPLINKS) for name in PORTS}
    for one in plugs.values():
        vlans |= {one.access: ""} if one.access not in vlans and one.access != 1 else {}
    return Box(draw(names), vlans, plugs, sorted(draw(addresses)), sorted(draw(addresses)))


@st.composite
def wishes(draw: st.DrawFn, whole: bool = False) -> SwitchState:
    """What a declaration may ask for: management stays on the uplinks, no uplink is open."""
    maybe = (lambda one: one) if whole else (lambda one: st.one_of(st.none(), one))

    def port(name: str) -> Port:
        if name in UPLINKS:
            allowed = draw(st.one_of(st.frozensets(few), wide)) | {MANAGEMENT}
            return Port(draw(maybe(texts)), PortMode.TRUNK, draw(maybe(few)), allowed, draw(maybe(st.just(True))))
        return Port(
            draw(maybe(texts)),
            draw(maybe(st.sampled_from([PortMode.ACCESS, PortMode.TRUNK]))),
            draw(maybe(few)),
            draw(maybe(vlan_sets)),
            draw(maybe(st.booleans())),
        )

    ports = {name: port(name) for name in (PORTS if whole else draw(st.lists(st.sampled_from(PORTS), unique=True)))}
    used = {port.access_vlan for port in ports.values() if port.access_vlan is not None}
    numbers = (draw(st.frozensets(few)) | used | {MANAGEMENT}) - {1}
    vlans = st.fixed_dictionaries({number: st.builds(Vlan, maybe(names)) for number in sorted(numbers)})
    return SwitchState(
        hostname=draw(maybe(names)),
        vlans=draw(vlans),
        ports=ports,
        ntp_servers=draw(maybe(addresses)),
        syslog_hosts=draw(maybe(addresses)),
        saved=draw(st.sampled_from([None, True])),
    )


def carry_out(box: Box, step: Step) -> None:
    for line in step.lines:
        answer = box.type(line)
        assert not answer or "Creating vlan" in answer, (line, answer)
    if step.snmp_set:
        port = int(step.snmp_set.oid.rpartition(".")[2])
        box.plugs[f"GigabitEthernet1/{port}"].power = step.snmp_set.value == 1


@given(wishes(whole=True))
def test_what_is_rendered_parses_to_itself(wanted: SwitchState) -> None:
    seen = parse(render(wanted, TEMPLATES))
    assert list(compare(replace(wanted, saved=None), seen)) == []


@given(boxes())
def test_what_a_switch_prints_is_read_in_full(box: Box) -> None:
    seen = parse(box.running())
    assert isinstance(seen.ports, dict)
    assert isinstance(seen.vlans, dict)
    modes = {"": PortMode.DYNAMIC, "access": PortMode.ACCESS, "trunk": PortMode.TRUNK}
    assert seen.hostname == box.hostname
    assert set(seen.vlans) == {1, *box.vlans}
    assert seen.ports == {
        name: Port(plug.description, modes[plug.mode], plug.access, frozenset(plug.allowed), plug.power)
        for name, plug in box.plugs.items()
    }
    assert seen.ntp_servers == frozenset(box.ntp)
    assert seen.syslog_hosts == frozenset(box.syslog)


@settings(max_examples=60)
@given(boxes(), wishes())
def test_the_steps_lead_to_what_is_wanted_and_no_line_breaks_anything(box: Box, wanted: SwitchState) -> None:
    steps = changes(parse(box.running()), wanted, KEEP, TEMPLATES)
    assert [step.phase for step in steps] == sorted(step.phase for step in steps)
    wrong = box.broken(MANAGEMENT, UPLINKS)
    for step in steps:
        for at in range(len(step.lines)):
            box.type(step.lines[at])
            now = box.broken(MANAGEMENT, UPLINKS)
            assert now <= wrong, (step.lines[at], now - wrong)
            wrong = now
        carry_out(box, replace(step, lines=()))
    assert list(compare(replace(wanted, saved=None), parse(box.running()))) == []
    again = changes(parse(box.running()), wanted, KEEP, TEMPLATES)
    assert all(step.phase is Phase.SAVE for step in again)


@settings(max_examples=50)
@given(boxes(), wishes(), st.data())
def test_steps_taken_back_in_reverse_leave_the_switch_as_it_was(
    box: Box, wanted: SwitchState, data: st.DataObject
) -> None:
    before, wrong = parse(box.running()), box.broken(MANAGEMENT, UPLINKS)
    steps = changes(before, wanted, KEEP, TEMPLATES)
    done = steps[: data.draw(st.integers(0, len(steps)))]
    for step in done:
        carry_out(box, step)
    for step in reversed(done):
        back = step.snmp_set and replace(step.snmp_set, value=step.snmp_set.before)
        carry_out(box, replace(step, lines=step.undoes, snmp_set=back))
        assert box.broken(MANAGEMENT, UPLINKS) <= wrong
    assert parse(box.running()) == before


@settings(max_examples=40)
@given(boxes(), wishes(), st.sampled_from(sorted(UPLINKS)))
def test_a_wish_that_cuts_management_is_refused_whole(box: Box, wanted: SwitchState, uplink: str) -> None:
    assert isinstance(wanted.ports, dict)
    cut = Port(mode=PortMode.TRUNK, allowed_vlans=frozenset({10, 20}))
    with pytest.raises(GuardRefusal):
        changes(parse(box.running()), replace(wanted, ports=wanted.ports | {uplink: cut}), KEEP, TEMPLATES)


@given(wishes())
def test_unread_parts_are_left_alone(wanted: SwitchState) -> None:
    unread = Unread(Reason.NO_ANSWER, "sw 10.9.0.2: nothing came back")
    seen = SwitchState(unread, unread, unread, unread, unread, unread)
    assert [step for step in changes(seen, wanted, KEEP, TEMPLATES) if step.phase is not Phase.SAVE] == []
