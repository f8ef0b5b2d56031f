"""HOST-RESOURCES-MIB (RFC 2790) of a recorder: its drives, and the one volume that they make."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from iccc.lab.ios.config import SnmpUser
from iccc.lab.snmp.ber import TICKS, Oid, Value, integer, octets, oid
from iccc.lab.snmp.mib import Refused
from iccc.lab.snmp.oids import MIB2, SYSTEM, UP_TIME
from iccc.lab.snmp.view import View

NOT_WRITABLE = 17
HOST: Oid = (*MIB2, 25)
FIXED_DISK, DISK_DEVICE = (*HOST, 2, 1, 4), (*HOST, 3, 1, 6)
STATUSES = ("unknown", "running", "warning", "testing", "down")  # hrDeviceStatus, from 1
BLOCK = 131_072  # octets: so that a large volume has a number of blocks that fits into 31 bits


@dataclass
class Disks:
    """``drives`` by number from 1; their state in words."""

    drives: dict[int, str]
    size_tb: float


class HostMib:
    """The tables of a recorder's agent, and its communities (:class:`iccc.lab.snmp.mib.Mib`)."""

    def __init__(
        self,
        name: str,
        disks: Callable[[], Disks],
        now: Callable[[], float],
        communities: Mapping[str, str],
        users: Mapping[str, SnmpUser],
    ) -> None:
        self._name = name
        self._disks = disks
        self._now = now
        self.communities = communities
        self.users = users
        self.boots = 1
        self._booted = now()

    @property
    def engine_id(self) -> bytes:
        return bytes.fromhex("8000013E04") + self._name.encode()  # format 4: text (RFC 3411)

    def up_ticks(self) -> int:
        return int((self._now() - self._booted) * 100)

    def view(self, context: str) -> View[HostMib] | None:
        return None if context else View(self, dict(self._rows()))

    def may_write(self, user: str) -> bool:  # noqa: ARG002
        return False

    def set(self, varbinds: Sequence[tuple[Oid, Value]], peer: str, ignore: bool) -> None:  # noqa: ARG002
        raise Refused(NOT_WRITABLE)

    def _rows(self) -> Iterator[tuple[Oid, bytes]]:
        disks = self._disks()
        yield (*SYSTEM, 1, 0), octets("Network video recorder")
        yield (*SYSTEM, 2, 0), oid((1, 3, 6, 1, 4, 1, 8072, 3, 2, 10))
        yield UP_TIME, integer(self.up_ticks() & 0xFFFFFFFF, TICKS)
        yield (*SYSTEM, 5, 0), octets(self._name)
        blocks = int(disks.size_tb * 1e12) // BLOCK
        row = (*HOST, 2, 3, 1)
        for column, value in (
            (1, integer(1)), (2, oid(FIXED_DISK)), (3, octets("/video")), (4, integer(BLOCK)), (5, integer(blocks)),
            (6, integer(blocks * 9 // 10)),
        ):  # fmt: skip
            yield (*row, column, 1), value
        for number, status in disks.drives.items():
            device = (*HOST, 3, 2, 1)
            yield (*device, 1, number), integer(number)
            yield (*device, 2, number), oid(DISK_DEVICE)
            yield (*device, 3, number), octets(f"bay {number}")
            yield (*device, 5, number), integer(STATUSES.index(status) + 1)
