"""The web server of a device: HTTP and HTTPS where SetNetworkProtocols puts them, and the certificate of HTTPS."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable

from iccc.lab import onvif_certificates
from iccc.lab.device import Fault, TcpPort
from iccc.lab.http import Mute
from iccc.lab.onvif_certificates import Certificate, CertificateState
from iccc.lab.onvif_state import NetworkProtocol

LAB_PORTS = 20_000
HTTP_PORT = 80
_TLS_FAULTS = (Fault.SILENT, Fault.TLS_SILENT, Fault.TLS_PLAIN)

Door = Callable[[bool], asyncio.BaseProtocol]  # whether the connection is one of HTTPS → who answers it


class Web:
    """The ports of one device's web server. That of HTTPS is made when HTTPS is first switched on."""

    __slots__ = ("_door", "_fault", "_http", "_https", "_network", "_serving", "_shown")

    def __init__(self, address: str, door: Door) -> None:
        self._door = door
        self._http = TcpPort(address, LAB_PORTS + HTTP_PORT, self._plain)
        self._https: TcpPort | None = None
        # What the ports were set to last
        self._network: tuple[NetworkProtocol, ...] | None = None
        self._serving: str | None = None
        self._fault = Fault.NONE
        self._shown: Certificate | None = None  # the certificate of the port's context

    @property
    def ports(self) -> list[TcpPort]:
        return [self._http] if self._https is None else [self._http, self._https]

    def follow(self, network: tuple[NetworkProtocol, ...], certificates: CertificateState, fault: Fault) -> bool:
        """Set the ports to what was set; whether that changed anything."""
        fault = fault if fault in _TLS_FAULTS else Fault.NONE
        if (network, certificates.serving, fault) == (self._network, self._serving, self._fault):
            return False
        first = self._network is None
        self._network, self._serving, self._fault = network, certificates.serving, fault
        by_name = {entry.name: entry for entry in network}
        http, https = by_name["HTTP"], by_name["HTTPS"]
        changed = (self._http.on, self._http.port) != (http.enabled, LAB_PORTS + http.port)
        self._http.on, self._http.port = http.enabled, LAB_PORTS + http.port
        if https.enabled or self._https is not None:
            self._follow_https(https, certificates, fault)
            changed = True
        return changed and not first

    def _follow_https(self, entry: NetworkProtocol, certificates: CertificateState, fault: Fault) -> None:
        if self._https is None:
            self._https = TcpPort(self._http.address, 0, self._secure)
        port, shown = self._https, certificates.shown() if entry.enabled else None
        port.on, port.port = shown is not None, LAB_PORTS + entry.port
        port.factory = Mute if fault in (Fault.SILENT, Fault.TLS_SILENT) else self._secure
        port.tls = self._context(shown) if shown is not None and fault is Fault.NONE else None

    def _plain(self) -> asyncio.BaseProtocol:
        return self._door(False)

    def _secure(self) -> asyncio.BaseProtocol:
        return self._door(True)

    def _context(self, shown: Certificate) -> ssl.SSLContext:
        if self._https is not None and self._https.tls is not None and self._shown == shown:
            return self._https.tls
        self._shown = shown
        return onvif_certificates.context(shown)
