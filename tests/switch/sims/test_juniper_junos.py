"""The simulated Juniper EX switch: each fact of ``docs/platforms/juniper_junos.md`` that it plays, and its laws."""

from __future__ import annotations

import copy
import random

import pytest

from tests.switch.sims.juniper_junos import JunosSim, shipped
from tests.switch.sims.truth import EVERY, PortTruth, Sim, SviTruth, Truth, broken, carried

PORTS = ("ge-0/0/0", "ge-0/0/1", "ge-0/0/2", "ge-0/0/10")
SWITCHING = "unit 0 family ethernet-switching"
HIERARCHIES = (
    *("system", "interfaces", "vlans", "protocols", "poe", "snmp", "firewall", "policy-options", "routing-options"),
    *("switch-options", "forwarding-options"),
)


def bare() -> JunosSim:
    """Ports without any configuration, VLANs 10 cams and 99 mgmt."""
    return JunosSim(
        Truth(
            hostname="sw1",
            vlans={1: "default", 10: "cams", 99: "mgmt"},
            ports={name: PortTruth(poe=False) for name in PORTS},
            users={"ops": 15},
        )
    )


def full() -> JunosSim:
    return JunosSim(
        Truth(
            hostname="kn-jn014-sw1",
            vlans={1: "default", 10: "cams", 11: "ptz", 12: "", 99: "mgmt"},
            ports={
                "ge-0/0/0": PortTruth(
                    description='to "JN-013" ring', mode="trunk", native=99, allowed=frozenset({10, 11, 12, 99})
                ),
                "ge-0/0/1": PortTruth(
                    mode="access",
                    access=10,
                    edge=True,
                    bpdu_guard=True,
                    max_macs=2,
                    storm_pct=5.0,
                    speed="100",
                    duplex="full",
                ),
                "ge-0/0/2": PortTruth(mode="access", access=12, shutdown=True, poe=False),
                "ge-0/0/10": PortTruth(mode="trunk", native=0, allowed=EVERY),
            },
            interfaces={99: SviTruth("10.9.0.2/24"), 10: SviTruth("10.10.0.1/24", shutdown=True)},
            gateway="10.9.0.1",
            access_from=frozenset({"10.80.0.0/24", "10.81.0.7/32"}),
            ntp={"10.80.0.5", "10.80.0.6"},
            syslog={"10.80.0.9"},
            lldp=True,
            communities={"watch": "ro", "change": "rw"},
            users={"ops": 15, "look": 1},
            logins=("tacacs+", "local"),
            stp_mode="rstp",
            stp_priority=8192,
            views={"all": frozenset({"1.3.6.1"})},
            snmp_users={"nms": "all", "idle": ""},
        )
    )


def do(sim: JunosSim, *lines: str) -> str:
    """Type lines that must be taken, and commit."""
    assert [sim.type(line) for line in lines] == [""] * len(lines)
    return sim.commit()


def snapshot(truth: Truth) -> Truth:
    """A copy whose ports do not change any more; a deep copy of 4,094 VLANs a port takes too long here."""
    taken = copy.copy(truth)
    taken.ports = {name: copy.copy(one) for name, one in truth.ports.items()}
    return taken


def port(sim: JunosSim, name: str = "ge-0/0/1") -> PortTruth:
    return sim.truth.ports[name]


def test_a_switch_stands_as_the_truth_that_it_was_given() -> None:
    sim: Sim = full()
    assert sim.truth.vlans == {1: "default", 10: "cams", 11: "ptz", 12: "vlan12", 99: "mgmt"}
    uplink, camera = sim.truth.ports["ge-0/0/0"], sim.truth.ports["ge-0/0/1"]
    assert carried(uplink, set(sim.truth.vlans)) == {(10, True), (11, True), (12, True), (99, False)}
    assert (camera.access, camera.max_macs, camera.storm_pct, camera.edge, camera.bpdu_guard) == (
        10,
        2,
        5.0,
        True,
        True,
    )
    assert (camera.speed, camera.duplex, camera.poe) == ("100", "full", True)
    assert sim.truth.interfaces == {99: SviTruth("10.9.0.2/24"), 10: SviTruth("10.10.0.1/24", True)}
    assert sim.truth.access_from == {"10.80.0.0/24", "10.81.0.7/32"}
    assert sim.truth.logins == ("tacacs+", "local") and sim.truth.users == {"ops": 15, "look": 1}
    assert sim.truth.snmp_users == {"nms": "all", "idle": ""} and sim.truth.communities == {
        "watch": "ro",
        "change": "rw",
    }
    assert broken(sim.truth, 99, {"ge-0/0/0"}) == set()


