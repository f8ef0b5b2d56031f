"""What a city wants at a path of a device's state."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from iccc import fleet
from iccc.city.devices import City
from iccc.compare import plain

_STEP = re.compile(r"(?P<name>[^.\[\]]+)|\[(?P<key>(?s:.*?))\](?=[.\[]|\Z)")


def leaf(city: City, device: str, path: str) -> Any:
    """The wanted value at ``path``, as plain data; None where nothing is declared."""
    value = fleet.wanted(city.device(device), city).state
    for step in _STEP.finditer(path):
        if isinstance(value, Mapping):
            value = {str(key): inner for key, inner in value.items()}.get(step["key"] or step["name"])
        else:
            value = getattr(value, step["name"] or "", None)
    return plain(value)


def words(value: object) -> str:
    """A value in a sentence."""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
