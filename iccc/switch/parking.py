"""Unused ports are shut, and only those: a port with a link has something on it, declared or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from iccc.city.devices import Switch
from iccc.compare import Change, Unread
from iccc.observed import Outcome, Status
from iccc.sessions.reach import Reach
from iccc.switch.platform import Platform
from iccc.switch.state import Port, SwitchState
from iccc.switch.vitals import Vitals, read_vitals

IN_USE = "not shut: its link is up, so something hangs on it that is not declared; declare it, or unplug it"


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
    kept = spared(ports, await read_vitals(platform, switch, reach)) if ports else {}
    if not kept:
        return wanted, differing, []
    told = {change.path: kept[name] for change in differing for name in kept if _is_of(change, name)}
    rows = [Outcome(c, Status.REFUSED, c.seen, told[c.path]) for c in differing if c.path in told]
    left = {name: port for name, port in (wanted.ports or {}).items() if name not in kept}  # type: ignore[union-attr]
    return replace(wanted, ports=left), [change for change in differing if change.path not in told], rows


def to_shut(switch: Switch, wanted: SwitchState, seen: SwitchState) -> list[str]:
    """The undeclared ports that the change would shut."""
    if not isinstance(wanted.ports, Mapping) or not isinstance(seen.ports, Mapping):
        return []
    shut = (name for name, port in wanted.ports.items() if name not in switch.ports and port.shutdown)
    return [name for name in shut if not seen.ports.get(name, Port()).shutdown]


def spared(ports: list[str], vitals: Vitals | Unread) -> dict[str, str]:
    """Of these ports, those that may not be shut, and why."""
    if isinstance(vitals, Unread):
        return dict.fromkeys(ports, f"not shut: whether something hangs on it could not be read ({vitals.text})")
    return {name: IN_USE for name in ports if name in vitals.up}


def _is_of(change: Change, port: str) -> bool:
    return change.path == f"ports[{port}]" or change.path.startswith(f"ports[{port}].")