@pytest.mark.parametrize("make", [bare, full, lambda: JunosSim(shipped(*PORTS))])
def test_what_is_shown_makes_a_factory_switch_the_same(make) -> None:  # type: ignore[no-untyped-def]
    source = make()
    target = JunosSim(shipped(*PORTS))
    for hierarchy in HIERARCHIES:
        assert target.type(f"delete {hierarchy}") in ("", "warning: statement not found")
    assert do(target, *source.running().splitlines()) == ""
    assert target.truth == source.truth
    assert target.running() == source.running()


def test_a_truth_that_stands_makes_the_same_switch_again() -> None:
    truth = full().truth
    assert JunosSim(copy.deepcopy(truth)).truth == truth


def test_nothing_is_in_force_before_the_commit() -> None:
    sim = bare()
    before, shown = copy.deepcopy(sim.truth), sim.running()
    assert sim.type("set system host-name other") == ""
    assert sim.truth == before and sim.running() == shown and sim.changed()
    assert sim.commit() == "" and sim.truth.hostname == "other" and not sim.changed()


def test_a_refused_commit_changes_nothing_and_keeps_the_candidate() -> None:
    sim = bare()
    before = copy.deepcopy(sim.truth)
    complaint = do(sim, "set system host-name other", f"set interfaces ge-0/0/1 {SWITCHING} vlan members 77")
    assert "No vlan matches vlan tag 77 for interface ge-0/0/1.0" in complaint
    assert complaint.endswith("error: configuration check-out failed: (statements constraint check failed)")
    assert sim.truth == before and sim.changed()
    assert do(sim, f"delete interfaces ge-0/0/1 {SWITCHING} vlan members 77") == ""
    assert sim.truth.hostname == "other"


def test_a_port_without_configuration_switches_nothing() -> None:
    sim = bare()
    assert port(sim).mode == "none" and carried(port(sim), set(sim.truth.vlans)) == set()


def test_a_switching_port_is_an_access_port_of_the_default_vlan() -> None:
    sim = bare()
    assert do(sim, f"set interfaces ge-0/0/1 {SWITCHING}") == ""
    assert carried(port(sim), set(sim.truth.vlans)) == {(1, False)} and port(sim).mode == "access"


def test_an_access_port_without_its_member_falls_back_to_the_default_vlan() -> None:
    sim = full()
    at = f"interfaces ge-0/0/1 {SWITCHING}"
    assert do(sim, f"delete {at} interface-mode", f"delete {at} vlan", f"delete {at} storm-control") == ""
    assert (port(sim).mode, port(sim).access) == ("access", 1) and f"set {at}\n" in sim.running()


def test_the_default_vlan_is_there_without_being_configured() -> None:
    sim = bare()
    assert do(sim, "delete vlans default") == "" and sim.truth.vlans[1] == "default"
    assert do(sim, "set vlans default vlan-id 5") == "" and 1 not in sim.truth.vlans and sim.truth.vlans[5] == "default"


def test_set_members_adds_and_delete_takes_one_away() -> None:
    sim = bare()
    at = f"interfaces ge-0/0/1 {SWITCHING}"
    assert do(sim, f"set {at} interface-mode trunk", f"set {at} vlan members cams") == ""
    assert do(sim, f"set {at} vlan members 99") == "" and port(sim).allowed == {10, 99}
    assert f"set {at} vlan members cams\nset {at} vlan members 99\n" in sim.running()
    assert do(sim, f"delete {at} vlan members cams") == "" and port(sim).allowed == {99}
    assert sim.type(f"delete {at} vlan members 10") == "warning: statement not found"


def test_members_are_taken_away_as_they_were_given() -> None:
    sim = bare()
    at = f"interfaces ge-0/0/1 {SWITCHING}"
    assert (
        do(sim, "set vlans ptz vlan-id 11", f"set {at} interface-mode trunk", f"set {at} vlan members [ 10-11 mgmt ]")
        == ""
    )
    assert port(sim).allowed == {10, 11, 99}
    assert sim.type(f"delete {at} vlan members 11") == "warning: statement not found"
    assert sim.type(f"delete {at} vlan members 99") == "warning: statement not found"
    assert do(sim, f"delete {at} vlan members 10-11", f"set {at} vlan members 10") == "" and port(sim).allowed == {
        10,
        99,
    }


