"""The simulator of VRP does what docs/platforms/huawei_vrp.md says, and never falls over."""

from __future__ import annotations

import random

import pytest

from tests.switch.sims.huawei_vrp import VrpSim
from tests.switch.sims.huawei_vrp_words import vlan_list, vlan_lists
from tests.switch.sims.shell import Complaint
from tests.switch.sims.truth import EVERY, PortTruth, SviTruth, Truth, broken, traffic

P1, P2, P9 = (f"GigabitEthernet0/0/{number}" for number in (1, 2, 9))

SITE = """\
sysname SW-J1
#
vlan batch 10 20 99
#
interface GigabitEthernet0/0/1
 description CAM-1
 port link-type access
 port default vlan 10
 port-security enable
#
interface GigabitEthernet0/0/2
 port link-type access
 port default vlan 20
 shutdown
#
interface GigabitEthernet0/0/9
 port link-type trunk
 port trunk allow-pass vlan 10 20 99
#
interface Vlanif99
 ip address 192.0.2.10 255.255.255.0
#
ip route-static 0.0.0.0 0.0.0.0 192.0.2.254
#
ntp-service unicast-server 192.0.2.1
#
aaa
 local-user admin password irreversible-cipher example
 local-user admin privilege level 15
 local-user admin service-type ssh
#
return
"""


def factory() -> Truth:
    return Truth(ports={name: PortTruth() for name in (P1, P2, P9)})


def say(sim: VrpSim, text: str) -> list[str]:
    """What the device prints, silence left out."""
    return [out for out in map(sim.type, text.splitlines()) if out]


@pytest.fixture
def site() -> VrpSim:
    sim = VrpSim(factory())
    assert say(sim, SITE) == []
    return sim


def test_a_site_is_in_force_line_by_line(site: VrpSim) -> None:
    truth = site.truth
    assert (truth.hostname, sorted(truth.vlans), truth.gateway) == ("SW-J1", [1, 10, 20, 99], "192.0.2.254")
    assert truth.ports[P1] == PortTruth("CAM-1", "access", 10, max_macs=1)
    assert truth.ports[P9] == PortTruth(mode="trunk", allowed=frozenset({1, 10, 20, 99}))
    assert truth.interfaces == {99: SviTruth("192.0.2.10/24")}
    assert (truth.users, truth.ntp, truth.stp_mode) == ({"admin": 15}, {"192.0.2.1"}, "mstp")
    assert broken(truth, 99, {P9}) == set()
    assert site.commit() == ""


@pytest.mark.parametrize(
    ("lines", "allowed", "native"),
    [
        ("port trunk allow-pass vlan 30 to 32", {1, 10, 20, 99, 30, 31, 32}, 1),  # adds, whether they exist or not
        ("undo port trunk allow-pass vlan 1", {10, 20, 99}, 1),
        ("undo port trunk allow-pass vlan 10 to 20", {1, 99}, 1),
        ("undo port trunk allow-pass vlan all", set(), 1),
        ("port trunk allow-pass vlan all", EVERY, 1),
        ("port trunk pvid vlan 20", {1, 10, 20, 99}, 20),
        ("port trunk pvid vlan 20\n undo port trunk pvid vlan", {1, 10, 20, 99}, 1),
    ],
)
def test_a_trunk_list_is_added_to_and_taken_from(site: VrpSim, lines: str, allowed: set[int], native: int) -> None:
    assert say(site, f"interface {P9}\n {lines}") == []
    assert (site.truth.ports[P9].allowed, site.truth.ports[P9].native) == (allowed, native)


