"""Reading and writing a whole switch over SSH and SNMP. What becomes of a change that fails:
test_taken_back.py, test_confirming.py, test_unarmed.py."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from iccc.compare import ABSENT, Change, Unread, compare
from iccc.errors import DeviceError, Reason
from iccc.observed import Status
from iccc.secrets import Secret, UsmUser
from iccc.switch import push
from iccc.switch.driver import observe_all
from iccc.switch.passwords import set_password
from iccc.switch.platform import Level
from iccc.switch.platforms import platform_of
from iccc.switch.seen import Neighbour, PortFacts, SwitchFacts
from iccc.switch.snmp_passwords import set_keys
from iccc.switch.state import Port, PortMode, SwitchState, Vlan
from iccc.writing import Writing
from tests.support import NOW
from tests.switch.deeds import GI1, GI2, WANTED, applied, seen_on, with_rig
from tests.switch.rig import UPLINK, rig


def test_a_switch_is_read_by_both_protocols() -> None:
    one = rig(41)
    one.truth.vlans[20] = "CAM"
    one.front.save()
    seen = seen_on(one)
    assert isinstance(seen.state, SwitchState)
    assert isinstance(seen.facts, SwitchFacts)
    assert (seen.device, seen.read_at) == ("sw1", NOW)
    assert seen.state.saved is True
    assert seen.state.hostname == "Switch"
    assert (seen.facts.sys_name, seen.facts.uptime_s) == ("Switch", 86_400)
    ports = seen.facts.ports
    assert isinstance(ports, dict)
    assert len(ports) == 9  # and not the SVI
    learned = frozenset({(20, "02:00:0a:0e:00:0b")})
    core = Neighbour("core", port_id="TenGigabitEthernet1/1")
    assert replace(ports[GI1], index=None) == PortFacts(
        oper_up=True, poe_admin=True, poe_delivering=True, poe_denied=False, macs=learned
    )
    assert replace(ports[GI2], index=None) == PortFacts(oper_up=False, poe_admin=True, poe_delivering=False)
    assert replace(ports[UPLINK], index=None) == PortFacts(oper_up=True, neighbours=(core,))


def test_a_configuration_changed_after_the_save_is_seen_as_unsaved() -> None:
    one = rig(42)
    one.front.save()
    one.front.sim.typed += 1  # time stamps alone are no change
    first = seen_on(one).state
    assert isinstance(first, SwitchState) and first.saved is True
    one.front.sim.type("hostname other")
    second = seen_on(one).state
    assert isinstance(second, SwitchState) and second.saved is False
    assert first.revision != second.revision


def test_without_ssh_the_facts_are_still_there_and_the_other_way_round() -> None:
    no_ssh = seen_on(rig(43), ssh=False)
    assert isinstance(no_ssh.state, Unread)
    assert no_ssh.state.reason is Reason.REFUSED
    assert isinstance(no_ssh.facts, SwitchFacts)
    assert isinstance(no_ssh.facts.ports, dict)
    no_snmp = seen_on(rig(44), snmp=False)
    assert isinstance(no_snmp.state, SwitchState)
    assert isinstance(no_snmp.facts, SwitchFacts)
    assert isinstance(no_snmp.facts.ports, Unread)


def test_a_vlan_that_the_switch_lacks_costs_no_time_outs() -> None:
    one = rig(45)  # VLAN 20 is declared and not there
    seen_on(one)
    assert {community for community, _ in one.agent.requests} == {"public", "public@1", "public@99"}


def test_one_deadline_for_a_silent_switch() -> None:
    one = rig(46, device_s=0.4)
    one.front.hangs_at = "show"
    seen = seen_on(one)
    assert isinstance(seen.state, Unread)
    assert seen.state.reason is Reason.NO_ANSWER


def test_a_cut_configuration_is_unread_and_not_half_believed() -> None:
    one = rig(47)
    one.front.running = lambda: "Building configuration...\nhostname sw1\nvlan 20"  # type: ignore[method-assign]
    state = seen_on(one).state
    assert isinstance(state, Unread)
    assert state.reason is Reason.BAD_ANSWER


def test_what_a_show_of_its_own_tells_is_unread_where_the_switch_lacks_it() -> None:
    one = rig(66)
    one.front.sim.users_table = lambda: "% Invalid input detected at '^' marker.\n"  # type: ignore[method-assign]
    state = seen_on(one).state
    assert isinstance(state, SwitchState)
    assert isinstance(state.snmp_users, Unread) and state.vlans


def test_a_failure_is_its_own_row() -> None:
    good, dead = rig(48), rig(49)
    silent = replace(dead.switch, name="sw2")
    done: list[str] = []

    async def sweep() -> object:
        return await observe_all([silent, good.switch], good.reach, done.append)

    rows = with_rig(good, sweep)
    assert isinstance(rows, dict)
    assert sorted(done) == ["sw1", "sw2"]
    assert isinstance(rows["sw1"].state, SwitchState)
    assert isinstance(rows["sw2"].state, Unread)


def test_a_factory_switch_becomes_as_wanted_and_stays_untouched_after(templates: Path) -> None:
    one = rig(50)
    outcomes = applied(one, templates)
    assert {(outcome.status, outcome.text) for outcome in outcomes} == {(Status.APPLIED, "")}
    assert {outcome.change.path for outcome in outcomes} >= {
        "hostname",
        "vlans[20]",
        "vlans[99].name",
        f"ports[{GI2}].poe",
        f"ports[{UPLINK}].allowed_vlans",
        "saved",
    }
    assert one.truth.ports[GI2].poe is False
    assert not one.front.armed
    assert list(compare(WANTED, seen_on(one).state)) == []
    typed, sets = len(one.front.typed), one.agent.requests.count(("private", "SetRequestPDU"))
    assert applied(one, templates) == []
    assert (len(one.front.typed), one.agent.requests.count(("private", "SetRequestPDU"))) == (typed, sets)


def test_the_change_is_armed_before_its_first_line_and_confirmed_before_it_is_saved(templates: Path) -> None:
    one = rig(51)
    applied(one, templates)
    said = [line for line in one.front.said if line.startswith(("configure", "write"))]
    assert said == [
        "configure terminal",  # the archive that the timer needs
        "configure terminal revert timer 5",
        "configure confirm",
        "write memory",
    ]
    assert one.front.typed[:3] == ["archive", "path flash:iccc-archive", "vlan 20"]
    assert one.front.typed.count("archive") == 1


def test_both_parts_after_each_other_are_the_whole_change(templates: Path) -> None:
    one = rig(52)
    wide = applied(one, templates, part="widen")
    assert {outcome.status for outcome in wide} == {Status.APPLIED}
    assert f"ports[{UPLINK}].allowed_vlans" not in {outcome.change.path for outcome in wide}  # is not done yet
    assert one.truth.ports[UPLINK].allowed == {1, 20, 99}
    assert one.front.startup is not None
    narrow = applied(one, templates, part="narrow")
    assert {(o.change.path, o.status) for o in narrow} >= {(f"ports[{UPLINK}].allowed_vlans", Status.APPLIED)}
    assert {outcome.status for outcome in narrow} == {Status.APPLIED}
    assert one.truth.ports[UPLINK].allowed == {20, 99}
    assert list(compare(WANTED, seen_on(one).state)) == []
    assert applied(one, templates, part="widen") == []


def test_nothing_is_taken_away_while_what_replaces_it_is_not_there(templates: Path) -> None:
    one = rig(63)
    for line in ("vlan 30", f"interface {GI1}", " switchport mode access", " switchport access vlan 30"):
        one.front.sim.type(line)
    wish = SwitchState(vlans={20: Vlan("CAM"), 30: ABSENT}, ports={GI1: Port(mode=PortMode.ACCESS, access_vlan=20)})
    outcomes = applied(one, templates, wish, part="narrow")  # and nobody has widened it
    assert {outcome.status for outcome in outcomes} == {Status.REFUSED}
    assert "no VLAN is deleted under a port" in outcomes[0].text
    assert one.front.typed == []
    assert {outcome.status for outcome in applied(one, templates, wish, part="widen")} == {Status.APPLIED}
    assert {outcome.status for outcome in applied(one, templates, wish, part="narrow")} == {Status.APPLIED}
    assert 30 not in one.truth.vlans


def test_what_is_not_ours_is_not_written(templates: Path) -> None:
    one = rig(53, owner="traffic-police")
    with pytest.raises(DeviceError) as caught:
        applied(one, templates)
    assert caught.value.reason is Reason.NOT_OWNED
    assert one.front.connections == 0


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (replace(WANTED, ports={UPLINK: Port(mode=PortMode.TRUNK, allowed_vlans=frozenset({20}))}), "uplink"),
        (replace(WANTED, hostname="sw1\nno vlan 99"), "printable ASCII"),
        (replace(WANTED, ports={GI1: Port(description="नेहरू चौक")}), "printable ASCII"),
        (replace(WANTED, ports={GI1: Port(description="which camera?")}), "help"),
    ],
)
def test_nothing_is_sent_when_the_guard_refuses(wish: SwitchState, words: str, templates: Path) -> None:
    one = rig(54)
    outcomes = applied(one, templates, wish)
    assert outcomes
    assert all(outcome.status is Status.REFUSED and words in outcome.text for outcome in outcomes)
    assert one.front.typed == []


def test_the_vlan_of_the_address_counts_and_not_only_the_declared_one(templates: Path) -> None:
    one = rig(55)
    one.truth.interfaces[1], one.truth.interfaces[99] = one.truth.interfaces[99], one.truth.interfaces[1]
    outcomes = applied(one, templates)
    assert {outcome.status for outcome in outcomes} == {Status.REFUSED}
    assert "remove 1" in outcomes[0].text
    assert one.front.typed == []


def test_a_switch_at_level_plan_gets_no_line(templates: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(push, "platform_of", lambda name: replace(platform_of(name), level=Level.PLAN))
    one = rig(56)
    kept: list[str] = []
    outcomes = applied(one, templates, writing=Writing(templates, lambda device, _text: kept.append(device)))
    assert {(outcome.status, outcome.text) for outcome in outcomes} == {
        (Status.REFUSED, "cisco_ios is at level plan: commands are shown, not sent")
    }
    assert (one.front.typed, kept) == ([], [])


def test_the_configuration_is_kept_before_anything_is_sent(templates: Path) -> None:
    one = rig(57)
    one.truth.communities = {"s3cret": "ro"}
    before = one.front.running()
    kept: list[tuple[str, str, int]] = []
    applied(one, templates, writing=Writing(templates, lambda *what: kept.append((*what, len(one.front.typed)))))
    ((device, text, typed),) = kept
    assert (device, typed) == ("sw1", 0)
    assert "hostname Switch" in text
    assert "s3cret" in before and "s3cret" not in text
    assert "snmp-server community ***" in text


def test_nothing_is_sent_where_the_configuration_cannot_be_kept(templates: Path) -> None:
    class Full(Exception):
        pass

    def keep(_device: str, _text: str) -> None:
        raise Full

    one = rig(58)
    with pytest.raises(Full):
        applied(one, templates, writing=Writing(templates, keep))
    assert one.front.typed == []


def test_a_configuration_that_somebody_changed_since_the_plan_is_left_alone(templates: Path) -> None:
    one = rig(59)
    planned = seen_on(one).state
    one.front.sim.type("snmp-server location elsewhere")  # nothing that iccc reads, and nothing that is shown
    one.front.sim.type("lldp run")
    outcomes = applied(one, templates, writing=Writing(templates, seen=planned))
    assert {outcome.status for outcome in outcomes} == {Status.REFUSED}
    assert "has changed since it was read for the plan" in outcomes[0].text
    assert one.front.typed == []
    fresh = Writing(templates, seen=seen_on(one).state)
    assert {outcome.status for outcome in applied(one, templates, writing=fresh)} == {Status.APPLIED}


def test_the_state_that_was_read_back_is_told(templates: Path) -> None:
    one = rig(60)
    made: list[SwitchState] = []
    applied(one, templates, writing=Writing(templates, made=made.append))
    assert made == [seen_on(one).state]


def test_without_a_write_community_nothing_is_sent_where_poe_has_to_change(templates: Path) -> None:
    one = rig(61)
    del one.credentials.communities[True]
    outcomes = applied(one, templates)
    assert {outcome.status for outcome in outcomes} == {Status.FAILED}
    assert "nothing was sent" in outcomes[0].text
    assert one.front.typed == []


def test_a_save_that_was_only_claimed_is_seen(templates: Path) -> None:
    one = rig(62)
    one.front.saves = False
    by_path = {outcome.change.path: outcome.status for outcome in applied(one, templates)}
    assert by_path.pop("saved") is Status.ACCEPTED_NOT_APPLIED
    assert set(by_path.values()) == {Status.APPLIED}


def test_a_set_that_was_only_accepted_is_seen(templates: Path) -> None:
    one = rig(63)
    one.agent.ignores_sets = True
    statuses = {outcome.change.path: outcome.status for outcome in applied(one, templates)}
    assert statuses.pop(f"ports[{GI2}].poe") is Status.ACCEPTED_NOT_APPLIED
    assert set(statuses.values()) == {Status.APPLIED}


def test_a_claimed_save_shows_even_when_it_was_saved_before(templates: Path) -> None:
    one = rig(64)
    applied(one, templates)
    one.front.saves = False
    outcomes = applied(one, templates, replace(WANTED, hostname="sw1b"))
    assert [(o.change.path, o.status) for o in outcomes] == [
        ("hostname", Status.APPLIED),
        ("saved", Status.ACCEPTED_NOT_APPLIED),
    ]
    assert isinstance(outcomes[0].change, Change)


def test_where_snmp_is_closed_the_change_goes_through_and_says_what_was_not_checked(templates: Path) -> None:
    one = rig(65)
    wish = SwitchState(hostname="sw1", vlans={20: Vlan("CAM")}, saved=True)
    outcomes = applied(one, templates, wish, snmp=False)
    assert {outcome.status for outcome in outcomes} == {Status.APPLIED}
    assert all(outcome.text.startswith("links and neighbours were not checked: ") for outcome in outcomes)


def test_what_nobody_thought_of_is_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    async def stumbles(*_: object) -> None:
        raise KeyError("x")

    for part in ("_state", "_facts"):
        monkeypatch.setattr(f"iccc.switch.driver.{part}", stumbles)
    there = rig(50)

    async def sweep() -> object:
        return await observe_all([there.switch], there.reach, lambda _name: None)

    rows = with_rig(there, sweep)
    assert isinstance(rows, dict)
    assert isinstance(rows["sw1"].state, Unread) and rows["sw1"].state.text.endswith("not understood (KeyError)")


def test_no_password_is_set_on_a_switch_that_is_not_ours(tmp_path: Path) -> None:
    """The guard lies beneath whoever asks: nothing is connected to."""

    async def nothing() -> None:
        raise AssertionError("there is nothing to prove")

    one = rig(44, owner="police")
    writing = Writing(tmp_path, lambda _name, _text: None)
    with pytest.raises(DeviceError) as refusal:
        asyncio.run(set_password(one.switch, "admin", Secret("New-1"), one.reach, writing, lambda: None, nothing))
    assert refusal.value.reason is Reason.NOT_OWNED
    user = UsmUser("iccc", "sha", Secret("New-1"), "aes", Secret("New-2"))
    with pytest.raises(DeviceError) as refusal:
        asyncio.run(set_keys(one.switch, user, one.reach, tmp_path))
    assert refusal.value.reason is Reason.NOT_OWNED
