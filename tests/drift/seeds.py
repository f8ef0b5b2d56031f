"""One difference at a time, at a random place: what is done to a reading, and the one finding that it has to make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

from iccc.city.devices import Camera, Link, Switch
from iccc.compare import Unread
from iccc.errors import Reason
from iccc.switch.seen import Arp, Neighbour, SwitchFacts
from tests.drift.readings import UPTIME_S, Key, Reading, changed, city, mac_of, part

STRANGER = "66:00:00:aa:bb:cc"
Seed = Callable[[Reading, str, Random], Key]
SEEDS: list[Seed] = []


def seed(function: Seed) -> Seed:
    SEEDS.append(function)
    return function


def camera_of(site: str, dice: Random, **like: bool) -> Camera:
    """A camera of the site; ``declared=True`` has its hardware address declared."""
    cameras = [city().cameras[n] for n in part(site) if n in city().cameras]
    if "mac" in like:
        cameras = [camera for camera in cameras if (camera.mac is not None) is like["mac"]]
    if "serial" in like:
        cameras = [camera for camera in cameras if (camera.serial is not None) is like["serial"]]
    return dice.choice(cameras)


def switch_of(site: str, dice: Random, role: str = "access") -> Switch:
    found = [city().switches[n] for n in part(site) if n in city().switches and city().switches[n].role == role]
    return dice.choice(found)


def link_of(site: str, dice: Random) -> Link:
    return dice.choice([link for link in city().links if {link.a, link.b} <= set(part(site))])


def free_port(site: str, dice: Random, but: str = "") -> tuple[str, str]:
    switches = [city().switches[n] for n in part(site) if n in city().switches and n != but]
    return dice.choice([(s.name, p) for s in switches if s.role == "access" for p in s.all_ports if p not in s.ports])


def cores(reading: Reading) -> list[str]:
    return [name for name in reading.seen if name in city().switches and city().switches[name].role == "core"]


def answer(reading: Reading, address: str, mac: str) -> None:
    """It is in the ARP table of both core switches."""
    for name in cores(reading):
        arp = reading.facts(name).arp
        assert isinstance(arp, dict)
        reading.tell(name, arp={**arp, address: Arp(mac)})


def exchange(reading: Reading, camera: Camera, mac: str) -> None:
    """Another unit hangs where the camera hung: its address is learned in the place of the old one, everywhere."""
    for name in reading.seen:
        if name in city().switches:
            for port in city().switches[name].ports:
                macs = reading.port(name, port).macs
                if (camera.vlan, mac_of(camera.name)) in macs:
                    new = macs - {(camera.vlan, mac_of(camera.name))} | {(camera.vlan, mac)}
                    reading.tell_port(name, port, macs=new)
    answer(reading, camera.address, mac)


# config


@seed
def wrong_vlan(reading: Reading, site: str, dice: Random) -> Key:
    camera = camera_of(site, dice)
    ports = reading.seen[camera.switch].state.ports
    ports = {**ports, camera.port: replace(ports[camera.port], access_vlan=1)}
    reading.set(camera.switch, ports=ports)
    return camera.switch, "config", f"ports[{camera.port}].access_vlan"


@seed
def renamed_camera(reading: Reading, site: str, dice: Random) -> Key:
    camera = camera_of(site, dice)
    reading.set(camera.name, hostname="ptz-old")
    return camera.name, "config", "hostname"


@seed
def renamed_switch(reading: Reading, site: str, dice: Random) -> Key:
    """Its neighbours hear the other name."""
    switch = switch_of(site, dice)
    reading.set(switch.name, hostname="spare-7")
    reading.tell(switch.name, sys_name="spare-7")
    for link in city().links:
        for near, port, far in ((link.a, link.a_port, link.b), (link.b, link.b_port, link.a)):
            if far == switch.name and near in reading.seen:
                (heard,) = reading.port(near, port).neighbours
                reading.tell_port(near, port, neighbours=(replace(heard, sys_name="spare-7", address=None),))
    return switch.name, "config", "hostname"


@seed
def not_saved(reading: Reading, site: str, dice: Random) -> Key:
    switch = switch_of(site, dice)
    reading.set(switch.name, saved=False)
    return switch.name, "config", "saved"


@seed
def changed_outside(reading: Reading, site: str, dice: Random) -> Key:
    switch = switch_of(site, dice)
    uptime = reading.facts(switch.name).uptime_s
    assert isinstance(uptime, float)
    reading.tell(switch.name, history=changed((uptime - 3600, "ramesh from 10.80.0.77 (virtual terminal)")))
    return switch.name, "config", "history.changed_s"


# topology


@seed
def other_neighbour(reading: Reading, site: str, dice: Random) -> Key:
    link = link_of(site, dice)
    stranger = Neighbour("someone-else", mac_of("someone-else"), "ge-0/0/1", None, True, "192.0.2.9")
    reading.tell_port(link.a, link.a_port, neighbours=(stranger,))
    return link.a, "topology", f"ports[{link.a_port}].neighbour"


@seed
def other_port(reading: Reading, site: str, dice: Random) -> Key:
    link = link_of(site, dice)
    free = next(p for p in city().switches[link.b].all_ports if p not in city().switches[link.b].ports)
    (heard,) = reading.port(link.a, link.a_port).neighbours
    reading.tell_port(link.a, link.a_port, neighbours=(replace(heard, port_id=free),))
    back = reading.port(link.b, link.b_port).neighbours
    reading.tell_port(link.b, free, neighbours=back, oper_up=True)
    gone = {"oper_up": False, "macs": frozenset(), "rx_dbm": -40.0} if dice.random() < 0.5 else {}
    reading.tell_port(link.b, link.b_port, neighbours=(), **gone)
    return link.a, "topology", f"ports[{link.a_port}].neighbour"


@seed
def no_neighbour(reading: Reading, site: str, dice: Random) -> Key:
    link = link_of(site, dice)
    reading.tell_port(link.b, link.b_port, neighbours=())
    return link.b, "topology", f"ports[{link.b_port}].neighbour"


@seed
def undeclared_cable(reading: Reading, site: str, dice: Random) -> Key:
    """Two switches of the ring joined beside the declaration: both hear it."""
    first = free_port(site, dice)
    second = free_port(site, dice, but=first[0])
    for (near, port), (far, far_port) in ((first, second), (second, first)):
        heard = Neighbour(far, mac_of(far), far_port, None, True, city().switches[far].address)
        macs = frozenset({(1, STRANGER), (205, mac_of("bsp-j05-c01"))})  # a trunk learns what is behind it
        reading.tell_port(near, port, neighbours=(heard,), oper_up=True, admin_up=True, macs=macs)
    order = list(city().switches)
    switch, port = min(first, second, key=lambda place: order.index(place[0]))
    return switch, "topology", f"ports[{port}].neighbour"


@seed
def camera_moved(reading: Reading, site: str, dice: Random) -> Key:
    camera = camera_of(site, dice)
    switch, port = free_port(site, dice)
    reading.tell_port(camera.switch, camera.port, macs=frozenset())
    said = (Neighbour(camera.name, mac_of(camera.name), "eth0", None, False, camera.address),)
    reading.tell_port(
        switch,
        port,
        macs=frozenset({(camera.vlan, mac_of(camera.name))}),
        neighbours=said if dice.random() < 0.5 else (),
        oper_up=True,
    )
    return camera.name, "topology", "port"


@seed
def stranger_on_a_camera_port(reading: Reading, site: str, dice: Random) -> Key:
    camera = camera_of(site, dice)
    macs = reading.port(camera.switch, camera.port).macs
    reading.tell_port(camera.switch, camera.port, macs=macs | {(camera.vlan, STRANGER)})
    return camera.switch, "topology", f"ports[{camera.port}].macs"


@seed
def stranger_on_a_free_port(reading: Reading, site: str, dice: Random) -> Key:
    """With an address of the subnet: the same stranger, told once."""
    switch, port = free_port(site, dice)
    reading.tell_port(switch, port, macs=frozenset({(1, STRANGER)}), oper_up=True)
    if dice.random() < 0.5:
        answer(reading, "10.82.1.250", STRANGER)
    return switch, "topology", f"ports[{port}].macs"


@seed
def cut_link(reading: Reading, site: str, dice: Random) -> Key:
    """Both ends, no neighbour, and the ring that is open: one root."""
    link = link_of(site, dice)
    for end in ((link.a, link.a_port), (link.b, link.b_port)):
        reading.tell_port(*end, oper_up=False, neighbours=(), macs=frozenset(), rx_dbm=-40.0)
    return link.a, "topology", f"ports[{link.a_port}].link"


# inventory


@seed
def other_serial(reading: Reading, site: str, dice: Random) -> Key:
    """Declared or only seen before: with the new unit come another address and another firmware."""
    camera = camera_of(site, dice)
    identity = reading.seen[camera.name].facts.identity
    new = replace(identity, serial="SN-other", mac="02:99:99:00:00:01", firmware="V5.8.0")
    reading.tell(camera.name, identity=new)
    exchange(reading, camera, new.mac)
    return camera.name, "inventory", "serial"


@seed
def other_chassis(reading: Reading, site: str, dice: Random) -> Key:
    switch = switch_of(site, dice)
    chassis = reading.facts(switch.name).chassis
    reading.tell(switch.name, chassis=replace(chassis, serial="FOC-other"))  # type: ignore[type-var]
    return switch.name, "inventory", "serial"


@seed
def other_firmware(reading: Reading, site: str, dice: Random) -> Key:
    camera = camera_of(site, dice)
    identity = reading.seen[camera.name].facts.identity
    reading.tell(camera.name, identity=replace(identity, firmware="V5.8.0"))
    return camera.name, "inventory", "firmware"


@seed
def other_mac(reading: Reading, site: str, dice: Random) -> Key:
    camera = camera_of(site, dice, mac=True)
    identity = reading.seen[camera.name].facts.identity
    reading.tell(camera.name, identity=replace(identity, mac=STRANGER))
    exchange(reading, camera, STRANGER)
    return camera.name, "inventory", "mac"


# operational


@seed
def camera_port_down(reading: Reading, site: str, dice: Random) -> Key:
    camera = camera_of(site, dice)
    reading.forget(camera.name)
    reading.tell_port(camera.switch, camera.port, oper_up=False, poe_delivering=False, poe_w=0.0, macs=frozenset())
    return camera.switch, "operational", f"ports[{camera.port}].oper_up"


@seed
def power_denied(reading: Reading, site: str, dice: Random) -> Key:
    camera = camera_of(site, dice)
    reading.forget(camera.name)
    off = {"oper_up": False, "poe_delivering": False, "poe_denied": True, "poe_w": 0.0}
    reading.tell_port(camera.switch, camera.port, macs=frozenset(), **off)
    return camera.switch, "operational", f"ports[{camera.port}].poe_denied"


@seed
def half_duplex(reading: Reading, site: str, dice: Random) -> Key:
    camera = camera_of(site, dice)
    reading.tell_port(camera.switch, camera.port, full_duplex=False)
    return camera.switch, "operational", f"ports[{camera.port}].full_duplex"


@seed
def slow_camera(reading: Reading, site: str, dice: Random) -> Key:
    camera = camera_of(site, dice)
    reading.tell_port(camera.switch, camera.port, speed_mbps=10)
    return camera.switch, "operational", f"ports[{camera.port}].speed_mbps"


@seed
def slow_uplink(reading: Reading, site: str, dice: Random) -> Key:
    link = link_of(site, dice)
    reading.tell_port(link.a, link.a_port, speed_mbps=100)
    return link.a, "operational", f"ports[{link.a_port}].speed_mbps"


@seed
def many_errors(reading: Reading, site: str, dice: Random) -> Key:
    camera = camera_of(site, dice)
    now = reading.port(camera.switch, camera.port)
    packets = dice.randrange(10_000)
    errors = max(10, packets // 1000 + 1)
    reading.tell_port(
        camera.switch, camera.port, packets=(now.packets or 0) + packets, errors=(now.errors or 0) + errors
    )
    return camera.switch, "operational", f"ports[{camera.port}].errors"


@seed
def unusual_power(reading: Reading, site: str, dice: Random) -> Key:
    camera = camera_of(site, dice)
    reading.tell_port(camera.switch, camera.port, poe_w=dice.choice([4.9, 9.5]))
    return camera.switch, "operational", f"ports[{camera.port}].poe_w"


@seed
def little_light(reading: Reading, site: str, dice: Random) -> Key:
    link = link_of(site, dice)
    reading.tell_port(link.b, link.b_port, rx_dbm=-19.1)
    return link.b, "operational", f"ports[{link.b_port}].rx_dbm"


@seed
def no_time(reading: Reading, site: str, dice: Random) -> Key:
    switch = switch_of(site, dice)
    reading.tell(switch.name, ntp_synchronised=False)
    return switch.name, "operational", "ntp_synchronised"


@seed
def restarted(reading: Reading, site: str, dice: Random) -> Key:
    """Counters begin anew, and so does the time of the last change."""
    switch = switch_of(site, dice)
    reading.tell(
        switch.name, uptime_s=dice.uniform(200, 80_000), history=changed((12.0, "somebody (console)"), saved_s=0.0)
    )
    for port in switch.ports:
        reading.tell_port(switch.name, port, packets=dice.randrange(1000), errors=dice.randrange(100))
    return switch.name, "operational", "uptime_s"


# addressing


@seed
def duplicate_address(reading: Reading, site: str, dice: Random) -> Key:
    """Somebody on a free port answers for a camera's address; the camera is still there."""
    camera = camera_of(site, dice)
    answer(reading, camera.address, STRANGER)
    reading.tell_port(*free_port(site, dice), macs=frozenset({(camera.vlan, STRANGER)}), oper_up=True)
    return camera.name, "addressing", "address"


