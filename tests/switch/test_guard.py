"""The guard on steps that no planner would make: each invariant is held against lines alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from iccc.switch import guard
from iccc.switch.platforms import platform_of
from iccc.switch.push import keep_of
from iccc.switch.reading import Reading
from iccc.switch.steps import GuardRefusal, Invariant, Keep, Phase, Step
from tests.switch.rig import declared

IOS = platform_of("cisco_ios")
UPLINK = "interface GigabitEthernet1/9"
CAMERA = "interface GigabitEthernet1/1"
KEEP = Keep(99, frozenset({"GigabitEthernet1/9"}))
RUNNING = f"""\
hostname sw1
username admin privilege 15 secret 9 $9$x
username spare privilege 15 secret 9 $9$y
vtp mode transparent
vlan 20
 name CAM
vlan 99
 name MGMT
{CAMERA}
 switchport access vlan 20
 switchport mode access
{UPLINK}
 switchport trunk allowed vlan 20,99
 switchport mode trunk
interface Vlan99
 ip address 10.9.0.2 255.255.255.0
ip default-gateway 10.9.0.1
ip access-list standard OPS
 10 permit 10.80.0.0 0.0.0.255
line vty 0 15
 access-class OPS in
 login local
end
"""
CASES = [
    (Invariant.MANAGEMENT_VLAN, ["no vlan 99"], ["vlan 99", " name MGMT"]),
    (
        Invariant.UPLINK,
        [UPLINK, " switchport trunk allowed vlan 20"],
        [UPLINK, " switchport trunk allowed vlan add 99"],
    ),
    (Invariant.UPLINK, [UPLINK, " switchport mode access"], [UPLINK, " switchport mode trunk"]),
    (Invariant.TRUNK_OPEN, [UPLINK, " no switchport trunk allowed vlan"], [UPLINK]),
    (Invariant.VLAN_IN_USE, ["no vlan 20"], ["vlan 20", " name CAM"]),
    (Invariant.MANAGEMENT_INTERFACE, ["interface Vlan99", " shutdown"], ["interface Vlan99", " no shutdown"]),
    (Invariant.MANAGEMENT_INTERFACE, ["ip default-gateway 10.9.0.7"], ["ip default-gateway 10.9.0.1"]),
    (Invariant.ACCESS, ["ip access-list standard OPS", " 20 permit any"], ["ip access-list standard OPS", " no 20"]),
    (Invariant.ACCESS, ["line vty 0 15", " no access-class OPS in"], ["line vty 0 15", " access-class OPS in"]),
    (Invariant.ACCESS, ["line vty 0 15", " no login"], ["line vty 0 15", " login local"]),
    (Invariant.ADMINISTRATOR, ["no username spare"], ["username spare privilege 15 secret 9 $9$y"]),
    (Invariant.KNOWN_LINE, ["reload in 5"], ["reload cancel"]),
    (Invariant.KNOWN_LINE, ["hostname sw2"], ["write erase"]),
    (Invariant.UNDO, ["hostname sw2"], ["hostname sw3"]),
    (Invariant.UNDO, ["hostname sw2"], []),
]


def refusal(lines: list[str], undoes: list[str], phase: Phase = Phase.GLOBALS) -> GuardRefusal | None:
    try:
        guard.check(IOS, IOS.read(RUNNING), [Step(phase, tuple(lines), undoes=tuple(undoes))], KEEP)
    except GuardRefusal as refused:
        return refused
    return None


@pytest.mark.parametrize(("invariant", "lines", "undoes"), CASES)
def test_a_line_that_breaks_an_invariant_is_refused_and_named(
    invariant: Invariant, lines: list[str], undoes: list[str]
) -> None:
    found = refusal(lines, undoes)
    assert found is not None
    assert found.invariant is invariant
    assert invariant in str(found)


def test_traffic_that_stays_is_not_interrupted_by_the_way() -> None:
    lines = [CAMERA, " switchport access vlan 99", " switchport access vlan 20"]
    found = refusal(lines, [CAMERA])
    assert found is not None
    assert (found.invariant, found.line) == (Invariant.TRAFFIC, "switchport access vlan 99 (GigabitEthernet1/1)")


def test_what_a_port_channel_is_told_its_members_do() -> None:
    running = RUNNING.replace(" switchport mode trunk\n", " switchport mode trunk\n channel-group 1 mode active\n")
    model = IOS.read(running.replace(UPLINK, "interface Port-channel1\n switchport mode trunk\n" + UPLINK))
    lines = ("interface Port-channel1", " switchport trunk allowed vlan 20")
    step = Step(Phase.NARROW_TRUNKS, lines, undoes=("interface Port-channel1", " no switchport trunk allowed vlan"))
    with pytest.raises(GuardRefusal, match="stays on every uplink.*GigabitEthernet1/9"):
        guard.check(IOS, model, [step], KEEP)


def test_a_port_that_goes_elsewhere_may_leave() -> None:
    assert refusal([CAMERA, " switchport access vlan 99"], [CAMERA, " switchport access vlan 20"]) is None


@pytest.mark.parametrize(
    ("lines", "undoes"),
    [
        (["ip default-gateway 10.9.0.7"], ["ip default-gateway 10.9.0.1"]),
        (["line vty 0 15", " no access-class OPS in"], ["line vty 0 15", " access-class OPS in"]),
        (["no username spare"], ["username spare privilege 15 secret 9 $9$y"]),
    ],
)
def test_management_changes_in_its_own_phase(lines: list[str], undoes: list[str]) -> None:
    assert refusal(lines, undoes, Phase.MANAGEMENT) is None


def test_the_last_administrator_stays_in_every_phase() -> None:
    lines = ["no username spare", "no username admin"]
    undoes = ["username admin privilege 15 secret 9 $9$x", "username spare privilege 15 secret 9 $9$y"]
    found = refusal(lines, undoes, Phase.MANAGEMENT)
    assert found is not None
    assert found.invariant is Invariant.ADMINISTRATOR
    assert "no username admin" in found.line


def test_after_all_steps_the_way_in_has_to_stand() -> None:
    undoes = [UPLINK, " switchport trunk allowed vlan add 99"]
    found = refusal([UPLINK, " switchport trunk allowed vlan remove 99"], undoes, Phase.MANAGEMENT)
    assert found is not None
    assert found.invariant is Invariant.UPLINK


def test_what_was_broken_before_may_stay_so_but_not_become_worse() -> None:
    model = IOS.read(RUNNING.replace(" switchport trunk allowed vlan 20,99\n", ""))  # open to all VLANs
    name = Step(Phase.GLOBALS, ("hostname sw2",), undoes=("hostname sw1",))
    guard.check(IOS, model, [name], KEEP)
    worse = Step(
        Phase.NARROW_TRUNKS,
        (UPLINK, " switchport trunk allowed vlan 20"),
        undoes=(UPLINK, " no switchport trunk allowed vlan"),
    )
    with pytest.raises(GuardRefusal, match="stays on every uplink"):
        guard.check(IOS, model, [worse], KEEP)


def test_where_no_interface_has_the_address_that_answers_nothing_is_taken_away() -> None:
    dhcp = RUNNING.replace(" ip address 10.9.0.2 255.255.255.0", " ip address dhcp")
    switch = declared(50)
    narrow = Step(
        Phase.NARROW_TRUNKS,
        (UPLINK, " switchport trunk allowed vlan remove 20"),
        undoes=(UPLINK, " switchport trunk allowed vlan add 20"),
    )
    for text, refused in ((RUNNING.replace("10.9.0.2", switch.address or ""), False), (dhcp, True)):
        model = IOS.read(text)
        keep = keep_of(switch, Reading(model, text, model.state()))
        assert bool(keep.unseen) is refused
        if refused:
            with pytest.raises(GuardRefusal, match="no VLAN interface has 10.77.4.50"):
                guard.check(IOS, model, [narrow], keep)
            assert not keep_of(
                replace(switch, out_of_band="console server"), Reading(model, text, model.state())
            ).unseen
        else:
            guard.check(IOS, model, [narrow], keep)


def test_no_secret_is_in_a_refusal() -> None:
    step = Step(Phase.GLOBALS, ("snmp-server comunity s3cret RO",), hidden=("s3cret",))
    with pytest.raises(GuardRefusal) as caught:
        guard.check(IOS, IOS.read(RUNNING), [step], KEEP)
    assert "s3cret" not in str(caught.value)
    assert "***" in str(caught.value)
