"""Calls and procedures: one way to read and one way to write each setting, without a socket.

A procedure is a generator. It yields a :class:`Call`, is sent the ``<action>Response`` element of the
reply, or is thrown an :class:`~iccc.onvif.errors.OnvifError`, and returns its value at the end.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias, TypeVar
from xml.sax.saxutils import escape

from iccc.clock import Clock
from iccc.compare import ABSENT, Unread
from iccc.onvif.errors import OnvifError
from iccc.onvif.quirks import NO_QUIRKS, Quirks
from iccc.onvif.state import ClockReading, Password
from iccc.onvif.xml import Element, text
from iccc.secrets import Login, Secret

T = TypeVar("T")


class Service(StrEnum):
    """A service, by its namespace."""

    DEVICE = "http://www.onvif.org/ver10/device/wsdl"
    MEDIA = "http://www.onvif.org/ver10/media/wsdl"
    MEDIA2 = "http://www.onvif.org/ver20/media/wsdl"
    PTZ = "http://www.onvif.org/ver20/ptz/wsdl"
    IMAGING = "http://www.onvif.org/ver20/imaging/wsdl"
    ANALYTICS = "http://www.onvif.org/ver20/analytics/wsdl"
    RECORDING = "http://www.onvif.org/ver10/recording/wsdl"
    RECEIVER = "http://www.onvif.org/ver10/receiver/wsdl"
    SEARCH = "http://www.onvif.org/ver10/search/wsdl"
    REPLAY = "http://www.onvif.org/ver10/replay/wsdl"

    @property
    def prefix(self) -> str:
        """The prefix that requests use for it."""
        return _PREFIXES[self]


_PREFIXES = {
    Service.DEVICE: "tds",
    Service.MEDIA: "trt",
    Service.MEDIA2: "tr2",
    Service.PTZ: "tptz",
    Service.IMAGING: "timg",
    Service.ANALYTICS: "tan",
    Service.RECORDING: "trc",
    Service.RECEIVER: "trv",
    Service.SEARCH: "tse",
    Service.REPLAY: "trp",
}
SCHEMA = "http://www.onvif.org/ver10/schema"


@dataclass(frozen=True)
class Tls:
    """HTTPS on a port, with a certificate of one of these pins (SHA-256, lower-case hex)."""

    port: int
    pins: frozenset[str]


@dataclass(frozen=True)
class Call:
    """One request. ``body`` is the whole element inside the SOAP body.

    ``anonymous`` calls are never signed. ``write`` calls are never repeated and only go to devices of ours.
    ``login`` signs this one call as somebody else; with ``adopt`` the session goes on as that user if it succeeds.
    ``after_s``: it is sent so many seconds later, for what a device does slowly. ``tls``: it goes over HTTPS, where the
    session stays if it succeeds.
    """

    service: Service
    action: str
    body: str = field(repr=False)  # may hold a password
    anonymous: bool = False
    write: bool = False
    login: Login | None = None
    adopt: bool = False
    after_s: float = 0.0
    tls: Tls | None = None


Procedure: TypeAlias = Generator[Call, Element, T]


@lru_cache(256)  # a sweep asks all devices the same
def read(service: Service, action: str, inner: str = "", anonymous: bool = False, login: Login | None = None) -> Call:
    """A call that changes nothing. ``inner`` is XML with the service's own prefix and ``tt``."""
    return Call(service, action, _body(service, action, inner), anonymous=anonymous, login=login)


def write(service: Service, action: str, inner: str) -> Call:
    """A call that changes the device."""
    return Call(service, action, _body(service, action, inner), write=True)


def prove(login: Login, adopt: bool = False) -> Call:
    """A harmless call (READ_SYSTEM, open to every level) as ``login``: it fails with UNAUTHORISED if it is refused."""
    action = "GetDeviceInformation"
    return Call(Service.DEVICE, action, _body(Service.DEVICE, action, ""), login=login, adopt=adopt)


def element(name: str, value: object) -> str:
    """``<name>value</name>``, escaped; booleans as xs:boolean."""
    shown = str(value).lower() if isinstance(value, bool) else str(value)
    return f"<{name}>{escape(shown)}</{name}>"


def _body(service: Service, action: str, inner: str) -> str:
    prefix = service.prefix
    schema = f' xmlns:tt="{SCHEMA}"' if "tt:" in inner else ""
    return f'<{prefix}:{action} xmlns:{prefix}="{service}"{schema}>{inner}</{prefix}:{action}>'


@dataclass(frozen=True)
class Context:
    """What a procedure may know besides the replies.

    ``passwords`` are the managed ones, by user; ``prove`` names the users whose password shall be proved;
    ``known`` is what this session already found out about them; with ``may_fail`` False no login is tried that could be
    refused, but those of ``anew``, whose password has just been set. ``clock_reading`` is the device's clock where a
    sweep has just looked at it, ``quirks`` are those of its make.
    ``pin`` is the enrolled certificate's; ``secure``: the session runs over HTTPS.
    """

    clock: Clock
    login: Login | None = None
    passwords: Mapping[str, Secret] = field(default_factory=dict)
    prove: tuple[str, ...] = ()
    known: Mapping[str, Password] = field(default_factory=dict)
    may_fail: bool = True
    anew: frozenset[str] = frozenset()
    clock_reading: ClockReading | None = None
    quirks: Quirks = NO_QUIRKS
    pin: str | None = None
    secure: bool = False


@dataclass
class Written:
    """What a write procedure met, by path (``encoders[main].fps``) or the path of a part (``users[viewer]``)."""

    faults: dict[str, OnvifError] = field(default_factory=dict)  # the device said no
    clamped: dict[str, object] = field(default_factory=dict)  # the nearest value that the device offers
    unsupported: dict[str, str] = field(default_factory=dict)  # the device does not have this, in words
    guarded: dict[str, str] = field(default_factory=dict)  # not sent, and why
    remarks: dict[str, str] = field(default_factory=dict)  # applied, but
    reboot: bool = False  # the device said that it needs a restart


def split(wanted: Mapping[str, T]) -> tuple[dict[str, T], list[str]]:
    """The entries that shall be there, and the names that are declared not to exist."""
    return (
        {name: value for name, value in wanted.items() if value is not ABSENT},
        [name for name, value in wanted.items() if value is ABSENT],
    )


def submit(written: Written, path: str, call: Call) -> Procedure[bool]:
    """Send one Set. True if the device accepted it; else what it answered is noted under ``path``."""
    try:
        reply = yield call
    except OnvifError as error:
        written.faults[path] = error
        return False
    if text(reply, "RebootNeeded") == "true":
        written.reboot = True
    return True


def part(procedure: Procedure[T]) -> Procedure[T | Unread]:
    """``procedure``, with Unread as its value when the device does not give it."""
    try:
        return (yield from procedure)
    except OnvifError as error:
        return error.unread()
