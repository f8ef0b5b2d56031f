"""What the simulator of AOS-CX does with each line, and that what it shows makes the same switch again."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest

from tests.switch.sims.aruba_aoscx import AoscxSim, factory
from tests.switch.sims.truth import EVERY, PortTruth, SviTruth, Truth, broken, traffic

PORTS = [f"1/1/{number}" for number in (1, 2, 9, 10)]


def fresh(*lines: str, native_opens: bool = True) -> AoscxSim:
    """A factory switch after ``lines``, which it must take without a word."""
    sim = AoscxSim(factory(PORTS), native_opens=native_opens)
    typed(sim, *lines)
    return sim


def typed(sim: AoscxSim, *lines: str) -> None:
    assert [(line, said) for line in lines if (said := sim.type(line))] == []


def again(sim: AoscxSim) -> AoscxSim:
    """A factory switch into which the shown configuration was typed, by somebody who knows of what it does not show."""
    other = fresh("no spanning-tree", "no user admin")
    typed(other, *sim.running().splitlines()[1:])  # the first line is a heading
    return other


def configured() -> Truth:
    """A camera cabinet's switch with everything that the platform has."""
    return Truth(
        hostname="kn-jn014-sw1",
        vlans={1: "", 20: "CCTV", 21: "", 22: "", 30: "AUDIO", 99: "MGMT", 999: "PARKED"},
        ports={
            "1/1/1": PortTruth(
                "pole 1", "access", 20, speed="100", duplex="full", max_macs=2, edge=True, bpdu_guard=True
            ),
            "1/1/2": PortTruth("", "access", 999, shutdown=True, poe=False, max_macs=1),
            "1/1/9": PortTruth("ring east", "trunk", native=999, allowed=frozenset({20, 21, 22, 99})),
            "1/1/10": PortTruth("ring west", "trunk", speed="10000", duplex="full", allowed=frozenset({20, 99, 999})),
        },
        interfaces={99: SviTruth("10.9.0.2/24"), 20: SviTruth("", shutdown=True)},
        gateway="10.9.0.1",
        access_from=frozenset({"10.80.0.0/24", "10.80.9.9/32"}),
        ntp={"10.80.0.5"},
        syslog={"10.80.0.6", "10.80.0.7"},
        communities={"look": "ro", "touch": "rw"},
        users={"admin": 15, "guest": 1},
        logins=("tacacs", "local"),
        stp_mode="rpvst",
        stp_priority=4096,
        snmp_users={"nms": ""},
    )


SHOWN = """\
interface 1/1/1
    no shutdown
    description pole 1
    speed 100-full
    no routing
    vlan access 20
    spanning-tree bpdu-guard
    spanning-tree port-type admin-edge
    port-access port-security
        enable
        client-limit 2
interface 1/1/2
    shutdown
    no power-over-ethernet
    no routing
    vlan access 999
    port-access port-security
        enable
interface 1/1/9
    no shutdown
    description ring east
    no routing
    vlan trunk native 999
    vlan trunk allowed 20-22,99
"""


def test_it_shows_what_a_switch_shows() -> None:
    shown = AoscxSim(configured()).running()
    assert shown.startswith("Current configuration:\n!\n!Version ArubaOS-CX ")
    assert SHOWN in shown
    assert "vlan 1,21-22\nvlan 20\n    name CCTV\n" in shown
    assert "access-list ip ICCC-ACCESS\n    10 permit tcp 10.80.0.0/255.255.255.0 any eq ssh\n" in shown
    assert (
        "    20 permit tcp 10.80.9.9 any eq ssh\n    30 deny tcp any any eq ssh\n    40 permit any any any\n" in shown
    )
    assert "snmp-server community touch\n    access-level rw\n" in shown
    assert "spanning-tree mode rpvst\nspanning-tree\nspanning-tree priority 1\n" in shown
    assert "interface vlan 20\n    shutdown\ninterface vlan 99\n    ip address 10.9.0.2/24\n" in shown


