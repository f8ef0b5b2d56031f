"""Does a VLAN reach the core? Asked before a port is moved into it: the other way round would cut the camera off."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping

from iccc.city.devices import City, Link, Switch
from iccc.switch.state import SwitchState


def on_the_way(city: City, switches: Iterable[Switch]) -> list[Switch]:
    """The switches that carry what hangs on ``switches``, or hang on them: their rings, the aggregation and the core.

    Everything hangs on aggregation and core.
    """
    listed = list(switches)
    if any(switch.role != "access" for switch in listed):
        return list(city.switches.values())
    rings = {switch.chain for switch in listed}
    return [s for s in city.switches.values() if s.role != "access" or s.chain in rings]


def cut_off(city: City, switch: Switch, states: Mapping[str, SwitchState]) -> str | None:
    """Which VLANs of the switch's access ports have no way to the core, and who lacks them; None if all have one.

    ``states`` are switches as they are now; one that is not in it was not read and carries nothing.
    """
    for vlan in sorted({port.access_vlan for port in switch.ports.values() if port.access_vlan is not None}):
        reached, lacking = _spread(city, switch, vlan, states)
        if not any(city.switches[name].role == "core" for name in reached):
            return f"VLAN {vlan} does not reach the core: {', '.join(lacking)} must carry it first"
    return None


def _spread(city: City, switch: Switch, vlan: int, states: Mapping[str, SwitchState]) -> tuple[set[str], list[str]]:
    """The switches that the VLAN gets to from ``switch``, and those at the edge that do not take it."""
    reached = {switch.name}
    lacking: list[str] = []
    queue = deque([switch.name])
    while queue:
        name = queue.popleft()
        for link in city.links:
            for near, near_port, far, far_port in _directions(link):
                if near != name or far in reached:
                    continue
                # The switch itself is about to get the VLAN; everybody else has to have it.
                leaves = name == switch.name or _passes(states.get(name), near_port, vlan)
                if leaves and _passes(states.get(far), far_port, vlan):
                    reached.add(far)
                    queue.append(far)
                elif far not in lacking:
                    lacking.append(far)
    return reached, [name for name in lacking if name not in reached]


def _directions(link: Link) -> tuple[tuple[str, str, str, str], tuple[str, str, str, str]]:
    return (link.a, link.a_port, link.b, link.b_port), (link.b, link.b_port, link.a, link.a_port)


def _passes(state: SwitchState | None, port: str, vlan: int) -> bool:
    """Whether the switch has the VLAN and lets it through the trunk on ``port``."""
    if state is None or not isinstance(state.vlans, Mapping) or not isinstance(state.ports, Mapping):
        return False
    trunk = state.ports.get(port)
    return vlan in state.vlans and trunk is not None and vlan in (trunk.allowed_vlans or ())
