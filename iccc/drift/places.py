"""Where hardware addresses are, and whose they are: what the finders of topology and addressing share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from iccc.city.devices import Device, Recorder, Switch, SwitchPort
from iccc.compare import Unread
from iccc.discover.hanging import Place as Place
from iccc.discover.hanging import hanging, ports_of
from iccc.drift.view import View
from iccc.mib.addresses import as_mac
from iccc.mib.port_names import is_aggregate
from iccc.onvif.state import Identity
from iccc.switch.identity import is_device
from iccc.switch.seen import Neighbour, PortFacts

_MAKER = len("02:00:0a")  # the first three octets: IEEE's number of the maker
_BLOCK = len("02:00:0a:0b")  # a switch's chassis, ports and VLAN interfaces have their addresses from one block


def told_identity(view: View, device: str) -> Identity | None:
    """What a camera or recorder told of itself in this reading."""
    seen = view.observed.get(device)
    identity = getattr(seen.facts, "identity", None) if seen is not None else None
    return identity if isinstance(identity, Identity) else None


def place_of(device: Device | None) -> Place | None:
    """The switch and port on which a device is declared to hang; None for switches, and for what hangs on none."""
    if isinstance(device, Switch):
        return None
    switch, port = getattr(device, "switch", None), getattr(device, "port", None)
    return (switch, port) if isinstance(switch, str) and isinstance(port, str) else None


@dataclass(frozen=True)
class Places:
    """The hardware addresses of one reading."""

    view: View

    @cached_property
    def facts(self) -> Mapping[Place, PortFacts]:
        """Every port that was read of a switch that is on the wire."""
        there = (switch for switch in self.view.city.switches.values() if switch.on_the_wire)
        return ports_of({s.name: told for s in there if (told := self.view.switch_facts(s.name)) is not None})

    @cached_property
    def tables_read(self) -> frozenset[str]:
        """Switches whose whole table of learned addresses was read."""
        names = {name for name, _ in self.facts}
        return frozenset(n for n in names if (f := self.view.switch_facts(n)) is not None and "fdb" not in f.unread)

    def declared(self, switch: str, port: str) -> SwitchPort | None:
        return self.view.city.switches[switch].ports.get(port)

    def hanging(self, switch: str, port: str) -> str | None:
        """The camera, recorder or other equipment that is declared on a port and is there; None for none."""
        declared = self.declared(switch, port)
        name = declared.device if declared is not None and declared.peer_port is None else None
        device = self.view.city.find(name) if name else None
        return name if device is not None and not isinstance(device, Switch) and device.on_the_wire else None

    @cached_property
    def _own(self) -> Mapping[str, frozenset[str]]:
        return {device.name: self._own_of(device) for device in self.view.city.inventory()}

    def own(self, device: str) -> frozenset[str]:
        """The addresses that a device is known by: declared, and told by itself now or (if none is) earlier.

        Of a switch: declared, what its own ARP table has for its own address, its chassis as its neighbours hear it.
        """
        return self._own[device]

    def _own_of(self, known: Device) -> frozenset[str]:
        device = known.name
        declared = as_mac(getattr(known, "mac", None))
        told = as_mac(identity.mac) if (identity := told_identity(self.view, device)) else None
        past = self.view.past.get(device)
        said = told or (as_mac(past.mac) if past is not None and declared is None else None)
        own = frozenset(mac for mac in (declared, said) if mac)
        if not isinstance(known, Switch):
            return own
        own |= {mac for teller, mac in self.answers.get(known.address, ()) if teller == device}
        return own | self._chassis.get(device, frozenset())

    @cached_property
    def _chassis(self) -> Mapping[str, frozenset[str]]:
        """What the neighbours of each switch hear on their links to it as the address of its chassis (LLDP)."""
        found: dict[str, set[str]] = defaultdict(set)
        for (switch, port), facts in self.facts.items():
            declared = self.declared(switch, port)
            far = declared.device if declared is not None and declared.peer_port is not None else None
            if far is None:
                continue
            for heard in facts.neighbours:
                if (mac := as_mac(heard.chassis_id)) and self.named(heard) == far:
                    found[far].add(mac)
        return {name: frozenset(macs) for name, macs in found.items()}

    def known(self, device: str) -> frozenset[str]:
        """:meth:`own`, or else what was learned on its port when it was first looked at."""
        return self.own(device) or self._learned_before(device)

    def _learned_before(self, device: str) -> frozenset[str]:
        place = place_of(self.view.city.device(device))
        past = self.view.past.get(place[0]) if place else None
        port = past.ports.get(place[1]) if past is not None and place else None
        return port.macs if port is not None else frozenset()

    def belongs(self, mac: str, device: str) -> bool:
        """Whether an address is the device's own. A recorder has several, of one maker; a switch, of one block."""
        own, known = self.own(device), self.view.city.device(device)
        if mac in own or mac in self._learned_before(device):
            return True
        if isinstance(known, Switch):
            own |= {port.mac for (switch, _), port in self.facts.items() if switch == device and port.mac}
            return any(mac[:_BLOCK] == one[:_BLOCK] for one in own)
        return isinstance(known, Recorder) and any(mac[:_MAKER] == one[:_MAKER] for one in own)

    @cached_property
    def owners(self) -> Mapping[str, str]:
        """Devices by the addresses that they are known by; an address of two devices is nobody's."""
        found: dict[str, set[str]] = defaultdict(set)
        for device in self.view.city.inventory():
            if device.on_the_wire and not isinstance(device, Switch):
                for mac in self.known(device.name):
                    found[mac].add(device.name)
        return {mac: next(iter(names)) for mac, names in found.items() if len(names) == 1}

    @cached_property
    def _of_access_switches(self) -> Mapping[str, str]:
        """Access switches by their addresses. Others route, and may answer for an address that is not theirs."""
        access = (switch for switch in self.view.city.switches.values() if switch.role == "access")
        return {mac: switch.name for switch in access for mac in self.own(switch.name)}

    def owner(self, mac: str) -> str | None:
        """The declared device that an address is of: camera, recorder, equipment or access switch."""
        return self.owners.get(mac) or self._of_access_switches.get(mac)

    def is_edge(self, switch: str, port: str) -> bool:
        """Whether no switch is behind the port, as far as is declared and heard: a trunk learns what is behind it.

        On an aggregate nothing is heard: LLDP runs on its members. One that nobody declared may lead anywhere.
        """
        declared = self.declared(switch, port)
        if declared is not None and (declared.peer_port is not None or declared.device in self.view.city.switches):
            return False
        facts = self.facts[switch, port]
        if declared is None and (facts.aggregate or is_aggregate(port)):
            return False
        return not any(self.named(one) in self.view.city.switches for one in facts.neighbours)

    @cached_property
    def seen_at(self) -> Mapping[str, tuple[Place, ...]]:
        """The edge ports on which each address was learned, the one with the fewest addresses first."""
        return hanging(self.facts, lambda place: self.is_edge(*place))

    @cached_property
    def alive(self) -> frozenset[str]:
        """Every address that some switch has learned, on whatever port."""
        return frozenset(mac for facts in self.facts.values() for _, mac in facts.macs)

    @cached_property
    def answers(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """By IPv4 address, who answers for it: (switch that has it in its ARP table, hardware address)."""
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for name, switch in self.view.city.switches.items():
            told = self.view.switch_facts(name) if switch.on_the_wire else None
            if told is not None and told.arp is not None and not isinstance(told.arp, Unread):
                for address, entry in told.arp.items():
                    found[address].append((name, entry.mac))
        return {address: tuple(entries) for address, entries in found.items()}

    @cached_property
    def impostors(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """By device whose address another one answers for: switches with the ARP entry, and the hardware address."""
        answering = {device.name: self._impostors_of(device) for device in self.view.city.inventory()}
        return {device: entries for device, entries in answering.items() if entries}

    def _impostors_of(self, device: Device) -> tuple[tuple[str, str], ...]:
        """What answers has to be alive, as ARP keeps entries for hours; and the device's own address declared, or alive
        as well. A device that told another address than declared has been replaced, which is class inventory.

        A switch may answer with an address of a VLAN interface that nobody told: of a switch it takes proof.
        """
        entries = self.answers.get(device.address, ()) if device.on_the_wire else ()
        if isinstance(device, Switch):
            return tuple((by, mac) for by, mac in entries if self._is_another(mac, device.name))
        own = self.own(device.name)
        if not own or not (as_mac(getattr(device, "mac", None)) or own & self.alive):
            return ()
        living = (entry for entry in entries if entry[1] in self.alive or not self.alive)
        return tuple((by, mac) for by, mac in living if not self.belongs(mac, device.name))

    def _is_another(self, mac: str, switch: str) -> bool:
        """Whether an address is proved not to be the switch's: another device's, or strange and on an edge port."""
        if mac in self.own(switch) or mac not in self.alive:
            return False
        return self.owner(mac) is not None or (mac in self.seen_at and not self.belongs(mac, switch))

    @property
    def unused_are_shut(self) -> bool:
        """Whether the city declares that ports on which nothing hangs are shut."""
        hardening = self.view.city.declared.city.file.hardening
        return bool(hardening and hardening.unused_ports_shut and self.view.city.parking)

    @cached_property
    def _by_word(self) -> Mapping[str, Device]:
        """Devices by what LLDP may say of them: name, management address, hardware address."""
        found: dict[str, Device] = {}
        for device in self.view.city.inventory():
            mac = as_mac(getattr(device, "mac", None))
            for word in (device.name.lower(), device.address, mac):
                if word and device.on_the_wire:
                    found.setdefault(word, device)
        return found

    def named(self, heard: Neighbour) -> str | None:
        """The declared device that a neighbour says it is; None when it says nothing, or is none of them."""
        name = (heard.sys_name or "").strip().rstrip(".").lower()
        words = (name, name.partition(".")[0], (heard.chassis_id or "").lower(), heard.address or "")
        for word in words:
            device = self._by_word.get(word)
            if device is not None and is_device(heard, device.name, getattr(device, "mac", None), device.address):
                return device.name
        return None

    @cached_property
    def unknown(self) -> Mapping[Place, tuple[str, ...]]:
        """By edge port, the addresses that nothing accounts for.

        A port whose device is known by no address accounts for any: they are learned (:mod:`iccc.drift.learning`).
        What answers for another device's address is told by that finding (:mod:`iccc.drift.addressing`).
        """
        accounted = {mac for entries in self.impostors.values() for _, mac in entries} | set(self.owners)
        found: dict[Place, tuple[str, ...]] = {}
        for (switch, port), facts in self.facts.items():
            macs = {mac for _, mac in facts.macs} - accounted
            if not macs or not self._is_judged(switch, port) or not self.is_edge(switch, port):
                continue
            hanging = self.hanging(switch, port)
            if hanging is not None:
                # Some devices tell the address of another interface than the one that they use.
                macs -= {mac for _, mac in self.answers.get(self.view.city.device(hanging).address, ())}
                macs = {mac for mac in macs if not self.belongs(mac, hanging)} if self.known(hanging) else set()
            if macs:
                found[switch, port] = tuple(sorted(macs))
        return found

    def _is_judged(self, switch: str, port: str) -> bool:
        """A port with a device, or one that shall be unused: any in the field, and all where unused ones must be shut.

        A core switch carries more of a control centre than a CCTV declaration speaks of.
        """
        if self.declared(switch, port) is not None:
            return self.hanging(switch, port) is not None
        return self.view.city.switches[switch].role == "access" or self.unused_are_shut
