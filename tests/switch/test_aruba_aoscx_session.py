"""A whole AOS-CX switch behind a real SSH socket: read, changed, taken back at once, taken back by its timer, saved."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from iccc.city.devices import Switch, SwitchPort
from iccc.compare import compare
from iccc.observed import Outcome, Status
from iccc.sessions.reach import Reach
from iccc.switch import takeback
from iccc.switch.driver import apply, observe
from iccc.switch.state import Port, PortMode, Svi, SwitchState, Vlan
from iccc.writing import Writing
from tests.support import MemoryCredentials, MemoryTrust, reach
from tests.switch.fronts.aruba_aoscx import CAM1, CAM2, ROUTER, UPLINK, Front, field_switch, serve
from tests.switch.rig import WHERE, declared
from tests.switch.sims.aruba_aoscx import AoscxSim, factory
from tests.switch.sims.truth import EVERY, PortTruth, Truth

WANTED = SwitchState(
    hostname="sw1",
    vlans={20: Vlan("CAM"), 99: Vlan("MGMT")},
    ports={
        CAM1: Port("cam 1", PortMode.ACCESS, 20, None, True, edge=True, bpdu_guard=True, max_macs=2),
        CAM2: Port("cam 2", PortMode.ACCESS, 20, None, False),
        UPLINK: Port("to core", PortMode.TRUNK, None, frozenset({20, 99}), None),
    },
    ntp_servers=frozenset({"10.10.0.1"}),
    syslog_hosts=frozenset({"10.10.0.2"}),
    saved=True,
)


@dataclass
class Rig:
    number: int
    front: Front
    reach: Reach

    def do(self, work: Callable[[], Awaitable[object]]) -> object:
        async def run() -> object:
            async with serve(self.front, self.reach.dial(f"10.77.4.{self.number}", 0)[0]):
                return await work()

        return asyncio.run(run())

    def state(self) -> SwitchState:
        seen = self.do(lambda: observe(self.switch, self.reach))
        state = seen.state  # type: ignore[attr-defined]
        assert isinstance(state, SwitchState), state
        return state

    def apply(self, templates: Path, wanted: SwitchState = WANTED) -> list[Outcome]:
        return self.do(lambda: apply(self.switch, "", wanted, self.reach, Writing(templates)))  # type: ignore[return-value]

    @property
    def switch(self) -> Switch:
        trunk = SwitchPort(UPLINK, "trunk", "to core", None, frozenset({20, 99}), None, "core", "1/1/1", WHERE)
        return declared(self.number, platform="aruba_aoscx", ports={UPLINK: trunk})


def rig(number: int, truth: Truth | None = None) -> Rig:
    front = Front(AoscxSim(truth or field_switch(number)), router=ROUTER)
    trust = MemoryTrust({"sw1": front.host_key})
    return Rig(number, front, reach(MemoryCredentials(), trust, snmp_s=0.05, connect_s=0.5, cli_read_s=1.0))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(takeback, "POLL_S", 0.05)


def test_a_factory_switch_becomes_as_wanted_and_stays_untouched_after(templates: Path) -> None:
    one = rig(161)
    outcomes = one.apply(templates)
    assert {outcome.status for outcome in outcomes} == {Status.APPLIED}
    assert list(compare(WANTED, one.state())) == []
    assert one.front.sim.truth.ports[UPLINK].allowed == {20, 99}
    assert [line for line in one.front.said if line.startswith(("checkpoint", "copy", "erase", "write"))] == [
        "erase checkpoint iccc-before",
        "copy running-config checkpoint iccc-before",
        "checkpoint auto 5",
        "checkpoint auto confirm",
        "write memory",
    ]
    typed = len(one.front.typed)
    assert one.apply(templates) == []
    assert (len(one.front.typed), one.front.armed) == (typed, False)


@pytest.mark.parametrize("refused", ["ntp server", "vlan access 20", "power-over-ethernet"])
def test_a_line_that_is_not_taken_ends_it_and_the_switch_goes_back_at_once(
    refused: str, templates: Path, quick: None
) -> None:
    one = rig(162)
    before = replace(one.state(), saved=None)
    one.front.checkpoints["iccc-before"] = AoscxSim(factory(["1/1/1"]))  # left over by an attempt that was cut off
    one.front.refuses = refused
    outcomes = one.apply(templates)
    assert {outcome.status for outcome in outcomes} == {Status.FAILED}
    assert "was not taken: The resource is not available." in outcomes[0].text
    assert outcomes[0].text.endswith("steps were taken back by the switch")
    assert (one.front.restored, one.front.armed, one.front.startup) == (0, False, "")
    assert replace(one.state(), saved=None) == before


def test_without_a_checkpoint_the_timer_takes_it_back_and_nothing_is_confirmed(templates: Path, quick: None) -> None:
    one = rig(163)
    before = replace(one.state(), saved=None)
    one.front.keeps_checkpoints, one.front.refuses, one.front.minute_s = False, "ntp server", 0.5
    outcomes = one.apply(templates)
    assert outcomes[0].text.endswith("steps were taken back by the switch")
    assert "checkpoint auto confirm" not in one.front.said
    assert (one.front.restored, one.front.startup) == (1, "")
    assert replace(one.state(), saved=None) == before


def test_an_old_checkpoint_that_stayed_is_not_gone_back_to(templates: Path, quick: None) -> None:
    one = rig(170)
    before = replace(one.state(), saved=None)
    one.front.refuses, one.front.minute_s = "ntp server", 0.5
    stale = AoscxSim(field_switch(170))
    stale.truth.hostname = "of-last-year"
    one.front.checkpoints["iccc-before"] = stale
    usual = one.front.checkpoint
    one.front.checkpoint = lambda verb, name: "Busy." if "erase" in verb else usual(verb, name)  # type: ignore[method-assign]
    outcomes = one.apply(templates)
    assert outcomes[0].text.endswith("steps were taken back by the switch")
    assert not any("rollback" in line for line in one.front.said)
    assert (one.front.restored, one.front.startup) == (1, "")
    assert replace(one.state(), saved=None) == before


def test_a_refused_rollback_says_nothing_about_the_timer(
    templates: Path, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(takeback, "BACK_S", 0.1)
    one = rig(169)
    before = replace(one.state(), saved=None)
    one.front.refuses, one.front.minute_s = "ntp server", 0.5
    usual = one.front.checkpoint
    one.front.checkpoint = lambda verb, name: "Busy." if "rollback" in verb else usual(verb, name)  # type: ignore[method-assign]
    outcomes = one.apply(templates)
    assert outcomes[0].text.endswith("steps were taken back by the switch")
    assert not any(line.startswith("no ntp") or line == "no vlan 20" for line in one.front.typed)
    assert (one.front.restored, one.front.startup) == (1, "")
    assert replace(one.state(), saved=None) == before


@pytest.mark.parametrize(
    "wish",
    [
        replace(WANTED, gateway="10.77.4.1"),
        replace(WANTED, interfaces={99: Svi("10.77.4.200/24")}),
        replace(WANTED, access_from=frozenset({"192.0.2.0/24"})),
    ],
    ids=["gateway", "address", "access list"],
)
def test_a_lock_out_is_taken_back_by_the_timer(wish: SwitchState, templates: Path, quick: None) -> None:
    one = rig(164)
    one.front.minute_s = 0.5
    rows = {outcome.change.path: outcome.status for outcome in one.apply(templates, wish)}
    lost = {path for path, status in rows.items() if status is Status.FAILED}
    assert "saved" in lost and lost & {"gateway", "interfaces[99].address", "access_from"}
    assert rows["hostname"] is Status.APPLIED  # the first round stands
    assert one.front.startup == ""
    assert one.front.sim.truth.gateway == ROUTER
    assert one.front.sim.truth.access_from == frozenset({"0.0.0.0/0"})
    assert one.front.sim.truth.interfaces[99].address == "10.77.4.164/24"
    assert one.front.sim.truth.ports[UPLINK].allowed == {20, 99}  # the first round was confirmed
    assert one.front.restored == 1


def test_the_reminder_in_the_middle_of_an_answer_is_no_complaint(templates: Path) -> None:
    one = rig(165)
    one.front.reminds_at = "show running-config"
    assert one.state().hostname == "switch"
    one.front.reminds_at = "vlan access"
    assert {outcome.status for outcome in one.apply(templates)} == {Status.APPLIED}


def test_a_save_that_was_only_claimed_is_seen(templates: Path) -> None:
    one = rig(166)
    one.front.saves = False
    by_path = {outcome.change.path: outcome.status for outcome in one.apply(templates)}
    assert by_path.pop("saved") is Status.ACCEPTED_NOT_APPLIED
    assert set(by_path.values()) == {Status.APPLIED}


def test_management_changes_are_rounds_of_their_own(templates: Path) -> None:
    one = rig(167)
    one.front.operator = "10.80.0.10"
    wish = replace(WANTED, access_from=frozenset({"10.80.0.0/24"}), logins=("tacacs+", "local"))
    assert {outcome.status for outcome in one.apply(templates, wish)} == {Status.APPLIED}
    assert [line for line in one.front.said if line.startswith("checkpoint auto")] == [
        "checkpoint auto 5",
        "checkpoint auto confirm",
        "checkpoint auto 5",
        "checkpoint auto confirm",
    ]
    assert one.front.sim.truth.access_from == frozenset({"10.80.0.0/24"})
    assert list(compare(wish, one.state())) == []


def test_a_switch_with_every_vlan_on_its_uplink_is_narrowed_in_one_line(templates: Path) -> None:
    truth = field_switch(168)
    truth.ports[UPLINK] = PortTruth(mode="trunk", allowed=EVERY)
    one = rig(168, truth)
    assert {outcome.status for outcome in one.apply(templates)} == {Status.APPLIED}
    assert [line for line in one.front.typed if "trunk allowed" in line] == ["vlan trunk allowed 20,99"]
