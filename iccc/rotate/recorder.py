"""The password of a camera at the recorder that pulls it, over ONVIF (Profile G)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from iccc.compare import Unread
from iccc.errors import DeviceError, Reason
from iccc.onvif.call import part
from iccc.recorder.bindings import Binding
from iccc.recorder.login import pause, read_login, resume, write_login
from iccc.recorder.search import Recorded, read_one
from iccc.recorder.state import Channel, LoginState
from iccc.rotate.carry import Passwords
from iccc.rotate.steps import Which
from iccc.secrets import STREAM_USER, Secret
from iccc.sessions.onvif import OnvifSession

FIRST_LOOK_S = 0.05  # then twice as long each time
LONGEST_LOOK_S = 0.5
PAUSES_S = 3.0  # within which a channel that was told to pause has to stop


class RecorderHand:
    """One channel, on an open session with its recorder."""

    def __init__(self, session: OnvifSession, binding: Binding, channel: Channel, passwords: Passwords) -> None:
        self.name = f"{session.device.name} channel {binding.number}"
        self.proof = ""
        self._session = session
        self._binding = binding
        self._channel = channel
        self._passwords = passwords
        self._newest: datetime | None = None  # footage, when it was paused
        self._paused_at: float | None = None

    async def check(self) -> None:
        self._secret(Which.OLD)
        login = await self._session.run(read_login(self._binding))
        if login is not LoginState.PROVED:
            raise self._error(Reason.BAD_ANSWER, f"it does not record now (its login is {login})")

    async def pause(self) -> None:
        newest = (await self._recorded()).newest
        self._newest = newest if isinstance(newest, datetime) else None
        self._paused_at = asyncio.get_running_loop().time()
        await self._session.run(pause(self._binding))
        if not await _within(PAUSES_S, self._stands_still):
            raise self._error(Reason.BAD_ANSWER, f"it goes on for {PAUSES_S:g} s though it was told to pause")

    async def write(self, which: Which) -> None:
        await self._session.run(write_login(self._binding, self._channel, self._secret(which), paused=True))

    async def prove(self, which: Which) -> None:
        """It is let connect, says that its job is active, and its newest footage is newer than before the pause."""
        await self._session.run(resume(self._binding))
        limit_s = self._session.reach.timeouts.records_s
        if not await _within(limit_s, self._records):
            text = f"it does not record with the {which} password within {limit_s:g} s"
            raise self._error(Reason.BAD_ANSWER, text)
        now = asyncio.get_running_loop().time()
        after = f" {now - self._paused_at:.1f} s after its pause" if self._paused_at is not None else ""
        self.proof = f"{self.name} records{after}"

    def _secret(self, which: Which) -> Secret:
        """Channels log in as the streams' user, whoever's password is changed: one that does not tell as whom it does
        gets that login, and is no holder of another one any more."""
        if self._passwords.user == STREAM_USER:
            return self._passwords.of(which)
        found = self._passwords.vault.password(self._passwords.device, STREAM_USER)
        if found is None:
            text = f"it does not tell as whom it logs in, and no password of {STREAM_USER} is stored"
            raise self._error(Reason.UNSUPPORTED, text)
        return found

    async def _stands_still(self) -> bool:
        return await self._session.run(read_login(self._binding)) is not LoginState.PROVED

    async def _records(self) -> bool:
        if await self._session.run(read_login(self._binding)) is not LoginState.PROVED:
            return False
        recorded = await self._recorded()
        if recorded is UNTOLD:
            return True
        before, newest = self._newest, recorded.newest
        return recorded.now and isinstance(newest, datetime) and (before is None or newest > before)

    async def _recorded(self) -> Recorded:
        found = await self._session.run(part(read_one(self._binding.recording)))
        return UNTOLD if isinstance(found, Unread) else found

    def _error(self, reason: Reason, text: str) -> DeviceError:
        return DeviceError(reason, f"{self._session.where('recording')} channel {self._binding.number}", text)


async def _within(limit_s: float, holds: Callable[[], Awaitable[bool]]) -> bool:
    """Whether it holds within so many seconds."""
    now = asyncio.get_running_loop().time
    end, wait_s = now() + limit_s, FIRST_LOOK_S
    while not await holds():
        if now() >= end:
            return False
        await asyncio.sleep(wait_s)
        wait_s = min(2 * wait_s, LONGEST_LOOK_S)
    return True


UNTOLD = Recorded(False, None, None)  # of a recorder without the search service: the state of its job has to do