def test_a_range_needs_all_of_its_vlans() -> None:
    sim = bare()
    at = f"set interfaces ge-0/0/1 {SWITCHING}"
    assert "vlan tag 11" in do(sim, f"{at} interface-mode trunk", f"{at} vlan members 10-11")


def test_members_all_is_every_vlan() -> None:
    sim = bare()
    at = f"set interfaces ge-0/0/1 {SWITCHING}"
    assert do(sim, f"{at} interface-mode trunk", f"{at} vlan members all") == "" and port(sim).allowed == EVERY


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        (["vlan members cams", "vlan members mgmt"], "takes one vlan member"),
        (["vlan members 10-10"], "Vlan range format not supported if interface-mode is access"),
        (["vlan members all"], "Vlan range format not supported if interface-mode is access"),
        (["vlan members nowhere"], "No vlan matches vlan name nowhere"),
        (["interface-mode trunk"], "please ensure either vlan members is configured"),
        (["vlan members 10", "storm-control none"], "storm-control profile is not defined"),
    ],
)
def test_the_commit_refuses_members_that_do_not_fit(lines: list[str], complaint: str) -> None:
    sim = bare()
    assert complaint in do(sim, *(f"set interfaces ge-0/0/1 {SWITCHING} {line}" for line in lines))


def test_a_vlan_in_use_cannot_be_deleted_alone() -> None:
    sim = full()
    assert "No vlan matches vlan name cams for interface ge-0/0/1.0" in do(sim, "delete vlans cams")
    assert 10 in sim.truth.vlans
    lines = [f"delete interfaces ge-0/0/1 {SWITCHING} vlan members cams", "set vlans default description x"]
    lines += [f"delete interfaces ge-0/0/0 {SWITCHING} vlan members 10-12"]
    lines += [f"set interfaces ge-0/0/0 {SWITCHING} vlan members 11-12"]
    assert do(sim, *lines) == "" and 10 not in sim.truth.vlans and 10 not in sim.truth.interfaces


def test_an_access_port_moves_by_delete_and_set_in_one_commit() -> None:
    sim = full()
    at = f"interfaces ge-0/0/1 {SWITCHING} vlan members"
    assert do(sim, f"delete {at}", f"set {at} ptz") == "" and port(sim).access == 11


def test_untagged_frames_need_a_native_vlan_that_is_a_member() -> None:
    sim = bare()
    at = f"set interfaces ge-0/0/1 {SWITCHING}"
    assert do(sim, f"{at} interface-mode trunk", f"{at} vlan members [ cams mgmt ]") == ""
    assert carried(port(sim), set(sim.truth.vlans)) == {(10, True), (99, True)}
    assert do(sim, "set interfaces ge-0/0/1 native-vlan-id 99") == ""
    assert carried(port(sim), set(sim.truth.vlans)) == {(10, True), (99, False)}
    assert do(sim, "set interfaces ge-0/0/1 native-vlan-id 1") == ""
    assert carried(port(sim), set(sim.truth.vlans)) == {(10, True), (99, True)}
    assert "vlan tag 55" in do(sim, "set interfaces ge-0/0/1 native-vlan-id 55")


def test_a_native_vlan_needs_a_trunk() -> None:
    sim = full()
    assert "needs interface-mode trunk" in do(sim, "set interfaces ge-0/0/1 native-vlan-id 10")


def test_disable_is_deleted_to_bring_a_port_up() -> None:
    sim = bare()
    assert do(sim, "set interfaces ge-0/0/1 disable") == "" and port(sim).shutdown
    assert do(sim, "delete interfaces ge-0/0/1 disable") == "" and not port(sim).shutdown


def test_a_second_address_stands_beside_the_first() -> None:
    sim = full()
    at = "interfaces irb unit 99 family inet address"
    assert do(sim, f"set {at} 10.9.0.3/24") == "" and sim.truth.interfaces[99].address == "10.9.0.2/24 10.9.0.3/24"
    assert do(sim, f"delete {at} 10.9.0.2/24") == "" and sim.truth.interfaces[99].address == "10.9.0.3/24"