@seed
def undeclared_address(reading: Reading, site: str, dice: Random) -> Key:
    """A camera that a DHCP server has given an address of the subnet, beside its own."""
    camera = camera_of(site, dice)
    address = f"{camera.address.rpartition('.')[0]}.{dice.randrange(200, 250)}"
    answer(reading, address, mac_of(camera.name))
    return cores(reading)[0], "addressing", f"arp[{address}]"


@seed
def wrong_gateway(reading: Reading, site: str, dice: Random) -> Key:
    switch = switch_of(site, dice)
    reading.set(switch.name, gateway="10.81.0.254")
    return switch.name, "addressing", "gateway"


# observability


@seed
def time_went_back(reading: Reading, site: str, dice: Random) -> Key:
    switch = switch_of(site, dice)
    reading.tell(switch.name, uptime_s=UPTIME_S - 500_000)
    return switch.name, "observability", "uptime_s"


@seed
def unread_part(reading: Reading, site: str, dice: Random) -> Key:
    """Nothing that needs the part is said of any port."""
    switch = switch_of(site, dice)
    facts: SwitchFacts = reading.facts(switch.name)
    for port, declared in switch.ports.items():
        if declared.peer_port is not None:
            reading.tell_port(switch.name, port, neighbours=())
    reading.tell(switch.name, unread={**facts.unread, "lldp": Unread(Reason.BAD_ANSWER, "rows out of order")})
    return switch.name, "observability", "snmp.lldp"
