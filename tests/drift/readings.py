"""Readings of a city: what devices say when all is as declared. Made from the declaration, and from nothing else.

Every address, serial number and figure follows from a name, so that two readings of one city are the same.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from iccc import fleet
from iccc.camera.state import CameraFacts
from iccc.city.devices import Camera, City, Link, Recorder, Switch
from iccc.drift.all import findings
from iccc.drift.learning import learned
from iccc.drift.view import View
from iccc.finding import Finding
from iccc.observed import Observed
from iccc.onvif.state import Identity
from iccc.past import Past
from iccc.plan import DevicePlan, Plan, plan_device
from iccc.recorder.state import RecorderFacts
from iccc.switch.seen import Arp, Chassis, ConfigEvent, ConfigHistory, Neighbour, PortFacts, SwitchFacts
from tests.support import NOW
from tests.unit.states import as_declared, bilaspur

UPTIME_S = 4_000_000.0
DAY = timedelta(days=1)
Key = tuple[str, str, str]  # device, class, path


def changed(*events: tuple[float, str | None], saved_s: float = 1.0) -> ConfigHistory:
    """Changes as a switch tells them: when, and ``user from address (how)``, where "somebody" is no user."""
    told = [
        ConfigEvent(at_s, "" if by.startswith("somebody") else by.partition(" ")[0], by, n)
        for n, (at_s, by) in enumerate(events, start=1)
        if by
    ]
    return ConfigHistory(max(at_s for at_s, _ in events), saved_s, tuple(told))


def number(*words: str) -> int:
    return int(hashlib.sha256(" ".join(words).encode()).hexdigest()[:8], 16)


def mac_of(name: str) -> str:
    """Each device has another maker: what belongs to a recorder by its maker belongs to no other one."""
    return b"\x02".hex() + "".join(f":{byte:02x}" for byte in hashlib.sha256(name.encode()).digest()[:5])


def serial_of(name: str) -> str:
    return f"SN{number('serial', name):010d}"


@cache
def city() -> City:
    """Bilaspur, where some devices have been declared with their hardware address or their serial number."""
    whole = bilaspur()

    def labelled(device: Any) -> Any:
        chosen = number("labelled", device.name) % 3
        if chosen == 0 and not isinstance(device, Switch):
            return replace(device, mac=mac_of(device.name))
        return replace(device, serial=serial_of(device.name)) if chosen == 1 else device

    return replace(
        whole,
        cameras={name: labelled(camera) for name, camera in whole.cameras.items()},
        recorders={name: labelled(recorder) for name, recorder in whole.recorders.items()},
        switches={name: labelled(switch) for name, switch in whole.switches.items()},
    )


@cache
def part(site: str) -> tuple[str, ...]:
    """The core, the whole ring of a site, and what hangs on the core and on the site's own switches."""
    nodes = [s for s in city().switches.values() if s.site == "core" or s.chain == city().sites[site].chain]
    homes = {s.name for s in nodes if s.site in ("core", site)}
    hosts = [h.name for h in (*city().recorders.values(), *city().cameras.values()) if h.switch in homes]
    return (*(s.name for s in nodes), *hosts)


class Reading:
    """What the devices around a site say at a moment: a test changes it, and looks at what is found."""

    def __init__(self, site: str, at: datetime = NOW, past: Mapping[str, Past] | None = None) -> None:
        self.at = at
        self.past = dict(past or {})
        self.seen = {name: replace(as_read(name), read_at=at) for name in part(site)}
        self.touched: set[str] = set()
        if at > NOW:
            for name, seen in self.seen.items():
                if isinstance(seen.facts, SwitchFacts):
                    self.tell(name, uptime_s=UPTIME_S + (at - NOW).total_seconds())

    def tell(self, name: str, **changes: Any) -> None:
        """The device's facts are others."""
        self.seen[name] = replace(self.seen[name], facts=replace(self.seen[name].facts, **changes))

    def tell_port(self, switch: str, port: str, **changes: Any) -> None:
        ports = self.facts(switch).ports
        assert isinstance(ports, Mapping)
        self.tell(switch, ports={**ports, port: replace(ports[port], **changes)})

    def set(self, name: str, **changes: Any) -> None:
        """The device's settings are others."""
        self.seen[name] = replace(self.seen[name], state=replace(self.seen[name].state, **changes))
        self.touched.add(name)

    def facts(self, switch: str) -> SwitchFacts:
        facts = self.seen[switch].facts
        assert isinstance(facts, SwitchFacts)
        return facts

    def port(self, switch: str, port: str) -> PortFacts:
        ports = self.facts(switch).ports
        assert isinstance(ports, Mapping)
        return ports[port]

    def forget(self, name: str) -> None:
        """The device was not asked."""
        del self.seen[name]

    @property
    def view(self) -> View:
        plans = {n: _plan(n, seen) if n in self.touched else as_planned(n) for n, seen in self.seen.items()}
        return View(city(), Plan("bilaspur", "lab", self.at, "", plans), self.seen, self.at, self.past)

    def findings(self) -> list[Finding]:
        return findings(self.view)

    def told(self) -> list[Key]:
        return [(f.device, str(f.class_), f.path) for f in self.findings()]

    def learn(self) -> dict[str, Past]:
        """What the next reading knows."""
        return {**self.past, **learned(self.view)}


