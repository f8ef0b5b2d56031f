"""One junction: its VLAN and subnets, its switches, and its cameras."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network

from iccc.city.addresses import DoesNotFit, host, junction_prefix
from iccc.city.cameras import build_cameras
from iccc.city.declared import Declared, Mistakes
from iccc.city.devices import Camera, Junction
from iccc.city.draft import SwitchDraft
from iccc.city.model import JunctionFile, Management, Video
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
    _check_video_vlan(declared, document, junction, mistakes)
    switches = _switches(declared, document, file, junction, mistakes)
    prefix = _prefix(document, city.network.video, "video", file.number, mistakes)
    cameras = build_cameras(declared, document, file, junction, switches, prefix, mistakes)
    return BuiltJunction(junction, switches, cameras)


def _check_video_vlan(declared: Declared, document: Document, junction: Junction, mistakes: Mistakes) -> None:
    network = declared.city[1].network
    vlan = junction.video_vlan
    taken = {plan.vlan: name for name, plan in (("management", network.management), ("recording", network.recording))}
    if vlan in taken:
        mistakes.add(document, ("number",), f"video VLAN {vlan} of junction {junction.number} is {taken[vlan]}'s")
    if vlan > 4094:
        mistakes.add(document, ("number",), f"video VLAN {vlan} of junction {junction.number} is above 4094")


def _prefix(
    document: Document, plan: Management | Video, what: str, number: int, mistakes: Mistakes
) -> IPv4Network | None:
    """The junction's own subnet, if there is one."""
    try:
        return junction_prefix(plan.prefix, plan.per_junction, number)
    except DoesNotFit as error:
        mistakes.add(document, ("number",), f"{what} addresses: {error}")
        return None


def _switches(
    declared: Declared, document: Document, file: JunctionFile, junction: Junction, mistakes: Mistakes
) -> list[SwitchDraft]:
    plan = declared.city[1].network.management
    prefix = _prefix(document, plan, "management", file.number, mistakes)
    drafts: list[SwitchDraft] = []
    seen: set[int] = set()
    if prefix is None:
        return drafts
    for index, entry in enumerate(file.switches):
        path = ("switches", index)
        if entry.number in seen:
            mistakes.add(document, (*path, "number"), f"switch number {entry.number} stands twice on this junction")
            continue
        seen.add(entry.number)
        type_ = mistakes.device_type(declared, document, (*path, "device_type"), entry.device_type, "switch")
        try:
            address = host(prefix, plan.first_host + entry.number - 1)
        except DoesNotFit as error:
            mistakes.add(document, (*path, "number"), f"management address: {error}")
            continue
        if type_ is None:
            continue
        draft = SwitchDraft(
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
        if len(draft.uplinks()) < 2:
            text = f"{entry.device_type} has {len(draft.uplinks())} uplinks; a switch in a ring needs 2"
            mistakes.add(document, (*path, "device_type"), text)
            continue
        drafts.append(draft)
    return drafts
