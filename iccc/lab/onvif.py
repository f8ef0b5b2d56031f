"""A simulated ONVIF device: HTTP, logins, faults and the device service. Cameras and recorders build on it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from urllib.parse import urlsplit

from iccc.lab import (
    http_digest,
    onvif_certificates,
    onvif_discovery,
    onvif_dot1x,
    onvif_faults,
    onvif_inject,
    onvif_ip,
)
from iccc.lab.device import Fault, LabDevice, UdpPort
from iccc.lab.http import HANG_UP, HTML, Connection, Request, Response
from iccc.lab.http_digest import DigestServer, Nonce
from iccc.lab.onvif_activation import PATHS, Activation
from iccc.lab.onvif_backup import Backups, parts_of
from iccc.lab.onvif_certificates import CertificateState
from iccc.lab.onvif_dot1x import Dot1xState
from iccc.lab.onvif_login import Lockout, username_token
from iccc.lab.onvif_model import DeviceModel
from iccc.lab.onvif_presence import Presence
from iccc.lab.onvif_services import DEVICE_SERVICE
from iccc.lab.onvif_soap import (
    ALLOWED,
    TDS,
    TPTZ,
    Access,
    Bound,
    Call,
    Element,
    SoapFault,
    bind,
    envelope,
    fault_envelope,
    read,
    text,
)
from iccc.lab.onvif_state import FACTORY_LAN, YEAR_2000, DeviceState, Lan, User, factory_skew_s
from iccc.lab.onvif_system import BACKUP_PATH, FIRMWARE_PATH, RESTORE_PATH, firmware_of
from iccc.lab.onvif_web import HTTP_PORT, LAB_PORTS, Web

HTTPS_PORT = 443
RTSP_PORT = 554
FOR_EVER_S = 1e6
_HOST = re.compile(r"[A-Za-z0-9.-]+(:[0-9]{1,5})?")


class Challenge(Exception):
    """The request needs HTTP Digest; ``stale``: it had it, with a nonce that is too old."""

    def __init__(self, stale: bool = False) -> None:
        super().__init__(stale)
        self.stale = stale


class OnvifDevice(LabDevice):
    """A device with the ONVIF device service on ``address``:20080, and on :20443 once HTTPS is switched on.

    ``now`` is the real time in Unix seconds; tests hand in their own to let time pass. ``also``: loopback addresses at
    which the device may answer besides ``address``, once it was given their counterpart (10.a.b.c). ``lan`` and
    ``left_at`` (10.a.b.c): how the technician left it addressed.
    """

    def __init__(
        self,
        name: str,
        address: str,
        mac: str,
        model: DeviceModel,
        login: tuple[str, str],
        now: Callable[[], float] = time.time,
        also: tuple[str, ...] = (),
        lan: Lan = FACTORY_LAN,
        left_at: str | None = None,
    ) -> None:
        super().__init__(name, address)
        self._lan = lan
        self._left_at = left_at or "10." + address.split(".", 1)[1]
        self._login = login
        self._now = now
        self._lost_clock = False
        self._lost = False  # it does not come back from a restart
        self.connections: set[Connection] = set()
        self.state = DeviceState.factory(model, mac.lower(), self._left_at, now, login)
        self.state.lan = lan
        self.lockout = Lockout(model.lock_after, model.lock_s, now)
        self.digest = DigestServer(f"{model.manufacturer} {name}", now)
        self.presence = Presence(self, address, also)
        self.presence.moved(self._left_at)
        self.activation = Activation()
        self.backups = Backups(self.state.serial)
        self._held: list[tuple[str, str, Call]] | None = None  # Sets that wait for a restart
        self._logins = 0  # of Fault.BUSY
        self._web_ports = 0  # of tcp, at its beginning
        self.certificates = self._factory_certificates()
        self.dot1x = Dot1xState.factory(model)
        self.web = Web(address, self._http_connection)
        self._serve()

    def discoverable(self) -> None:
        """Answer WS-Discovery as well. It costs a descriptor: a lab has not enough of them for every size of city."""
        self.udp.append(UdpPort(self.address, LAB_PORTS + onvif_discovery.PORT, self._discovered))

    def _discovered(self, datagram: bytes, _peer: str, reply: Callable[[bytes], None]) -> None:
        if self.fault in (Fault.SILENT, Fault.SLOW):
            return
        if (found := onvif_discovery.answer(datagram, lambda: onvif_discovery.target(self.state))) is not None:
            reply(found)

    # Life

    async def plug(self) -> None:
        for connection in tuple(self.connections):
            connection.reset()  # left from before the cut
        await super().plug()
        await self.presence.plugged()

    async def unplug(self) -> None:
        await super().unplug()
        self.presence.unplugged()
        for connection in self.connections:
            connection.freeze()

    async def close(self) -> None:
        await super().close()
        await self.presence.close()
        for connection in tuple(self.connections):
            connection.reset()

    def power_cut(self) -> None:
        """Settings stay. Locked accounts are free again, and the clock is lost when no battery keeps it."""
        self.presence.stay()
        self.restarted()
        if not self.state.model.battery:
            self.state.skew_s = YEAR_2000 - self._now()
            self.state.discipline()

    def faulted(self) -> None:
        if self._lost and self.fault is not Fault.NO_RETURN:
            self._lost = False
            self.presence.stay()
        if self.fault is not Fault.AFTER_REBOOT:
            self._held = None
        if self.fault is Fault.WRONG_CLOCK:
            self._lost_clock = True
            self.state.skew_s = YEAR_2000 - self._now()
        elif self._lost_clock:
            self._lost_clock = False
            self.state.skew_s = factory_skew_s(self.state.mac)
            self.state.discipline()
        self._serve()

    def restarted(self) -> None:
        """The device has started anew: what waited for that holds now."""
        self._forget()
        held, self._held = self._held or [], None
        for namespace, name, call in held:
            operation = self.operation(namespace, name)
            if operation is not None:
                with suppress(SoapFault):  # it does not go with what was set meanwhile
                    operation.run(call)
        for part in parts_of(self).values():
            if hasattr(part, "restarted"):
                part.restarted()
        self.presence.moved(self.state.address, onvif_ip.routed(self.state))
        self._serve()

    def factory_reset(self) -> None:
        self._forget()
        self._held = None
        self.presence.stay()
        old = self.state
        self.state = DeviceState.factory(old.model, old.mac, self._left_at, self._now, self._login)
        self.state.lan = self._lan
        self.certificates = self._factory_certificates()
        self.dot1x = Dot1xState.factory(old.model)
        self.presence.moved(self._left_at)
        self.presence.reset()
        self._lost_clock = False
        self.faulted()

    def factory_default(self, hard: bool) -> None:
        """What SetSystemFactoryDefault does. Hard: the address is gone too, and with it the device, until a reset."""
        old = self.state
        self.factory_reset()
        self.state.skew_s, self.state.firmware = old.skew_s, old.firmware
        if hard:
            self.state.address = old.model.factory_address
        else:
            self.state.address, self.state.lan = old.address, old.lan
            if old.model.soft_keeps_users:
                self.state.users = old.users

    def to_box(self) -> None:
        """As it comes out of its box: at its maker's address, and without a user unless the make has one there."""
        unit = self.state.unit
        self.factory_reset()
        self.state.unit = unit
        self.state.address = self.state.model.factory_address
        self.state.lan = replace(self.state.lan, gateway=f"{self.state.address.rpartition('.')[0]}.1", prefix_length=24)
        if self.state.model.activation != "login":
            self.state.users = ()
        self.presence.moved(self.state.address)

    def exchange(self, serial: str, mac: str) -> None:
        """Another unit stands here, as a technician sets it up."""
        self.state.mac = mac.lower()
        self.factory_reset()
        self.state.unit = serial

    def door(self) -> Connection:
        """Who answers a connection to a maker's address."""
        return self._http_connection(secure=False)

    @property
    def told_address(self) -> str:
        held = self.presence.makers_address
        return held or super().told_address

    def inject(self, path: str, value: object) -> None:
        if path == "box":
            self.to_box()
        elif path == "certificate":
            onvif_certificates.inject(self.certificates, value)
        else:
            onvif_inject.device(self.state, path, value)
        self.presence.moved(self.state.address, onvif_ip.routed(self.state))
        self._serve()

    def snapshot(self) -> dict[str, object]:
        """The settings as plain values: what tests compare. Passwords are not in it, see :meth:`has_login`."""
        return {**onvif_inject.snapshot(self.state), "certificate": self.certificates.serving}

    def has_login(self, username: str, password: str) -> bool:
        """Whether this user exists with this password, asked without a login."""
        user = self.state.user(username)
        return user is not None and user.password == password

    def _forget(self) -> None:
        self.lockout.clear()
        self.digest.forget()
        self.activation.forget()

    # Logins

    def login(self, username: str, proves: Callable[[str], bool]) -> User:
        """The user whose password ``proves`` is true for. Raises SoapFault NotAuthorized; every try is counted."""
        user = self.state.user(username)
        if self.lockout.locked(username):
            self.counters.failures += 1
            raise SoapFault("the account is locked", "ter:NotAuthorized")
        if user is None or self.fault is Fault.WRONG_PASSWORD or not proves(user.password):
            self.counters.failures += 1
            self.lockout.failed(username, at_once=self.fault is Fault.LOCK_OUT)
            self.counters.lockouts += self.lockout.locked(username)
            raise _not_authorized()
        self.lockout.succeeded(username)
        self.counters.logins += 1
        return user

    def digest_login(self, header: str, method: str) -> User:
        """The user of an ``Authorization: Digest`` header. Raises Challenge."""
        given = http_digest.parse(header)
        if given is None:
            raise Challenge
        nonce = self.digest.check(given)
        if nonce is not Nonce.GOOD:
            raise Challenge(stale=nonce is Nonce.STALE)
        if self.fault is Fault.STALE_NONCE and given.qop and int(given.nc, 16) > 1:
            raise Challenge(stale=True)
        try:
            return self.login(given.username, lambda password: given.proves(password, method))
        except SoapFault:
            raise Challenge from None

    def _authenticate(self, request: Request, security: Element | None) -> User:
        model = self.state.model
        if self.fault is Fault.HTML_401:
            raise Challenge
        if not self.state.users:
            if model.activation == "onvif":
                return User("", "Administrator", "")
            self.counters.failures += "authorization" in request.headers or security is not None
            raise _not_authorized()
        if self.fault is Fault.BUSY and (security is not None or "authorization" in request.headers):
            self._logins += 1
            if self._logins % 2 == 0 or len(self.connections) > 1:
                raise Challenge
        digest_alone = self.fault in (Fault.DIGEST_ONLY, Fault.STALE_NONCE)
        if model.wsse and security is not None and not digest_alone:
            token = username_token(security)
            if token is None:
                self.counters.failures += 1
                raise _not_authorized()
            age = token.age_s(self.state.clock())
            if age is None or abs(age) > model.created_tolerance_s:
                self.counters.failures += 1
                raise _not_authorized()
            return self.login(token.username, token.proves)
        if model.digest or digest_alone:
            return self.digest_login(request.headers.get("authorization", ""), request.method)
        raise _not_authorized()

    # HTTP

    def _factory_certificates(self) -> CertificateState:
        return CertificateState.factory(self.state.model, self.state.mac, self._clock)

    def _clock(self) -> float:
        return self.state.clock()

    def _serve(self) -> None:
        """Let the web server's ports follow the settings."""
        changed = self.web.follow(self.state.network, self.certificates, self.fault)
        self.tcp[: self._web_ports] = self.web.ports
        self._web_ports = len(self.web.ports)
        if changed:
            self.presence.ports_changed()

    def _http_connection(self, secure: bool) -> Connection:
        return Connection(self, partial(self._answer_http, secure=secure))

    def _answer_http(self, request: Request, secure: bool) -> Response:
        if not self._speaks(secure):
            return HANG_UP  # it was switched off meanwhile
        response = self._answer_web(request, secure)
        response.close = response.close or not self._speaks(secure)
        return response

    def _speaks(self, secure: bool) -> bool:
        protocol = self.state.protocol("HTTPS" if secure else "HTTP")
        return protocol is not None and protocol.enabled

    def _answer_web(self, request: Request, secure: bool) -> Response:
        self.counters.requests += 1
        path = urlsplit(request.target).path
        if path in PATHS and self.state.model.activation == "isapi":
            return self.activation.answer(self.state, self.counters, self.lockout, request, path)
        if not path.startswith("/onvif/"):
            return Response(404, b"<html><body>404 Not Found</body></html>", HTML)
        if path in (BACKUP_PATH, RESTORE_PATH, FIRMWARE_PATH):
            return self._answer_file(request, path)
        if request.method != "POST":
            return Response(405, headers=(("Allow", "POST"),))
        try:
            response = self._answer_soap(request, secure)
        except SoapFault as fault:
            response = Response(fault.status, fault_envelope(fault))
        except Challenge as challenge:
            response = self._challenge(challenge)
        except onvif_faults.Speechless:
            response = Response(200)
        return onvif_faults.spoilt(self.fault, response)

    def _answer_file(self, request: Request, path: str) -> Response:
        """A backup, or the file of a restore or an upgrade: HTTP Digest and an administrator, whatever SOAP takes."""
        method = "GET" if path == BACKUP_PATH else "POST"
        if request.method != method:
            return Response(405, headers=(("Allow", method),))
        try:
            user = self.digest_login(request.headers.get("authorization", ""), method)
        except Challenge as challenge:
            return self._challenge(challenge)
        if user.level != "Administrator":
            return Response(403)
        if method == "GET":
            return Response(200, self.backups.make(parts_of(self)), "application/octet-stream")
        if self.fault is Fault.UPLOAD_REFUSED:
            return Response(500)
        if path == FIRMWARE_PATH:
            return self._upgrade(request.body)
        parts = self.backups.read(request.body)
        if parts is None:
            return Response(415)
        self.counters.sets += 1
        if self.fault is not Fault.IGNORES:
            parts["state"].skew_s = self.state.skew_s  # a file does not set the clock
            parts["state"].firmware = self.state.firmware
            vars(self).update(parts)
        self._restart()
        return Response(200, close=True)

    def _upgrade(self, file: bytes) -> Response:
        found = firmware_of(file, self.state.model.hardware_id)
        if found is None:
            return Response(415)
        self.counters.sets += 1
        if self.fault is not Fault.IGNORES:
            version, forgets = found
            if forgets:
                self.factory_default(hard=False)
            self.state.firmware = version
        self._restart()
        return Response(200, close=True)

    def _restart(self) -> None:
        self.counters.restarts += 1
        self._forget()
        self._lost = self.fault is Fault.NO_RETURN
        self.presence.restart(FOR_EVER_S if self._lost else self.state.model.reboot_s, self.restarted)

    def _answer_soap(self, request: Request, secure: bool) -> Response:
        security, element = read(onvif_faults.asked(self.fault, request))
        namespace, _, name = str(element.tag)[1:].partition("}")
        operation = self.operation(namespace, name)
        if operation is None or (self.fault is Fault.NO_SERVICES and name == "GetServices"):
            raise SoapFault(f"{name} is not implemented", "ter:ActionNotSupported", receiver=True)
        if operation.access is not Access.PRE_AUTH:
            user = self._authenticate(request, security)
            if user.level not in ALLOWED[operation.access]:
                return Response(400, fault_envelope(_not_authorized()))
        skew_s = self.state.skew_s
        in_box = not self.state.users
        inner = self._run(operation, namespace, name, self._call(element, request, secure))
        self.counters.activations += in_box and bool(self.state.users)
        if self._lost_clock and self.state.skew_s != skew_s:
            self._lost_clock = False
            self.fault = Fault.NONE
        self.presence.moved(self.state.address, onvif_ip.routed(self.state))
        self._serve()
        if operation.access is Access.UNRECOVERABLE:
            if name == "SetSystemFactoryDefault" and self.fault is not Fault.IGNORES:
                self.factory_default(text(element, "tds:FactoryDefault") == "Hard")
            self._restart()
            return HANG_UP if self.fault is Fault.ACTS_UNANSWERED else Response(200, envelope(inner), close=True)
        return Response(200, envelope(inner))

    def _run(self, operation: Bound, namespace: str, name: str, call: Call) -> str:
        if operation.sets and self.fault is Fault.FAULT_IN_200:
            raise SoapFault("the settings are locked", "ter:Action", "ter:ConfigurationConflict", receiver=True)
        held = operation.sets and self.fault is Fault.AFTER_REBOOT and namespace != TPTZ
        if held and name not in onvif_faults.HELD_NEVER and operation.access is not Access.UNRECOVERABLE:
            inner = operation.rehearse(call)
            self._held = [*(self._held or []), (namespace, name, call)]
        else:
            inner = operation.run(call)
        if operation.sets:
            self.counters.sets += 1
        return inner

    def operation(self, namespace: str, name: str) -> Bound | None:
        """The operation of this device, or None if it has none of that name."""
        if namespace == TDS:
            ignoring = self.fault is Fault.IGNORES
            own = onvif_certificates.OPERATIONS if self.state.model.max_certificates else {}
            ports = onvif_dot1x.OPERATIONS if self.state.model.max_dot1x else {}
            return (
                bind(DEVICE_SERVICE, self.state, name, ignoring)
                or bind(own, self.certificates, name, ignoring)
                or bind(ports, self.dot1x, name, ignoring)
            )
        return None

    def _call(self, element: Element, request: Request, secure: bool) -> Call:
        # A device tells its addresses as the client reaches it, so that they work on loopback and behind NAT.
        host = request.headers.get("host", "")
        if not _HOST.fullmatch(host):
            host = f"{self.address}:{LAB_PORTS + (HTTPS_PORT if secure else HTTP_PORT)}"
        if self.fault is Fault.FOREIGN_XADDR:
            host = onvif_faults.FOREIGN_HOST
        name, _, port = host.partition(":")
        # Beside a port that was moved the one of RTSP cannot be told, but in the lab it is known how far all are off.
        offset = LAB_PORTS if port.isdecimal() and int(port) > LAB_PORTS else 0
        return Call(element, f"{'https' if secure else 'http'}://{host}", f"rtsp://{name}:{RTSP_PORT + offset}")

    def _challenge(self, challenge: Challenge) -> Response:
        if self.fault is Fault.HTML_401:
            headers: tuple[tuple[str, str], ...] = (("WWW-Authenticate", f'Basic realm="{self.digest.realm}"'),)
        elif self.fault is Fault.BUSY and not self.state.model.digest:
            headers = ()
        else:
            headers = self.digest.challenges(self.state.model.digest or ("MD5",), challenge.stale)
        return Response(401, b"<html><body>401 Unauthorized</body></html>", HTML, headers)


def _not_authorized() -> SoapFault:
    """In the words of the ONVIF core specification, which clients compare; it gives no reason."""
    return SoapFault("Sender not Authorized", "ter:NotAuthorized")
