"""Port names of the platforms: what their command lines print is taken, what another one prints is not."""

from __future__ import annotations

from typing import get_args

import pytest

from iccc.city.model.catalogue import PORT_OF_PLATFORM, Platform

PORTS = {
    "cisco_ios": ("GigabitEthernet1/0/1", "GigabitEthernet1/3", "FastEthernet0/1", "TenGigabitEthernet1/1/4"),
    "aruba_aoscx": ("1/1/1", "1/1/52", "10/1/48", "1/1"),
    "juniper_junos": ("ge-0/0/0", "mge-0/0/11", "xe-0/1/3", "et-1/0/0"),
    "huawei_vrp": ("GigabitEthernet0/0/1", "XGigabitEthernet0/1/1", "MultiGE0/0/8", "10GE1/0/1", "Ethernet0/0/4"),
    "alliedware_plus": ("port1.0.1", "port2.0.52"),
    "snmp_only": ("1", "gei_1/1", "Slot0/3", "GigabitEthernet1/0/1"),
}
NO_PORTS = {
    "cisco_ios": ("Gi", "gigabitethernet1/0/1", "1/1/1", "ge-0/0/0"),
    "aruba_aoscx": ("1", "1/1/1/1", "lag1", "vlan10", "GigabitEthernet1/0/1", "1/A1"),
    "juniper_junos": ("ge-0/0", "ge-0/0/0.0", "ae0", "irb", "GigabitEthernet0/0/1", "1/1/1"),
    "huawei_vrp": ("GigabitEthernet0/1", "Vlanif10", "Eth-Trunk1", "GE", "ge-0/0/0", "1/1/1"),
    "alliedware_plus": ("port1", "port1/0/1", "eth0", "vlan1", "po1", "1.0.1"),
    "snmp_only": ("", " 1", "1 ", "1\n2"),
}


def test_every_platform_has_its_names() -> None:
    assert set(get_args(Platform)) == set(PORT_OF_PLATFORM) == set(PORTS) == set(NO_PORTS)


@pytest.mark.parametrize(("platform", "port"), [(key, port) for key, ports in PORTS.items() for port in ports])
def test_a_port(platform: str, port: str) -> None:
    assert PORT_OF_PLATFORM[platform].fullmatch(port)


@pytest.mark.parametrize(("platform", "port"), [(key, port) for key, ports in NO_PORTS.items() for port in ports])
def test_no_port(platform: str, port: str) -> None:
    assert PORT_OF_PLATFORM[platform].fullmatch(port) is None
