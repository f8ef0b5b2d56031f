"""Settings of ports and of the whole switch: refused as IOS refuses them, printed as IOS prints them."""

from __future__ import annotations

import asyncio

import pytest

from iccc.lab.device import Fault
from iccc.lab.lab import Lab
from tests.lab.net.test_access import desk, section
from tests.lab.net.town import GI, bulb, deployed, reachable, town

CAUTION = "%Warning: portfast should only be enabled on ports connected to a single"


def test_a_port_is_printed_in_the_order_of_the_switch() -> None:
    _, type_ = desk(
        "interface gi1/1", "spanning-tree bpduguard enable", "storm-control action trap", "duplex full", "speed 100",
        "storm-control broadcast level 1", "switchport mode access", "switchport port-security",
        "switchport port-security violation restrict", "switchport port-security maximum 2", "description cam",
        "switchport trunk native vlan 9", "shutdown", "power inline never",
    )  # fmt: skip
    assert type_("spanning-tree portfast")[0] == CAUTION
    assert section(type_, "GigabitEthernet1/1$")[1:] == [
        " description cam", " switchport trunk native vlan 9", " switchport mode access",
        " switchport port-security maximum 2", " switchport port-security violation restrict",
        " switchport port-security", " shutdown", " speed 100", " duplex full", " power inline never",
        " storm-control broadcast level 1.00", " storm-control action trap", " spanning-tree portfast edge",
        " spanning-tree bpduguard enable",
    ]  # fmt: skip
    type_("no speed", "no duplex", "no storm-control broadcast level", "no storm-control action", "no shutdown",
          "no spanning-tree portfast", "no spanning-tree bpduguard", "no switchport port-security maximum",
          "no switchport port-security", "no switchport port-security violation", "no description",
          "no switchport trunk native vlan", "power inline auto", "no switchport mode")  # fmt: skip
    assert section(type_, "GigabitEthernet1/1$")[1:] == []


def test_ios_says_edge_and_ios_xe_does_not() -> None:
    for xe, kinds in ((False, [" edge", " edge trunk"]), (True, ["", " trunk"])):
        system, type_ = desk()
        system.xe = xe
        type_("interface gi1/1", "spanning-tree portfast", "interface gi1/2", "spanning-tree portfast edge trunk")
        lines = [line for line in system.text(system.running) if "portfast" in line]
        assert lines == [f" spanning-tree portfast{kind}" for kind in kinds]


def test_port_security_needs_a_port_whose_mode_is_set() -> None:
    _, type_ = desk("interface gi1/1")
    assert type_("switchport port-security") == ["Command rejected: GigabitEthernet1/1 is a dynamic port.", ""]
    assert type_("switchport mode trunk", "switchport port-security") == []
    assert type_("no switchport mode")[0].startswith("Command rejected")


def test_a_dynamic_port_negotiates() -> None:
    _, type_ = desk("interface gi1/1")
    refusal = ["Command rejected: Conflict between 'nonegotiate' and 'dynamic' status.", ""]
    assert type_("switchport nonegotiate") == refusal
    assert type_("switchport mode trunk", "switchport nonegotiate", "no switchport mode") == refusal
    assert type_("no switchport nonegotiate", "no switchport mode") == []


@pytest.mark.parametrize("level", ["101", "x", "1 2 3"])
def test_a_level_that_is_no_percentage_is_no_command(level: str) -> None:
    _, type_ = desk("interface gi1/1")
    assert type_(f"storm-control broadcast level {level}")[1] == "% Invalid input detected at '^' marker."


