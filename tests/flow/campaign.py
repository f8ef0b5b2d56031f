"""Seeding drifts into the small town, reading it, and mending it: what was told against what had to be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any

from iccc.city.devices import City
from iccc.past import Past
from iccc.state.past import Pasts
from iccc.state.store import open_store
from iccc.usual import SETTLED_DAYS
from tests.flow.drifts import CLASSES, LONG_UP_S, Drift, Key, keys
from tests.flow.drifts_config import gateways, of_config
from tests.flow.drifts_seen import (
    of_addressing,
    of_inventory,
    of_observability,
    of_operation,
    of_reach,
    of_topology,
)
from tests.flow.town import Town


def catalogue(city: City) -> list[Drift]:
    """Everything that can go wrong."""
    kinds = (of_config, gateways, of_topology, of_inventory, of_operation, of_addressing, of_observability, of_reach)
    return [drift for kind in kinds for drift in kind(city)]


def up_for_long(town: Town) -> None:
    """Let all switches have run for weeks: a young one is not judged by its clock and its neighbours."""
    for switch in town.city.switches:
        town.hand.set(switch, "uptime_s", LONG_UP_S)


def read_for_days(town: Town) -> None:
    """Let what every port delivers have been seen for days: a band of days is usual, however often it was read."""
    with closing(open_store(town.state)) as store:
        pasts = Pasts(store)
        pasts.save({device: _settled(past) for device, past in pasts.load().items()})


def _settled(past: Past) -> Past:
    ports = {
        name: replace(port, power=replace(now, low=now.day_low, high=now.day_high, days=SETTLED_DAYS))
        if (now := port.power) is not None
        else port
        for name, port in past.ports.items()
    }
    return replace(past, ports=ports)


@dataclass
class Score:
    """How many drifts of each class were seeded and told, and the findings that were too many or too few."""

    seeded: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    extra: list[Key] = field(default_factory=list)
    missed: list[Key] = field(default_factory=list)

    def note(self, drifts: Sequence[Drift], findings: Sequence[dict[str, Any]]) -> None:
        """Hold what was told against what was seeded; who is cut off by a drift has to be behind it."""
        told = keys(findings)
        behind = {(f["device"], f["class"], f["path"]): set(f["behind"]) for f in findings}
        wanted = frozenset(key for drift in drifts for key in drift.found)
        self.seeded.update(drift.class_ for drift in drifts)
        self.found.update(drift.class_ for drift in drifts if drift.found <= told)
        for drift in drifts:
            if any(behind[key] != drift.behind for key in drift.found & told):
                self.missed += sorted(drift.found)
        self.extra += sorted(told - wanted)
        self.missed += sorted(wanted - told)

    @property
    def exact(self) -> bool:
        return not self.extra and not self.missed

    def __str__(self) -> str:
        extra, missed = (Counter(class_ for _, class_, _ in found) for found in (self.extra, self.missed))
        rows: list[tuple[str, ...]] = [("class", "seeded", "found", "extra", "missed")]
        rows += [(c, *(str(n[c]) for n in (self.seeded, self.found, extra, missed))) for c in CLASSES]
        rows.append(("all", *(str(sum(n.values())) for n in (self.seeded, self.found, extra, missed))))
        return "\n".join(f"{row[0]:<14}" + "".join(f"{cell:>8}" for cell in row[1:]) for row in rows)


def seed(town: Town, drifts: Iterable[Drift]) -> None:
    for drift in drifts:
        drift.make(town.hand.lab)


def mend(town: Town, drifts: Sequence[Drift]) -> None:
    """Put everything right by hand; a reading then takes what counters, restarts and the hand itself left."""
    for drift in drifts:
        drift.mend(town.hand.lab)
    if switches := sorted({drift.settles for drift in drifts if drift.settles}):
        town.drift(*(part for switch in switches for part in ("--limit", switch)), code=None)
    for drift in drifts:
        drift.settled(town.hand.lab)


def restore(town: Town, drifts: Iterable[Drift]) -> None:
    """What was told once and stayed, as it was before."""
    for drift in drifts:
        drift.restore(town.hand.lab)


def told(town: Town) -> frozenset[Key]:
    """All that one reading of the town tells."""
    return keys(town.drift(code=None))
