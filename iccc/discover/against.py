"""What was found against what is declared: new, moved, swapped and exchanged devices, each told once. Pure.

A unit is known again by its serial number, hardware address and WS-Discovery endpoint: as declared, or as it was last
read. Where it is, is told by the address at which it answers, and by the port that has learned it; the
latter also of a unit that no address reaches, as one is that hangs in another VLAN now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from iccc.city.devices import City, Device, Equipment, Kind, Recorder, Switch
from iccc.compare import Unread
from iccc.discover.found import Found, FoundHost, FoundSwitch
from iccc.discover.hanging import Place
from iccc.errors import Reason
from iccc.mib.addresses import as_mac
from iccc.onvif.identity import same_serial
from iccc.past import Past

_MAKER = len("02:00:0a")  # IEEE's number of the maker: a recorder has several addresses, of one


class What(StrEnum):
    NEW = "new"  # nobody has declared it
    MOVED = "moved"  # a known unit at another place
    SWAPPED = "swapped"  # two known units, each in the other's place
    EXCHANGED = "exchanged"  # another unit in the place of a known one


@dataclass(frozen=True)
class Row:
    """One of them. ``devices`` are the declared ones that it is about; ``evidence`` says who said what."""

    what: What
    text: str
    devices: tuple[str, ...] = ()
    address: str = ""
    mac: str | None = None
    serial: str = ""
    endpoint: str = ""
    at: Place | None = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unit:
    """By what a declared device is known again."""

    macs: frozenset[str]
    serial: str
    endpoint: str


@dataclass(frozen=True)
class Against:
    """One comparison. ``endpoints`` are those that earlier runs have heard, by device."""

    found: Found
    city: City
    past: Mapping[str, Past]
    endpoints: Mapping[str, str]

    def rows(self) -> list[Row]:
        """Everything that is not where it is declared, pairs first; a device that is told of is told once."""
        rows = list(self._swapped())
        told = {device for row in rows for device in row.devices}
        for row in (*self._moved(), *self._exchanged()):
            if not told & set(row.devices):
                rows.append(row)
                told |= set(row.devices)
        return [*rows, *self._switches(), *self._new(), *self._strange()]

    # Who is who

    @cached_property
    def units(self) -> Mapping[str, Unit]:
        return {device.name: self._unit(device) for device in self.city.inventory() if not isinstance(device, Switch)}

    def _unit(self, device: Device) -> Unit:
        past = self.past.get(device.name)
        declared = as_mac(getattr(device, "mac", None))
        mac = declared or as_mac(past.mac if past is not None else None)
        serial = getattr(device, "serial", None) or (past.serial if past is not None else None) or ""
        return Unit(frozenset(filter(None, (mac,))), serial, self.endpoints.get(device.name, ""))

    @cached_property
    def _owners(self) -> Mapping[str, str]:
        """Devices by all that is known of one alone."""
        found: dict[str, set[str]] = defaultdict(set)
        for name, unit in self.units.items():
            for word in (*unit.macs, unit.serial.casefold(), unit.endpoint):
                if word:
                    found[word].add(name)
        return {word: next(iter(names)) for word, names in found.items() if len(names) == 1}

    def owner(self, host: FoundHost) -> str | None:
        """The declared device whose unit this is: by its serial number, else its MAC, else its endpoint."""
        words = (host.serial.casefold(), self.found.mac_of(host) or "", host.endpoint)
        return next((self._owners[word] for word in words if word in self._owners), None)

    @cached_property
    def by_address(self) -> Mapping[str, Device]:
        return {device.address: device for device in self.city.inventory()}

    @cached_property
    def hosts(self) -> Mapping[str, FoundHost]:
        """What answers as the unit of each device, by its name."""
        return {owner: host for host in self.found.hosts if (owner := self.owner(host)) is not None}

    # Where they are

    def _place(self, device: Device) -> Place | None:
        switch, port = getattr(device, "switch", None), getattr(device, "port", None)
        return (switch, port) if isinstance(switch, str) and isinstance(port, str) else None

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Declared names of the switches by those under which they were found."""
        declared = {one.address: one.name for one in self.city.switches.values()}
        return {one.name: declared.get(one.address, one.name) for one in self.found.switches}

    def at(self, mac: str | None) -> Place | None:
        place = self.found.place_of(mac)
        return (self.names[place[0]], place[1]) if place is not None else None

    @cached_property
    def ports(self) -> Mapping[str, Place]:
        """Where units hang that are not where they are declared to."""
        found: dict[str, Place] = {}
        for name, unit in self.units.items():
            declared = self._place(self.city.device(name))
            host = self.hosts.get(name)
            macs = unit.macs or frozenset(filter(None, (self.found.mac_of(host),) if host is not None else ()))
            at = next((place for mac in sorted(macs) if (place := self.at(mac)) is not None), None)
            if at is not None and declared is not None and at != declared:
                found[name] = at
        return found

    @cached_property
    def addresses(self) -> Mapping[str, str]:
        """At which addresses units answer that are not those declared."""
        return {
            name: host.address for name, host in self.hosts.items() if host.address != self.city.device(name).address
        }

    # What there is to tell

    def _swapped(self) -> Iterator[Row]:
        done: set[frozenset[str]] = set()
        for name in self.units:
            for other in self._opposite(name):
                pair = frozenset({name, other})
                if len(pair) != 2 or pair in done:
                    continue
                done.add(pair)
                one, two = sorted(pair)
                ports = self.ports.get(one) == self._place(self.city.device(two)) and one in self.ports
                address = self.addresses.get(one) == self.city.device(two).address
                how = "hangs at the other's port" if ports and not address else "answers at the other's address"
                if ports and address:
                    how = "is in the other's place, port and address"
                yield Row(
                    What.SWAPPED, f"{one} and {two} are swapped: each {how}", (one, two),
                    evidence=(*self._evidence(one), *self._evidence(two)),
                )  # fmt: skip

    def _opposite(self, name: str) -> Iterator[str]:
        """Devices in whose place this one is while they are in its."""
        device = self.city.device(name)
        for other, place in self.ports.items():
            if place == self._place(device) and self.ports.get(name) == self._place(self.city.device(other)):
                yield other
        for other, address in self.addresses.items():
            if address == device.address and self.addresses.get(name) == self.city.device(other).address:
                yield other

    def _moved(self) -> Iterator[Row]:
        for name in self.units:
            port, address = self.ports.get(name), self.addresses.get(name)
            if port is None and address is None:
                continue
            device = self.city.device(name)
            parts = []
            if address is not None:
                parts.append(f"answers at {address}, {device.address} is declared")
            if port is not None:
                parts.append(f"hangs at {' '.join(port)}, {' '.join(self._place(device) or ())} is declared")
            host = self.hosts.get(name)
            yield Row(
                What.MOVED, f"{name} {' and '.join(parts)}", (name,), address or device.address,
                next(iter(sorted(self.units[name].macs)), None), host.serial if host else "",
                host.endpoint if host else "", port, self._evidence(name),
            )  # fmt: skip

    def _exchanged(self) -> Iterator[Row]:
        """Another unit where a known one should be."""
        for host in self.found.hosts:
            device = self.by_address.get(host.address)
            if device is None or device.name not in self.units:
                continue
            owner, unit, mac = self.owner(host), self.units[device.name], self.found.mac_of(host)
            differs = []
            if host.serial and unit.serial and not same_serial(host.serial, unit.serial):
                differs.append(f"serial number {host.serial}, {unit.serial} is known")
            if owner is None and mac and unit.macs - {mac}:
                differs.append(f"hardware address {mac}, {' '.join(unit.macs)} is known")
            if host.endpoint and unit.endpoint not in ("", host.endpoint):
                differs.append(f"endpoint {host.endpoint}, {unit.endpoint} is known")
            if isinstance(host.parts, Unread) and host.parts.reason is Reason.UNTRUSTED:
                differs.append(host.parts.text)
            if differs and owner in (None, device.name):
                text = f"{device.name} is another unit: {'; '.join(differs)}"
                yield self._row(What.EXCHANGED, text, host, device.name)

    def _new(self) -> Iterator[Row]:
        for host in self.found.hosts:
            if host.address not in self.by_address and self.owner(host) is None:
                model = _model(host)
                name = f", {host.told_name}," if host.told_name else ""
                yield self._row(What.NEW, f"{model}{name} at {host.address} is declared for nobody", host)

        for card in self.found.ups:
            if card.address not in self.by_address:
                text = f"a UPS card ({card.facts.model or 'no model told'}) at {card.address} is declared for nobody"
                mac = as_mac(self.found.arp.get(card.address))
                yield Row(What.NEW, text, (), card.address, mac, at=self.at(mac), evidence=(f"SNMP {card.address}",))

    def _switches(self) -> Iterator[Row]:
        known = {self._serial(one).casefold(): one.name for one in self.city.switches.values() if self._serial(one)}
        for found in self.found.switches:
            declared = self.by_address.get(found.address)
            serial = found.chassis_serial or ""
            owner = known.get(serial.casefold())
            if declared is None:
                text = f"{found.told_name or 'a switch'} at {found.address} is declared for nobody"
                if owner is not None:
                    text = f"{owner} answers at {found.address}, {self.city.device(owner).address} is declared"
                what, about = (What.NEW, ()) if owner is None else (What.MOVED, (owner,))
                yield Row(what, text, about, found.address, serial=serial, evidence=_of_switch(found))
            elif isinstance(declared, Switch) and serial and self._serial(declared) and owner != declared.name:
                text = f"{declared.name} is another unit: serial number {serial}, {self._serial(declared)} is known"
                yield Row(
                    What.EXCHANGED, text, (declared.name,), found.address, serial=serial, evidence=_of_switch(found)
                )

    def _serial(self, switch: Switch) -> str:
        past = self.past.get(switch.name)
        return switch.serial or (past.serial if past is not None else None) or ""

    def _strange(self) -> Iterator[Row]:
        """Hardware addresses at edge ports that are nobody's: no host's, no declared unit's, no switch's own.

        A port whose declared device is known by no address accounts for any.
        """
        mine = {mac for unit in self.units.values() for mac in unit.macs}
        mine |= {mac for host in self.found.hosts if (mac := self.found.mac_of(host)) is not None}
        mine |= {facts.mac for facts in self.found.ports.values() if facts.mac}
        others = [one.address for one in self.found.switches] + [one.address for one in self.found.ups]
        mine |= {mac for address in others if (mac := self.found.arp.get(address))}
        answers = {mac: address for address, mac in self.found.arp.items()}
        for mac in self.found.hanging:
            place = self.at(mac)
            if mac in mine or place is None:
                continue
            hanging = self._hanging(place)
            if hanging is not None and (not self.units[hanging.name].macs or self._also(hanging, mac)):
                continue
            address = answers.get(mac, "")
            declared = self.by_address.get(address)
            who = f", answers for {address}" if address else ""
            who += f" of {declared.name}" if declared is not None else ""
            there = f"; {hanging.name} is declared there" if hanging is not None else ""
            yield Row(
                What.NEW, f"{mac} hangs at {' '.join(place)}{who}{there}", (), address, mac, at=place,
                evidence=(f"FDB {' '.join(place)}: {mac}", *((f"ARP {address}: {mac}",) if address else ())),
            )  # fmt: skip

    def _hanging(self, place: Place) -> Device | None:
        return self._by_place.get(place)

    @cached_property
    def _by_place(self) -> Mapping[Place, Device]:
        devices = (self.city.device(name) for name in self.units)
        return {place: device for device in devices if (place := self._place(device)) is not None}

    def _also(self, device: Device, mac: str) -> bool:
        """A recorder or server has several addresses of one maker."""
        several = isinstance(device, Recorder | Equipment)
        return several and any(mac[:_MAKER] == own[:_MAKER] for own in self.units[device.name].macs)

    # Words

    def _row(self, what: What, text: str, host: FoundHost, *devices: str) -> Row:
        mac = self.found.mac_of(host)
        return Row(
            what, text, devices, host.address, mac, host.serial, host.endpoint, self.at(mac), self._said(host, mac)
        )

    def _evidence(self, name: str) -> tuple[str, ...]:
        host = self.hosts.get(name)
        if host is not None:
            return self._said(host, self.found.mac_of(host))
        return tuple(f"FDB {' '.join(at)}: {mac}" for mac in sorted(self.units[name].macs) if (at := self.at(mac)))

    def _said(self, host: FoundHost, mac: str | None) -> tuple[str, ...]:
        at = self.at(mac)
        said = (
            f"WS-Discovery {host.address}: endpoint {host.endpoint}" if host.endpoint else "",
            f"ONVIF {host.address}: serial number {host.serial}" if host.serial else "",
            f"ARP {host.address}: {self.found.arp[host.address]}" if host.address in self.found.arp else "",
            f"FDB {' '.join(at)}: {mac}" if at is not None else "",
        )
        return tuple(filter(None, said))


def _model(host: FoundHost) -> str:
    """As it tells after a login, else as its scopes do before one."""
    if host.identity is not None:
        return f"{host.identity.manufacturer} {host.identity.model}"
    scopes = [host.match.scope(key) for key in ("name", "hardware")] if host.match is not None else []
    return " ".join(filter(None, scopes)) or "what tells no model"


def _of_switch(found: FoundSwitch) -> tuple[str, ...]:
    said = [f"SNMP {found.address}: sysName {found.told_name}"]
    return (*said, f"ENTITY-MIB: serial number {found.chassis_serial}") if found.chassis_serial else tuple(said)


def silent(city: City, found: Found, rows: Iterable[Row], asked: Collection[str]) -> list[str]:
    """Declared devices at the asked addresses that did not answer, nor elsewhere: of these nothing is known."""
    answers = (found.hosts, found.switches, found.ups)
    heard = {one.address for some in answers for one in some} | found.others.keys()
    told = {device for row in rows for device in row.devices}
    return [
        device.name
        for device in city.devices()
        if device.kind is not Kind.CALL_BOX  # which speaks SIP alone
        and device.on_the_wire
        and device.address in asked
        and device.address not in heard
        and device.name not in told
    ]
