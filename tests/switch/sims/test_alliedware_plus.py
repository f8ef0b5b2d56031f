"""The simulator of AlliedWare Plus does what docs/platforms/alliedware_plus.md says, and never falls over."""

from __future__ import annotations

import random

import pytest

from tests.switch.sims.alliedware_plus import AwplusSim
from tests.switch.sims.alliedware_plus_words import WRONG, ports_of, vlan_list
from tests.switch.sims.shell import Complaint
from tests.switch.sims.truth import EVERY, PortTruth, SviTruth, Truth, broken, traffic

P1, P2, P3, P9 = (f"port1.0.{number}" for number in (1, 2, 3, 9))

SITE = """\
hostname SW-J1
!
username manager privilege 15 password example
!
ntp server 192.0.2.1
!
vlan database
 vlan 10 name CAM
 vlan 10,20,99 state enable
!
interface port1.0.1
 description CAM-1
 switchport
 switchport mode access
 switchport access vlan 10
 switchport port-security maximum 2
 switchport port-security
 spanning-tree portfast
!
interface port1.0.9
 switchport mode trunk
 switchport trunk allowed vlan add 10,20,99
 switchport trunk native vlan none
!
interface vlan99
 ip address 192.0.2.10/24
!
ip route 0.0.0.0/0 192.0.2.254
!
end
"""


def factory() -> Truth:
    return Truth(ports={name: PortTruth() for name in (P1, P2, P3, P9)})


def say(sim: AwplusSim, text: str) -> list[str]:
    """What the device prints, silence left out."""
    return [out for out in map(sim.type, text.splitlines()) if out]


@pytest.fixture
def site() -> AwplusSim:
    sim = AwplusSim(factory())
    assert say(sim, SITE) == []
    return sim


def test_a_site_is_in_force_line_by_line(site: AwplusSim) -> None:
    truth = site.truth
    assert (truth.hostname, truth.gateway) == ("SW-J1", "192.0.2.254")
    assert truth.vlans == {1: "default", 10: "CAM", 20: "", 99: ""}
    assert truth.ports[P1] == PortTruth("CAM-1", "access", 10, max_macs=2, edge=True)
    assert truth.ports[P2] == PortTruth(mode="access")
    assert traffic(truth)[P9] == {(10, True), (20, True), (99, True)}
    assert (truth.users, truth.ntp, truth.stp_mode) == ({"manager": 15}, {"192.0.2.1"}, "rstp")
    assert broken(truth, 99, {P9}) == set()
    assert site.commit() == ""


T = " switchport trunk allowed vlan "
N = " switchport trunk native vlan "
TRUNKS = {  # lines on a trunk with 10, 20, 99 tagged and no native VLAN: what passes then
    "add adds": (f"{T}add 30", {10, 20, 99, 30}, None),
    "remove removes": (f"{T}remove 10-20", {99}, None),
    "none leaves no tagged VLAN": (f"{N}20\n{T}none", set(), 20),
    "all is every VLAN that is there": (f"{T}all", {1, 10, 20, 30, 99}, None),
    "all leaves the native VLAN untagged": (f"{N}1\n{T}all", {10, 20, 30, 99}, 1),
    "except is all but": (f"{T}except 1,20-30", {10, 99}, None),
    "except replaces except": (f"{T}except 1,20\n{T}except 10", {1, 20, 30, 99}, None),
    "none after all starts a list again": (f"{T}all\n{T}none\n{T}add 10", {10}, None),
    "a native VLAN leaves the tagged ones": (f"{N}20", {10, 99}, 20),
    "another native VLAN does not put it back": (f"{N}20\n{N}99", {10}, 99),
    "under all the former native VLAN is tagged": (f"{N}1\n{T}all\n{N}20", {1, 10, 30, 99}, 20),
    "the native VLAN that is added becomes tagged": (f"{N}20\n{T}add 20", {10, 20, 99}, None),
    "remove does not touch the native VLAN": (f"{N}20\n{T}remove 20", {10, 99}, 20),
    "no native is VLAN 1": (" no switchport trunk native vlan", {10, 20, 99}, 1),
    "VLAN 1 can be tagged": (f"{T}add 1", {1, 10, 20, 99}, None),
    "the mode again changes nothing": (" switchport mode trunk", {10, 20, 99}, None),
    "access and back loses all": (" switchport mode access\n switchport mode trunk", set(), 1),
    "no switchport trunk is access": (" no switchport trunk", set(), 1),
}


