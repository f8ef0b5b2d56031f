"""The one comparison of what is wanted with what was seen. Plan, drift and deploy all rest on it.

Wanted and seen have one type per device kind (a frozen dataclass). Three different things have three names:

- ``None`` in a wanted value: *not declared*, left alone;
- :data:`ABSENT` in a wanted mapping: *declared not to exist*;
- :class:`Unread` in a seen value: *could not be read*, which is never a change and never "in sync".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from typing import Any

from iccc.errors import DeviceError, Reason
from iccc.secrets import Secret
from iccc.units import ranges


class _Absent(Enum):
    ABSENT = "absent"

    def __repr__(self) -> str:
        return "absent"


ABSENT = _Absent.ABSENT


@dataclass(frozen=True)
class Unread:
    """A value that could not be read, and why."""

    reason: Reason
    text: str

    @classmethod
    def of(cls, error: DeviceError) -> Unread:
        return cls(error.reason, str(error))


@dataclass(frozen=True)
class Within:
    """A wanted number with a tolerance: seen values from ``-limit`` to ``limit`` are in sync."""

    limit: float

    def __str__(self) -> str:
        return f"within {self.limit:g}"


@dataclass(frozen=True)
class Near:
    """A wanted number that a device may round: seen values at most ``by`` off are in sync.

    So is a seen None: the device has it and does not tell the number.
    """

    value: float
    by: float

    def __str__(self) -> str:
        return f"{self.value:g}"


@dataclass(frozen=True)
class AnyOf:
    """A wanted text with others that will do where a device cannot take the first: any of them is in sync."""

    values: tuple[str, ...]

    def __str__(self) -> str:
        return self.values[0]


@dataclass(frozen=True)
class Change:
    """One leaf that differs. ``path`` is like ``ports[Gi1/3].access_vlan``; ``seen`` may be ``ABSENT``."""

    path: str
    seen: Any
    wanted: Any


@dataclass(frozen=True)
class Unknown:
    """One part that was declared and could not be read. ``path`` is ``""`` when the whole device is unread."""

    path: str
    unread: Unread


def compare(wanted: Any, seen: Any, path: str = "") -> Iterator[Change | Unknown]:
    """Every declared leaf that differs from what was seen, and every declared part that is unread.

    Frozen dataclasses and mappings are walked; everything else is a leaf. Undeclared leaves and keys are skipped.
    """
    if wanted is None:
        return
    if isinstance(seen, Unread):
        yield Unknown(path, seen)
    elif isinstance(wanted, Within):
        if not (isinstance(seen, int | float) and abs(seen) <= wanted.limit):
            yield Change(path, seen, wanted)
    elif isinstance(wanted, Near):
        if not (seen is None or (isinstance(seen, int | float) and abs(seen - wanted.value) <= wanted.by)):
            yield Change(path, seen, wanted)
    elif isinstance(wanted, AnyOf):
        if seen not in wanted.values:
            yield Change(path, seen, wanted)
    elif _is_node(wanted) and (seen is ABSENT or seen is None):
        # The whole entry is missing: its declared leaves are what the change will set.
        yield Change(path, ABSENT, wanted)
    elif is_dataclass(wanted) and not isinstance(wanted, type):
        for field in fields(wanted):
            yield from compare(getattr(wanted, field.name), getattr(seen, field.name), _join(path, field.name))
    elif isinstance(wanted, Mapping):
        for key, value in wanted.items():
            found = seen.get(key, ABSENT)
            if value is ABSENT and found is ABSENT:
                continue
            yield from compare(value, found, f"{path}[{key}]")
    elif wanted != seen:
        yield Change(path, seen, wanted)


def managed(wanted: Any, seen: Any) -> Any:
    """The part of ``seen`` that ``wanted`` declares, as plain JSON-able values: what a plan's state hash covers.

    A value with a tolerance counts only as inside or outside of it, so a ticking clock does not make a plan stale. Of
    several values that will do one is as good as the other.
    """
    if wanted is None:
        return None
    if isinstance(seen, Unread):
        return {"unread": str(seen.reason)}
    if isinstance(wanted, Within | Near):
        return not list(compare(wanted, seen))
    if isinstance(wanted, AnyOf) and seen in wanted.values:
        return True
    if seen is ABSENT or seen is None:
        return "absent"
    if is_dataclass(wanted) and not isinstance(wanted, AnyOf | type):
        parts = {f.name: managed(getattr(wanted, f.name), getattr(seen, f.name)) for f in fields(wanted)}
        return {name: part for name, part in parts.items() if part is not None}
    if isinstance(wanted, Mapping):
        return {str(key): managed(value, seen.get(key, ABSENT)) for key, value in wanted.items()}
    return plain(seen)


def plain(value: Any) -> Any:
    """``value`` as JSON-able data with a stable order, for hashes, plans and reports."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Secret):
        return str(value)  # ***
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, Within | AnyOf):
        return str(value)
    if isinstance(value, Near):
        return value.value
    if isinstance(value, Unread):
        return {"unread": str(value.reason), "text": value.text}
    if is_dataclass(value) and not isinstance(value, type):
        parts = {f.name: getattr(value, f.name) for f in fields(value)}
        return {name: plain(part) for name, part in parts.items() if part is not None}
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in sorted(value.items(), key=lambda kv: str(kv[0]))}
    if isinstance(value, frozenset | set):
        if value and all(type(part) is int for part in value):
            return ranges(value)  # VLANs: 4,094 numbers on every open trunk
        return sorted((plain(part) for part in value), key=str)
    if isinstance(value, tuple | list):
        return [plain(part) for part in value]
    return value


def _is_node(value: Any) -> bool:
    return isinstance(value, Mapping) or (is_dataclass(value) and not isinstance(value, Within | Near | AnyOf | type))


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def section_of(path: str) -> str:
    """The part of the state that a path is in: ``recording`` of ``recording.files[/etc/iccc/recording.json].mode``."""
    return re.split(r"[.\[]", path, maxsplit=1)[0]
