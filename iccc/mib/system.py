"""SNMPv2-MIB (RFC 3418) system group, with IF-MIB's ifNumber, against which the rows of ifTable are counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from iccc.compare import Unread
from iccc.mib.values import Value, number, seconds, text

DESCR, OBJECT_ID, UP_TIME = "1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.2.0", "1.3.6.1.2.1.1.3.0"
NAME, LOCATION = "1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.1.6.0"
IF_NUMBER = "1.3.6.1.2.1.2.1.0"
SCALARS = (DESCR, OBJECT_ID, UP_TIME, NAME, LOCATION, IF_NUMBER)

_ENTERPRISES = "1.3.6.1.4.1."


@dataclass(frozen=True)
class System:
    """What an agent says of itself. ``uptime_s`` wraps after 497 days; ``interfaces`` is ifNumber."""

    descr: str | None = None
    object_id: str | None = None
    uptime_s: float | Unread | None = None
    name: str | None = None
    location: str | None = None
    interfaces: int | None = None

    @property
    def enterprise(self) -> int | None:
        """The maker's number at IANA (9 is Cisco's), from sysObjectID."""
        rest = (self.object_id or "").removeprefix(_ENTERPRISES)
        first = rest.partition(".")[0]
        return int(first) if rest != self.object_id and first.isdecimal() else None


def parse(values: Mapping[str, Value]) -> System:
    """From the values of :data:`SCALARS`; None for those that are missing, or of another type."""
    said = values.get(OBJECT_ID)
    return System(
        descr=_said(values, DESCR),
        object_id=said if isinstance(said, str) else None,
        uptime_s=seconds(values.get(UP_TIME), "sysUpTime"),
        name=_said(values, NAME),
        location=_said(values, LOCATION),
        interfaces=number(values.get(IF_NUMBER)),
    )


def _said(values: Mapping[str, Value], oid: str) -> str | None:
    return text(values[oid]) if oid in values else None
