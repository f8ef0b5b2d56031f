"""Cabinets without mains: the UPS was on battery, or is, and the switches of the cabinet are silent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from iccc.city.devices import City, Equipment, Kind
from iccc.drift.roots import Case, Root, Stand, some
from iccc.drift.roots_links import open_rings
from iccc.finding import Class, Evidence, Finding, Severity

ON_BATTERY = "on_battery"  # path of the finding of :mod:`iccc.drift.ups`


@dataclass(frozen=True)
class Cabinet:
    """A cabinet with its UPS and its switches."""

    number: int
    ups: Equipment
    switches: tuple[str, ...]


def cabinets(city: City) -> list[Cabinet]:
    """The cabinets that have a UPS with an address, and switches."""
    found = []
    for ups in city.equipment.values():
        if ups.kind is not Kind.UPS or ups.cabinet is None:
            continue
        inside = tuple(s.name for s in city.switches.values() if (s.site, s.cabinet) == (ups.site, ups.cabinet))
        if inside:
            found.append(Cabinet(ups.cabinet, ups, inside))
    return found


def cabinets_without_mains(case: Case, left: frozenset[str]) -> Iterator[Root]:
    """One finding for each cabinet whose silence the mains explain.

    Reasoning: a UPS that was on battery when it was last read, and is gone together with *all* switches of its cabinet
    that were asked, has run empty. One that still answers on battery explains the switches of its cabinet that are
    silent: their outlet is not, or no longer, fed. Switches elsewhere are behind it when every way out of them leads
    through the cabinet; whoever has a neighbour that answers has a cause of its own.
    Limits: the reading on battery may be long ago, so its time is told. A switch of the cabinet that answers or
    forwards, or a port towards it that is up, shows that there is power, and then this is not the cause.
    """
    silent_switches = {name for name in left if name in case.city.switches and name not in case.mute}
    explained: set[str] = set()
    roots: list[tuple[Finding, list[str]]] = []
    for cabinet in cabinets(case.city):
        dark = [name for name in cabinet.switches if name in silent_switches]
        if not dark or any(case.stand(end.switch, end.port) is Stand.UP for end in case.borders(dark)):
            continue
        finding = _on_battery_now(case, cabinet) or _ran_empty(case, cabinet, dark)
        if finding is not None:
            roots.append((finding, dark))
            explained |= set(dark)
    for finding, dark in roots:
        behind = list(dark)
        for part in case.segments(silent_switches - explained):
            ways = case.borders(part)
            through = {end.switch for end in ways} & set(dark)
            if through and all(end.switch in explained for end in ways):
                behind += part
                explained |= set(part)
        yield Root(finding, tuple(behind), tuple(_symptoms(case, behind)))


def _on_battery_now(case: Case, cabinet: Cabinet) -> Finding | None:
    """The finding of a UPS that answers and is on battery."""
    if not case.answers(cabinet.ups.name):
        return None
    return next((f for f in case.candidates if f.device == cabinet.ups.name and f.path == ON_BATTERY), None)


def _ran_empty(case: Case, cabinet: Cabinet, dark: list[str]) -> Finding | None:
    ups = cabinet.ups
    past = case.view.past.get(ups.name)
    asked = [name for name in cabinet.switches if case.looked_at(name)]
    if ups.name not in case.silent or past is None or past.on_battery is not True or len(dark) != len(asked):
        return None
    site = case.city.sites[ups.site]
    since = past.read_at.isoformat(sep=" ", timespec="minutes")
    return Finding(
        device=ups.name,
        path="",
        class_=Class.REACH,
        severity=Severity.CRITICAL,
        text=f"cabinet {cabinet.number} of {site.name} is without mains: {ups.name} was on battery when it was last "
        f"read ({since}), and neither it nor {some(dark)} answers",
        where=str(ups.where),
        site=ups.site,
        evidence=(Evidence(f"{ups.name} UPS-MIB upsOutputSource", "battery(5)", past.read_at),),
        next_step=f"Ask the electricity supplier about {site.name}, then look at the meter, the breaker and the UPS.",
    )


def _symptoms(case: Case, switches: list[str]) -> Iterator[str]:
    """What neighbours say of their ports towards these switches, and the rings that are open there."""
    for end in case.borders(switches):
        yield from case.symptoms.get((end.switch, end.port), ())
    yield from open_rings(case, {end.chain for name in switches for end in case.links.get(name, ()) if end.chain})
