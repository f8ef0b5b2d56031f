"""``city.yaml`` of a city that was found: what its devices show together, and a TODO for what none of them does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address
from typing import Any

from iccc.adopt.city.drawn import Drawn, DrawnSite
from iccc.adopt.city.facts import Facts, Told
from iccc.adopt.city.plan import Plan
from iccc.adopt.city.profiles import Profiles
from iccc.adopt.city.text import flow, listed, scalar, todo
from iccc.city.checks import POSIX_ZONE
from iccc.city.model.common import Category
from iccc.city.model.switching import LOGINS
from iccc.errors import UsageError
from iccc.secrets import OWN_USER

PHASE = "existing"
RETENTION = "unread"
SKEW_S = 5
HasPassword = Callable[[str, str], bool]  # device, user


@dataclass(frozen=True)
class Said:
    """What a person says for the file, since the network may not: NTP servers, the network of recorders."""

    ntp: Sequence[str] = ()
    recording: tuple[int, Plan] | None = None


def city_text(
    key: str, drawn: Drawn, facts: Facts, profiles: Profiles, at: datetime, said: Said, has: HasPassword
) -> str:
    """The whole file. UsageError when something that a declaration cannot be without was neither read nor said."""
    return "\n".join(_lines(key, drawn, facts, profiles, at, said, has)) + "\n"


def _lines(
    key: str, drawn: Drawn, facts: Facts, profiles: Profiles, at: datetime, said: Said, has: HasPassword
) -> Iterator[str]:
    counted = f"{len(drawn.cameras)} cameras on {len(drawn.sites)} sites"
    yield f"# Read from the network on {at:%Y-%m-%d} by `iccc adopt`: {counted}."
    yield "# What devices tell is written. What none of them tells is behind TODO, for somebody who knows."
    yield "# yaml-language-server: $schema=../../docs/schema/city-v1.json"
    yield "schema: city/v1"
    yield "city:"
    yield f"  code: {drawn.frame.code}"
    name = facts.city.everywhere
    yield f"  name: {scalar(name or key.capitalize())}{'' if name else todo(f'cameras do not tell one: {facts.city}')}"
    yield f"  name_hi: unknown{todo('no device tells it')}"
    yield f"  state: unknown{todo('no device tells it')}"
    yield ""
    yield "phases:"
    yield f"  {PHASE}:"
    yield '    title: "What ran when the city was adopted"'
    yield "    status: installed"
    yield f'    note: "Read from the network on {at:%Y-%m-%d}. When and by which order it was bought no device tells."'
    yield ""
    yield from _time(facts, said)
    yield from _hosts("syslog", facts.syslog, "syslog servers of switches")
    if facts.dns.all_alike:
        yield f"dns: {listed(facts.dns.all_alike)}"
    elif facts.dns.counts:
        yield f"# dns: not managed; cameras have {facts.dns}"
    yield f"# logs: {{syslog_days: …, access_log_days: …}}{todo('how long logs are kept no device tells')}"
    yield ""
    yield from _network(drawn, facts, said)
    yield ""
    yield "streams:"
    for stream_name, stream in profiles.streams.items():
        yield f"  {stream_name}: {flow(stream.model_dump())}"
    yield ""
    yield "retention:"
    yield f"  {RETENTION}: {{days: unknown}}{todo('how long recordings are kept no camera tells')}"
    yield ""
    yield "groups:"
    for group, own in profiles.groups.items():
        yield f"  {scalar(group)}: {flow({'device_type': own.device_type, 'main': own.main, 'sub': own.sub})}"
    yield ""
    defaults = flow({"retention": RETENTION, "recorder": "unknown"})
    yield f"defaults: {defaults}{todo('which recorder records which camera, where no entry says it')}"
    yield ""
    yield from _users(drawn, facts, has)
    yield ""
    yield from _protocols(facts)
    yield ""
    yield "# hardening: a policy, which no device tells; for its lines see docs/schema/city-v1.json"
    yield from _switching(facts)


def _time(facts: Facts, said: Said) -> Iterator[str]:
    offset = facts.offset_min.all_alike
    zone = facts.zones.most
    most = facts.offset_min.most if offset is None else offset
    if most is None:
        raise UsageError("no device tells its time zone, and city.yaml cannot be without one")
    why = "" if offset is not None else todo(f"devices differ: {facts.offset_min}")
    yield "time:"
    yield f"  posix: {scalar(zone if zone and _offset(zone) == most else _posix(most))}{why}"
    yield f"  utc_offset_min: {most}"
    yield f"  max_skew_s: {SKEW_S}{todo('how far a clock may be off is yours to say')}"
    servers = facts.ntp.all_alike or frozenset(said.ntp) or facts.ntp.most
    if not servers:
        raise UsageError("no device has an NTP server, and city.yaml cannot be without one: give --ntp ADDRESS")
    differ = "" if facts.ntp.all_alike or said.ntp else todo(f"devices differ: {facts.ntp}")
    yield f"  ntp: {listed(_sorted(servers))}{differ}"


def _offset(zone: str) -> int:
    found = POSIX_ZONE.fullmatch(zone)
    assert found is not None  # none other is told
    minutes = int(found[2]) * 60 + int(found[3] or 0)
    return minutes if found[1] == "-" else -minutes


def _posix(minutes: int) -> str:
    """A zone without a name of its own: ``<+0530>-5:30``."""
    sign, hours, rest = ("+" if minutes >= 0 else "-"), abs(minutes) // 60, abs(minutes) % 60
    return f"<{sign}{hours:02d}{rest:02d}>{'-' if minutes >= 0 else ''}{hours}:{rest:02d}"


def _sorted(addresses: Sequence[str] | frozenset[str]) -> list[str]:
    return [str(one) for one in sorted(map(IPv4Address, addresses))]


def _hosts(key: str, told: Told[frozenset[str]], what: str) -> Iterator[str]:
    if told.all_alike:
        yield f"{key}: {listed(_sorted(told.all_alike))}"
    else:
        yield f"# {key}: not managed; {what}: {told}"


def _network(drawn: Drawn, facts: Facts, said: Said) -> Iterator[str]:
    frame = drawn.frame
    yield "network:"
    management = {
        "vlan": frame.management_vlan, "name": _vlan_name(facts, frame.management_vlan, "management"),
        **_plan(frame.management, per_site=True), "sources": _sources(facts),
    }  # fmt: skip
    yield f"  management: {flow(management)}{_length(frame.management)}"
    if frame.video is None or frame.first_vlan is None:
        raise UsageError("no camera was found on a port of a switch that was read: nobody knows the cameras' network")
    video = {"first_vlan": frame.first_vlan, **_plan(frame.video, per_site=True)}
    yield f"  video: {flow(video)}{_length(frame.video)}"
    if frame.recording is not None and frame.recording_vlan is not None:
        vlan, plan = frame.recording_vlan, frame.recording
    elif said.recording is not None:
        vlan, plan = said.recording
    else:
        text = "no recorder was found on a port of a switch that was read: give --recording VLAN:PREFIX"
        raise UsageError(text)
    name = _vlan_name(facts, vlan, "recording")
    yield f"  recording: {flow({'vlan': vlan, 'name': name, **_plan(plan, per_site=False)})}{_length(plan)}"
    if frame.field is not None:
        field = {"first_vlan": frame.field_first_vlan, **_plan(frame.field, per_site=True)}
        yield f"  field: {flow(field)}{_length(frame.field)}"
    parked = facts.parked.all_alike
    if parked is not None and parked >= 2:
        yield f"  parking: {flow({'vlan': parked, 'name': _vlan_name(facts, parked, 'parking')})}"
    elif facts.parked.counts:
        yield f"  # parking: ports that are shut are in no one VLAN: {facts.parked}"


def _length(plan: Plan) -> str:
    return "" if plan.told else todo(f"no device told the length of its prefix; /{plan.per_site} is what is usual")


def _plan(plan: Plan, per_site: bool) -> dict[str, Any]:
    return {
        "prefix": str(plan.prefix),
        "per_site": plan.per_site if per_site else None,
        "first_host": plan.first_host,
        "gateway_host": None if plan.gateway_host == 1 else plan.gateway_host,
    }


def _sources(facts: Facts) -> list[str] | None:
    found = facts.sources.everywhere
    return sorted(found) if found else None


def _vlan_name(facts: Facts, vlan: int, otherwise: str) -> str:
    told = facts.vlan_names.get(vlan)
    name = (told.most if told else None) or otherwise
    return name if name.islower() and name.replace("-", "").isalnum() and name[0].isalpha() else otherwise


def name_of(drawn: Drawn, site: DrawnSite, which: str) -> str:
    """The name that a device of a site has by its number, whatever it is called now."""
    letter = "j" if site.type == Category.JUNCTION else "s"
    return f"{drawn.frame.code}-{letter}{site.number:02d}-{which}"


def _users(drawn: Drawn, facts: Facts, has: HasPassword) -> Iterator[str]:
    cameras = [name_of(drawn, site, f"c{one.slot:02d}") for site in drawn.sites for one in site.cameras]
    recorders = [f"{drawn.frame.code}-rec{one.number:02d}" for one in drawn.recorders]
    yield "users:"
    yield from _of_kind("camera", facts.camera_users, lambda user: all(has(name, user) for name in cameras))
    yield from _of_kind("recorder", facts.recorder_users, lambda user: all(has(name, user) for name in recorders))
    own = facts.switch_users.get(OWN_USER)
    if own is not None and own.everywhere == "Administrator":
        yield from _of_kind("switch", facts.switch_users, lambda _user: True)
    elif facts.switch_users:
        names = ", ".join(f"{name}: {told}" for name, told in facts.switch_users.items())
        yield f"  # switch: not managed, since {OWN_USER} is not everywhere; there are {names}"


def _of_kind(kind: str, users: Mapping[str, Told[str]], stored: Callable[[str], bool]) -> Iterator[str]:
    """Users that all have, at one level, and whose passwords are known; the others are told of."""
    yield f"  {kind}:"
    own = users.get(OWN_USER)
    missing = (
        ""
        if own is not None and own.everywhere == "Administrator"
        else todo(f"a deploy makes it; now it is {own or 'nowhere'}")
    )
    yield f"    {OWN_USER}: {{level: Administrator}}{missing}"
    for name, told in users.items():
        level = told.everywhere
        if name == OWN_USER:
            continue
        if level is not None and stored(name):
            yield f"    {scalar(name)}: {flow({'level': level})}"
        elif level is not None:
            yield f"    # {name}: {flow({'level': level})} is on all, and its password is not in the secret store"
        else:
            yield f"    # {name}: {told}"


def _protocols(facts: Facts) -> Iterator[str]:
    yield "protocols:"
    written = False
    for name, told in facts.protocols.items():
        known = told.everywhere
        if known is None:
            yield f"  # {name}: {told}"
        elif name != "https" or known[0]:
            written = True
            yield f"  {name}: {flow({'enabled': known[0], 'port': known[1]})}"
    if not written:
        yield "  {}"


def _switching(facts: Facts) -> Iterator[str]:
    """Settings that all switches have alike; a bridge priority is each one's own, and is not managed here."""
    lines: list[str] = []
    if facts.lldp.everywhere is not None:
        lines.append(f"  lldp: {scalar(facts.lldp.everywhere)}")
    elif facts.lldp.counts:
        lines.append(f"  # lldp: {facts.lldp}")
    if facts.spanning_tree.everywhere in _TREES:
        lines.append(f"  spanning_tree: {flow({'mode': facts.spanning_tree.everywhere})}")
    elif facts.spanning_tree.counts:
        lines.append(f"  # spanning_tree: {facts.spanning_tree}")
    if facts.logins.everywhere in LOGINS:
        lines.append(f"  logins: {listed(facts.logins.everywhere or ())}")
    elif facts.logins.counts:
        lines.append(f"  # logins: {facts.logins}")
    edge = {key: told.all_alike for key, told in facts.edge.items() if told.all_alike and told.of}
    if edge:
        lines.append(f"  camera_ports: {flow(edge)}")
    if any(not line.lstrip().startswith("#") for line in lines):
        yield ""
        yield "switching:"
        yield from lines


_TREES = ("rapid-pvst", "rstp", "mstp")
