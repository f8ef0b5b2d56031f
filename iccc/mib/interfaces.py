"""IF-MIB (RFC 2863) ifTable and ifXTable, and EtherLike-MIB (RFC 3635) dot3StatsDuplexStatus: the interfaces."""

from __future__ import annotations

from dataclasses import dataclass

from iccc.mib.values import MOST_32, Columns, Index, Table, mac, number, text

_IF, _IFX = "1.3.6.1.2.1.2.2.1.", "1.3.6.1.2.1.31.1.1.1."
DESCR, TYPE, SPEED, PHYS_ADDRESS, ADMIN, OPER = (_IF + column for column in ("2", "3", "5", "6", "7", "8"))
IN_ERRORS, OUT_ERRORS = _IF + "14", _IF + "20"
NAME, HIGH_SPEED, ALIAS = _IFX + "1", _IFX + "15", _IFX + "18"
# In and out: unicast, multicast, broadcast (ifHC…), and the 32-bit unicast and non-unicast of ifTable.
HC_PACKETS = tuple(_IFX + column for column in ("7", "8", "9", "11", "12", "13"))
PACKETS = tuple(_IF + column for column in ("11", "12", "17", "18"))
DUPLEX = "1.3.6.1.2.1.10.7.2.1.19"

STATUS = Table(OPER, (DESCR, NAME))
"""What tells links and names: the least that is worth a reading."""
IF_TABLE = Table(DESCR, (TYPE, PHYS_ADDRESS, ADMIN, OPER, IN_ERRORS, OUT_ERRORS))
IFX_TABLE = Table(NAME, (ALIAS, HIGH_SPEED, *HC_PACKETS))
OLD_TABLE = Table(SPEED, PACKETS)
"""Of agents that have no counters, or no speed, in ifXTable: 32 bits wrap."""
DUPLEX_TABLE = Table(DUPLEX)

_UP, _STATUS_UNKNOWN = 1, 4
_HALF, _FULL = 2, 3
# ianaiftype-mib: ethernetCsmacd, iso88023Csmacd, fastEther, fastEtherFX, gigabitEthernet, ieee8023adLag
_AGGREGATE = 161
_PORTS = frozenset({6, 7, 62, 69, 117, _AGGREGATE})


@dataclass(frozen=True)
class Interface:
    """One row. ``name`` is ifName, or ifDescr where the agent has no ifXTable; never empty."""

    index: int
    name: str
    descr: str | None = None
    type: int | None = None
    admin_up: bool | None = None
    oper_up: bool | None = None
    alias: str | None = None
    mac: str | None = None
    speed_mbps: int | None = None
    full_duplex: bool | None = None
    packets: int | None = None  # in and out, all kinds; the sum of what the agent counts
    errors: int | None = None  # in and out

    @property
    def is_port(self) -> bool:
        """Whether frames are switched there; an agent that tells no type may mean any interface."""
        return self.type is None or self.type in _PORTS

    @property
    def is_aggregate(self) -> bool:
        """Whether it is several ports in one (ieee8023adLag)."""
        return self.type == _AGGREGATE


def needs_old(columns: Columns) -> bool:
    """Whether :data:`OLD_TABLE` has to be asked for as well."""
    return not any(columns.get(column) for column in HC_PACKETS) or not columns.get(HIGH_SPEED)


def parse(columns: Columns) -> dict[int, Interface]:
    """By ifIndex, in its order. Rows without any name are left out, and indexes that are not one number."""
    found = {}
    for index in sorted({*columns.get(DESCR, {}), *columns.get(NAME, {})}):
        name = _text(columns, NAME, index) or _text(columns, DESCR, index)
        if len(index) == 1 and name:
            found[index[0]] = _interface(columns, index, name)
    return found


def rows(columns: Columns) -> int:
    """How many interfaces ifTable lists, with a name or without: what ifNumber counts.

    Rows that ifXTable has beyond these do not count: of them nobody told whether they are up.
    """
    return len(columns.get(DESCR, {})) or len(columns.get(NAME, {}))


def truncated(listed: int, if_number: int | None) -> bool:
    """Whether a table of so many rows lacks more than a row or a tenth of what ifNumber says.

    Real agents are off by a row (DPtech DPX8000: 59 and 58), and ifNumber counts fewer on some (ProCurve: 33 and 42).
    """
    return if_number is not None and listed < if_number - max(1, if_number // 10)


def _interface(columns: Columns, index: Index, name: str) -> Interface:
    duplex = columns.get(DUPLEX, {}).get(index)
    packets = HC_PACKETS if any(index in columns.get(column, {}) for column in HC_PACKETS) else PACKETS
    return Interface(
        index=index[0],
        name=name,
        descr=_text(columns, DESCR, index),
        type=number(columns.get(TYPE, {}).get(index)),
        admin_up=_up(columns, ADMIN, index),
        oper_up=_up(columns, OPER, index),
        alias=_text(columns, ALIAS, index),
        mac=mac(columns.get(PHYS_ADDRESS, {}).get(index)),
        speed_mbps=_speed_mbps(columns, index),
        full_duplex={_HALF: False, _FULL: True}.get(duplex) if isinstance(duplex, int) else None,
        packets=_sum(columns, packets, index),
        errors=_sum(columns, (IN_ERRORS, OUT_ERRORS), index),
    )


def _up(columns: Columns, column: str, index: Index) -> bool | None:
    said = number(columns.get(column, {}).get(index))
    return None if said is None or said == _STATUS_UNKNOWN else said == _UP


def _speed_mbps(columns: Columns, index: Index) -> int | None:
    """None for 0: below 1 Mb/s, or the agent's word for not known; and for the most that ifSpeed can say, which means
    more than that (RFC 2863)."""
    high = number(columns.get(HIGH_SPEED, {}).get(index)) or 0
    slow = number(columns.get(SPEED, {}).get(index)) or 0
    if high > 0:
        return high
    return slow // 1_000_000 or None if 0 < slow < MOST_32 else None


def _sum(columns: Columns, which: tuple[str, ...], index: Index) -> int | None:
    counted = [value for column in which if isinstance(value := columns.get(column, {}).get(index), int)]
    return sum(counted) if counted else None


def _text(columns: Columns, column: str, index: Index) -> str | None:
    value = columns.get(column, {}).get(index)
    return text(value) if value is not None else None