def test_a_second_next_hop_stands_beside_the_first() -> None:
    sim = full()
    at = "routing-options static route 0.0.0.0/0"
    assert do(sim, f"set {at} next-hop 10.9.0.9") == "" and sim.truth.gateway == "10.9.0.1 10.9.0.9"
    assert do(sim, f"delete {at} next-hop", f"set {at} next-hop 10.9.0.9") == "" and sim.truth.gateway == "10.9.0.9"


def test_an_irb_unit_without_a_vlan_is_committed_and_does_nothing() -> None:
    sim = bare()
    assert do(sim, "set interfaces irb unit 99 family inet address 10.9.0.2/24") == "" and sim.truth.interfaces == {}
    assert do(sim, "set vlans mgmt l3-interface irb.99") == "" and sim.truth.interfaces == {99: SviTruth("10.9.0.2/24")}
    assert "already used by vlan cams" in do(sim, "set vlans cams l3-interface irb.99")


def test_two_vlans_cannot_have_one_number() -> None:
    sim = bare()
    assert "duplicate vlan-id" in do(sim, "set vlans other vlan-id 10")
    assert do(sim, "set vlans other vlan-id 20") == "" and sim.truth.vlans[20] == "other"


TERM = "set firewall family inet filter F term"


@pytest.mark.parametrize(
    ("lines", "let_in"),
    [
        (["ours from source-prefix-list L", "ours then accept"], {"10.80.0.0/24"}),
        (["ours from source-address 10.1.0.0/16", "ours then discard", "rest then accept"], None),
        (["ssh from protocol udp", "ssh then accept"], set()),
        (["est from tcp-established", "est then accept"], set()),
        (["web from destination-port https", "web then discard", "rest then accept"], {"0.0.0.0/0"}),
        (["all from destination-port [ 22 830 ]", "all then log"], {"0.0.0.0/0"}),
    ],
)
def test_the_first_term_that_matches_lets_in_and_the_rest_is_discarded(
    lines: list[str], let_in: set[str] | None
) -> None:
    sim = bare()
    bind = "set interfaces lo0 unit 0 family inet filter input F"
    assert do(sim, "set policy-options prefix-list L 10.80.0.0/24", *(f"{TERM} {line}" for line in lines), bind) == ""
    if let_in is None:
        assert "0.0.0.0/0" not in sim.truth.access_from and "10.0.0.0/16" in sim.truth.access_from
    else:
        assert sim.truth.access_from == let_in


def test_a_filter_and_a_prefix_list_that_are_not_there_are_refused() -> None:
    sim = bare()
    bind = "interfaces lo0 unit 0 family inet filter input F"
    assert "Referenced filter 'F' is not defined" in do(sim, f"set {bind}")
    assert "prefix-list 'L' is not defined" in do(sim, f"{TERM} a from source-prefix-list L", f"{TERM} a then accept")


def test_without_the_ssh_service_nobody_gets_in() -> None:
    sim = bare()
    assert do(sim, "delete system services ssh") == "" and sim.truth.access_from == frozenset()


def test_a_mac_limit_alone_drops_nothing() -> None:
    sim = bare()
    at = "set switch-options interface ge-0/0/1.0 interface-mac-limit"
    assert do(sim, f"{at} 3") == "" and port(sim).max_macs == 0
    assert do(sim, f"{at} packet-action drop") == "" and port(sim).max_macs == 3
    assert do(sim, f"{at} 4") == "" and port(sim).max_macs == 4


def test_a_storm_control_profile_without_a_level_means_80_per_cent() -> None:
    sim = bare()
    at = f"set interfaces ge-0/0/1 {SWITCHING} storm-control default"
    assert do(sim, "set forwarding-options storm-control-profiles default all", at) == "" and port(sim).storm_pct == 80
    level = "set forwarding-options storm-control-profiles default all bandwidth-percentage 7"
    assert do(sim, level) == "" and port(sim).storm_pct == 7


def test_bpdus_block_edge_ports_or_named_ports() -> None:
    sim = bare()
    assert do(sim, "set protocols rstp interface ge-0/0/1 edge", "set protocols rstp interface ge-0/0/2") == ""
    assert port(sim).edge and not port(sim).bpdu_guard
    assert do(sim, "set protocols rstp bpdu-block-on-edge") == "" and port(sim).bpdu_guard
    assert not port(sim, "ge-0/0/2").bpdu_guard
    assert (
        do(sim, "set protocols layer2-control bpdu-block interface ge-0/0/2") == "" and port(sim, "ge-0/0/2").bpdu_guard
    )


