"""A small city for the network of the lab: a core, an aggregation switch, a ring of four field switches.

    core1 ── agg1 ── sw1 ── sw2
               └──── sw4 ── sw3

Two cameras on each field switch; sw1 and sw2 are junction 1 (VLAN 201), sw3 and sw4 junction 2 (VLAN 202).
"""

from __future__ import annotations

from iccc.city.devices import Camera, City, Kind, Link, Recorder, Switch, SwitchPort
from iccc.city.model.assumptions import NAMES, Sizing
from iccc.city.model.common import Lifecycle
from iccc.lab.device import LabDevice
from iccc.lab.lab import Lab
from iccc.lab.sheet import Login
from iccc.yamlfile import Where

MANAGEMENT, RECORDING = 110, 300
VIDEO = {"sw1": 201, "sw2": 201, "sw3": 202, "sw4": 202}
HERE = Where("town.yaml", 1)
GI = "GigabitEthernet1/"
LINKS = (
    ("core1", "1", "agg1", "1"),
    ("agg1", "2", "sw1", "9"),
    ("sw1", "10", "sw2", "9"),
    ("sw2", "10", "sw3", "9"),
    ("sw3", "10", "sw4", "9"),
    ("sw4", "10", "agg1", "3"),
)
SWITCHES = ("core1", "agg1", "sw1", "sw2", "sw3", "sw4")
ALL_VLANS = {MANAGEMENT: "management", 201: "video-j1", 202: "video-j2", RECORDING: "recording"}
COMMON = {"owner": "project", "status": Lifecycle.INSTALLED, "phase": "1", "where": HERE}


class Bulb(LabDevice):
    """A camera that does nothing but be there."""

    def __init__(self, name: str, address: str) -> None:
        super().__init__(name, address)
        self.cuts = 0

    def power_cut(self) -> None:
        self.cuts += 1

    def factory_reset(self) -> None:
        self.cuts = 0


def bulb(declared: Camera | Recorder, address: str, mac: str, login: Login) -> LabDevice:
    return Bulb(declared.name, address)


def town(first: int = 0) -> City:
    """With addresses from 10.77.1.``first`` + 1 to ``first`` + 108, so that two can be served at once."""
    net = "10.77.1"
    cameras = {}
    ports: dict[str, dict[str, SwitchPort]] = {name: {} for name in SWITCHES}
    for number, (switch, vlan) in enumerate(VIDEO.items()):
        for slot in (1, 2):
            name = f"cam{number * 2 + slot}"
            port = f"{GI}{slot}"
            cameras[name] = Camera(
                name=name, kind=Kind.CAMERA, address=f"{net}.{first + 100 + number * 2 + slot}", site="j",
                device_type="fixed",
                slot=slot, group="ptz" if slot == 2 else "fixed", site_name="J", switch=switch, port=port,
                vlan=vlan, mac=None, recorder="rec1", streams={}, **COMMON,
            )  # fmt: skip
            ports[switch][port] = SwitchPort(port, "access", name, vlan, None, True, name, None, HERE)
    for a, a_port, b, b_port in LINKS:
        for name, port, far, far_port in ((a, a_port, b, b_port), (b, b_port, a, a_port)):
            allowed = frozenset(ALL_VLANS)
            ports[name][GI + port] = SwitchPort(GI + port, "trunk", far, None, allowed, None, far, GI + far_port, HERE)
    ports["core1"][f"{GI}5"] = SwitchPort(f"{GI}5", "access", "rec1", RECORDING, None, None, "rec1", None, HERE)
    roles = {"core1": "core", "agg1": "aggregation"}
    switches = {
        name: Switch(
            name=name, kind=Kind.SWITCH, address=f"{net}.{first + number}", site="core", device_type="none",
            role=roles.get(name, "access"), platform="cisco_ios", chain="r1", management_vlan=MANAGEMENT,
            vlans=ALL_VLANS, ports=ports[name], upstream=(), **COMMON,
        )
        for number, name in enumerate(SWITCHES, start=1)
    }  # fmt: skip
    recorder = Recorder(
        name="rec1", kind=Kind.RECORDER, address=f"{net}.{first + 50}", site="core", device_type="none",
        recorder_type="appliance", standby=False, channels=64, switch="core1", port=f"{GI}5", **COMMON,
    )  # fmt: skip
    return City(
        code="tw", key="town", name="Town", name_hi="", utc_offset_min=330, time_zone="IST-5:30", max_skew_s=1.0,
        ntp_servers=(), syslog_hosts=(), camera_users=(), recorder_users=(), protocols={}, sites={},
        switches=switches, recorders={"rec1": recorder}, cameras=cameras,
        equipment={}, links=tuple(Link(a, GI + ap, b, GI + bp, "r1") for a, ap, b, bp in LINKS), chains={},
        sizing=Sizing(**dict.fromkeys(NAMES, 1.0)), wheres={}, phases={}, catalogue={}, notes=(), digest="",
        declared=None,  # type: ignore[arg-type]  # the lab asks for devices only
    )  # fmt: skip


def declared_lines(switch: Switch) -> list[str]:
    """The configuration lines that bring a factory switch to what is declared."""
    lines = [f"hostname {switch.name}"]
    for number, name in switch.vlans.items():
        lines += [f"vlan {number}", f"name {name}"]
    for port in switch.ports.values():
        lines += [f"interface {port.name}", f"description {port.description}"]
        if port.mode == "access":
            lines += [f"switchport access vlan {port.access_vlan}", "switchport mode access"]
        else:
            lines += [f"switchport trunk allowed vlan {','.join(map(str, sorted(port.allowed_vlans or ())))}"]
    return lines


def deployed(city: City) -> Lab:
    """A lab without sockets whose switches are as declared."""
    lab = Lab(city, bulb)
    for name, switch in city.switches.items():
        lab.switches[name].inject("lines", declared_lines(switch))
        lab.switches[name].inject("saved", True)
    return lab


def reachable(lab: Lab) -> set[str]:
    return {name for name in lab.devices() if lab.fabric.reachable(name)}
