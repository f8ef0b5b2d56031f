"""The simulated Cisco switch does what Cisco's documents say; the facts stand in docs/platforms/cisco_ios.md."""

from __future__ import annotations

from copy import deepcopy

import pytest

from tests.switch.sims.cisco_ios import IosSim
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
