"""The state of an appliance recorder: the ONVIF device service, and which camera is on which channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from iccc.compare import AnyOf, Unread
from iccc.mib.host_resources import Disks
from iccc.onvif.state import Identity, Time, User
from iccc.recorder.footage import Footage


class LoginState(StrEnum):
    """What a recorder's own tries say of the login that it has for a camera. The password itself is never read."""

    PROVED = "proved"  # it is connected
    REFUSED = "refused"  # the camera refuses it
    UNKNOWN = "unknown"  # it is not connected, and does not say that it is for the login


@dataclass(frozen=True)
class Channel:
    """One camera on a recorder.

    ``stream`` is a role (main, sub) as far as the camera has told its streams, else the path that is pulled; ``user``
    is "" where the recorder does not tell it.
    """

    number: int | None = None  # from 1; wanted only where one is declared
    address: str | None = None
    port: int | None = None  # of RTSP
    stream: str | Unread | None = None
    user: str | AnyOf | None = None
    login: LoginState | AnyOf | None = None
    records: bool | None = None  # whether somebody has asked for it: an active job, and a receiver that may connect


@dataclass(frozen=True)
class Others:
    """``recorded``: cameras on its channels that another recorder records. ``addresses``: of all that it may have."""

    recorded: frozenset[str]
    addresses: Mapping[str, str]  # by camera


@dataclass(frozen=True)
class RecorderState:
    """Settings that iccc manages on a recorder. ``None`` in a wanted value: not declared."""

    time: Time | Unread | None = None
    users: Mapping[str, User] | Unread | None = None
    channels: Mapping[str, Channel] | Unread | None = None  # by camera; what is none of the city's: channel-12
    others: Others | Unread | None = None


@dataclass(frozen=True)
class RecorderFacts:
    """What is observed on a recorder and never declared."""

    identity: Identity | None
    footage: Mapping[str, Footage] | Unread | None = None  # by camera; None where channels were not asked for
    replay: str | Unread | None = None  # path of one recording, None where there is none yet
    disks: Disks | Unread | None = None  # by SNMP; None where it is not asked
