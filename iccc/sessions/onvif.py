"""An ONVIF session with one device: one serial keep-alive connection that runs procedures.

It signs with the device's own time, learns how the device authenticates without spending a failed login on it,
repeats reads and never writes, and turns everything that can go wrong into a DeviceError.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from types import TracebackType
from typing import TypeVar

from iccc.city.devices import Camera, Device
from iccc.compare import Unread
from iccc.errors import DeviceError, Reason
from iccc.onvif import soap
from iccc.onvif.call import Call, Context, Procedure, Service, Tls, prove, read
from iccc.onvif.errors import BadAnswer, NoTls, OnvifError, OnvifFault
from iccc.onvif.identity import identity, same_serial
from iccc.onvif.quirks import NO_QUIRKS
from iccc.onvif.services import read_services
from iccc.onvif.state import ClockReading, Identity, Password
from iccc.onvif.time import read_clock
from iccc.onvif.xml import Element
from iccc.secrets import Login, Secret, not_tried, rests
from iccc.sessions import digest
from iccc.sessions.http import HttpConnection, HttpError, HttpReply
from iccc.sessions.known_services import KnownServices
from iccc.sessions.reach import USERS_REFUSED, Reach
from iccc.sessions.way import HTTPS_PORT_KEY, Way, connect_by, ways

_QUARTER_S = 900
BUSY_WAIT_S = 0.5  # a 401 after a success: the device has no connection free
AUTH_KEY = "onvif_auth"  # learned: "wsse" or "digest"
FORM_KEY = "onvif_form"  # learned: the form of SOAP, where it is not the usual one
USER_REST = timedelta(minutes=30)  # how long the common makes lock a user out
LOCAL_TIME_KEY = "onvif_local_time"  # learned: the device gives its local time as UTC but checks signatures by UTC
LEARNED = (AUTH_KEY, FORM_KEY, LOCAL_TIME_KEY)  # how a device is spoken to

T = TypeVar("T")

_ANSWERED = (Reason.BAD_ANSWER, Reason.UNSUPPORTED, Reason.UNAUTHORISED)  # the device is there, and says something


class OnvifSession:
    """Use as ``async with``. :meth:`open` comes first, then :meth:`run` as often as needed.

    In a ``sweep`` a question that several procedures have is asked once. Without it, each goes to the wire.
    The device is at its declared address, or where it was before it was moved; with ``at`` it has to be there.
    With ``any_unit`` another camera than the enrolled one is let in, too.
    """

    def __init__(
        self, device: Device, reach: Reach, sweep: bool = False, at: str | None = None, any_unit: bool = False
    ) -> None:
        self.device = device
        self.any_unit = any_unit
        self.reach = reach
        self.reading: ClockReading | None = None  # of the last look at the device's clock
        self.known: dict[str, Password] = {}  # managed passwords that this session has seen accepted or refused
        self.quirks = NO_QUIRKS  # of its make, as far as whoever opened the session knows them
        self.refusals = 0  # logins that the device has refused in this session
        self.address = at or device.address  # declared or, until it has been moved, where it was before
        self._elsewhere = device.reached_at if at is None and isinstance(device, Camera) else None
        self._ways = ways(device.name, reach)  # the first one is tried, or in use
        self._connection: HttpConnection | None = None
        self._login: Login | None = None
        self._proved: set[Login] = set()
        self._mode: str | None = reach.learned.get(device.name, AUTH_KEY)
        self._challenges: dict[str, digest.Challenge] = {}  # by path: some devices give each its own nonce
        self._nonce_counts: dict[str, int] = {}  # by nonce: some devices give the same one twice
        self._form = soap.Form(reach.learned.get(device.name, FORM_KEY) or soap.Form.SOAP12)
        self._form_sought = False
        self._services = KnownServices(device.name, reach.learned)
        self._busy = False  # it has answered a login with 401 that it had accepted before
        self._untold: DeviceError | None = None  # what it answered when it was asked for its services
        self._answers: dict[Call, Element] | None = {} if sweep else None

    async def __aenter__(self) -> OnvifSession:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._drop()

    @property
    def way(self) -> Way:
        """The way to the device that is tried, or in use."""
        return self._ways[0]

    @property
    def login(self) -> Login | None:
        """The login that was accepted; None before :meth:`open`."""
        return self._login

    def hang_up(self) -> None:
        """Give the connection back; the next call opens another one."""
        self._drop()

    def where(self, action: str) -> str:
        """Device, declared address and operation, for messages."""
        return f"{self.device.name} {self.address}:{self._ways[0].port}  onvif {action}"

    async def open(self) -> Identity | None:
        """Read the clock, then log in with the first login that is accepted.

        The identity that came with it; None when the device lets us in and does not tell it. Raises DeviceError, also
        when another unit than the enrolled one stands at the address: no login but this one is tried there.
        """
        await self._read_clock()
        logins = self.reach.credentials.logins(self.device.name)
        if not logins:
            text = not_tried(self.reach.credentials, self.device.name)
            raise DeviceError(Reason.BACK_OFF, self.where("login"), text)
        said = ""  # by the device, of the last one
        for login in logins:
            self._login = login
            try:
                reply = await self._retried(prove(login))
            except BadAnswer as error:
                # Nobody knows whether it took the login: what is sent after this could be failed logins, one by one.
                raise DeviceError(error.reason, self.where("GetDeviceInformation"), str(error)) from None
            except OnvifError as error:
                if error.reason is Reason.UNAUTHORISED:
                    said = str(error)
                    continue
                return None
            try:
                known = identity(reply)
            except BadAnswer:
                return None
            self._check_unit(known)
            self._services.identified(known)
            return known
        self._login = None
        self.reach.credentials.refused(self.device.name, logins[-1])
        text = f"{_refused(logins)}: {said}{self._clock_unknown()}{rests(self.reach.credentials, self.device.name)}"
        raise DeviceError(Reason.UNAUTHORISED, self.where("login"), text)

    def _check_unit(self, told: Identity) -> None:
        enrolled = self.reach.trust.serial(self.device.name)
        if self.any_unit or enrolled is None or same_serial(told.serial, enrolled):
            return
        raise other_unit(self.where("GetDeviceInformation"), told.serial, enrolled)

    def context(self, users: Iterable[str] = ()) -> Context:
        """What procedures may know: the login in use, and the managed passwords of ``users``."""
        names = tuple(users)
        found = {name: self.reach.credentials.password(self.device.name, name) for name in names}
        passwords: dict[str, Secret] = {name: secret for name, secret in found.items() if secret is not None}
        # A known result holds for the password that was tried, which may have been replaced in the store since.
        rested = dict.fromkeys(self._resting(), Password.REFUSED)
        known = {name: proof for name, proof in (rested | self.known).items() if name in passwords}
        reading = None if self._answers is None else self.reading
        return Context(
            self.reach.clock, self._login, passwords, names, known, self.refusals == 0, reading, self.quirks,
            pin=self.reach.trust.tls_pin(self.device.name), secure=self._ways[0].pins is not None,
        )  # fmt: skip

    def forget_refusals(self) -> None:
        """Passwords have been set: what was refused before says nothing any more."""
        self.refusals = 0
        self.reach.learned.put(self.device.name, USERS_REFUSED, None)
        self.known = {name: proof for name, proof in self.known.items() if proof is Password.PROVED}

    async def run(self, procedure: Procedure[T]) -> T:
        """Run a procedure to its end. Raises DeviceError."""
        try:
            call = next(procedure)
            while True:
                try:
                    reply = await self._asked(call)
                except OnvifError as error:
                    try:
                        call = procedure.throw(error)
                    except OnvifError as uncaught:
                        raise DeviceError(uncaught.reason, self.where(call.action), str(uncaught)) from None
                else:
                    try:
                        call = procedure.send(reply)
                    except OnvifError as uncaught:
                        raise DeviceError(uncaught.reason, self.where(call.action), str(uncaught)) from None
        except StopIteration as done:
            value: T = done.value
            return value
        finally:
            procedure.close()

    async def _read_clock(self) -> None:
        """Look at the device's clock without credentials. A device that does not tell it is signed to with ours."""
        try:
            self.reading = await self.run(read_clock(self.reach.clock))
        except DeviceError as error:
            if error.reason not in _ANSWERED:
                raise
            self.reading = None

    async def _asked(self, call: Call) -> Element:
        """The response, of this sweep or from the wire. Procedures that read never change one."""
        if call.tls is not None:
            return await self._over_tls(call, call.tls)
        if self._answers is None or call.write or call.anonymous or call.login is not None:
            return await self._retried(call)
        found = self._answers.get(call)
        if found is None:
            found = self._answers[call] = await self._retried(call)
        return found

    async def _over_tls(self, call: Call, tls: Tls) -> Element:
        """A call over HTTPS. If it succeeds the session stays there, and its certificate is enrolled."""
        before = self._ways
        await asyncio.sleep(call.after_s)
        self._go([Way(tls.port, tls.pins)])
        try:
            reply = await self._retried(replace(call, tls=None, after_s=0.0))
        except DeviceError as error:
            self._go(before)
            raise NoTls(error.observed) from None
        except OnvifError:
            self._go(before)
            raise
        shown = self._connection.pin if self._connection is not None else None
        if shown is not None:
            self.reach.trust.tls_proved(self.device.name, shown, self.reach.clock.now())
            self.reach.learned.put(self.device.name, HTTPS_PORT_KEY, tls.port)
        self._ways = ways(self.device.name, self.reach)
        return reply

    def _go(self, way: list[Way]) -> None:
        """Another way from the next request on."""
        self._drop()
        self._challenges.clear()
        self._ways = way

    async def _retried(self, call: Call) -> Element:
        """The response. Reads are repeated once when nothing came back; writes never."""
        if call.after_s:
            await asyncio.sleep(call.after_s)
        tries = 1 if call.write else self.reach.limits.read_tries
        for tried in range(1, tries + 1):
            try:
                return await self._answer(call)
            except HttpError as error:
                self._drop()
                if tried < tries and error.sent and error.reason is Reason.NO_ANSWER:
                    continue
                times = f", {tried} tries" if tried > 1 else ""
                raise DeviceError(error.reason, self.where(call.action), error.observed + times) from None
        raise AssertionError("unreachable")

    async def _answer(self, call: Call) -> Element:
        """The response of a call as its user. Keeps account of accepted and refused logins."""
        if call.write:
            refuse_unwritten(self.device, self.where(call.action))
        path = await self._path(call.service)
        if call.anonymous:
            return await self._in_its_form(path, call)
        login = call.login or self._login
        if login is None:
            raise OnvifFault("NotAuthorized", "no login")
        try:
            reply = await self._signed_at(path, call, login)
        except OnvifFault as fault:
            if fault.reason is Reason.UNAUTHORISED and login not in self._proved:
                if self._busy:  # a refusal of this one says nothing
                    raise BadAnswer(f"{fault}, as it answers logins that it has accepted before: it is busy") from None
                self.refusals += 1
                self._note(login, Password.REFUSED)
            raise
        if login not in self._proved:
            self._proved.add(login)
            self._note(login, Password.PROVED)
            if call.login is None or call.adopt or call.login == self._login:
                self.reach.credentials.proved(self.device.name, login)
        if call.adopt:
            self._login = login
        if call.action == "SetSystemDateAndTime":
            await self._read_clock()  # signatures need the new time
        return reply

    async def _in_its_form(self, path: str, call: Call) -> Element:
        """The answer to a call without a login, in the form of SOAP that the device speaks: another is tried once."""
        reply = await self._exchange(path, call, {}, "")
        try:
            return self._response(reply, call)
        except OnvifError as error:
            usual, other = self._form, soap.another_form(self._form, reply.status, reply.body, error)
            if other is None or self._form_sought:
                raise
            first = error
        self._form_sought, self._form = True, other
        try:
            answer = self._response(await self._exchange(path, call, {}, ""), call)
        except (OnvifError, HttpError) as error:
            if error.reason is Reason.UNAUTHORISED:  # it is understood
                raise
            self._form = usual
            raise first from None
        self.reach.learned.put(self.device.name, FORM_KEY, None if other is soap.Form.SOAP12 else str(other))
        return answer

    async def _path(self, service: Service) -> str:
        return self._services.path(service) or await self._told_path(service)

    async def _told_path(self, service: Service) -> str:
        """What the device itself says about its services; it is asked once. Raises OnvifError where there is none."""
        if self._untold is None and not self._services.told:
            try:
                self._services.tell(*await self.run(read_services()))
            except DeviceError as error:
                if error.reason not in _ANSWERED:
                    raise
                self._untold = error
        path = self._services.path(service)
        if path is None and self._untold is not None:  # which is no word on whether it has the service
            raise BadAnswer(f"it does not say where its {service.prefix} service is: {self._untold.observed}")
        if path is None:
            raise OnvifFault("NoSuchService", f"the device lists no {service.prefix} service")
        return path

    async def _signed_at(self, path: str, call: Call, login: Login) -> Element:
        """One signed call. Where the path of others of its make is no use, the device is asked for its own."""
        try:
            return await self._signed(path, call, login)
        except BadAnswer:
            if call.write or call.service is Service.DEVICE or self._services.told or self._untold is not None:
                raise
            own = await self._told_path(call.service)
            if own == path:
                raise
        return await self._signed(own, call, login)

    async def _signed(self, path: str, call: Call, login: Login) -> Element:
        """One call, signed the way that the device wants it."""
        if self._mode is None:
            await self._learn_mode()
        if self._mode == "digest":
            return await self._with_digest(path, call, login)
        local_time = bool(self.reach.learned.get(self.device.name, LOCAL_TIME_KEY))
        try:
            return await self._with_token(path, call, login, not local_time)
        except OnvifFault as fault:
            if fault.reason is not Reason.UNAUTHORISED or local_time or login in self._proved or call.write:
                raise
            if not self._quarters():
                raise
        reply = await self._with_token(path, call, login, as_told=False)
        self.reach.learned.put(self.device.name, LOCAL_TIME_KEY, True)
        return reply

    async def _learn_mode(self) -> None:
        """Ask once without credentials, which is no failed login anywhere, and see what the device asks for."""
        path = await self._path(Service.DEVICE)
        reply = await self._exchange(path, read(Service.DEVICE, "GetDeviceInformation"), {}, "")
        self._learned_mode("digest" if self._take_challenge(path, reply) else "wsse")

    def _learned_mode(self, mode: str) -> None:
        self._mode = mode
        self.reach.learned.put(self.device.name, AUTH_KEY, mode)

    async def _with_token(self, path: str, call: Call, login: Login, as_told: bool) -> Element:
        """WS-UsernameToken. A 401 for a login that was accepted before means that the device is busy."""
        for patience in (True, False):
            created = self.reach.clock.now() + timedelta(seconds=self._skew_s(as_told))
            header = soap.username_token(login.user, login.password.reveal(), created, os.urandom(16))
            reply = await self._exchange(path, call, {}, header)
            if reply.status != 401 or login not in self._proved or not patience:
                break
            self._busy = True
            await self._rest()
        if self._take_challenge(path, reply):  # it asked for no Digest when its way was learned: a token was no login
            self._learned_mode("digest")
            return await self._with_digest(path, call, login)
        return self._response(reply, call)

    async def _with_digest(self, path: str, call: Call, login: Login) -> Element:
        """HTTP Digest. One more try with a new nonce where the old one had run out, one where the device is busy."""
        proved = login in self._proved
        challenge = self._challenges.get(path)
        if challenge is None or (challenge.nonce in self._nonce_counts and not proved):
            # A new login gets a new nonce: a refusal is then about the password, not about a nonce that ran out.
            reply = await self._exchange(path, call, {}, "")
            if not self._take_challenge(path, reply):
                return await self._without_challenge(path, call, login, reply)
        resent = rested = False
        while True:
            challenge = self._challenges[path]
            count = self._nonce_counts.get(challenge.nonce, 0) + 1
            self._nonce_counts[challenge.nonce] = count
            signature = digest.authorization(challenge, login, "POST", path, count)
            reply = await self._exchange(path, call, {"Authorization": signature}, "")
            if not self._take_challenge(path, reply):
                return self._response(reply, call)
            stale = self._challenges[path].stale
            self._busy = self._busy or (proved and not stale)
            if not resent and (stale or (proved and count > 1)):
                resent = True
            elif not rested and (stale or proved):
                rested = True
                await self._rest()
            elif stale:
                raise BadAnswer("HTTP 401: every nonce is stale at once")
            else:
                return self._response(reply, call)

    async def _without_challenge(self, path: str, call: Call, login: Login, reply: HttpReply) -> Element:
        """The answer of a device that asks for no Digest: it wants no login for this, or a token by now."""
        try:
            return self._response(reply, call)
        except OnvifFault as fault:
            if fault.reason is not Reason.UNAUTHORISED or reply.status == 401:
                raise
        self._learned_mode("wsse")
        return await self._with_token(path, call, login, as_told=True)

    def _take_challenge(self, path: str, reply: HttpReply) -> bool:
        """Keep the challenge of a 401 for the next request to ``path``. False when the reply has none."""
        found = digest.choose(reply.headers.get("www-authenticate", [])) if reply.status == 401 else None
        if found is None:
            return False
        self._challenges[path] = found
        return True

    async def _exchange(self, path: str, call: Call, headers: dict[str, str], header: str) -> HttpReply:
        """One request and its reply, on the open connection or a new one. Raises HttpError."""
        if self._connection is None or not self._connection.usable:
            self._connection = await self._connect()
        way = self._ways[0]
        host, port = self.reach.dial(self.address, way.port)
        fixed = {
            "Host": host if port == way.default_port else f"{host}:{port}",
            **soap.headers(call.service, call.action, self._form),
        }
        body = soap.envelope(call.body, header, self._form)
        return await self._connection.post(path, fixed | headers, body, self.reach.timeouts.http_s)

    async def _connect(self) -> HttpConnection:
        while True:
            try:
                connection = await connect_by(self._ways[0], self.address, self.reach, soap.REPLY_LIMIT)
            except HttpError as error:
                if error.reason is Reason.REFUSED and len(self._ways) > 1:
                    self._go(self._ways[1:])
                elif error.reason in (Reason.REFUSED, Reason.NO_ANSWER) and self._elsewhere:
                    self.address, self._elsewhere = self._elsewhere, None
                    self._go(ways(self.device.name, self.reach))
                else:
                    raise
            else:
                self._elsewhere = None
                return connection

    def _response(self, reply: HttpReply, call: Call) -> Element:
        """The response element, whatever the HTTP status is: faults come with 200, 400 and 500."""
        try:
            return soap.parse(reply.body, call.action)
        except OnvifError as error:
            if reply.status in (401, 403) and error.reason is Reason.BAD_ANSWER:
                # ipycam has no subcode in the fault that comes with its 401.
                said = f": {error.text}" if isinstance(error, OnvifFault) else ""
                raise OnvifFault("NotAuthorized", f"HTTP {reply.status}{said}") from None
            if isinstance(error, BadAnswer) and reply.status != 200:
                raise BadAnswer(f"HTTP {reply.status}, {error}") from None
            raise

    def _clock_unknown(self) -> str:
        """What a refusal may come from besides: a signature needs the device's own time."""
        if self.reading is None:
            return "; it does not tell its clock either"
        return f"; its clock is unknown: {self.reading.skew_s.text}" if isinstance(self.reading.skew_s, Unread) else ""

    def _note(self, login: Login, proof: Password) -> None:
        """Remember what a managed login came to, if it is the password that is stored now."""
        if login.managed and self.reach.credentials.password(self.device.name, login.user) == login.password:
            self.known[login.user] = proof
            resting = {name: at for name, at in self._resting().items() if name != login.user}
            if proof is Password.REFUSED:
                resting[login.user] = self.reach.clock.now().isoformat()
            self.reach.learned.put(self.device.name, USERS_REFUSED, resting or None)

    def _resting(self) -> dict[str, str]:
        """Users whose managed password the device has refused lately, and when: in that time it says nothing new.

        Reading a device again and again, as a plan and its deploy do, would else lock the user out.
        """
        told: dict[str, str] = self.reach.learned.get(self.device.name, USERS_REFUSED) or {}
        since = self.reach.clock.now() - USER_REST
        return {name: at for name, at in told.items() if datetime.fromisoformat(at) > since}

    def _skew_s(self, as_told: bool) -> float:
        """How far the device's clock is ahead; without the time zone unless it counts ``as_told``. 0 if unknown."""
        if self.reading is None or isinstance(self.reading.skew_s, Unread):
            return 0.0
        return self.reading.skew_s if as_told else self.reading.skew_s - _QUARTER_S * self._quarters()

    def _quarters(self) -> int:
        """The skew in quarters of an hour if it looks like a time zone: local time where UTC belongs. Else 0."""
        skew_s = self._skew_s(as_told=True)
        quarters = round(skew_s / _QUARTER_S)
        return quarters if abs(quarters) <= 56 and abs(skew_s - _QUARTER_S * quarters) <= 60 else 0

    async def _rest(self) -> None:
        self._drop()
        await asyncio.sleep(BUSY_WAIT_S)

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def refuse_unwritten(device: Device, where: str) -> None:
    """Raises DeviceError for a device that nothing may be written to: it is not ours, or under evidence hold."""
    if not device.ours:
        raise DeviceError(Reason.NOT_OWNED, where, f"owner is {device.owner}; only project is written")
    if why := device.unwritten:
        raise DeviceError(Reason.GUARDED, where, why)


def other_unit(where: str, told: str, enrolled: str) -> DeviceError:
    """Another unit than the enrolled one answers."""
    text = f"serial number {told[:60]!r} answers, {enrolled!r} is enrolled: it is given no password"
    return DeviceError(Reason.UNTRUSTED, where, text)


def _refused(logins: list[Login]) -> str:
    users = ", ".join(login.user for login in logins)
    return f"the device refused the login of {users}"
