"""The command line over SSH, with netmiko as it comes."""

from __future__ import annotations

import socket

import netmiko
import paramiko
import pytest
from netmiko import ConnectHandler

from tests.lab.net.conftest import Served

CHANGES = [
    "vlan 201", "name video-j1",
    "interface gi1/1", "description cam1", "switchport access vlan 201", "switchport mode access",
    "interface gi1/9", "switchport trunk allowed vlan 1,110,201",
    "ntp server 10.0.0.5", "logging host 10.0.0.7",
]  # fmt: skip


def test_netmiko_configures_saves_and_finds_it_again_after_a_power_cut(lab: Served) -> None:
    with ConnectHandler(**lab.netmiko("sw1")) as switch:
        before = switch.send_command("show running-config")
        output = switch.send_config_set(CHANGES)
        assert "%" not in output
        assert "[OK]" in switch.save_config()
        switch.send_config_set(["vlan 666", "interface gi1/2", "shutdown"])
        running = switch.send_command("show running-config")
    assert "vlan 201" not in before
    for line in ("vlan 201\n name video-j1", " switchport access vlan 201", "ntp server 10.0.0.5", "vlan 110,666"):
        assert line in running
    counted = lab.client.counters("sw1")["sw1"]
    # Eight of CHANGES are no mere selections; one save; two more lines.
    assert (counted["logins"], counted["failures"], counted["sets"]) == (1, 0, 8 + 1 + 2)
    lab.client.power("sw1", False)
    lab.client.power("sw1", True)
    with ConnectHandler(**lab.netmiko("sw1")) as switch:
        running = switch.send_command("show running-config")
    assert " switchport access vlan 201" in running
    assert "666" not in running
    lab.client.reset("sw1")
    with ConnectHandler(**lab.netmiko("sw1")) as switch:
        assert "switchport access vlan" not in switch.send_command("show running-config")


def test_copy_asks_for_the_file_and_paging_waits_for_a_key(lab: Served) -> None:
    with ConnectHandler(**lab.netmiko("sw2")) as switch:
        switch.send_command("configure terminal", expect_string=r"\(config\)#")
        switch.send_command("ntp server 10.0.0.5", expect_string=r"\(config\)#")
        switch.send_command("end", expect_string="#")
        asked = switch.send_command("copy running-config startup-config", expect_string=r"\?")
        assert "Destination filename [startup-config]?" in asked
        assert "[OK]" in switch.send_command("\n", expect_string="#")
        assert "ntp server 10.0.0.5" in switch.send_command("show startup-config")
        switch.send_command("terminal length 10")
        switch.write_channel("show running-config\n")
        first = switch.read_until_pattern("--More--")
        assert len(first.splitlines()) <= 12
        switch.write_channel(" ")
        second = switch.read_until_pattern("--More--")
        assert "service timestamps" in first + second
        switch.write_channel("q")
        assert switch.read_until_pattern("#").endswith("Switch#")


def test_a_wrong_password_is_refused_and_counted(lab: Served) -> None:
    with pytest.raises(netmiko.NetmikoAuthenticationException):
        ConnectHandler(**lab.netmiko("sw1", password="guess"))
    counted = lab.client.counters("sw1")["sw1"]
    assert counted["logins"] == 0
    assert counted["failures"] >= 1
    lab.client.fault("sw1", "wrong-password")
    with pytest.raises(netmiko.NetmikoAuthenticationException):
        ConnectHandler(**lab.netmiko("sw1"))


def test_the_host_key_is_the_one_on_the_sheet(lab: Served) -> None:
    with socket.create_connection((lab.address("sw3"), 20022), 3) as connection:
        transport = paramiko.Transport(connection)
        transport.start_client(timeout=3)
        key = transport.get_remote_server_key()
        transport.close()
    assert lab.sheet["host_keys"]["sw3"] == f"{key.get_name()} {key.get_base64()}"
    assert len(set(lab.sheet["host_keys"].values())) == 6


def test_a_switch_without_power_drops_packets_and_its_sessions_end(lab: Served) -> None:
    switch = ConnectHandler(**lab.netmiko("sw1"))
    lab.client.power("sw1", False)
    with pytest.raises((OSError, EOFError, netmiko.exceptions.ReadException, paramiko.SSHException)):
        switch.send_command("show clock", read_timeout=3)
    with pytest.raises(TimeoutError):
        socket.create_connection((lab.address("sw1"), 20022), 0.5)
    lab.client.power("sw1", True)
    socket.create_connection((lab.address("sw1"), 20022), 2).close()


def test_a_silent_switch_takes_the_connection_and_says_nothing(lab: Served) -> None:
    lab.client.fault("sw1", "silent")
    with socket.create_connection((lab.address("sw1"), 20022), 2) as connection:
        connection.settimeout(0.5)
        with pytest.raises(TimeoutError):
            connection.recv(1)


def test_a_change_that_cuts_its_own_session_cuts_it(lab: Served) -> None:
    lab.deploy()
    switch = ConnectHandler(**lab.netmiko("sw2"))
    with pytest.raises((OSError, EOFError, netmiko.exceptions.ReadException, paramiko.SSHException)):
        switch.send_config_set(["interface Vlan110", "shutdown", "exit", "do show clock"], read_timeout=3)
    assert lab.client.unreachable() == ["sw2"]