@cache
def settled(site: str) -> Mapping[str, Past]:
    """What is known after six readings of an untouched city, the last of them now."""
    past: Mapping[str, Past] = {}
    for days in range(6):
        past = Reading(site, NOW + days * DAY, past).learn()
    return past


def after(site: str) -> Reading:
    """The reading of the day after :func:`settled`."""
    return Reading(site, NOW + 6 * DAY, settled(site))


def _plan(name: str, seen: Observed[Any, Any]) -> DevicePlan:
    return plan_device(city().device(name), fleet.wanted(city().device(name), city()), seen)


@cache
def as_planned(name: str) -> DevicePlan:
    return _plan(name, as_read(name))


@cache
def as_read(name: str) -> Observed[Any, Any]:
    """One device, as declared."""
    device = city().device(name)
    seen = as_declared(device, city())
    if isinstance(device, Switch):
        return replace(seen, facts=_switch(device))
    identity = Identity("Make", "Model", "V5.7.3 build 220112", serial_of(name), mac_of(name))
    facts = CameraFacts(identity, {}) if isinstance(device, Camera) else RecorderFacts(identity)
    return replace(seen, facts=facts)


def _switch(switch: Switch) -> SwitchFacts:
    return SwitchFacts(
        sys_name=switch.name,
        sys_descr="Cisco IOS Software, Version 15.2(7)E3, RELEASE SOFTWARE",
        uptime_s=UPTIME_S,
        ports={name: _port(switch, name, index) for index, name in enumerate(switch.all_ports, start=10_001)},
        arp=_arp() if switch.role == "core" else None,
        chassis=Chassis("Cisco", "IE-4010", serial_of(switch.name), "15.2(7)E3"),
        ntp_synchronised=True,
        history=changed((UPTIME_S - 90_000, "iccc from 10.80.0.10 (virtual terminal)"), saved_s=UPTIME_S - 80_000),
    )


@cache
def _arp() -> dict[str, Arp]:
    hosts = (*city().cameras.values(), *city().recorders.values(), *city().switches.values())
    return {host.address: Arp(mac_of(host.name)) for host in hosts if host.on_the_wire}


@cache
def _links() -> Mapping[tuple[str, str], tuple[Link, str, str]]:
    found = {}
    for link in city().links:
        found[link.a, link.a_port] = (link, link.b, link.b_port)
        found[link.b, link.b_port] = (link, link.a, link.a_port)
    return found


@cache
def _of_chain() -> Mapping[str | None, frozenset[tuple[int, str]]]:
    """The cameras of each ring: what its trunks learn."""
    found: dict[str | None, set[tuple[int, str]]] = defaultdict(set)
    for camera in city().cameras.values():
        found[city().switches[camera.switch].chain].add((camera.vlan, mac_of(camera.name)))
    return {chain: frozenset(macs) for chain, macs in found.items()}


def _port(switch: Switch, name: str, index: int) -> PortFacts:
    bare = PortFacts(
        index=index, admin_up=False, oper_up=False, mac=mac_of(f"{switch.name} {name}"), packets=0, errors=0
    )
    declared = switch.ports.get(name)
    if declared is None:
        return bare
    up = replace(bare, admin_up=True, oper_up=True, speed_mbps=1000, full_duplex=True, packets=10**9, errors=17)
    up = replace(up, alias=declared.description, pvid=declared.access_vlan)
    if (switch.name, name) in _links():
        link, far, far_port = _links()[switch.name, name]
        heard = Neighbour(far, mac_of(far), far_port, None, True, city().switches[far].address)
        speed = city().chains[link.chain].speed_mbps if link.chain else 10_000
        light = {"rx_dbm": -6.0, "tx_dbm": -5.0, "rx_low_dbm": -19.0}
        return replace(
            up, speed_mbps=speed, neighbours=(heard,), macs=_of_chain().get(link.chain, frozenset()), **light
        )  # type: ignore[arg-type]
    host = city().device(declared.device or "")
    up = replace(up, macs=frozenset({(declared.access_vlan or 0, mac_of(host.name))}))
    if isinstance(host, Recorder):
        return up
    return replace(up, speed_mbps=100, poe_admin=True, poe_delivering=True, poe_denied=False, poe_w=7.2, poe_class=3)
