"""Aruba AOS-CX: laws on random pairs, and its traps. Over SSH: test_aruba_aoscx_session.py."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iccc.compare import ABSENT, Unread, compare
from iccc.secrets import Secret
from iccc.switch.changes import changes
from iccc.switch.lines import render
from iccc.switch.platforms.aruba_aoscx import PLATFORM
from iccc.switch.platforms.aruba_aoscx.facts import COMPLAINT
from iccc.switch.state import ALL_VLANS, Port, PortMode, SpanningTree, Svi, SwitchState, User, Vlan
from iccc.switch.steps import GuardRefusal, Invariant, Keep, Phase, Unparsable, Unsayable
from tests.switch.fronts.aruba_aoscx import CAM1, SPARE, UPLINK, field_switch
from tests.switch.laws.judge import judge
from tests.switch.laws.pairs import switch, wish
from tests.switch.laws.subjects import AoscxByCity, Subject
from tests.switch.sims.aruba_aoscx import AoscxSim
from tests.switch.sims.truth import PortTruth, Truth

KEEP = Keep(99, frozenset({UPLINK}))


def subject(opens: bool, routed: bool) -> Subject:
    def sim(truth: Truth) -> AoscxByCity:
        return AoscxByCity(truth, routed_ports=routed, native_opens=opens)

    return Subject(PLATFORM, sim, "1/1/{n}", modes=("mstp", "rpvst"))


def lines(truth: Truth, wanted: SwitchState, templates: Path, phase: Phase | None = None) -> list[str]:
    model = PLATFORM.read(AoscxSim(truth).running())
    steps = changes(PLATFORM, model, wanted, KEEP, templates)
    return [line for step in steps if phase in (None, step.phase) for line in step.lines]


# --- laws


@pytest.mark.parametrize("opens", [True, False], ids=["native opens", "native keeps"])
@pytest.mark.parametrize("routed", [True, False], ids=["6300", "6100"])
@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(random=st.randoms(use_true_random=False))
def test_a_plan_is_safe_complete_and_can_be_taken_back(opens: bool, routed: bool, random: Random) -> None:
    one = subject(opens, routed)
    truth = switch(random, one)
    judge(one, truth, wish(random, one, truth))


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(random=st.randoms(use_true_random=False))
def test_what_is_rendered_reads_as_what_was_declared(random: Random) -> None:
    one = subject(True, True)
    wanted = wish(random, one, switch(random, one))
    seen = PLATFORM.read(render(PLATFORM, wanted, templates_folder())).state()
    present = replace(wanted, saved=None, users=None, communities=None)  # secrets are not in it
    kept = replace(present, vlans={n: vlan for n, vlan in (wanted.vlans or {}).items() if vlan is not ABSENT})  # type: ignore[union-attr]
    differing = [found for found in compare(kept, seen) if not isinstance(getattr(found, "unread", None), Unread)]
    assert differing == []


def templates_folder() -> Path:
    return Path(__file__).resolve().parents[2] / "templates"


# --- the traps


def test_the_last_vlan_of_a_list_never_goes_before_its_successor_has_come(templates: Path) -> None:
    truth = field_switch(1)
    truth.vlans |= {20: "", 30: ""}
    truth.ports[SPARE] = PortTruth(mode="trunk", allowed=frozenset({20}))
    wanted = SwitchState(ports={SPARE: Port(mode=PortMode.TRUNK, allowed_vlans=frozenset({30}))})
    assert [line.strip() for line in lines(truth, wanted, templates) if "vlan trunk" in line] == [
        "vlan trunk allowed 30",
        "no vlan trunk allowed 20",
    ]


def test_a_trunk_without_vlans_is_not_sayable(templates: Path) -> None:
    wanted = SwitchState(ports={SPARE: Port(mode=PortMode.TRUNK, allowed_vlans=frozenset())})
    with pytest.raises(Unsayable, match="an emptied list is open to all"):
        lines(field_switch(1), wanted, templates)


def test_the_model_reads_an_emptied_list_and_a_new_native_vlan_as_open_to_all() -> None:
    model = PLATFORM.read("vlan 1,20,30\ninterface 1/1/1\n    vlan trunk native 1\n    vlan trunk allowed 20\n")
    for last in ("    no vlan trunk allowed 20", "    no vlan trunk allowed", "    vlan trunk native 30"):
        one = model.copy()
        assert one.line("interface 1/1/1") and one.line(last)
        ports = one.state().ports
        assert isinstance(ports, dict)
        assert (ports["1/1/1"].mode, ports["1/1/1"].allowed_vlans) == (PortMode.TRUNK, ALL_VLANS)


def test_a_new_native_vlan_gets_its_list_again_at_once(templates: Path) -> None:
    truth = field_switch(1)
    truth.vlans |= {20: "", 30: ""}
    truth.ports[SPARE] = PortTruth(mode="trunk", allowed=frozenset({20, 30}))
    wanted = SwitchState(ports={SPARE: Port(mode=PortMode.TRUNK, native_vlan=30)})
    assert [line.strip() for line in lines(truth, wanted, templates)] == [
        "interface 1/1/3",
        "vlan trunk native 30",
        "vlan trunk allowed 20,30",
        "exit",
    ]


def test_a_new_native_vlan_on_an_uplink_is_refused_because_it_may_open_it(templates: Path) -> None:
    wanted = SwitchState(ports={UPLINK: Port(mode=PortMode.TRUNK, native_vlan=99)})
    with pytest.raises(GuardRefusal) as caught:
        lines(field_switch(1), wanted, templates)
    assert caught.value.invariant is Invariant.TRUNK_OPEN
    assert "vlan trunk native 99" in str(caught.value)


def test_an_access_uplink_becomes_a_trunk_without_an_open_moment(templates: Path) -> None:
    truth = field_switch(1)
    truth.ports[UPLINK] = PortTruth(mode="access", access=99)
    wanted = SwitchState(ports={UPLINK: Port(mode=PortMode.TRUNK, allowed_vlans=frozenset({99}))})
    said = lines(truth, wanted, templates, Phase.MANAGEMENT)  # the other end has to follow
    assert [line.strip() for line in said] == ["interface 1/1/9", "vlan trunk allowed 99", "exit"]


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (SwitchState(spanning_tree=SpanningTree("rpvst")), "only while it is off"),
        (SwitchState(ports={CAM1: Port(mode=PortMode.ACCESS, access_vlan=20)}), "VLAN 20 is not on the switch"),
        (SwitchState(ports={CAM1: Port(native_vlan=99)}), "keeps no VLANs of a trunk"),
        (SwitchState(ports={UPLINK: Port(access_vlan=99)}), "keeps no access VLAN"),
        (SwitchState(ports={"1/1/77": Port("x")}), "does not show a port 1/1/77"),
        (SwitchState(ports={CAM1: Port("x" * 65)}), "at most 64"),
        (SwitchState(ports={CAM1: Port(max_macs=65)}), "1 to 64"),
        (SwitchState(vlans={20: Vlan("CAM 1")}), "letters, digits"),
        (SwitchState(hostname="-sw"), "begins with a letter or digit"),
        (SwitchState(logins=("tacacs+",)), "end with local"),
        (SwitchState(logins=("kerberos", "local")), "no login method 'kerberos'"),
        (SwitchState(users={"iccc": User(15)}), "no password is stored"),
        (SwitchState(users={"ICCC": User(15, Secret("x"))}), "small letter"),
        (SwitchState(users={"iccc": User(7, Secret("x"))}), "no group of level 7"),
        (SwitchState(users={"admin": ABSENT}), "cannot be removed"),
        (SwitchState(vlans={30: Vlan()}, interfaces={30: Svi("10.77.4.9/24")}), "in the network of interface vlan 99"),
        (SwitchState(vlans={99: ABSENT}), "is still on 1/1/9"),
        (SwitchState(vlans={30: Vlan()}, ports={CAM1: Port(native_vlan=30)}), "keeps no VLANs"),
    ],
)
def test_what_cannot_be_done_safely_is_said_and_not_sent(wanted: SwitchState, words: str, templates: Path) -> None:
    with pytest.raises(Unsayable, match=words):
        lines(field_switch(1), wanted, templates)


def test_routed_ports_and_members_of_a_lag_are_left_alone(templates: Path) -> None:
    running = "vlan 1,20\ninterface 1/1/1\n    no shutdown\n    ip address 10.0.0.1/30\ninterface 1/1/2\n    lag 5\n"
    model = PLATFORM.read(running)
    assert model.state().ports == {}
    for name, words in (("1/1/1", "routed port"), ("1/1/2", "member of LAG 5")):
        with pytest.raises(Unsayable, match=words):
            changes(PLATFORM, model, SwitchState(ports={name: Port("cam")}), Keep(1, frozenset()), templates)


def test_the_list_of_the_control_plane_is_swapped_as_a_whole_and_lets_everything_but_ssh_pass(templates: Path) -> None:
    truth = field_switch(1)
    truth.access_from = frozenset({"10.80.0.0/24"})
    wanted = SwitchState(access_from=frozenset({"10.80.0.0/24", "192.0.2.7/32"}))
    assert [line.strip() for line in lines(truth, wanted, templates)] == [
        "access-list ip ICCC-ACCESS-2",
        "10 permit tcp 10.80.0.0/24 any eq 22",
        "20 permit tcp 192.0.2.7 any eq 22",
        "30 deny tcp any any eq 22",
        "40 permit any any any",
        "exit",
        "apply access-list ip ICCC-ACCESS-2 control-plane vrf default",
        "no access-list ip ICCC-ACCESS",
    ]


def test_a_list_of_another_build_is_not_judged() -> None:
    entries = "access-list ip MINE\n    10 deny udp any any eq snmp\n    20 permit any any any\n"
    state = PLATFORM.read(f"vlan 1\n{entries}apply access-list ip MINE control-plane vrf default\n").state()
    assert isinstance(state.access_from, Unread)
    allowed = PLATFORM.read("vlan 1\nssh server allow-list\n    ip 10.80.0.0/24\n    enable\n").state()
    assert isinstance(allowed.access_from, Unread)


def test_without_a_community_the_agent_is_off(templates: Path) -> None:
    truth = field_switch(1)
    truth.communities = {"public": "ro"}
    said = lines(truth, SwitchState(communities={Secret("public"): ABSENT}), templates)
    assert said == ["no snmp-server vrf default", "no snmp-server community public"]
    bare = PLATFORM.read("vlan 1\nsnmp-server vrf default\n").state().communities
    assert isinstance(bare, Unread) and "public" in bare.text


def test_speed_and_duplex_are_one_setting(templates: Path) -> None:
    wanted = SwitchState(ports={CAM1: Port(speed="100", duplex="half")})
    said = [line.strip() for line in lines(field_switch(1), wanted, templates) if "speed" in line]
    assert said == ["speed 100-full", "speed 100-half"]
    truth = field_switch(1)
    truth.ports[CAM1] = PortTruth(mode="access", speed="100", duplex="half")
    back = SwitchState(ports={CAM1: Port(speed="auto", duplex="auto")})
    assert [line.strip() for line in lines(truth, back, templates) if "speed" in line] == ["no speed"]


# --- texts


def test_what_is_no_configuration() -> None:
    for text in ("", "Invalid input: running-config", "hostname sw1\nvlan 20\n"):
        with pytest.raises(Unparsable):
            PLATFORM.read(text)


def test_volatile_lines_and_reminders_do_not_make_a_configuration_unsaved() -> None:
    running = AoscxSim(field_switch(1)).running()
    startup = running.replace("Current configuration:", "Startup configuration:").replace("FL.10.13", "FL.10.14")
    warned = running.replace("vlan 1,99\n", 'vlan 1,99\nWARNING Please "checkpoint auto confirm" within 2 minutes\n')
    assert warned != running
    assert PLATFORM.is_saved(warned, startup)
    assert PLATFORM.read(warned).state() == PLATFORM.read(running).state()
    assert not PLATFORM.is_saved(running, startup.replace("vlan 1,99", "vlan 1,98"))
    assert not PLATFORM.is_saved(running, "No startup configuration.")


def test_secrets_are_not_kept() -> None:
    truth = field_switch(1)
    truth.communities = {"s3cret": "rw"}
    truth.snmp_users = {"nms": ""}
    text = AoscxSim(truth).running()
    kept = PLATFORM.stable(text)
    for secret in ("s3cret", "AQBapSimulated", "AQBapAuth", "AQBapPriv"):
        assert secret in text and secret not in kept
    assert "user admin group administrators password ciphertext ***" in kept


@pytest.mark.parametrize(
    ("answer", "is_complaint"),
    [
        ("", False),
        ("\n  \n", False),
        ("Success", False),
        ("Copying configuration: [Success]", False),
        ("Auto checkpoint mode expires in 5 minute(s)", False),
        ("checkpoint AUTO20250731063000 created", False),
        ('WARNING Please "checkpoint auto confirm" within 2 minutes', False),
        ("Invalid input: vlna", True),
        ("% Command incomplete.", True),
        ("VLAN 20 does not exist.", True),
        ("Success\nbut not quite", True),
    ],
)
def test_whatever_is_no_known_notice_is_a_complaint(answer: str, is_complaint: bool) -> None:
    assert bool(COMPLAINT.search(answer)) is is_complaint


def test_the_timer_stays_within_what_the_switch_takes() -> None:
    assert PLATFORM.revert is not None
    assert [typed.line for typed in PLATFORM.revert.arm(99)][-1] == "checkpoint auto 60"
