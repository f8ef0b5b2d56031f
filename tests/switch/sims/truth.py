"""What is in force on a simulated switch, in neutral words, and what may never break.

A simulator of a platform keeps a :class:`Truth` and changes it line by line, as the platform's documents say.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field
from typing import Protocol

EVERY = frozenset(range(1, 4095))


@dataclass
class PortTruth:
    """One port. The defaults are a port that nobody configured, where the platform has no others."""

    description: str = ""
    mode: str = "dynamic"  # dynamic | access | trunk; platforms without negotiation never have dynamic
    access: int = 1
    native: int = 1
    allowed: frozenset[int] = EVERY
    shutdown: bool = False
    speed: str = "auto"
    duplex: str = "auto"
    poe: bool = True
    max_macs: int = 0  # 0: no port security
    storm_pct: float = 0.0  # 0: no storm control
    edge: bool = False
    bpdu_guard: bool = False


@dataclass
class SviTruth:
    address: str = ""  # "10.9.0.2/24"
    shutdown: bool = False


@dataclass
class Truth:
    hostname: str = "Switch"
    vlans: dict[int, str] = field(default_factory=lambda: {1: "default"})  # number: name, "" when it has none
    ports: dict[str, PortTruth] = field(default_factory=dict)
    interfaces: dict[int, SviTruth] = field(default_factory=dict)
    gateway: str = ""
    access_from: frozenset[str] = frozenset({"0.0.0.0/0"})
    ntp: set[str] = field(default_factory=set)
    syslog: set[str] = field(default_factory=set)
    lldp: bool = False
    communities: dict[str, str] = field(default_factory=dict)  # name: ro | rw
    users: dict[str, int] = field(default_factory=dict)  # name: level, 15 or 1
    logins: tuple[str, ...] = ("local",)
    stp_mode: str = ""
    stp_priority: int = 32768
    views: dict[str, frozenset[str]] = field(default_factory=dict)
    snmp_users: dict[str, str] = field(default_factory=dict)  # name: view


class Sim(Protocol):
    """A switch that stands as ``truth`` says."""

    truth: Truth  # what is in force; with a candidate configuration, what the last commit made of it
    flapped: set[str]  # ports whose link went down and up again by the last line or commit, whatever their settings

    def type(self, line: str) -> str:
        """Type one configuration line; lines of a sub-mode begin with a blank. What it prints; "" when content."""
        ...

    def commit(self) -> str:
        """Put the candidate in force; nothing on platforms where each line is in force at once."""
        ...

    def running(self) -> str:
        """What the platform shows as its running configuration."""
        ...


def carried(port: PortTruth, vlans: Set[int]) -> frozenset[tuple[int, bool]]:
    """What passes the port now: (VLAN, whether tagged)."""
    if port.shutdown:
        return frozenset()
    if port.mode == "trunk":
        return frozenset((vlan, vlan != port.native) for vlan in port.allowed & vlans)
    untagged = frozenset({(port.access, False)} if port.access in vlans else ())
    if port.mode != "dynamic":
        return untagged
    return untagged | {(vlan, vlan != port.native) for vlan in port.allowed & vlans}  # if it has become a trunk


def traffic(truth: Truth) -> dict[str, frozenset[tuple[int, bool]]]:
    """:func:`carried` by port."""
    return {name: carried(port, set(truth.vlans)) for name, port in truth.ports.items()}


def broken(truth: Truth, management: int, uplinks: Set[str], operator: str = "10.80.0.0/24") -> set[str]:
    """What cuts the operator off, or must not be, as the switch stands. ``operator``: the network that he sits in."""
    wrong = set()
    if management not in truth.vlans:
        wrong.add("the management VLAN is not in the database")
    svi = truth.interfaces.get(management)
    if svi is None or not svi.address or svi.shutdown:
        wrong.add("the management interface has no address or is shut")
    if not truth.gateway:
        wrong.add("no gateway")
    if not {"0.0.0.0/0", operator} & truth.access_from:
        wrong.add("the operator may not log in")
    if not truth.logins or truth.logins[-1] != "local":
        wrong.add("nobody can log in when the AAA server is away")
    if 15 not in truth.users.values():
        wrong.add("no local user with all rights")
    for name in uplinks:
        port = truth.ports[name]
        if management not in {vlan for vlan, _tagged in carried(port, {*truth.vlans, management})}:
            dynamic = port.mode == "dynamic" and not port.shutdown and management in port.allowed
            if not dynamic:
                wrong.add(f"the management VLAN is not on {name}")
        if port.mode == "trunk" and port.allowed == EVERY:
            wrong.add(f"{name} is open to all VLANs")
    for name, port in truth.ports.items():
        if port.mode == "access" and port.access not in truth.vlans:
            wrong.add(f"{name} is in a VLAN that does not exist")
    return wrong
