"""Reading and writing a whole switch over SSH and SNMP."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from iccc.compare import Change, Unread, compare
from iccc.errors import DeviceError, Reason
from iccc.observed import Outcome, Status
from iccc.switch.driver import Seen, apply, observe, observe_all
from iccc.switch.state import Port, PortFacts, PortMode, SwitchFacts, SwitchState, Vlan
from tests.support import NOW
from tests.switch.rig import UPLINK, Rig, plugged, rig

GI1, GI2 = "GigabitEthernet1/1", "GigabitEthernet1/2"
WANTED = SwitchState(
    hostname="sw1",
    vlans={20: Vlan("CAM"), 99: Vlan("MGMT")},
    ports={
        GI1: Port("cam 1", PortMode.ACCESS, 20, None, True),
        GI2: Port("cam 2", PortMode.ACCESS, 20, None, False),
        UPLINK: Port("to core", PortMode.TRUNK, None, frozenset({20, 99}), None),
    },
    ntp_servers=frozenset({"10.10.0.1"}),
    syslog_hosts=frozenset({"10.10.0.2"}),
    saved=True,
)


def with_rig(one: Rig, work: Callable[[], Awaitable[object]], **plugs: bool) -> object:
    async def run() -> object:
        async with plugged(one, **plugs):
            return await work()

    return asyncio.run(run())


def seen_on(one: Rig, **plugs: bool) -> Seen:
    seen = with_rig(one, lambda: observe(one.switch, one.reach), **plugs)
    assert isinstance(seen, object)
    return seen  # type: ignore[return-value]


def applied(one: Rig, templates: Path, wanted: SwitchState = WANTED) -> list[Outcome]:
    return with_rig(one, lambda: apply(one.switch, wanted, one.reach, templates))  # type: ignore[return-value]


def test_a_switch_is_read_by_both_protocols() -> None:
    one = rig(41)
    one.box.vlans[20] = "CAM"
    one = replace(one, agent=rig(41, one.box).agent)
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
    assert ports[GI1] == PortFacts(True, True, None, None, frozenset({(20, "02:00:0a:0e:00:0b")}))
    assert ports[GI2] == PortFacts(False, False, None, None, frozenset())
    assert ports[UPLINK] == PortFacts(True, None, "core", "TenGigabitEthernet1/1", frozenset())


def test_a_configuration_changed_after_the_save_is_seen_as_unsaved() -> None:
    one = rig(42)
    one.front.save()
    one.box.clock += 1  # time stamps alone are no change
    assert seen_on(one).state.saved is True  # type: ignore[union-attr]
    one.box.type("hostname other")
    assert seen_on(one).state.saved is False  # type: ignore[union-attr]


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
    one.box.running = lambda: "Building configuration...\nhostname sw1\nvlan 20"  # type: ignore[method-assign]
    state = seen_on(one).state
    assert isinstance(state, Unread)
    assert state.reason is Reason.BAD_ANSWER


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
    assert {outcome.status for outcome in outcomes} == {Status.APPLIED}
    assert {outcome.change.path for outcome in outcomes} >= {
        "hostname",
        "vlans[20]",
        "vlans[99].name",
        f"ports[{GI2}].poe",
        f"ports[{UPLINK}].allowed_vlans",
        "saved",
    }
    assert one.box.plugs[GI2].power is False
    assert list(compare(WANTED, seen_on(one).state)) == []
    typed, sets = len(one.box.typed), one.agent.requests.count(("private", "SetRequestPDU"))
    assert applied(one, templates) == []
    assert (len(one.box.typed), one.agent.requests.count(("private", "SetRequestPDU"))) == (typed, sets)


def test_what_is_not_ours_is_not_written(templates: Path) -> None:
    one = rig(51, owner="traffic-police")
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
    one = rig(52)
    outcomes = applied(one, templates, wish)
    assert outcomes
    assert all(outcome.status is Status.REFUSED and words in outcome.text for outcome in outcomes)
    assert one.box.typed == []


def test_the_vlan_of_the_address_counts_and_not_only_the_declared_one(templates: Path) -> None:
    one = rig(61)
    one.box.management = (1, one.switch.address)
    outcomes = applied(one, templates)
    assert {outcome.status for outcome in outcomes} == {Status.REFUSED}
    assert "remove 1" in outcomes[0].text
    assert one.box.typed == []


def test_a_step_that_is_not_taken_takes_all_back(templates: Path) -> None:
    one = rig(53)
    before = seen_on(one).state
    one.front.refuses = "ntp server"
    outcomes = applied(one, templates)
    assert {outcome.status for outcome in outcomes} == {Status.FAILED}
    assert "'ntp server 10.10.0.1' was not taken: Command rejected" in outcomes[0].text
    one.front.refuses = ""
    assert seen_on(one).state == before
    assert one.front.startup is None


def test_a_refused_poe_set_takes_all_back(templates: Path) -> None:
    one = rig(54)
    before = seen_on(one).state
    one.agent.refused = 17
    outcomes = applied(one, templates)
    assert {outcome.status for outcome in outcomes} == {Status.FAILED}
    assert seen_on(one).state == before


def test_without_a_write_community_nothing_is_sent_where_poe_has_to_change(templates: Path) -> None:
    one = rig(55)
    del one.credentials.communities[True]
    outcomes = applied(one, templates)
    assert {outcome.status for outcome in outcomes} == {Status.FAILED}
    assert "nothing was sent" in outcomes[0].text
    assert one.box.typed == []


def test_nothing_is_saved_when_a_new_login_fails(templates: Path) -> None:
    one = rig(56)
    before = seen_on(one).state
    one.front.locks_out_after = len(one.front.auths) + 1
    outcomes = applied(one, templates)
    assert {outcome.status for outcome in outcomes} == {Status.FAILED}
    assert one.front.startup is None
    one.front.locks_out_after = 1_000_000
    assert seen_on(one).state == before


def test_a_connection_lost_in_the_middle_saves_nothing_and_says_so(templates: Path) -> None:
    one = rig(57, cli_read_s=1)
    one.front.drops_at = "ntp server"
    outcomes = applied(one, templates)
    assert {outcome.status for outcome in outcomes} == {Status.FAILED}
    assert "a restart takes the changes back" in outcomes[0].text
    one.front.drops_at = ""
    assert {outcome.status for outcome in applied(one, templates)} == {Status.APPLIED}


def test_a_save_that_was_only_claimed_is_seen(templates: Path) -> None:
    one = rig(58)
    one.front.saves = False
    by_path = {outcome.change.path: outcome.status for outcome in applied(one, templates)}
    assert by_path.pop("saved") is Status.ACCEPTED_NOT_APPLIED
    assert set(by_path.values()) == {Status.APPLIED}


def test_a_set_that_was_only_accepted_is_seen(templates: Path) -> None:
    one = rig(59)
    one.agent.ignores_sets = True
    statuses = {outcome.change.path: outcome.status for outcome in applied(one, templates)}
    assert statuses.pop(f"ports[{GI2}].poe") is Status.ACCEPTED_NOT_APPLIED
    assert set(statuses.values()) == {Status.APPLIED}


def test_a_claimed_save_shows_even_when_it_was_saved_before(templates: Path) -> None:
    one = rig(60)
    applied(one, templates)
    one.front.saves = False
    outcomes = applied(one, templates, replace(WANTED, hostname="sw1b"))
    assert [(o.change.path, o.status) for o in outcomes] == [
        ("hostname", Status.APPLIED),
        ("saved", Status.ACCEPTED_NOT_APPLIED),
    ]
    assert isinstance(outcomes[0].change, Change)