REFUSED = {
    "link type over an access VLAN": (f"interface {P1}\n port link-type trunk", "renew the default"),
    "link type over a trunk list": (f"interface {P9}\n port link-type access", "renew the default"),
    "access VLAN of a trunk": (f"interface {P9}\n port default vlan 10", "renew the default"),
    "access VLAN that is not there": (f"interface {P1}\n port default vlan 30", "VLAN does not exist"),
    "trunk list of an access port": (f"interface {P1}\n port trunk allow-pass vlan 10", "Unrecognized command"),
    "trunk list of a fresh port": (f"undo vlan 20\ninterface {P2}\n port trunk pvid vlan 10", "Unrecognized command"),
    "eleven ranges": (f"interface {P9}\n port trunk allow-pass vlan 2 4 6 8 10 12 14 16 18 20 22", "Too many"),
    "VLAN of an interface": ("undo vlan 99", "L3 interface"),
    "VLAN 1": ("undo vlan 1", "default VLAN"),
    "VLAN that is not there": ("undo vlan 30", "VLAN does not exist"),
    "interface of a VLAN that is not there": ("interface Vlanif30", "VLAN does not exist"),
    "no such port": ("interface GigabitEthernet0/0/48", "Wrong parameter"),
    "speed without undo negotiation": (f"interface {P1}\n speed 100", "auto-negotiation"),
    "half duplex at 1000": (f"interface {P1}\n undo negotiation auto\n duplex half", "Half duplex"),
    "macs without port security": (f"interface {P2}\n port-security max-mac-num 2", "enable port security"),
    "priority not in steps": ("stp priority 1000", "Wrong parameter"),
    "a mask the wrong way round": ("interface Vlanif99\n ip address 192.0.2.10 0.0.0.255", "Wrong parameter"),
    "a server that is no address": ("ntp-service unicast-server tomorrow", "Wrong parameter"),
    "a server that is not there": ("undo ntp-service unicast-server 192.0.2.77", "does not exist"),
    "level of nobody": ("aaa\n local-user nobody privilege level 15", "does not exist"),
    "a command of another view": ("shutdown", "Unrecognized command"),
    "an IOS command": ("hostname x", "Unrecognized command"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_the_device_complains_and_changes_nothing(site: VrpSim, case: str) -> None:
    lines, words = REFUSED[case]
    *setup, last = lines.splitlines()
    assert say(site, "\n".join(setup)) == []
    before = site.running()
    answer = site.type(last)
    assert "Error:" in answer and words in answer
    assert site.running() == before


def test_the_marker_stands_below_what_was_not_understood(site: VrpSim) -> None:
    assert site.type("frobnicate") == "         ^\nError: Unrecognized command found at '^' position."


def test_a_link_type_changes_once_the_vlan_settings_are_the_default(site: VrpSim) -> None:
    assert say(site, f"interface {P1}\n undo port default vlan\n port link-type trunk") == []
    assert site.truth.ports[P1].allowed == {1}
    assert say(site, f"interface {P9}\n undo port trunk allow-pass vlan 10 20 99\n port link-type access") == []
    assert site.truth.ports[P9] == PortTruth(mode="access")


def test_later_releases_ask_before_the_vlans_go() -> None:
    sim = VrpSim(factory(), asks=True)
    say(sim, SITE)
    assert "delete VLANs on this port. Continue?[Y/N]" in say(sim, f"interface {P1}\n port link-type trunk")[0]
    assert sim.truth.ports[P1].access == 10
    assert sim.type("y").startswith("Info:")
    assert sim.truth.ports[P1] == PortTruth("CAM-1", "trunk", allowed=frozenset({1}), max_macs=1)


@pytest.mark.parametrize(("answer", "printed"), [("n", ""), (" port default vlan 20", "Error: Please choose")])
def test_a_question_eats_the_next_line(answer: str, printed: str) -> None:
    sim = VrpSim(factory(), asks=True)
    say(sim, SITE + f"interface {P1}\n port link-type trunk")
    assert sim.type(answer).startswith(printed)
    assert (sim.truth.ports[P1].mode, sim.truth.ports[P1].access) == ("access", 10)


def test_deleting_a_vlan_moves_its_access_ports_to_vlan_1_and_leaves_trunk_lists(site: VrpSim) -> None:
    assert say(site, "undo vlan batch 10") == []
    assert site.truth.ports[P1].access == 1
    assert 10 in site.truth.ports[P9].allowed
    assert (10, True) not in traffic(site.truth)[P9]


def test_a_fixed_speed_flaps_the_link_and_other_settings_do_not(site: VrpSim) -> None:
    say(site, f"interface {P1}\n undo negotiation auto")
    assert (site.flapped, site.truth.ports[P1].speed, site.truth.ports[P1].duplex) == ({P1}, "1000", "full")
    say(site, " speed 100")
    assert site.flapped == {P1}
    say(site, " speed 100")
    assert site.flapped == set()
    say(site, " description x  y")
    assert (site.flapped, site.truth.ports[P1].description) == (set(), "x  y")
    say(site, " negotiation auto")
    assert (site.flapped, site.truth.ports[P1].speed) == ({P1}, "auto")


def test_bpdu_protection_is_of_the_switch_and_acts_on_edge_ports(site: VrpSim) -> None:
    say(site, f"interface {P1}\n stp edged-port enable\nstp bpdu-protection")
    assert [site.truth.ports[name].bpdu_guard for name in (P1, P2)] == [True, False]
    say(site, f"interface {P2}\n stp edged-port enable")
    assert site.truth.ports[P2].bpdu_guard
    say(site, "undo stp bpdu-protection")
    assert not site.truth.ports[P1].bpdu_guard


def test_a_second_default_route_stands_beside_the_first(site: VrpSim) -> None:
    say(site, "ip route-static 0.0.0.0 0 192.0.2.253")
    assert site.running().count("ip route-static") == 2
    say(site, "undo ip route-static 0.0.0.0 0.0.0.0 192.0.2.254")
    assert site.truth.gateway == "192.0.2.253"
    say(site, "undo ip route-static 0.0.0.0 0.0.0.0")
    assert site.truth.gateway == ""


def test_a_new_address_replaces_the_old_one(site: VrpSim) -> None:
    say(site, "interface Vlanif99\n ip address 192.0.2.11 25")
    assert site.truth.interfaces[99].address == "192.0.2.11/25"
    say(site, " undo ip address\n shutdown")
    assert site.truth.interfaces[99] == SviTruth("", True)
    say(site, "undo interface Vlanif99")
    assert site.truth.interfaces == {}


def test_the_lines_are_open_while_their_list_is_missing_or_empty(site: VrpSim) -> None:
    vty = "user-interface vty 0 4\n"
    say(site, vty + " acl 2001 inbound")
    assert site.truth.access_from == {"0.0.0.0/0"}
    say(site, "acl number 2001\n rule permit source 10.80.0.0 0.0.0.255\n rule permit source 10.9.0.1 0")
    assert site.truth.access_from == {"10.80.0.0/24", "10.9.0.1/32"}
    assert " rule 10 permit source 10.9.0.1 0\n" in site.running()
    say(site, "acl number 2001\n rule 1 deny source 10.80.0.0 0.0.0.127\n undo rule 10")
    assert site.truth.access_from == {"10.80.0.128/25"}
    say(site, "undo acl number 2001")
    assert site.truth.access_from == {"0.0.0.0/0"}
    say(site, "acl 2001\n rule 5 deny\n" + vty)
    assert "the operator may not log in" in broken(site.truth, 99, {P9})
    say(site, vty + " undo acl inbound")
    assert site.truth.access_from == {"0.0.0.0/0"}


def test_users_and_login_methods(site: VrpSim) -> None:
    say(
        site,
        "aaa\n authentication-scheme default\n  authentication-mode hwtacacs local\n local-user eye password cipher x",
    )
    assert site.truth.logins == ("tacacs+", "local")
    assert site.truth.users == {"admin": 15, "eye": 1}
    assert say(site, "aaa\n authentication-scheme default\n  quit\n  local-user eye service-type ssh") == []
    assert say(site, "aaa\n quit\n local-user eye service-type ssh") != []
    say(site, "aaa\n local-user eye privilege level 3\n undo local-user admin")
    assert site.truth.users == {"eye": 15}


def test_snmp(site: VrpSim) -> None:
    say(site, "snmp-agent community read cipher looking-1\nsnmp-agent community write writing-1")
    say(site, "snmp-agent mib-view included sys 1.3.6.1.2.1.1\nsnmp-agent mib-view included sys 1.3.6.1.2.1.2")
    say(site, "snmp-agent group v3 g privacy read-view sys\nsnmp-agent usm-user v3 eye group g")
    truth = site.truth
    assert truth.communities == {"looking-1": "ro", "writing-1": "rw"}
    assert (truth.views, truth.snmp_users) == ({"sys": frozenset({"1.3.6.1.2.1.1", "1.3.6.1.2.1.2"})}, {"eye": "sys"})
    say(site, "undo snmp-agent group v3 g privacy\nundo snmp-agent mib-view included sys 1.3.6.1.2.1.1")
    assert (truth.views, truth.snmp_users) == ({"sys": frozenset({"1.3.6.1.2.1.2"})}, {"eye": ""})
    say(site, "snmp-agent group v3 g privacy read-view other")
    assert truth.snmp_users == {"eye": "other"}
    say(site, "undo snmp-agent usm-user v3 eye\nundo snmp-agent community looking-1\nundo snmp-agent mib-view sys")
    assert (truth.views, truth.snmp_users, truth.communities) == ({}, {}, {"writing-1": "rw"})


BOUNDS = [  # a port's command, its least and its greatest number
    ("port-security max-mac-num", 1, 1024),
    ("broadcast-suppression", 1, 100),
    ("port trunk pvid vlan", 1, 4094),
]


@pytest.mark.parametrize(("text", "least", "most"), BOUNDS)
def test_numbers_have_bounds(site: VrpSim, text: str, least: int, most: int) -> None:
    say(site, f"interface {P9}\n port-security enable")
    assert [site.type(f" {text} {number}") for number in (least, most)] == ["", ""]
    for number in (least - 1, most + 1):
        assert "Wrong parameter" in site.type(f" {text} {number}")


def test_names_of_vlans(site: VrpSim) -> None:
    say(site, "vlan 1\n name OLD\nvlan 20\n name NEW\n description no name")
    assert (site.truth.vlans[1], site.truth.vlans[20]) == ("OLD", "NEW")
    assert "vlan batch 10 20 99\n" in site.running() and "#\nvlan 1\n name OLD\n#" in site.running()
    say(site, "vlan 1\n undo name\nvlan 20\n undo name")
    assert (site.truth.vlans[1], site.truth.vlans[20]) == ("default", "")
    assert "#\nvlan 20\n description no name\n#" in site.running()


def test_lists_are_printed_ten_ranges_a_line() -> None:
    numbers = frozenset(range(2, 40, 2)) | frozenset(range(100, 200))
    lines = vlan_lists(numbers)
    assert len(lines) == 2 and lines[1].endswith("100 to 199")
    assert frozenset().union(*map(vlan_list, lines)) == numbers
    for wrong in ("0", "4095", "5 to", "9 to 5", "ten", "\u0663"):
        with pytest.raises(Complaint):
            vlan_list(wrong)


def test_what_the_device_prints() -> None:
    sim = VrpSim(factory())
    say(sim, f"vlan batch 20\nvlan 20\n name CAM\ninterface {P9}\n port link-type trunk\n undo poe enable")
    say(sim, " port trunk allow-pass vlan 20 to 22 99\n undo port trunk allow-pass vlan 1\n port trunk pvid vlan 99")
    shown = sim.running()
    assert shown.startswith("!Software Version V200R") and shown.endswith("#\nreturn\n")
    assert "#\nvlan 20\n name CAM\n#\n" in shown
    block = (
        f"#\ninterface {P9}\n port link-type trunk\n port trunk pvid vlan 99\n undo port trunk allow-pass vlan 1\n"
        " port trunk allow-pass vlan 20 to 22 99\n undo poe enable\n#\n"
    )
    assert block in shown


def test_the_pair_of_sites_loads_and_reaches_its_target(site: VrpSim) -> None:
    target = VrpSim(factory())
    wanted = SITE.replace("CAM-1", "CAM-J1-1").replace("batch 10 20", "batch 20 30").replace("vlan 10 20", "vlan 20 30")
    wanted = wanted.replace("vlan 10\n", "vlan 20\n").replace(" shutdown\n", "").replace(" port-security enable\n", "")
    assert say(target, wanted) == []
    moves = f"""\
vlan batch 30
interface {P9}
 port trunk allow-pass vlan 30
interface {P1}
 description CAM-J1-1
 port default vlan 20
 undo port-security enable
interface {P2}
 undo shutdown
interface {P9}
 undo port trunk allow-pass vlan 10
undo vlan batch 10"""
    for line in moves.splitlines():
        assert site.type(line) == ""
        assert broken(site.truth, 99, {P9}) == set()
    assert site.truth == target.truth


def anything(rng: random.Random) -> Truth:
    """A switch that somebody configured."""
    vlans = {1: "default"} | {n: rng.choice(["", f"V-{n}"]) for n in rng.sample(range(2, 4095), rng.randint(1, 40))}
    ports = {}
    for number in range(1, 9):
        edge = rng.random() < 0.5
        speed, duplex = rng.choice([("auto", "auto"), ("100", "auto"), ("auto", "half"), ("1000", "half")])
        ports[f"GigabitEthernet0/0/{number}"] = PortTruth(
            rng.choice(["", "CAM 1", "up  link"]),
            rng.choice(["dynamic", "access", "trunk"]),
            rng.choice(list(vlans)),
            rng.choice([1, rng.choice(list(vlans))]),
            rng.choice([EVERY, frozenset(rng.sample(range(1, 4095), rng.randint(0, 30)))]),
            rng.random() < 0.3,
            speed,
            duplex,
            rng.random() < 0.7,
            rng.choice([0, 1, 5]),
            rng.choice([0.0, 10.0]),
            edge,
            edge,
        )
    users = rng.choice([{}, {"admin": 15, "eye": 1}])
    views = rng.choice([{}, {"sys": frozenset({"1.3.6.1.2.1.1", "1.3.6.1.2.1.2"})}])
    return Truth(
        "SW-1",
        vlans,
        ports,
        {n: SviTruth(f"10.{n // 256}.{n % 256}.2/24", rng.random() < 0.2) for n in rng.sample(list(vlans), 2)},
        rng.choice(["", "10.9.0.1"]),
        rng.choice([frozenset({"0.0.0.0/0"}), frozenset({"10.80.0.0/24", "10.9.9.9/32"}), frozenset()]),
        set(rng.choice([[], ["10.1.0.1", "10.1.0.2"]])),
        set(rng.choice([[], ["10.1.0.3"]])),
        rng.random() < 0.5,
        rng.choice([{}, {"look": "ro", "write": "rw"}]),
        users,
        rng.choice([("local",), ("tacacs+", "local"), ("radius",)]),
        rng.choice(["", "rstp", "mstp"]),
        rng.choice([32768, 4096, 0]),
        views,
        dict.fromkeys(["snmp"], "sys") if views else {},
    )


@pytest.mark.parametrize("seed", range(60))
def test_what_is_printed_makes_the_same_switch(seed: int) -> None:
    truth = anything(random.Random(seed))
    shown = VrpSim(truth).running()
    fresh = VrpSim(Truth(ports={name: PortTruth() for name in truth.ports}))
    assert say(fresh, shown) == []
    assert fresh.truth == truth
    assert fresh.running() == shown


WORDS = f"""undo no vlan batch 10 20 99 to all interface {P1} {P9} Vlanif99 port link-type access trunk default pvid
allow-pass acl number 2000 rule permit deny source 10.80.0.0 0.0.0.255 999.1.1.1 y n quit return # aaa local-user x
password cipher privilege level 15 speed 100 user-interface vty 0 4 inbound name description ^ \u0663 ²""".split()


@pytest.mark.parametrize("asks", [False, True])
def test_no_sequence_of_lines_makes_it_fall_over(asks: bool) -> None:
    rng = random.Random(4)
    for seed in range(150):
        sim = VrpSim(anything(random.Random(seed)), asks)
        valid = [line for line in (SITE + VrpSim(anything(rng)).running()).splitlines() if line]
        for _ in range(40):
            line = rng.choice(valid)
            if rng.random() < 0.3:
                words = [rng.choice(WORDS) for _ in range(rng.randint(1, 6))]
                line = rng.choice(["", " ", "  "]) + " ".join(words)
            elif rng.random() < 0.3:
                line = line.replace(line.strip(), f"undo {line.strip()}")
            assert isinstance(sim.type(line), str)
        assert sim.running().endswith("return\n")
