"""The simulated Cisco switch does what Cisco's documents say; the facts stand in docs/platforms/cisco_ios.md."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from copy import deepcopy

import pytest

from tests.switch.sims.cisco_ios import ASKS, IosSim
from tests.switch.sims.cisco_ios_words import INCOMPLETE, INVALID, as_list, permitted, vlan_list, wrapped
from tests.switch.sims.truth import EVERY, PortTruth, Sim, SviTruth, Truth, broken, carried

G1, G2, G3 = "GigabitEthernet1/1", "GigabitEthernet1/2", "GigabitEthernet1/3"


def factory() -> Truth:
    return Truth(ports={name: PortTruth() for name in (G1, G2, G3)})


def configured() -> Truth:
    """A switch on which every field is set."""
    truth = factory()
    truth.hostname = "t-j01-sw1"
    truth.vlans |= {10: "CAMERAS", 20: "", 21: "", 22: "", 99: "MGMT"}
    truth.ports[G1] = PortTruth(
        "cam 1, pole", "access", 10, max_macs=3, storm_pct=1.25, edge=True, bpdu_guard=True, speed="100", duplex="full"
    )
    truth.ports[G2] = PortTruth(mode="access", access=20, shutdown=True, poe=False, max_macs=1)
    truth.ports[G3] = PortTruth("to core", "trunk", native=999, allowed=frozenset({10, 20, 21, 99}))
    truth.interfaces = {99: SviTruth("10.9.0.2/24"), 10: SviTruth("10.10.0.1/25", shutdown=True), 20: SviTruth()}
    truth.gateway = "10.9.0.1"
    truth.access_from = frozenset({"10.80.0.0/24", "10.81.0.7/32"})
    truth.ntp, truth.syslog, truth.lldp = {"10.9.0.5", "10.9.0.6"}, {"10.9.0.7"}, True
    truth.communities = {"watch": "ro", "turn": "rw"}
    truth.users = {"admin": 15, "viewer": 1}
    truth.logins = ("tacacs+", "local")
    truth.stp_mode, truth.stp_priority = "rapid-pvst", 4096
    truth.views = {"CAMS": frozenset({"iso", "1.3.6.1.2.1"})}
    return truth


def type_all(sim: Sim, text: str) -> list[str]:
    """What is printed for each line, where something is."""
    return [said for line in text.splitlines() if (said := sim.type(line))]


def typed(lines: str, truth: Truth | None = None) -> tuple[Truth, list[str]]:
    sim = IosSim(truth or factory())
    said = type_all(sim, lines)
    return sim.truth, said


@pytest.mark.parametrize("old", [False, True])
def test_what_it_shows_makes_the_same_switch(old: bool) -> None:
    shown = IosSim(configured(), old=old).running()
    fresh = IosSim(factory(), old=old)
    said = type_all(fresh, shown.split("bytes\n", 1)[1])
    assert [one for one in said if "Warning" not in one] == []
    assert fresh.truth == configured()
    assert fresh.running().split("admin\n")[1].replace("ntp clock", "") != ""
    again = [line for line in fresh.running().splitlines() if not line.startswith(("!", "Current", "ntp clock"))]
    assert again == [line for line in shown.splitlines() if not line.startswith(("!", "Current", "ntp clock"))]


@pytest.mark.parametrize("truth", [factory(), configured()], ids=["factory", "configured"])
def test_a_switch_that_nobody_types_at_stays_as_it_is(truth: Truth) -> None:
    sim = IosSim(deepcopy(truth))
    assert sim.type("end") == "" and sim.type("vtp mode transparent") == ""
    assert sim.truth == truth and sim.commit() == "" and sim.flapped == set()


# --- VLANs ---------------------------------------------------------------------------------------------------------


def test_vlans_come_by_lists_and_go() -> None:
    truth, said = typed("vlan 10,20-22\nvlan 10\n name CAMERAS\nno vlan 21")
    assert (truth.vlans, said) == ({1: "default", 10: "CAMERAS", 20: "", 22: ""}, [])


def test_a_port_in_a_deleted_vlan_is_inactive() -> None:
    truth, _ = typed(f"vlan 10\ninterface {G1}\n switchport mode access\n switchport access vlan 10\nno vlan 10")
    assert truth.ports[G1].access == 10 and carried(truth.ports[G1], set(truth.vlans)) == frozenset()
    assert f"{G1} is in a VLAN that does not exist" in broken(truth, 99, set())


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ("vlan 4095", "Bad VLAN list"),
        ("vlan 20-10", "Bad VLAN list"),
        ("vlan ten", "Invalid input"),
        ("no vlan 1", "Default VLAN 1 may not be deleted"),
        ("no vlan 10,1002", "Default VLAN 1002 may not be deleted"),
        ("vlan 1\n name HOME", "may not have its name changed"),
        ("vlan 10,20\n name BOTH", "several VLANs"),
        ("vlan 10\n name A\nvlan 20\n name A", "VLAN #20 and #10 have an identical name: A"),
        ("vlan 10\nvlan 20\n name VLAN0010", "identical name"),
        ("vlan 10\n name", "Incomplete"),
        (f"vlan 10\n name {'x' * 33}", "Invalid input"),
    ],
)
def test_what_the_database_refuses(lines: str, complaint: str) -> None:
    truth, said = typed(lines)
    assert len(said) == 1 and complaint in said[0]
    assert "A" not in {truth.vlans.get(20), truth.vlans.get(1)} and 1 in truth.vlans


def test_the_name_that_a_vlan_has_anyway_is_none() -> None:
    truth, said = typed("vlan 10\n name VLAN0010")
    assert truth.vlans[10] == "" and said == []


# --- ports ---------------------------------------------------------------------------------------------------------


def test_an_access_vlan_that_is_not_there_is_made() -> None:
    truth, said = typed(f"interface {G1}\n switchport access vlan 30\n no switchport access vlan")
    assert said == ["% Access VLAN does not exist. Creating vlan 30\n"]
    assert truth.vlans[30] == "" and truth.ports[G1].access == 1


def test_a_native_vlan_that_is_not_there_is_not_made() -> None:
    truth, said = typed(f"interface {G1}\n switchport trunk native vlan 999")
    assert (truth.ports[G1].native, 999 in truth.vlans, said) == (999, False, [])


@pytest.mark.parametrize(
    ("lines", "allowed"),
    [
        ("10,20-22", {10, 20, 21, 22}),
        ("10\nadd 20", {10, 20}),
        ("10-12\nremove 11,99", {10, 12}),
        ("none", set()),
        ("none\nall", set(EVERY)),
        ("10\nexcept 2-4094", {1}),
        ("add 20", set(EVERY)),
        ("10\nremove 10", set()),
        ("10\nnone\nadd 30", {30}),
    ],
)
def test_allowed_vlans(lines: str, allowed: set[int]) -> None:
    said = "\n".join(f" switchport trunk allowed vlan {line}" for line in lines.split("\n"))
    truth, printed = typed(f"interface {G1}\n{said}")
    assert truth.ports[G1].allowed == allowed and printed == []


def test_allowed_vlans_without_a_list_are_left_alone() -> None:
    truth, said = typed(f"interface {G1}\n switchport trunk allowed vlan 10\n switchport trunk allowed vlan add")
    assert truth.ports[G1].allowed == {10} and said == [INCOMPLETE]
    truth, said = typed(f"interface {G1}\n switchport trunk allowed vlan 10,5000")
    assert truth.ports[G1].allowed == EVERY and "Bad VLAN allowed list" in said[0]
    truth, _ = typed(f"interface {G1}\n switchport trunk allowed vlan 10\n no switchport trunk allowed vlan")
    assert truth.ports[G1].allowed == EVERY


def test_a_line_that_is_too_long_does_nothing() -> None:
    many = ",".join(str(vlan) for vlan in range(100, 220, 2))
    sim = IosSim(factory())
    sim.type(f"interface {G1}")
    assert len(many) < 254 < len(f" switchport trunk allowed vlan {many}")
    assert sim.type(f" switchport trunk allowed vlan {many}") == INVALID
    assert sim.truth.ports[G1].allowed == EVERY


def test_a_question_mark_is_no_text() -> None:
    truth, said = typed(f"interface {G1}\n description cam 1?")
    assert truth.ports[G1].description == "" and said == [INVALID]


def test_modes() -> None:
    head = f"interface {G1}\n switchport mode "
    for mode in ("access", "trunk"):
        assert typed(head + mode)[0].ports[G1].mode == mode
        assert typed(f"{head}{mode}\n no switchport mode")[0].ports[G1].mode == "dynamic"
    assert typed(head + "dynamic desirable")[0].ports[G1].mode == "dynamic"
    assert typed(head + "dynamic")[1] == [INCOMPLETE] and typed(head + "hybrid")[1] == [INVALID]


def test_negotiation_is_either_dynamic_or_off() -> None:
    assert "'nonegotiate' and 'dynamic'" in typed(f"interface {G1}\n switchport nonegotiate")[1][0]
    truth, said = typed(f"interface {G1}\n switchport mode trunk\n switchport nonegotiate\n no switchport mode")
    assert truth.ports[G1].mode == "trunk" and "'nonegotiate' and 'dynamic'" in said[0]


def test_port_security_needs_a_fixed_mode() -> None:
    truth, said = typed(f"interface {G1}\n switchport port-security")
    assert truth.ports[G1].max_macs == 0 and said == [f"Command rejected: {G1} is a dynamic port.\n"]
    truth, said = typed(f"interface {G1}\n switchport mode access\n switchport port-security\n no switchport mode")
    assert truth.ports[G1].mode == "access" and "Command rejected" in said[0]


def test_the_maximum_counts_only_while_port_security_is_on() -> None:
    head = f"interface {G1}\n switchport mode access\n switchport port-security maximum 3"
    assert typed(head)[0].ports[G1].max_macs == 0
    assert typed(f"{head}\n switchport port-security")[0].ports[G1].max_macs == 3
    assert typed(f"{head}\n switchport port-security\n no switchport port-security")[0].ports[G1].max_macs == 0
    one = f"{head}\n switchport port-security\n no switchport port-security maximum"
    assert typed(one)[0].ports[G1].max_macs == 1


@pytest.mark.parametrize(
    ("lines", "name", "value"),
    [
        (" description to core, 1/2", "description", "to core, 1/2"),
        (" description x\n no description", "description", ""),
        (" shutdown", "shutdown", True),
        (" shutdown\n no shutdown", "shutdown", False),
        (" power inline never", "poe", False),
        (" power inline never\n power inline auto", "poe", True),
        (" power inline never\n no power inline", "poe", True),
        (" storm-control broadcast level 1.25", "storm_pct", 1.25),
        (" storm-control broadcast level 1\n no storm-control broadcast level", "storm_pct", 0.0),
        (" storm-control broadcast level 100", "storm_pct", 0.0),
        (" storm-control broadcast level 0.00", "storm_pct", -1.0),
        (" spanning-tree portfast", "edge", True),
        (" spanning-tree portfast edge", "edge", True),
        (" spanning-tree portfast edge\n no spanning-tree portfast", "edge", False),
        (" spanning-tree portfast\n spanning-tree portfast disable", "edge", False),
        (" spanning-tree bpduguard enable", "bpdu_guard", True),
        (" spanning-tree bpduguard enable\n no spanning-tree bpduguard", "bpdu_guard", False),
        (" speed 100", "speed", "100"),
        (" speed 100\n no speed", "speed", "auto"),
        (" duplex full", "duplex", "full"),
        (" speed 1000\n duplex half", "duplex", "auto"),
        (" duplex half\n speed 1000", "speed", "auto"),
    ],
)
def test_settings_of_a_port(lines: str, name: str, value: object) -> None:
    truth, _ = typed(f"interface {G1}\n{lines}")
    assert getattr(truth.ports[G1], name) == value
    assert truth.ports[G2] == PortTruth()


def test_another_speed_flaps_the_link_and_the_same_one_does_not() -> None:
    sim = IosSim(factory())
    for line, flapped in (
        (f"interface {G1}", set()),
        (" speed 100", {G1}),
        (" speed 100", set()),
        (" duplex full", {G1}),
    ):
        sim.type(line)
        assert sim.flapped == flapped, line
    sim.type(f"default interface {G1}")
    assert sim.flapped == {G1} and sim.truth.ports[G1] == PortTruth()
    for line in (f"interface {G1}", " shutdown", " speed 10"):
        sim.type(line)
    assert sim.flapped == set()


def test_default_interface_takes_everything_off() -> None:
    sim = IosSim(configured())
    assert sim.type(f"default interface {G3}") == f"Interface {G3} set to default configuration\n"
    assert sim.truth.ports[G3] == PortTruth()
    assert sim.type("default interface GigabitEthernet1/77") == INVALID


def test_a_range_is_all_its_ports_or_none() -> None:
    truth, said = typed("interface range GigabitEthernet1/1 - 2\n shutdown\ninterface range Gi1/1-9\n description x")
    assert [port.shutdown for port in truth.ports.values()] == [True, True, False]
    assert said == [INVALID, INVALID] and {port.description for port in truth.ports.values()} == {""}


@pytest.mark.parametrize("name", ["Gi1/1", "gigabitethernet 1/1", "GigabitEthernet1/1", "Gig 1/1"])
def test_names_of_ports_may_be_short(name: str) -> None:
    assert typed(f"interface {name}\n shutdown")[0].ports[G1].shutdown


def test_a_line_that_is_no_command_leaves_the_mode_as_it_was() -> None:
    truth, said = typed(f"interface {G1}\n nonsense\n shutdown")
    assert truth.ports[G1].shutdown and said == [INVALID]


def test_a_line_without_a_blank_leaves_the_sub_mode() -> None:
    truth, said = typed(f"interface {G1}\nshutdown")
    assert not truth.ports[G1].shutdown and said == [INVALID]
    truth, said = typed(f"interface {G1}\n hostname other\n shutdown")
    assert truth.hostname == "other" and said == [INVALID] and not truth.ports[G1].shutdown


# --- the switch's own address ---------------------------------------------------------------------------------------


def test_addresses_of_vlan_interfaces() -> None:
    truth, said = typed("interface Vlan99\n ip address 10.9.0.2 255.255.255.0\n shutdown")
    assert truth.interfaces == {99: SviTruth("10.9.0.2/24", shutdown=True)} and said == []
    assert typed("interface Vlan99\n no ip address", truth)[0].interfaces[99].address == ""
    assert typed("no interface Vlan99", truth)[0].interfaces == {}


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ("interface Vlan10\n ip address 10.9.0.9 255.255.255.0", "% 10.9.0.0 overlaps with Vlan99"),
        ("interface Vlan10\n ip address 10.9.0.0 255.255.255.0", "Bad mask /24 for address 10.9.0.0"),
        ("interface Vlan10\n ip address 10.9.0.9 255.0.255.0", "Invalid input"),
        ("interface Vlan10\n ip address 10.9.0.9", "Incomplete"),
        ("interface Vlan10\n ip address 10.9.0.9/24", "Incomplete"),
        ("no interface Vlan1", "may not be deleted"),
        ("interface Vlan5000", "Invalid input"),
        ("ip default-gateway 10.9.0", "Invalid input"),
        ("interface Vlan99\n no ip address 10.9.0.3 255.255.255.0", "Invalid address"),
    ],
)
def test_what_is_refused_of_addresses(lines: str, complaint: str) -> None:
    start = factory()
    start.interfaces = {99: SviTruth("10.9.0.2/24")}
    truth, said = typed(lines, start)
    assert len(said) == 1 and complaint in said[0]
    assert truth.interfaces[99].address == "10.9.0.2/24" and not truth.interfaces.get(10, SviTruth()).address


def test_two_addresses_of_one_network_collide_when_the_second_comes_up() -> None:
    start = factory()
    start.interfaces = {99: SviTruth("10.9.0.2/24")}
    truth, said = typed("interface Vlan10\n shutdown\n ip address 10.9.0.9 255.255.255.0\n no shutdown", start)
    assert truth.interfaces[10] == SviTruth("10.9.0.9/24", shutdown=True) and "incorrect IP address" in said[0]


def test_the_gateway_goes_only_by_its_own_address() -> None:
    truth, _ = typed("ip default-gateway 10.9.0.1\nno ip default-gateway 10.9.0.9")
    assert truth.gateway == "10.9.0.1"
    assert typed("ip default-gateway 10.9.0.1\nno ip default-gateway")[0].gateway == ""


# --- who may log in -------------------------------------------------------------------------------------------------

ACL = "ip access-list standard WAY-IN\n 10 permit 10.80.0.0 0.0.0.255"
BOTH = "line vty 0 4\n access-class WAY-IN in\nline vty 5 15\n access-class WAY-IN in"


@pytest.mark.parametrize(
    ("lines", "let_in"),
    [
        (f"{ACL}\n{BOTH}", {"10.80.0.0/24"}),
        (f"{ACL}\nline vty 0 15\n access-class WAY-IN in", {"10.80.0.0/24"}),
        (f"{ACL}\nline vty 0 4\n access-class WAY-IN in", {"0.0.0.0/0", "10.80.0.0/24"}),
        (BOTH, {"0.0.0.0/0"}),
        (f"ip access-list standard WAY-IN\n{BOTH}", {"0.0.0.0/0"}),
        (f"{ACL}\n{BOTH}\nno ip access-list standard WAY-IN", {"0.0.0.0/0"}),
        (f"{ACL}\n{BOTH}\nip access-list standard WAY-IN\n no 10", {"0.0.0.0/0"}),
        (f"{BOTH}\nip access-list standard WAY-IN\n permit 10.81.0.7", {"10.81.0.7/32"}),
        (f"{ACL}\n deny any\n{BOTH}", {"10.80.0.0/24"}),
        (f"{ACL}\n permit any\n{BOTH}", {"10.80.0.0/24", "0.0.0.0/0"}),
        (f"{ACL}\n 5 deny any\n{BOTH}", set()),
        (f"{ACL}\n 5 deny 10.80.0.0 0.0.0.127\n{BOTH}", {"10.80.0.128/25"}),
        (f"{ACL}\n no permit 10.80.0.0 0.0.0.255\n permit host 10.1.1.1\n{BOTH}", {"10.1.1.1/32"}),
        (f"{ACL}\n{BOTH}\nline vty 0 15\n no access-class WAY-IN in", {"0.0.0.0/0"}),
        (f"{ACL}\n{BOTH}\nline vty 0 15\n transport input telnet", set()),
        ("access-list 10 permit 10.80.0.0 0.0.0.255\nline vty 0 15\n access-class 10 in", {"10.80.0.0/24"}),
    ],
)
def test_from_where_one_may_log_in(lines: str, let_in: set[str]) -> None:
    truth, said = typed(lines)
    assert truth.access_from == let_in and said == []


def test_a_sequence_number_is_given_once() -> None:
    truth, said = typed(f"{ACL}\n 10 permit 10.81.0.0 0.0.0.255\n 20 permit 10.80.0.0 0.0.0.255\n{BOTH}")
    assert said == ["% Duplicate sequence number\n"] and truth.access_from == {"10.80.0.0/24"}


@pytest.mark.parametrize(
    ("lines", "logins"),
    [
        ("line vty 0 15\n login local", ("local",)),
        ("line vty 0 15\n no login", ("none",)),
        ("line vty 0 15\n login", ()),
        ("aaa new-model", ("local",)),
        ("aaa new-model\naaa authentication login default group tacacs+ local", ("tacacs+", "local")),
        ("aaa new-model\naaa authentication login default local\nno aaa authentication login default", ("local",)),
        (
            "aaa new-model\naaa authentication login OPS group radius\nline vty 0 4\n login authentication OPS",
            ("radius",),
        ),
        (
            "aaa new-model\naaa authentication login default group tacacs+\nline vty 0 4\n no login authentication",
            ("tacacs+",),
        ),
        ("aaa new-model\nno aaa new-model", ()),
        ("aaa new-model\nno aaa new-model\nline vty 0 15\n login local", ("local",)),
    ],
)
def test_how_logins_are_checked(lines: str, logins: tuple[str, ...]) -> None:
    truth, said = typed(lines)
    assert truth.logins == logins and said == []


@pytest.mark.parametrize(
    "lines",
    [
        "aaa authentication login default local",
        "line vty 0 4\n login authentication default",
        "aaa new-model\nline vty 0 4\n login local",
        "aaa new-model\naaa authentication login default group tacacs+ locally",
        "line vty 0 16",
    ],
)
def test_lines_of_the_other_way_to_log_in_are_invalid(lines: str) -> None:
    assert typed(lines)[1] == [INVALID]


def test_a_list_that_nobody_defined_is_warned_of() -> None:
    truth, said = typed("aaa new-model\nline vty 0 4\n login authentication OPS")
    assert truth.logins == () and "is not defined for LOGIN" in said[0]


def test_users() -> None:
    truth, said = typed("username admin privilege 15 algorithm-type scrypt secret Pass word\nusername eye secret x\n")
    assert truth.users == {"admin": 15, "eye": 1} and said == []
    truth, _ = typed("username admin secret other\nno username eye", truth)
    assert truth.users == {"admin": 15}
    assert "valid encrypted secret" in typed("username bad secret 9 plain")[1][0]
    assert typed("username bad privilege 16 secret x")[1] == [INVALID]


def test_secrets_are_shown_hashed_and_taken_back_as_shown() -> None:
    sim = IosSim(factory())
    sim.type("username admin privilege 15 algorithm-type scrypt secret Kanpur-1")
    (line,) = (line for line in sim.running().splitlines() if line.startswith("username"))
    assert line.startswith("username admin privilege 15 secret 9 $9$") and "Kanpur" not in line
    sim.type("no username admin")
    assert sim.type(line) == "" and line in sim.running().splitlines()


def test_on_a_terminal_a_user_goes_only_when_it_is_confirmed() -> None:
    start = factory()
    start.users = {"eye": 1, "old": 15}
    sim = IosSim(start, asks=True)
    assert sim.type("no username eye") == ASKS and sim.type("n") == "" and "eye" in sim.truth.users
    assert sim.type("no username eye") == ASKS and sim.type("") == "" and "eye" not in sim.truth.users


# --- services -------------------------------------------------------------------------------------------------------


def test_communities_go_with_and_without_their_right() -> None:
    truth, _ = typed("snmp-server community watch\nsnmp-server community turn RW\nsnmp-server community look ro")
    assert truth.communities == {"watch": "ro", "turn": "rw", "look": "ro"}
    assert typed("no snmp-server community watch\nno snmp-server community turn RW", truth)[0].communities == {
        "look": "ro"
    }


def test_snmp_users_read_the_view_of_their_group_and_are_not_in_the_configuration() -> None:
    sim = IosSim(factory())
    lines = "snmp-server view ALL iso included\nsnmp-server view ALL 1.3.6.1.6 excluded\n"
    lines += "snmp-server group read v3 priv read ALL\n"
    assert type_all(sim, lines + "snmp-server user nms read v3 auth sha Secret-01 priv aes 128 Secret-02") == []
    assert sim.truth.views == {"ALL": {"iso"}} and sim.truth.snmp_users == {"nms": "ALL"}
    assert "nms" not in sim.running() and "Secret" not in sim.users_table()
    table = sim.users_table()
    assert "User name: nms\n" in table and "Group-name: read\n" in table and "Privacy Protocol: AES128\n" in table
    type_all(sim, "no snmp-server user nms read v3\nno snmp-server view ALL")
    assert sim.truth.snmp_users == {} and sim.truth.views == {} and sim.users_table() == ""


def test_servers_and_lldp() -> None:
    lines = "ntp server 10.9.0.5 prefer\nlogging host 10.9.0.7\nlogging 10.9.0.8\nlldp run\nlogging trap warnings"
    truth, said = typed(lines)
    assert (truth.ntp, truth.syslog, truth.lldp, said) == ({"10.9.0.5"}, {"10.9.0.7", "10.9.0.8"}, True, [])
    truth, _ = typed("no ntp server 10.9.0.5\nno logging host 10.9.0.7\nno lldp run", truth)
    assert (truth.ntp, truth.syslog, truth.lldp) == (set(), {"10.9.0.8"}, False)


def test_another_spanning_tree_interrupts_every_port() -> None:
    sim = IosSim(factory())
    assert sim.type("spanning-tree mode rapid-pvst") == "" and sim.flapped == {G1, G2, G3}
    assert sim.type("spanning-tree mode rapid-pvst") == "" and sim.flapped == set()
    assert sim.type("spanning-tree mode rstp") == INVALID and sim.truth.stp_mode == "rapid-pvst"


@pytest.mark.parametrize(
    ("lines", "priority", "complaint"),
    [
        ("spanning-tree vlan 1-4094 priority 4096", 4096, ""),
        ("spanning-tree vlan 1-4094 priority 4096\nno spanning-tree vlan 1-4094 priority", 32768, ""),
        ("spanning-tree vlan 1-4094 priority 5000", 32768, "increments of 4096"),
        ("spanning-tree vlan 1-4094 priority 65536", 32768, "Invalid input"),
        ("vlan 20\nspanning-tree vlan 20 priority 4096", 32768, ""),
        ("spanning-tree mst 0 priority 4096", 32768, ""),
        ("spanning-tree mode mst\nspanning-tree mst 0 priority 4096", 4096, ""),
    ],
)
def test_bridge_priority(lines: str, priority: int, complaint: str) -> None:
    truth, said = typed(lines)
    assert truth.stp_priority == priority and complaint in "".join(said) and len(said) == bool(complaint)


# --- what it shows --------------------------------------------------------------------------------------------------


def test_lines_in_the_order_of_the_switch() -> None:
    shown = IosSim(configured()).running()
    heads = ["hostname", "aaa new-model", "spanning-tree", "username", "vlan 20-22", "vlan 10", "lldp", "interface Gi"]
    heads += ["interface Vlan", "ip default-gateway", "ip access-list", "logging host", "snmp-server", "line vty 0 4"]
    at = [shown.index(f"\n{head}") for head in [*heads, "line vty 5 15", "ntp server", "end\n"]]
    assert at == sorted(at)
    assert shown[shown.index(f"interface {G1}") :].splitlines()[1:11] == [
        " description cam 1, pole",
        " switchport access vlan 10",
        " switchport mode access",
        " switchport port-security maximum 3",
        " switchport port-security",
        " speed 100",
        " duplex full",
        " storm-control broadcast level 1.25",
        " spanning-tree portfast",
        " spanning-tree bpduguard enable",
    ]


def test_the_old_release_prints_other_forms() -> None:
    old, new = IosSim(configured(), old=True).running(), IosSim(configured()).running()
    assert " spanning-tree portfast edge\n" in old and " spanning-tree portfast\n" in new
    assert " permit 10.80.0.0 0.0.0.255\n" in old and " 10 permit 10.80.0.0 0.0.0.255\n" in new
    assert "ntp clock-period" in old and "ntp clock-period" not in new


def test_long_lists_go_on_with_add() -> None:
    truth = factory()
    truth.ports[G1].allowed = frozenset(range(100, 400, 2))
    lines = [line for line in IosSim(truth).running().splitlines() if "allowed" in line]
    assert len(lines) > 5 and all(len(line) <= 82 for line in lines)
    assert ["add" in line for line in lines] == [False, *[True] * (len(lines) - 1)]


def test_lists() -> None:
    assert as_list({1, 2, 4, 5, 6, 9}) == ["1", "2", "4-6", "9"]
    assert vlan_list("1,4-6") == {1, 4, 5, 6} and vlan_list("6-4") is None and vlan_list("1,,2") is None
    assert wrapped("a ", "b ", ["1", "2", "3"], width=5) == ["a 1,2", "b 3"]
    assert permitted([]) == frozenset()


# --- anything ---------------------------------------------------------------------------------------------------------

GLOBALS = """hostname sw{n}|no hostname|vlan {v}|vlan {v},{v}|no vlan {v}|interface Gi1/{p}|interface range Gi1/1-{p}
default interface Gi1/{p}|interface Vlan{v}|no interface Vlan{v}|ip default-gateway 10.9.0.{n}|no ip default-gateway
ip access-list standard A{p}|no ip access-list standard A{p}|line vty 0 4|line vty 5 15|line vty 0 15|line con 0
aaa new-model|no aaa new-model|aaa authentication login default group tacacs+ local|aaa authentication login L local
no aaa authentication login default|username u{n} privilege 15 secret s{n}|username u{n} secret s|no username u{n}
snmp-server community c{n} RO|snmp-server community c{n} RW|no snmp-server community c{n} RO|no snmp-server view V{p}
snmp-server view V{p} 1.3.{n} included|snmp-server group g v3 priv read V{p}|no snmp-server group g v3 priv
ntp server 10.9.0.{n}|no ntp server 10.9.0.{n}|logging host 10.9.0.{n}|no logging host 10.9.0.{n}|lldp run|no lldp run
spanning-tree mode mst|spanning-tree mode rapid-pvst|no spanning-tree mode|spanning-tree vlan {v} priority 8192
spanning-tree vlan 1-4094 priority 4096|no spanning-tree vlan {v} priority|spanning-tree mst 0 priority 0|!|end|exit
no|vlan|interface|username|line vty|snmp-server|default interface|spanning-tree vlan x priority 1|no vlan 1|?"""
PORT = """description text {n}|no description|switchport mode access|switchport mode trunk|switchport mode dynamic auto
no switchport mode|switchport nonegotiate|no switchport nonegotiate|switchport access vlan {v}|no switchport access vlan
switchport trunk native vlan {v}|switchport trunk allowed vlan {v}|switchport trunk allowed vlan add {v},{v}
switchport trunk allowed vlan remove {v}|switchport trunk allowed vlan none|no switchport trunk allowed vlan
switchport trunk allowed vlan except {v}|shutdown|no shutdown|speed 100|no speed|speed 1000|duplex half|duplex full
switchport port-security|no switchport port-security|switchport port-security maximum {p}|power inline never
no power inline|storm-control broadcast level {n}.25|storm-control broadcast level 0|spanning-tree portfast trunk
spanning-tree portfast|no spanning-tree portfast|spanning-tree bpduguard enable|no spanning-tree bpduguard
load-interval 30|switchport trunk allowed vlan|speed"""
LINE = """access-class A{p} in|no access-class A{p} in|transport input ssh|transport input none|transport input all
login local|login|no login|login authentication L|login authentication default|exec-timeout {n} 0|access-class"""
MODES = {
    "interface Gi1/{p}": PORT,
    "interface range Gi1/1-{p}": PORT,
    "vlan {v}": "name N{n}|no name|state active|name",
    "interface Vlan{v}": "ip address 10.{n}.0.1 255.255.255.0|no ip address|shutdown|no shutdown|ip address",
    "ip access-list standard A{p}": "permit 10.80.{n}.0 0.0.0.255|deny any|permit any|no 10|permit x|permit"
    "|5 deny 10.80.{n}.0 0.0.0.127|10 permit 10.0.0.0 0.255.0.255|no permit any",
    "line vty 0 4": LINE,
    "line vty 5 15": LINE,
    "line vty 0 15": LINE,
}


def some_lines(seed: int, count: int = 25) -> list[str]:
    """Global lines, sub-modes with lines of their own, and now and then a line in the wrong place."""
    dice = random.Random(seed)

    def one(lines: str) -> str:
        line = dice.choice(lines.replace("\n", "|").split("|"))
        line = re.sub(r"{v}", lambda _: dice.choice(("1", "10", "20", "4000")), line)
        return line.replace("{n}", str(dice.randint(1, 60))).replace("{p}", str(dice.randint(1, 3)))

    lines = []
    for _ in range(count):
        head = dice.choice(list(MODES))
        lines += [one(GLOBALS), one(head), *(" " + one(MODES[head]) for _ in range(dice.randint(0, 5)))]
        lines += [" " + one(dice.choice([GLOBALS, *MODES.values()]))] if dice.random() < 0.2 else []
    return lines


@pytest.mark.parametrize("start", [factory, configured])
def test_no_line_upsets_it_and_what_it_shows_makes_the_same_switch(start: Callable[[], Truth]) -> None:
    for seed in range(150):
        sim = IosSim(start())
        for line in some_lines(seed):
            assert isinstance(sim.type(line), str)
            assert sim.flapped <= set(sim.truth.ports)
        if _collides(sim.truth):
            continue
        shown = sim.running()
        assert shown.endswith("end\n")
        fresh = IosSim(factory())
        type_all(fresh, shown.split("bytes\n", 1)[1])
        # naming a VLAN on a port creates it, and users of SNMP are not in the configuration
        sim.truth.vlans |= {port.access: "" for port in sim.truth.ports.values() if port.access not in sim.truth.vlans}
        sim.type("end")
        fresh.type("end")
        fresh.truth.snmp_users = sim.truth.snmp_users
        assert fresh.truth == sim.truth, seed


def _collides(truth: Truth) -> bool:
    """Two interfaces share a network, one of them shut: the configuration says ``shutdown`` after the address."""
    nets = [svi.address.rsplit(".", 1)[0] for svi in truth.interfaces.values() if svi.address]
    return len(nets) != len(set(nets))