@pytest.mark.parametrize("case", TRUNKS)
def test_what_a_trunk_carries(site: AwplusSim, case: str) -> None:
    lines, tagged, native = TRUNKS[case]
    assert say(site, f"vlan database\n vlan 30\ninterface {P9}\n{lines}") == []
    passing = {(number, True) for number in tagged} | ({(native, False)} if native else set())
    assert traffic(site.truth)[P9] == passing
    again = AwplusSim(factory())
    assert say(again, site.running()) == []
    assert traffic(again.truth)[P9] == passing


REFUSED = {
    "add of a VLAN that is not there": (f"interface {P9}\n{T}add 30", "VLAN does not exist"),
    "add after all": (f"interface {P9}\n{T}all\n{T}add 10", "add can not be used"),
    "remove after except": (f"interface {P9}\n{T}except 10\n{T}remove 20", "remove can not be used"),
    "native VLAN that is not there": (f"interface {P9}\n{N}30", "VLAN does not exist"),
    "access VLAN that is not there": (f"interface {P1}\n switchport access vlan 30", "VLAN does not exist"),
    "access VLAN of a trunk": (f"interface {P9}\n switchport access vlan 10", "not in access mode"),
    "trunk list of an access port": (f"interface {P1}\n{T}add 10", "not in trunk mode"),
    "VLAN 1": ("vlan database\n no vlan 1", "Default VLAN"),
    "deleting what is not there": ("vlan database\n no vlan 30", "VLAN does not exist"),
    "one name for two": ("vlan database\n vlan 30,31 name X", WRONG),
    "interface of a VLAN that is not there": ("interface vlan30", "Can't find interface"),
    "no such port": ("interface port1.0.10", "Can't find interface"),
    "half duplex at 1000": (f"interface {P1}\n speed 1000\n duplex half", "Half duplex"),
    "overlapping address": ("interface vlan10\n ip address 192.0.2.77/28", "overlaps"),
    "priority not in steps": ("spanning-tree priority 1000", WRONG),
    "a list that is not there": ("vty access-class 5", "does not exist"),
    "a server that is no address": ("ntp server tomorrow", WRONG),
    "a server that is not there": ("no ntp server 192.0.2.77", "No such"),
    "a command of another mode": ("shutdown", WRONG),
    "a VRP command": ("sysname x", WRONG),
}


@pytest.mark.parametrize("case", REFUSED)
def test_the_device_complains_and_changes_nothing(site: AwplusSim, case: str) -> None:
    lines, words = REFUSED[case]
    *setup, last = lines.splitlines()
    assert say(site, "\n".join(setup)) == []
    before = site.running()
    answer = site.type(last)
    assert "% " in answer and words in answer
    assert site.running() == before


def test_the_marker_stands_below_what_was_not_understood(site: AwplusSim) -> None:
    assert site.type("frobnicate") == "         ^\n% Invalid input detected at '^' marker."


def test_a_fresh_trunk_carries_vlan_1_untagged_only(site: AwplusSim) -> None:
    say(site, f"interface {P1}\n switchport mode trunk")
    assert traffic(site.truth)[P1] == {(1, False)}
    say(site, " switchport mode access")
    assert site.truth.ports[P1].access == 1


def test_deleting_a_vlan_takes_ports_trunks_and_the_interface_with_it(site: AwplusSim) -> None:
    say(site, f"interface {P9}\n switchport trunk native vlan 20\nvlan database\n no vlan 10,20,99")
    assert site.truth.ports[P1].access == 1
    assert traffic(site.truth)[P9] == {(1, False)}
    assert site.truth.interfaces == {}
    assert "the management VLAN is not in the database" in broken(site.truth, 99, {P9})
    say(site, "vlan database\n vlan 10")
    assert (10, True) not in traffic(site.truth)[P9]  # a list forgets; it does not come back with the VLAN


def test_all_takes_in_what_comes_later(site: AwplusSim) -> None:
    say(site, f"interface {P9}\n{T}all\nvlan database\n vlan 30")
    assert (30, True) in traffic(site.truth)[P9]
    assert f"{P9} is open to all VLANs" in broken(site.truth, 99, {P9})


def test_a_range_of_ports_is_set_and_printed_together(site: AwplusSim) -> None:
    say(site, "interface port1.0.2-1.0.3\n switchport access vlan 20\n no power-inline enable\n shutdown")
    assert site.truth.ports[P2] == site.truth.ports[P3] == PortTruth(mode="access", access=20, poe=False, shutdown=True)
    assert (
        "!\ninterface port1.0.2-1.0.3\n no power-inline enable\n shutdown\n switchport\n switchport mode access\n"
        " switchport access vlan 20\n!\n"
    ) in site.running()
    assert ports_of("port1.0.1,port1.0.3-port1.0.4") == [P1, P3, "port1.0.4"]
    for wrong in ("port1.0.1-2.0.4", "port1", "vlan1", "port1.0.\u0663"):
        with pytest.raises(Complaint):
            ports_of(wrong)


