"""Core and aggregation switches, rings, recorders: cables, trunks, VLANs, and which way the core lies."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from iccc.city.addresses import DoesNotFit, host, unusable
from iccc.city.declared import Declared, Mistakes
from iccc.city.devices import Kind, Link, Recorder, SwitchPort
from iccc.city.draft import SwitchDraft
from iccc.city.junctions import BuiltJunction
from iccc.explain import Key, one_of
from iccc.yamlfile import Document, Where


def core_switches(declared: Declared, mistakes: Mistakes) -> list[SwitchDraft]:
    """The switches of ``core.yaml``."""
    document, core = declared.core
    city = declared.city[1]
    drafts: list[SwitchDraft] = []
    for index, entry in enumerate(core.switches):
        path = ("switches", index)
        type_ = mistakes.device_type(declared, document, (*path, "device_type"), entry.device_type, "switch")
        plan = city.network.management
        if objection := unusable(entry.address, plan.prefix, plan.per_junction):
            mistakes.add(document, (*path, "address"), f"address {entry.address} {objection}")
        if entry.name in {draft.name for draft in drafts}:
            mistakes.add(document, (*path, "name"), f"switch {entry.name} stands here twice")
            continue
        if entry.phase not in city.phases:
            mistakes.add(document, (*path, "phase"), f"phase {one_of(entry.phase, city.phases)}")
        if type_ is not None:
            drafts.append(
                SwitchDraft(
                    name=entry.name,
                    role=entry.role,
                    site="core",
                    address=str(entry.address),
                    owner=entry.owner,
                    device_type=entry.device_type,
                    type_=type_,
                    status=entry.status,
                    phase=entry.phase,
                    where=document.where(*path),
                )
            )
    return drafts


def ring_of_junction(declared: Declared, mistakes: Mistakes, *, complete: bool) -> dict[int, str]:
    """Junction number: ring. Every junction has to be in exactly one ring."""
    document, core = declared.core
    known = {file.number for _, file in declared.junctions}
    rings: dict[int, str] = {}
    names: set[str] = set()
    for index, ring in enumerate(core.rings):
        if ring.name in names:
            mistakes.add(document, ("rings", index, "name"), f"ring {ring.name} stands here twice")
        names.add(ring.name)
        for position, number in enumerate(ring.junctions):
            path = ("rings", index, "junctions", position)
            if number in rings:
                mistakes.add(document, path, f"junction {number} is in ring {rings[number]} already")
            elif complete and number not in known:
                mistakes.add(document, path, f"junction {number} is not declared in {declared.key}/junctions")
            rings.setdefault(number, ring.name)
    for junction_document, file in declared.junctions:
        if file.number not in rings:
            mistakes.add(junction_document, ("number",), f"junction {file.number} is in no ring of core.yaml")
            rings[file.number] = ""
    return rings


def cable(
    declared: Declared, drafts: dict[str, SwitchDraft], junctions: Iterable[BuiltJunction], mistakes: Mistakes
) -> list[Link]:
    """All cables between switches, from the links and rings of ``core.yaml``."""
    document, core = declared.core
    by_number = {built.junction.number: built for built in junctions}
    used: dict[tuple[str, str], Where] = {}
    links: list[Link] = []

    def add(path: tuple[Key, ...], a: tuple[str, str], b: tuple[str, str], ring: str | None) -> None:
        for end in (a, b):
            if end in used:
                mistakes.add(document, path, f"port {' '.join(end)} is used twice; first at line {used[end].line}")
                return
            if end[1] in drafts[end[0]].ports:
                mistakes.add(document, path, f"port {' '.join(end)} has {drafts[end[0]].ports[end[1]].device} already")
                return
            used[end] = document.where(*path)
        links.append(Link(*a, *b, ring))

    for index, link in enumerate(core.links):
        ends = [
            _end(declared, text, document, ("links", index, key), drafts, mistakes)
            for key, text in (("a", link.a), ("b", link.b))
        ]
        if ends[0] and ends[1]:
            add(("links", index), ends[0], ends[1], None)
    for index, ring in enumerate(core.rings):
        path = ("rings", index)
        start = _end(declared, ring.a, document, (*path, "a"), drafts, mistakes)
        end = _end(declared, ring.b, document, (*path, "b"), drafts, mistakes)
        nodes = [
            draft
            for number in ring.junctions
            if number in by_number
            for draft in by_number[number].switches
            if draft.ring == ring.name
        ]
        if len(nodes) > ring.node_limit:
            mistakes.add(
                document,
                (*path, "node_limit"),
                f"ring {ring.name} has {len(nodes)} switches; its node_limit is {ring.node_limit}",
            )
        if start is None or end is None:
            continue
        before = start
        for draft in nodes:
            towards_start, towards_end = draft.uplinks()[:2]
            add(path, before, (draft.name, towards_start), ring.name)
            before = (draft.name, towards_end)
        add(path, before, end, ring.name)
    return links


def build_recorders(
    declared: Declared, drafts: dict[str, SwitchDraft], links: Iterable[Link], mistakes: Mistakes
) -> list[Recorder]:
    """The recorders, each on a port of a core switch: their VLAN is only there."""
    document, file = declared.recorders
    city = declared.city[1]
    plan = city.network.recording
    cabled = {end for link in links for end in ((link.a, link.a_port), (link.b, link.b_port))}
    recorders: list[Recorder] = []
    numbers: set[int] = set()
    for index, entry in enumerate(file.recorders):
        path = ("recorders", index)
        if entry.number in numbers:
            mistakes.add(document, (*path, "number"), f"recorder number {entry.number} stands here twice")
            continue
        numbers.add(entry.number)
        type_ = mistakes.device_type(declared, document, (*path, "device_type"), entry.device_type, "recorder")
        at = _end(declared, entry.at, document, (*path, "at"), drafts, mistakes)
        try:
            address = host(plan.prefix, plan.first_host + entry.number - 1)
        except DoesNotFit as error:
            mistakes.add(document, (*path, "number"), f"address: {error}")
            continue
        if entry.phase not in city.phases:
            mistakes.add(document, (*path, "phase"), f"phase {one_of(entry.phase, city.phases)}")
        if type_ is None or at is None:
            continue
        name = f"{city.city.code}-rec{entry.number:02d}"
        if drafts[at[0]].role != "core":
            mistakes.add(document, (*path, "at"), f"{at[0]} is no core switch: VLAN {plan.vlan} is only there")
            continue
        if at in cabled:
            mistakes.add(document, (*path, "at"), f"port {entry.at} has a link of core.yaml already")
            continue
        if at[1] in drafts[at[0]].ports:
            mistakes.add(document, (*path, "at"), f"port {entry.at} has {drafts[at[0]].ports[at[1]].device} already")
            continue
        where = document.where(*path)
        recorders.append(
            Recorder(
                name=name, kind=Kind.RECORDER, owner=entry.owner, address=address, site="core",
                device_type=entry.device_type, status=entry.status, phase=entry.phase, where=where,
                recorder_type=entry.type, standby=entry.standby, channels=type_.channels or 0,
                switch=at[0], port=at[1],
            )
        )  # fmt: skip
        drafts[at[0]].ports[at[1]] = SwitchPort(
            name=at[1], mode="access", description=name, access_vlan=plan.vlan, allowed_vlans=None,
            poe=None, device=name, peer_port=None, where=where,
        )  # fmt: skip
    return recorders


def assign_vlans(
    declared: Declared, drafts: dict[str, SwitchDraft], junctions: Iterable[BuiltJunction], links: Iterable[Link]
) -> None:
    """VLAN databases and trunks: a ring carries its own junctions, aggregation and core carry all."""
    network = declared.city[1].network
    management = {network.management.vlan: network.management.name}
    recording = {network.recording.vlan: network.recording.name}
    video = {built.junction.video_vlan: f"video-{built.junction.code}" for built in junctions}
    of_ring: dict[str, dict[int, str]] = {}
    for built in junctions:
        vlan = built.junction.video_vlan
        of_ring.setdefault(built.junction.ring, {})[vlan] = video[vlan]
    for draft in drafts.values():
        carried = of_ring.get(draft.ring, {}) if draft.ring else video
        draft.vlans = management | carried | (recording if draft.role == "core" else {})
    for link in links:
        a, b = drafts[link.a], drafts[link.b]
        ring = of_ring.get(link.ring, {}) if link.ring else None
        allowed = frozenset(management | ring) if ring is not None else frozenset(a.vlans) & frozenset(b.vlans)
        for near, near_port, far, far_port in ((a, link.a_port, b, link.b_port), (b, link.b_port, a, link.a_port)):
            near.ports[near_port] = SwitchPort(
                name=near_port, mode="trunk", description=f"to {far.name} {far_port}", access_vlan=None,
                allowed_vlans=allowed, poe=None, device=far.name, peer_port=far_port, where=near.where,
            )  # fmt: skip


def towards_core(drafts: dict[str, SwitchDraft], links: Iterable[Link]) -> dict[str, tuple[str, ...]]:
    """Switch: its neighbours one hop nearer to the core."""
    neighbours: dict[str, list[str]] = {name: [] for name in drafts}
    for link in links:
        neighbours[link.a].append(link.b)
        neighbours[link.b].append(link.a)
    distance = {name: 0 for name, draft in drafts.items() if draft.role == "core"}
    queue = deque(distance)
    while queue:
        name = queue.popleft()
        for other in neighbours[name]:
            if other not in distance:
                distance[other] = distance[name] + 1
                queue.append(other)
    far = len(drafts)
    return {
        name: tuple(o for o in neighbours[name] if distance.get(o, far) < distance.get(name, far)) for name in drafts
    }


def _end(
    declared: Declared,
    text: str,
    document: Document,
    path: tuple[Key, ...],
    drafts: dict[str, SwitchDraft],
    mistakes: Mistakes,
) -> tuple[str, str] | None:
    """``"switch port"`` as a pair, if both exist."""
    name, port = text.split(" ", 1)
    if name not in drafts and name in {entry.name for entry in declared.core[1].switches}:
        return None  # its own mistake is noted
    if name not in drafts:
        fixed = [key for key, draft in drafts.items() if draft.role != "access"]
        mistakes.add(document, path, f"switch {one_of(name, fixed)}")
        return None
    if port not in drafts[name].type_.port_names:
        ports = drafts[name].type_.ports
        ranges = ", ".join(f"{p.name.format(n=p.first)} to {p.first + p.count - 1}" for p in ports)
        mistakes.add(document, path, f"{name} has no port {port!r}; it has {ranges}")
        return None
    return name, port
