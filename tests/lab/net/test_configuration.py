"""Laws of the configuration: what is printed can be typed, saving keeps, power loss forgets."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from iccc.lab.ios import names, vlanlist
from iccc.lab.ios.session import Mode, Session
from iccc.lab.ios.shell import Shell
from iccc.lab.ios.system import System
from tests.lab.net.test_transcripts import bench

vlans = st.integers(1, 4094).filter(lambda number: number not in vlanlist.RESERVED)
vlan_lists = st.sets(vlans, min_size=1, max_size=60).map(lambda numbers: ",".join(vlanlist.compact(numbers)))
ports = st.sampled_from([f"gi1/{number}" for number in range(1, 11)])
words = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,20}", fullmatch=True)
addresses = st.integers(1, 254).map(lambda last: f"10.0.0.{last}")
in_port = st.one_of(
    st.builds("description {} {}".format, words, words),
    st.builds("switchport access vlan {}".format, vlans),
    st.builds("switchport mode {}".format, st.sampled_from(["access", "trunk"])),
    st.builds("switchport trunk allowed vlan {}".format, vlan_lists),
    st.builds("switchport trunk allowed vlan {} {}".format, st.sampled_from(["add", "remove", "except"]), vlan_lists),
    st.builds("switchport trunk native vlan {}".format, vlans),
    st.sampled_from(["shutdown", "no shutdown", "no description", "switchport trunk allowed vlan none"]),
    st.sampled_from(["power inline never", "power inline auto", "spanning-tree portfast", "no switchport mode"]),
    st.sampled_from(["speed 100", "duplex full", "speed auto", "no duplex", "switchport nonegotiate"]),
    st.sampled_from(["spanning-tree portfast edge", "no spanning-tree portfast", "spanning-tree bpduguard enable"]),
    st.sampled_from(["switchport mode access\nswitchport port-security", "no switchport port-security"]),
    st.builds("switchport port-security maximum {}".format, st.integers(1, 64)),
    st.sampled_from(["switchport port-security violation restrict", "storm-control action trap"]),
    st.builds("storm-control broadcast level {}".format, st.sampled_from(["1", "0.5 0.25", "10.00", "bps 2m"])),
)
in_list = st.one_of(
    st.builds(
        "{} {}".format, st.sampled_from(["permit", "deny"]), st.sampled_from(["any", "any log", "host 10.0.0.9"])
    ),
    st.builds("{} permit {} 0.0.0.255".format, st.integers(1, 50), addresses),
    st.builds("no {}".format, st.integers(1, 50)),
    st.builds("remark {}".format, words),
)
in_line = st.sampled_from(
    ["access-class ops in", "no access-class ops in", "login local", "exec-timeout 5 0", "transport input none"]
)
wide = st.one_of(
    st.builds("ip access-list standard {}\n{}".format, st.sampled_from(["ops", "other"]), in_list),
    st.builds("access-list {} permit {}".format, st.integers(1, 99), addresses),
    st.builds("line vty {} {}\n{}".format, st.integers(0, 7), st.integers(7, 15), in_line),
    st.sampled_from(["aaa new-model", "no aaa new-model", "aaa authentication login default group tacacs+ local"]),
    st.builds("tacacs server {}\naddress ipv4 {}\nkey {}".format, words, addresses, words),
    st.builds("spanning-tree mode {}".format, st.sampled_from(["mst", "pvst", "rapid-pvst"])),
    st.builds("spanning-tree vlan {} priority {}".format, vlan_lists, st.sampled_from([0, 4096, 32768])),
    st.sampled_from(["lldp run", "no lldp run", "archive\npath flash:a", "archive\nlog config\nhidekeys"]),
    st.builds("snmp-server view {} iso {}".format, words, st.sampled_from(["included", "excluded"])),
    st.builds("snmp-server group {} v3 priv read {}".format, words, words),
)
globally = st.one_of(
    wide,
    st.builds("hostname {}".format, words),
    st.builds("vlan {}\nname {}".format, vlans, words),
    st.builds("vlan {}".format, vlan_lists),
    st.builds("no vlan {}".format, vlans),
    st.builds("ntp server {}".format, addresses),
    st.builds("ntp server {} prefer".format, addresses),
    st.builds("no ntp server {}".format, addresses),
    st.builds("logging host {}".format, addresses),
    st.builds("snmp-server community {} {}".format, words, st.sampled_from(["RO", "RW"])),
    st.builds("username {} privilege 15 secret {}".format, words, words),
    st.builds("interface Vlan{}\nip address {} 255.255.255.0\nno shutdown".format, vlans, addresses),
    st.builds("ip default-gateway {}".format, addresses),
    st.builds("logging trap {}".format, st.sampled_from(["informational", "errors"])),
)
lines = st.lists(st.one_of(globally, st.builds("interface {}\n{}".format, ports, in_port)), max_size=25).map(
    lambda blocks: "\n".join(blocks).splitlines()
)


def typed(system: System, commands: list[str]) -> System:
    shell = Shell(Session(system, "console", Mode.CONFIG), lambda: None, lambda: False)
    for command in commands:
        shell.type(command)
    return system


@settings(max_examples=120, deadline=None)
@given(lines)
def test_a_printed_configuration_typed_into_a_new_switch_prints_the_same(commands: list[str]) -> None:
    first = typed(bench(), commands)
    wipe = ["no snmp-server community read", "no snmp-server community write", "no username admin", "", "no vlan 110",
            "no interface Vlan110", "no interface Vlan1"]  # fmt: skip
    wipe += ["no lldp run", "line vty 0 15", "no login", "no transport"]
    wipe += [f"default interface gi1/{number}" for number in range(1, 11)]
    printed = first.text(first.running)
    second = typed(bench(), [*wipe, *printed[:-1]])
    assert second.text(second.running) == printed


@settings(max_examples=30, deadline=None)
@given(lines, lines)
def test_a_restart_gives_back_exactly_what_was_saved(kept: list[str], lost: list[str]) -> None:
    system = typed(bench(), kept)
    system.save()
    saved = system.text(system.running)
    typed(system, lost)
    system.reboot()
    assert system.text(system.running) == saved == system.text(system.startup)


@given(st.frozensets(vlans))
def test_an_allowed_list_survives_its_lines(allowed: frozenset[int]) -> None:
    system = typed(bench(), ["interface gi1/9", *vlanlist.allowed_lines(allowed)])
    assert system.running.ports["GigabitEthernet1/9"].allowed == allowed
    assert all(len(f" {line}") <= 80 for line in vlanlist.allowed_lines(allowed))


@given(st.text(max_size=60))
def test_any_line_is_answered_and_none_ends_the_session_by_error(line: str) -> None:
    system = bench()
    for mode in Mode:
        session = Session(system, "admin", mode, ["GigabitEthernet1/1"] if mode is Mode.INTERFACE else ["1"])
        shell = Shell(session, lambda: None, lambda: False)
        assert isinstance(shell.type(line), list)


def test_names_are_the_same_however_they_are_written() -> None:
    written = ["gi1/3", "Gi1/3", "gig 1/3", "GigabitEthernet1/3", "gigabitethernet 1/3"]
    assert {names.canonical(name) for name in written} == {"GigabitEthernet1/3"}
    assert [names.canonical(name) for name in ("te1/0/1", "t1/1", "vlan99", "eth0", "gi")] == [
        "TenGigabitEthernet1/0/1", None, "Vlan99", None, None,
    ]  # fmt: skip


def test_a_switch_that_ignores_says_yes_and_changes_nothing() -> None:
    system = bench()
    before = system.text(system.running)
    shell = Shell(Session(system, "admin", Mode.EXEC), lambda: None, lambda: True)
    for line in ("conf t", "vlan 77", "interface Vlan77", "ip address 10.0.0.1 255.255.255.0", "hostname other", "end"):
        assert not [out for out in shell.type(line) if out.startswith("%")]
    assert shell.type("write memory") == ["Building configuration...", "[OK]"]
    assert system.text(system.running) == before == system.text(system.startup)
