"""What stands on a switch and is not declared: it is left alone, and said, or kept."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from iccc.city.devices import Switch
from iccc.compare import Unread
from iccc.switch.seen import SwitchFacts
from iccc.switch.state import Svi, SwitchState

BUILT_IN = frozenset({1, 1002, 1003, 1004, 1005})  # VLANs that a switch has without anybody's doing


def extra(wanted: SwitchState, seen: SwitchState) -> Iterator[str]:
    """Paths of VLANs, VLAN interfaces with an address, users and SNMPv3 users beyond the declared ones.

    Users are listed where none is declared, too: whoever may log in has to be seen. Ports are not asked about, nor
    VLANs and interfaces of which nothing is declared.
    """
    for number in sorted(_beyond(wanted.vlans, seen.vlans) - BUILT_IN):
        yield f"vlans[{number}]"
    interfaces = seen.interfaces if isinstance(seen.interfaces, Mapping) else {}
    for vlan in sorted(_beyond(wanted.interfaces, seen.interfaces)):
        if isinstance(svi := interfaces[vlan], Svi) and svi.address:
            yield f"interfaces[{vlan}]"
    for section in ("users", "snmp_users"):
        for name in sorted(_beyond(getattr(wanted, section) or {}, getattr(seen, section))):
            yield f"{section}[{name}]"


def undeclared_links(switch: Switch, facts: object, switches: Collection[str]) -> frozenset[str]:
    """The ports on which a declared switch says by LLDP that it hangs there, and no link is declared.

    ``facts`` are the switch's; anything but :class:`~iccc.switch.seen.SwitchFacts` with ports tells nothing. A factory
    switch gives no name of ours, and is not known by it.
    """
    if not isinstance(facts, SwitchFacts) or isinstance(facts.ports, Unread):
        return frozenset()
    declared = {port.name for port in switch.ports.values() if port.peer_port is not None}
    heard = {name for name, port in facts.ports.items() if port.lldp_rem_sys_name in switches}
    return frozenset(heard - declared)


def _beyond(wanted: object, seen: object) -> set[Any]:
    if not isinstance(wanted, Mapping) or isinstance(seen, Unread) or not isinstance(seen, Mapping):
        return set()
    return set(seen) - set(wanted)
