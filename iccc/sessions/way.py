"""The way to a device's web server: HTTPS where its certificate is enrolled, else HTTP.

A device with an enrolled certificate is never spoken to over anything else, but for one case: its HTTPS port is closed,
and the declaration has HTTP switched on. A certificate that changed, and a port that speaks no TLS, end the session
before a byte of it is sent.
"""

from __future__ import annotations

from dataclasses import dataclass

from iccc.errors import DeviceError, Reason
from iccc.sessions import tls
from iccc.sessions.http import HttpConnection, HttpError, connect
from iccc.sessions.reach import Reach

HTTP_PORT = 80
HTTPS_PORT_KEY = "https_port"  # learned: where HTTPS was last proved


@dataclass(frozen=True)
class Way:
    """A port, and for HTTPS the pins (SHA-256, lower-case hex) of the certificates that are taken."""

    port: int = HTTP_PORT
    pins: frozenset[str] | None = None

    @property
    def scheme(self) -> str:
        return "http" if self.pins is None else "https"

    @property
    def default_port(self) -> int:
        return 80 if self.pins is None else 443


def ways(device: str, reach: Reach) -> list[Way]:
    """How a device may be reached; the next one only when the connection to the one before is refused."""
    pin = reach.trust.tls_pin(device)
    if pin is None:
        return [Way()]
    https = Way(reach.learned.get(device, HTTPS_PORT_KEY) or reach.https_port, frozenset({pin}))
    return [https, Way()] if reach.plain_http else [https]


def host_header(way: Way, address: str, reach: Reach) -> str:
    """The line that names the host in each request: with the port, unless it is the usual one."""
    host, port = reach.dial(address, way.port)
    return f"Host: {host}\r\n" if port == way.default_port else f"Host: {host}:{port}\r\n"


async def connect_by(way: Way, address: str, reach: Reach, limit: int) -> HttpConnection:
    """A connection to a declared address, whose certificate is one of the way's. Raises HttpError."""
    host, port = reach.dial(address, way.port)
    connection = await connect(host, port, reach.timeouts.connect_s, limit, secure=way.pins is not None)
    if way.pins is not None:
        shown = connection.certificate
        if shown is None or connection.pin not in way.pins:
            connection.close()
            wanted = ", ".join(f"{pin[:16]}…" for pin in sorted(way.pins))
            told = tls.described(shown) if shown else "none"
            text = f"its certificate is not the known one: it shows {told}; known is sha256 {wanted}"
            raise HttpError(Reason.UNTRUSTED, text)
    return connection


async def certificate_pin(name: str, address: str, reach: Reach) -> str:
    """The pin of whatever certificate a device shows now; for its first contact. Raises DeviceError."""
    port = reach.learned.get(name, HTTPS_PORT_KEY) or reach.https_port
    host, dialled = reach.dial(address, port)
    try:
        connection = await connect(host, dialled, reach.timeouts.connect_s, 0, secure=True)
    except HttpError as error:
        raise DeviceError(error.reason, f"{name} {address}:{port}  https", error.observed) from None
    connection.close()
    if connection.pin is None:
        raise DeviceError(Reason.BAD_ANSWER, f"{name} {address}:{port}  https", "it shows no certificate")
    return connection.pin
