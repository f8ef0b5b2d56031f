"""An ONVIF session with one device, which runs procedures on its line and signs for them.

It repeats reads and never writes, keeps account of logins, and turns everything that can go wrong into a DeviceError.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from types import TracebackType
from typing import TypeVar

from iccc.city.devices import Device
from iccc.errors import DeviceError, Reason
from iccc.onvif.call import Call, Context, Procedure, Service, Tls, prove
from iccc.onvif.echo import without_sent
from iccc.onvif.errors import BadAnswer, NoTls, OnvifError, OnvifFault
from iccc.onvif.identity import identity, same_serial
from iccc.onvif.quirks import NO_QUIRKS
from iccc.onvif.services import read_services
from iccc.onvif.state import Identity, Password
from iccc.onvif.time import read_clock
from iccc.onvif.xml import Element
from iccc.secrets import Login, Secret, not_tried, rests
from iccc.sessions import tls
from iccc.sessions.http import HttpError
from iccc.sessions.known_services import KnownServices
from iccc.sessions.onvif_line import FORM_KEY, Line
from iccc.sessions.onvif_login import AUTH_KEY, LOCAL_TIME_KEY, Signing
from iccc.sessions.reach import USERS_REFUSED, Reach
from iccc.sessions.way import HTTPS_PORT_KEY, Way, ways

LEARNED = (AUTH_KEY, FORM_KEY, LOCAL_TIME_KEY)  # how a device is spoken to
_SET_SINCE = ""  # in USERS_REFUSED: somebody whose password has been set after the refusal
USER_REST = timedelta(minutes=30)  # how long the common makes lock a user out

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
        self.known: dict[str, Password] = {}  # managed passwords that this session has seen accepted or refused
        self.quirks = NO_QUIRKS  # of its make, as far as whoever opened the session knows them
        self._anew: frozenset[str] = frozenset()  # users whose password was set in this session
        self.refusals = 0  # logins that the device has refused in this session
        self._login: Login | None = None
        self._line = Line(device, reach, at)
        self._signing = Signing(device, reach, self._line)
        self._services = KnownServices(device.name, reach.learned)
        self._untold: DeviceError | None = None  # what it answered when it was asked for its services
        self._answers: dict[str, Element] | None = {} if sweep else None  # by the request's body

    async def __aenter__(self) -> OnvifSession:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._line.drop()

    @property
    def address(self) -> str:
        """Where the device is reached: the declared address or, until it has been moved, the one before."""
        return self._line.address

    @property
    def way(self) -> Way:
        """The way to the device that is tried, or in use."""
        return self._line.way

    @property
    def certificate_ends(self) -> datetime | None:
        """Until when the certificate is good that the device shows; None over HTTP."""
        shown = self._line.certificate
        return None if shown is None else tls.ends(shown)

    @property
    def login(self) -> Login | None:
        """The login that was accepted; None before :meth:`open`."""
        return self._login

    def hang_up(self) -> None:
        """Give the connection back; the next call opens another one."""
        self._line.drop()

    def where(self, action: str) -> str:
        """Device, declared address and operation, for messages."""
        return f"{self.device.name} {self.address}:{self._line.way.port}  onvif {action}"

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
        rest = rests(self.reach.credentials, self.device.name)
        text = f"{_refused(logins)}: {said}{self._signing.clock_unknown()}{rest}"
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
        may_fail = self.refusals == 0 and not self._refused_in_run()
        reading = None if self._answers is None else self._signing.reading
        return Context(
            self.reach.clock, self._login, passwords, names, known, may_fail, self._anew, reading, self.quirks,
            pin=self.reach.trust.tls_pin(self.device.name), secure=self._line.way.pins is not None,
        )  # fmt: skip

    def set_anew(self, users: Iterable[str]) -> None:
        """The passwords of ``users`` have been set: that they were refused before says nothing any more.

        That there was a refusal goes on to count: others are not tried in this run.
        """
        self._anew = frozenset(users)
        self.known = {name: one for name, one in self.known.items() if name not in users or one is Password.PROVED}
        resting = self._resting()
        if resting.keys() & self._anew:
            kept = {name: at for name, at in resting.items() if name not in self._anew}
            kept[_SET_SINCE] = max(resting.values())
            self.reach.learned.put(self.device.name, USERS_REFUSED, kept)

    def forget_login(self, user: str) -> None:
        """The password of ``user`` is being changed: what was accepted and refused before says nothing any more."""
        self._signing.proved = {login for login in self._signing.proved if login.user != user}
        self.known.pop(user, None)
        resting = {name: at for name, at in self._resting().items() if name != user}
        self.reach.learned.put(self.device.name, USERS_REFUSED, resting or None)

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
            self._signing.reading = await self.run(read_clock(self.reach.clock))
        except DeviceError as error:
            if error.reason not in _ANSWERED:
                raise
            self._signing.reading = None

    async def _asked(self, call: Call) -> Element:
        """The response, of this sweep or from the wire. Procedures that read never change one."""
        if call.tls is not None:
            return await self._over_tls(call, call.tls)
        if self._answers is None or call.write or call.anonymous or call.login is not None:
            return await self._retried(call)
        found = self._answers.get(call.body)
        if found is None:
            found = self._answers[call.body] = await self._retried(call)
        return found

    async def _over_tls(self, call: Call, tls: Tls) -> Element:
        """A call over HTTPS. If it succeeds the session stays there, and its certificate is enrolled."""
        before = self._line.ways
        await asyncio.sleep(call.after_s)
        self._line.go([Way(tls.port, tls.pins)])
        try:
            reply = await self._retried(replace(call, tls=None, after_s=0.0))
        except DeviceError as error:
            self._line.go(before)
            raise NoTls(error.observed) from None
        except OnvifError:
            self._line.go(before)
            raise
        shown = self._line.pin
        if shown is not None:
            self.reach.trust.tls_proved(self.device.name, shown, self.reach.clock.now())
            self.reach.learned.put(self.device.name, HTTPS_PORT_KEY, tls.port)
        self._line.ways = ways(self.device.name, self.reach)
        return reply

    async def _retried(self, call: Call) -> Element:
        """The response. Reads are repeated once when nothing came back; writes never."""
        if call.after_s:
            await asyncio.sleep(call.after_s)
        tries = 1 if call.write else self.reach.limits.read_tries
        for tried in range(1, tries + 1):
            try:
                return await self._answer(call)
            except OnvifFault as fault:
                if not call.write:
                    raise
                raise OnvifFault(fault.subcode, without_sent(fault.text, call.body)) from None
            except BadAnswer as error:
                if not call.write:
                    raise
                raise BadAnswer(without_sent(str(error), call.body)) from None
            except HttpError as error:
                self._line.drop()
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
            return await self._line.unsigned(path, call)
        login = call.login or self._login
        if login is None:
            raise OnvifFault("NotAuthorized", "no login")
        try:
            reply = await self._signed_at(path, call, login)
        except OnvifFault as fault:
            if fault.reason is Reason.UNAUTHORISED and login not in self._signing.proved:
                if self._signing.busy:  # a refusal of this one says nothing
                    raise BadAnswer(f"{fault}, as it answers logins that it has accepted before: it is busy") from None
                self.refusals += 1
                self._note(login, Password.REFUSED)
            raise
        if login not in self._signing.proved:
            self._signing.proved.add(login)
            self._note(login, Password.PROVED)
            if call.login is None or call.adopt or call.login == self._login:
                self.reach.credentials.proved(self.device.name, login)
        if call.adopt:
            self._login = login
        if call.action == "SetSystemDateAndTime":
            await self._read_clock()  # signatures need the new time
        return reply

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
            return await self._signing.signed(path, call, login)
        except BadAnswer:
            if call.write or call.service is Service.DEVICE or self._services.told or self._untold is not None:
                raise
            own = await self._told_path(call.service)
            if own == path:
                raise
        return await self._signing.signed(own, call, login)

    def _note(self, login: Login, proof: Password) -> None:
        """Remember what a managed login came to, if it is the password that is stored now."""
        if login.managed and self.reach.credentials.password(self.device.name, login.user) == login.password:
            self.known[login.user] = proof
            resting = {name: at for name, at in self._resting().items() if name != login.user}
            if proof is Password.REFUSED:
                resting[login.user] = self.reach.clock.now().isoformat()
            self.reach.learned.put(self.device.name, USERS_REFUSED, resting or None)

    def _refused_in_run(self) -> bool:
        told: dict[str, str] = self.reach.learned.get(self.device.name, USERS_REFUSED) or {}
        since = self.reach.since
        return since is not None and any(datetime.fromisoformat(at) >= since for at in told.values())

    def _resting(self) -> dict[str, str]:
        """Users whose managed password the device has refused lately, and when: in that time it says nothing new.

        Reading a device again and again, as a plan and its deploy do, would else lock the user out.
        """
        told: dict[str, str] | None = self.reach.learned.get(self.device.name, USERS_REFUSED)
        if told is None:
            return {}
        since = self.reach.clock.now() - USER_REST
        return {name: at for name, at in told.items() if datetime.fromisoformat(at) > since}


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
