"""Does a VLAN reach the core? Asked before a port is moved into it: the other way round would cut the camera off."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from iccc.city.devices import City, Switch
from iccc.compare import Change
from iccc.engine.paths import spread
from iccc.switch.state import SwitchState

_MOVES = re.compile(r"ports(\[[^\]]+\](\.(access_vlan|mode))?)?")


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
        # The switch itself is about to get the VLAN; everybody else has to have it.
        reached, lacking = spread(city, [switch.name], vlan, states, changed=switch, certain=True)
        if not any(city.switches[name].role == "core" for name in reached):
            return f"VLAN {vlan} does not reach the core: {', '.join(lacking)} must carry it first"
    return None


def moves_ports(changes: Iterable[Change]) -> bool:
    """Whether any of these changes of a switch puts a port into a VLAN: its VLAN, its mode, or the whole port."""
    return any(_MOVES.fullmatch(change.path) for change in changes)
