"""Whether a reading would have seen a finding that stands: only then may its absence resolve it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from iccc.city.devices import Camera, City
from iccc.compare import Unread
from iccc.drift.roots_time import PATH as TIME_SERVERS
from iccc.finding import Class, Finding
from iccc.observed import Observed
from iccc.state.findings import Episode
from iccc.switch.seen import SwitchFacts

BY_SNMP = frozenset({Class.TOPOLOGY, Class.INVENTORY, Class.OPERATIONAL, Class.ADDRESSING})


def looker(
    city: City, observed: Mapping[str, Observed[Any, Any]], found: Iterable[Finding]
) -> Callable[[Episode], bool]:
    """Whether a standing episode that is not among ``found`` was looked for in this reading."""
    unread: dict[str, set[str]] = {}
    for finding in _all(found):
        if finding.class_ is Class.OBSERVABILITY:
            unread.setdefault(finding.device, set()).add(finding.path)

    def looked(episode: Episode) -> bool:
        seen = observed.get(episode.device)
        if seen is None or isinstance(seen.state, Unread):
            return False
        missing = unread.get(episode.device, set())
        if episode.class_ in BY_SNMP and not _snmp_read(city, observed, unread, episode):
            return False
        # A standing finding on a part, or on what the part belongs to, says nothing while that is unread.
        steps = re.split(r"(?=[.\[])", episode.path)
        around = {"".join(steps[:length]) for length in range(len(steps) + 1)}
        parts = (f"{episode.path}.", f"{episode.path}[")
        return not any(path in around or path.startswith(parts) for path in missing)

    return looked


def unread_camera(city: City, finding: Finding) -> bool:
    """Whether it says that a part of a camera was not read."""
    return finding.class_ is Class.OBSERVABILITY and isinstance(city.find(finding.device), Camera)


def _snmp_read(
    city: City,
    observed: Mapping[str, Observed[Any, Any]],
    unread: Mapping[str, set[str]],
    episode: Episode,
) -> bool:
    """Whether SNMP told everything of the switch that the finding is about: its own, or the one that it hangs on.

    Of cables, addresses and time servers also of the switches that told of it when it was last seen: it may be filed
    on another one.
    """
    device = city.find(episode.device)
    switch = getattr(device, "switch", None) or episode.device
    between = episode.class_ in (Class.TOPOLOGY, Class.ADDRESSING) or episode.path == TIME_SERVERS
    asked = {switch} | (_tellers(episode) if between else set())
    for name in asked & city.switches.keys():
        if any(_rests_on(episode, path) for path in unread.get(name, ())):
            return False
        facts = observed[name].facts if name in observed else None
        told = isinstance(facts, SwitchFacts) and not isinstance(facts.ports, Unread)
        if not told and (between or name == episode.device):
            return False
    return True


def _tellers(episode: Episode) -> set[str]:
    """The devices that said what was found, as its evidence names them."""
    said = episode.finding.evidence if episode.finding is not None else ()
    return {one.source.partition(" ")[0] for one in said}


def _rests_on(episode: Episode, path: str) -> bool:
    """Whether a finding may rest on an unread part of SNMP: on what LLDP tells rest cables alone."""
    if path == "snmp.lldp":
        return episode.class_ is Class.TOPOLOGY
    return path.partition(".")[0] == "snmp"


def _all(found: Iterable[Finding]) -> Iterator[Finding]:
    """The findings and those under them."""
    for finding in found:
        yield finding
        yield from _all(finding.under)
