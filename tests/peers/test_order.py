"""The count of unsafe lines: an order by hand that does no harm on both pairs, and orders that do."""

from __future__ import annotations

import pytest

from iccc.switch.platforms import PLATFORMS
from tests.peers.order import ALL, Pair, Verdict, judge, maker, ours

IOS, VRP = ALL
SAFE = {
    "ios": """\
vlan 20
 name CAMERAS
vlan 30
 name ECB
interface GigabitEthernet1/9
 switchport trunk allowed vlan add 30
interface GigabitEthernet1/1
 switchport access vlan 20
 description CAM-J1-1
 no switchport port-security
 no switchport port-security maximum
 storm-control broadcast level 0.50
interface GigabitEthernet1/2
 switchport access vlan 20
 no shutdown
ntp server 192.0.2.5
no ntp server 192.0.2.1
snmp-server community s3cret RO
no snmp-server community public
interface GigabitEthernet1/9
 switchport trunk allowed vlan remove 10
no vlan 10
interface Vlan99
 ip address 192.0.2.11 255.255.255.0
""",
    "vrp": """\
vlan batch 30
interface GigabitEthernet0/0/9
 port trunk allow-pass vlan 30
interface GigabitEthernet0/0/1
 port default vlan 20
 description CAM-J1-1
 undo port-security enable
interface GigabitEthernet0/0/2
 undo shutdown
ntp-service unicast-server 192.0.2.5
undo ntp-service unicast-server 192.0.2.1
interface GigabitEthernet0/0/9
 undo port trunk allow-pass vlan 10
undo vlan batch 10
interface Vlanif99
 ip address 192.0.2.11 24
""",
}


def verdict(pair: Pair, lines: list[str]) -> Verdict:
    return judge(maker(pair), pair.text("running"), pair.text("intended"), lines, pair)


@pytest.mark.parametrize("pair", ALL, ids=lambda pair: pair.folder)
def test_an_order_without_harm_exists(pair: Pair) -> None:
    lines = SAFE[pair.folder].splitlines()
    assert verdict(pair, lines) == Verdict(len(lines), 0, True, (), ())


@pytest.mark.parametrize("pair", ALL, ids=lambda pair: pair.folder)
def test_half_of_the_work_misses_the_target(pair: Pair) -> None:
    assert not verdict(pair, SAFE[pair.folder].splitlines()[:-2]).reached


def test_a_vlan_that_goes_first_is_counted_until_its_port_has_moved() -> None:
    lines = ["no vlan 10", "interface GigabitEthernet1/1", " description x", " switchport access vlan 20", " exit"]
    found = verdict(IOS, lines)
    assert (found.lines, found.unsafe) == (4, 3)
    assert found.broke == ("GigabitEthernet1/1 is in a VLAN that does not exist",)


def test_a_trunk_that_is_open_for_a_moment_is_counted() -> None:
    port = "interface GigabitEthernet1/9"
    found = verdict(IOS, [port, " no switchport trunk allowed vlan", " switchport trunk allowed vlan 20,30,99"])
    assert (found.unsafe, found.broke) == (1, ("GigabitEthernet1/9 is open to all VLANs",))


def test_a_trunk_that_drops_what_it_carries_before_and_after_is_counted() -> None:
    port = "interface GigabitEthernet0/0/9"
    found = verdict(VRP, [port, " undo port trunk allow-pass vlan 20", " port trunk allow-pass vlan 20"])
    assert (found.unsafe, found.broke) == (1, ("GigabitEthernet0/0/9 does not pass VLAN 20",))


def test_what_the_switch_does_not_take_is_told() -> None:
    found = verdict(VRP, ["vlan batch 30", "undo vlan batch 99"])
    assert (found.lines, found.unsafe) == (2, 0)
    assert [line.split(":")[0] for line in found.refused] == ["undo vlan batch 99"]


@pytest.mark.parametrize("pair", [pair for pair in ALL if pair.platform in PLATFORMS], ids=lambda pair: pair.folder)
def test_our_own_plan_does_no_harm(pair: Pair) -> None:
    lines = ours(pair)
    counted = [line for line in lines if line.strip() not in ("quit", "exit")]  # leaving a view is no change
    assert verdict(pair, lines) == Verdict(len(counted), 0, True, (), ())
