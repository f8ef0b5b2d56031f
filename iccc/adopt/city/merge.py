"""What is new is added to the files of a declared city, line by line; nothing that stands there is changed.

City-wide values, groups and streams are the declaration's: a camera that fits none of its groups is told, and no group
is made for it. What cannot be added without touching what a person wrote is left for that person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ruamel.yaml.comments import CommentedSeq

from iccc.adopt.city.draw import Drawing
from iccc.adopt.city.drawn import Drawn, DrawnCamera, DrawnChain, DrawnSite, Unsorted
from iccc.adopt.city.files import camera_values, core_values, recorder_values, site_file, site_text, switch_values
from iccc.adopt.city.frame import frame_of_city
from iccc.adopt.city.hosts import channels_of, unsorted
from iccc.adopt.city.known import Known
from iccc.adopt.city.profiles import Group, Profiles
from iccc.city.devices import City
from iccc.city.model.catalogue import Kind
from iccc.city.model.city import Stream
from iccc.discover.found import Found
from iccc.yamledit import NotKept, edited, flow

Read = Callable[[str], str]  # text of a file below the city's folder


@dataclass
class Merging:
    """One merge. ``new`` are the addresses of what nobody has declared."""

    city: City
    found: Found
    known: Known
    new: frozenset[str]
    read: Read
    files: dict[str, str] = field(default_factory=dict)
    unsorted: list[Unsorted] = field(default_factory=list)
    added: list[str] = field(default_factory=list)  # what was put where, in words

    def merge(self) -> Drawn:
        """Draws what is new, and edits ``files``. What finds no place goes to ``unsorted``."""
        hosts = tuple(one for one in self.found.hosts if one.address in self.new)
        types = {one.address: one.device_type for one in self.city.inventory()}
        roles = {one.address: one.role for one in self.city.switches.values()}
        numbers = {one.address: int(name.rpartition("rec")[2]) for name, one in self.city.recorders.items()}
        recording = [(numbers[one.address], one) for one in self.found.hosts if one.address in numbers]
        known = replace(self.known, declared_types=types, declared_roles=roles, channels=channels_of(recording))
        drawn = Drawing(replace(self.found, hosts=hosts), frame_of_city(self.city), known).draw()
        self.unsorted += [one for one in drawn.unsorted if one.address not in types]
        for card in (card for site in drawn.sites for card in site.ups if card.found.address in self.new):
            why = f"a UPS card at sw{card.switch} {card.port}: declare it in the cabinet in which it stands"
            self.unsorted.append(Unsorted(card.found.address, str(Kind.UPS), why, card.mac))
        sites = {site.number: site for site in self.city.sites.values()}
        self._core(drawn)
        for site in drawn.sites:
            if site.number in sites:
                self._into_site(site)
            else:
                self._new_site(drawn, site)
        self._recorders(drawn)
        return drawn

    # Sites

    def _into_site(self, site: DrawnSite) -> None:
        """New switches and cameras of a site that is declared, at the end of its lists."""
        declared = {one.address for one in self.city.switches.values()}
        switches = [one for one in site.switches if one.found.address not in declared]
        cameras = [one for one in site.cameras if self._fits(site, one)]
        if not switches and not cameras:
            return
        sheet = next(sheet for sheet in self.city.declared.sites if sheet.file.number == site.number)
        name = sheet.document.file.split("/", 2)[2]
        entries = [switch_values(one) for one in switches]
        values = [camera_values(one, *self._named(one)) for one in cameras]
        if self._edit(name, [("switches", entries), ("cameras", values)]):
            self.added += [f"{name}: switch {one.number} ({one.found.address})" for one in switches]
            self.added += [f"{name}: camera in slot {one.slot} ({one.host.address})" for one in cameras]
        else:
            self._no_place(cameras, f"the layout of {name} is not one that can be kept: write it by hand")

    def _fits(self, site: DrawnSite, one: DrawnCamera) -> bool:
        """Whether its port is free and a group and its streams are declared; else it is noted why not."""
        switch = next(s.found.address for s in site.switches if s.number == one.switch)
        declared = next((s for s in self.city.switches.values() if s.address == switch), None)
        port = declared.ports.get(one.port) if declared is not None else None
        if port is not None and port.device:
            self._no_place([one], f"{port.device} is declared at its port {one.port}")
            return False
        if self._group(one) is None:
            self._no_place([one], f"no group of city.yaml has the device type {one.device_type}")
            return False
        for role in ("main", "sub"):
            if self._stream(getattr(one, role)) is None:
                self._no_place([one], f"no stream of city.yaml is its {role} stream: {getattr(one, role)}")
                return False
        return True

    def _group(self, one: DrawnCamera) -> str | None:
        groups = self.city.declared.city.file.groups
        fitting = [name for name, group in groups.items() if group.device_type == one.device_type]
        return one.group if one.group in fitting else next(iter(fitting), None)

    def _stream(self, stream: Stream) -> str | None:
        return next((name for name, one in self.city.declared.city.file.streams.items() if one == stream), None)

    def _named(self, one: DrawnCamera) -> tuple[str, dict[str, str]]:
        """Its group, and the streams that are other ones than the group's."""
        name = self._group(one)
        assert name is not None  # it fits
        file = self.city.declared.city.file
        own = {role: self._stream(getattr(one, role)) or "" for role in ("main", "sub")}
        given = {role: getattr(file.groups[name], role) or getattr(file.defaults, role) for role in own}
        return name, {role: stream for role, stream in own.items() if stream != given[role]}

    def _new_site(self, drawn: Drawn, site: DrawnSite) -> None:
        """A site that nobody has declared: a file of its own, and its ring or spur if that is new, too."""
        chain = next((one for one in drawn.chains if site.number in one.sites), None)
        declared = {site.number for site in self.city.sites.values()}
        if chain is None or declared & set(chain.sites):
            where = chain.name if chain is not None else "none"
            why = f"its site {site.number} is new, and its ring ({where}) is declared without it: put it there first"
            self._no_place(site.cameras, why)
            switches = [one.found for one in site.switches]
            self.unsorted += [Unsorted(s.address, str(Kind.SWITCH), why, hostname=s.told_name) for s in switches]
            return
        fitting = tuple(one for one in site.cameras if self._fits(site, one))
        whole = replace(site, cameras=fitting)
        name = site_file(whole)
        self.files[name] = site_text(drawn, whole, self._profiles(), self.found.at, phase=self._phase())
        self.added.append(f"{name}: new")
        if chain.sites[0] == site.number:
            self._chain(chain)

    def _phase(self) -> str:
        """Where what runs belongs to: the phase of the first site that is installed."""
        phases = [site.phase for site in self.city.sites.values()]
        return phases[0] if phases else next(iter(self.city.phases))

    def _profiles(self) -> Profiles:
        file = self.city.declared.city.file
        names = {stream: name for name, stream in file.streams.items()}
        groups = {
            name: Group(group.device_type, group.main or file.defaults.main or "", group.sub or file.defaults.sub or "")
            for name, group in file.groups.items()
        }
        return Profiles(dict(file.streams), groups, names)

    # The core

    def _core(self, drawn: Drawn) -> None:
        declared = {one.address for one in self.city.switches.values()}
        new = [one for one in drawn.core if one.found.address not in declared]
        names = {one.name for one in new}
        links = [one for one in drawn.links if {one.a.partition(" ")[0], one.b.partition(" ")[0]} & names]
        if not new:
            return
        entries = [core_values(one, self._phase()) for one in new]
        ends = [{"a": one.a, "b": one.b, "speed_mbps": one.speed_mbps} for one in links]
        if self._edit("core.yaml", [("switches", entries), ("links", ends)]):
            self.added += [f"core.yaml: {one.name} ({one.found.address})" for one in new]

    def _chain(self, chain: DrawnChain) -> None:
        taken = set(self.city.chains)
        number = 1
        letter = "r" if chain.chain.b is not None else "s"
        while f"{letter}{number}" in taken:
            number += 1
        values: dict[str, Any] = {"name": f"{letter}{number}", "a": " ".join(chain.chain.a)}
        if chain.chain.b is not None:
            values |= {"b": " ".join(chain.chain.b), "protocol": "unknown"}
        values |= {"speed_mbps": chain.speed_mbps, "sites": list(chain.sites)}
        key = "rings" if chain.chain.b is not None else "spurs"
        if self._edit("core.yaml", [(key, [values])]):
            self.added.append(f"core.yaml: {values['name']}")

    def _recorders(self, drawn: Drawn) -> None:
        numbers = {entry.number for entry in self.city.declared.recorders.file.recorders}
        new = [one for one in drawn.recorders if one.number not in numbers]
        if new and self._edit("recorders.yaml", [("recorders", [recorder_values(one, self._phase()) for one in new])]):
            self.added += [f"recorders.yaml: recorder {one.number} ({one.host.address})" for one in new]

    # Edits

    def _edit(self, name: str, lists: Sequence[tuple[str, Sequence[Mapping[str, Any]]]]) -> bool:
        """Entries at the end of lists of a file; False where its layout is not one that can be kept."""
        text = self.files.get(name) or self.read(name)
        try:
            for key, entries in lists:
                if entries:
                    text = edited(text, _appending(key, entries))
        except NotKept:
            return False
        self.files[name] = text
        return True

    def _no_place(self, cameras: Iterable[DrawnCamera], why: str) -> None:
        self.unsorted += [unsorted(self.found, one.host, Kind.CAMERA, why) for one in cameras]


def _appending(key: str, entries: Sequence[Mapping[str, Any]]) -> Callable[[Any], None]:
    def edit(value: Any) -> None:
        lines = [flow({name: inner for name, inner in entry.items() if inner is not None}) for entry in entries]
        if isinstance(value.get(key), CommentedSeq):
            value[key].extend(lines)
        else:
            value[key] = CommentedSeq(lines)

    return edit
