"""How one device is logged in to with each request: by a WS-UsernameToken in its own time, or by HTTP Digest.

Which of the two is learned without spending a failed login on it.
"""

from __future__ import annotations

import asyncio
import os
from datetime import timedelta

from iccc.city.devices import Device
from iccc.compare import Unread
from iccc.errors import Reason
from iccc.onvif import soap
from iccc.onvif.call import Call, Service, read
from iccc.onvif.errors import BadAnswer, OnvifFault
from iccc.onvif.services import DEVICE_PATH
from iccc.onvif.state import ClockReading
from iccc.onvif.xml import Element
from iccc.secrets import Login
from iccc.sessions import digest
from iccc.sessions.http import HttpReply
from iccc.sessions.onvif_line import Line, response
from iccc.sessions.reach import Reach

_QUARTER_S = 900
BUSY_WAIT_S = 0.5  # a 401 after a success: the device has no connection free
AUTH_KEY = "onvif_auth"  # learned: "wsse" or "digest"
# Learned: whether the device gives its local time as UTC but checks signatures by UTC. After a refusal that may come
# from that, the other of the two is tried the next time: at once it could be the second failed login of a run.
LOCAL_TIME_KEY = "onvif_local_time"


class Signing:
    """Signs calls on a line. ``reading`` is the device's clock; who reads it puts it here."""

    def __init__(self, device: Device, reach: Reach, line: Line) -> None:
        self.reading: ClockReading | None = None  # of the last look at the device's clock
        self.proved: set[Login] = set()  # logins that the device has accepted in this session
        self.busy = False  # it has answered a login with 401 that it had accepted before
        self._name = device.name
        self._reach = reach
        self._line = line
        self._mode: str | None = reach.learned.get(device.name, AUTH_KEY)
        self._nonce_counts: dict[str, int] = {}  # by nonce: some devices give the same one twice

    async def signed(self, path: str, call: Call, login: Login) -> Element:
        """One call, signed the way that the device wants it."""
        if self._mode is None:
            await self._learn_mode()
        if self._mode == "digest":
            return await self._with_digest(path, call, login)
        learned = self._reach.learned.get(self._name, LOCAL_TIME_KEY)
        told_so = self.reading is not None and self.reading.local_as_utc
        local_time = (told_so if learned is None else bool(learned)) and bool(self._quarters())
        try:
            reply = await self._with_token(path, call, login, not local_time)
        except OnvifFault as fault:
            if fault.reason is Reason.UNAUTHORISED and not self.proved and self._quarters():
                self._reach.learned.put(self._name, LOCAL_TIME_KEY, not local_time)
            raise
        if local_time and not learned:
            self._reach.learned.put(self._name, LOCAL_TIME_KEY, True)
        return reply

    async def _learn_mode(self) -> None:
        """Ask once without credentials, which is no failed login anywhere, and see what the device asks for."""
        path = DEVICE_PATH
        reply = await self._line.exchange(path, read(Service.DEVICE, "GetDeviceInformation"))
        self._learned_mode("digest" if self._take_challenge(path, reply) else "wsse")

    def _learned_mode(self, mode: str) -> None:
        self._mode = mode
        self._reach.learned.put(self._name, AUTH_KEY, mode)

    async def _with_token(self, path: str, call: Call, login: Login, as_told: bool) -> Element:
        """WS-UsernameToken. A 401 for a login that was accepted before means that the device is busy."""
        for patience in (True, False):
            created = self._reach.clock.now() + timedelta(seconds=self._skew_s(as_told))
            header = soap.username_token(login.user, login.password.reveal(), created, os.urandom(16))
            reply = await self._line.exchange(path, call, header)
            if reply.status != 401 or login not in self.proved or not patience:
                break
            self.busy = True
            await self._rest()
        if self._take_challenge(path, reply):  # it asked for no Digest when its way was learned: a token was no login
            self._learned_mode("digest")
            return await self._with_digest(path, call, login)
        return response(reply, call)

    async def _with_digest(self, path: str, call: Call, login: Login) -> Element:
        """HTTP Digest. One more try with a new nonce where the old one had run out, one where the device is busy."""
        proved = login in self.proved
        challenge = self._line.challenges.get(path)
        if challenge is None or (challenge.nonce in self._nonce_counts and not proved):
            # A new login gets a new nonce: a refusal is then about the password, not about a nonce that ran out.
            reply = await self._line.exchange(path, call)
            if not self._take_challenge(path, reply):
                return await self._without_challenge(path, call, login, reply)
        resent = rested = False
        while True:
            challenge = self._line.challenges[path]
            count = self._nonce_counts.get(challenge.nonce, 0) + 1
            self._nonce_counts[challenge.nonce] = count
            signature = digest.authorization(challenge, login, "POST", path, count)
            reply = await self._line.exchange(path, call, authorization=signature)
            if not self._take_challenge(path, reply):
                return response(reply, call)
            stale = self._line.challenges[path].stale
            self.busy = self.busy or (proved and not stale)
            if not resent and (stale or (proved and count > 1)):
                resent = True
            elif not rested and (stale or proved):
                rested = True
                await self._rest()
            elif stale:
                raise BadAnswer("HTTP 401: every nonce is stale at once")
            else:
                return response(reply, call)

    async def _without_challenge(self, path: str, call: Call, login: Login, reply: HttpReply) -> Element:
        """The answer of a device that asks for no Digest: it wants no login for this, or a token by now."""
        try:
            return response(reply, call)
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
        self._line.challenges[path] = found
        return True

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
        self._line.drop()
        await asyncio.sleep(BUSY_WAIT_S)

    def clock_unknown(self) -> str:
        """What a refusal may come from besides: a signature needs the device's own time."""
        if self._quarters() and self._mode != "digest":
            off_h = self._skew_s(as_told=True) / 3600
            return f"; its clock is {off_h:.2f} h off, which may be its time zone: it is taken so the next time"
        if self.reading is None:
            return "; it does not tell its clock either"
        return f"; its clock is unknown: {self.reading.skew_s.text}" if isinstance(self.reading.skew_s, Unread) else ""
