"""Core and aggregation switches, rings and spurs, and the cables between all switches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from iccc.city.addresses import unusable
from iccc.city.declared import Declared, Mistakes, Sheet
from iccc.city.devices import Chain, Kind, Link
from iccc.city.draft import SwitchDraft
from iccc.city.layers import layers_of_site
from iccc.city.model.common import Lifecycle
from iccc.city.model.core import Ring, Spur
from iccc.city.model.site import SiteFile
from iccc.city.policies import reached_at
from iccc.city.sites import BuiltSite
from iccc.city.snmp import snmp_of
from iccc.errors import Mistake
from iccc.explain import Key, one_of
from iccc.units import are, plural, ranges
from iccc.yamlfile import Document, Where


def core_switches(declared: Declared, mistakes: Mistakes) -> list[SwitchDraft]:
    """The switches of ``core.yaml``."""
    document, core = declared.core
    city = declared.city.file
    drafts: list[SwitchDraft] = []
    for index, entry in enumerate(core.switches):
        path = ("switches", index)
        type_ = mistakes.device_type(declared, document, (*path, "device_type"), entry.device_type, Kind.SWITCH)
        plan = city.network.management
        if objection := unusable(entry.address, plan.prefix, plan.per_site, plan.gateway_host):
            mistakes.add(document, (*path, "address"), f"address {entry.address} {objection}")
        if entry.name in {draft.name for draft in drafts}:
            mistakes.add(document, (*path, "name"), f"switch {entry.name} stands here twice")
            continue
        mistakes.phase(declared, document, (*path, "phase"), entry.phase)
        reached = reached_at(declared, document, path, entry.reached_at, str(entry.address), mistakes)
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
                    mac=entry.mac,
                    serial=entry.serial,
                    out_of_band=entry.out_of_band,
                    reached_at=reached,
                    snmp=snmp_of(declared, "switch", entry.snmp),
                    origins={
                        "address": (document.where(*path, "address"),),
                        "status": (document.where(*path, "status"),),
                        "out_of_band": (document.where(*path, "out_of_band"),),
                        "reached_at": (document.where(*path, "reached_at"),),
                    },
                )
            )
    return drafts


def chain_of_site(declared: Declared, mistakes: Mistakes) -> dict[int, str | None]:
    """Site number: ring or spur. Every site with switches has to be in exactly one, once they are there."""
    document = declared.core.document
    known = {file.number for _, file in declared.sites}
    chains: dict[int, str | None] = {}
    names: set[str] = set()
    for path, chain in _chains(declared):
        if chain.name in names:
            mistakes.add(document, (*path, "name"), f"{_what(chain)} {chain.name} stands here twice")
        names.add(chain.name)
        for position, number in enumerate(chain.sites):
            at = (*path, "sites", position)
            if number in chains:
                mistakes.add(document, at, f"site {number} is in {chains[number]} already")
            elif declared.whole.sites and number not in known:
                mistakes.add(document, at, f"site {number} is not declared in {declared.key}")
            chains.setdefault(number, chain.name)
    for sheet in declared.sites:
        if sheet.file.number not in chains:
            if _bought(declared, sheet):
                text = f"site {sheet.file.number} is in no ring or spur of core.yaml"
                mistakes.add(sheet.document, ("number",), text)
            chains[sheet.file.number] = None
    return chains


def not_linked(declared: Declared, chains: Mapping[int, str | None]) -> Iterator[Mistake]:
    """That planned sites have no way to the core yet, as after a survey. No reason to stop."""
    numbers = [file.number for _, file in declared.sites if file.switches and chains[file.number] is None]
    if numbers:
        which = f"{plural(len(numbers), 'planned site')} {are(len(numbers))} in no ring or spur yet"
        text = f"{which}, and nothing is counted for the way to them: {ranges(numbers)}"
        yield Mistake(str(declared.core.document.where("rings")), text)


def _bought(declared: Declared, sheet: Sheet[SiteFile]) -> bool:
    """Whether any of its switches is more than planned or sanctioned."""
    layer = layers_of_site(declared, sheet).get("status")
    usual = layer.value if layer else None
    planned = (Lifecycle.PLANNED, Lifecycle.SANCTIONED)
    return any((switch.status or usual) not in planned for switch in sheet.file.switches)


def _chains(declared: Declared) -> Iterator[tuple[tuple[Key, ...], Spur]]:
    core = declared.core.file
    for key, chains in (("rings", core.rings), ("spurs", core.spurs)):
        for index, chain in enumerate(chains):
            yield (key, index), chain


def _what(chain: Spur) -> str:
    return "ring" if isinstance(chain, Ring) else "spur"


def build_chains(declared: Declared, sites: Sequence[BuiltSite], mistakes: Mistakes) -> dict[str, Chain]:
    """Rings and spurs with the switches that are in them, in order."""
    document = declared.core.document
    by_number = {built.site.number: built for built in sites}
    chains: dict[str, Chain] = {}
    for path, chain in _chains(declared):
        members = [by_number[number] for number in chain.sites if number in by_number]
        members = [built for built in members if built.site.chain == chain.name]
        nodes = [draft.name for built in members for draft in built.switches]
        limit = chain.node_limit if isinstance(chain, Ring) else None
        if limit is not None and len(nodes) > limit:
            text = f"ring {chain.name} has {len(nodes)} switches; its node_limit is {limit}"
            mistakes.add(document, (*path, "node_limit"), text)
        chains.setdefault(
            chain.name,
            Chain(
                name=chain.name,
                ring=isinstance(chain, Ring),
                sites=tuple(built.site.code for built in members),
                nodes=tuple(nodes),
                node_limit=limit,
                medium=chain.medium,
                speed_mbps=chain.speed_mbps,
                transceiver=chain.transceiver,
                spans_m=chain.spans_m,
                where=document.where(*path),
            ),
        )
        hops = len(chain.sites) + isinstance(chain, Ring)
        if chain.spans_m and len(chain.spans_m) != hops:
            text = f"{_what(chain)} {chain.name} has {hops} spans, {len(chain.spans_m)} lengths stand here"
            mistakes.add(document, (*path, "spans_m"), text)
    for path, carrier in (
        *(((("links", i)), link) for i, link in enumerate(declared.core.file.links)),
        *_chains(declared),
    ):
        if carrier.transceiver is not None:
            where = (*path, "transceiver")
            mistakes.device_type(declared, document, where, carrier.transceiver, Kind.TRANSCEIVER)
    return chains


def cable(
    declared: Declared, drafts: dict[str, SwitchDraft], chains: dict[str, Chain], mistakes: Mistakes
) -> list[Link]:
    """All cables between switches, from the links, rings and spurs of ``core.yaml``."""
    document, core = declared.core
    used: dict[tuple[str, str], Where] = {}
    links: list[Link] = []

    def add(path: tuple[Key, ...], a: tuple[str, str], b: tuple[str, str], chain: str | None) -> None:
        for end in (a, b):
            if end in used:
                mistakes.add(document, path, f"port {' '.join(end)} is used twice; first at line {used[end].line}")
                return
            if end[1] in drafts[end[0]].ports:
                mistakes.add(document, path, f"port {' '.join(end)} has {drafts[end[0]].ports[end[1]].device} already")
                return
            used[end] = document.where(*path)
        links.append(Link(*a, *b, chain))

    for index, link in enumerate(core.links):
        ends = [
            switch_end(declared, text, document, ("links", index, key), drafts, mistakes)
            for key, text in (("a", link.a), ("b", link.b))
        ]
        if ends[0] and ends[1] and ends[0][0] == ends[1][0]:
            mistakes.add(document, ("links", index, "b"), f"both ends are on {ends[0][0]}")
            continue
        if ends[0] and ends[1]:
            add(("links", index), ends[0], ends[1], None)
    for path, chain in _chains(declared):
        if chains[chain.name].where != document.where(*path):
            continue  # a name that stands here twice
        start = switch_end(declared, chain.a, document, (*path, "a"), drafts, mistakes)
        end = (
            switch_end(declared, chain.b, document, (*path, "b"), drafts, mistakes) if isinstance(chain, Ring) else None
        )
        if start is None or (end is None and isinstance(chain, Ring)):
            continue
        before = start
        nodes = [drafts[name] for name in chains[chain.name].nodes]
        for draft in (node for node in nodes if node.chain == chain.name):  # else a core switch has its name
            towards_start, towards_end = draft.uplinks()[:2]
            add(path, before, (draft.name, towards_start), chain.name)
            before = (draft.name, towards_end)
        if end is not None:
            add(path, before, end, chain.name)
    return links


def switch_end(
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
    fixed = [key for key, draft in drafts.items() if draft.role != "access"]
    if name in drafts and drafts[name].role == "access":
        text = f"{name} is a switch of a site: links, rings, spurs, recorders and servers end on {', '.join(fixed)}"
        mistakes.add(document, path, text)
        return None
    if name not in drafts:
        mistakes.add(document, path, f"switch {one_of(name, fixed)}")
        return None
    if port not in drafts[name].type_.port_names:
        ports = drafts[name].type_.ports
        ranges = ", ".join(f"{p.name.format(n=p.first)} to {p.first + p.count - 1}" for p in ports)
        mistakes.add(document, path, f"{name} has no port {port!r}; it has {ranges}")
        return None
    return name, port
