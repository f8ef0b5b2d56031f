"""VLAN databases, trunks, and which way the core lies."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from iccc.city.declared import Declared
from iccc.city.devices import Link, SwitchPort
from iccc.city.draft import SwitchDraft
from iccc.city.sites import BuiltSite


def assign_vlans(
    declared: Declared, drafts: dict[str, SwitchDraft], sites: Iterable[BuiltSite], links: Iterable[Link]
) -> None:
    """VLAN databases and trunks: a ring or spur carries its own sites, aggregation and core carry all."""
    network = declared.city.file.network
    management = {network.management.vlan: network.management.name}
    central = {network.recording.vlan: network.recording.name}
    if network.servers is not None:
        central[network.servers.vlan] = network.servers.name
    everywhere: dict[int, str] = {}
    of_chain: dict[str | None, dict[int, str]] = {}
    for built in sites:
        site = built.site
        own = {site.video_vlan: f"video-{site.code}"} if built.switches else {}
        if site.field_vlan is not None and any(device.switch for device in built.equipment):
            own[site.field_vlan] = f"field-{site.code}"
        of_chain.setdefault(site.chain, {}).update(own)
        everywhere |= own
    for draft in drafts.values():
        carried = of_chain.get(draft.chain, {}) if draft.chain else everywhere
        draft.vlans = management | carried | (central if draft.role == "core" else {})
    for link in links:
        a, b = drafts[link.a], drafts[link.b]
        if link.chain:
            allowed = frozenset(management | of_chain.get(link.chain, {}))
        else:
            allowed = frozenset(a.vlans) & frozenset(b.vlans)
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