@pytest.mark.parametrize("truth", [configured, lambda: factory(PORTS), lambda: Truth(ports={"1/1/1": PortTruth()})])
def test_typing_what_it_shows_makes_the_same_switch(truth: Callable[[], Truth]) -> None:
    sim = AoscxSim(truth())
    other = again(sim)
    assert set(other.truth.ports) >= set(sim.truth.ports)
    for name in set(other.truth.ports) - set(sim.truth.ports):
        del other.truth.ports[name]
    sim.truth.vlans[1] = ""  # "default" is the name that VLAN 1 has when it has none
    assert other.truth == sim.truth


def test_without_routed_ports_the_line_is_unknown() -> None:
    sim = AoscxSim(factory(PORTS), routed_ports=False)
    assert "no routing" not in sim.running()
    typed(sim, "interface 1/1/1")
    assert sim.type("    no routing") == "Invalid input: routing"


def allowed(sim: AoscxSim, name: str = "1/1/9") -> set[int] | str:
    port = sim.truth.ports[name]
    assert port.mode == "trunk"
    return "all" if port.allowed == EVERY else set(port.allowed)


TRUNK = ("vlan 20-22,99", "interface 1/1/9", "    vlan trunk allowed 20,99")


@pytest.mark.parametrize(
    ("line", "then"),
    [
        ("    vlan trunk allowed 21", {20, 21, 99}),  # adds
        ("    vlan trunk allowed all", "all"),
        ("    no vlan trunk allowed 20", {99}),
        ("    no vlan trunk allowed 20,99", "all"),  # the last one gone: all, not none
        ("    no vlan trunk allowed", "all"),
        ("    no vlan trunk allowed 21", {20, 99}),
        ("    vlan trunk native 99", "all"),  # the note in the guide
        ("    no vlan trunk native", {20, 99}),
        ("no vlan 20", {99}),
        ("no vlan 20,99", "all"),
    ],
)
def test_lists_of_trunks(line: str, then: set[int] | str) -> None:
    sim = fresh(*TRUNK, line)
    assert allowed(sim) == then


def test_a_list_on_an_open_trunk_replaces() -> None:
    sim = fresh(*TRUNK, "    vlan trunk native 99", "    vlan trunk allowed 99")
    assert allowed(sim) == {99}
    assert traffic(sim.truth)["1/1/9"] == {(99, False)}


def test_a_removal_from_an_open_trunk_changes_nothing() -> None:
    assert allowed(fresh(*TRUNK, "    no vlan trunk allowed", "    no vlan trunk allowed 20")) == "all"


def test_a_native_vlan_that_is_not_allowed_does_not_pass() -> None:
    sim = fresh(*TRUNK)
    assert sim.truth.ports["1/1/9"].native == 1
    assert traffic(sim.truth)["1/1/9"] == {(20, True), (99, True)}


def test_a_release_whose_native_vlan_leaves_the_list_alone() -> None:
    assert allowed(fresh(*TRUNK, "    vlan trunk native 99", native_opens=False)) == {20, 99}
    assert allowed(fresh("vlan 99", "interface 1/1/9", "    vlan trunk native 99", native_opens=False)) == "all"


def test_from_access_to_trunk_and_back() -> None:
    sim = fresh(*TRUNK, "    vlan access 21")
    port = sim.truth.ports["1/1/9"]
    assert (port.mode, port.access) == ("access", 21)
    typed(sim, "interface 1/1/9", "    vlan trunk allowed 22")
    assert (port.mode, port.native, allowed(sim)) == ("trunk", 1, {22})
    typed(sim, "    vlan access 21", "    no vlan access 21")
    assert (port.mode, port.access) == ("access", 1)


def test_a_deleted_vlan_takes_its_references_along() -> None:
    sim = fresh(
        "vlan 20,30", "interface vlan 20", "    ip address 10.9.0.2/24", "interface 1/1/1", "    vlan access 20"
    )
    typed(sim, "interface 1/1/2", "    vlan trunk native 20", "    vlan trunk allowed 20,30", "no vlan 20")
    assert sim.truth.ports["1/1/1"].access == 1
    assert (sim.truth.ports["1/1/2"].native, allowed(sim, "1/1/2")) == (1, {30})
    assert sim.truth.interfaces == {}
    assert sim.truth.vlans == {1: "", 30: ""}


