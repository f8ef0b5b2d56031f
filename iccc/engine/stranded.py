"""Who would lose the way to the core when a switch takes VLANs off its links. Asked before it does.

The other way round, :mod:`iccc.engine.way` asks before a port is moved into a VLAN.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from iccc.city.devices import City, Switch
from iccc.engine.paths import Passes, port_passes, spread
from iccc.switch.state import PortMode, Svi, SwitchState


def stranded(city: City, switch: Switch, states: Mapping[str, SwitchState], silent: Iterable[str] = ()) -> str | None:
    """Which devices still need a VLAN that ``switch`` is to take off a link, or off itself; None if nobody does.

    ``states`` are switches as they are now. Those in neither ``states`` nor ``silent`` (they are dead, see
    :mod:`iccc.engine.alive`, so nothing hangs on them) could not be read, and may need anything.
    """
    taken = _taken(switch, states.get(switch.name))
    if not taken:
        return None
    unread = sorted(set(city.switches) - set(states) - set(silent) - {switch.name})
    unread = [name for name in unread if city.switches[name].on_the_wire and _behind(city, switch, name)]
    if unread:
        return f"{', '.join(unread[:4])} could not be read, and may need VLAN {min(taken)}"
    cores = [name for name, one in city.switches.items() if one.role == "core"]
    for vlan in sorted(taken):
        needing = {name: what for name in states if (what := _needs(city.switches[name], states[name], vlan, switch))}
        if not needing:
            continue
        before, _ = spread(city, cores, vlan, states)
        after, _ = spread(city, cores, vlan, states, changed=switch)
        lost = sorted((before - after) & set(needing))
        if lost:
            return f"VLAN {vlan} is still needed by {lost[0]} ({needing[lost[0]]}), whose way to the core it would cut"
    return None


def _taken(switch: Switch, state: SwitchState | None) -> set[int]:
    """The VLANs that the switch has on a link now and is not to have there."""
    if state is None or not isinstance(state.ports, Mapping):
        return set()
    taken: set[int] = set()
    existing = set(state.vlans) if isinstance(state.vlans, Mapping) else set()
    for port in switch.ports.values():
        there = state.ports.get(port.name)
        if port.peer_port is None or port.allowed_vlans is None or there is None:
            continue
        taken |= {vlan for vlan in existing - port.allowed_vlans if port_passes(there, vlan) is not Passes.NO}
    return taken


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