def test_what_the_device_prints(site: AwplusSim) -> None:
    shown = site.running()
    assert shown.startswith("!\nservice password-encryption\n!\nhostname SW-J1\n!\n") and shown.endswith("!\nend\n")
    assert "!\nvlan database\n vlan 10 name CAM\n vlan 10,20,99 state enable\n!\n" in shown
    assert (
        "!\ninterface port1.0.9\n switchport\n switchport mode trunk\n switchport trunk allowed vlan add 10,20,99\n"
        " switchport trunk native vlan none\n!\n"
    ) in shown
    assert "!\ninterface vlan99\n ip address 192.0.2.10/24\n!\nip route 0.0.0.0/0 192.0.2.254\n!\n" in shown


def test_a_speed_flaps_the_link_and_other_settings_do_not(site: AwplusSim) -> None:
    say(site, f"interface {P1}\n speed 100")
    assert site.flapped == {P1}
    say(site, " speed 100")
    assert site.flapped == set()
    say(site, " description x  y")
    assert (site.flapped, site.truth.ports[P1].description) == (set(), "x  y")
    say(site, " shutdown\n duplex full")
    assert (site.flapped, site.truth.ports[P1].duplex) == (set(), "full")
    say(site, " no speed\n no duplex\n no description")
    port = site.truth.ports[P1]
    assert (port.speed, port.duplex, port.description) == ("auto", "auto", "")


def test_a_second_default_route_stands_beside_the_first(site: AwplusSim) -> None:
    say(site, "ip route 0.0.0.0/0 192.0.2.253\nno ip route 0.0.0.0/0 192.0.2.254")
    assert site.truth.gateway == "192.0.2.253"
    say(site, "no ip route 0.0.0.0/0 192.0.2.253")
    assert site.truth.gateway == ""


def test_a_new_address_replaces_the_old_one(site: AwplusSim) -> None:
    say(site, "interface vlan99\n ip address 192.0.2.11/25\n shutdown")
    assert site.truth.interfaces[99] == SviTruth("192.0.2.11/25", True)
    say(site, " no shutdown\n no ip address")
    assert site.truth.interfaces == {}


def test_the_management_list(site: AwplusSim) -> None:
    say(site, "access-list 5 permit 10.80.0.0 0.0.0.255\naccess-list 5 permit host 10.9.0.1")
    assert site.truth.access_from == {"0.0.0.0/0"}
    say(site, "vty access-class 5")
    assert site.truth.access_from == {"10.80.0.0/24", "10.9.0.1/32"}
    say(site, "no access-list 5 permit host 10.9.0.1")
    assert site.truth.access_from == {"10.80.0.0/24"}
    answers = [site.type(f"access-list {number} permit any") for number in (1, 99, 1300, 1999, 0, 100, 1299, 2000)]
    assert ["%" in answer for answer in answers] == [False] * 4 + [True] * 4
    say(site, "no access-list 5")
    assert "the operator may not log in" in broken(site.truth, 99, {P9})
    say(site, "no vty access-class 5")
    assert site.truth.access_from == {"0.0.0.0/0"}


def test_users_and_login_methods(site: AwplusSim) -> None:
    say(site, "aaa authentication login default group tacacs+ local\nusername eye privilege 7 password x")
    assert (site.truth.logins, site.truth.users) == (("tacacs+", "local"), {"manager": 15, "eye": 1})
    say(site, "username new password x\nusername eye password y")
    assert site.truth.users == {"manager": 15, "eye": 1, "new": 1}
    say(site, "no username new")
    say(site, "username eye privilege 15\nno username manager\nno aaa authentication login default")
    assert (site.truth.logins, site.truth.users) == (("local",), {"eye": 15})


def test_snmp(site: AwplusSim) -> None:
    say(site, "snmp-server community look\nsnmp-server community write rw\nsnmp-server view sys 1.3.6.1.2.1.1 included")
    say(site, "snmp-server group g priv read sys\nsnmp-server user eye g auth sha secret-1 priv aes secret-2")
    truth = site.truth
    assert truth.communities == {"look": "ro", "write": "rw"}
    assert (truth.views, truth.snmp_users) == ({"sys": frozenset({"1.3.6.1.2.1.1"})}, {"eye": "sys"})
    say(site, "no snmp-server group g priv\nno snmp-server view sys\nno snmp-server community write")
    assert (truth.views, truth.snmp_users, truth.communities) == ({}, {"eye": ""}, {"look": "ro"})
    say(site, "snmp-server group g priv read other")
    assert truth.snmp_users == {"eye": "other"}
    say(site, "no snmp-server user eye")
    assert truth.snmp_users == {}


