"""One quirk: of which cameras, what is odd, who says so, and what would happen to whoever does not know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from iccc.onvif.state import Identity


@dataclass(frozen=True, kw_only=True)
class Quirk:
    """``manufacturer``, ``model`` and ``firmware`` are globs on what GetDeviceInformation tells, whatever the case."""

    manufacturer: str
    model: str = "*"
    firmware: str = "*"
    says: Mapping[str, Any] = field(hash=False)  # fields of iccc.onvif.quirks.Quirks
    source: str
    harm: str  # avoided

    def fits(self, identity: Identity) -> bool:
        globs = (self.manufacturer, self.model, self.firmware)
        told = (identity.manufacturer, identity.model, identity.firmware)
        return all(fnmatchcase(text.lower(), glob.lower()) for text, glob in zip(told, globs, strict=True))