def test_bridge_priorities_are_steps_of_4096() -> None:
    sim = bare()
    assert do(sim, "set protocols rstp bridge-priority 8k") == "" and sim.truth.stp_priority == 8192
    assert "not within range" in sim.type("set protocols rstp bridge-priority 8000")
    assert do(sim, "delete protocols rstp") == "" and (sim.truth.stp_mode, sim.truth.stp_priority) == ("", 32768)


def test_poe_is_on_where_it_is_configured_and_not_disabled() -> None:
    sim = bare()
    assert do(sim, "delete poe") == "" and not port(sim).poe
    assert do(sim, "set poe interface all", "set poe interface ge-0/0/2 disable") == ""
    assert port(sim).poe and not port(sim, "ge-0/0/2").poe


def test_lldp_all_with_disable_is_off() -> None:
    sim = bare()
    assert do(sim, "set protocols lldp interface all") == "" and sim.truth.lldp
    assert do(sim, "set protocols lldp interface all disable") == "" and not sim.truth.lldp


def test_a_link_goes_down_and_up_when_its_speed_changes() -> None:
    sim = bare()
    assert do(sim, "set interfaces ge-0/0/1 ether-options speed 100m", "set interfaces ge-0/0/2 description x") == ""
    assert sim.flapped == {"ge-0/0/1"} and port(sim).speed == "100"
    assert do(sim, "set interfaces ge-0/0/1 description y") == "" and sim.flapped == set()


def test_the_local_password_is_the_last_resort() -> None:
    sim = bare()
    assert do(sim, "set system authentication-order tacplus") == ""
    assert list(sim.truth.logins) == ["tacacs+", "local"]
    assert do(sim, "set system authentication-order [ radius password ]") == ""
    assert list(sim.truth.logins) == ["tacacs+", "radius", "local"]
    assert "authentication-order radius\nset system authentication-order password" in sim.running()


def test_users_need_a_class_and_the_system_a_root_password() -> None:
    sim = bare()
    assert "Missing mandatory statement: 'class'" in do(
        sim, "set system login user eve authentication encrypted-password x"
    )
    assert "Login class 'boss' is not defined" in do(sim, "set system login user eve class boss")
    assert do(sim, "set system login user eve class read-only") == "" and sim.truth.users == {"ops": 15, "eve": 1}
    assert "'root-authentication'" in do(sim, "delete system root-authentication")


def test_a_user_who_cannot_authenticate_does_not_count() -> None:
    sim = bare()
    assert do(sim, "delete system login user ops authentication") == "" and sim.truth.users == {}


def test_a_community_reads_unless_it_may_write() -> None:
    sim = bare()
    assert do(sim, "set snmp community a") == "" and sim.truth.communities == {"a": "ro"}
    assert do(sim, "set snmp community a authorization read-write") == "" and sim.truth.communities == {"a": "rw"}


def test_an_snmp_password_is_shown_as_a_key() -> None:
    sim = bare()
    at = "set snmp v3 usm local-engine user nms authentication-sha"
    assert do(sim, f"{at} authentication-password clear-text") == ""
    assert "clear-text" not in sim.running() and f'{at} authentication-key "$9$' in sim.running()


def test_a_syslog_host_without_a_facility_gets_nothing() -> None:
    sim = bare()
    assert do(sim, "set system syslog host 10.1.1.1") == "" and sim.truth.syslog == set()
    assert do(sim, "set system syslog host 10.1.1.1 any any") == "" and sim.truth.syslog == {"10.1.1.1"}


def test_what_is_deactivated_is_shown_and_not_in_force() -> None:
    sim = full()
    assert do(sim, "deactivate interfaces ge-0/0/1") == "" and port(sim).mode == "none"
    assert "vlan members cams" in sim.running() and sim.running().endswith("deactivate interfaces ge-0/0/1\n")
    assert do(sim, "activate interfaces ge-0/0/1") == "" and port(sim).access == 10
    assert sim.type("activate interfaces ge-0/0/1") == "warning: statement not found"


