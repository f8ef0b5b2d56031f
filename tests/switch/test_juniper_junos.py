"""Juniper EX: a whole switch behind a real SSH socket, and what its texts and models say."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iccc.city.devices import Switch, SwitchPort
from iccc.city.policies import ReachedAt
from iccc.compare import ABSENT, Unread, compare
from iccc.errors import Reason
from iccc.observed import Outcome, Status
from iccc.secrets import Secret
from iccc.sessions.reach import Reach
from iccc.switch import takeback
from iccc.switch.driver import apply, observe
from iccc.switch.lines import render
from iccc.switch.platforms.juniper_junos import PLATFORM
from iccc.switch.platforms.juniper_junos.facts import ERRORS
from iccc.switch.platforms.juniper_junos.sha512 import sha512_crypt
from iccc.switch.platforms.juniper_junos.text import quoted
from iccc.switch.state import Port, PortMode, Svi, SwitchState, User, Vlan
from iccc.switch.steps import Unparsable, Unsayable
from iccc.writing import Writing
from tests.support import MemoryCredentials, MemoryTrust, reach
from tests.switch.fronts.juniper_junos import Front, serve
from tests.switch.laws.pairs import switch, wish
from tests.switch.laws.subjects import Subject
from tests.switch.rig import WHERE, declared
from tests.switch.sims.juniper_junos import JunosSim
from tests.switch.sims.truth import PortTruth, SviTruth, Truth

CAM1, CAM2, UPLINK = "ge-0/0/1", "ge-0/0/2", "ge-0/0/9"
ROUTER = "10.77.4.254"
SUBJECT = Subject(PLATFORM, JunosSim, "ge-0/0/{n}", modes=("rstp",))
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


def failed(outcomes: list[Outcome]) -> str:
    """The one text of a change that failed whole."""
    assert {outcome.status for outcome in outcomes} == {Status.FAILED}
    (text,) = {outcome.text for outcome in outcomes}
    return text


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(takeback, "BACK_S", 0.3)
    monkeypatch.setattr(takeback, "POLL_S", 0.05)


# --- behind a socket


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


# --- texts and models


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(random=st.randoms(use_true_random=False))
def test_what_is_rendered_reads_as_what_was_declared(random: Random) -> None:
    wanted = wish(random, SUBJECT, switch(random, SUBJECT))
    templates = Path(__file__).resolve().parents[2] / "templates"
    seen = PLATFORM.read(render(PLATFORM, wanted, templates)).state()
    present = replace(wanted, saved=None, communities=None)  # secrets are not in it
    if wanted.spanning_tree is not None and not wanted.spanning_tree.mode:  # type: ignore[union-attr]
        present = replace(present, spanning_tree=None)
    differing = [found for found in compare(present, seen) if getattr(found, "wanted", None) is not ABSENT]
    assert differing == []


@pytest.mark.parametrize(
    ("running", "words"),
    [
        ("", "no statement"),
        ("error: permission denied", "no statement"),
        ("set version 12.3R12.4\nset ethernet-switching-options storm-control interface all\n", "no ELS"),
        ("set interfaces ge-0/0/1 unit 0 family ethernet-switching port-mode access\n", "no ELS"),
    ],
)
def test_what_is_no_configuration_of_this_platform(running: str, words: str) -> None:
    with pytest.raises(Unparsable, match=words):
        PLATFORM.read(running)


def test_the_answer_to_count_has_to_fit() -> None:
    text = "set version 21.4R3\nset system services ssh\n"
    PLATFORM.read(text, "Count: 2 lines\n")
    with pytest.raises(Unparsable, match="2 lines of the configuration came, and the switch counts 3"):
        PLATFORM.read(text, "Count: 3 lines\n")


def test_only_a_last_commit_that_stands_is_saved() -> None:
    stands = "0   2025-07-31 06:30:00 UTC by admin via cli\n"
    waits = "0   2025-07-31 06:30:00 UTC by admin via cli commit confirmed, rollback in 5mins\n"
    assert PLATFORM.is_saved("", stands + waits.replace("0  ", "1  ", 1))
    assert not PLATFORM.is_saved("", waits + stands.replace("0  ", "1  ", 1))
    assert not PLATFORM.is_saved("", "error: could not read the commit history")


def test_secrets_are_not_kept() -> None:
    truth = field_switch(1)
    truth.communities = {"s3cret": "rw", "public": "ro"}
    truth.snmp_users = {"nms": "all"}
    truth.views = {"all": frozenset({"1.3"})}
    text = JunosSim(truth).running()
    kept = PLATFORM.stable(text)
    for secret in ("s3cret", "$6$simulated", "$9$simulated"):
        assert secret in text
        assert secret not in kept
    assert "set snmp community *** authorization read-write" in kept
    assert "set system login user admin authentication encrypted-password ***" in kept


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("", ""),
        ("[edit]\n", ""),
        ("warning: statement not found\n", ""),
        ("[edit interfaces ge-0/0/1]\n  'unit 0'\n    warning: something odd\ncommit complete\n", ""),
        ("commit confirmed will be automatically rolled back in 5 minutes unless confirmed\ncommit complete", ""),
        ("# commit confirmed will be rolled back in 4 minutes", ""),
        ("      ^\nsyntax error.", "syntax error."),
        ("   ^\nunknown command.", "unknown command."),
        ("      ^\nValue 4095 is not within range (1..4094)", "Value 4095 is not within range (1..4094)"),
        ("error: configuration database modified", "error: configuration database modified"),
        ("[edit vlans A]\n  'vlan-id 20'\n    duplicate\nerror: x", "[edit vlans A]\n  'vlan-id 20'\n    duplicate"),
        ("0   2025-07-31 06:30:00 UTC by a via cli commit confirmed, rollback in 5mins", "rollback in 5mins"),
        ("1   2025-07-31 06:30:00 UTC by a via cli commit confirmed, rollback in 5mins", ""),
        ("Count: 0 lines", "Count: 0 lines"),
        ("Count: 1 lines", ""),
    ],
)
def test_which_answers_are_complaints(answer: str, found: str) -> None:
    complaint = ERRORS.search(answer)
    assert (complaint is not None) is bool(found)
    assert complaint is None or found in complaint[0]


def test_statements_that_hand_settings_down_make_their_sections_unread() -> None:
    groups = "set groups G system ntp server 10.0.0.1\nset apply-groups G\nset vlans CAM vlan-id 20\n"
    state = PLATFORM.read(groups).state()
    assert isinstance(state.ntp_servers, Unread)
    assert state.vlans == {1: Vlan("default"), 20: Vlan("CAM")}
    unused = PLATFORM.read(groups.replace("set apply-groups G\n", "")).state()
    assert unused.ntp_servers == frozenset()
    assert isinstance(PLATFORM.read("set interfaces interface-range R member ge-0/0/1\n").state().ports, Unread)
    assert isinstance(PLATFORM.read("set vlans R vlan-id-list 10-20\n").state().vlans, Unread)
    assert isinstance(PLATFORM.read("set protocols mstp interface all\n").state().spanning_tree, Unread)


def test_routed_and_bundled_ports_are_no_ports_of_vlans() -> None:
    text = (
        "set interfaces ge-0/0/1 unit 0 family inet address 10.0.0.1/30\n"
        "set interfaces ge-0/0/2 ether-options 802.3ad ae0\n"
        "set interfaces ae0 unit 0 family ethernet-switching vlan members 20\n"
        "set interfaces me0 unit 0 family inet address 10.0.0.1/30\n"
    )
    assert set(PLATFORM.read(text).state().ports) == {"ae0"}  # type: ignore[arg-type]


def test_a_model_takes_lines_back_without_touching_its_copy() -> None:
    model = PLATFORM.read("set vlans CAM vlan-id 20\nset vlans CAM l3-interface irb.20\n")
    twin = model.copy()
    assert twin.line("delete vlans CAM")
    assert twin.line("set vlans CAM vlan-id 30")
    assert not twin.line("set chassis alarm management-ethernet link-down ignore")
    assert not twin.line('set system host-name "open')
    assert not twin.line("rename vlans CAM to CAMERAS")
    assert model.state().vlans == {1: Vlan("default"), 20: Vlan("CAM")}
    assert twin.state().vlans == {1: Vlan("default"), 30: Vlan("CAM")}


def test_hashes_are_those_of_crypt() -> None:
    wanted = "$6$saltstri$TuQo8ue714Ctf4Zl7Ctg70/YwYXvMiZP8AgmExw/pTqWoUKmQ9LD2WQO4j78UOYkYf3xOZCXu6asrMlXdzzMM1"
    assert sha512_crypt("Hello world!", "saltstri") == wanted


def test_what_may_stand_on_a_line() -> None:
    assert quoted("cam-1") == "cam-1"
    assert quoted('east "gate" \\') == '"east \\"gate\\" \\\\"'
    for text in ("", "which?", "नेहरू चौक", "a\nset system services telnet", " cam", "x" * 201):
        with pytest.raises(Unsayable):
            quoted(text)


@pytest.mark.parametrize(
    ("name", "full", "poe"),
    [
        ("ge-0/0/1", "ge-0/0/1", (1, 2)),
        ("mge-1/0/12.0", "mge-1/0/12", (2, 13)),
        ("xe-0/1/0", "xe-0/1/0", (0, 0)),
        ("ae3", "ae3", (0, 0)),
        ("irb.99", None, (0, 0)),
        ("me0", None, (0, 0)),
        ("ge-0/0/1.100", None, (0, 0)),
    ],
)
def test_port_names(name: str, full: str | None, poe: tuple[int, int]) -> None:
    assert PLATFORM.canonical(name) == full
    assert full is None or PLATFORM.poe_index(full) == poe
