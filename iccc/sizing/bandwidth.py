"""What streams take of links, and what links may carry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from iccc.sizing.whole import runs


def site_mbps(kbps: Iterable[float], protocol_overhead: float) -> float:
    """Bandwidth of streams on a link, in Mb/s: ``sum(kbps) / 1000 * (1 + protocol_overhead)``.

    ``kbps`` are the bit rates of the streams that cross the link (of a site, a ring, a recorder) at the same time;
    ``protocol_overhead`` is the share that RTP, UDP, IP and Ethernet add, 0.1 for 10 %.
    """
    return sum(kbps) / 1000 * (1 + protocol_overhead)


def peak_mbps(kbps: Iterable[float], peak: float) -> float:
    """What a recorder takes in at its peak, in Mb/s: ``sum(kbps) / 1000 * peak``."""
    return sum(kbps) / 1000 * peak


def allowed_mbps(speed_mbps: float, max_utilisation: float) -> float:
    """What a link may carry, in Mb/s: ``speed_mbps * max_utilisation``."""
    return speed_mbps * max_utilisation


def rings_by_bandwidth(mbps_of_sites: Sequence[float], speed_mbps: float, max_utilisation: float) -> int:
    """Rings for sites in their order, when each ring, open at one end, carries all of its sites.

    A ring is filled up to ``max_utilisation`` of its speed. Sites are not cut in two: one that is too large for a ring
    has one of its own, and does not fit it.
    """
    return runs(mbps_of_sites, allowed_mbps(speed_mbps, max_utilisation))


def rings_by_nodes(switches_of_sites: Sequence[float], node_limit: float) -> int:
    """Rings for sites in their order, when each ring has at most ``node_limit`` switches: nodes count, not sites."""
    return runs(switches_of_sites, node_limit)
