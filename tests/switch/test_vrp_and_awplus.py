"""Huawei VRP and AlliedWare Plus: a whole remediation, random lines, and what is particular to the two."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest

from iccc.compare import ABSENT, Unread
from iccc.secrets import Secret
from iccc.switch.changes import changes
from iccc.switch.lines import render
from iccc.switch.platform import Level, Platform
from iccc.switch.platforms import PLATFORMS
from iccc.switch.state import Port, PortMode, SnmpUser, SpanningTree, Svi, SwitchState, User, Vlan
from iccc.switch.steps import Keep, Phase, Unparsable, Unsayable
from tests.switch.laws.judge import judge
from tests.switch.laws.pairs import switch, wish
from tests.switch.laws.subjects import SUBJECTS
from tests.switch.sims.huawei_vrp import VrpSim
from tests.switch.sims.truth import PortTruth, SviTruth, Truth, broken, traffic

HERE = Path(__file__).parent
NAMES = ("alliedware_plus", "huawei_vrp")
PAIR = HERE / "pairs" / "vrp"


@pytest.mark.parametrize("name", NAMES)
def test_commands_are_shown_and_not_sent(name: str) -> None:
    assert PLATFORMS[name].level is Level.PLAN
    assert PLATFORMS[name].revert is None


# -- the pair of the bench


def test_a_whole_remediation_is_safe_line_by_line(templates: Path) -> None:
    """As in the bench: cameras change their VLAN, one VLAN goes and one comes, the management address changes."""
    platform, uplinks = PLATFORMS["huawei_vrp"], frozenset({"GigabitEthernet0/0/9"})
    model = platform.read((PAIR / "running.txt").read_text())
    there, intended = model.state(), platform.read((PAIR / "intended.txt").read_text()).state()
    wanted = _target(platform, there, intended)
    steps = changes(platform, model, wanted, Keep(99, uplinks), templates, saved=True)
    sim = VrpSim(_truth(there))
    wrong = broken(sim.truth, 99, uplinks)
    cameras = ("GigabitEthernet0/0/1", "GigabitEthernet0/0/2")
    for step in steps:
        for line in step.lines:
            assert sim.type(line) == "", line
            now = broken(sim.truth, 99, uplinks)
            assert not now - wrong, line
            assert {(20, True), (99, True)} <= traffic(sim.truth)["GigabitEthernet0/0/9"], line
            assert all(len(traffic(sim.truth)[name]) == 1 for name in cameras if not sim.truth.ports[name].shutdown)
            wrong = now
    assert platform.read(sim.running()).state() == intended
    assert [step.phase for step in steps if step.phase is Phase.MANAGEMENT] == [Phase.MANAGEMENT]  # the address


def _target(platform: Platform, there: SwitchState, intended: SwitchState) -> SwitchState:
    """What of ``intended`` differs; VLANs that it does not have are to go."""
    ports = {name: port for name, port in intended.ports.items() if port != there.ports.get(name, platform.blank)}  # type: ignore[union-attr]
    vlans: dict[int, Any] = {n: vlan for n, vlan in intended.vlans.items() if vlan != there.vlans.get(n)}  # type: ignore[union-attr]
    vlans |= dict.fromkeys(set(there.vlans) - set(intended.vlans), ABSENT)  # type: ignore[arg-type]
    parts = ("interfaces", "ntp_servers", "hostname", "syslog_hosts", "access_from", "gateway")
    different = {part: getattr(intended, part) for part in parts if getattr(intended, part) != getattr(there, part)}
    return SwitchState(vlans=vlans, ports=ports, **different)


def _truth(state: SwitchState) -> Truth:
    ports = {
        name: PortTruth(
            description=str(port.description),
            mode=str(port.mode),
            access=port.access_vlan or 1,
            native=port.native_vlan or 1,
            allowed=port.allowed_vlans or frozenset(),
            shutdown=bool(port.shutdown),
            max_macs=int(str(port.max_macs)),
        )
        for name, port in state.ports.items()  # type: ignore[union-attr]
    }
    interfaces = {n: SviTruth(svi.address or "") for n, svi in state.interfaces.items()}  # type: ignore[union-attr]
    return Truth(
        hostname=str(state.hostname),
        vlans={number: vlan.name or "" for number, vlan in state.vlans.items()},  # type: ignore[union-attr]
        ports=ports,
        interfaces=interfaces,
        ntp=set(state.ntp_servers),  # type: ignore[arg-type]
    )


# -- laws on variants of the simulators


def test_a_release_that_asks_before_it_deletes_vlans_is_never_asked() -> None:
    subject = replace(SUBJECTS["huawei_vrp"], sim=partial(VrpSim, asks=True))
    for seed in range(60):
        random = Random(f"asks-{seed}")
        truth = switch(random, subject)
        judge(subject, truth, wish(random, subject, truth))


def test_ports_that_negotiate_their_mode_are_set_and_given_back() -> None:
    subject = replace(SUBJECTS["huawei_vrp"], dynamic=True)
    refused = 0
    for seed in range(100):
        random = Random(f"dynamic-{seed}")
        truth = switch(random, subject)
        for name in subject.uplinks:
            truth.ports[name].mode = "trunk"
            truth.ports[name].allowed = frozenset({1, 99})
        refused += bool(judge(subject, truth, wish(random, subject, truth)).refused)
    assert refused < 50


@pytest.mark.parametrize("name", NAMES)
def test_the_model_stands_as_the_simulator_does_after_any_lines(name: str) -> None:
    """Lines of other plans, in any order: whatever the model understands, it understands as the switch does."""
    subject = SUBJECTS[name]
    for seed in range(40):
        random = Random(f"any-{seed}")
        truth = switch(random, subject)
        sim = subject.sim(deepcopy(truth))
        model = subject.platform.read(*subject.shows(sim))
        lines = [line for _ in range(60) for line in _block(random, name, subject.ports)]
        for line in lines:
            understood = model.line(line)
            complaint = sim.type(line)
            assert not (understood and complaint), f"{line!r} is understood, and answered with {complaint!r}"
            assert understood or complaint, f"{line!r} is obeyed, and not understood"
        shown = vars(subject.platform.read(*subject.shows(sim)).state())
        assert {part: one for part, one in vars(model.state()).items() if one != shown[part]} == {}


VRP_BLOCKS = (
    ("interface {port}", " port link-type access", " port default vlan {vlan}", " quit"),
    ("interface {port}", " port link-type trunk", " port trunk allow-pass vlan {vlan} to {high}", " quit"),
    ("interface {port}", " undo port trunk allow-pass vlan {vlan}", " port trunk pvid vlan {vlan}"),
    ("interface {port}", " undo port default vlan", " undo port link-type"),
    ("interface {port}", " undo port trunk pvid vlan", " port trunk allow-pass vlan all"),
    ("interface {port}", " undo negotiation auto", " speed 100", " duplex half", " speed 1000"),
    ("interface {port}", " negotiation auto", " duplex full"),
    ("interface {port}", " port-security enable", " port-security max-mac-num {vlan}", " quit"),
    ("interface {port}", " undo port-security enable", " broadcast-suppression {vlan}", " shutdown"),
    ("interface {port}", " undo poe enable", " stp edged-port enable", " undo shutdown", " description x  y"),
    ("vlan {vlan}", " name V{vlan}", " quit"),
    ("undo vlan {vlan}",),
    ("vlan batch {vlan} {high}",),
    ("interface Vlanif{vlan}", " ip address 10.{byte}.0.1 255.255.255.0", " shutdown"),
    ("undo vlan batch {vlan} to {high}",),
    ("aaa", " authentication-scheme default", "  authentication-mode hwtacacs local", "  quit", " quit"),
    ("aaa", " local-user u{byte} password irreversible-cipher Pass-{byte}", " local-user u{byte} privilege level 3"),
    ("acl number 2990", " rule permit source 10.{byte}.0.0 0.0.255.255", " rule 7 permit source 10.1.2.3 0", " quit"),
    ("user-interface vty 0 4", " acl 2990 inbound"),
    ("user-interface vty 0 4", " undo acl inbound"),
    ("ntp-service unicast-server 10.0.0.{byte}", "info-center loghost 10.0.0.{byte}", "undo lldp enable"),
    ("undo ntp-service unicast-server 10.0.0.{vlan}", "undo info-center loghost 10.0.0.{vlan}", "lldp enable"),
    ("ip route-static 0.0.0.0 0.0.0.0 10.0.0.{vlan}", "undo ip route-static 0.0.0.0 0.0.0.0 10.0.0.{byte}"),
    ("snmp-agent mib-view included v 1.3.{vlan}", "undo snmp-agent mib-view included v 1.3.{byte}"),
    (
        "acl number 2990",
        " undo rule 5",
        " quit",
        "aaa",
        " undo local-user u{vlan}",
        " quit",
        "undo interface Vlanif{vlan}",
    ),
    ("stp priority 8192", "stp mode rstp", "sysname sw{byte}"),
)


AWPLUS_BLOCKS = (
    ("interface {port}", " switchport mode access", " switchport access vlan {vlan}"),
    ("interface {port}", " switchport mode trunk", " switchport trunk allowed vlan add {vlan}-{high}"),
    ("interface {port}", " switchport trunk allowed vlan add {vlan}", " switchport trunk native vlan {vlan}"),
    ("interface {port}", " switchport trunk allowed vlan remove {vlan}", " no switchport trunk native vlan"),
    ("interface {port}", " switchport trunk allowed vlan all", " switchport trunk native vlan none"),
    (
        "interface {port}",
        " switchport trunk allowed vlan except {vlan},{high}",
        " switchport trunk allowed vlan add {vlan}",
    ),
    ("interface {port}", " switchport trunk allowed vlan none", " no switchport access vlan"),
    ("interface {port}", " speed 100", " duplex half", " speed 1000", " no duplex"),
    ("interface {port}", " switchport port-security maximum {vlan}", " switchport port-security", " shutdown"),
    ("interface {port}", " no switchport port-security", " storm-control broadcast level {byte}", " no shutdown"),
    ("interface {port}", " no power-inline enable", " spanning-tree portfast", " description x  y"),
    ("interface {port}", " spanning-tree portfast bpdu-guard enable", " no spanning-tree portfast", " no speed"),
    ("interface port1.0.1-1.0.3", " switchport mode trunk", " description three"),
    ("vlan database", " vlan {vlan} name V{vlan}", " vlan {high}"),
    ("vlan database", " no vlan {vlan}"),
    ("vlan database", " no vlan {vlan}-{high}"),
    ("interface vlan{vlan}", " ip address 10.{byte}.0.1/24", " shutdown"),
    ("interface vlan{vlan}", " no ip address", " no shutdown"),
    ("access-list 1990 permit 10.{byte}.0.0 0.0.255.255", "access-list 1990 permit host 10.1.2.3"),
    ("vty access-class 1990",),
    ("no vty access-class", "no access-list 1990 permit 10.{byte}.0.0 0.0.255.255"),
    ("username u{byte} privilege 15 password 8 $1$hash", "username u{byte} privilege 3", "no username u{vlan}"),
    ("ip route 0.0.0.0/0 10.0.0.{byte}", "no ip route 0.0.0.0/0 10.0.0.{vlan}"),
    (
        "ntp server 10.0.0.{byte}",
        "log host 10.0.0.{byte} level informational",
        "no lldp run",
        "no ntp server 10.0.0.{vlan}",
    ),
    ("aaa authentication login default group tacacs+ local", "spanning-tree priority 8192", "hostname sw{byte}"),
    ("snmp-server community c{byte} rw", "snmp-server view v 1.3.{byte} included", "no snmp-server community public"),
)
BLOCKS = {"huawei_vrp": VRP_BLOCKS, "alliedware_plus": AWPLUS_BLOCKS}


def _block(random: Random, name: str, ports: list[str]) -> list[str]:
    vlan = random.choice((1, 10, 20, 21, 22, 99))
    values = {"port": random.choice(ports), "vlan": vlan, "high": vlan + 2, "byte": random.randint(1, 200)}
    return [line.format(**values) for line in random.choice(BLOCKS[name])]


# -- texts


@pytest.mark.parametrize("name", NAMES)
def test_a_configuration_without_its_end_is_no_configuration(name: str) -> None:
    for text in (
        "",
        "sysname sw1\n#\nvlan batch 20\n",
        "hostname sw1\n!\nvlan database\n vlan 20\n",
        "% Invalid input",
    ):
        with pytest.raises(Unparsable):
            PLATFORMS[name].read(text)


def test_new_salt_does_not_make_a_configuration_unsaved() -> None:
    platform = PLATFORMS["huawei_vrp"]
    body = "#\naaa\n local-user iccc password irreversible-cipher {}\n#\nreturn\n"
    running = "!Last configuration was updated at 2026-07-31 06:30:01\n" + body.format("$1c$one$")
    assert platform.is_saved(running, "!Last configuration was saved at 2026-07-30\n" + body.format("$1c$two$"))
    assert not platform.is_saved(running, body.replace("iccc", "other"))
    assert not platform.is_saved(running, "Error: The system has no saved configuration.")
    assert "$1c$one$" not in platform.stable(running)


def test_a_changed_line_or_a_missing_file_makes_a_configuration_unsaved() -> None:
    platform = PLATFORMS["alliedware_plus"]
    body = (
        "!\nhostname sw1\n!\nusername iccc privilege 15 password 8 $1$hash\nsnmp-server community s3cret ro\n!\nend\n"
    )
    assert platform.is_saved(body, body)
    assert not platform.is_saved(body, body.replace("sw1", "sw2"))
    assert not platform.is_saved(body, "% Can't open file")
    kept = platform.stable(body)
    assert "hostname sw1" in kept
    assert "$1$hash" not in kept
    assert "s3cret" not in kept


def test_what_the_switch_does_not_show_or_have_is_unread() -> None:
    state = PLATFORMS["huawei_vrp"].read("interface GigabitEthernet0/0/1\n#\nreturn\n").state()
    assert isinstance(state.communities, Unread)
    assert isinstance(state.ports, Mapping)
    assert isinstance(state.ports["GigabitEthernet0/0/1"].bpdu_guard, Unread)
    domain = "aaa\n domain default_admin\n  authentication-scheme remote\n#\nreturn\n"
    assert isinstance(PLATFORMS["huawei_vrp"].read(domain).state().logins, Unread)
    routes = "ip route-static 0.0.0.0 0.0.0.0 10.9.0.1\nip route-static 0.0.0.0 0.0.0.0 10.9.0.2\nreturn\n"
    assert isinstance(PLATFORMS["huawei_vrp"].read(routes).state().gateway, Unread)
    routes = "ip route 0.0.0.0/0 10.9.0.1\nip route 0.0.0.0/0 10.9.0.2\nend\n"
    assert isinstance(PLATFORMS["alliedware_plus"].read(routes).state().gateway, Unread)
    advanced = "user-interface vty 0 4\n acl 3000 inbound\n#\nreturn\n"
    assert isinstance(PLATFORMS["huawei_vrp"].read(advanced).state().access_from, Unread)


DECLARED = SwitchState(
    hostname="sw1",
    vlans={20: Vlan("CAM"), 30: Vlan(None), 99: Vlan("MGMT"), 40: ABSENT},
    interfaces={99: Svi("10.9.0.2/24", shutdown=False)},
    gateway="10.9.0.1",
    access_from=frozenset({"10.80.0.0/24", "192.0.2.7/32"}),
    ntp_servers=frozenset({"10.80.0.10"}),
    syslog_hosts=frozenset({"10.80.0.11"}),
    lldp=True,
    snmp_views={"all": frozenset({"1.3.6"})},
    users={"iccc": User(15), "watch": User(1), "old": ABSENT},
    logins=("tacacs+", "local"),
    spanning_tree=SpanningTree("rstp", 4096),
)


@pytest.mark.parametrize(("name", "port"), [("huawei_vrp", "GigabitEthernet0/0/{}"), ("alliedware_plus", "port1.0.{}")])
def test_what_is_rendered_is_read_as_it_was_declared(name: str, port: str, templates: Path) -> None:
    platform = PLATFORMS[name]
    ports = {
        port.format(1): Port("cam 1", PortMode.ACCESS, 20, max_macs=2, storm_pct=5.0, edge=True, poe=False),
        port.format(2): Port("", PortMode.ACCESS, 1, shutdown=True, speed="100", duplex="half", max_macs=0),
        port.format(10): Port("to core", PortMode.TRUNK, None, frozenset({20, 30, 99}), native_vlan=99),
    }
    read = platform.read(render(platform, replace(DECLARED, ports=ports), templates)).state()
    for section, declared in vars(replace(DECLARED, ports=ports)).items():
        found = getattr(read, section)
        if isinstance(declared, Mapping):
            assert {key for key, one in declared.items() if one is ABSENT}.isdisjoint(found)
            for key, one in declared.items():
                for field, value in vars(one).items() if one is not ABSENT and section != "snmp_views" else ():
                    assert value is None or getattr(found[key], field) == value, f"{section} {key} {field}"
        else:
            assert declared in (None, found), section


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("bad", ["a\nshutdown", "who?", "वाह", " x", "x" * 300])
def test_what_the_command_line_cannot_take_is_refused(name: str, bad: str, templates: Path) -> None:
    platform, port = PLATFORMS[name], SUBJECTS[name].ports[0]
    model = platform.read(EMPTY[name])
    for wanted in (
        SwitchState(hostname=bad),
        SwitchState(ports={port: Port(bad)}),
        SwitchState(vlans={20: Vlan(bad)}),
        SwitchState(users={"iccc": User(15, password=Secret(bad))}),
    ):
        with pytest.raises(Unsayable):
            changes(platform, model, wanted, Keep(99, frozenset()), templates, saved=True)


EMPTY = {"huawei_vrp": "return\n", "alliedware_plus": "end\n"}


@pytest.mark.parametrize("name", NAMES)
def test_a_user_is_not_made_without_a_password(name: str, templates: Path) -> None:
    platform = PLATFORMS[name]
    model = platform.read(EMPTY[name])
    with pytest.raises(Unsayable, match="without a password"):
        changes(platform, model, SwitchState(users={"iccc": User(15)}), Keep(99, frozenset()), templates, saved=True)


@pytest.mark.parametrize("name", NAMES)
def test_snmp_views_and_users_follow_and_come_back(name: str, templates: Path) -> None:
    platform, subject = PLATFORMS[name], SUBJECTS[name]
    sim = subject.sim(Truth(ports={port: PortTruth(mode="access") for port in subject.ports}, users={"admin": 15}))
    before = platform.read(sim.running())
    user = SnmpUser("all", password=Secret("Passw0rd-1"))
    wanted = SwitchState(snmp_views={"all": frozenset({"1.3.6", "1.2"})}, snmp_users={"nms": user})
    steps = changes(platform, before, wanted, Keep(1, frozenset()), templates, saved=True)
    for step in steps:
        assert not any("Passw0rd-1" in line for line in step.shown())
        assert [sim.type(line) for line in step.lines] == [""] * len(step.lines)
    assert sim.truth.views == {"all": frozenset({"1.3.6", "1.2"})}
    assert sim.truth.snmp_users == {"nms": "all"}
    smaller = SwitchState(snmp_views={"all": frozenset({"1.2", "1.0"})})
    for step in changes(platform, platform.read(sim.running()), smaller, Keep(1, frozenset()), templates, saved=True):
        assert [sim.type(line) for line in step.lines] == [""] * len(step.lines)
    assert sim.truth.views == {"all": frozenset({"1.2", "1.0"})}


def test_a_vlan_does_not_take_another_ones_number_as_its_name(templates: Path) -> None:
    platform = PLATFORMS["alliedware_plus"]
    model = platform.read("end\n")
    with pytest.raises(Unsayable, match="another one's number"):
        changes(platform, model, SwitchState(vlans={20: Vlan("vlan30")}), Keep(1, frozenset()), templates, saved=True)


@pytest.mark.parametrize(
    ("name", "short", "full"),
    [
        ("huawei_vrp", "GE0/0/1", "GigabitEthernet0/0/1"),
        ("huawei_vrp", "GigabitEthernet 0/0/1", "GigabitEthernet0/0/1"),
        ("huawei_vrp", "XGE0/1/2", "XGigabitEthernet0/1/2"),
        ("huawei_vrp", "40GE0/0/1", "40GE0/0/1"),
        ("huawei_vrp", "Eth-Trunk1", "Eth-Trunk1"),
        ("huawei_vrp", "Vlanif99", None),
        ("huawei_vrp", "MEth0/0/1", None),
        ("huawei_vrp", "", None),
        ("alliedware_plus", "port1.0.1", "port1.0.1"),
        ("alliedware_plus", "Port1.0.12", "port1.0.12"),
        ("alliedware_plus", "po1", "po1"),
        ("alliedware_plus", "vlan99", None),
        ("alliedware_plus", "eth0", None),
        ("alliedware_plus", "port1.0.1-1.0.4", None),
    ],
)
def test_port_names(name: str, short: str, full: str | None) -> None:
    assert PLATFORMS[name].canonical(short) == full


def test_port_ten_comes_after_port_nine() -> None:
    names = ["GigabitEthernet0/0/10", "40GE0/0/2", "GigabitEthernet0/0/9", "40GE0/0/10"]
    assert sorted(names, key=PLATFORMS["huawei_vrp"].order) == [names[1], names[3], names[2], names[0]]
    assert sorted(["port1.0.10", "port1.0.9"], key=PLATFORMS["alliedware_plus"].order) == ["port1.0.9", "port1.0.10"]
