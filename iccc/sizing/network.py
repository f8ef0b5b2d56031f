"""Bandwidth of sites, rings, spurs and the core, the number of rings, and the fibre."""

from __future__ import annotations

from collections.abc import Iterator

from iccc.city.devices import Chain
from iccc.sizing.bandwidth import allowed_mbps, rings_by_bandwidth, rings_by_nodes, site_mbps
from iccc.sizing.fibre import fibre_m, joints
from iccc.sizing.links import chain_loads, core_loads
from iccc.sizing.result import Case, Input, Result
from iccc.sizing.traffic import NOTHING, Load, loads

MBPS = "Σ (main + sub_pulled × sub) kbps × rate_share / 1000 × (1 + protocol_overhead)"
FIBRE = "own_fibre"


def results(case: Case) -> Iterator[Result]:
    """Of the city, each site, each ring and spur, each link of the core."""
    yield from _bandwidth(case)
    yield from _rings(case)
    yield from _fibre(case)


def _mbps(case: Case, load: Load) -> float:
    return site_mbps([load.kbps], case.sizing.protocol_overhead)


def _result(case: Case, name: str, scope: str, load: Load, about: str, where: str, allowed: float | None) -> Result:
    counted = Input("cameras", load.cameras, "cameras", where)
    streams = Input("streams together", load.kbps, "kb/s", "recorded_mbps lists the profiles")
    figures = case.figure("rate_share", "sub_pulled", "protocol_overhead", "max_utilisation")
    return Result(
        name, scope, _mbps(case, load), "Mb/s", about, MBPS, (counted, streams, *figures), allowed,
        where if allowed is not None else "",
    )  # fmt: skip


def _allowed(case: Case, speed_mbps: float) -> float:
    return allowed_mbps(speed_mbps, case.sizing.max_utilisation)


def _bandwidth(case: Case) -> Iterator[Result]:
    city, sizing = case.city, case.sizing
    of_site = loads(case.cameras, lambda camera: camera.site, sizing)
    everything = Load(len(case.cameras), sum(load.kbps for load in of_site.values()))
    yield _result(case, "core_mbps", "", everything, "what comes to the core from all sites", "all sites", None)
    for site in case.sites:
        speed = _allowed(case, city.chains[site.chain].speed_mbps) if site.chain else None
        load = of_site.get(site.code, NOTHING)
        about = "what the site sends; declared: what its ring or spur may carry"
        yield _result(case, "site_mbps", site.code, load, about, str(site.where), speed)
    kept = {site.code for site in case.sites}
    of_chain = chain_loads(city, case.cameras, sizing)
    for name, chain in city.chains.items():
        if kept & set(chain.sites):
            about = "through one end with the ring open; declared: what it may carry" if chain.ring else "of the spur"
            allowed = _allowed(case, chain.speed_mbps)
            yield _result(case, "chain_mbps", name, of_chain[name], about, str(chain.where), allowed)
    for each in core_loads(city, case.cameras, sizing):
        about = f"to or from {each.far}, with the other ways down; declared: what it may carry"
        allowed = _allowed(case, each.link.speed_mbps)
        yield _result(case, "link_mbps", each.link.a, each.load, about, str(each.where), allowed)


def _rings(case: Case) -> Iterator[Result]:
    city, sizing = case.city, case.sizing
    of_site = loads(case.cameras, lambda camera: camera.site, sizing)
    sites = [site for site in case.sites if site.chain is None or city.chains[site.chain].ring]
    switches = {site.code: sum(s.site == site.code for s in city.switches.values()) for site in sites}
    rings = [chain for chain in city.chains.values() if chain.ring and set(chain.sites) & set(switches)]
    for chain in rings:
        yield _nodes(chain)
    speed = _least(case, rings, "speed_mbps", "ring_mbps", "Mb/s")
    limit = _least(case, rings, "node_limit", "ring_node_limit", "nodes")
    mbps = [_mbps(case, of_site.get(site.code, NOTHING)) for site in sites]
    counted = Input("sites", len(sites), "sites", "site_mbps, in the order of their numbers")
    by_bandwidth = Result(
        "rings_by_bandwidth", "", rings_by_bandwidth(mbps, float(speed.value), sizing.max_utilisation), "rings",
        "each carries its sites with the ring open", "fewest runs of sites with Σ site_mbps ≤ speed × max_utilisation",
        (counted, speed, *case.figure("max_utilisation")),
    )  # fmt: skip
    yield by_bandwidth
    nodes = list(switches.values())
    by_nodes = Result(
        "rings_by_nodes", "", rings_by_nodes(nodes, float(limit.value)), "rings",
        "each has no more switches than its protocol allows", "fewest runs of sites with Σ switches ≤ node limit",
        (Input("switches", sum(nodes), "switches", "switches of the sites' files"), limit),
    )  # fmt: skip
    yield by_nodes
    yield Result(
        "rings", "", max(int(by_bandwidth.value or 0), int(by_nodes.value or 0)), "rings", "",
        "max(rings_by_bandwidth, rings_by_nodes)", (by_bandwidth.as_input(), by_nodes.as_input()),
        len(rings), city.declared.core.document.file,
    )  # fmt: skip


def _nodes(chain: Chain) -> Result:
    switches = Input("switches", len(chain.nodes), "nodes", str(chain.where))
    return Result(
        "ring_nodes", chain.name, len(chain.nodes), "nodes", "declared: its limit", "switches of its sites",
        (switches,), chain.node_limit, str(chain.where),
    )  # fmt: skip


def _least(case: Case, rings: list[Chain], key: str, assumed: str, unit: str) -> Input:
    """The least that a declared ring has; the assumption where none is declared."""
    said = [(getattr(chain, key), chain) for chain in rings if getattr(chain, key) is not None]
    if not said:
        return case.figure(assumed)[0]
    value, chain = min(said, key=lambda pair: pair[0])
    return Input(f"{key} of ring {chain.name}", value, unit, str(chain.where))


def _fibre(case: Case) -> Iterator[Result]:
    sizing, kept = case.sizing, {site.code for site in case.sites}
    lengths: list[Result] = []
    for name, chain in case.city.chains.items():
        if chain.medium != FIBRE or not kept & set(chain.sites):
            continue
        loops = joints(chain.spans_m, sizing.splice_every_m)
        value = fibre_m(sum(chain.spans_m), sizing.fibre_slack, loops, sizing.joint_loop_m) if chain.spans_m else None
        lengths.append(
            Result(
                "fibre_m", name, value, "m", "cable to lay" if chain.spans_m else "no spans_m are declared",
                "route × (1 + fibre_slack) + joints × joint_loop_m; joints: two ends a span, a splice each "
                "splice_every_m",
                (
                    Input("route", sum(chain.spans_m), "m", str(chain.where)),
                    Input("joints", loops, "joints", str(chain.where)),
                    *case.figure("fibre_slack", "joint_loop_m", "splice_every_m"),
                ),
            )
        )  # fmt: skip
    yield from lengths
    known = [float(length.value) for length in lengths if length.value is not None]
    yield Result(
        "fibre_m", "", sum(known), "m",
        "own fibre of rings and spurs" + (", as far as spans_m are declared" if len(known) < len(lengths) else ""),
        "Σ fibre_m of rings and spurs", tuple(length.as_input(length.scope) for length in lengths),
    )  # fmt: skip
