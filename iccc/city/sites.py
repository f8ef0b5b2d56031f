"""One site: its VLANs and subnets, its switches, its cameras and other devices."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network

from iccc.city.addresses import DoesNotFit, host, site_prefix
from iccc.city.cameras import build_cameras
from iccc.city.cameras import port_of as cameras_port
from iccc.city.declared import Declared, Mistakes, Sheet
from iccc.city.devices import Camera, Equipment, Kind, Site
from iccc.city.draft import SwitchDraft
from iccc.city.equipment import build_equipment, check_listed, listed
from iccc.city.equipment import port_of as equipment_port
from iccc.city.layers import layers_of_site
from iccc.city.model.city import Management, PerSiteNetwork
from iccc.city.model.common import RESERVED_VLANS, Category, Lifecycle
from iccc.city.model.site import SiteFile
from iccc.city.policies import reached_at
from iccc.city.snmp import snmp_of
from iccc.city.wiring import slots, wire
from iccc.explain import one_of
from iccc.yamlfile import Document


@dataclass(frozen=True)
class BuiltSite:
    site: Site
    switches: list[SwitchDraft]
    cameras: list[Camera]
    equipment: list[Equipment]


def build_site(
    declared: Declared, sheet: Sheet[SiteFile], chain: str | None, vlans: dict[int, str], mistakes: Mistakes
) -> BuiltSite:
    """The site's devices. What cannot be built is noted in ``mistakes`` and left out.

    ``vlans`` says whose each VLAN of the city is; the site's own are added.
    """
    document, file = sheet
    site = _site(declared, sheet, chain, mistakes)
    _claim_vlans(document, site, vlans, mistakes)
    check_listed(declared, sheet, mistakes)
    network = declared.city.file.network
    switches = _switches(declared, sheet, site, mistakes)
    by_slot = slots(declared, sheet, mistakes)
    outlets = wire(declared, sheet, by_slot, switches, mistakes)
    ports = {draft.name: draft.ports for draft in switches}
    cameras: list[Camera] = []
    if file.cameras and (video := _prefix(document, network.video, "video", file.number, mistakes)):
        cameras = build_cameras(declared, sheet, site, by_slot, outlets, video, mistakes)
        for camera in cameras:
            ports[camera.switch][camera.port] = cameras_port(camera)
    field = None
    if network.field and any(listed(file)):
        field = _prefix(document, network.field, "field", file.number, mistakes)
    equipment = build_equipment(declared, sheet, site, outlets, field, mistakes)
    for device in equipment:
        if device.switch is not None and device.port is not None:
            ports[device.switch][device.port] = equipment_port(declared, device)
    return BuiltSite(site, switches, cameras, equipment)


def _site(declared: Declared, sheet: Sheet[SiteFile], chain: str | None, mistakes: Mistakes) -> Site:
    document, file = sheet
    city = declared.city.file
    layers = layers_of_site(declared, sheet)
    status, phase = layers.get("status"), layers.get("phase")
    for key, given in (("status", status), ("phase", phase)):
        if given is None:
            mistakes.add(document, (), f"{key!r} is missing, and neither site_types nor defaults of city.yaml give one")
    if phase and phase.where and phase.value not in city.phases:
        mistakes.add_at(phase.where, f"phase {one_of(phase.value, city.phases)}")
    letter = "j" if file.type is Category.JUNCTION else "s"
    return Site(
        code=f"{city.city.code}-{letter}{file.number:02d}",
        number=file.number,
        type=file.type,
        name=file.name,
        name_hi=file.name_hi,
        chain=chain,
        video_vlan=city.network.video.first_vlan + file.number,
        field_vlan=city.network.field.first_vlan + file.number if city.network.field else None,
        status=status.value if status else Lifecycle.PLANNED,
        phase=phase.value if phase else "",
        position=file.position,
        ward=file.ward,
        police_station=file.police_station,
        main_road=file.main_road,
        cabinets=file.cabinets,
        poles=file.poles,
        where=document.where("number"),
    )


def central_vlans(declared: Declared) -> dict[int, str]:
    """VLANs that are no site's."""
    network = declared.city.file.network
    vlans = {network.management.vlan: "management", network.recording.vlan: "recording"}
    vlans |= {network.servers.vlan: "servers"} if network.servers else {}
    return vlans | ({network.parking.vlan: "parking"} if network.parking else {})


