"""A section of a device's state: its one way to read and its one way to write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from iccc.onvif.call import Context, Procedure, Written

T = TypeVar("T")


@dataclass(frozen=True)
class Section(Generic[T]):
    """``write(context, wanted, seen)`` sends what differs, in the order that the device needs."""

    read: Callable[[Context], Procedure[T]]
    write: Callable[[Context, T, T], Procedure[Written]]
