"""Which ports spanning tree holds back: BRIDGE-MIB (RFC 4188) dot1dStpPortState, by bridge port."""

from __future__ import annotations

from iccc.mib.values import Columns, Table

PORT_STATE = "1.3.6.1.2.1.17.2.15.1.3"
PORTS = Table(PORT_STATE)

# blocking, listening, learning, forwarding, broken; a disabled(1) port takes no part
_BLOCKING = {2: True, 3: False, 4: False, 5: False, 6: True}


def blocking(columns: Columns) -> dict[int, bool]:
    """By bridge port; RSTP's discarding is blocking (RFC 4318)."""
    return {
        index[0]: _BLOCKING[value]
        for index, value in columns.get(PORT_STATE, {}).items()
        if len(index) == 1 and isinstance(value, int) and value in _BLOCKING
    }
