"""One junction: its switches, and its cameras placed on their ports."""

from __future__ import annotations

from dataclasses import dataclass

from iccc.city.addresses import DoesNotFit, host, junction_prefix
from iccc.city.declared import Declared, Mistakes
from iccc.city.devices import Camera, Junction, Kind, StreamProfile, SwitchPort
from iccc.city.draft import SwitchDraft
from iccc.city.model import CameraGroup, JunctionFile
from iccc.city.placement import Demand, Outlet, place
from iccc.explain import one_of
from iccc.yamlfile import Document


@dataclass(frozen=True)
class BuiltJunction:
    junction: Junction
    switches: list[SwitchDraft]
    cameras: list[Camera]


def build_junction(
    declared: Declared, document: Document, file: JunctionFile, ring: str, mistakes: Mistakes
) -> BuiltJunction:
    """The junction's devices. What cannot be built is noted in ``mistakes`` and left out."""
    city = declared.city[1]
    code = f"{city.city.code}-j{file.number:02d}"
    junction = Junction(
        code=code,
        number=file.number,
        name=file.name,
        name_hi=file.name_hi,
        ring=ring,
        video_vlan=city.network.video.first_vlan + file.number,
        where=document.where("number"),
    )
    if file.phase not in city.phases:
        mistakes.add(document, ("phase",), f"phase {one_of(file.phase, city.phases)}")
    switches = _switches(declared, document, file, junction, mistakes)
    cameras = _cameras(declared, document, file, junction, switches, mistakes)
    return BuiltJunction(junction, switches, cameras)


def _switches(
    declared: Declared, document: Document, file: JunctionFile, junction: Junction, mistakes: Mistakes
) -> list[SwitchDraft]:
    plan = declared.city[1].network.management
    drafts: list[SwitchDraft] = []
    seen: set[int] = set()
    for index, entry in enumerate(file.switches):
        path = ("switches", index)
        if entry.number in seen:
            mistakes.add(document, (*path, "number"), f"switch number {entry.number} stands twice on this junction")
            continue
        seen.add(entry.number)
        type_ = mistakes.device_type(declared, document, (*path, "device_type"), entry.device_type, "switch")
        try:
            prefix = junction_prefix(plan.prefix, plan.per_junction, file.number)
            address = host(prefix, plan.first_host + entry.number - 1)
        except DoesNotFit as error:
            mistakes.add(document, (*path, "number"), f"management address: {error}")
            continue
        if type_ is None:
            continue
        if len([p for p in type_.ports if p.uplink]) and sum(p.count for p in type_.ports if p.uplink) < 2:
            mistakes.add(document, (*path, "device_type"), f"{entry.device_type} has no two uplinks for a ring")
        drafts.append(
            SwitchDraft(
                name=f"{junction.code}-sw{entry.number}",
                role="access",
                site=junction.code,
                address=address,
                owner=entry.owner,
                device_type=entry.device_type,
                type_=type_,
                status=file.status,
                phase=file.phase,
                where=document.where(*path),
                ring=junction.ring,
            )
        )
    return drafts


def _cameras(
    declared: Declared,
    document: Document,
    file: JunctionFile,
    junction: Junction,
    switches: list[SwitchDraft],
    mistakes: Mistakes,
) -> list[Camera]:
    city = declared.city[1]
    demands: list[Demand] = []
    slot_group: dict[int, int] = {}  # slot: index of its group
    for index, group in enumerate(file.cameras):
        path = ("cameras", index)
        if group.group not in city.groups:
            mistakes.add(document, (*path, "group"), f"group {one_of(group.group, city.groups)}")
            continue
        type_ = declared.catalogue[1].device_types.get(city.groups[group.group].device_type)
        for slot in range(group.slot, group.slot + max(group.count, group.ports)):
            if slot in slot_group:
                other = file.cameras[slot_group[slot]]
                mistakes.add(
                    document,
                    (*path, "slot"),
                    f"slot {slot} belongs to {other.group!r} from {other.slot}; {group.group!r} needs "
                    f"{group.slot} to {group.slot + max(group.count, group.ports) - 1}",
                )
                break
            slot_group[slot] = index
            reserved = slot < group.slot + group.ports
            demands.append(Demand(slot, (type_.pse_w or 0.0) if type_ else 0.0, reserved))
    outlets = [Outlet(draft.name, port, watts) for draft in switches for port, watts in draft.poe_outlets()]
    budget = {d.name: d.type_.poe_budget_w * (1 - d.type_.poe_headroom) for d in switches}
    placement = place(outlets, budget, demands)
    if placement.unplaced and len(switches) == len(file.switches):
        index = slot_group[placement.unplaced[0]]
        left = ", ".join(
            f"{name[-3:]} {placement.free_ports[name]} ports {budget[name] - load:.1f} W"
            for name, load in placement.load_w.items()
        )
        mistakes.add(
            document,
            ("cameras", index, "count"),
            f"no switch has both a port and the watts for slots {', '.join(map(str, placement.unplaced))} "
            f"(left: {left}): add a switch",
        )
    by_name = {draft.name: draft for draft in switches}
    cameras: list[Camera] = []
    for index, group in enumerate(file.cameras):
        for slot in range(group.slot, group.slot + group.count):
            if slot_group.get(slot) != index or slot not in placement.outlets:
                continue
            camera = _camera(declared, document, file, junction, group, index, slot, placement.outlets[slot], mistakes)
            if camera is None:
                break  # the slots after it do not fit either
            cameras.append(camera)
            by_name[camera.switch].ports[camera.port] = _camera_port(camera)
    return cameras


def _camera(
    declared: Declared,
    document: Document,
    file: JunctionFile,
    junction: Junction,
    group: CameraGroup,
    index: int,
    slot: int,
    outlet: Outlet,
    mistakes: Mistakes,
) -> Camera | None:
    city_document, city = declared.city
    plan = city.network.video
    sort = city.groups[group.group]
    try:
        prefix = junction_prefix(plan.prefix, plan.per_junction, file.number)
        address = host(prefix, plan.first_host + slot - 1)
    except DoesNotFit as error:
        mistakes.add(document, ("cameras", index, "count"), f"address of slot {slot}: {error}")
        return None
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


def _camera_port(camera: Camera) -> SwitchPort:
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
