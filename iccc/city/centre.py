"""The control centre: recorders and servers, each on a port of a core switch, since their VLANs are only there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from iccc.city.addresses import DoesNotFit, host
from iccc.city.declared import Declared, Mistakes
from iccc.city.devices import Equipment, Host, Kind, Link, Origins, Recorder, RecorderHost, SwitchPort
from iccc.city.draft import SwitchDraft
from iccc.city.fabric import switch_end
from iccc.city.model.catalogue import DeviceType
from iccc.city.model.city import CentralNetwork
from iccc.city.model.recorders import RecorderEntry, ServerEntry
from iccc.city.snmp import snmp_of_recorders
from iccc.explain import Key
from iccc.yamlfile import Document, Where

Entry = TypeVar("Entry", RecorderEntry, ServerEntry)


@dataclass(frozen=True)
class _Seat(Generic[Entry]):
    """An entry of a file with what it gets: type, address, port, and the lines that they come from."""

    entry: Entry
    type_: DeviceType
    address: str
    switch: str
    port: str
    where: Where
    origins: Origins


@dataclass
class _Hall:
    """Where a central device gets its address and port, or a mistake is noted."""

    declared: Declared
    drafts: dict[str, SwitchDraft]
    cabled: set[tuple[str, str]]
    mistakes: Mistakes

    def seats(
        self, document: Document, key: str, entries: Sequence[Entry], kind: Kind, plan: CentralNetwork
    ) -> Iterator[_Seat[Entry]]:
        """The entries that can be placed. What is wrong with the others is noted."""
        numbers: set[int] = set()
        network = "recording" if kind is Kind.RECORDER else "servers"
        for index, entry in enumerate(entries):
            path: tuple[Key, ...] = (key, index)
            if entry.number in numbers:
                text = f"{kind} number {entry.number} stands here twice"
                self.mistakes.add(document, (*path, "number"), text)
                continue
            numbers.add(entry.number)
            if (placed := self._place(document, path, entry, kind, plan)) is None:
                continue
            origins: Origins = {
                "address": (document.where(*path, "number"), self.declared.city.document.where("network", network)),
                "port": (document.where(*path, "at"),),
                "status": (document.where(*path, "status"),),
                "phase": (document.where(*path, "phase"),),
            }
            yield _Seat(entry, *placed, document.where(*path), origins)

    def _place(
        self,
        document: Document,
        path: tuple[Key, ...],
        entry: RecorderEntry | ServerEntry,
        kind: Kind,
        plan: CentralNetwork,
    ) -> tuple[DeviceType, str, str, str] | None:
        """(type, address, switch, port); None, with the mistakes noted, when something is wrong."""
        mistakes, drafts = self.mistakes, self.drafts
        type_ = mistakes.device_type(self.declared, document, (*path, "device_type"), entry.device_type, kind)
        at = switch_end(self.declared, entry.at, document, (*path, "at"), drafts, mistakes)
        mistakes.phase(self.declared, document, (*path, "phase"), entry.phase)
        try:
            address = host(plan.prefix, plan.first_host + entry.number - 1, plan.gateway_host)
        except DoesNotFit as error:
            mistakes.add(document, (*path, "number"), f"address: {error}")
            return None
        if type_ is None or at is None:
            return None
        switch, port = at
        if drafts[switch].role != "core":
            mistakes.add(document, (*path, "at"), f"{switch} is no core switch: VLAN {plan.vlan} is only there")
        elif at in self.cabled:
            mistakes.add(document, (*path, "at"), f"port {entry.at} has a link of core.yaml already")
        elif port in drafts[switch].ports:
            mistakes.add(document, (*path, "at"), f"port {entry.at} has {drafts[switch].ports[port].device} already")
        else:
            return type_, address, switch, port
        return None

    def connect(self, device: Recorder | Equipment, switch: str, port: str, vlan: int) -> None:
        self.drafts[switch].ports[port] = SwitchPort(
            name=port, mode="access", description=device.name, access_vlan=vlan, allowed_vlans=None,
            poe=None, device=device.name, peer_port=None, where=device.where,
        )  # fmt: skip


def build_centre(
    declared: Declared, drafts: dict[str, SwitchDraft], links: Iterable[Link], mistakes: Mistakes
) -> tuple[list[Recorder], list[Equipment]]:
    """Recorders and servers."""
    cabled = {end for link in links for end in ((link.a, link.a_port), (link.b, link.b_port))}
    hall = _Hall(declared, drafts, cabled, mistakes)
    return _recorders(hall), _servers(hall)


def _recorders(hall: _Hall) -> list[Recorder]:
    document, file = hall.declared.recorders
    city = hall.declared.city.file
    plan = city.network.recording
    recorders: list[Recorder] = []
    for seat in hall.seats(document, "recorders", file.recorders, Kind.RECORDER, plan):
        entry = seat.entry
        recorder = Recorder(
            name=f"{city.city.code}-rec{entry.number:02d}", kind=Kind.RECORDER, owner=entry.owner,
            address=seat.address, site="core", device_type=entry.device_type, status=entry.status, phase=entry.phase,
            where=seat.where, recorder_type=entry.type, standby=entry.standby, channels=seat.type_.channels or 0,
            switch=seat.switch, port=seat.port, mac=entry.mac, serial=entry.serial, origins=seat.origins,
            snmp=snmp_of_recorders(hall.declared), channels_by=seat.type_.channels_by,
            host=_host(entry, seat.where, plan),
        )  # fmt: skip
        recorders.append(recorder)
        hall.connect(recorder, seat.switch, seat.port, plan.vlan)
    return recorders


def _host(entry: RecorderEntry, where: Where, plan: CentralNetwork) -> RecorderHost | None:
    if (host := entry.host) is None:
        return None
    return RecorderHost(
        host.ssh_user, *_network(plan), where, array=host.array.source, mount=host.array.mount,
        array_type=host.array.type, segment_s=host.segment_s, keep_free_percent=host.keep_free_percent,
    )  # fmt: skip


def _network(plan: CentralNetwork) -> tuple[int, str]:
    """Length of the prefix, and gateway."""
    return plan.prefix.prefixlen, str(plan.prefix.network_address + plan.gateway_host)


def _servers(hall: _Hall) -> list[Equipment]:
    if hall.declared.servers is None:
        return []
    document, file = hall.declared.servers
    city = hall.declared.city.file
    plan = city.network.servers
    if plan is None:
        hall.mistakes.add(document, ("servers",), "servers need addresses, and network of city.yaml has no 'servers'")
        return []
    servers: list[Equipment] = []
    for seat in hall.seats(document, "servers", file.servers, Kind.SERVER, plan):
        entry = seat.entry
        server = Equipment(
            name=f"{city.city.code}-srv{entry.number:02d}", kind=Kind.SERVER, owner=entry.owner,
            address=seat.address, site="core", device_type=entry.device_type, status=entry.status, phase=entry.phase,
            where=seat.where, number=entry.number, switch=seat.switch, port=seat.port, vlan=plan.vlan,
            mac=entry.mac, serial=entry.serial, roles=entry.roles, origins=seat.origins,
            host=Host(entry.host.ssh_user, *_network(plan), seat.where) if entry.host else None,
        )  # fmt: skip
        servers.append(server)
        hall.connect(server, seat.switch, seat.port, plan.vlan)
    return servers
