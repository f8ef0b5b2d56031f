"""The state of an appliance recorder, as far as the ONVIF device service reaches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from iccc.compare import Unread
from iccc.onvif.state import Identity, Time, User


@dataclass(frozen=True)
class RecorderState:
    """Settings that iccc manages on a recorder. ``None`` in a wanted value: not declared."""

    time: Time | Unread | None = None
    users: Mapping[str, User] | Unread | None = None


@dataclass(frozen=True)
class RecorderFacts:
    """What is observed on a recorder and never declared."""

    identity: Identity | None
