"""Drifts of what is observed and never declared: cables, devices, ports, addresses, agents, silence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count, pairwise

from iccc.city.devices import Camera, City, Link, Switch
from iccc.lab.client import LabClient
from tests.flow.drifts import LONG_UP_S, Act, Drift, cable, fault, power, put, whole

AGENTS = {  # what is the matter with an SNMP agent, and what is unread because of it
    "snmp-silent": "snmp",
    "snmp-wrong-community": "snmp",
    "snmp-from-elsewhere": "snmp",
    "snmp-not-increasing": "snmp",
    "snmp-endless": "snmp",
    "snmp-truncated": "snmp.interfaces",
    "snmp-uptime-back": "uptime_s",
}
_serial = count(1)


def of_topology(city: City) -> Iterator[Drift]:
    """Cut fibres, exchanged cables, and devices that nobody knows."""
    for link in city.links:
        yield _cut(link)
    for one, other in pairwise(sorted(city.cameras.values(), key=lambda c: (c.switch, c.port))):
        if one.switch == other.switch and one.vlan == other.vlan:
            yield _exchanged(one, other)
    for number, camera in enumerate(city.cameras.values()):
        yield _stranger("topology", camera, f"02:99:00:00:01:{number:02x}")


def of_inventory(city: City) -> Iterator[Drift]:
    """Another chassis, another firmware: told once, and how things are from then on."""
    for switch in city.switches.values():
        serial = "FOC" + "".join(f"{int(part):02X}" for part in switch.address.split("."))
        for path, one, original in (("serial", "FOC", serial), ("firmware", "15.2(8)E", "15.2(7)E4")):
            make, restore = _another(switch.name, path, one), put(switch.name, path, original)
            yield _one("inventory", switch.name, path, {f"{switch.name} {path}", switch.name}, make, restore=restore)


def of_operation(city: City) -> Iterator[Drift]:
    """Ports and switches that do not work as they should."""
    for camera in city.cameras.values():
        yield _port(camera, "half_duplex", "full_duplex", True, False)
        yield _port(camera, "speed_mbps", "speed_mbps", 10, None)
        yield _port(camera, "errors_per_s", "errors", 400, 0, settles=camera.switch)
        yield _port(camera, "poe_factor", "poe_w", 2.5, 1)
    for link in city.links:
        for switch, name in ((link.a, link.a_port), (link.b, link.b_port)):
            part, places = f"ports.{name}.rx_dbm", {f"{switch} {name}", _ring(link)}
            acts = put(switch, part, -27.5), put(switch, part, None)
            yield _one("operational", switch, f"ports[{name}].rx_dbm", places, *acts)
    for switch in city.switches:
        acts = put(switch, "ntp_lost", True), put(switch, "ntp_lost", False)
        yield _one("operational", switch, "ntp_synchronised", {f"{switch} clock"}, *acts)


def of_addressing(city: City) -> Iterator[Drift]:
    """Another device answers for a camera's address."""
    for number, camera in enumerate(city.cameras.values()):
        for host in city.cameras.values():
            if host.site == camera.site and host.name != camera.name:
                yield _stranger("addressing", host, f"02:99:00:00:02:{number:02x}", camera)


def of_observability(city: City) -> Iterator[Drift]:
    """Agents that tell nothing, or not the truth. Nothing else can be seen on their switches then."""
    for switch in city.switches.values():
        places = whole(city, switch) | ({"gateways"} if switch.role == "core" else set())
        for name, part in AGENTS.items():
            yield _one("observability", switch.name, part, places, *_fault(switch.name, name), what=name)


def of_reach(city: City) -> Iterator[Drift]:
    """Devices that do not answer, alone or with what is behind them."""
    for camera in city.cameras.values():
        at, places = (camera.switch, camera.port), {_place(camera), camera.name, f"{camera.switch} alive"}
        denied = f"ports.{camera.port}.poe_denied"
        for what, acts in {
            "dead": _fault(camera.name, "dead"),
            "silent": _fault(camera.name, "silent"),
            "cable cut": (cable(*at, whole=False), cable(*at, whole=True)),
            "PoE denied": (put(camera.switch, denied, True), put(camera.switch, denied, False)),
        }.items():
            yield _one("reach", camera.name, "", places, *acts, what=what)
    for recorder in city.recorders.values():
        places, acts = {recorder.name, f"{recorder.switch} {recorder.port}"}, _fault(recorder.name, "dead")
        yield _one("reach", recorder.name, "", places, *acts, what="dead")
    yield from (_dead(city, switch) for switch in city.switches.values() if switch.chain is not None)


