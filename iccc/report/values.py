"""Values of states in a few words, for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import is_dataclass
from typing import Any

from iccc.compare import ABSENT, AnyOf, Near, Unread, Within, plain
from iccc.report.table import one_line
from iccc.units import ranges

LONGEST = 70


def shown(value: Any) -> str:
    """A wanted or seen value on one line; long VLAN lists as ranges, entries as ``key=value``."""
    if value is ABSENT or value == "absent":
        return "absent"
    if value is None:
        return "nothing"
    if isinstance(value, Unread):
        return f"unread ({value.reason})"
    if isinstance(value, Within | Near | AnyOf):
        return _cut(str(value))
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, frozenset | set | list | tuple):
        items = list(value)
        if items and all(isinstance(item, int) for item in items):
            return _cut(ranges(items))
        ordered = isinstance(value, list | tuple)  # DNS servers: the order matters
        return _cut(", ".join(map(str, items) if ordered else sorted(map(str, items))) or "none")
    if is_dataclass(value) or isinstance(value, Mapping):
        parts = plain(value)
        return _cut(" ".join(f"{key}={shown(part)}" for key, part in parts.items()))
    return _cut(str(value) or '""')


def counted(number: int, thing: str) -> str:
    """``1 device``, ``2 devices``."""
    return f"{number} {thing}{'s' * (number != 1)}"


def as_declared(devices: int) -> str:
    """``1 device is as declared``, ``2 devices are as declared``."""
    return f"{counted(devices, 'device')} {'is' if devices == 1 else 'are'} as declared"


def _cut(text: str) -> str:
    text = one_line(text)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
