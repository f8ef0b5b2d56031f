"""Who gets into a switch: access lists, vty lines, AAA, local users; as a console and as an SSH client sees it."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

import netmiko
import paramiko
import pytest
from hypothesis import given
from hypothesis import strategies as st
from netmiko import ConnectHandler

from iccc.lab.ios import acl, login, vty
from iccc.lab.ios.session import Mode, Session
from iccc.lab.ios.shell import Shell
from iccc.lab.ios.system import System
from tests.lab.net.conftest import Served
from tests.lab.net.test_transcripts import bench

REFUSED = (netmiko.exceptions.NetmikoTimeoutException, paramiko.SSHException, EOFError, OSError)
OPERATOR = "10.0.0.10"
octets = st.integers(0, 2**32 - 1).map(lambda number: str(ipaddress.IPv4Address(number)))


def desk(*lines: str) -> tuple[System, Callable[..., list[str]]]:
    """A switch after these configuration lines, and a command line in its configuration mode."""
    system = bench()
    shell = Shell(Session(system, "admin", Mode.CONFIG), lambda: None, lambda: False)

    def type_(*more: str) -> list[str]:
        return [out for line in more for out in shell.type(line)]

    type_(*lines)
    return system, type_


def section(type_: Callable[..., list[str]], word: str) -> list[str]:
    return type_(f"do show running-config | section {word}")


def test_an_access_list_is_kept_in_sequence_and_printed_as_each_system_prints_it() -> None:
    system, type_ = desk(
        "ip access-list standard ops", "permit host 10.0.0.5", "permit 10.1.2.3 0.0.255.255", "deny any log",
        "15 permit 10.9.0.0 0.0.0.255", "remark the end", "permit host 10.0.0.5",
    )  # fmt: skip
    lines = ["permit 10.0.0.5", "permit 10.9.0.0 0.0.0.255", "permit 10.1.0.0 0.0.255.255", "deny   any log",
             "remark the end"]  # fmt: skip
    assert section(type_, "access-list") == ["ip access-list standard ops", *(f" {line}" for line in lines)]
    assert type_("do show access-lists ops") == [
        "Standard IP access list ops", "    10 permit 10.0.0.5", "    15 permit 10.9.0.0, wildcard bits 0.0.0.255",
        "    20 permit 10.1.0.0, wildcard bits 0.0.255.255", "    30 deny   any log",
    ]  # fmt: skip
    assert type_("15 permit any") == ["% Duplicate sequence number", ""]
    assert type_("no 15", "no permit 10.1.0.0 0.0.255.255", "no remark the end") == []
    system.xe = True
    assert section(type_, "access-list") == ["ip access-list standard ops", " 10 permit 10.0.0.5", " 30 deny   any log"]
    assert type_("permit nonsense")[1] == "% Invalid input detected at '^' marker."


@given(octets, octets, octets)
def test_a_wildcard_leaves_exactly_its_bits_open(source: str, wild: str, caller: str) -> None:
    system, _ = desk("ip access-list standard a", f"permit {source} {wild}")
    number = [int(ipaddress.IPv4Address(text)) for text in (source, wild, caller)]
    wanted = (number[0] ^ number[2]) & ~number[1] & 0xFFFFFFFF == 0
    assert acl.passes(system.running.access_lists["a"], caller) is wanted


def test_the_first_entry_decides_nothing_matching_is_no_and_an_empty_list_is_yes() -> None:
    entries = {10: "deny   10.0.0.5", 20: "remark x", 30: "permit 10.0.0.0 0.0.0.255"}
    assert [acl.passes(entries, f"10.0.{part}") for part in ("0.5", "0.6", "1.6")] == [False, True, False]
    assert acl.passes({}, "10.0.0.5")
    assert acl.passes(None, "10.0.0.5")
    assert not acl.passes({10: "deny   any"}, "10.0.0.5")


def test_some_lines_of_a_range_are_cut_off_and_grow_together_again() -> None:
    system, type_ = desk("line vty 3 6", "access-class ops in", "exec-timeout 5 0")
    assert [line for line in section(type_, "vty") if line.startswith("line")] == [
        "line vty 0 2", "line vty 3 4", "line vty 5 6", "line vty 7 15",
    ]  # fmt: skip
    assert vty.of(system.running, 4) == [
        "login local",
        "transport input ssh",
        "access-class ops in",
        "exec-timeout 5 0",
    ]
    type_("line vty 0 15", "no exec-timeout", "access-class other in")
    assert section(type_, "vty") == [
        "line vty 0 4", " access-class other in", " login local", " transport input ssh",
        "line vty 5 15", " access-class other in", " login local", " transport input ssh",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "mode"),
    [
        ([], Mode.EXEC),
        (["line vty 0 4", "no login local"], None),
        (["no username admin", "y"], None),
        (["no username admin", "n"], Mode.EXEC),
        (["username admin privilege 1 secret secret"], Mode.USER),
        (["aaa new-model"], Mode.USER),
        (["aaa new-model", "aaa authorization exec default local"], Mode.EXEC),
        (["aaa new-model", "aaa authentication login default group tacacs+"], None),
        (
            ["aaa new-model", "aaa authentication login default group tacacs+ local",
             "aaa authorization exec default group tacacs+ local"],
            Mode.EXEC,
        ),
        (["aaa new-model", "aaa authentication login x none", "line vty 0 4", "login authentication x"], Mode.USER),
        (["aaa new-model", "no aaa new-model"], None),
        (["aaa new-model", "no aaa new-model", "line vty 0 15", "login local"], Mode.EXEC),
    ],
)  # fmt: skip
def test_the_mode_in_which_a_login_starts(lines: list[str], mode: Mode | None) -> None:
    system, _ = desk(*lines)
    assert login.entered(system.running, 0, "admin", "secret") is mode
    assert login.entered(system.running, 0, "admin", "wrong") is (Mode.USER if "none" in str(lines) else None)


def test_a_user_comes_back_by_its_hash() -> None:
    system, type_ = desk("username other privilege 15 secret hidden")
    shown = system.running.users["other"].shown
    type_("no username other", "", f"username other privilege 15 secret {shown}")
    assert login.entered(system.running, 0, "other", "hidden") is Mode.EXEC
    assert login.entered(system.running, 0, "other", "hiddem") is None


def test_servers_and_methods_are_printed() -> None:
    _, type_ = desk(
        "aaa new-model", "aaa group server tacacs+ ops", "server name one", "tacacs server one",
        "address ipv4 10.0.0.9", "key one", "key two", "aaa authentication login default group ops local",
    )  # fmt: skip
    assert section(type_, "aaa") == [
        "aaa new-model", "aaa group server tacacs+ ops", " server name one",
        "aaa authentication login default group ops local",
    ]  # fmt: skip
    assert section(type_, "tacacs server") == ["tacacs server one", " address ipv4 10.0.0.9", " key two"]
    assert "login local" not in str(section(type_, "vty"))


def test_lines_of_aaa_are_no_commands_without_it_and_the_other_way_round() -> None:
    _, type_ = desk("line vty 0 4")
    for line in ("login authentication x", "aaa authentication login default local", "aaa group server tacacs+ x"):
        assert type_(line)[1] == "% Invalid input detected at '^' marker."
    assert type_("aaa new-model", "line vty 0 4", "login local")[1] == "% Invalid input detected at '^' marker."
    assert type_("login authentication x") == []


def test_a_client_outside_the_access_list_is_not_let_in(lab: Served) -> None:
    lab.client.lines("sw1", "ip access-list standard ops", f"permit {OPERATOR}", "line vty 0 15", "access-class ops in")
    ConnectHandler(**lab.netmiko("sw1")).disconnect()
    lab.client.set("sw1", "operator", "10.0.0.11")
    with pytest.raises(REFUSED):
        ConnectHandler(**lab.netmiko("sw1"))
    assert lab.client.counters("sw1")["sw1"]["failures"] == 0


def test_an_open_session_outlives_the_list_that_keeps_new_ones_out(lab: Served) -> None:
    with ConnectHandler(**lab.netmiko("sw1")) as switch:
        switch.send_config_set(["ip access-list standard none", "deny any", "line vty 0 15", "access-class none in"])
        with pytest.raises(REFUSED):
            ConnectHandler(**lab.netmiko("sw1"))
        switch.send_config_set(["line vty 0 15", "no access-class none in"])
    ConnectHandler(**lab.netmiko("sw1")).disconnect()


def test_the_last_administrator_is_gone_when_deleted(lab: Served) -> None:
    user = lab.sheet["logins"]["switch"][0]
    with ConnectHandler(**lab.netmiko("sw1")) as switch:
        switch.config_mode()
        asked = switch.send_command(f"no username {user}", expect_string=r"\[confirm\]")
        assert "remove all username related configurations" in asked
        switch.send_command("y", expect_string="#")
    with pytest.raises(netmiko.NetmikoAuthenticationException):
        ConnectHandler(**lab.netmiko("sw1"))