def _claim_vlans(document: Document, site: Site, vlans: dict[int, str], mistakes: Mistakes) -> None:
    for what, vlan in (("video", site.video_vlan), ("field", site.field_vlan)):
        if vlan is None or (what == "field" and vlan == site.video_vlan):
            continue  # the latter is said of city.yaml
        if vlan in RESERVED_VLANS:
            text = f"{what} VLAN {vlan} of site {site.number} is reserved on switches, like all from 1002 to 1005"
            mistakes.add(document, ("number",), text)
        if vlan > 4094:
            mistakes.add(document, ("number",), f"{what} VLAN {vlan} of site {site.number} is above 4094")
        mine = f"the {what} VLAN of site {site.number}"
        if (owner := vlans.setdefault(vlan, mine)) != mine:
            whose = owner if " " in owner else f"{owner}'" if owner.endswith("s") else f"{owner}'s"
            mistakes.add(document, ("number",), f"{what} VLAN {vlan} of site {site.number} is {whose}")


def _prefix(
    document: Document, plan: Management | PerSiteNetwork, what: str, number: int, mistakes: Mistakes
) -> IPv4Network | None:
    """The site's own subnet, if there is one."""
    try:
        return site_prefix(plan.prefix, plan.per_site, number)
    except DoesNotFit as error:
        mistakes.add(document, ("number",), f"{what} addresses: {error}")
        return None


def _switches(declared: Declared, sheet: Sheet[SiteFile], site: Site, mistakes: Mistakes) -> list[SwitchDraft]:
    document, file = sheet
    plan = declared.city.file.network.management
    prefix = _prefix(document, plan, "management", file.number, mistakes) if file.switches else None
    drafts: list[SwitchDraft] = []
    seen: set[int] = set()
    if prefix is None:
        return drafts
    layers = layers_of_site(declared, sheet)
    status, phase = (
        (given.where,) if (given := layers.get(key)) and given.where else () for key in ("status", "phase")
    )
    plan_where = declared.city.document.where("network", "management")
    for index, entry in enumerate(file.switches):
        path = ("switches", index)
        if entry.number in seen:
            mistakes.add(document, (*path, "number"), f"switch number {entry.number} stands twice on this site")
            continue
        seen.add(entry.number)
        if entry.cabinet is not None and entry.cabinet not in {cabinet.number for cabinet in file.cabinets}:
            mistakes.add(document, (*path, "cabinet"), f"cabinet {entry.cabinet} is not one of this site's")
        type_ = mistakes.device_type(declared, document, (*path, "device_type"), entry.device_type, Kind.SWITCH)
        try:
            address = host(prefix, plan.first_host + entry.number - 1, plan.gateway_host)
        except DoesNotFit as error:
            mistakes.add(document, (*path, "number"), f"management address: {error}")
            continue
        if type_ is None:
            continue
        draft = SwitchDraft(
            name=f"{site.code}-sw{entry.number}",
            role="access",
            site=site.code,
            address=address,
            owner=entry.owner,
            device_type=entry.device_type,
            type_=type_,
            status=entry.status or site.status,
            phase=site.phase,
            where=document.where(*path),
            chain=site.chain,
            mac=entry.mac,
            serial=entry.serial,
            out_of_band=entry.out_of_band,
            reached_at=reached_at(declared, document, path, entry.reached_at, address, mistakes),
            snmp=snmp_of(declared, "switch", entry.snmp),
            cabinet=file.cabinets[0].number if entry.cabinet is None and len(file.cabinets) == 1 else entry.cabinet,
            origins={
                "address": (document.where(*path, "number"), document.where("number"), plan_where),
                "status": (document.where(*path, "status"),) if entry.status else status,
                "phase": phase,
                "out_of_band": (document.where(*path, "out_of_band"),),
                "reached_at": (document.where(*path, "reached_at"),),
            },
        )
        if len(draft.uplinks()) < 2:
            text = f"{entry.device_type} has {len(draft.uplinks())} uplinks; a switch of a site needs 2"
            mistakes.add(document, (*path, "device_type"), text)
            continue
        drafts.append(draft)
    return drafts