def test_rollback_fills_the_candidate_and_needs_a_commit() -> None:
    sim = bare()
    assert do(sim, "set system host-name second") == "" and sim.type("set system host-name third") == ""
    assert sim.type("rollback") == "load complete" and not sim.changed()
    assert sim.type("rollback 1") == "load complete" and sim.truth.hostname == "second"
    assert sim.commit() == "" and sim.truth.hostname == "sw1"
    assert "does not exist" in sim.type("rollback 49") and "syntax error" in sim.type("rollback x")


def test_check_says_what_a_commit_would_and_puts_nothing_in_force() -> None:
    sim = bare()
    assert sim.type("set system host-name other") == "" and sim.check() == "" and sim.truth.hostname == "sw1"
    assert sim.type(f"set interfaces ge-0/0/1 {SWITCHING} vlan members 77") == "" and "vlan tag 77" in sim.check()


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("vlan 10", "unknown command."),
        ("set interfaces ge-0/0/1 switchport access vlan 10", "syntax error."),
        ("set vlans cams vlan-id 5000", "Value 5000 is not within range (1..4094)"),
        ("set vlans cams vlan-id ten", "invalid numeric value"),
        ("set vlans 10 vlan-id 10", "must begin with a letter"),
        ("set system host-name", "missing argument."),
        ("set", "missing argument."),
        ("set interfaces Gi1/0/1 disable", "invalid interface type"),
        ("set system ntp server time", "invalid ip address"),
        ("set interfaces irb unit 9 family inet address 10.9.0.2", "prefix length"),
        ("set policy-options prefix-list L 10.80.0.1/24", "invalid ip prefix"),
        ('set interfaces ge-0/0/1 description "open', "unterminated string"),
        ("set vlans cams vlan-id [ 1 2 ]", "syntax error."),
        ("delete vlans nowhere", "warning: statement not found"),
        ("delete", "Delete everything under this level?"),
    ],
)
def test_a_line_that_does_not_fit_is_refused_and_changes_nothing(line: str, complaint: str) -> None:
    sim = bare()
    assert complaint in sim.type(line) and not sim.changed()


def test_a_truth_that_no_commit_accepts_is_no_switch() -> None:
    with pytest.raises(ValueError, match="vlan tag 7"):
        JunosSim(Truth(ports={"ge-0/0/1": PortTruth(mode="access", access=7)}))


WORDS = [
    *("set", "delete", "deactivate", "activate", "rollback", "interfaces", "ge-0/0/1", "unit", "0", "family", "inet"),
    *(
        "ethernet-switching",
        "interface-mode",
        "trunk",
        "access",
        "vlan",
        "members",
        "all",
        "10",
        "10-99",
        "99-10",
        "[",
        "]",
    ),
    *(
        "vlans",
        "default",
        "cams",
        "vlan-id",
        "l3-interface",
        "irb.99",
        "system",
        "login",
        "user",
        "class",
        "super-user",
    ),
    *(
        "native-vlan-id",
        "5000",
        '""',
        '"a b"',
        '"',
        "²",
        "-",
        "x" * 300,
        "1.3.6",
        "10.0.0.0/8",
        "protocols",
        "rstp",
        "edge",
    ),
]


@pytest.mark.parametrize("seed", range(300))
def test_no_lines_break_it(seed: int) -> None:
    """Whatever is typed, each commit that is accepted shows lines that make the same switch."""
    dice = random.Random(seed)
    sim = full()
    shown = sim.running().splitlines()
    before = snapshot(sim.truth)
    for _ in range(25):
        if dice.random() < 0.4:
            words = dice.choices(WORDS, k=dice.randint(0, 9))
        else:
            words = dice.choice(shown).split(" ")
            words[0] = dice.choice(["set", "delete", "delete", "deactivate", "activate"])
            words = words[: dice.randint(1, len(words))] + dice.choices(WORDS, k=dice.randint(0, 1))
        sim.type(" ".join(words))
        assert sim.truth == before
        if dice.random() < 0.3:
            if sim.commit():
                assert sim.truth == before and sim.type("rollback 0") == "load complete"
            else:
                before = snapshot(sim.truth)
    sim.type("rollback 0")
    again = JunosSim(shipped(*PORTS))
    for hierarchy in (*HIERARCHIES, "version"):
        again.type(f"delete {hierarchy}")
    assert do(again, *sim.running().splitlines()) == ""
    assert again.truth == sim.truth
