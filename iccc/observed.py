"""What reading a device gives, and what writing to it gives. The same for every kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from iccc.compare import Change, Unread

State = TypeVar("State")
Facts = TypeVar("Facts")


@dataclass(frozen=True)
class Observed(Generic[State, Facts]):
    """One device as it was read. ``state`` is comparable with what is wanted; ``facts`` are never declared.

    A part that could not be read is an :class:`Unread` in its place; a device that could not be
    reached at all has an Unread for its whole ``state``.
    """

    device: str
    state: State | Unread
    facts: Facts | None
    read_at: datetime


class Status(StrEnum):
    """What became of one change."""

    APPLIED = "applied"  # read back as wanted
    ACCEPTED_NOT_APPLIED = "accepted-not-applied"  # the device said yes and reads back as before
    PENDING_REBOOT = "pending-reboot"  # the device says that it takes effect after a restart
    CLAMPED = "clamped"  # read back as the nearest value that the device offers
    UNSUPPORTED = "unsupported"  # the device says that it does not have this
    FAILED = "failed"  # the device refused, or went away
    REFUSED = "refused"  # a guard of ours stood in the way; nothing was sent
    NEEDS_HUMAN = "needs_human"  # iccc cannot do it; the text says what a person has to do. Nothing was sent


@dataclass(frozen=True)
class Outcome:
    """One change after it was tried: ``seen`` is what was read back."""

    change: Change
    status: Status
    seen: object
    text: str = ""


@dataclass(frozen=True)
class Done:
    """What became of an act that sets nothing: a restart, a backup, an upgrade."""

    device: str
    status: Status
    text: str
