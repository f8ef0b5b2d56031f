"""One finding and its chain: the root, what was said as evidence, the way from the core, and all that follows.

Everything is of the state store, as the last runs left it; nothing is asked of the network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from iccc.city.devices import City
from iccc.compare import plain
from iccc.errors import UsageError
from iccc.finding import Class, Finding
from iccc.localtime import local
from iccc.report.table import as_data, one_line, wrapped
from iccc.report.values import counted
from iccc.report.what import what
from iccc.state.findings import Episode

VERSION = 1
MANY = 60  # names that are listed one by one


@dataclass(frozen=True)
class Hop:
    """A device on the way from the core, with the link that leads to it; ports are None for the first."""

    device: str
    seen: str  # "answered", "silent (id 0123456789)", "" when it was never read
    read_at: datetime | None  # when it was last read
    near_port: str | None = None  # on the hop before
    port: str | None = None
    link: str = ""  # what is known of the link


@dataclass(frozen=True)
class Chain:
    """A finding, the episode of the root that it belongs to, and the way to its device.

    ``line`` are the findings from the root to the one that was asked for: one alone when that is a root itself.
    """

    line: tuple[Finding, ...]
    city: City
    episode: Episode
    flaps: int  # times that it was resolved and came back
    hops: tuple[Hop, ...]

    @property
    def finding(self) -> Finding:
        return self.line[-1]


def chain_of(
    city: City,
    prefix: str,
    episodes: Sequence[Episode],
    read_at: Mapping[str, datetime],
    in_sync_since: Mapping[str, datetime] = MappingProxyType({}),
) -> Chain:
    """The chain of the finding whose id begins so; UsageError if there is none, or more than one.

    ``episodes`` are all that the store keeps, oldest first; one that stands is preferred to one that is over.
    ``read_at`` tells when each device was last read, ``in_sync_since`` from when on its findings come and go: those
    of before a first deploy do not.
    """
    newest = {episode.id: episode for episode in episodes}
    found: dict[str, tuple[tuple[Finding, ...], Episode]] = {}
    # What stood last wins, and of one reading the root, which tells more than what is under it.
    by_worth = sorted(newest.values(), key=lambda one: (one.resolved_at is None, one.last_seen, one.under is None))
    for episode in by_worth:
        for line in _lines(_whole(episode)):
            if line[-1].id.startswith(prefix):
                found[line[-1].id] = (line, episode)
    if not found:
        raise UsageError(f"no finding {prefix!r} in {city.key}: iccc drift {city.key} lists those that stand")
    if len(found) > 1:
        raise UsageError(f"{prefix!r} is not one finding: {', '.join(sorted(found))}")
    ((line, episode),) = found.values()
    from_ = in_sync_since.get(episode.device)
    flaps = sum(1 for one in episodes if one.id == episode.id and (from_ is None or one.first_seen > from_)) - 1
    standing = [_whole(one) for one in newest.values() if one.resolved_at is None or one is episode]
    return Chain(line, city, episode, max(0, flaps), _hops(city, line[-1].device, standing, read_at))


def _whole(episode: Episode) -> Finding:
    """The finding of an episode; of one that an older iccc kept, as much as there is."""
    return episode.finding or Finding(
        episode.device, episode.path, episode.class_, episode.severity, episode.text, where="", site=""
    )


def _lines(finding: Finding, above: tuple[Finding, ...] = ()) -> Iterator[tuple[Finding, ...]]:
    """The finding and each one under it, with those above."""
    line = (*above, finding)
    yield line
    for one in finding.under:
        yield from _lines(one, line)


def _hops(city: City, device: str, standing: Sequence[Finding], read_at: Mapping[str, datetime]) -> tuple[Hop, ...]:
    """From the core to the device, over the first of the declared ways."""
    if city.find(device) is None:
        return ()
    switch = device if device in city.switches else getattr(city.device(device), "switch", None)
    way: list[str] = [] if switch == device else [device]
    while switch is not None and switch not in way:
        way.insert(0, switch)
        known = city.switches.get(switch)
        switch = known.upstream[0] if known is not None and known.upstream else None
    everything = [line[-1] for finding in standing for line in _lines(finding)]
    hops = [Hop(way[0], _seen(way[0], everything, read_at), read_at.get(way[0]))]
    for before, name in zip(way, way[1:], strict=False):
        near, far = _ports(city, before, name)
        ends = {(before, f"ports[{near}]"), (name, f"ports[{far}]")}
        about = [f.id for f in everything if (f.device, f.path.partition("]")[0] + "]") in ends]
        link = f"found: {', '.join(dict.fromkeys(about))}" if about else "nothing found"
        hops.append(Hop(name, _seen(name, everything, read_at), read_at.get(name), near, far, link))
    return tuple(hops)


def _ports(city: City, before: str, name: str) -> tuple[str | None, str | None]:
    """The port on the hop before, and the one here."""
    for link in city.links:
        if (link.a, link.b) == (before, name):
            return link.a_port, link.b_port
        if (link.b, link.a) == (before, name):
            return link.b_port, link.a_port
    return getattr(city.device(name), "port", None), None


def _seen(device: str, everything: Sequence[Finding], read_at: Mapping[str, datetime]) -> str:
    for finding in everything:
        if device in finding.behind or (finding.class_ is Class.REACH and finding.device == device):
            return f"silent (id {finding.id})"
    return "answered" if device in read_at else ""


def _moment(at: datetime, city: City) -> str:
    return local(at, city, "%Y-%m-%d %H:%M:%S")


def as_text(chain: Chain) -> bytes:
    """For a person, in 100 columns."""
    finding, root, episode, city = chain.finding, chain.line[0], chain.episode, chain.city
    site = city.sites[finding.site].name if finding.site in city.sites else finding.site
    lines = [f"{finding.id}  {finding.severity}  {finding.class_}  {finding.device} at {one_line(site)}", ""]
    lines += wrapped(_text_of(finding))
    times = f"first seen {_moment(episode.first_seen, city)}, last seen {_moment(episode.last_seen, city)}"
    if episode.resolved_at is not None:
        times += f", gone {_moment(episode.resolved_at, city)}"
    if chain.flaps:
        times += f"; came back {counted(chain.flaps, 'time')}"
    lines += ["", *wrapped(f"Since     {times}", 10)]
    if finding.where:
        lines.append(f"Declared  {finding.where}")
    if root.next_step:
        lines += wrapped(f"Do        {one_line(root.next_step)}", 10)
    if len(chain.line) > 1:
        lines += ["", "Follows from"]
        for depth, one in enumerate(chain.line[:-1]):
            lines += wrapped(f"{'  ' * (depth + 1)}{one.id}  {one.device}: {_text_of(one)}", 14 + 2 * depth)
    said = dict.fromkeys((*finding.evidence, *root.evidence))
    lines += _titled("Evidence", [f"{_moment(one.at, city)}  {one.source}  {one.value}" for one in said])
    lines += _titled("Way from the core", list(_way(chain.hops, city)))
    lines += _titled(
        "Under it",
        [f"{one.id}  {one.class_}  {one.device} {one.path}: {_text_of(one)}" for one in finding.under],
        counted(len(finding.under), "finding"),
    )
    for title, names in (("Unknown behind it", finding.behind), ("Not recorded because of it", finding.affected)):
        listed = ", ".join(names[:MANY]) + (f" and {len(names) - MANY} more" if len(names) > MANY else "")
        lines += _titled(title, [listed] if names else [], counted(len(names), "device"))
    return ("\n".join(line.rstrip() for line in lines) + "\n").encode()


def _text_of(finding: Finding) -> str:
    return one_line(what(finding))


def _way(hops: Sequence[Hop], city: City) -> Iterator[str]:
    for hop in hops:
        if hop.near_port is not None:
            yield f"  {hop.near_port} to {hop.port or 'the device'}: {hop.link}"
        last = f"last read {_moment(hop.read_at, city)}" if hop.read_at else "never read"
        yield f"{hop.device}: {', '.join(filter(None, (hop.seen, last)))}"


def _titled(title: str, lines: Sequence[str], count: str = "") -> list[str]:
    if not lines:
        return []
    head = f"{title}: {count}" if count else title
    return ["", head, *(part for line in lines for part in wrapped(f"  {_clean(line)}", 6))]


def _clean(line: str) -> str:
    indent = len(line) - len(line.lstrip(" "))
    return " " * indent + one_line(line[indent:])


def as_json(chain: Chain) -> bytes:
    """``{"version": 1, "kind": "finding", "finding": {…}, "root": {…}, "follows_from": [ids], "way": [hops], …}``."""
    episode = chain.episode
    data = {
        "version": VERSION,
        "kind": "finding",
        "finding": finding_json(chain.finding),
        "root": finding_json(chain.line[0]),
        "follows_from": [one.id for one in chain.line[:-1]],
        "first_seen": episode.first_seen.isoformat(),
        "last_seen": episode.last_seen.isoformat(),
        "resolved_at": episode.resolved_at.isoformat() if episode.resolved_at else None,
        "flaps": chain.flaps,
        "way": [vars(hop) | {"read_at": hop.read_at.isoformat() if hop.read_at else None} for hop in chain.hops],
    }
    return as_data(data)


def finding_json(finding: Finding) -> dict[str, Any]:
    """A finding whole, with those under it."""
    return {
        "id": finding.id,
        "device": finding.device,
        "site": finding.site,
        "path": finding.path,
        "class": str(finding.class_),
        "severity": str(finding.severity),
        "text": finding.text,
        "where": finding.where,
        "seen": plain(finding.seen),
        "wanted": plain(finding.wanted),
        "behind": list(finding.behind),
        "affected": list(finding.affected),
        "under": [finding_json(one) for one in finding.under],
        "evidence": [{"source": e.source, "value": e.value, "at": e.at.isoformat()} for e in finding.evidence],
        "next_step": finding.next_step,
    }


WRITERS: Mapping[str, Callable[[Chain], bytes]] = {"text": as_text, "json": as_json}
