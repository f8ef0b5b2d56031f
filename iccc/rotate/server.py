"""The password of a camera on the recording server that pulls it, over SSH."""

from __future__ import annotations

import asyncio

from iccc.city.devices import Camera, City, Recorder
from iccc.errors import DeviceError, Reason
from iccc.rotate.carry import Passwords
from iccc.rotate.steps import Which
from iccc.server.stream import Stream, give, look, pause, resume
from iccc.sessions.host import HostSession

LOOK_APART_S = 0.3


class ServerHand:
    """The unit of one camera, on an open session with its server."""

    def __init__(
        self,
        session: HostSession,
        recorder: Recorder,
        camera: Camera,
        city: City,
        passwords: Passwords,
        within_s: float,
    ) -> None:
        self.name = f"{recorder.name} {camera.name}"
        self.proof = ""
        self._session, self._recorder, self._camera, self._city = session, recorder, camera, city
        self._passwords = passwords
        self._within_s = within_s
        self._paused_at: float | None = None

    async def check(self) -> None:
        found = await self._look(Which.OLD)
        if not found.has_login:
            raise self._error("it has another login than the stored one: deploy it first")
        if not found.records:
            raise self._error("it does not record now")

    async def pause(self) -> None:
        self._paused_at = asyncio.get_running_loop().time()
        await pause(self._session, self._recorder, self._camera)

    async def write(self, which: Which) -> None:
        await give(self._session, self._recorder, self._camera, self._city, self._passwords.of(which))

    async def prove(self, which: Which) -> None:
        """It has that login, and a recording that was begun with it."""
        now = asyncio.get_running_loop().time
        await resume(self._session, self._recorder, self._camera)
        began = now()
        while True:
            found = await self._look(which)
            if found.refused:
                raise self._error(f"the camera refuses the {which} password")
            if found.has_login and found.active and found.newest_s is not None and found.newest_s < now() - began:
                break
            if now() - began >= self._within_s:
                raise self._error(f"it does not record with the {which} password within {self._within_s:g} s")
            await asyncio.sleep(LOOK_APART_S)
        after = f" {now() - self._paused_at:.1f} s after its pause" if self._paused_at is not None else ""
        self.proof = f"{self.name} records{after}"

    async def _look(self, which: Which) -> Stream:
        secret = self._passwords.of(which)
        return await look(self._session, self._recorder, self._camera, self._city, secret)

    def _error(self, text: str) -> DeviceError:
        return DeviceError(Reason.BAD_ANSWER, self.name, text)
