"""What a city asks of all its switches, and when they may be changed: ``switching`` and ``maintenance``, built."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from ipaddress import IPv4Address

from iccc.city.declared import Declared, Mistakes
from iccc.city.model.common import Reached
from iccc.city.model.maintenance import Window as DeclaredWindow
from iccc.city.model.switching import Absent
from iccc.explain import Key
from iccc.secrets import OWN_USER
from iccc.yamlfile import Document, Where

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_MIN = 24 * 60


@dataclass(frozen=True)
class AlertMail:
    """Who gets alerts by mail, and over which relay."""

    relay: str  # host:port
    starttls: bool
    sender: str
    to: tuple[str, ...]
    user: str | None = None  # logs in to the relay


@dataclass(frozen=True)
class Heartbeat:
    """What is called every few minutes while the monitoring works."""

    url: str
    every_min: int


@dataclass(frozen=True)
class SpanningTreePlan:
    """Spanning tree of every switch. ``priorities`` are bridge priorities by role, of the roles that have one."""

    mode: str  # rapid-pvst | rstp | mstp
    priorities: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class CameraPorts:
    """Settings of every access port with a declared device; None: not declared."""

    edge: bool | None = None
    bpdu_guard: bool | None = None
    max_macs: int | None = None
    storm_pct: float | None = None


@dataclass(frozen=True)
class Switching:
    """What all switches are configured with; None: not declared."""

    lldp: bool | None = None
    spanning_tree: SpanningTreePlan | None = None
    camera_ports: CameraPorts = CameraPorts()
    logins: tuple[str, ...] | None = None  # ("tacacs+", "local")
    absent_vlans: tuple[int, ...] = ()
    absent_users: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReachedAt:
    """Where a switch is until its management has been moved to the declared address and VLAN."""

    address: str
    vlan: int
    where: Where


@dataclass(frozen=True)
class Window:
    """Opens on ``days`` (0 is Monday) ``from_min`` minutes after midnight, local time, and closes at ``to_min``.

    Above 1440 it closes on the day after.
    """

    days: frozenset[int]
    from_min: int
    to_min: int
    where: Where


@dataclass(frozen=True)
class Freeze:
    """Nothing is changed from ``first`` to ``last``, both included."""

    first: date
    last: date
    reason: str
    where: Where


@dataclass(frozen=True)
class PlannedWork:
    """Work on the devices of ``scope`` (the words of ``--limit``); times are local and without a zone."""

    scope: str
    begins: datetime
    ends: datetime
    reason: str
    approver: str
    where: Where


@dataclass(frozen=True)
class Maintenance:
    """When changes may be made; without windows at any time."""

    windows: tuple[Window, ...] = ()
    freeze: tuple[Freeze, ...] = ()
    work: tuple[PlannedWork, ...] = ()
    camera_loss_budget: int | None = None  # cameras off the network at once because of a deploy; None: no limit


def switching(declared: Declared) -> Switching | None:
    """What ``switching`` declares; None without the section."""
    asked = declared.city.file.switching
    if asked is None:
        return None
    tree = asked.spanning_tree
    plan = None
    if tree is not None:
        of_role = {"access": tree.access_priority, "aggregation": tree.aggregation_priority, "core": tree.core_priority}
        plan = SpanningTreePlan(tree.mode, {role: given for role, given in of_role.items() if given is not None})
    ports = CameraPorts(**asked.camera_ports.model_dump()) if asked.camera_ports else CameraPorts()
    gone = asked.absent or Absent()
    return Switching(asked.lldp, plan, ports, asked.logins, gone.vlans, gone.users)


def check_absent(declared: Declared, vlans: Mapping[int, str], mistakes: Mistakes) -> None:
    """What switches shall not have is nothing that they shall have. ``vlans``: all of the city, and whose they are."""
    document, file = declared.city
    gone = (file.switching and file.switching.absent) or Absent()
    for index, vlan in enumerate(gone.vlans):
        if vlan == 1 or vlan in vlans:
            owner = vlans.get(vlan, "there on every switch")
            text = f"VLAN {vlan} is {owner if ' ' in owner else f'the VLAN of {owner}'}"
            mistakes.add(document, ("switching", "absent", "vlans", index), text)
    for index, user in enumerate(gone.users):
        if user in (file.users.switch or {}):
            text = f"user {user} is declared in users.switch"
            mistakes.add(document, ("switching", "absent", "users", index), text)
    if gone.users and OWN_USER not in (file.users.switch or {}):
        text = f"users.switch has no {OWN_USER}, with whom iccc could log in when these are gone"
        mistakes.add(document, ("switching", "absent", "users"), text)


def maintenance(declared: Declared) -> Maintenance:
    """What ``maintenance`` declares."""
    document, file = declared.city
    asked = file.maintenance
    if asked is None:
        return Maintenance()
    return Maintenance(
        tuple(
            _window(window, document.where("maintenance", "windows", index))
            for index, window in enumerate(asked.windows or ())
        ),
        tuple(
            Freeze(freeze.from_, freeze.to, freeze.reason, document.where("maintenance", "freeze", index))
            for index, freeze in enumerate(asked.freeze)
        ),
        tuple(
            PlannedWork(
                work.scope,
                datetime.fromisoformat(work.from_),
                datetime.fromisoformat(work.to),
                work.reason,
                work.approver,
                document.where("maintenance", "work", index),
            )
            for index, work in enumerate(asked.work)
        ),
        asked.camera_loss_budget,
    )


def _window(window: DeclaredWindow, where: Where) -> Window:
    opens, closes = _minutes(window.from_), _minutes(window.to)
    days = frozenset(DAYS.index(day) for day in window.days)
    return Window(days, opens, closes if closes > opens else closes + DAY_MIN, where)


def _minutes(text: str) -> int:
    hours, _, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes)


def reached_at(
    declared: Declared,
    document: Document,
    path: Sequence[Key],
    entry: Reached | None,
    address: str,
    mistakes: Mistakes,
) -> ReachedAt | None:
    """Where a switch is until it has its declared ``address``; a mistake when it is said to be there already."""
    if entry is None:
        return None
    plan = declared.city.file.network.management
    if entry.address == IPv4Address(address) and entry.vlan == plan.vlan:
        text = f"reached_at {address} in VLAN {plan.vlan} is what the switch shall have; leave it out"
        mistakes.add(document, (*path, "reached_at"), text)
        return None
    return ReachedAt(str(entry.address), entry.vlan, document.where(*path, "reached_at"))