def test_names_of_vlans() -> None:
    sim = fresh("vlan 20", "    name CCTV", "vlan 21", "    name VLAN21", "vlan 20")
    assert sim.truth.vlans == {1: "", 20: "CCTV", 21: ""}


@pytest.mark.parametrize(
    ("line", "flaps"),
    [
        ("    speed 100-full", True),
        ("    no speed", False),
        ("    speed auto", False),
        ("    shutdown", True),
        ("    no shutdown", False),
        ("    no power-over-ethernet", True),
        ("    power-over-ethernet", False),
        ("    vlan access 1", False),
        ("    description x", False),
    ],
)
def test_what_takes_the_link_down(line: str, flaps: bool) -> None:
    sim = fresh("interface 1/1/1", line)
    assert sim.flapped == ({"1/1/1"} if flaps else set())
    typed(sim, line)  # once more changes nothing
    assert sim.flapped == set()


def test_the_mode_of_spanning_tree_changes_only_while_it_is_off() -> None:
    sim = fresh()
    assert sim.type("spanning-tree mode rpvst")
    assert sim.truth.stp_mode == "mstp"
    typed(sim, "no spanning-tree", "spanning-tree mode rpvst")
    assert sim.truth.stp_mode == ""
    typed(sim, "spanning-tree", "spanning-tree priority 2")
    assert (sim.truth.stp_mode, sim.truth.stp_priority) == ("rpvst", 8192)
    typed(sim, "no spanning-tree priority")
    assert sim.truth.stp_priority == 32768


ONLY_80 = ("access-list ip A", "    10 permit tcp 10.80.0.0/24 any eq 22")


@pytest.mark.parametrize(
    ("lines", "sources"),
    [
        ([], {"0.0.0.0/0"}),
        (["apply access-list ip A control-plane vrf default"], {"10.80.0.0/24"}),  # what matches nothing is denied
        (
            ["    20 permit any any any", "apply access-list ip A control-plane vrf default"],
            {"10.80.0.0/24", "0.0.0.0/0"},
        ),
        (
            [
                "    20 deny tcp any any eq ssh",
                "    permit any any any",
                "apply access-list ip A control-plane vrf default",
            ],
            {"10.80.0.0/24"},
        ),
        (["    5 deny tcp any any eq ssh", "apply access-list ip A control-plane vrf default"], set()),
        (["    no 10", "apply access-list ip A control-plane vrf default"], set()),
        (
            ["    10 permit tcp 10.81.0.0/255.255.0.0 any eq ssh", "apply access-list ip A control-plane vrf default"],
            {"10.81.0.0/16"},
        ),
        (
            ["access-list ip B", "    permit tcp 10.1.1.1 any", "apply access-list ip A control-plane vrf default"]
            + ["apply access-list ip B control-plane vrf default"],  # replaces
            {"10.1.1.1/32"},
        ),
        (
            ["apply access-list ip A control-plane vrf default", "no apply access-list ip A control-plane vrf default"],
            {"0.0.0.0/0"},
        ),
    ],
)
def test_who_may_log_in(lines: list[str], sources: set[str]) -> None:
    assert fresh(*ONLY_80, *lines).truth.access_from == sources


def test_an_edit_of_the_applied_list_is_in_force_at_once() -> None:
    sim = fresh(*ONLY_80, "apply access-list ip A control-plane vrf default", "access-list ip A", "    no 10")
    assert sim.truth.access_from == frozenset()


@pytest.mark.parametrize(
    ("lines", "logins"),
    [
        ([], ("local",)),
        (["aaa authentication login default group tacacs"], ("tacacs", "local")),  # implied
        (["aaa authentication login ssh group tacacs"], ("tacacs",)),
        (
            ["aaa authentication login default local", "aaa authentication login ssh group tacacs local"],
            ("tacacs", "local"),
        ),
        (
            ["aaa authentication login default group radius local", "aaa authentication login ssh local"]
            + ["no aaa authentication login ssh"],
            ("radius", "local"),
        ),
        (["aaa authentication login console group tacacs"], ("local",)),
    ],
)
def test_how_one_logs_in(lines: list[str], logins: tuple[str, ...]) -> None:
    assert fresh(*lines).truth.logins == logins


