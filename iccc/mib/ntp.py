"""Whether an agent's clock follows a server: NTPv4-MIB (RFC 5907), or CISCO-NTP-MIB (revision 2006-07-31)."""

from __future__ import annotations

from collections.abc import Mapping

from iccc.mib.values import Value, number

CURRENT_MODE = "1.3.6.1.2.1.197.1.2.1.0"  # ntpEntStatusCurrentMode
CISCO_STATUS = "1.3.6.1.4.1.9.9.168.1.1.11.0"  # cntpSysSrvStatus

# notRunning, notSynchronized, (noneConfigured,) syncToLocal, syncToRefclock, syncToRemoteServer
_CURRENT = {1: False, 2: False, 3: False, 4: False, 5: True, 6: True}
_CISCO = {2: False, 3: False, 4: False, 5: True, 6: True}


def synchronised(scalars: Mapping[str, Value]) -> bool | None:
    """True when it follows a server or a reference clock, and not its own; None when it does not say."""
    mode, status = number(scalars.get(CURRENT_MODE)), number(scalars.get(CISCO_STATUS))
    said = _CURRENT.get(mode) if mode is not None else None
    return said if said is not None or status is None else _CISCO.get(status)
