"""The control centre: recorders and servers, each on a port of a core switch, since their VLANs are only there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from iccc.city.addresses import DoesNotFit, host
from iccc.city.declared import Declared, Mistakes
from iccc.city.devices import Equipment, Kind, Link, Recorder, SwitchPort
from iccc.city.draft import SwitchDraft
from iccc.city.fabric import switch_end
from iccc.city.model.catalogue import DeviceType
from iccc.city.model.city import CentralNetwork
from iccc.city.model.recorders import RecorderEntry, ServerEntry
from iccc.explain import Key, one_of
from iccc.yamlfile import Document


@dataclass
class _Hall:
    """Where a central device gets its address and port, or a mistake is noted."""

    declared: Declared
    drafts: dict[str, SwitchDraft]
    cabled: set[tuple[str, str]]
    mistakes: Mistakes

    def place(
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
        phases = self.declared.city.file.phases
        if entry.phase not in phases:
            mistakes.add(document, (*path, "phase"), f"phase {one_of(entry.phase, phases)}")
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
    city = hall.declared.city
    plan = city.file.network.recording
    recorders: list[Recorder] = []
    numbers: set[int] = set()
    for index, entry in enumerate(file.recorders):
        path = ("recorders", index)
        if entry.number in numbers:
            hall.mistakes.add(document, (*path, "number"), f"recorder number {entry.number} stands here twice")
            continue
        numbers.add(entry.number)
        placed = hall.place(document, path, entry, Kind.RECORDER, plan)
        if placed is None:
            continue
        type_, address, switch, port = placed
        recorder = Recorder(
            name=f"{city.file.city.code}-rec{entry.number:02d}", kind=Kind.RECORDER, owner=entry.owner,
            address=address, site="core", device_type=entry.device_type, status=entry.status, phase=entry.phase,
            where=document.where(*path), recorder_type=entry.type, standby=entry.standby,
            channels=type_.channels or 0, switch=switch, port=port, mac=entry.mac, serial=entry.serial,
            origins={
                "address": (document.where(*path, "number"), city.document.where("network", "recording")),
                "port": (document.where(*path, "at"),),
                "status": (document.where(*path, "status"),),
                "phase": (document.where(*path, "phase"),),
            },
        )  # fmt: skip
        recorders.append(recorder)
        hall.connect(recorder, switch, port, plan.vlan)
    return recorders


def _servers(hall: _Hall) -> list[Equipment]:
    if hall.declared.servers is None:
        return []
    document, file = hall.declared.servers
    city = hall.declared.city
    plan = city.file.network.servers
    if plan is None:
        hall.mistakes.add(document, ("servers",), "servers need addresses, and network of city.yaml has no 'servers'")
        return []
    servers: list[Equipment] = []
    numbers: set[int] = set()
    for index, entry in enumerate(file.servers):
        path = ("servers", index)
        if entry.number in numbers:
            hall.mistakes.add(document, (*path, "number"), f"server number {entry.number} stands here twice")
            continue
        numbers.add(entry.number)
        placed = hall.place(document, path, entry, Kind.SERVER, plan)
        if placed is None:
            continue
        _, address, switch, port = placed
        server = Equipment(
            name=f"{city.file.city.code}-srv{entry.number:02d}", kind=Kind.SERVER, owner=entry.owner,
            address=address, site="core", device_type=entry.device_type, status=entry.status, phase=entry.phase,
            where=document.where(*path), number=entry.number, switch=switch, port=port, vlan=plan.vlan,
            mac=entry.mac, serial=entry.serial, roles=entry.roles,
            origins={
                "address": (document.where(*path, "number"), city.document.where("network", "servers")),
                "port": (document.where(*path, "at"),),
                "status": (document.where(*path, "status"),),
                "phase": (document.where(*path, "phase"),),
            },
        )  # fmt: skip
        servers.append(server)
        hall.connect(server, switch, port, plan.vlan)
    return servers
