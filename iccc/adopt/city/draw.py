"""From what was found to a city that can be written: sites, core, rings, cameras and recorders. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Network

from iccc.adopt.city.cards import FieldPlan, drawn_card, field_plan
from iccc.adopt.city.drawn import (
    Drawn,
    DrawnCamera,
    DrawnChain,
    DrawnCore,
    DrawnLink,
    DrawnRecorder,
    DrawnSite,
    DrawnSwitch,
    DrawnUps,
    Frame,
    Unsorted,
)
from iccc.adopt.city.fabric import Fabric
from iccc.adopt.city.hosts import Homeless, Seats, channels_of, unsorted
from iccc.adopt.city.known import Known
from iccc.adopt.city.names import is_title, most, said
from iccc.city.model.catalogue import Kind
from iccc.city.model.common import Category
from iccc.compare import Unread
from iccc.discover.found import Found, FoundHost, FoundSwitch

_LETTERS = {"j": Category.JUNCTION}


def recorders_of(found: Found, known: Known) -> list[FoundHost]:
    """Those of the hosts that are recorders: they say so, or their model is that of one."""
    return [one for one in found.hosts if _records(one, known)]


def _records(host: FoundHost, known: Known) -> bool:
    model = host.identity.model if host.identity is not None else None
    if known.types.exactly(Kind.CAMERA, model):
        return False
    return bool(known.types.exactly(Kind.RECORDER, model)) or (host.match is not None and host.match.records)


def field_of(found: Found, cameras: Iterable[FoundHost], known: Known) -> set[str]:
    """The switches of sites: those that are called so, and those on which cameras hang."""
    called = {one.name: said(known.name(one.address, one.told_name)) for one in found.switches}
    named = {name for name, told in called.items() if told is not None and told.kind == "sw"}
    fed = {place[0] for host in cameras if (place := found.place_of(found.mac_of(host))) is not None}
    return named | fed


@dataclass
class Drawing:
    """One drawing. Whatever finds no place is noted, and the rest goes on."""

    found: Found
    frame: Frame
    known: Known
    ranges: list[IPv4Network] = field(default_factory=list)  # that were asked
    unsorted: list[Unsorted] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def draw(self) -> Drawn:
        records = {one.address for one in recorders_of(self.found, self.known)}
        cameras = [one for one in self.found.hosts if one.address not in records]
        recorders = [one for one in self.found.hosts if one.address in records]
        inside = self._inside(cameras)
        switches = self._field(inside)
        core = self._core(inside)
        fabric = Fabric(
            {one.name: one for one in self.found.switches},
            self.found.ports,
            {one.found.name: self._uplinks(one.device_type) for listed in switches.values() for one in listed},
        )
        numbers = {one.found.name: (site, one.number) for site, listed in switches.items() for one in listed}
        serials = Counter(one.serial.strip().casefold() for one in self.found.hosts if one.serial)
        macs = Counter(mac for one in self.found.hosts if (mac := self.found.mac_of(one)))
        seats = Seats(self.found, self.frame, self.known, numbers, serials, macs)
        seated = self._recorders(seats, recorders, [one.name for one in core])
        placed = self._cameras(replace(seats, channels={**self.known.channels, **_channels(seated)}), cameras)
        chains = self._chains(fabric, numbers)
        cards = self._cards(numbers)
        roles = self._roles(core, fabric, seated)
        sites = tuple(
            replace(site, ups=tuple(cards.get(site.number, ()))) for site in self._sites(switches, placed, chains)
        )
        there = {site.number for site in sites}
        chains = [replace(one, sites=kept) for one in chains if (kept := tuple(n for n in one.sites if n in there))]
        return Drawn(
            frame=self.frame,
            sites=sites,
            core=tuple(roles),
            links=tuple(self._links(fabric, [one.name for one in core])),
            chains=tuple(chains),
            recorders=tuple(seated),
            unsorted=(*self.unsorted, *self._others()),
            notes=tuple(self.notes),
        )

    # Switches

    def _inside(self, cameras: Sequence[FoundHost]) -> set[str]:
        """The switches of the field: as declared, else as they show it."""
        roles = {one.name: self.known.declared_roles.get(one.address) for one in self.found.switches}
        shown = field_of(self.found, cameras, self.known)
        return {name for name, role in roles.items() if role == "access" or (role is None and name in shown)}

    def _field(self, inside: set[str]) -> dict[int, list[DrawnSwitch]]:
        """The switches of each site."""
        found: dict[int, list[DrawnSwitch]] = defaultdict(list)
        plan, taken = self.frame.management, dict[tuple[int, int], str]()
        for switch in self.found.switches:
            if switch.name not in inside:
                continue
            told = said(self.known.name(switch.address, switch.told_name))
            site, number = plan.site(switch.address), plan.item(switch.address)
            if site is None or site < 1 or number < 1:
                self._no_place(switch, f"{switch.address} is no address of a site's switch in {plan.prefix}")
            elif told is not None and told.code == self.frame.code and (told.site, told.number) != (site, number):
                self._no_place(
                    switch, f"its name {switch.told_name} is not that of {switch.address}: site {site} sw{number}"
                )
            elif (first := taken.setdefault((site, number), switch.address)) != switch.address:
                self._no_place(switch, f"site {site} sw{number} is {first} already")
            elif (type_ := self._switch_type(switch)) is None:
                self._no_type(switch)
            else:
                found[site].append(DrawnSwitch(number, type_, switch))
        return {site: sorted(found[site], key=lambda one: one.number) for site in sorted(found)}

    def _core(self, inside: set[str]) -> list[DrawnCore]:
        found = []
        for switch in self.found.switches:
            if switch.name in inside:
                continue
            type_ = self._switch_type(switch)
            if type_ is None:
                self._no_type(switch)
            else:
                found.append(DrawnCore(switch.name, "core", type_, switch))
        return found

    def _roles(self, core: Sequence[DrawnCore], fabric: Fabric, recorders: Sequence[DrawnRecorder]) -> list[DrawnCore]:
        """Rings end on aggregation switches; a switch with recorders is of the core, and one switch at least is."""
        own = {one.name for one in core}
        fed = {one.at.partition(" ")[0] for one in recorders}
        ends = {place[0] for place, far in fabric.links.items() if place[0] in own and far[0] not in own}
        aggregating = ends - fed
        if own <= aggregating:
            aggregating = set()
        return [
            DrawnCore(one.name, "aggregation" if one.name in aggregating else "core", one.device_type, one.found)
            for one in core
        ]

    def _no_place(self, switch: FoundSwitch, why: str) -> None:
        self.unsorted.append(
            Unsorted(
                address=switch.address, kind=str(Kind.SWITCH), why=why, serial=switch.chassis_serial or "",
                model=switch.chassis_model or "", hostname=switch.told_name,
            )
        )  # fmt: skip

    def _switch_type(self, switch: FoundSwitch) -> str | None:
        return self.known.declared_types.get(switch.address) or self.known.types.switch(switch)

    def _no_type(self, switch: FoundSwitch) -> None:
        if isinstance(switch.facts.ports, Unread):
            self._no_place(switch, switch.facts.ports.text)
            return
        model = switch.chassis_model or "not told"
        self._no_place(switch, f"no one device type has its ports, or its model {model}: say --type '{model}=TYPE'")

    # Cables

    def _uplinks(self, device_type: str) -> list[str]:
        type_ = self.known.types.catalogue[device_type]
        return [name for ports in type_.ports if ports.uplink for name in ports.names]

    def _links(self, fabric: Fabric, core: Sequence[str]) -> list[DrawnLink]:
        """Between switches of the core, each once."""
        order = {name: index for index, name in enumerate(core)}
        found = []
        for place, far in sorted(fabric.links.items(), key=lambda item: (order.get(item[0][0], 0), item[0])):
            if place[0] in order and far[0] in order and (order[place[0]], place) < (order[far[0]], far):
                found.append(DrawnLink(" ".join(place), " ".join(far), self.found.ports[place].speed_mbps))
        return found

    def _chains(self, fabric: Fabric, numbers: Mapping[str, tuple[int, int]]) -> list[DrawnChain]:
        found = []
        for number, chain in enumerate(fabric.chains(numbers), start=1):
            sites = tuple(dict.fromkeys(numbers[node][0] for node in chain.nodes))
            name = f"{'r' if chain.b is not None else 's'}{number}"
            if not chain.straight:
                where = " ".join(chain.a) + (f" to {' '.join(chain.b)}" if chain.b else "")
                self.notes.append(
                    f"the switches from {where} are not cabled in the order of their ring ports:"
                    " core.yaml cannot say it, and drift will tell the links"
                )
            found.append(DrawnChain(name, chain, sites, self.found.ports[chain.a].speed_mbps))
        return found

    # Cameras and recorders

    def _cameras(self, seats: Seats, cameras: Sequence[FoundHost]) -> dict[int, list[DrawnCamera]]:
        found: dict[int, list[DrawnCamera]] = defaultdict(list)
        slots: dict[tuple[int, int], str] = {}
        ports: dict[tuple[int, int, str], str] = {}
        for host in cameras:
            try:
                site, camera = seats.camera(host)
                if (first := slots.setdefault((site, camera.slot), host.address)) != host.address:
                    raise Homeless(f"slot {camera.slot} of site {site} is {first} already")
                at = (site, camera.switch, camera.port)
                if (first := ports.setdefault(at, host.address)) != host.address:
                    raise Homeless(f"at its port hangs {first} already: of a port one camera is declared")
            except Homeless as why:
                self.unsorted.append(unsorted(self.found, host, Kind.CAMERA, str(why)))
            else:
                found[site].append(camera)
        return {site: sorted(found[site], key=lambda one: one.slot) for site in found}

    def _recorders(self, seats: Seats, hosts: Sequence[FoundHost], core: Sequence[str]) -> list[DrawnRecorder]:
        found = []
        for host in hosts:
            try:
                found.append(seats.recorder(host, core))
            except Homeless as why:
                self.unsorted.append(unsorted(self.found, host, Kind.RECORDER, str(why)))
        return sorted(found, key=lambda one: one.number)

    def _cards(self, numbers: Mapping[str, tuple[int, int]]) -> dict[int, list[DrawnUps]]:
        """UPS cards by site. What a declared city has for them stands; else it is counted."""
        field = FieldPlan(self.frame.field, self.frame.field_first_vlan)
        if field.plan is None and self.found.ups:
            field = field_plan(self.found, self.frame, numbers, self.ranges)
            self.frame = replace(self.frame, field=field.plan, field_first_vlan=field.first_vlan)
        cards: dict[int, list[DrawnUps]] = defaultdict(list)
        for card in self.found.ups:
            try:
                site, drawn = drawn_card(self.found, card, field, numbers, self.known)
            except Homeless as why:
                mac = self.found.arp.get(card.address)
                row = Unsorted(card.address, str(Kind.UPS), str(why), mac, model=card.facts.model or "")
                self.unsorted.append(row)
            else:
                cards[site].append(drawn)
        return cards

    # Sites

    def _sites(
        self,
        switches: Mapping[int, Sequence[DrawnSwitch]],
        cameras: Mapping[int, Sequence[DrawnCamera]],
        chains: Sequence[DrawnChain],
    ) -> Iterable[DrawnSite]:
        order = {node: index for chain in chains for index, node in enumerate(chain.chain.nodes)}
        for number, listed in switches.items():
            own = cameras.get(number, ())
            type_ = self._type(number, listed, own)
            if not type_:
                self._no_type_of_site(number, listed, own)
                continue
            name, name_hi = self._called(listed, own)
            in_ring = sorted(listed, key=lambda one: (order.get(one.found.name, len(order)), one.number))
            yield DrawnSite(number, type_, name, name_hi, tuple(in_ring), tuple(own))

    def _no_type_of_site(self, number: int, switches: Sequence[DrawnSwitch], cameras: Sequence[DrawnCamera]) -> None:
        why = f"no name tells what sort of place site {number} is: say --site-type {number}=TYPE"
        for one in switches:
            self._no_place(one.found, why)
        self.unsorted += [unsorted(self.found, one.host, Kind.CAMERA, why) for one in cameras]

    def _type(self, number: int, switches: Sequence[DrawnSwitch], cameras: Sequence[DrawnCamera]) -> str:
        """As a person says, else as the names do; "" when nobody knows."""
        if number in self.known.site_types:
            return self.known.site_types[number]
        found = [(one.found.address, one.found.told_name) for one in switches]
        found += [(one.host.address, one.host.told_name) for one in cameras]
        told = [said(self.known.name(*one)) for one in found]
        letter = most(one.letter for one in told if one is not None and one.code == self.frame.code)
        return str(_LETTERS.get(letter[0], self.known.site_type)) if letter else self.known.site_type

    def _called(self, switches: Sequence[DrawnSwitch], cameras: Sequence[DrawnCamera]) -> tuple[str, str]:
        """By the location scopes of its cameras, a schedule, or the sysLocation of its switches: in this order."""
        scopes = most(name for one in cameras if (name := _junction(one.host)))
        rows = most(str(name) for one in cameras if (name := self.known.row(one.host.address, "site_name")))
        places = most(place for one in switches if (place := (one.found.facts.location or "").strip()))
        hindi = most(str(name) for one in cameras if (name := self.known.row(one.host.address, "site_name_hi")))
        told = next((one[0] for one in (scopes, rows, places) if one is not None and is_title(one[0])), "")
        return told, hindi[0] if hindi and is_title(hindi[0]) else ""

    def _others(self) -> Iterable[Unsorted]:
        """What answered and is nothing that is known."""
        for address, what in self.found.others.items():
            yield Unsorted(address, "unknown", f"it answers, and is no device of CCTV: {what}")


def _channels(recorders: Iterable[DrawnRecorder]) -> dict[str, tuple[int, int]]:
    return channels_of((one.number, one.host) for one in recorders)


def _junction(host: FoundHost) -> str:
    location = host.part("location")
    return str(location.get("junction", "")) if isinstance(location, Mapping) else ""
