"""The cameras of a junction: their slots, the ports that they hang on, their addresses and streams."""

from __future__ import annotations

from ipaddress import IPv4Network

from iccc.city.addresses import DoesNotFit, host
from iccc.city.declared import Declared, Mistakes
from iccc.city.devices import Camera, Junction, Kind, StreamProfile, SwitchPort
from iccc.city.draft import SwitchDraft
from iccc.city.model import CameraGroup, JunctionFile
from iccc.city.placement import Demand, Outlet, Placement, place
from iccc.explain import one_of
from iccc.units import ranges
from iccc.yamlfile import Document


def build_cameras(
    declared: Declared,
    document: Document,
    file: JunctionFile,
    junction: Junction,
    switches: list[SwitchDraft],
    prefix: IPv4Network | None,
    mistakes: Mistakes,
) -> list[Camera]:
    """The cameras, each on its port, which is noted on its switch. What cannot be built is left out.

    ``prefix`` is the junction's subnet, None when it has none.
    """
    slots = _slots(declared, document, file, mistakes)
    placement = _place(declared, document, file, slots, switches, mistakes)
    if prefix is None:
        return []
    drafts = {draft.name: draft for draft in switches}
    cameras: list[Camera] = []
    homeless: list[int] = []
    for slot, index in slots.items():
        group = file.cameras[index]
        if slot >= group.slot + group.count or slot not in placement.outlets:
            continue
        try:
            address = host(prefix, declared.city[1].network.video.first_host + slot - 1)
        except DoesNotFit:
            homeless.append(slot)
            continue
        camera = _camera(declared, document, file, junction, index, slot, placement.outlets[slot], address)
        cameras.append(camera)
        drafts[camera.switch].ports[camera.port] = _port(camera)
    if homeless:
        first = declared.city[1].network.video.first_host
        text = f"no address for slots {ranges(homeless)}: {prefix} holds hosts 2 to {prefix.num_addresses - 2}"
        path = ("cameras", slots[homeless[0]], "slot")
        mistakes.add(document, path, f"{text}, and slot 1 is host {first} (network of city.yaml)")
    return cameras


def _slots(declared: Declared, document: Document, file: JunctionFile, mistakes: Mistakes) -> dict[int, int]:
    """Every slot that a group has or keeps: the index of its group."""
    city = declared.city[1]
    slots: dict[int, int] = {}
    for index, group in enumerate(file.cameras):
        path = ("cameras", index)
        if group.group not in city.groups:
            mistakes.add(document, (*path, "group"), f"group {one_of(group.group, city.groups)}")
            continue
        last = group.slot + max(group.count, group.ports) - 1
        for slot in group.macs:
            if not group.slot <= slot <= last:
                text = f"slot {slot} is not of this group: it has {group.slot} to {last}"
                mistakes.add(document, (*path, "macs", slot), text)
        for slot in range(group.slot, last + 1):
            if slot in slots:
                other = file.cameras[slots[slot]]
                text = f"slot {slot} belongs to {other.group!r} from {other.slot}; "
                mistakes.add(document, (*path, "slot"), f"{text}{group.group!r} needs {group.slot} to {last}")
                break
            slots[slot] = index
    return slots


def _place(
    declared: Declared,
    document: Document,
    file: JunctionFile,
    slots: dict[int, int],
    switches: list[SwitchDraft],
    mistakes: Mistakes,
) -> Placement:
    def demand(slot: int, group: CameraGroup) -> Demand:
        type_ = declared.catalogue[1].device_types.get(declared.city[1].groups[group.group].device_type)
        return Demand(slot, type_.pse_w or 0.0 if type_ else 0.0, slot < group.slot + group.ports)

    outlets = [Outlet(draft.name, port, watts) for draft in switches for port, watts in draft.poe_outlets()]
    budget = {d.name: d.type_.poe_budget_w * (1 - d.type_.poe_headroom) for d in switches}
    demands = [demand(slot, file.cameras[index]) for slot, index in slots.items()]
    placement = place(outlets, budget, demands)
    if placement.unplaced and len(switches) == len(file.switches):
        first = placement.unplaced[0]
        group = file.cameras[slots[first]]
        left = ", ".join(
            f"{name.rpartition('-')[2]} {placement.free_ports[name]} ports {max(0.0, budget[name] - load):.1f} W"
            for name, load in placement.load_w.items()
        )
        text = f"no switch has both a port and the watts for slots {ranges(placement.unplaced)} (left: {left})"
        key = "count" if first < group.slot + group.count else "ports"
        mistakes.add(document, ("cameras", slots[first], key), f"{text}: add a switch")
    return placement


def _camera(
    declared: Declared,
    document: Document,
    file: JunctionFile,
    junction: Junction,
    index: int,
    slot: int,
    outlet: Outlet,
    address: str,
) -> Camera:
    city_document, city = declared.city
    group = file.cameras[index]
    sort = city.groups[group.group]
    streams = {
        role: StreamProfile(name=name, **city.streams[name].model_dump(), where=city_document.where("streams", name))
        for role, name in (("main", sort.main), ("sub", sort.sub))
        if name in city.streams
    }
    return Camera(
        name=f"{junction.code}-c{slot:02d}",
        kind=Kind.CAMERA,
        owner=group.owner,
        address=address,
        site=junction.code,
        device_type=sort.device_type,
        status=file.status,
        phase=file.phase,
        where=document.where("cameras", index),
        slot=slot,
        group=group.group,
        junction_name=file.name,
        switch=outlet.switch,
        port=outlet.port,
        vlan=junction.video_vlan,
        mac=group.macs.get(slot),
        recorder=f"{city.city.code}-rec{group.recorder:02d}",
        streams=streams,
    )


def _port(camera: Camera) -> SwitchPort:
    return SwitchPort(
        name=camera.port,
        mode="access",
        description=f"{camera.name} {camera.group}",
        access_vlan=camera.vlan,
        allowed_vlans=None,
        poe=True,
        device=camera.name,
        peer_port=None,
        where=camera.where,
    )
