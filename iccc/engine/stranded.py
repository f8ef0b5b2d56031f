"""Who would lose the way to the core when a switch takes VLANs off its links. Asked before it does.

The other way round, :mod:`iccc.engine.way` asks before a port is moved into a VLAN.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping

from iccc.city.devices import City, Switch
from iccc.switch.state import ALL_VLANS, PortMode, Svi, SwitchState


def stranded(city: City, switch: Switch, states: Mapping[str, SwitchState], silent: Iterable[str] = ()) -> str | None:
    """Which devices still need a VLAN that ``switch`` is to take off a link, or off itself; None if nobody does.

    ``states`` are switches as they are now. Those in neither ``states`` nor ``silent`` (they do not answer, so nothing
    is known to hang on them) could not be read, and may need anything.
    """
    taken = _taken(switch, states.get(switch.name))
    if not taken:
        return None
    unread = sorted(set(city.switches) - set(states) - set(silent) - {switch.name})
    unread = [name for name in unread if city.switches[name].on_the_wire and _behind(city, switch, name)]
    if unread:
        return f"{', '.join(unread[:4])} could not be read, and may need VLAN {min(taken)}"
    for vlan in sorted(taken):
        needing = {name: what for name in states if (what := _needs(city.switches[name], states[name], vlan, switch))}
        if not needing:
            continue
        before = _reach_core(city, vlan, states, None)
        after = _reach_core(city, vlan, states, switch)
        lost = sorted((before - after) & set(needing))
        if lost:
            return f"VLAN {vlan} is still needed by {lost[0]} ({needing[lost[0]]}), whose way to the core it would cut"
    return None


def _taken(switch: Switch, state: SwitchState | None) -> set[int]:
    """The VLANs that the switch has on a link now and is not to have there."""
    if state is None or not isinstance(state.ports, Mapping):
        return set()
    taken: set[int] = set()
    for port in switch.ports.values():
        there = state.ports.get(port.name)
        if port.peer_port is None or port.allowed_vlans is None or there is None:
            continue
        now = {PortMode.TRUNK: there.allowed_vlans or ALL_VLANS}.get(there.mode or PortMode.DYNAMIC, ALL_VLANS)
        taken |= set(now) - port.allowed_vlans
    existing = set(state.vlans) if isinstance(state.vlans, Mapping) else set()
    return taken & existing


def _behind(city: City, switch: Switch, name: str) -> bool:
    """Whether a switch shares a ring or spur with this one, or hangs below it."""
    other = city.switches[name]
    return switch.role != "access" or other.chain == switch.chain


def _needs(switch: Switch, state: SwitchState, vlan: int, narrowed: Switch) -> str:
    """What of a switch sits in a VLAN now: its own management, or a declared device on a port; "" if nothing.

    Management of the switch that is ``narrowed`` does not count: its own guard and its revert watch over that, and
    where it moves, the new way in is proved before the old one is taken.
    """
    interfaces = state.interfaces if isinstance(state.interfaces, Mapping) else {}
    svi = interfaces.get(vlan)
    reached = {switch.address, switch.reached_at.address if switch.reached_at else ""}
    own = isinstance(svi, Svi) and (svi.address or "").partition("/")[0] in reached - {""}
    if own and switch.name != narrowed.name:
        moved = any(
            isinstance(other, Svi) and (other.address or "").startswith(f"{switch.address}/")
            for at, other in interfaces.items()
            if at != vlan
        )
        if not moved:
            return "its management"
    ports = state.ports if isinstance(state.ports, Mapping) else {}
    for port in switch.ports.values():
        there = ports.get(port.name)
        if port.device is None or port.peer_port is not None or there is None or there.shutdown:
            continue
        if there.mode is not PortMode.TRUNK and there.access_vlan == vlan:
            return port.device
    return ""


def _reach_core(city: City, vlan: int, states: Mapping[str, SwitchState], narrowed: Switch | None) -> set[str]:
    """The switches from which the VLAN gets to a core switch; ``narrowed`` stands as it is declared."""
    reached = {name for name, switch in city.switches.items() if switch.role == "core"}
    queue = deque(reached)
    while queue:
        name = queue.popleft()
        for link in city.links:
            for near, near_port, far, far_port in ((link.a, link.a_port, link.b, link.b_port),
                                                   (link.b, link.b_port, link.a, link.a_port)):  # fmt: skip
                if near != name or far in reached:
                    continue
                if _passes(states, near, near_port, vlan, narrowed) and _passes(states, far, far_port, vlan, narrowed):
                    reached.add(far)
                    queue.append(far)
    return reached


def _passes(states: Mapping[str, SwitchState], name: str, port: str, vlan: int, narrowed: Switch | None) -> bool:
    if narrowed is not None and name == narrowed.name:
        declared = narrowed.ports.get(port)
        return declared is not None and (declared.allowed_vlans is None or vlan in declared.allowed_vlans)
    state = states.get(name)
    if state is None or not isinstance(state.ports, Mapping) or not isinstance(state.vlans, Mapping):
        return False
    there = state.ports.get(port)
    if there is None or there.shutdown:
        return False
    return vlan in state.vlans and (there.mode is not PortMode.TRUNK or vlan in (there.allowed_vlans or ALL_VLANS))
