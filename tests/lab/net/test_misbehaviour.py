"""Switches that do what they should not, as netmiko meets them."""

from __future__ import annotations

import netmiko
import paramiko
import pytest
from netmiko import ConnectHandler

from tests.lab.net.conftest import Served

LOST = (OSError, EOFError, netmiko.exceptions.ReadException, paramiko.SSHException)


def running(lab: Served, name: str) -> str:
    with ConnectHandler(**lab.netmiko(name)) as switch:
        return str(switch.send_command("show running-config"))


def test_a_session_that_dies_leaves_the_lines_so_far(lab: Served) -> None:
    lab.client.set("sw1", "cut_after", 2)
    switch = ConnectHandler(**lab.netmiko("sw1"))
    with pytest.raises(LOST):
        switch.send_config_set(["ntp server 10.0.0.5", "ntp server 10.0.0.6", "ntp server 10.0.0.7"], read_timeout=3)
    lab.client.fault("sw1", "none")
    kept = running(lab, "sw1")
    assert "ntp server 10.0.0.6" in kept
    assert "ntp server 10.0.0.7" not in kept


def test_the_cut_fault_has_a_length_of_its_own(lab: Served) -> None:
    lab.client.fault("sw1", "cut-mid-change")
    switch = ConnectHandler(**lab.netmiko("sw1"))
    with pytest.raises(LOST):
        switch.send_config_set([f"ntp server 10.0.0.{last}" for last in range(1, 9)], read_timeout=3)
    lab.client.fault("sw1", "none")
    assert running(lab, "sw1").count("ntp server") == 3


def test_a_refused_line_is_invalid_input_and_the_others_stand(lab: Served) -> None:
    lab.client.set("sw1", "refuses", "logging")
    with ConnectHandler(**lab.netmiko("sw1")) as switch:
        out = switch.send_config_set(["ntp server 10.0.0.5", "logging host 10.0.0.7"])
    assert out.count("% Invalid input detected at '^' marker.") == 1
    kept = running(lab, "sw1")
    assert "ntp server 10.0.0.5" in kept
    assert "logging host" not in kept


def test_a_save_that_lies_says_ok(lab: Served) -> None:
    lab.client.fault("sw1", "save-lies")
    with ConnectHandler(**lab.netmiko("sw1")) as switch:
        switch.send_config_set(["ntp server 10.0.0.5"])
        assert "[OK]" in switch.save_config()
        assert "ntp server" not in switch.send_command("show startup-config")


def test_a_question_stands_before_a_save(lab: Served) -> None:
    lab.client.fault("sw1", "asks")
    with ConnectHandler(**lab.netmiko("sw1")) as switch:
        switch.send_config_set(["ntp server 10.0.0.5"])
        asked = switch.send_command("write memory", expect_string=r"\[confirm\]")
        assert "Overwrite the previous NVRAM configuration?" in asked
        assert "[OK]" not in asked
        assert "[OK]" in switch.send_command("\n", expect_string="#")
        assert "ntp server" in switch.send_command("show startup-config")
    assert lab.client.counters("sw1")["sw1"]["sets"] == 2


def test_a_pager_does_not_hear_that_it_should_be_off(lab: Served) -> None:
    lab.client.fault("sw1", "pager")
    with ConnectHandler(**lab.netmiko("sw1")) as switch:
        switch.write_channel("show running-config\n")
        assert "--More--" in switch.read_until_pattern("--More--")


def test_a_wrong_enable_password_leads_nowhere(lab: Served) -> None:
    lab.client.fault("sw1", "wrong-enable")
    switch = ConnectHandler(**lab.netmiko("sw1", secret="guess"))
    assert switch.find_prompt().endswith(">")
    with pytest.raises(ValueError, match="enable"):
        switch.enable()
    assert "Invalid input" in switch.send_command("show running-config", expect_string=">")
    switch.disconnect()


def test_a_reset_makes_a_switch_well_behaved_again(lab: Served) -> None:
    for path, value in (("cut_after", 1), ("refuses", "hostname"), ("operator", "10.1.1.1"), ("xe", True)):
        lab.client.set("sw1", path, value)
    lab.client.reset("sw1")
    with ConnectHandler(**lab.netmiko("sw1")) as switch:
        out = switch.send_config_set(["hostname other", "interface gi1/1", "spanning-tree portfast"])
    assert "Invalid" not in out
    assert " spanning-tree portfast edge\n" in running(lab, "sw1")