BOUNDS = [  # a port's command, its least and its greatest number
    ("switchport port-security maximum", 1, 256),
    ("storm-control broadcast level", 1, 100),
    ("switchport access vlan", 1, 99),
]


@pytest.mark.parametrize(("text", "least", "most"), BOUNDS)
def test_numbers_have_bounds(site: AwplusSim, text: str, least: int, most: int) -> None:
    say(site, f"interface {P1}")
    assert [site.type(f" {text} {number}") for number in (least, most)] == ["", ""]
    for number in (least - 1, most + 1):
        assert "% " in site.type(f" {text} {number}")


def test_port_security_storm_control_and_guard(site: AwplusSim) -> None:
    say(site, f"interface {P2}\n switchport port-security\n storm-control broadcast level 2.5")
    say(site, " spanning-tree portfast bpdu-guard enable")
    port = site.truth.ports[P2]
    assert (port.max_macs, port.storm_pct, port.bpdu_guard, port.edge) == (1, 2.5, True, False)
    say(site, " switchport port-security maximum 3\n no storm-control broadcast level")
    assert (port.max_macs, port.storm_pct) == (3, 0.0)
    say(site, " no switchport port-security\n no spanning-tree portfast bpdu-guard")
    assert (port.max_macs, port.bpdu_guard) == (0, False)


def test_lists_of_vlans() -> None:
    assert vlan_list("10,20-22") == {10, 20, 21, 22}
    for wrong in ("", "0", "4095", "9-5", "5-", "ten", "\u0663"):
        with pytest.raises(Complaint):
            vlan_list(wrong)


def anything(rng: random.Random) -> Truth:
    """A switch that somebody configured."""
    vlans = {1: "default"} | {n: rng.choice(["", f"V-{n}"]) for n in rng.sample(range(2, 4095), rng.randint(1, 40))}
    ports = {}
    for number in range(1, 9):
        speed, duplex = rng.choice([("auto", "auto"), ("100", "full"), ("10", "half"), ("1000", "auto")])
        ports[f"port1.0.{number}"] = PortTruth(
            rng.choice(["", "CAM 1", "up  link"]),
            rng.choice(["dynamic", "access", "trunk"]),
            rng.choice([*vlans, 4000]),
            rng.choice([1, rng.choice(list(vlans))]),
            rng.choice([EVERY, frozenset(rng.sample(list(vlans), 2)), frozenset()]),
            rng.random() < 0.3,
            speed,
            duplex,
            rng.random() < 0.7,
            rng.choice([0, 1, 5]),
            rng.choice([0.0, 10.0, 2.5]),
            rng.random() < 0.5,
            rng.random() < 0.5,
        )
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
        rng.choice([{}, {"manager": 15, "eye": 1}]),
        rng.choice([("local",), ("tacacs+", "local"), ("radius",)]),
        rng.choice(["", "rstp", "mstp"]),
        rng.choice([32768, 4096, 0]),
        views,
        dict.fromkeys(["snmp"], "sys") if views else {},
    )


@pytest.mark.parametrize("seed", range(60))
def test_what_is_printed_makes_the_same_switch(seed: int) -> None:
    truth = anything(random.Random(seed))
    shown = AwplusSim(truth).running()
    fresh = AwplusSim(Truth(ports={name: PortTruth() for name in truth.ports}))
    assert say(fresh, shown) == []
    assert fresh.truth == truth
    assert fresh.running() == shown


WORDS = f"""no vlan database 10,20-30 99 interface {P1} {P9} port1.0.2-1.0.9 vlan99 switchport mode access trunk allowed
add remove except none all native access-list 5 permit deny any host 10.80.0.0 0.0.0.255 999.1.1.1 vty access-class
exit end ! username x privilege 15 password speed 100 duplex half ip route address 0.0.0.0/0 description ^ \u0663 ²
storm-control broadcast level""".split()


def test_no_sequence_of_lines_makes_it_fall_over() -> None:
    rng = random.Random(4)
    for seed in range(300):
        sim = AwplusSim(anything(random.Random(seed)))
        valid = [line for line in (SITE + AwplusSim(anything(rng)).running()).splitlines() if line]
        for _ in range(40):
            line = rng.choice(valid)
            if rng.random() < 0.3:
                words = [rng.choice(WORDS) for _ in range(rng.randint(1, 6))]
                line = rng.choice(["", " "]) + " ".join(words)
            elif rng.random() < 0.3:
                line = line.replace(line.strip(), f"no {line.strip()}")
            assert isinstance(sim.type(line), str)
        assert sim.running().endswith("!\nend\n")