def _fault(device: str, name: str) -> tuple[Act, Act]:
    return fault(device, name), fault(device, "none")


def _dead(city: City, switch: Switch) -> Drift:
    """A field switch without power: its cameras are behind it, and its ring is open."""
    behind = frozenset(camera.name for camera in city.cameras.values() if camera.switch == switch.name)
    links = [link for link in city.links if switch.name in (link.a, link.b)]
    ends = {f"{name} {port}" for x in links for name, port in ((x.a, x.a_port), (x.b, x.b_port))}
    return Drift(
        "reach",
        f"{switch.name}: no power",
        frozenset({(switch.name, "reach", "")}),
        frozenset({*whole(city, switch), *ends, f"ring {switch.chain}", f"{switch.name} alive"}),
        power(switch.name, on=False),
        power(switch.name, on=True),
        settles=switch.name,
        settled=put(switch.name, "uptime_s", LONG_UP_S),
        behind=behind,
    )


def _cut(link: Link) -> Drift:
    places = {_ring(link), f"{link.a} {link.a_port}", f"{link.b} {link.b_port}"}
    acts = cable(link.a, link.a_port, whole=False), cable(link.a, link.a_port, whole=True)
    return _one("topology", link.a, f"ports[{link.a_port}].link", places, *acts)


def _exchanged(one: Camera, other: Camera) -> Drift:
    def swap(lab: LabClient) -> None:
        lab.swap(one.name, other.name)

    found = frozenset({(min(one.name, other.name), "topology", "port")})  # the other one is under it
    places = frozenset({one.name, other.name, _place(one), _place(other)})
    return Drift("topology", f"{one.name} and {other.name} exchanged", found, places, swap, swap)


def _stranger(class_: str, host: Camera, mac: str, address_of: Camera | None = None) -> Drift:
    """A device that nobody declared, beside a camera; it may answer for another camera's address."""
    part = f"ports.{host.port}.aliens"
    places = {_place(host), host.name}
    if address_of is None:
        acts = put(host.switch, part, [{"mac": mac}]), put(host.switch, part, [])
        return _one(class_, host.switch, f"ports[{host.port}].macs", places, *acts)
    acts = put(host.switch, part, [{"mac": mac, "address": address_of.address}]), put(host.switch, part, [])
    places |= {address_of.name, _place(address_of)}
    return _one(class_, address_of.name, "address", places, *acts)


def _port(camera: Camera, part: str, path: str, bad: object, good: object, settles: str = "") -> Drift:
    at, places = f"ports.{camera.port}.{part}", {_place(camera), camera.name}
    acts = put(camera.switch, at, bad), put(camera.switch, at, good)
    return _one("operational", camera.switch, f"ports[{camera.port}].{path}", places, *acts, settles=settles)


def _another(switch: str, path: str, start: str) -> Act:
    """One that was never there before."""
    return lambda lab: lab.set(switch, path, f"{start}{next(_serial)}")


def _one(
    class_: str,
    device: str,
    path: str,
    places: set[str] | frozenset[str],
    make: Act,
    mend: Act | None = None,
    *,
    restore: Act | None = None,
    settles: str = "",
    what: str = "",
) -> Drift:
    """A drift with one finding of its own class."""
    found = frozenset({(device, class_, path)})
    drift = Drift(class_, f"{device}: {what or path}", found, frozenset(places), make, settles=settles)
    return replace(drift, mend=mend or drift.mend, restore=restore or drift.restore)


def _place(camera: Camera) -> str:
    return f"{camera.switch} {camera.port}"


def _ring(link: Link) -> str:
    return f"ring {link.chain}"
