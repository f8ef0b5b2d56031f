"""A whole Juniper EX behind a real SSH socket: read, and changed in commits that it takes back unless confirmed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from iccc.city.devices import Switch, SwitchPort
from iccc.city.policies import ReachedAt
from iccc.compare import ABSENT, Unread, compare
from iccc.errors import Reason
from iccc.observed import Outcome, Status
from iccc.secrets import Secret
from iccc.sessions.reach import Reach
from iccc.switch.driver import apply, observe
from iccc.switch.platforms.juniper_junos import PLATFORM
from iccc.switch.state import Port, PortMode, Svi, SwitchState, User, Vlan
from iccc.writing import Writing
from tests.support import MemoryCredentials, MemoryTrust, reach
from tests.switch.fronts.juniper_junos import Front, serve
from tests.switch.mishaps import failed
from tests.switch.rig import WHERE, declared
from tests.switch.sims.juniper_junos import JunosSim
from tests.switch.sims.truth import PortTruth, SviTruth, Truth

pytestmark = pytest.mark.usefixtures("quick")

CAM1, CAM2, UPLINK = "ge-0/0/1", "ge-0/0/2", "ge-0/0/9"
ROUTER = "10.77.4.254"
WANTED = SwitchState(
    hostname="bsp-j01-sw1",
    vlans={20: Vlan("CAM"), 99: Vlan("MGMT")},
    ports={
        CAM1: Port("cam 1", PortMode.ACCESS, 20, None, True, edge=True, bpdu_guard=True, max_macs=2, storm_pct=5.0),
        CAM2: Port("cam 2", PortMode.ACCESS, 20, None, False),
        UPLINK: Port("to core", PortMode.TRUNK, None, frozenset({20, 99}), None),
    },
    ntp_servers=frozenset({"10.10.0.1"}),
    syslog_hosts=frozenset({"10.10.0.2"}),
    saved=True,
)


@dataclass
class Rig:
    switch: Switch
    front: Front
    reach: Reach
    elsewhere: tuple[str, ...] = ()  # further addresses that it has, or will have

    @property
    def truth(self) -> Truth:
        return self.front.sim.truth


def field_switch(number: int) -> Truth:
    """As a technician leaves it: management works, everything else is default."""
    ports = {f"ge-0/0/{n}": PortTruth(mode="access", storm_pct=80.0) for n in range(1, 9)}
    return Truth(
        hostname="sw",
        vlans={1: "default", 99: "mgmt"},
        ports=ports | {UPLINK: PortTruth(mode="trunk", native=1, allowed=frozenset({1, 99}))},
        interfaces={99: SviTruth(f"10.77.4.{number}/24")},
        gateway=ROUTER,
        users={"admin": 15},
        stp_mode="rstp",
    )


def rig(number: int, cli_read_s: float = 2.0) -> Rig:
    front = Front(JunosSim(field_switch(number)), router=ROUTER)
    one = declared(number)
    ports = [
        SwitchPort(CAM1, "access", "cam 1", 20, None, True, "cam-1", None, WHERE),
        SwitchPort(UPLINK, "trunk", "to core", None, frozenset({20, 99}), None, "core", "xe-0/0/1", WHERE),
    ]
    one = replace(one, platform="juniper_junos", ports={port.name: port for port in ports})
    credentials = MemoryCredentials(passwords={("sw1", "iccc"): Secret("Passw0rd-of-iccc")})
    trust = MemoryTrust({"sw1": front.host_key})
    return Rig(one, front, reach(credentials, trust, cli_read_s=cli_read_s, connect_s=0.5, snmp_s=0.05))


def with_rig(one: Rig, work: Callable[[], Awaitable[object]]) -> object:
    async def run() -> object:
        addresses = [one.reach.dial(address, 0)[0] for address in (one.switch.address, *one.elsewhere)]
        async with serve(one.front, *addresses):
            return await work()

    return asyncio.run(run())


def state_of(one: Rig) -> SwitchState | Unread:
    seen = with_rig(one, lambda: observe(one.switch, one.reach))
    return seen.state  # type: ignore[attr-defined, no-any-return]


def lasting(one: Rig) -> SwitchState:
    state = state_of(one)
    assert isinstance(state, SwitchState), state
    return replace(state, revision=None)


def applied(one: Rig, templates: Path, wanted: SwitchState = WANTED) -> list[Outcome]:
    return with_rig(one, lambda: apply(one.switch, "", wanted, one.reach, Writing(templates)))  # type: ignore[return-value]


def test_a_switch_is_read_and_saved_is_what_the_last_commit_says() -> None:
    one = rig(50)
    state = lasting(one)
    assert (state.hostname, state.saved) == ("sw", True)
    assert state.interfaces == {99: Svi("10.77.4.50/24", False)}
    assert isinstance(state.ports, dict)
    assert state.ports[CAM1] == PLATFORM.read(one.front.sim.running()).state().ports[CAM1]  # type: ignore[index]
    one.front.commits.insert(0, "2025-07-31 06:20:00 UTC by other via cli commit confirmed, rollback in 9mins")
    assert lasting(one).saved is False


def test_a_login_in_a_shell_and_a_member_of_a_virtual_chassis_are_read_like_any_other() -> None:
    one = rig(51)
    plain = lasting(one)
    one.front.shell, one.front.member = True, "{master:0}"
    assert lasting(one) == plain


def test_a_cut_configuration_is_unread_and_not_half_believed() -> None:
    one = rig(52)
    one.front.cuts = 3
    state = state_of(one)
    assert isinstance(state, Unread)
    assert state.reason is Reason.BAD_ANSWER
    assert "lines of the configuration came" in state.text


def test_a_configuration_that_cannot_be_counted_is_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    one = rig(63)
    usual = one.front.exec
    one.front.exec = lambda line: "error: syntax error" if line.endswith("| count") else usual(line)  # type: ignore[method-assign, assignment]
    state = state_of(one)
    assert isinstance(state, Unread)
    assert state.reason is Reason.BAD_ANSWER


def test_a_field_switch_becomes_as_wanted_under_another_name_and_stays_untouched_after(templates: Path) -> None:
    one = rig(53)
    outcomes = applied(one, templates)
    assert {(outcome.status, outcome.text.partition(":")[0]) for outcome in outcomes} == {
        (Status.APPLIED, "links and neighbours were not checked")
    }
    assert list(compare(WANTED, state_of(one))) == []
    assert (one.truth.hostname, one.truth.ports[CAM1].max_macs, one.truth.ports[CAM2].poe) == ("bsp-j01-sw1", 2, False)
    assert "commit confirmed, rollback in 5mins" in one.front.commits[1]
    assert one.front.commits[0].endswith("via cli")  # confirmed
    typed, commits = len(one.front.typed), len(one.front.commits)
    assert applied(one, templates) == []
    assert (len(one.front.typed), len(one.front.commits)) == (typed, commits)
    assert one.front.holder is None


def test_management_takes_a_commit_of_its_own(templates: Path) -> None:
    one = rig(54)
    wanted = replace(WANTED, access_from=frozenset({"10.80.0.0/24"}), users={"iccc": User(15)})
    assert {outcome.status for outcome in applied(one, templates, wanted)} == {Status.APPLIED}
    assert one.truth.access_from == {"10.80.0.0/24"}
    assert one.truth.users == {"admin": 15, "iccc": 15}
    assert len([told for told in one.front.commits if "confirmed" in told]) == 2
    assert not any("Passw0rd-of-iccc" in line for line in one.front.typed)  # its hash is


def test_a_line_that_is_not_taken_leaves_nothing_behind(templates: Path) -> None:
    one = rig(55)
    before = lasting(one)
    one.front.refuses = "ntp server"
    text = failed(applied(one, templates))
    assert "'set system ntp server 10.10.0.1' was not taken: syntax error." in text
    assert text.endswith("nothing was committed, the candidate is discarded")
    assert lasting(one) == before
    assert not one.front.sim.changed()
    assert one.front.holder is None
    assert len(one.front.commits) == 1


def test_a_refused_commit_says_where_and_why(templates: Path) -> None:
    one = rig(56)
    before = lasting(one)
    complaint = "[edit vlans]\n  'CAM'\n    too many VLANs\nerror: configuration check-out failed"
    one.front.sim.commit = lambda: complaint  # type: ignore[method-assign]
    text = failed(applied(one, templates))
    assert "'commit confirmed 5 and-quit' was not taken: [edit vlans]" in text
    assert "too many VLANs" in text
    assert "the candidate is discarded" in text
    assert lasting(one) == before


@pytest.mark.parametrize(
    ("others", "words"),
    [("locked", "error: configuration database locked by:"), ("modified", "error: configuration database modified")],
)
def test_another_engineer_at_work_is_not_disturbed(others: str, words: str, templates: Path) -> None:
    one = rig(57)
    one.front.others = others
    text = failed(applied(one, templates))
    assert words in text
    assert text.endswith("nothing was sent")
    assert one.front.typed == []
    assert len(one.front.commits) == 1


def test_a_commit_of_somebody_else_that_waits_is_not_confirmed(templates: Path) -> None:
    one = rig(58)
    one.front.commits.insert(0, "2025-07-31 06:20:00 UTC by other via cli commit confirmed, rollback in 9mins")
    text = failed(applied(one, templates))
    assert "rollback in 9mins" in text
    assert text.endswith("nothing was sent")
    assert len(one.front.commits) == 2


def test_when_no_new_login_works_the_change_is_taken_back_at_once(templates: Path) -> None:
    one = rig(59)
    before = lasting(one)
    seen = one.front.auths
    one.front.locks_out_after = seen + 1
    text = failed(applied(one, templates))
    one.front.locks_out_after = 1_000_000
    assert "was refused" in text
    assert lasting(one) == before
    assert one.front.restored == 0
    assert "commit confirmed" not in one.front.commits[0]


def test_a_lock_out_is_taken_back_by_the_timer(templates: Path) -> None:
    one = rig(60, cli_read_s=0.6)
    one.front.minute_s = 0.6
    before = lasting(one)
    wanted = SwitchState(access_from=frozenset({"192.0.2.0/24"}), saved=True)  # the operator is not in it
    text = failed(applied(one, templates, wanted))
    assert "taken back by the switch" in text
    assert one.front.restored == 1
    assert lasting(one) == before
    assert one.truth.access_from == {"0.0.0.0/0"}


def test_nothing_is_confirmed_or_rolled_back_after_the_timer_has_run_out(templates: Path) -> None:
    one = rig(61)
    before = lasting(one)
    one.front.minute_s = 0.0  # it has run out before the new login is there
    text = failed(applied(one, templates))
    assert "Count: 0 lines" in text
    assert "taken back by the switch" in text
    assert lasting(one) == before
    assert one.front.restored == 1


def test_a_confirmation_whose_answer_was_lost_stands(templates: Path) -> None:
    one = rig(64, cli_read_s=0.6)
    usual = one.front.commit

    def commit(minutes: int | None) -> str:
        said = usual(minutes)
        if minutes is None:
            one.front.commit = usual  # type: ignore[method-assign]
            time.sleep(1.0)  # longer than anybody waits for an answer
        return said

    one.front.commit = commit  # type: ignore[method-assign]
    assert {outcome.status for outcome in applied(one, templates)} == {Status.APPLIED}
    assert list(compare(WANTED, state_of(one))) == []
    assert len(one.front.commits) == 3  # the first of all, the change and its confirmation


def test_management_moves_though_the_session_that_moves_it_dies_with_the_lock(templates: Path) -> None:
    one = rig(62, cli_read_s=1.0)
    old = ReachedAt(one.switch.address, 99, WHERE)
    one.switch = replace(one.switch, address="10.77.5.62", management_vlan=110, reached_at=old)
    one.elsewhere = ("10.77.4.62",)
    one.front.router = ""
    wanted = SwitchState(
        vlans={20: Vlan("CAM"), 99: ABSENT, 110: Vlan("MGMT-NEW")},
        ports={UPLINK: Port(mode=PortMode.TRUNK, allowed_vlans=frozenset({20, 110}))},
        interfaces={110: Svi("10.77.5.62/24", False), 99: ABSENT},
        saved=True,
    )
    assert {outcome.status for outcome in applied(one, templates, wanted)} == {Status.APPLIED}
    assert {vlan: svi.address for vlan, svi in one.truth.interfaces.items()} == {110: "10.77.5.62/24"}
    assert set(one.truth.vlans) == {1, 20, 110}
    assert applied(one, templates, wanted) == []
