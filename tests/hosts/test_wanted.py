"""What a configuration means for Open vSwitch. Needs no namespaces."""

from __future__ import annotations

import pytest

from iccc.lab.ios.config import Config, PortConfig, Svi
from tests.hosts.wanted import DEAD_VLAN, Inner, Tagging, tagging, wanted

VLANS = frozenset({1, 20, 110})
NONE: frozenset[int] = frozenset()


@pytest.mark.parametrize(
    ("port", "trunk", "expected"),
    [
        (PortConfig(access_vlan=20), False, Tagging("access", 20, NONE)),
        (PortConfig(access_vlan=30), False, Tagging("access", DEAD_VLAN, NONE)),
        (PortConfig(), True, Tagging("native-untagged", 1, VLANS)),
        (PortConfig(allowed=frozenset({20, 30})), True, Tagging("trunk", None, frozenset({20}))),
        (PortConfig(allowed=frozenset({20}), native_vlan=20), True, Tagging("native-untagged", 20, frozenset({20}))),
        (PortConfig(allowed=NONE), True, Tagging("trunk", None, frozenset({DEAD_VLAN}))),
    ],
    ids=["access", "access-unknown", "open-trunk", "narrow-trunk", "native", "nothing-allowed"],
)
def test_tagging(port: PortConfig, trunk: bool, expected: Tagging) -> None:
    assert tagging(port, trunk, VLANS) == expected


def test_a_port_has_no_link_when_shut_down_or_without_the_power_it_gives() -> None:
    ports = {"a": PortConfig(), "b": PortConfig(shutdown=True), "c": PortConfig(poe=False), "d": PortConfig(poe=False)}
    found = wanted(Config(ports=ports), lambda name: False, frozenset({"a", "b", "c"}))
    assert {name: line.up for name, line in found.lines.items()} == {"a": True, "b": False, "c": False, "d": True}


def test_an_interface_of_an_unknown_vlan_is_cut_off() -> None:
    svis = {110: Svi(address="10.81.1.11"), 120: Svi(address="10.84.0.1", mask="255.255.0.0", shutdown=True)}
    found = wanted(Config(vlans={1: "", 110: ""}, svis=svis, gateway="10.81.1.1"), lambda name: False, frozenset())
    assert found.inners == {110: Inner(110, "10.81.1.11/24", True), 120: Inner(DEAD_VLAN, "10.84.0.1/16", False)}
    assert found.gateway == "10.81.1.1"


def test_the_command_sets_every_column() -> None:
    """So that nothing of an earlier configuration stays."""
    assert Tagging("access", 20, NONE).command("gi1-1")[3:] == ["vlan_mode=access", "tag=20", "trunks=[]"]
    assert Tagging("trunk", None, VLANS).command("gi1-9")[3:] == ["vlan_mode=trunk", "tag=[]", "trunks=[1,20,110]"]
