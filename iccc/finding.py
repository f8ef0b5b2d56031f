"""A finding: one true thing that is not as declared, with everything that follows from it under it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Class(StrEnum):
    """What sort of finding."""

    CONFIG = "config"  # a setting differs from the declaration, is not saved, or was changed outside
    TOPOLOGY = "topology"  # a neighbour, a cable or a hardware address is not where it is declared
    INVENTORY = "inventory"  # another device or firmware than the one that is declared or was there
    OPERATIONAL = "operational"  # as declared, and not working as it should
    ADDRESSING = "addressing"  # an address that is not where, or whose, it should be
    REACH = "reach"  # a device, or a part of the network, does not answer
    OBSERVABILITY = "observability"  # something could not be read; never "in sync"


SAVED = "saved"  # the path of what says that the running configuration is not the startup configuration
UNKNOWN = frozenset({Class.REACH, Class.OBSERVABILITY})  # nothing wrong was seen, something was not seen


class Severity(StrEnum):
    """Most severe first."""

    CRITICAL = "critical"  # cameras are, or are about to be, off the network or not recorded
    MAJOR = "major"  # a device or a safeguard does not do what it is there for
    MINOR = "minor"  # to be put right in the course of the work


@dataclass(frozen=True)
class Evidence:
    """What an agent said, as it said it: ``IF-MIB ifOperStatus.10003`` is ``down(2)``."""

    source: str
    value: str
    at: datetime


@dataclass(frozen=True)
class Finding:
    """One finding. ``path`` is the part of the device, in the words of its state: ``ports[Gi1/3].duplex``.

    ``behind`` are the devices that are unknown because of it, ``under`` the findings that it explains: both are
    listed with it and nowhere else. ``affected`` are cameras that answer, or may, and are not recorded because of it.
    """

    device: str
    path: str  # "" is the device itself
    class_: Class
    severity: Severity
    text: str
    where: str  # the line of the declaration
    site: str
    seen: Any = None
    wanted: Any = None
    behind: tuple[str, ...] = ()
    under: tuple[Finding, ...] = ()
    affected: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    next_step: str = ""  # what a person does next, in the imperative
    event: bool = False  # it happened, and the next reading does not show it any more

    @property
    def id(self) -> str:
        """Stable over runs: the same device, class and path give the same id."""
        return hashlib.sha256(f"{self.device} {self.class_} {self.path}".encode()).hexdigest()[:10]
