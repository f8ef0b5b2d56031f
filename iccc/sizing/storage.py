"""Disk: footage, what it takes after RAID, and the drives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from iccc.sizing.whole import pieces

TB_PER_MBPS_DAY = 0.0108  # 10^6 bit/s / 8 x 86,400 s = 10.8 GB
TIB_PER_TB = 10**12 / 2**40


def net_tb(kbps: Iterable[float], retention_days: float, duty: float = 1.0) -> float:
    """Footage of streams, in TB: ``sum(kbps) / 1000 * 0.0108 * retention_days * duty``.

    ``duty`` is the share of the time that is recorded, 1 for always.
    """
    return sum(kbps) / 1000 * TB_PER_MBPS_DAY * retention_days * duty


def usable_tb(net_tb: float, fs_overhead: float, growth: float) -> float:
    """Disk for the footage, after RAID, in TB: ``net_tb * (1 + fs_overhead) * (1 + growth)``.

    ``fs_overhead`` is the share for file system and index, ``growth`` the share kept for more cameras or days.
    """
    return net_tb * (1 + fs_overhead) * (1 + growth)


@dataclass(frozen=True)
class Raid:
    """How drives are grouped. ``data`` and ``parity`` are drives of a group, 10 and 2 for RAID 6 of 10+2."""

    drive_tb: float
    data: int
    parity: int

    @property
    def group_tb(self) -> float:
        """What a group holds, in TB."""
        return self.data * self.drive_tb

    @property
    def group_drives(self) -> int:
        return self.data + self.parity


@dataclass(frozen=True)
class Drives:
    """``drives`` are in ``groups``, ``spares`` beside them."""

    groups: int
    drives: int
    spares: int

    @property
    def all(self) -> int:
        return self.drives + self.spares

    def raw_tb(self, raid: Raid) -> float:
        """What is bought, in TB, as printed on the drives."""
        return self.all * raid.drive_tb


def drives_shared(usable_tb: float, raid: Raid, drives_per_spare: float) -> Drives:
    """Drives of shared storage: ``ceil(usable_tb / (data * drive_tb)) * (data + parity)``, and spares.

    There is one spare for each ``drives_per_spare`` begun.
    """
    groups = pieces(usable_tb / raid.group_tb)
    drives = groups * raid.group_drives
    return Drives(groups, drives, pieces(drives / drives_per_spare))


def drives_in_recorder(usable_tb: float, raid: Raid) -> Drives:
    """Drives with the RAID inside one recorder, which has whole groups and at least one; spares are on the shelf."""
    groups = max(1, pieces(usable_tb / raid.group_tb))
    return Drives(groups, groups * raid.group_drives, 0)