def test_bridge_priorities_come_in_steps_and_are_printed_by_value() -> None:
    _, type_ = desk(
        "spanning-tree mode mst", "spanning-tree vlan 1-4094 priority 8192", "spanning-tree vlan 5 priority 0"
    )
    assert section(type_, "^spanning-tree") == [
        "spanning-tree mode mst", "spanning-tree extend system-id", "spanning-tree vlan 5 priority 0",
        "spanning-tree vlan 1-4,6-4094 priority 8192",
    ]  # fmt: skip
    refused = type_("spanning-tree vlan 5 priority 5000")
    assert refused[:2] == ["% Bridge Priority must be in increments of 4096.", "% Allowed values are:"]
    type_("no spanning-tree vlan 1-4094 priority", "no spanning-tree mode")
    assert section(type_, "^spanning-tree") == ["spanning-tree mode rapid-pvst", "spanning-tree extend system-id"]


def test_snmp_users_are_in_no_configuration_but_are_saved_and_outlive_a_replacement() -> None:
    system, type_ = desk(
        "snmp-server view all iso included", "snmp-server group ops v3 priv read all",
        "snmp-server user monitor ops v3 auth sha secret1234 priv aes 128 secret5678",
    )  # fmt: skip
    assert section(type_, "snmp-server") == [
        "snmp-server group ops v3 priv read all", "snmp-server view all iso included",
        "snmp-server community read RO", "snmp-server community write RW",
    ]  # fmt: skip
    assert type_("do show snmp user") == [
        "", "User name: monitor", "Engine ID: 800000090302000A4D0103", "storage-type: nonvolatile\t active",
        "Authentication Protocol: SHA", "Privacy Protocol: AES128", "Group-name: ops", "",
    ]  # fmt: skip
    type_("do configure replace nvram:startup-config force")
    assert "group ops" not in str(section(type_, "snmp-server"))
    assert "User name: monitor" in type_("do show snmp user")
    system.reboot()
    assert type_("do show snmp user") == []


def test_two_interfaces_cannot_be_in_one_subnet_at_a_time() -> None:
    _, type_ = desk("interface Vlan99", "ip address 10.9.0.1 255.255.255.0", "interface Vlan98")
    assert type_("ip address 10.9.0.2 255.255.255.0") == ["% 10.9.0.0 overlaps with Vlan99", ""]
    assert type_("ip address 10.9.0.2 255.255.0.255")[0].startswith("Bad mask 255.255.0.255")
    type_("shutdown", "ip address 10.9.0.2 255.255.255.0")
    assert type_("no shutdown") == ["% 10.9.0.0 overlaps with Vlan99", "Vlan98: incorrect IP address assignment", ""]
    type_("interface Vlan99", "shutdown", "interface Vlan98", "no shutdown")
    assert section(type_, "interface Vlan98")[1:] == [" ip address 10.9.0.2 255.255.255.0"]


def test_a_port_whose_vlan_is_gone_is_inactive_and_its_camera_with_it() -> None:
    lab = deployed(town())
    switch = lab.switches["sw1"]
    assert {"cam1", "cam2"} <= reachable(lab)
    switch.inject("lines", ["no vlan 201"])
    assert reachable(lab) >= {"sw1", "cam5"}
    assert not {"cam1", "cam2"} & reachable(lab)
    switch.inject("lines", ["vlan 201"])
    assert {"cam1", "cam2"} <= reachable(lab)


def test_without_lldp_a_switch_sees_none_and_is_not_seen() -> None:
    lab = deployed(town())
    port, far = f"{GI}10", f"{GI}9"
    assert lab.switches["sw1"].system.neighbour(port) is not None
    assert lab.switches["sw2"].system.neighbour(far) is not None
    before = lab.fabric.revision
    lab.switches["sw1"].inject("lines", ["no lldp run"])
    assert lab.fabric.revision > before
    assert lab.switches["sw1"].system.neighbour(port) is None
    assert lab.switches["sw2"].system.neighbour(far) is None
    assert lab.switches["sw2"].system.neighbour(port) is not None


def test_a_camera_cannot_have_a_fault_of_switches() -> None:
    lab = Lab(town(), bulb)
    with pytest.raises(ValueError, match="cam1 is no switch"):
        asyncio.run(lab.set_fault("cam1", Fault.SAVE_LIES))
