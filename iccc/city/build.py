"""From what is declared to devices, and every mistake that shows only in the whole."""

from __future__ import annotations

from collections import Counter

from iccc.city.declared import Declared, Mistakes
from iccc.city.devices import Camera, City, Device, Recorder, UserPlan
from iccc.city.fabric import assign_vlans, build_recorders, cable, core_switches, ring_of_junction, towards_core
from iccc.city.junctions import BuiltJunction, build_junction
from iccc.city.model import User
from iccc.errors import Mistake
from iccc.explain import one_of
from iccc.secrets import OWN_USER
from iccc.yamlfile import Where


def build(declared: Declared, *, complete: bool, digest: str) -> tuple[City | None, list[Mistake]]:
    """The city and the mistakes; the city is None when there are any.

    ``complete`` is False when some files could not be parsed: what depends on all of them is then not judged.
    """
    mistakes = Mistakes()
    _check_profiles(declared, mistakes)
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
    drafts |= {draft.name: draft for junction in built for draft in junction.switches}
    links = cable(declared, drafts, built, mistakes)
    recorders = build_recorders(declared, drafts, mistakes)
    assign_vlans(declared, drafts, built, links)
    upstream = towards_core(drafts, links)
    management = declared.city[1].network.management.vlan
    switches = {name: draft.freeze(management, upstream[name]) for name, draft in drafts.items()}
    cameras = [camera for junction in built for camera in junction.cameras]
    _check_unique([*switches.values(), *recorders, *cameras], mistakes)
    if complete:
        _check_recorders(declared, cameras, recorders, mistakes)
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


def _check_profiles(declared: Declared, mistakes: Mistakes) -> None:
    document, city = declared.city
    for name, group in city.groups.items():
        for role, stream in (("main", group.main), ("sub", group.sub)):
            if stream not in city.streams:
                mistakes.add(document, ("groups", name, role), f"stream {one_of(stream, city.streams)}")
        mistakes.device_type(declared, document, ("groups", name, "device_type"), group.device_type, "camera")
    for kind, users in (("camera", city.users.camera), ("recorder", city.users.recorder)):
        if OWN_USER not in users:
            mistakes.add(document, ("users", kind), f"no user {OWN_USER!r}: it is the one that iccc logs in with")
        elif users[OWN_USER].level != "Administrator":
            text = f"{OWN_USER} is the one that iccc configures with: it must be Administrator"
            mistakes.add(document, ("users", kind, OWN_USER, "level"), text)


def _check_unique(devices: list[Device], mistakes: Mistakes) -> None:
    for attribute in ("name", "address"):
        first: dict[str, Device] = {}
        for device in devices:
            value = getattr(device, attribute)
            other = first.setdefault(value, device)
            if other is not device:
                mistakes.found.append(
                    Mistake(
                        str(device.where), f"{attribute} {value} of {device.name} is {other.name}'s ({other.where})"
                    )
                )


def _check_recorders(declared: Declared, cameras: list[Camera], recorders: list[Recorder], mistakes: Mistakes) -> None:
    by_name = {recorder.name: recorder for recorder in recorders}
    code = declared.city[1].city.code
    active = {f"{code}-rec{entry.number:02d}" for entry in declared.recorders[1].recorders if not entry.standby}
    for document, file in declared.junctions:
        for index, group in enumerate(file.cameras):
            name = f"{code}-rec{group.recorder:02d}"
            if name not in active:
                numbers = sorted(str(int(n[-2:])) for n in active)
                mistakes.add(
                    document,
                    ("cameras", index, "recorder"),
                    f"recorder {group.recorder} is not one of {', '.join(numbers)}",
                )
    for name, count in Counter(camera.recorder for camera in cameras).items():
        if name in by_name and count > by_name[name].channels:
            mistakes.found.append(
                Mistake(
                    str(by_name[name].where),
                    f"{name} has {by_name[name].channels} channels; {count} cameras record on it",
                )
            )


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
