"""Laws of the fabric: who is reachable follows from power, cables and VLANs, and from nothing else."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iccc.lab.device import Fault
from iccc.lab.fabric import Fabric, host_of
from iccc.lab.lab import Lab
from iccc.lab.switch import hardware_address
from tests.lab.net.town import GI, LINKS, SWITCHES, VIDEO, Bulb, bulb, deployed, reachable, town

CITY = town(120)
CAMERAS = {name: camera.switch for name, camera in CITY.cameras.items()}
EVERYTHING = {device.name for device in CITY.devices()}


def behind(*switches: str) -> set[str]:
    return {camera for camera, switch in CAMERAS.items() if switch in switches}


@pytest.fixture
def lab() -> Lab:
    return deployed(CITY)


def test_a_factory_city_is_reachable() -> None:
    assert reachable(Lab(CITY, bulb)) == EVERYTHING


def test_a_deployed_city_is_reachable(lab: Lab) -> None:
    assert reachable(lab) == EVERYTHING


def test_a_trunk_without_a_vlan_cuts_exactly_the_cameras_behind_it(lab: Lab) -> None:
    switch = lab.switches["agg1"]
    switch.inject("lines", ["interface gi1/1", "switchport trunk allowed vlan remove 201"])
    assert EVERYTHING - reachable(lab) == behind("sw1", "sw2")
    switch.inject("lines", ["interface gi1/1", "switchport trunk allowed vlan add 201"])
    assert reachable(lab) == EVERYTHING


def test_a_ring_goes_on_the_other_way_round(lab: Lab) -> None:
    lab.switches["sw1"].mains = False
    lab.fabric.stir()
    assert EVERYTHING - reachable(lab) == {"sw1"} | behind("sw1")
    lab.switches["sw3"].fault = Fault.DEAD
    lab.fabric.stir()
    assert EVERYTHING - reachable(lab) == {"sw1", "sw2", "sw3"} | behind("sw1", "sw2", "sw3")
    lab.switches["sw1"].mains = True
    lab.fabric.stir()
    assert EVERYTHING - reachable(lab) == {"sw3"} | behind("sw3")


def test_a_vlan_missing_on_a_transit_switch_ends_there(lab: Lab) -> None:
    lab.switches["sw4"].inject("lines", ["no vlan 202"])
    # sw3 still reaches the core the other way, sw4's own cameras have no VLAN.
    assert EVERYTHING - reachable(lab) == behind("sw4")
    lab.switches["agg1"].inject("lines", ["no vlan 202"])
    assert EVERYTHING - reachable(lab) == behind("sw3", "sw4")


def test_a_port_decides_over_its_camera(lab: Lab) -> None:
    switch = lab.switches["sw2"]
    for wrong, right in (
        ("shutdown", "no shutdown"),
        ("power inline never", "power inline auto"),
        ("switchport access vlan 202", "switchport access vlan 201"),
        ("switchport access vlan 999", "switchport access vlan 201"),
    ):
        switch.inject("lines", ["interface gi1/1", wrong])
        assert EVERYTHING - reachable(lab) == {"cam3"}, wrong
        switch.inject("lines", ["interface gi1/1", right])
        assert reachable(lab) == EVERYTHING, right


def test_a_switch_without_its_management_vlan_or_address_is_cut_off(lab: Lab) -> None:
    lab.switches["sw2"].inject("lines", ["interface Vlan110", "shutdown"])
    lab.switches["sw3"].inject("lines", ["interface Vlan110", "ip address 10.77.1.99 255.255.255.0"])
    lab.switches["agg1"].inject("lines", ["interface gi1/1", "switchport trunk allowed vlan remove 110"])
    assert EVERYTHING - reachable(lab) == {"agg1", "sw1", "sw2", "sw3", "sw4"}


def test_what_was_not_saved_is_lost_with_the_power(lab: Lab) -> None:
    async def cut() -> None:
        await lab.settle()
        lab.switches["agg1"].inject("lines", ["interface gi1/1", "switchport trunk allowed vlan none"])
        assert "cam1" not in reachable(lab)
        await lab.set_power("agg1", False)
        await lab.set_power("agg1", True)
        await lab.close()

    asyncio.run(cut())
    assert reachable(lab) == EVERYTHING


def test_macs_are_learned_on_the_port_and_on_the_way_to_the_core(lab: Lab) -> None:
    mac = hardware_address(CITY.cameras["cam3"].address)

    def seen() -> dict[str, str]:
        tables = {name: lab.fabric.fdb(name, 201) for name in SWITCHES}
        return {name: table[mac].removeprefix(GI) for name, table in tables.items() if mac in table}

    assert seen() == {"sw2": "1", "sw1": "10", "agg1": "2", "core1": "1"}
    lab.fabric.cabling.cut(("sw1", f"{GI}10"))
    lab.fabric.stir()
    assert seen() == {"sw2": "1", "sw3": "9", "sw4": "9", "agg1": "3", "core1": "1"}
    lab.switches["sw2"].inject("lines", ["interface gi1/1", "power inline never"])
    assert seen() == {}


def test_swapped_cables_move_the_cameras(lab: Lab) -> None:
    lab.fabric.cabling.swap("cam1", "cam3")  # same VLAN, other switch
    lab.fabric.stir()
    assert reachable(lab) == EVERYTHING
    assert lab.fabric.fdb("sw2", 201)[hardware_address(CITY.cameras["cam1"].address)] == f"{GI}1"
    lab.fabric.cabling.restore()
    lab.fabric.cabling.swap("cam1", "cam5")  # another VLAN
    lab.fabric.stir()
    assert EVERYTHING - reachable(lab) == {"cam1", "cam5"}


def test_neighbours_see_each_other_only_while_both_live(lab: Lab) -> None:
    peer = lab.fabric.neighbour("sw1", f"{GI}10")
    assert peer is not None
    assert (peer.hostname, peer.port) == ("sw2", "Gi1/9")
    lab.switches["sw2"].inject("lines", ["interface gi1/9", "shutdown"])
    assert lab.fabric.neighbour("sw1", f"{GI}10") is None
    assert not lab.fabric.link_up("sw1", f"{GI}10")


def test_a_camera_is_cut_once_for_each_loss_of_power(lab: Lab) -> None:
    camera = lab.hosts["cam1"]
    assert isinstance(camera, Bulb)

    async def twice() -> None:
        await lab.settle()
        for line in ("power inline never", "description x", "power inline auto", "switchport access vlan 999"):
            lab.switches["sw1"].inject("lines", ["interface gi1/1", line])
            await lab.settle()
        assert not camera.on_wire
        assert camera.cuts == 1  # a wrong VLAN is no power cut
        await lab.close()

    asyncio.run(twice())


steps = st.one_of(
    st.tuples(st.just("power"), st.sampled_from(SWITCHES), st.booleans()),
    st.tuples(st.just("cable"), st.sampled_from(LINKS), st.booleans()),
    st.tuples(
        st.sampled_from(
            [
                "no vlan 201", "vlan 201", "no vlan 110", "vlan 110", "no vlan 202", "vlan 202",
                "interface Vlan110\nshutdown", "interface Vlan110\nno shutdown",
            ]
        ),
        st.sampled_from(SWITCHES),
        st.none(),
    ),
    st.tuples(
        st.sampled_from(
            [
                "shutdown", "no shutdown", "switchport mode access", "switchport mode trunk", "no switchport mode",
                "switchport trunk allowed vlan remove 1,201", "switchport trunk allowed vlan all",
                "switchport trunk allowed vlan 110,202", "switchport trunk native vlan 201",
                "no switchport trunk native vlan", "switchport access vlan 201", "no switchport access vlan",
            ]
        ),
        st.sampled_from([(a, ap) for a, ap, _, _ in LINKS] + [(b, bp) for _, _, b, bp in LINKS]),
        st.just("port"),
    ),
    st.tuples(
        st.sampled_from(["switchport access vlan 201", "switchport access vlan 1", "shutdown", "no shutdown"]),
        st.sampled_from([(switch, slot) for switch in VIDEO for slot in "12"]),
        st.just("port"),
    ),
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(steps, max_size=12))
def test_looking_at_changes_alone_gives_the_same_as_looking_at_all(taken: list[tuple[object, ...]]) -> None:
    lab = deployed(CITY)
    fabric = lab.fabric
    reachable(lab)
    on_wire = {name: lab.fabric.reachable(name) for name in EVERYTHING}
    for what, where, how in taken:
        if what == "power":
            lab.switches[str(where)].mains = bool(how)
            fabric.stir()
        elif what == "cable":
            place = (where[0], GI + where[1])  # type: ignore[index]
            (fabric.cabling.mend if how else fabric.cabling.cut)(place)
            fabric.stir()
        elif how == "port":
            lab.switches[where[0]].inject("lines", [f"interface gi1/{where[1]}", *str(what).splitlines()])  # type: ignore[index]
        else:
            lab.switches[str(where)].inject("lines", str(what).splitlines())
        # What the fabric would plug or unplug has to include everything whose answer differs.
        suspects = fabric.suspects()
        now = {name: fabric.reachable(name) for name in EVERYTHING}
        assert {name for name in EVERYTHING if now[name] != on_wire[name]} <= suspects
        on_wire = now
    cuts = fabric.cabling
    known = {name: host_of(CITY, host, hardware_address(CITY.device(name).address)) for name, host in lab.hosts.items()}
    fresh = Fabric(CITY, lab.switches, known)
    fresh.cabling = cuts
    fresh.stir()
    assert {name: fresh.reachable(name) for name in EVERYTHING} == on_wire
    for switch in SWITCHES:
        for vlan in (1, 110, 201, 202):
            assert fresh.fdb(switch, vlan) == fabric.fdb(switch, vlan)
