"""What stands on a switch and is not declared: it is left alone, and said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from iccc.compare import Unread
from iccc.switch.state import Svi, SwitchState

BUILT_IN = frozenset({1, 1002, 1003, 1004, 1005})  # VLANs that a switch has without anybody's doing


def extra(wanted: SwitchState, seen: SwitchState) -> Iterator[str]:
    """Paths of VLANs, VLAN interfaces with an address, users and SNMPv3 users beyond the declared ones.

    Sections of which nothing is declared, and ports, are not asked about: nobody said what they shall be.
    """
    for number in sorted(_beyond(wanted.vlans, seen.vlans) - BUILT_IN):
        yield f"vlans[{number}]"
    interfaces = seen.interfaces if isinstance(seen.interfaces, Mapping) else {}
    for vlan in sorted(_beyond(wanted.interfaces, seen.interfaces)):
        if isinstance(svi := interfaces[vlan], Svi) and svi.address:
            yield f"interfaces[{vlan}]"
    for section in ("users", "snmp_users"):
        for name in sorted(_beyond(getattr(wanted, section), getattr(seen, section))):
            yield f"{section}[{name}]"


def _beyond(wanted: object, seen: object) -> set[Any]:
    if not isinstance(wanted, Mapping) or isinstance(seen, Unread) or not isinstance(seen, Mapping):
        return set()
    return set(seen) - set(wanted)
