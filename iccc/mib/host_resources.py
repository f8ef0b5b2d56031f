"""Disks of a host: HOST-RESOURCES-MIB (RFC 2790) hrStorageTable and hrDeviceTable.

A maker's own MIB says more of a RAID; none is read. An array is a drive or a store here as its agent shows it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from iccc.mib.values import Columns, Table, number, text

_STORAGE, _DEVICE = "1.3.6.1.2.1.25.2.3.1.", "1.3.6.1.2.1.25.3.2.1."
TYPE, DESCR, UNITS, SIZE, USED = (f"{_STORAGE}{column}" for column in (2, 3, 4, 5, 6))
DEVICE_TYPE, DEVICE_DESCR, DEVICE_STATUS = (f"{_DEVICE}{column}" for column in (2, 3, 5))
FIXED_DISK, DISK_DEVICE = "1.3.6.1.2.1.25.2.1.4", "1.3.6.1.2.1.25.3.1.6"

STORAGE = Table(TYPE, (DESCR, UNITS, SIZE, USED))
DEVICES = Table(DEVICE_TYPE, (DEVICE_DESCR, DEVICE_STATUS))


class DriveStatus(StrEnum):
    """hrDeviceStatus."""

    UNKNOWN = "unknown"
    RUNNING = "running"
    WARNING = "warning"
    TESTING = "testing"
    DOWN = "down"


@dataclass(frozen=True)
class Drive:
    name: str
    status: DriveStatus


@dataclass(frozen=True)
class Volume:
    """A file system on fixed disks, in octets; None where the agent's number is none."""

    name: str
    size: int | None
    used: int | None


@dataclass(frozen=True)
class Disks:
    drives: tuple[Drive, ...]
    volumes: tuple[Volume, ...]

    @property
    def size(self) -> int | None:
        """Of all volumes; None where one does not tell it, or there is none."""
        sizes = [volume.size for volume in self.volumes]
        return sum(size for size in sizes if size is not None) if sizes and None not in sizes else None


def parse(columns: Columns) -> Disks | None:
    """None when the agent tells of no disk at all."""
    found = Disks(tuple(_drives(columns)), tuple(_volumes(columns)))
    return found if found.drives or found.volumes else None


def _drives(columns: Columns) -> Iterator[Drive]:
    statuses = tuple(DriveStatus)
    for index, kind in columns.get(DEVICE_TYPE, {}).items():
        if _oid(kind) == DISK_DEVICE:
            told = number(columns.get(DEVICE_STATUS, {}).get(index))
            status = statuses[told - 1] if told is not None and 1 <= told <= len(statuses) else DriveStatus.UNKNOWN
            yield Drive(text(columns.get(DEVICE_DESCR, {}).get(index, "")) or str(index[-1]), status)


def _volumes(columns: Columns) -> Iterator[Volume]:
    for index, kind in columns.get(TYPE, {}).items():
        if _oid(kind) == FIXED_DISK:
            units = number(columns.get(UNITS, {}).get(index))
            size, used = (_octets(number(columns.get(column, {}).get(index)), units) for column in (SIZE, USED))
            yield Volume(text(columns.get(DESCR, {}).get(index, "")) or str(index[-1]), size, used)


def _octets(blocks: int | None, units: int | None) -> int | None:
    """An Integer32 that has run over is negative."""
    return None if blocks is None or units is None or blocks < 0 or units <= 0 else blocks * units


def _oid(value: object) -> str:
    return str(value).lstrip(".")
