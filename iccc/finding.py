"""A finding: one true thing that is not as declared, with everything that follows from it under it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Class(StrEnum):
    """What sort of finding."""

    CONFIG = "config"  # a setting differs from the declaration
    REACH = "reach"  # a device, or a part of the network, does not answer
    OBSERVABILITY = "observability"  # something could not be read; never "in sync"


class Severity(StrEnum):
    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"


@dataclass(frozen=True)
class Finding:
    """One finding. ``behind`` are the devices that are unknown because of it."""

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

    @property
    def id(self) -> str:
        """Stable over runs: the same device and path give the same id."""
        return hashlib.sha256(f"{self.device} {self.class_} {self.path}".encode()).hexdigest()[:10]
