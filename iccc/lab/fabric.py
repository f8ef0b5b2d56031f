"""The truth about who is reachable: electricity, cables, VLANs, from every port to the core.

A device answers while it has power and its VLAN leads from its port to a core switch: over powered switches
that know the VLAN, and cables that pass it. VLAN 1 is the flat network of the commissioning days.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from iccc.city.devices import Camera, City, Equipment, Kind, Recorder
from iccc.lab.cabling import Cabling, Place
from iccc.lab.device import LabDevice
from iccc.lab.ios.system import Neighbour, Powered
from iccc.lab.layer2 import Hop, PortL2, SwitchL2, Tree, depth, passes, touched, tree, trunked
from iccc.lab.switch import LabSwitch

FLAT_VLAN = 1
CORE = "core"
PTZ_WATTS, CAMERA_WATTS = 24.0, 8.5


@dataclass(frozen=True)
class Host:
    """A camera, recorder or UPS as the fabric knows it."""

    device: LabDevice
    mac: str
    vlans: frozenset[int]  # the device has an address in these
    draws: Powered | None  # by PoE; None with its own supply


class Fabric:
    """Knows all cables. Switches ask it what they sense; it plugs and unplugs the devices.

    Looking is lazy: a change of a switch only notes its name. :meth:`settle` acts on what was noted.
    """

    def __init__(self, city: City, switches: Mapping[str, LabSwitch], hosts: Mapping[str, Host]) -> None:
        self._switches = switches
        self._hosts = hosts
        self.cabling = Cabling(city, {*switches, *hosts})
        self._cores = [name for name, switch in switches.items() if switch.declared.role == CORE]
        self._l2: dict[str, SwitchL2] = {}  # of the switches with power
        self._trees: dict[int, Tree] = {}
        self._members: dict[int, set[str]] = {}  # VLAN: hosts and managed switches that speak in it
        self._member_of: dict[str, frozenset[int]] = {}
        self._fdb: dict[int, dict[str, dict[str, str]]] = {}
        self._blocked: dict[int, dict[str, frozenset[str]]] = {}
        self._arp: dict[str, tuple[int, str]] | None = None
        self._over: dict[str, frozenset[str]] = {}  # ports of a switch whose devices ask for power and get none
        self._noted: set[str] = set()  # switches whose configuration may have changed
        self._suspects: set[str] = set()  # devices that may have to be plugged or unplugged
        self._running: dict[str, bool] = {}  # whether a device had electricity when last seen
        self._revision = 0
        self._stirred = asyncio.Event()
        self._settling = asyncio.Lock()
        for switch in switches.values():
            switch.system.surroundings = self
            switch.system.on_change = self._note(switch.name)
        self.stir()

    # What the lab tells

    def _note(self, name: str) -> Callable[[], None]:
        def changed() -> None:
            self._noted.add(name)
            self._stirred.set()

        return changed

    def stir(self) -> None:
        """Electricity or cables changed: everything is looked at anew."""
        self._noted.clear()
        self._l2 = {
            name: SwitchL2.of(switch.system.running) for name, switch in self._switches.items() if switch.electric
        }
        self._trees, self._members, self._member_of, self._over = {}, {}, {}, {}
        self._suspects = {*self._switches, *self._hosts}
        for name in self._suspects:
            self._enrol(name)
        self.refresh()
        self._stirred.set()

    def exchange(self, name: str, mac: str) -> None:
        """Another unit hangs in the place of a camera or recorder."""
        self._hosts = {**self._hosts, name: replace(self._hosts[name], mac=mac.lower())}

    def refresh(self) -> None:
        """What can be sensed changed, and nobody's power or way."""
        self._revision += 1
        self._fdb, self._arp, self._blocked = {}, None, {}

    def _look(self) -> None:
        """Take in the changes of switches that were noted."""
        while self._noted:
            name = self._noted.pop()
            old = self._l2.get(name)
            if old is None:
                continue
            new = SwitchL2.of(self._switches[name].system.running)
            if new != old:
                self._take(name, old, new)

    def _take(self, name: str, old: SwitchL2, new: SwitchL2) -> None:
        self.refresh()
        self._l2[name] = new
        self._over.pop(name, None)
        affected = [name] if new.svis != old.svis else []
        for host in self.cabling.hosts(name):
            port = self.cabling.place(host)[1]
            if old.ports.get(port) != new.ports.get(port):
                affected.append(host)
        for device in affected:
            self._enrol(device)
            self._suspects.add(device)
        vlans = touched(old, new, [port for port, _ in self.cabling.links(name)])
        for vlan in [vlan for vlan in self._trees if vlans is None or vlan in vlans]:
            before = self._trees.pop(vlan)
            differing = before.keys() ^ self._tree(vlan).keys()
            if differing:
                members = self._members.get(vlan, set())
                self._suspects |= {member for member in members if self._switch_of(member) in differing}

    def _enrol(self, name: str) -> None:
        """Note in which VLANs a device speaks."""
        for vlan in self._member_of.get(name, ()):
            self._members[vlan].discard(name)
        self._member_of[name] = frozenset(self._speaks_in(name))
        for vlan in self._member_of[name]:
            self._members.setdefault(vlan, set()).add(name)

    def _speaks_in(self, name: str) -> Iterator[int]:
        """The VLANs of a host's port, or of the interfaces that have a switch's declared address."""
        if name in self._hosts:
            port = self._port(self.cabling.place(name))
            if port is not None:
                yield port.untagged
        elif name in self._l2:
            address = self._switches[name].declared.address
            yield from (vlan for vlan, at in self._l2[name].svis if at == address)

    def _switch_of(self, name: str) -> str:
        return self.cabling.place(name)[0] if name in self._hosts else name

    def _port(self, place: Place) -> PortL2 | None:
        """The configuration of a port; None when its switch has no power or no such port."""
        switch = self._l2.get(place[0])
        return switch.ports.get(place[1]) if switch else None

    def _tree(self, vlan: int) -> Tree:
        if vlan not in self._trees:
            self._trees[vlan] = tree(vlan, self._cores, self._l2, self._neighbours)
        return self._trees[vlan]

    def _neighbours(self, switch: str) -> Iterator[tuple[str, str, str]]:
        for port, (far, far_port) in self.cabling.links(switch):
            if far in self._l2 and self.cabling.whole((switch, port)):
                yield port, far, far_port

    # Who is reachable

    def has_power(self, name: str) -> bool:
        """Whether electricity reaches the device: from its own supply, or over its cable."""
        if name in self._switches:
            return name in self._l2
        host = self._hosts[name]
        return host.device.electric and (host.draws is None or self._feeds(self.cabling.place(name)))

    def _feeds(self, place: Place) -> bool:
        port = self._port(place)
        if port is None or not port.up or not self.cabling.whole(place):
            return False
        if not self._switches[place[0]].system.by_name[place[1]].poe:
            return True  # a port without PoE has an injector beside it
        return port.poe and place[1] not in self._denied(place[0])

    def _denied(self, switch: str) -> frozenset[str]:
        """The ports whose device would take power and gets none: denied, or beyond the budget in the ports' order."""
        if switch not in self._over:
            system, left = self._switches[switch].system, self._switches[switch].system.poe_budget_w
            over = set()
            for port in system.hardware:
                host = self.cabling.host((switch, port.name)) if port.poe else None
                draws = self._hosts[host].draws if host and self._hosts[host].device.electric else None
                config = self._port((switch, port.name))
                whole = self.cabling.whole((switch, port.name))
                if draws is None or config is None or not (config.up and config.poe and whole):
                    continue
                watts = draws.watts * system.odd(port.name).poe_factor
                if system.odd(port.name).poe_denied or watts > left:
                    over.add(port.name)
                else:
                    left -= watts
            self._over[switch] = frozenset(over)
        return self._over[switch]

    def reachable(self, name: str) -> bool:
        """Whether the control centre gets an answer from the device (faults of its own aside)."""
        self._look()
        if not self.has_power(name):
            return False
        switch = self._switch_of(name)
        if name in self._hosts:
            place = self.cabling.place(name)
            port = self._port(place)
            if port is None or not port.up or not self.cabling.whole(place):
                return False
            vlans = self._member_of[name] & self._hosts[name].vlans
        else:
            vlans = self._member_of[name]
        return any(switch in self._tree(vlan) for vlan in vlans)

    def suspects(self) -> frozenset[str]:
        """The devices that the next :meth:`settle` will look at."""
        self._look()
        return frozenset(self._suspects)

    async def run(self) -> None:
        """Keep every device in step with the network, until cancelled."""
        while True:
            await self._stirred.wait()
            await self.settle()

    async def settle(self) -> None:
        """Every device is on the wire exactly if it is reachable, when this returns."""
        async with self._settling:
            self._look()
            while self._suspects:
                await self._bring(self._device(self._suspects.pop()))
                self._look()
            self._stirred.clear()
            for switch in self._switches.values():
                if switch.on_wire:
                    switch.traps.look()

    def _device(self, name: str) -> LabDevice:
        return self._switches[name] if name in self._switches else self._hosts[name].device

    async def _bring(self, device: LabDevice) -> None:
        seen = device.name in self._running
        power = self.has_power(device.name)
        if self._running.get(device.name) and not power:
            device.power_cut()
        elif seen and power and not self._running[device.name]:
            device.power_on()
        self._running[device.name] = power
        wanted = self.reachable(device.name)
        if wanted and not device.on_wire:
            await device.plug()
        elif not wanted and (device.on_wire or not seen):
            await device.unplug()

    # What switches sense (iccc.lab.ios.system.Surroundings)

    @property
    def revision(self) -> int:
        self._look()
        return self._revision

    def link_up(self, switch: str, port: str) -> bool:
        self._look()
        near = self._port((switch, port))
        if near is None or not near.up or not self.cabling.whole((switch, port)):
            return False
        far = self.cabling.far((switch, port))
        if far is not None:
            peer = self._port(far)
            return peer is not None and peer.up
        host = self.cabling.host((switch, port))
        if self._switches[switch].system.odd(port).aliens:
            return True
        return host is not None and self.has_power(host)

    def trunking(self, switch: str, port: str) -> bool:
        self._look()
        near = self._port((switch, port))
        if near is None or near.mode != "dynamic":
            return near is not None and near.mode == "trunk"
        far = self.cabling.far((switch, port))
        peer = self._port(far) if far else None
        return peer is not None and trunked(near, peer)

    def powered(self, switch: str, port: str) -> Powered | None:
        self._look()
        host = self.cabling.host((switch, port))
        draws = self._hosts[host].draws if host is not None and self.has_power(host) else None
        if draws is None:
            return None
        factor = self._switches[switch].system.odd(port).poe_factor
        return Powered(draws.poe_class, draws.watts * factor)

    def denied(self, switch: str, port: str) -> bool:
        self._look()
        return switch in self._l2 and port in self._denied(switch)

    def optical(self, switch: str, port: str) -> bool:
        return self.cabling.far((switch, port)) is not None

    def blocked(self, switch: str, vlan: int) -> frozenset[str]:
        self._look()
        if vlan not in self._blocked:
            self._blocked[vlan] = self._block(vlan)
        return self._blocked[vlan].get(switch, frozenset())

    def _block(self, vlan: int) -> dict[str, frozenset[str]]:
        """Of each link that is in no way, the end that is further from the core; the higher MAC address of two."""
        ways = self._tree(vlan)
        found: dict[str, frozenset[str]] = {}
        for name in ways:
            for port, far, far_port in self._neighbours(name):
                if far not in ways or not passes(self._l2[name].ports[port], self._l2[far].ports[far_port], vlan):
                    continue
                if Hop(port, far, far_port) == ways[name] or Hop(far_port, name, port) == ways[far]:
                    continue
                if self._rank(ways, name, port) > self._rank(ways, far, far_port):
                    found[name] = found.get(name, frozenset()) | {port}
        return found

    def _rank(self, ways: Tree, name: str, port: str) -> tuple[int, str, int]:
        system = self._switches[name].system
        return depth(ways, name), system.mac, system.by_name[port].index

    def arp(self, switch: str) -> Mapping[str, tuple[int, str]]:
        self._look()
        if self._arp is None:
            self._arp = dict(self._answering())
        return self._arp if switch in self._cores else {}

    def _answering(self) -> Iterator[tuple[str, tuple[int, str]]]:
        """Who answers the gateways: address, VLAN, MAC address. What nobody declared comes last, and wins."""
        for name in (*self._hosts, *self._switches):
            if self.reachable(name):
                host = self._hosts.get(name)
                vlans = self._member_of[name] & host.vlans if host else self._member_of[name]
                mac = host.mac if host else self._switches[name].system.mac
                yield self._device(name).told_address, (min(vlans), mac)
        for at, port, vlan in self._strangers():
            for alien in self._switches[at].system.odd(port).aliens:
                if alien.address and at in self._tree(vlan):
                    yield alien.address, (vlan, alien.mac)

    def _strangers(self) -> Iterator[tuple[str, str, int]]:
        """Ports with devices that nobody declared, and the VLAN that they are in."""
        for name in self._l2:
            for port, odd in self._switches[name].system.oddities.items():
                config = self._port((name, port))
                if odd.aliens and config is not None and config.up:
                    yield name, port, config.untagged

    def neighbour(self, switch: str, port: str) -> Neighbour | None:
        far = self.cabling.far((switch, port))
        if far is None or not self.link_up(switch, port):
            return None
        system = self._switches[far[0]].system
        if not system.running.lldp:
            return None
        subtype, said = system.announced(far[1])
        return Neighbour(system.mac, said, far[1], system.sys_name, system.address, subtype, system.software)

    def fdb(self, switch: str, vlan: int) -> Mapping[str, str]:
        self._look()
        if vlan not in self._fdb:
            self._fdb[vlan] = self._learn(vlan)
        return self._fdb[vlan].get(switch, {})

    def _learn(self, vlan: int) -> dict[str, dict[str, str]]:
        """Where every switch learned the MAC addresses of one VLAN: on its own port, and on the way to the core."""
        learned: dict[str, dict[str, str]] = {}
        for name in self._members.get(vlan, ()):
            at = self._switch_of(name)
            if name in self._hosts:
                port = self.cabling.place(name)[1]
                if not self.link_up(at, port) or vlan not in self._l2[at].vlans:
                    continue
                mac = self._hosts[name].mac
                learned.setdefault(at, {})[mac] = port
            else:
                mac = self._switches[name].system.mac
            self._teach(learned, vlan, at, mac)
        for at, port, untagged in self._strangers():
            if untagged == vlan and vlan in self._l2[at].vlans:
                for alien in self._switches[at].system.odd(port).aliens:
                    learned.setdefault(at, {})[alien.mac] = port
                    self._teach(learned, vlan, at, alien.mac)
        return learned

    def _teach(self, learned: dict[str, dict[str, str]], vlan: int, at: str, mac: str) -> None:
        """The switches on the way to the core learn the address on the ports that lead back."""
        hop = self._tree(vlan).get(at)
        while hop is not None:
            learned.setdefault(hop.upper, {})[mac] = hop.upper_port
            hop = self._tree(vlan).get(hop.upper)


