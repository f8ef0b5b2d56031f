"""What must still be there after a change: ports that were up, neighbours that were seen. Read over SNMP, briefly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from iccc.city.devices import Switch
from iccc.compare import Unread
from iccc.errors import DeviceError, Reason
from iccc.sessions.reach import Reach
from iccc.sessions.snmp import SnmpSession
from iccc.switch import snmp_facts
from iccc.switch.platform import Platform
from iccc.switch.reached import likely


@dataclass(frozen=True)
class Vitals:
    """Ports whose link is up, and the neighbour's name on each port that has one."""

    up: frozenset[str]
    neighbours: Mapping[str, str]


async def read_vitals(platform: Platform, switch: Switch, reach: Reach) -> Vitals | Unread:
    """The vitals of a switch, where it is reached now.

    Unread when SNMP gives nothing: then a change is proved by its new login alone.
    """
    found: Vitals | Unread = Unread(Reason.NOT_TRIED, "no address")
    for address in likely(switch, reach):
        found = await _at(platform, switch.name, address, reach)
        if isinstance(found, Vitals):
            break
    return found


async def _at(platform: Platform, device: str, address: str, reach: Reach) -> Vitals | Unread:
    try:
        columns = await SnmpSession(device, address, reach).walk(*snmp_facts.VITAL_COLUMNS)
    except DeviceError as error:
        return Unread.of(error)
    ports = snmp_facts.port_facts(platform, columns)
    up = frozenset(name for name, port in ports.items() if port.oper_up)
    return Vitals(up, {name: port.lldp_rem_sys_name for name, port in ports.items() if port.lldp_rem_sys_name})


def lost(before: Vitals, after: Vitals, expected: frozenset[str]) -> str:
    """What was there before and is not after, apart from ports in ``expected``; "" when nothing is missing."""
    down = sorted(before.up - after.up - expected)
    gone = sorted(
        f"{name} on {port}"
        for port, name in before.neighbours.items()
        if after.neighbours.get(port) != name and port not in expected
    )
    told = [f"no link any more on {', '.join(down)}"] if down else []
    told += [f"LLDP neighbour gone: {', '.join(gone)}"] if gone else []
    return "; ".join(told)
