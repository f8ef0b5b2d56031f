"""What is observed on a UPS card and never declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from iccc.compare import Unread
from iccc.mib.ups import Ups


@dataclass(frozen=True)
class UpsFacts(Ups):
    """The UPS as its card tells it, and the card itself. Source: UPS-MIB, or the maker's (:mod:`iccc.mib.ups`)."""

    sys_name: str | None = None
    uptime_s: float | None = None  # of the card, not of the UPS
    unread: Mapping[str, Unread] = field(default_factory=dict)  # "load", "input", "battery" (its alarms), "uptime_s"
