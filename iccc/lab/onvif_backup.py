"""Backup files of a device's settings. As in the field they are opaque, and fit the device that made them."""

from __future__ import annotations

import copy
from dataclasses import fields, is_dataclass
from typing import Any

KEPT = 4  # backups that a device remembers


def parts_of(device: object) -> dict[str, Any]:
    """The states of a device by attribute: all of a class with a ``factory()``, as ``DeviceState`` does."""
    return {name: value for name, value in vars(device).items() if _is_state(value)}


def _is_state(value: object) -> bool:
    return is_dataclass(value) and callable(getattr(type(value), "factory", None))


class Backups:
    """Of one device: a file names the settings, which stay in the lab."""

    __slots__ = ("_count", "_made", "_serial")

    def __init__(self, serial: str) -> None:
        self._serial = serial
        self._count = 0
        self._made: dict[bytes, dict[str, Any]] | None = None  # devices without backups carry nothing

    def make(self, parts: dict[str, Any]) -> bytes:
        """The file that names these settings."""
        made = self._made = self._made or {}
        if len(made) >= KEPT:
            made.pop(next(iter(made)))
        self._count += 1
        file = f"LAB-SETTINGS {self._serial} {self._count}\n".encode()
        made[file] = {name: _copied(part) for name, part in parts.items()}
        return file

    def read(self, file: bytes) -> dict[str, Any] | None:
        """The settings that the file names; None when this device did not make it."""
        made = (self._made or {}).get(file)
        return made and {name: _copied(part) for name, part in made.items()}


def _copied(part: Any) -> Any:
    """A copy of a state and of the states in it. Values are immutable and stay shared."""
    copied = copy.copy(part)
    for field in fields(part):
        value = getattr(part, field.name)
        if _is_state(value):
            setattr(copied, field.name, _copied(value))
    return copied
