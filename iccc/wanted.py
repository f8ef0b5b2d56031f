"""What is wanted of one device, and which line of which file says so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from iccc.yamlfile import Where

State = TypeVar("State")


@dataclass(frozen=True)
class Wanted(Generic[State]):
    """``state`` to be compared with what is seen; ``places`` maps paths to the lines that declare them."""

    device: str
    state: State
    places: Mapping[str, Where]

    def where(self, path: str) -> Where:
        """The line behind ``path``, or behind the nearest thing around it; ``""`` is the device itself."""
        while path not in self.places:
            path = re.sub(r"(\.[^.\[\]]*|\[[^\]]*\]|^[^.\[\]]+|(?s:.))\Z", "", path)
        return self.places[path]
