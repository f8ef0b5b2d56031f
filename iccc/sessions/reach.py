"""Everything a session needs to reach one device, in one value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from iccc.clock import Clock
from iccc.secrets import Credentials
from iccc.sessions.dial import Dial
from iccc.settings import CameraReader, Limits, SnmpReader, Timeouts

USERS_REFUSED = "users_refused"  # learned: {user: ISO time} of managed passwords that the device has refused
STREAMS_KEY = "streams"  # learned: {role: path of its RTSP address}, as the camera told them last
STREAM_LOGIN_KEY = "stream_login"  # learned: True once the camera took the stored login of recorders; None: it did not
HTTPS_PORT = 443


class Learned(Protocol):
    """Facts about devices that earlier sessions found out (authentication mode, SNMP repetitions, …)."""

    def get(self, device: str, key: str) -> Any:
        """The JSON-able value, or None."""
        ...

    def put(self, device: str, key: str, value: Any) -> None: ...


class Trust(Protocol):
    """Enrolled identities of devices."""

    def host_key(self, device: str) -> str | None:
        """The enrolled SSH host key, ``"ssh-ed25519 AAAA…"``, or None when the device was never enrolled."""
        ...

    def tls_pin(self, device: str) -> str | None:
        """The enrolled certificate's SHA-256, lower-case hex, or None."""
        ...

    def tls_proved(self, device: str, pin: str, at: datetime) -> None:
        """The device told this certificate in a session of ours, and a login over HTTPS found it there: enrol it."""
        ...

    def serial(self, device: str) -> str | None:
        """The serial number of the unit that was taken over, or None when none was yet."""
        ...


@dataclass(frozen=True)
class Reach:
    """How devices are reached in this run."""

    dial: Dial
    timeouts: Timeouts
    limits: Limits
    clock: Clock
    credentials: Credentials
    trust: Trust
    learned: Learned
    snmp_reader: SnmpReader = SnmpReader.GUFO
    camera_reader: CameraReader = CameraReader.FAST
    plain_http: bool = True  # the declaration has HTTP switched on
    https_port: int = HTTPS_PORT
    since: datetime | None = None  # when this run began, which may be many processes: one refused login of a device
