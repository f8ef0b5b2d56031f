"""Tables as bad agents show them: each wraps the true ones."""

from __future__ import annotations

from iccc.lab.device import Fault
from iccc.lab.snmp.ber import TICKS, Oid, integer, octets
from iccc.lab.snmp.mib import Mib, Reading
from iccc.lab.snmp.oids import ALIAS, IF_ENTRY, UP_TIME

KEPT_ROWS = 4  # of a table that is cut, or begins anew
ENDLESS = (*IF_ENTRY, 2)  # the column that never ends: ifDescr, by which readers know the rows
ODD_TEXT = b"j\xfcnction \x1b[2J\r\n\x00\xff\xfe\x07 %s"


def seen(fault: Fault, mib: Mib, tables: Reading) -> Reading:
    """The tables as an agent with this fault shows them."""
    wrap = {
        Fault.SNMP_TRUNCATED: Truncated,
        Fault.SNMP_LOOPS: Looping,
        Fault.SNMP_ENDLESS: Endless,
        Fault.SNMP_ODD_TEXT: OddText,
    }.get(fault)
    if fault is Fault.SNMP_UPTIME:
        return Backwards(tables, mib)
    return wrap(tables) if wrap else tables


class Wrapped:
    """The true tables; the others change what they need to."""

    def __init__(self, tables: Reading) -> None:
        self.tables = tables

    def get(self, oid: Oid) -> bytes | None:
        return self.tables.get(oid)

    def after(self, oid: Oid) -> Oid | None:
        return self.tables.after(oid)


class Truncated(Wrapped):
    """ifTable ends after some rows, in every column; ifNumber tells of all."""

    def get(self, oid: Oid) -> bytes | None:
        return None if self._cut(oid) else self.tables.get(oid)

    def after(self, oid: Oid) -> Oid | None:
        found = self.tables.after(oid)
        while found is not None and self._cut(found):
            found = self.tables.after(found)
        return found

    def _cut(self, oid: Oid) -> bool:
        if oid[: len(IF_ENTRY)] != IF_ENTRY or len(oid) < len(IF_ENTRY) + 2:
            return False
        row: Oid | None = (*oid[: len(IF_ENTRY) + 1], 0)
        for _ in range(KEPT_ROWS):
            row = self.tables.after(row) if row else None
            if row is None or row >= oid:
                return False
        return True


class Looping(Wrapped):
    """In every column of ifTable some rows are followed by the first one again."""

    def after(self, oid: Oid) -> Oid | None:
        column = oid[: len(IF_ENTRY) + 1]
        if oid[: len(IF_ENTRY)] == IF_ENTRY and len(oid) > len(column):
            row: Oid | None = column
            for _ in range(KEPT_ROWS):
                row = self.tables.after(row) if row else None
            if row is not None and row <= oid:
                return self.tables.after(column)
        return self.tables.after(oid)


class Endless(Wrapped):
    """ifDescr has a row for every number."""

    def get(self, oid: Oid) -> bytes | None:
        known = self.tables.get(oid)
        invented = oid[:-1] == ENDLESS and oid[-1] > 0
        return octets(f"Null{oid[-1]}".encode()) if known is None and invented else known

    def after(self, oid: Oid) -> Oid | None:
        if oid[: len(ENDLESS)] == ENDLESS:
            return (*ENDLESS, oid[len(ENDLESS)] + 1 if len(oid) > len(ENDLESS) else 1)
        return self.tables.after(oid)


class OddText(Wrapped):
    """ifAlias as somebody typed it in another code page, with control characters."""

    def get(self, oid: Oid) -> bytes | None:
        known = self.tables.get(oid)
        return octets(ODD_TEXT) if known is not None and oid[: len(ALIAS)] == ALIAS else known


class Backwards(Wrapped):
    """sysUpTime runs from an hour towards 0, and stays there."""

    def __init__(self, tables: Reading, mib: Mib) -> None:
        super().__init__(tables)
        self._mib = mib

    def get(self, oid: Oid) -> bytes | None:
        if oid == UP_TIME:
            return integer(max(0, 360_000 - self._mib.up_ticks() % 360_000), TICKS)
        return self.tables.get(oid)
