"""Mistakes that show only when several entries, or several files, are looked at together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from ipaddress import IPv4Network

from iccc.city.declared import Declared, Mistakes
from iccc.city.devices import Camera, Link, Recorder
from iccc.city.draft import SwitchDraft
from iccc.city.model.catalogue import Kind
from iccc.city.model.city import SwitchUser, User
from iccc.city.model.common import ONVIF_PORT, Layer
from iccc.errors import Mistake
from iccc.explain import Key, one_of
from iccc.secrets import OWN_USER, STREAM_USER
from iccc.units import ranges
from iccc.yamlfile import Where

# What a device type of a kind must say, for others to build on it.
NEEDED = {
    Kind.CAMERA: ("pse_w",),
    Kind.SWITCH: ("platform", "ports"),
    Kind.RECORDER: ("channels",),
    Kind.UPS: ("va",),
    Kind.TRANSCEIVER: ("optical_budget_db",),
}
POSIX_ZONE = re.compile(r"(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)([+-]?)(\d{1,2})(?::(\d{2}))?")


def check_catalogue(declared: Declared, mistakes: Mistakes) -> None:
    """Device types that lack what their kind needs, or have a port twice."""
    document, catalogue = declared.catalogue
    for name, type_ in catalogue.device_types.items():
        for key in NEEDED.get(type_.kind, ()):
            if not getattr(type_, key):
                mistakes.add(document, ("device_types", name), f"{name} is a {type_.kind} and needs {key!r}")
        twice = [port for port, count in Counter(type_.port_names).items() if count > 1]
        if twice:
            mistakes.add(document, ("device_types", name, "ports"), f"{name} has port {twice[0]} twice")


def check_profiles(declared: Declared, mistakes: Mistakes) -> None:
    """Camera groups, users and protocols of ``city.yaml``."""
    document, city = declared.city
    for name, group in city.groups.items():
        _check_layer(declared, ("groups", name), group, mistakes)
        mistakes.device_type(declared, document, ("groups", name, "device_type"), group.device_type, Kind.CAMERA)
    _check_layer(declared, ("defaults",), city.defaults, mistakes)
    for type_, layer in city.site_types.items():
        _check_layer(declared, ("site_types", str(type_)), layer, mistakes)
    _check_users(declared, "camera", city.users.camera, mistakes)
    _check_users(declared, "recorder", city.users.recorder, mistakes)
    if city.users.switch is not None:
        _check_users(declared, "switch", city.users.switch, mistakes)
    http, https = city.protocols.get("http"), city.protocols.get("https")
    if http is not None and (not http.enabled or http.port != ONVIF_PORT) and (https is None or not https.enabled):
        text = f"iccc talks to cameras over http on port {ONVIF_PORT}, or over https: one of them must be enabled"
        mistakes.add(document, ("protocols", "http"), text)
    if city.dot1x is not None and (https is None or not https.enabled):
        text = "its passwords are sent to cameras over https alone, which `protocols` does not switch on"
        mistakes.add(document, ("dot1x",), text)
    ports: dict[int, str] = {}
    for protocol, entry in city.protocols.items():
        if (other := ports.setdefault(entry.port, protocol)) != protocol and entry.enabled:
            mistakes.add(document, ("protocols", protocol, "port"), f"port {entry.port} is {other}'s already")


def _check_users(declared: Declared, kind: str, users: Mapping[str, User | SwitchUser], mistakes: Mistakes) -> None:
    document = declared.city.document
    if OWN_USER not in users:
        mistakes.add(document, ("users", kind), f"no user {OWN_USER!r}: it is the one that iccc logs in with")
    elif users[OWN_USER].level != "Administrator":
        text = f"{OWN_USER} is the one that iccc configures with: it must be Administrator"
        mistakes.add(document, ("users", kind, OWN_USER, "level"), text)


def _check_layer(declared: Declared, path: tuple[Key, ...], layer: Layer, mistakes: Mistakes) -> None:
    """Streams, retention, imaging, rules and phase that a layer of ``city.yaml`` names."""
    document, city = declared.city
    known: dict[str, Iterable[str]] = {
        "main": city.streams,
        "sub": city.streams,
        "retention": city.retention,
        "imaging": city.imaging,
        "rules": city.rules,
        "phase": city.phases,
    }
    for key, names in known.items():
        value = getattr(layer, key)
        if value is not None and value not in names:
            what = "stream" if key in ("main", "sub") else key
            mistakes.add(document, (*path, key), f"{what} {one_of(value, names)}")


def check_network(declared: Declared, mistakes: Mistakes) -> None:
    """Time zone, prefixes and VLANs of ``city.yaml`` among themselves."""
    document, city = declared.city
    zone = POSIX_ZONE.fullmatch(city.time.posix)
    if zone is None:
        mistakes.add(document, ("time", "posix"), f"posix {city.time.posix!r} is no POSIX time zone like IST-5:30")
    else:
        minutes = int(zone[2]) * 60 + int(zone[3] or 0)
        minutes = minutes if zone[1] == "-" else -minutes  # POSIX counts westwards
        if minutes != city.time.utc_offset_min:
            text = f"utc_offset_min {city.time.utc_offset_min} is not the {minutes} of posix {city.time.posix}"
            mistakes.add(document, ("time", "utc_offset_min"), text)
    network = city.network
    used: dict[str, IPv4Network] = {}
    for name in ("management", "video", "recording", "field", "servers"):
        plan = getattr(network, name)
        if plan is None:
            continue
        prefix: IPv4Network = plan.prefix
        length = max(getattr(plan, "per_site", 0), prefix.prefixlen)
        if plan.gateway_host > (last := (1 << (32 - length)) - 2):
            text = f"gateway {plan.gateway_host} is outside its subnet: a /{length} has hosts 1 to {last}"
            mistakes.add(document, ("network", name, "gateway_host"), text)
        for other, its in used.items():
            if prefix.overlaps(its):
                mistakes.add(document, ("network", name, "prefix"), f"prefix {prefix} overlaps {other}'s {its}")
        used[name] = prefix
    if network.recording.vlan == network.management.vlan:
        mistakes.add(document, ("network", "recording", "vlan"), f"vlan {network.recording.vlan} is management's")
    if network.field and network.field.first_vlan == network.video.first_vlan:
        text = f"first_vlan {network.field.first_vlan} is video's: each site would have one VLAN for both"
        mistakes.add(document, ("network", "field", "first_vlan"), text)
    if network.servers and network.servers.vlan in (network.management.vlan, network.recording.vlan):
        other = "management" if network.servers.vlan == network.management.vlan else "recording"
        mistakes.add(document, ("network", "servers", "vlan"), f"vlan {network.servers.vlan} is {other}'s")
    if network.parking is not None:
        central = {"management": network.management, "recording": network.recording, "servers": network.servers}
        for name, plan in central.items():
            if plan is not None and plan.vlan == network.parking.vlan:
                text = f"vlan {plan.vlan} is {name}'s; unused ports need one that nothing else is in"
                mistakes.add(document, ("network", "parking", "vlan"), text)


def check_recorders(
    declared: Declared, cameras: Iterable[Camera], recorders: Iterable[Recorder], mistakes: Mistakes
) -> None:
    """Every camera records on a recorder that is there and no standby; channels are enough and nobody else's."""
    entries = {entry.number: entry for entry in declared.recorders.file.recorders}
    active = [number for number, entry in entries.items() if not entry.standby]
    built = {recorder.name: recorder for recorder in recorders}
    told: set[Where] = set()
    counts: Counter[str] = Counter()
    channels: dict[tuple[str, int], Camera] = {}
    pathless: set[str] = set()
    for camera in (one for one in cameras if one.recorder):
        number = int(camera.recorder.rpartition("rec")[2])
        where = camera.origins["recorder"][0]
        if number not in active and where not in told:
            told.add(where)
            what = "is a standby" if number in entries else "is not declared"
            mistakes.add_at(where, f"recorder {number} {what}; cameras record on {ranges(active)}")
        recorder = built.get(camera.recorder)
        counts[camera.recorder] += 1
        if recorder is not None and recorder.host is not None and camera.stream_path is None:
            if camera.device_type not in pathless:
                text = f"{camera.name} ({camera.device_type}) records on the server {recorder.name}, which needs"
                mistakes.add_at(camera.where, f"{text} 'stream_path' of its type in the catalogue")
            pathless.add(camera.device_type)
        if camera.channel is None or recorder is None:
            continue
        if camera.channel > recorder.channels:
            text = f"channel {camera.channel} of {camera.name}: {recorder.name} has {recorder.channels}"
            mistakes.add_at(camera.where, text)
        other = channels.setdefault((camera.recorder, camera.channel), camera)
        if other is not camera:
            text = f"channel {camera.channel} of {camera.recorder} is {other.name}'s ({other.where})"
            mistakes.add_at(camera.where, text)
    users = declared.city.file.users.camera
    for recorder in built.values():
        if recorder.host is not None and STREAM_USER not in users:
            text = f"{recorder.name} takes the streams of cameras as {STREAM_USER!r}, which is no user of theirs"
            mistakes.add_at(recorder.host.where, f"{text} (users in city.yaml)")
        if counts[recorder.name] > recorder.channels:
            text = f"{recorder.name} has {recorder.channels} channels; {counts[recorder.name]} cameras record on it"
            mistakes.add_at(recorder.where, text)


def check_reachable(
    declared: Declared,
    drafts: Mapping[str, SwitchDraft],
    links: Sequence[Link],
    upstream: Mapping[str, tuple[str, ...]],
    mistakes: Mistakes,
) -> None:
    """Every switch has a way to a core switch; one mistake for each part of the network that has none.

    Those of sites in no ring or spur are told where that is allowed or not (``chain_of_site``).
    """
    if not any(draft.role == "core" for draft in drafts.values()):
        mistakes.add(declared.core.document, ("switches",), "no switch has the role core")
        return
    linked = {name for name, draft in drafts.items() if draft.role != "access" or draft.chain is not None}
    cut_off = {name for name in linked if drafts[name].role != "core" and not upstream[name]}
    for name in drafts:
        if name not in cut_off:
            continue
        part, before = {name}, 0
        while len(part) > before:
            before = len(part)
            part |= {end for link in links if {link.a, link.b} & part for end in (link.a, link.b)}
        cut_off -= part
        others = f", nor have the {len(part) - 1} switches behind it" if len(part) > 1 else ""
        text = f"switch {name} has no way to a core switch{others}"
        mistakes.found.append(Mistake(str(drafts[name].where), text))
