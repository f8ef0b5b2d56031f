"""A small network made by hand: as a city shows itself that nobody has named by any plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from iccc.adopt.city.city_file import Said
from iccc.adopt.city.compose import city_of, texts
from iccc.adopt.city.draw import Drawing, field_of, recorders_of
from iccc.adopt.city.drawn import Drawn
from iccc.adopt.city.facts import facts_of
from iccc.adopt.city.frame import frame_of_found
from iccc.adopt.city.known import Known
from iccc.adopt.city.plan import Plan
from iccc.adopt.city.types import Types
from iccc.camera.state import Codec, Encoder, Network, Protocol
from iccc.city.devices import City
from iccc.city.load import load_city
from iccc.city.model.catalogue import DeviceType
from iccc.compare import Unread
from iccc.discover.asked import ranges
from iccc.discover.found import Found, FoundHost, FoundSwitch
from iccc.errors import Reason
from iccc.onvif.discovery import Match
from iccc.onvif.state import ClockReading, Identity, Time, TimeMode, User, UserLevel
from iccc.switch.seen import Arp, Neighbour, PortFacts, SwitchFacts
from iccc.switch.state import Port, PortMode, Svi, SwitchState, Vlan

ROOT = Path(__file__).parents[2]
AT = datetime(2026, 11, 30, tzinfo=UTC)
RANGES = ("10.50.0.0/16", "10.60.0.0/16")
CORE_PORTS = [f"TenGigabitEthernet1/0/{n}" for n in range(1, 25)]
FIELD_PORTS = [f"GigabitEthernet1/{n}" for n in range(1, 11)]
MODEL = "DS-2CD2043"
ENCODERS = {
    "main": Encoder(Codec.H265, 2560, 1440, 25.0, 4096, 50),
    "sub": Encoder(Codec.H264, 640, 360, 10.0, 512, 20),
}


@cache
def catalogue() -> Mapping[str, DeviceType]:
    return load_city(ROOT, "bilaspur").catalogue


def known(**more: Any) -> Known:
    """A person says what the model is, and that the sites are junctions."""
    types = Types(catalogue(), {MODEL.casefold(): "cam-fixed-4mp-ir"})
    return Known(types, **{"site_type": "junction", **more})


def mac(site: int, number: int) -> str:
    return f"00:40:8c:00:{site:02x}:{number:02x}"


def camera(site: int, number: int, **more: Any) -> FoundHost:
    """Camera ``number`` (from 1) of a site, as the integrator has left it: host 20 + number, no name of its own."""
    address = more.get("address", f"10.60.{site}.{20 + number}")
    identity = Identity("HIKVISION", MODEL, "V5", more.get("serial", f"SN{site:02d}{number:02d}"), mac(site, number))
    users = {"admin": User(UserLevel.ADMINISTRATOR), "iccc": User(UserLevel.ADMINISTRATOR)}
    parts: dict[str, Any] = {
        "time": Time(TimeMode.NTP, 330, frozenset({"10.9.9.1"}), 0.1),
        "clock": ClockReading(TimeMode.NTP, "IST-5:30", False, 330, 0.1),
        "network": Network(address, 24, f"10.60.{site}.1", False),
        "users": users,
        "protocols": {"http": Protocol(True, 80), "rtsp": Protocol(True, 554)},
        "location": more.get("location", {}),
        "encoders": more.get("encoders", ENCODERS),
    }
    match = Match(f"uuid-{site}-{number}", frozenset({"NetworkVideoTransmitter"}), (), ())
    name = more.get("name", "IPC")
    return FoundHost(
        address, f"camera-{address}", name, match, more.get("parts", parts), more.get("identity", identity)
    )


REFUSED = Unread(Reason.UNAUTHORISED, "the device refused the login of admin")


def field_switch(
    site: int, cameras: Mapping[str, str], neighbours: Mapping[str, Neighbour], **more: Any
) -> FoundSwitch:
    """Switch 1 of a site; ``cameras`` are hardware addresses by port."""
    ports = {
        port: PortFacts(
            macs=frozenset({(500 + site, cameras[port])}) if port in cameras else frozenset(),
            pvid=500 + site if port in cameras else 1,
            speed_mbps=1000,
            neighbours=(neighbours[port],) if port in neighbours else (),
            mac=f"00:1b:54:{site:02x}:00:{number:02x}",
        )
        for number, port in enumerate(FIELD_PORTS, 1)
    }
    name, address = f"SW-{site}", f"10.50.{site}.5"
    facts = SwitchFacts(sys_name=name, ports=ports, location=more.get("location"))
    return FoundSwitch(address, name.lower(), "cisco_ios", facts, more.get("state", state(address, site)), name)


def state(address: str, site: int) -> SwitchState:
    return SwitchState(
        hostname=f"SW-{site}",
        vlans={77: Vlan("mgmt"), 500 + site: Vlan("cameras")},
        ports={port: Port("", PortMode.ACCESS, access_vlan=500 + site, shutdown=False) for port in FIELD_PORTS},
        interfaces={77: Svi(f"{address}/24", False)},
        gateway=f"10.50.{site}.254",
        ntp_servers=frozenset({"10.9.9.1"}),
        syslog_hosts=frozenset(),
        lldp=True,
    )


def heard(switch: FoundSwitch | str, port: str, address: str = "") -> Neighbour:
    name = switch if isinstance(switch, str) else switch.told_name
    return Neighbour(name, None, port, port, True, address or None)


def network(hosts: list[FoundHost], ports: Mapping[int, Mapping[str, str]], **more: Any) -> Found:
    """A core switch, a ring over sites 3 and 4, and these hosts; ``ports``: MAC addresses by port, of each site."""
    up, down = FIELD_PORTS[8], FIELD_PORTS[9]
    one = field_switch(3, ports.get(3, {}), {up: heard("CORE-A", CORE_PORTS[0]), down: heard("SW-4", up)}, **more)
    two = field_switch(4, ports.get(4, {}), {up: heard("SW-3", down), down: heard("CORE-A", CORE_PORTS[1])})
    leads = {CORE_PORTS[0]: heard("SW-3", up), CORE_PORTS[1]: heard("SW-4", down)}
    core_ports = {
        port: PortFacts(
            speed_mbps=10_000, neighbours=(leads[port],) if port in leads else (), mac=f"00:1b:54:ff:00:{n:02x}"
        )
        for n, port in enumerate(CORE_PORTS, 1)
    }
    arp = {host.address: Arp(host.mac) for host in hosts if host.mac}
    facts = SwitchFacts(sys_name="CORE-A", ports=core_ports, arp=arp)
    interfaces = {77: Svi("10.50.0.2/24", False)}
    core = FoundSwitch("10.50.0.2", "core-a", "cisco_ios", facts, SwitchState(interfaces=interfaces), "CORE-A")
    return Found(AT, 100, (core, one, two), tuple(hosts))


def drawn(found: Found, about: Known | None = None, code: str = "rpr") -> Drawn:
    about = about or known()
    records = recorders_of(found, about)
    cameras = [one for one in found.hosts if one not in records]
    inside = field_of(found, cameras, about)
    frame = frame_of_found(found, cameras, records, inside, ranges(RANGES), code, about)
    return Drawing(found, frame, about).draw()


def written(found: Found, drawing: Drawn) -> dict[str, str]:
    """The files; recorders are said to be in VLAN 300."""
    said = Said(recording=(300, Plan(ranges(["10.70.0.0/24"])[0], 24, 11, 1)))
    return texts("raipur", drawing, facts_of(found, found.hosts, []), found, said, lambda _device, _user: True)


def city(found: Found, drawing: Drawn) -> City:
    return city_of(ROOT, "raipur", written(found, drawing))
