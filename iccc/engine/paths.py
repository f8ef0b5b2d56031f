"""How far a VLAN gets over the links of a city. :mod:`iccc.engine.way` and :mod:`iccc.engine.stranded` ask it."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from enum import Enum

from iccc.city.devices import City, Switch
from iccc.switch.state import Port, PortMode, SwitchState

Ends = tuple[str, str, str, str]  # a link from one side: switch and port here, switch and port there


class Passes(Enum):
    """Whether a port lets a VLAN through. MAYBE: it agrees with the far end on being a trunk or not (DTP)."""

    NO = 0
    MAYBE = 1
    YES = 2


def spread(
    city: City,
    starts: Iterable[str],
    vlan: int,
    states: Mapping[str, SwitchState],
    changed: Switch | None = None,
    certain: bool = False,
) -> tuple[set[str], list[str]]:
    """The switches that the VLAN gets to from ``starts``, and those at the edge that do not let it through.

    ``states`` are switches as they are now: one that is not in it was not read and carries nothing. ``changed`` stands
    as it is declared. With ``certain``, a link whose two ends both may become a trunk, or not, counts as closed.
    """
    links = _links(city)
    reached = set(starts)
    lacking: dict[str, None] = {}
    queue = deque(sorted(reached))
    while queue:
        for near, near_port, far, far_port in links[queue.popleft()]:
            if far in reached:
                continue
            here = _passes(states.get(near), near, near_port, vlan, changed)
            there = _passes(states.get(far), far, far_port, vlan, changed)
            if Passes.NO not in (here, there) and not (certain and here is there is Passes.MAYBE):
                reached.add(far)
                queue.append(far)
            else:
                lacking[near if here is Passes.NO else far] = None
    return reached, list(lacking)


def port_passes(port: Port, vlan: int) -> Passes:
    """Whether a port lets a VLAN through that the switch has."""
    if port.shutdown:
        return Passes.NO
    tagged = port.allowed_vlans is None or vlan in port.allowed_vlans
    if port.mode is PortMode.TRUNK:
        return Passes.YES if tagged else Passes.NO
    if port.access_vlan == vlan:
        return Passes.YES if port.mode is PortMode.ACCESS else Passes.MAYBE
    return Passes.NO if port.mode is PortMode.ACCESS or not tagged else Passes.MAYBE


def hops(city: City) -> dict[str, int]:
    """How many links each switch is away from the core; one without a way there counts as at the core."""
    away: dict[str, int] = {}

    def of(name: str) -> int:
        if name not in away:
            nearer = city.switches[name].upstream
            away[name] = 1 + of(nearer[0]) if nearer else 0
        return away[name]

    for name in city.switches:
        of(name)
    return away


def _links(city: City) -> dict[str, list[Ends]]:
    """The links of each switch."""
    found: dict[str, list[Ends]] = defaultdict(list)
    for link in city.links:
        found[link.a].append((link.a, link.a_port, link.b, link.b_port))
        found[link.b].append((link.b, link.b_port, link.a, link.a_port))
    return found


def _passes(state: SwitchState | None, name: str, port: str, vlan: int, changed: Switch | None) -> Passes:
    ports = state.ports if state is not None and isinstance(state.ports, Mapping) else {}
    now = ports.get(port)
    if changed is not None and name == changed.name:
        declared = changed.ports.get(port)
        carries = declared is not None and (declared.allowed_vlans is None or vlan in declared.allowed_vlans)
        shut = now is not None and bool(now.shutdown)  # whether what is opened comes up is not known before
        return Passes.YES if carries and not shut else Passes.NO
    if now is None or state is None or not isinstance(state.vlans, Mapping) or vlan not in state.vlans:
        return Passes.NO
    return port_passes(now, vlan)
