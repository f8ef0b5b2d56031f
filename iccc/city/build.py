"""From what is declared to devices, and every mistake that shows only in the whole."""

from __future__ import annotations

from iccc.city.checks import (
    check_catalogue,
    check_network,
    check_profiles,
    check_reachable,
    check_recorders,
    check_unique,
)
from iccc.city.declared import Declared, Mistakes
from iccc.city.devices import Camera, City, UserPlan
from iccc.city.fabric import assign_vlans, build_recorders, cable, core_switches, ring_of_junction, towards_core
from iccc.city.junctions import BuiltJunction, build_junction
from iccc.city.model import User
from iccc.errors import Mistake
from iccc.secrets import OWN_USER
from iccc.yamlfile import Where


def build(declared: Declared, *, complete: bool, digest: str) -> tuple[City | None, list[Mistake]]:
    """The city and the mistakes; the city is None when there are any.

    ``complete`` is False when some files could not be parsed: what depends on all of them is then not judged.
    """
    mistakes = Mistakes()
    check_catalogue(declared, mistakes)
    check_profiles(declared, mistakes)
    check_network(declared, mistakes)
    rings = ring_of_junction(declared, mistakes, complete=complete)
    junctions: dict[int, BuiltJunction] = {}
    for document, file in declared.junctions:
        if file.number in junctions:
            other = junctions[file.number].junction.where
            mistakes.add(document, ("number",), f"junction {file.number} is declared at {other} already")
            continue
        junctions[file.number] = build_junction(declared, document, file, rings[file.number], mistakes)
    built = [junctions[number] for number in sorted(junctions)]
    drafts = {draft.name: draft for draft in core_switches(declared, mistakes)}
    for draft in (draft for junction in built for draft in junction.switches):
        if (same := drafts.setdefault(draft.name, draft)) is not draft:
            mistakes.found.append(Mistake(str(same.where), f"switch {draft.name} is a junction's ({draft.where})"))
    links = cable(declared, drafts, built, mistakes)
    recorders = build_recorders(declared, drafts, links, mistakes)
    assign_vlans(declared, drafts, built, links)
    upstream = towards_core(drafts, links)
    management = declared.city[1].network.management.vlan
    switches = {name: draft.freeze(management, upstream[name]) for name, draft in drafts.items()}
    cameras = [camera for junction in built for camera in junction.cameras]
    check_unique([*switches.values(), *recorders, *cameras], mistakes)
    if complete:
        check_recorders(declared, cameras, recorders, mistakes)
    if complete and not mistakes.found:
        check_reachable(declared, drafts, links, upstream, mistakes)
    if mistakes.found or not complete:
        return None, mistakes.found
    city = declared.city[1]
    return (
        City(
            code=city.city.code,
            key=declared.key,
            name=city.city.name,
            name_hi=city.city.name_hi,
            utc_offset_min=city.time.utc_offset_min,
            time_zone=city.time.posix,
            max_skew_s=city.time.max_skew_s,
            ntp_servers=tuple(map(str, city.time.ntp)),
            syslog_hosts=tuple(map(str, city.syslog)),
            camera_users=_users(declared, "camera", city.users.camera),
            recorder_users=_users(declared, "recorder", city.users.recorder),
            protocols={name: (entry.enabled, entry.port) for name, entry in city.protocols.items()},
            phases={name: phase.title for name, phase in city.phases.items()},
            junctions={j.junction.code: j.junction for j in built},
            switches=switches,
            recorders={recorder.name: recorder for recorder in recorders},
            cameras={camera.name: camera for camera in cameras},
            links=tuple(links),
            wheres=_wheres(declared),
            catalogue=declared.catalogue[1].device_types,
            notes=_notes(declared, cameras, built),
            digest=digest,
        ),
        [],
    )


def _users(declared: Declared, kind: str, users: dict[str, User]) -> tuple[UserPlan, ...]:
    where = declared.city[0].where
    return tuple(
        UserPlan(name, user.level, where("users", kind, name))
        for name, user in sorted(users.items(), key=lambda item: item[0] != OWN_USER)
    )


def _wheres(declared: Declared) -> dict[str, Where]:
    where = declared.city[0].where
    places = {
        "time": ("time",), "time.ntp": ("time", "ntp"), "time.posix": ("time", "posix"),
        "time.max_skew_s": ("time", "max_skew_s"), "syslog": ("syslog",), "network": ("network",),
        "protocols": ("protocols",), "city": ("city",),
    }  # fmt: skip
    found = {name: where(*path) for name, path in places.items()}
    found |= {f"protocols.{name}": where("protocols", name) for name in declared.city[1].protocols}
    found |= {f"streams.{name}": where("streams", name) for name in declared.city[1].streams}
    return found


def _notes(declared: Declared, cameras: list[Camera], junctions: list[BuiltJunction]) -> tuple[Mistake, ...]:
    """Published totals that the declaration does not reach."""
    document, city = declared.city
    totals = city.declared_totals
    if totals is None:
        return ()
    counted = {
        "cameras": sum(1 for camera in cameras if camera.phase == totals.phase),
        "junctions": sum(1 for built in junctions if any(c.phase == totals.phase for c in built.cameras)),
    }
    published = {"cameras": totals.cameras, "junctions": totals.junctions}
    return tuple(
        Mistake(
            str(document.where("declared_totals", key)),
            f"{key} of phase {totals.phase}: {published[key]} published ({totals.source}, {totals.as_of}), "
            f"{counted[key]} declared",
        )
        for key in published
        if published[key] != counted[key]
    )
