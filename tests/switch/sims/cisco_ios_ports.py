"""The lines below ``interface GigabitEthernet…`` on a Cisco switch: what each does to the port, and how it is shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.switch.sims.cisco_ios_words import INCOMPLETE, INVALID, as_list, vlan_list, wrapped
from tests.switch.sims.truth import EVERY, PortTruth

ALL_BROADCAST = -1.0  # storm control at 0 %: every broadcast is dropped; no value that anybody would want


@dataclass
class Port:
    """One port with what the configuration holds beyond what is in force."""

    name: str
    truth: PortTruth
    vlans: dict[int, str]  # the database of the switch: naming a VLAN that is not there creates it
    desirable: bool = False
    nonegotiate: bool = False
    secured: bool = False
    limit: int = 1
    portfast: str = ""  # "", " trunk"
    flapped: bool = False
    notes: list[str] = field(default_factory=list)  # accepted lines that nothing here depends on

    def __post_init__(self) -> None:
        self.secured, self.limit = self.truth.max_macs > 0, self.truth.max_macs or 1

    def type(self, no: bool, text: str) -> str | None:
        """One line of the sub-mode without its ``no``; what is printed, or None when the sub-mode has no such line."""
        for pattern, handler in COMMANDS:
            if match := re.fullmatch(pattern, text):
                return handler(self, no, match[1] or "")
        return None

    def reset(self) -> None:
        """``default interface``: everything but what hangs on the cable."""
        speed = (self.truth.speed, self.truth.duplex)
        was_shut = self.truth.shutdown
        fresh = Port(self.name, PortTruth(), self.vlans)
        for name in PortTruth.__dataclass_fields__:
            setattr(self.truth, name, getattr(fresh.truth, name))
        for name in ("desirable", "nonegotiate", "secured", "limit", "portfast", "notes"):
            setattr(self, name, getattr(fresh, name))
        self.flapped = speed != ("auto", "auto") and not was_shut

    def refused(self, why: str) -> str:
        return f"Command rejected: {why}\n"


def _description(port: Port, no: bool, text: str) -> str:
    if not no and not text:
        return INCOMPLETE
    port.truth.description = "" if no else text
    return ""


def _mode(port: Port, no: bool, text: str) -> str:
    if no:
        text = "dynamic auto"
    if text == "dynamic":
        return INCOMPLETE
    if text.startswith("dynamic"):
        if port.secured:
            return port.refused(f"{port.name} is a secured port, it cannot become dynamic.")
        if port.nonegotiate:
            return port.refused("Conflict between 'nonegotiate' and 'dynamic' status.")
        port.desirable = text.endswith("desirable")
    port.truth.mode = text.split()[0]
    return ""


def _nonegotiate(port: Port, no: bool, text: str) -> str:
    if not no and port.truth.mode == "dynamic":
        return port.refused("Conflict between 'nonegotiate' and 'dynamic' status on this interface: " + port.name)
    port.nonegotiate = not no
    return ""


def _access(port: Port, no: bool, text: str) -> str:
    if no:
        port.truth.access = 1
        return ""
    if not text:
        return INCOMPLETE
    vlan = int(text)
    if not 1 <= vlan <= 4094:
        return INVALID
    port.truth.access = vlan
    if vlan in port.vlans:
        return ""
    port.vlans[vlan] = ""
    return f"% Access VLAN does not exist. Creating vlan {vlan}\n"


def _native(port: Port, no: bool, text: str) -> str:
    if not no and not text:
        return INCOMPLETE
    if text and not 1 <= int(text) <= 4094:
        return INVALID
    port.truth.native = 1 if no else int(text)
    return ""


def _allowed(port: Port, no: bool, text: str) -> str:
    if no:
        port.truth.allowed = EVERY
        return ""
    if text in ("all", "none"):
        port.truth.allowed = EVERY if text == "all" else frozenset()
        return ""
    verb, _, listed = text.rpartition(" ")
    if not listed or listed in ("add", "remove", "except"):
        return INCOMPLETE
    if verb not in ("", "add", "remove", "except"):
        return INVALID
    if not re.fullmatch(r"[\d,-]+", listed):
        return INVALID
    vlans = vlan_list(listed)
    if vlans is None:
        return port.refused("Bad VLAN allowed list.")
    before = port.truth.allowed
    after = {"": vlans, "add": before | vlans, "remove": before - vlans, "except": EVERY - vlans}[verb]
    port.truth.allowed = frozenset(after)
    return ""


def _shutdown(port: Port, no: bool, text: str) -> str:
    port.truth.shutdown = not no
    return ""


def _speed(port: Port, no: bool, text: str) -> str:
    if not no and not text:
        return INCOMPLETE
    rate = "auto" if no else text
    if rate == "1000" and (port.name.startswith("Fast") or port.truth.duplex == "half"):
        return INVALID if port.name.startswith("Fast") else port.refused("half duplex is not possible at 1000 Mb/s.")
    return _link(port, rate, port.truth.duplex)


def _duplex(port: Port, no: bool, text: str) -> str:
    if not no and not text:
        return INCOMPLETE
    if text == "half" and not no and port.truth.speed == "1000":
        return port.refused("half duplex is not possible at 1000 Mb/s.")
    return _link(port, port.truth.speed, "auto" if no else text)


def _link(port: Port, speed: str, duplex: str) -> str:
    changed = (speed, duplex) != (port.truth.speed, port.truth.duplex)
    port.truth.speed, port.truth.duplex = speed, duplex
    port.flapped = changed and not port.truth.shutdown
    return ""


def _security(port: Port, no: bool, text: str) -> str:
    if not no and port.truth.mode == "dynamic":
        return port.refused(f"{port.name} is a dynamic port.")
    port.secured = not no
    port.truth.max_macs = port.limit if port.secured else 0
    return ""


def _maximum(port: Port, no: bool, text: str) -> str:
    if not no and not text:
        return INCOMPLETE
    limit = 1 if no else int(text)
    if not 1 <= limit <= 8320:
        return INVALID
    port.limit = limit
    port.truth.max_macs = port.limit if port.secured else 0
    return ""


def _storm(port: Port, no: bool, text: str) -> str:
    if not no and not text:
        return INCOMPLETE
    level = 100.0 if no else float(text)
    if level > 100:
        return INVALID
    port.truth.storm_pct = 0.0 if level == 100 else level or ALL_BROADCAST
    return ""


def _portfast(port: Port, no: bool, text: str) -> str:
    words = text.split()
    if no or words in (["disable"], ["network"]):
        port.truth.edge, port.portfast = False, ""
        return ""
    port.truth.edge, port.portfast = True, " trunk" if "trunk" in words else ""
    if port.truth.mode == "trunk" and not port.portfast:
        when = "when the interface is in a non-trunking mode."
        return f"%Portfast has been configured on {port.name} but will only have effect {when}\n"
    return "%Warning: portfast should only be enabled on ports connected to a single host.\n"


def _guard(port: Port, no: bool, text: str) -> str:
    if not no and not text:
        return INCOMPLETE
    port.truth.bpdu_guard = not no and text == "enable"
    return ""


def _power(port: Port, no: bool, text: str) -> str:
    if not no and not text:
        return INCOMPLETE
    port.truth.poe = no or not text.startswith("never")
    return ""


def _note(port: Port, no: bool, text: str) -> str:
    port.notes = [one for one in port.notes if one != text] + ([] if no else [text])
    return ""


COMMANDS: list[tuple[str, Callable[[Port, bool, str], str]]] = [
    (r"description(?: (.+))?", _description),
    (r"switchport mode(?: (access|trunk|dynamic|dynamic auto|dynamic desirable))?", _mode),
    (r"switchport (nonegotiate)", _nonegotiate),
    (r"switchport access vlan(?: (\d+))?", _access),
    (r"switchport trunk native vlan(?: (\d+))?", _native),
    (r"switchport trunk allowed vlan(?: (.+))?", _allowed),
    (r"(shutdown)", _shutdown),
    (r"speed(?: (auto|10|100|1000))?", _speed),
    (r"duplex(?: (auto|full|half))?", _duplex),
    (r"switchport (port-security)", _security),
    (r"switchport port-security maximum(?: (\d+))?", _maximum),
    (r"storm-control broadcast level(?: (\d{1,3}(?:\.\d{1,2})?))?(?: \d{1,3}(?:\.\d{1,2})?)?", _storm),
    (r"spanning-tree portfast((?: edge)?(?: trunk)?| disable| network)", _portfast),
    (r"spanning-tree bpduguard(?: (enable|disable))?", _guard),
    (r"power inline(?: (never|auto(?: max \d+)?|static(?: max \d+)?))?", _power),
    (
        r"((?:switchport port-security (?:violation|aging)|storm-control action|ip dhcp snooping|load-interval) .+)",
        _note,
    ),
    (r"((?:lldp (?:transmit|receive)|cdp enable|mdix auto|snmp trap link-status|logging event .+))", _note),
]


def stanza(port: Port, edge: str) -> list[str]:
    """The lines of the port in the running configuration: what is not default, in the switch's order.

    ``edge``: what this release prints after ``spanning-tree portfast``.
    """
    truth = port.truth
    lines = [f"description {truth.description}"] if truth.description else []
    lines += [f"switchport access vlan {truth.access}"] if truth.access != 1 else []
    lines += [f"switchport trunk native vlan {truth.native}"] if truth.native != 1 else []
    if truth.allowed != EVERY:
        head = "switchport trunk allowed vlan "
        lines += wrapped(head, head + "add ", as_list(truth.allowed) or ["none"])
    if truth.mode != "dynamic":
        lines.append(f"switchport mode {truth.mode}")
    elif port.desirable:
        lines.append("switchport mode dynamic desirable")
    lines += ["switchport nonegotiate"] if port.nonegotiate else []
    lines += [f"switchport port-security maximum {port.limit}"] if port.limit != 1 else []
    lines += [one for one in port.notes if one.startswith("switchport")]
    lines += ["switchport port-security"] if port.secured else []
    lines += ["shutdown"] if truth.shutdown else []
    lines += ["power inline never"] if not truth.poe else []
    lines += [f"speed {truth.speed}"] if truth.speed != "auto" else []
    lines += [f"duplex {truth.duplex}"] if truth.duplex != "auto" else []
    lines += [one for one in port.notes if not one.startswith("switchport")]
    if truth.storm_pct:
        lines.append(f"storm-control broadcast level {max(truth.storm_pct, 0.0):.2f}")
    lines += [f"spanning-tree portfast{edge}{port.portfast}"] if truth.edge else []
    lines += ["spanning-tree bpduguard enable"] if truth.bpdu_guard else []
    return [f" {line}" for line in lines]
