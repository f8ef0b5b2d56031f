"""Which VLANs each sort of link and switch of Sagar carries, number for number."""

from __future__ import annotations

from pathlib import Path

import pytest

from iccc.city.devices import City
from iccc.city.load import load_city

ROOT = Path(__file__).parents[2]
MANAGEMENT, RECORDING, SERVERS = 110, 300, 310
R1 = {*range(201, 207), *range(401, 407)}  # sites 1 to 6: a video and a field VLAN each
E1 = {220, 221, 420, 421}
ALL_SITES = {*range(201, 235), *range(401, 435)}

pytestmark = pytest.mark.timeout(60)


@pytest.fixture(scope="module")
def sagar() -> City:
    return load_city(ROOT, "sagar")


@pytest.mark.parametrize(
    ("switch", "vlans"),
    [
        ("sgr-j01-sw1", {MANAGEMENT} | R1),
        ("sgr-j06-sw2", {MANAGEMENT} | R1),
        ("sgr-s20-sw1", {MANAGEMENT} | E1),
        ("sgr-agg1", {MANAGEMENT} | ALL_SITES),
        ("sgr-agg2", {MANAGEMENT} | ALL_SITES),
        ("sgr-core1", {MANAGEMENT, RECORDING, SERVERS} | ALL_SITES),
        ("sgr-core2", {MANAGEMENT, RECORDING, SERVERS} | ALL_SITES),
    ],
)
def test_vlans_of_a_switch(sagar: City, switch: str, vlans: set[int]) -> None:
    assert set(sagar.switches[switch].vlans) == vlans


def test_names_of_vlans(sagar: City) -> None:
    names = sagar.switches["sgr-core1"].vlans
    assert (names[MANAGEMENT], names[RECORDING], names[SERVERS]) == ("management", "recording", "servers")
    assert (names[201], names[401], names[220]) == ("video-sgr-j01", "field-sgr-j01", "video-sgr-s20")


@pytest.mark.parametrize(
    ("switch", "port", "far", "allowed"),
    [
        ("sgr-agg1", "GigabitEthernet1/0/1", "sgr-j01-sw1", {MANAGEMENT} | R1),
        ("sgr-agg1", "GigabitEthernet1/0/5", "sgr-s20-sw1", {MANAGEMENT} | E1),
        ("sgr-agg1", "TenGigabitEthernet1/1/1", "sgr-core1", {MANAGEMENT} | ALL_SITES),
        ("sgr-core2", "TenGigabitEthernet1/0/2", "sgr-agg2", {MANAGEMENT} | ALL_SITES),
        ("sgr-core1", "TenGigabitEthernet1/0/24", "sgr-core2", {MANAGEMENT, RECORDING, SERVERS} | ALL_SITES),
    ],
)  # fmt: skip
def test_trunk(sagar: City, switch: str, port: str, far: str, allowed: set[int]) -> None:
    near_port = sagar.switches[switch].ports[port]
    assert (near_port.mode, near_port.access_vlan, near_port.device) == ("trunk", None, far)
    assert near_port.allowed_vlans == allowed
    assert near_port.peer_port is not None
    far_port = sagar.switches[far].ports[near_port.peer_port]
    assert (far_port.allowed_vlans, far_port.device, far_port.peer_port) == (allowed, switch, port)


@pytest.mark.parametrize(
    ("port", "device", "vlan"),
    [
        ("TenGigabitEthernet1/0/11", "sgr-rec01", RECORDING),
        ("TenGigabitEthernet1/0/17", "sgr-srv01", SERVERS),
    ],
)
def test_access_port_of_the_centre(sagar: City, port: str, device: str, vlan: int) -> None:
    access = sagar.switches["sgr-core1"].ports[port]
    assert (access.mode, access.device, access.access_vlan, access.allowed_vlans) == ("access", device, vlan, None)


def test_a_trunk_carries_no_vlan_that_either_end_lacks(sagar: City) -> None:
    for link in sagar.links:
        allowed = sagar.switches[link.a].ports[link.a_port].allowed_vlans
        assert allowed is not None
        assert allowed <= set(sagar.switches[link.a].vlans) & set(sagar.switches[link.b].vlans)
