"""From what is declared to devices, and every mistake that shows only in the whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from iccc.city.boq import check_boq, check_counted
from iccc.city.calling import answer_points, check_calling
from iccc.city.centre import build_centre
from iccc.city.checks import (
    check_catalogue,
    check_network,
    check_profiles,
    check_reachable,
    check_recorders,
)
from iccc.city.declared import Declared, Mistakes, Whole
from iccc.city.devices import AlertMail, City, Heartbeat, UserPlan
from iccc.city.fabric import build_chains, cable, chain_of_site, core_switches, not_linked
from iccc.city.failovers import failovers, moved
from iccc.city.figures import figures, sizing_of
from iccc.city.holds import footage_holds, holds
from iccc.city.identity import check_former, check_unique
from iccc.city.model.city import SwitchUser, User, Users
from iccc.city.model.maintenance import Maintenance
from iccc.city.model.switching import CameraPorts, SpanningTree, Switching
from iccc.city.policies import check_absent, maintenance, switching
from iccc.city.references import check_references
from iccc.city.sites import BuiltSite, build_site, central_vlans
from iccc.city.totals import gaps, unknowns
from iccc.city.trunks import assign_vlans, towards_core
from iccc.errors import Mistake
from iccc.secrets import OWN_USER
from iccc.yamlfile import Strict, Where


def build(declared: Declared, *, digest: str) -> tuple[City | None, list[Mistake]]:
    """The city and the mistakes; the city is None when there are any, or when not all of it is known."""
    whole = declared.whole
    mistakes = Mistakes()
    check_catalogue(declared, mistakes)
    check_boq(declared, mistakes)
    check_profiles(declared, mistakes)
    check_network(declared, mistakes)
    design, expected = figures(declared, mistakes)
    chains = chain_of_site(declared, mistakes)
    sites: dict[int, BuiltSite] = {}
    vlans = central_vlans(declared)
    for sheet in declared.sites:
        number = sheet.file.number
        if number in sites:
            text = f"site {number} is declared at {sites[number].site.where} already"
            mistakes.add(sheet.document, ("number",), text)
            continue
        sites[number] = build_site(declared, sheet, chains[number], vlans, mistakes)
    built = [sites[number] for number in sorted(sites)]
    check_absent(declared, vlans, mistakes)
    drafts = {draft.name: draft for draft in core_switches(declared, mistakes)}
    for draft in (draft for site in built for draft in site.switches):
        if (same := drafts.setdefault(draft.name, draft)) is not draft:
            mistakes.add_at(same.where, f"switch {draft.name} is a site's ({draft.where})")
    built_chains = build_chains(declared, built, mistakes)
    links = cable(declared, drafts, built_chains, mistakes)
    recorders, servers = build_centre(declared, drafts, links, mistakes)
    assign_vlans(declared, drafts, built, links)
    upstream = towards_core(drafts, links)
    management = declared.city.file.network.management
    switches = {name: draft.freeze(management, upstream[name]) for name, draft in drafts.items()}
    cameras = [camera for site in built for camera in site.cameras]
    equipment = [*servers, *(device for site in built for device in site.equipment)]
    devices = [*switches.values(), *recorders, *equipment, *cameras]
    check_unique(declared, devices, mistakes)
    check_former(declared, mistakes)
    check_references(declared, devices, mistakes)
    check_calling(declared, {one.where for one in equipment if one.on_the_wire}, mistakes)
    held = holds(declared, {site.site.code: site.site for site in built}, cameras, recorders, mistakes)
    if whole.recorders:
        check_recorders(declared, cameras, recorders, mistakes)
    away = failovers(declared, cameras, recorders, mistakes)
    cameras = moved(cameras, away)
    footage = footage_holds(declared, cameras, away)
    if not mistakes.found:
        check_counted(declared, mistakes)
    if whole.sites and not mistakes.found:
        check_reachable(declared, drafts, links, upstream, mistakes)
    if mistakes.found or whole != Whole():
        return None, mistakes.found
    city = declared.city.file
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
            dns_servers=tuple(map(str, city.dns)),
            answer_points={point.room: point for point in answer_points(declared)},
            audio=city.audio is not None,
            multicast=city.multicast is not None,
            metadata=city.metadata,
            dot1x=city.dot1x,
            osd={corner: str(shows) for corner, shows in city.osd.items()},
            imaging=city.imaging,
            rules=city.rules,
            phases={name: phase.title for name, phase in city.phases.items()},
            sites={site.site.code: site.site for site in built},
            switches=switches,
            recorders={one.name: replace(one, hold=held.get(one.name)) for one in recorders},
            cameras={
                one.name: replace(one, hold=held.get(one.name), footage_holds=footage.get(one.name, ()))
                for one in cameras
            },
            equipment={device.name: device for device in equipment},
            links=tuple(links),
            chains=built_chains,
            sizing=sizing_of(design),
            figures=design,
            expected_figures=expected,
            wheres=_wheres(declared),
            catalogue=declared.catalogue.file.device_types,
            notes=(
                *not_linked(declared, chains),
                *gaps(declared, cameras, [site.site for site in built], equipment),
                *unknowns(declared, cameras),
            ),
            digest=digest,
            declared=declared,
            switch_users=_users(declared, "switch", city.users.switch or {}),
            server_users=_administrators(city.users),
            alerts=_alerts(declared),
            heartbeat=_heartbeat(declared),
            parking=(parking.vlan, parking.name) if (parking := city.network.parking) else None,
            management_sources=tuple(map(str, city.network.management.sources or ())),
            switching=switching(declared),
            maintenance=maintenance(declared),
            failovers=away,
            traps_to=str(city.snmp.traps_to) if city.snmp and city.snmp.traps_to else None,
        ),
        [],
    )


def _administrators(users: Users) -> dict[str, tuple[str, ...]] | None:
    """Public keys of whoever may become root on servers; None when that is not managed."""
    return None if users.server is None else {name: user.keys for name, user in users.server.items()}


def _alerts(declared: Declared) -> AlertMail | None:
    said = declared.servers.file.alerts if declared.servers else None
    return AlertMail(said.relay, said.starttls, said.sender, said.to, said.user) if said else None


def _heartbeat(declared: Declared) -> Heartbeat | None:
    said = declared.servers.file.heartbeat if declared.servers else None
    return Heartbeat(said.url, said.every_min) if said else None


def _users(declared: Declared, kind: str, users: Mapping[str, User | SwitchUser]) -> tuple[UserPlan, ...]:
    where = declared.city.document.where
    return tuple(
        UserPlan(name, user.level, where("users", kind, name))
        for name, user in sorted(users.items(), key=lambda item: item[0] != OWN_USER)
    )


def _wheres(declared: Declared) -> dict[str, Where]:
    where = declared.city.document.where
    places = {
        "time": ("time",), "time.ntp": ("time", "ntp"), "time.posix": ("time", "posix"),
        "time.max_skew_s": ("time", "max_skew_s"), "syslog": ("syslog",), "network": ("network",),
        "protocols": ("protocols",), "city": ("city",), "network.parking": ("network", "parking"),
        "network.management": ("network", "management"), "users.switch": ("users", "switch"),
        "network.management.sources": ("network", "management", "sources"),
        "audio": ("audio",), "dns": ("dns",), "multicast": ("multicast",), "metadata": ("metadata",),
        "dot1x": ("dot1x",),
        "switching": ("switching",), "maintenance": ("maintenance",),
    }  # fmt: skip
    found = {name: where(*path) for name, path in places.items()}
    sections: dict[tuple[str, ...], type[Strict]] = {
        ("switching",): Switching, ("switching", "spanning_tree"): SpanningTree,
        ("switching", "camera_ports"): CameraPorts, ("maintenance",): Maintenance,
    }  # fmt: skip
    for path, model in sections.items():
        found |= {".".join((*path, name)): where(*path, name) for name in model.model_fields}
    found |= {f"protocols.{name}": where("protocols", name) for name in declared.city.file.protocols}
    found |= {f"osd.{name}": where("osd", name) for name in declared.city.file.osd}
    if city_metadata := declared.city.file.metadata:
        found |= {f"metadata.{key}": where("metadata", key) for key in city_metadata.model_fields_set}
    found |= {f"streams.{name}": where("streams", name) for name in declared.city.file.streams}
    for name, rules in declared.city.file.rules.items():
        found |= {f"rules.{name}.{key}": where("rules", name, key) for key in rules.model_fields_set}
    for name, profile in declared.city.file.imaging.items():
        found |= {f"imaging.{name}.{key}": where("imaging", name, key) for key in profile.model_fields_set}
    return found
