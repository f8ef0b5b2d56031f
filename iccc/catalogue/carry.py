"""From a device type of NetBox to one of ours: what fits is carried over, and what does not is said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from iccc.catalogue.interface_types import is_copper, is_ethernet, is_wireless
from iccc.catalogue.netbox import Interface, NetBoxDeviceType
from iccc.catalogue.ports import Port, ranges
from iccc.city.checks import NEEDED
from iccc.city.model.catalogue import PORT, PORT_OF_PLATFORM, DeviceType, Kind
from iccc.explain import shown
from iccc.yamlfile import Document

# PSE watts by PoE type: IEEE 802.3 af, at, bt type 3 and type 4. Passive PoE follows no standard.
PSE_W = {"type1-ieee802.3af": 15.4, "type2-ieee802.3at": 30.0, "type3-ieee802.3bt": 60.0, "type4-ieee802.3bt": 100.0}

# The head of the bill of quantities where such devices are counted, unless one is asked for.
HEADS: Mapping[Kind, str] = {
    Kind.CAMERA: "A",
    Kind.SWITCH: "C",
    Kind.UPS: "C",
    Kind.TRANSCEIVER: "C",
    Kind.CALL_BOX: "D",
    Kind.PA: "D",
    Kind.VMS_BOARD: "D",
    Kind.SENSOR: "D",
    Kind.BUS_RECORDER: "E",
    Kind.RECORDER: "F",
    Kind.SERVER: "F",
}
_WORDS = (
    (re.compile(r"\b(ups|uninterruptible)\b", re.IGNORECASE), Kind.UPS),
    (re.compile(r"\b(nvr|video recorder)\b", re.IGNORECASE), Kind.RECORDER),
    (re.compile(r"\bserver\b", re.IGNORECASE), Kind.SERVER),
    (re.compile(r"\bswitch\b", re.IGNORECASE), Kind.SWITCH),
    (re.compile(r"\bcamera\b", re.IGNORECASE), Kind.CAMERA),
)
_SWITCH_PORTS = 5  # as many ports has nothing else of a city
_URL = re.compile(r"https?://[^\s<>()\[\]\"'|]+")
KEY_LENGTH = 32
_PORT = re.compile(PORT)


@dataclass(frozen=True)
class Wishes:
    """What NetBox does not know and the person who imports says. ``poe_budget_w`` is of the whole switch."""

    kind: Kind | None = None
    head: str | None = None
    platform: str | None = None
    poe_budget_w: float | None = None


@dataclass(frozen=True)
class Carried:
    """``key`` is the name in our catalogue; ``notes`` say what was concluded, and what did not come along."""

    key: str
    type: DeviceType
    notes: tuple[str, ...]


def carry(document: Document, theirs: NetBoxDeviceType, wishes: Wishes) -> Carried | None:
    """Our entry for ``theirs``; None, with the mistakes noted in the document, when there can be none."""
    notes: list[str] = []
    kind = wishes.kind or _kind(document, theirs, notes)
    usable = _ports(document, theirs, wishes.platform if kind is Kind.SWITCH else None, notes)
    if document.mistakes or kind is None:
        return None
    feeds = any(interface.poe_mode == "pse" for interface in usable)
    values: dict[str, object] = {
        "kind": kind,
        "description": _line(theirs.description) or f"{_line(theirs.manufacturer)} {_line(theirs.model)}",
        "head": wishes.head or HEADS[kind],
        "source": _source(theirs),
        "manufacturer": _line(theirs.manufacturer),
        "part_number": _line(theirs.part_number) or _line(theirs.model),
        "pse_w": None if kind is Kind.SWITCH else _pse_w(usable, notes),
        "power_w": _power_w(theirs, feeds or bool(theirs.power_outlets), notes),
        "rack_units": theirs.u_height or None,
        "ports": ranges(_port(interface, usable, kind, notes) for interface in usable),
    }
    if kind is Kind.SWITCH:
        values |= {"platform": wishes.platform, "poe_budget_w": (wishes.poe_budget_w or 0.0) if feeds else 0.0}
        if feeds and wishes.poe_budget_w is None:
            notes.append("poe_budget_w is not known to NetBox: add it, or say --poe-budget-w; 0 feeds nothing")
    missing = [key for key in NEEDED.get(kind, ()) if not values.get(key)]
    notes += [f"{key} is missing, and a {kind} needs it: add it" for key in missing]
    if left := _left_behind(theirs):
        notes.append(f"not carried over: {', '.join(left)}")
    return Carried(_key(theirs, notes), DeviceType.model_validate(values), tuple(notes))


def _kind(document: Document, theirs: NetBoxDeviceType, notes: list[str]) -> Kind | None:
    """What it is: by its own words, by how many ports it has, or by being fed over its only one."""
    text = f"{theirs.model} {theirs.slug.replace('_', '-')} {theirs.description or ''}"
    wired = [i for i in theirs.interfaces or () if is_ethernet(i.type) and not i.mgmt_only]
    wireless = any(is_wireless(i.type) for i in theirs.interfaces or ())
    for pattern, kind in _WORDS:
        if match := pattern.search(text):
            notes.append(f"kind {kind} is concluded from the word {match[0]!r}")
            return kind
    if len(wired) >= _SWITCH_PORTS or any(i.poe_mode == "pse" for i in wired):
        notes.append(f"kind switch is concluded from its {len(wired)} ports")
        return Kind.SWITCH
    if len(wired) == 1 and wired[0].poe_mode == "pd" and not wireless:
        notes.append("kind camera is concluded from its only port, which feeds it")
        return Kind.CAMERA
    document.mistake((), f"nothing says what kind of device it is: say --kind, one of {', '.join(sorted(Kind))}")
    return None


def _ports(document: Document, theirs: NetBoxDeviceType, platform: str | None, notes: list[str]) -> list[Interface]:
    """The interfaces that are ports of ours; a name that stands twice, or that no command line takes, is a mistake."""
    pattern, like = (
        (PORT_OF_PLATFORM[platform], f"of {platform}") if platform else (_PORT, "like ge-0/0/1, 1/1/24 or eth0")
    )
    found: list[Interface] = []
    skipped: list[str] = []
    first: dict[str, int] = {}
    for index, interface in enumerate(theirs.interfaces or ()):
        if first.setdefault(interface.name, index) != index:
            line = document.where("interfaces", first[interface.name], "name").line
            text = f"interface {shown(interface.name)} stands here twice; first at line {line}"
            document.mistake(("interfaces", index, "name"), text)
        elif interface.mgmt_only or not is_ethernet(interface.type):
            skipped.append(f"{interface.name} ({'management' if interface.mgmt_only else interface.type})")
        elif pattern.fullmatch(interface.name) is None:
            text = f"interface {shown(interface.name)} is not a port name {like}"
            document.mistake(("interfaces", index, "name"), text)
        else:
            found.append(interface)
    if skipped:
        notes.append(f"interfaces that are no ports here: {', '.join(map(shown, skipped))}")
    return found


def _port(interface: Interface, all_: list[Interface], kind: Kind, notes: list[str]) -> Port:
    """A cage beside copper ports is an uplink of a switch."""
    watts = 0.0
    if interface.poe_mode == "pse":
        if interface.poe_type in PSE_W:
            watts = PSE_W[interface.poe_type]
        else:
            of = interface.poe_type or "no poe_type"
            notes.append(f"port {interface.name} feeds with {of}: its watts are not known, poe_w stays 0")
    uplink = kind is Kind.SWITCH and not is_copper(interface.type) and any(is_copper(other.type) for other in all_)
    return Port(interface.name, watts, uplink)


def _pse_w(usable: list[Interface], notes: list[str]) -> float | None:
    """What a switch port must give it: the hungriest of the ports that feed it."""
    fed = [interface for interface in usable if interface.poe_mode == "pd"]
    known = [PSE_W[interface.poe_type] for interface in fed if interface.poe_type in PSE_W]
    if fed and not known:
        notes.append(f"pse_w: fed with {fed[0].poe_type or 'no poe_type'}, so its watts are not known: add them")
    return max(known, default=None)


def _power_w(theirs: NetBoxDeviceType, feeds: bool, notes: list[str]) -> float | None:
    """The draw of its one supply. Of several NetBox does not say whether they share the load."""
    draws = [
        watts for port in theirs.power_ports or () if (watts := port.maximum_draw or port.allocated_draw) is not None
    ]
    if not draws:
        return None
    if feeds:
        notes.append(f"power_w: {max(draws)} W are with what it feeds; add its own draw")
    elif len(draws) > 1:
        notes.append(f"power_w: {len(draws)} supplies of {', '.join(map(str, draws))} W; add what they draw together")
    else:
        return float(draws[0])
    return None


def _left_behind(theirs: NetBoxDeviceType) -> list[str]:
    """Keys with a value that our catalogue has no place for, lists with their length."""
    fields = NetBoxDeviceType.model_fields
    found: list[str] = []
    for name in list(fields)[list(fields).index("airflow") :]:
        value = getattr(theirs, name)
        if value is not None and value != ():
            key = fields[name].alias or name
            found.append(f"{key} ({len(value)})" if isinstance(value, tuple) else key)
    if theirs.comments and _URL.sub("", theirs.comments).strip():
        found.append("comments (but their addresses)" if _URL.search(theirs.comments) else "comments")
    return found


def _source(theirs: NetBoxDeviceType) -> str:
    urls = dict.fromkeys(url.rstrip(".,;") for url in _URL.findall(theirs.comments or ""))
    return " ".join((f"NetBox device type {theirs.slug}", *urls))


def _key(theirs: NetBoxDeviceType, notes: list[str]) -> str:
    """The slug as a word of our catalogue: a letter first, no underscore, at most 32 characters."""
    key = theirs.slug.replace("_", "-").strip("-")
    maker = re.sub(r"[^a-z0-9]+", "-", theirs.manufacturer.lower()).strip("-")
    if not key[:1].isalpha():
        key = f"{maker if maker[:1].isalpha() else 'x'}-{key}".rstrip("-")
    elif len(key) > KEY_LENGTH and maker and key.startswith(f"{maker}-") and key[len(maker) + 1 :][:1].isalpha():
        key = key[len(maker) + 1 :]
    key = key[:KEY_LENGTH].rstrip("-")
    if key != theirs.slug:
        notes.append(f"slug {theirs.slug} is {key} here")
    return key


def _line(text: str | None) -> str:
    """Text without line breaks and control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text or "").split())