def test_port_security_needs_both_switches() -> None:
    sim = fresh("interface 1/1/1", "    port-access port-security", "        enable", "        client-limit 3")
    port = sim.truth.ports["1/1/1"]
    assert port.max_macs == 0
    typed(sim, "port-access port-security enable")
    assert port.max_macs == 3
    typed(sim, "interface 1/1/1", "    port-access port-security", "        no client-limit", "    description x")
    assert (port.max_macs, port.description) == (1, "x")
    typed(sim, "    no port-access port-security")
    assert port.max_macs == 0


def test_the_last_default_route_is_the_gateway_and_the_others_stay() -> None:
    sim = fresh("ip route 0.0.0.0/0 10.9.0.1", "ip route 0.0.0.0/0 10.9.0.254")
    assert sim.truth.gateway == "10.9.0.254"
    assert sim.running().count("ip route 0.0.0.0/0") == 2
    typed(sim, "no ip route 0.0.0.0/0 10.9.0.254")
    assert sim.truth.gateway == "10.9.0.1"


def test_an_address_takes_the_place_of_the_one_before() -> None:
    sim = fresh("interface vlan 1", "    ip dhcp", "    ip address 10.9.0.2/24", "    ip address 10.9.0.3/24")
    assert sim.truth.interfaces == {1: SviTruth("10.9.0.3/24")}
    assert "ip dhcp" not in sim.running()


@pytest.mark.parametrize(
    "lines",
    [
        ["no vlan 1"],
        ["vlan 4095"],
        ["vlan 5-2"],
        ["no vlan 77"],
        ["vlan 20,21", "    name X"],  # with a list one stays outside
        ["vlan 20", "    name A B"],
        ["interface 1/1/77"],
        ["interface vlan 77"],
        ["no interface vlan 20"],
        ["interface 1/1/1", "    vlan access 77"],
        ["interface 1/1/1", "    vlan trunk allowed 1,77"],
        ["interface 1/1/1", "    vlan trunk native 77"],
        ["interface 1/1/1", "    no vlan trunk native"],
        ["interface 1/1/1", "    switchport mode trunk"],
        ["interface 1/1/1", "    speed 100"],
        ["interface 1/1/1", "    duplex full"],
        ["interface 1/1/1", "        enable"],
        ["interface 1/1/1", "    port-access port-security", "        client-limit 65"],
        ["interface vlan 1", "    ip address 10.9.0.2 255.255.255.0"],
        ["interface vlan 1", "    ip address 10.9.0.2/33"],
        ["interface vlan 1", "    no ip address 10.9.0.2/24"],
        [
            "vlan 20",
            "interface vlan 1",
            "    ip address 10.9.0.2/24",
            "interface vlan 20",
            "    ip address 10.9.0.3/16",
        ],
        ["ip route 0.0.0.0/0 here"],
        ["no ip route 0.0.0.0/0 10.9.0.1"],
        ["user eve group wheel password plaintext x"],
        ["no user eve"],
        ["no ntp server 10.80.0.5"],
        ["logging console severity crit"],
        ["apply access-list ip NONE control-plane vrf default"],
        [*ONLY_80, "apply access-list ip A control-plane vrf default", "no access-list ip A"],
        ["access-list ip A", "    permit tcp 10.80.0 any"],
        ["access-list ip A", "    permit icmp any any eq 22"],
        ["access-list ip A", "    no 10"],
        ["aaa authentication login ssh group"],
        ["spanning-tree priority 16"],
        ["storm-control broadcast level 5"],
    ],
)
def test_complaints(lines: list[str]) -> None:
    sim = fresh(*lines[:-1])
    before = sim.running()
    assert sim.type(lines[-1])
    assert sim.running() == before


def test_a_cabinet_is_not_broken_and_one_line_breaks_it() -> None:
    truth = configured()
    assert broken(truth, 99, {"1/1/9", "1/1/10"}) == set()
    sim = AoscxSim(truth)
    typed(sim, "interface 1/1/9", "    no vlan trunk allowed 20-22,99")
    assert broken(sim.truth, 99, {"1/1/9", "1/1/10"}) == {"1/1/9 is open to all VLANs"}