def host_of(city: City, device: LabDevice, mac: str) -> Host:
    """How a declared camera, recorder or UPS hangs in the fabric."""
    declared = city.find(device.name)
    if isinstance(declared, Camera):
        known = city.catalogue.get(declared.device_type)
        pse_w = known.pse_w if known and known.pse_w else 30.0 if declared.group == "ptz" else 15.4
        draws = Powered(4, PTZ_WATTS) if pse_w > 15.4 else Powered(3, CAMERA_WATTS)
        return Host(device, mac, frozenset({declared.vlan, FLAT_VLAN}), draws)
    if isinstance(declared, Recorder):
        port = city.switches[declared.switch].ports.get(declared.port)
        vlan = port.access_vlan if port and port.access_vlan else FLAT_VLAN
        return Host(device, mac, frozenset({vlan, FLAT_VLAN}), None)
    if isinstance(declared, Equipment) and declared.kind is Kind.CALL_BOX:
        known = city.catalogue.get(declared.device_type)
        fed = Powered(3, known.pse_w) if known and known.pse_w and known.pse_w <= 15.4 else None
        return Host(device, mac, frozenset({declared.vlan or FLAT_VLAN, FLAT_VLAN}), fed)
    if isinstance(declared, Equipment):
        return Host(device, mac, frozenset({declared.vlan or FLAT_VLAN, FLAT_VLAN}), None)
    raise KeyError(device.name)
