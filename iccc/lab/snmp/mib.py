"""What an agent asks of the device that it speaks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from iccc.lab.ios.config import SnmpUser
from iccc.lab.snmp.ber import Oid, Value


class Refused(Exception):
    """A SET that is not taken, with its SNMP error status and the number of the varbind, from 1."""

    def __init__(self, status: int, index: int = 1) -> None:
        super().__init__(f"error-status {status}")
        self.status = status
        self.index = index


class Reading(Protocol):
    """Some tables of one moment. Values are encoded with tag and length."""

    def get(self, oid: Oid) -> bytes | None: ...

    def after(self, oid: Oid) -> Oid | None:
        """The first OID behind ``oid``; None at the end."""
        ...


class Mib(Protocol):
    """A device's tables, and who may read them."""

    @property
    def communities(self) -> Mapping[str, str]:
        """Community: RO or RW."""
        ...

    @property
    def users(self) -> Mapping[str, SnmpUser]: ...

    def may_write(self, user: str) -> bool:
        """Whether a v3 user may set."""
        ...

    @property
    def engine_id(self) -> bytes: ...

    @property
    def boots(self) -> int: ...

    def up_ticks(self) -> int:
        """sysUpTime, before it wraps."""
        ...

    def view(self, context: str) -> Reading | None:
        """The tables in a context: ``""``, or ``"20"`` for VLAN 20; None when there is no such context."""
        ...

    def set(self, varbinds: Sequence[tuple[Oid, Value]], peer: str, ignore: bool) -> None:
        """Take all values, or raise Refused. ``ignore``: say yes and take none."""
        ...
