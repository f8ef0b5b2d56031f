"""Unused ports are shut, and only those.

Something hangs on a port, or is meant to, that has a link, an LLDP neighbour, a description, or is a trunk. Addresses
learned on it and channel groups are not asked about: the one is not read here, the other is no part of the state.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from iccc.city.devices import Switch
from iccc.compare import Change, Unread
from iccc.observed import Outcome, Status
from iccc.sessions.reach import Reach
from iccc.switch.platform import Platform
from iccc.switch.state import Port, PortMode, SwitchState
from iccc.switch.vitals import Vitals, read_vitals

NOT_SHUT = "not shut: "  # how each of these reasons begins
IN_USE = f"{NOT_SHUT}its link is up, so something hangs on it that is not declared; declare it, or unplug it"
TRUNK = f"{NOT_SHUT}it is a trunk, so it leads to a switch that is not declared; declare it, or make it an access port"


async def spare(
    switch: Switch,
    platform: Platform,
    wanted: SwitchState,
    seen: SwitchState,
    differing: list[Change],
    reach: Reach,
) -> tuple[SwitchState, list[Change], list[Outcome]]:
    """What is wanted, and differs, without the unused ports that turn out to be in use; and the rows of these."""
    ports = to_shut(switch, wanted, seen)
    kept = spared(ports, seen, await read_vitals(platform, switch, reach)) if ports else {}
    if not kept:
        return wanted, differing, []
    told = {change.path: kept[name] for change in differing for name in kept if _is_of(change, name)}
    rows = [Outcome(c, Status.REFUSED, c.seen, told[c.path]) for c in differing if c.path in told]
    return without(wanted, kept), [change for change in differing if change.path not in told], rows


def without(wanted: SwitchState, ports: Collection[str]) -> SwitchState:
    """What is wanted, but nothing of these ports."""
    if not isinstance(wanted.ports, Mapping) or not ports:
        return wanted
    return replace(wanted, ports={name: port for name, port in wanted.ports.items() if name not in ports})


def to_shut(switch: Switch, wanted: SwitchState, seen: SwitchState) -> list[str]:
    """The undeclared ports that the change would shut."""
    if not isinstance(wanted.ports, Mapping) or not isinstance(seen.ports, Mapping):
        return []
    shut = (name for name, port in wanted.ports.items() if name not in switch.ports and port.shutdown)
    return [name for name in shut if not seen.ports.get(name, Port()).shutdown]


def spared(ports: list[str], seen: SwitchState, vitals: Vitals | Unread) -> dict[str, str]:
    """Of these ports, those that may not be shut, and why."""
    if isinstance(vitals, Unread):
        return dict.fromkeys(ports, f"{NOT_SHUT}whether something hangs on it could not be read ({vitals.text})")
    found = {name: _in_use(name, seen, vitals) for name in ports}
    return {name: why for name, why in found.items() if why}


def _in_use(name: str, seen: SwitchState, vitals: Vitals) -> str:
    """Why a port counts as used; "" when nothing speaks for it."""
    port = seen.ports.get(name, Port()) if isinstance(seen.ports, Mapping) else Port()
    if neighbour := vitals.neighbours.get(name):
        return f"{NOT_SHUT}its neighbour says by LLDP that it is {neighbour!r}; declare it, or unplug it"
    if name in vitals.up:
        return IN_USE
    if port.mode is PortMode.TRUNK:
        return TRUNK
    if isinstance(port.description, str) and port.description:
        return f"{NOT_SHUT}its description is {port.description!r}; declare what it is for, or take the description out"
    return ""


def _is_of(change: Change, port: str) -> bool:
    return change.path == f"ports[{port}]" or change.path.startswith(f"ports[{port}].")