BLOCKS = {  # a line that opens a mode: lines of that mode
    "": """
        hostname H{v}|lldp|no lldp|ntp server 10.0.0.{v}|ntp server a.b iburst|no ntp server a.b
        no ntp server 10.0.0.{v}|logging 10.0.0.{v} severity info|no logging 10.0.0.{v}|ip route 0.0.0.0/0 10.0.0.{v}
        no ip route 0.0.0.0/0 10.0.0.{v}|user u{v} group operators password plaintext p
        user admin group administrators password ciphertext AQB|no user u{v}|no user admin
        aaa authentication login default group tacacs|aaa authentication login ssh local|no aaa authentication login ssh
        snmp-server vrf default|no snmp-server community c{v}|no snmpv3 user s{v}
        snmpv3 user s{v} auth sha auth-pass plaintext aaaaaaaa priv aes priv-pass plaintext bbbbbbbb
        apply access-list ip A{v} control-plane vrf default|no apply access-list ip A{v} control-plane vrf default
        no access-list ip A{v}|spanning-tree|no spanning-tree|spanning-tree mode rpvst|no spanning-tree mode
        spanning-tree priority {v}|vlan {v}|vlan {v}-{w}|no vlan {v}|no vlan {v},{w}|no interface vlan {v}
        port-access port-security enable|no port-access port-security enable
        exit|end|!|nonsense {v}|no|interface|vlan 99999
    """,
    "snmp-server community c{v}": "access-level rw|access-level ro|access-level {v}",
    "access-list ip A{v}": """
        permit tcp 10.{v}.0.0/16 any eq ssh|{v} deny tcp 10.{w}.0.0/16 any eq 22|permit any any any|no 10|no {v}
        deny tcp any any eq ssh|{v} permit udp any 10.0.0.{v} eq snmp count|10 comment x|permit tcp any
    """,
    "vlan {v}": "name N{v}|name A B|exit|vlan",
    "interface vlan {v}": """
        ip address 10.{v}.{w}.1/24|no ip address 10.{v}.{w}.1/24|ip address 10.1.1.1/16|ip address 999.1.1.1/24
        ip dhcp|no ip dhcp|shutdown|no shutdown
    """,
    "interface 1/1/{i}": """
        shutdown|no shutdown|description d  {v}|no description|speed 10g|speed 100-half|no speed|power-over-ethernet
        no power-over-ethernet|vlan access {v}|no vlan access|vlan trunk allowed {v}|vlan trunk allowed {v},{w}
        vlan trunk allowed all|no vlan trunk allowed {v}|no vlan trunk allowed|vlan trunk native {v}
        no vlan trunk native|no vlan trunk native {v}|spanning-tree bpdu-guard|no spanning-tree bpdu-guard
        spanning-tree port-type admin-edge
        no spanning-tree port-type|no port-access port-security|no routing|vlan trunk allowed ,-|{v}
    """,
    "interface 1/1/1|    port-access port-security": "    enable|    no enable|    client-limit {v}",
}
LINES = {
    opener: [line.removeprefix("        ") for row in rows.strip("\n ").splitlines() for line in row.split("|")]
    for opener, rows in BLOCKS.items()
}


def sequences(dice: random.Random) -> Iterator[str]:
    """Forty times a few lines of one mode, most of them in their place."""
    for _ in range(40):
        opener, lines = dice.choice(list(LINES.items()))
        block = opener.split("|") if opener else []
        block += [("    " if opener else "") + line for line in dice.choices(lines, k=4)]
        for line in block:
            yield line.format(v=dice.randint(0, 6), w=dice.randint(1, 6), i=dice.choice([1, 1, 2, 9, 10, 11]))


@pytest.mark.parametrize("seed", range(300))
def test_no_sequence_upsets_it_and_what_it_shows_makes_the_same_switch(seed: int) -> None:
    dice = random.Random(seed)
    sim = fresh("vlan 2-5", native_opens=dice.random() < 0.5)
    for line in sequences(dice):
        assert isinstance(sim.type(line), str)
        assert sim.flapped <= set(PORTS)
        for port in sim.truth.ports.values():
            assert {port.access, port.native} <= set(sim.truth.vlans)
            assert port.allowed == EVERY or set() < port.allowed <= set(sim.truth.vlans)
    assert again(sim).truth == sim.truth
