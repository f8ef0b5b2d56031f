"""What must still be there after a change: ports that were up, neighbours that were seen. Read over SNMP, briefly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from iccc.city.devices import Switch
from iccc.compare import Unread
from iccc.errors import DeviceError, Reason
from iccc.sessions.reach import Reach
from iccc.sessions.snmp import SnmpSession
from iccc.switch.platform import Platform
from iccc.switch.port_facts import names_of, vital
from iccc.switch.reached import likely
from iccc.switch.seen import PortFacts
from iccc.switch.snmp_reader import VITAL, read_tables


@dataclass(frozen=True)
class Vitals:
    """Ports whose link is up, and what the neighbour on each port that has one calls itself.

    ``bridges`` are the ports behind which there is a switch, as the neighbour says or the declaration, ``stations``
    those behind which there is none. A neighbour that says nothing of what it is is in neither.
    """

    up: frozenset[str]
    neighbours: Mapping[str, str]
    bridges: frozenset[str] = frozenset()
    stations: frozenset[str] = frozenset()


async def read_vitals(platform: Platform, switch: Switch, reach: Reach) -> Vitals | Unread:
    """The vitals of a switch, where it is reached now.

    Unread when SNMP gives nothing: then a change is proved by its new login alone.
    """
    found: Vitals | Unread = Unread(Reason.NOT_TRIED, "no address")
    for address in likely(switch, reach):
        found = await _at(platform, switch, address, reach)
        if isinstance(found, Vitals):
            break
    return found


async def _at(platform: Platform, switch: Switch, address: str, reach: Reach) -> Vitals | Unread:
    try:
        columns = await read_tables(SnmpSession(switch.name, address, reach), *VITAL)
    except DeviceError as error:
        return Unread.of(error)
    ports = vital(columns, names_of(platform))
    up = frozenset(name for name, port in ports.items() if port.oper_up)
    heard = {name: port.lldp_rem_sys_name or port.lldp_rem_port_id for name, port in ports.items()}
    neighbours = {name: called for name, called in heard.items() if called}
    bridging = {name: _bridges(port) for name, port in ports.items()}
    bridges = {name for name in neighbours if bridging.get(name) or _is_link(switch, name)}
    stations = {
        name for name, called in neighbours.items() if bridging.get(name) is False or _hangs(switch, name, called)
    }
    return Vitals(up, neighbours, frozenset(bridges - stations), frozenset(stations))


def _bridges(port: PortFacts) -> bool | None:
    """Whether a neighbour of the port says that it bridges; None when none says what it is."""
    said = [one.bridges for one in port.neighbours if one.bridges is not None]
    return any(said) if said else None


def _is_link(switch: Switch, name: str) -> bool:
    """Whether the port is declared to lead to another switch."""
    return name in switch.ports and switch.ports[name].peer_port is not None


def _hangs(switch: Switch, name: str, called: str) -> bool:
    """Whether the neighbour is the camera or recorder that is declared there, whatever it says that it is."""
    port = switch.ports.get(name)
    return port is not None and port.peer_port is None and port.device == called


def lost(before: Vitals, after: Vitals, expected: frozenset[str], neighbours: bool = True) -> str:
    """What was there before and is not after, apart from ports in ``expected``; "" when nothing is missing.

    A neighbour may bear another name than before: whoever deploys a city renames its switches. A switch behind an
    expected port has to stay. ``neighbours``: False when they cannot be compared, since LLDP itself was changed.
    """
    down = sorted(before.up - after.up - expected)
    gone = sorted(
        f"{name} on {port}"
        for port, name in before.neighbours.items()
        if port not in after.neighbours and (port not in expected or port in before.bridges)
    )
    told = [f"no link any more on {', '.join(down)}"] if down else []
    told += [f"LLDP neighbour gone: {', '.join(gone)}"] if gone and neighbours else []
    return "; ".join(told)
