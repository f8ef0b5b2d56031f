"""A recorder with its cameras on loopback, each with the user of its streams."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace

from iccc.compare import AnyOf
from iccc.lab.camera import LabCamera
from iccc.lab.camera_model import CPPLUS
from iccc.lab.recorder import LabRecorder
from iccc.observed import Outcome
from iccc.recorder import driver
from iccc.recorder.footage import Footage
from iccc.recorder.state import Channel, LoginState, RecorderFacts, RecorderState
from iccc.secrets import STREAM_USER, Secret
from iccc.sessions.reach import STREAM_LOGIN_KEY, STREAMS_KEY, Reach
from tests.camera.devices import plugged, plugged_recorder, reach, recorder
from tests.support import MemoryCredentials

PATH = CPPLUS.encoders[0].rtsp_path
SUB = CPPLUS.encoders[1].rtsp_path
WANTED_LOGIN = AnyOf((LoginState.PROVED, LoginState.UNKNOWN))
WANTED_USER = AnyOf((STREAM_USER, ""))


def wanted(number: int, channel: int | None = None) -> Channel:
    """What is declared of the camera ``c<number>``."""
    return Channel(channel, f"10.77.3.{number}", 554, "main", WANTED_USER, WANTED_LOGIN, True)


def password(number: int) -> str:
    return f"streams-{number}"


@dataclass
class Rig:
    lab: LabRecorder
    cameras: dict[int, LabCamera]
    reach: Reach
    number: int

    def wanted(self, **channels: int) -> dict[str, Channel]:
        """Of all cameras, by name; ``c31=4``: its declared channel."""
        return {f"c{number}": wanted(number, channels.get(f"c{number}")) for number in self.cameras}

    async def put(self, channels: dict[str, Channel] | None = None) -> list[Outcome]:
        state = RecorderState(channels=self.wanted() if channels is None else channels)
        return await driver.apply(recorder(self.number), "channels", state, self.reach)

    async def read(self, channels: dict[str, Channel] | None = None) -> RecorderState:
        declared = self.wanted() if channels is None else channels
        seen = await driver.observe(recorder(self.number), self.reach, (), (), channels=declared)
        assert isinstance(seen.state, RecorderState), seen.state
        return seen.state

    async def facts(self) -> RecorderFacts:
        about = recorder(self.number)
        seen = await driver.observe(about, self.reach, (), channels=self.wanted())
        assert seen.facts is not None
        return seen.facts

    async def footage(self) -> Mapping[str, Footage]:
        found = (await self.facts()).footage
        assert isinstance(found, dict), found
        return found

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not holds():
                await asyncio.sleep(0.02)

    def states(self) -> dict[str, str]:
        """What each bound channel does, by number."""
        return {number: told["state"] for number, told in self.lab.snapshot()["channels"].items()}  # type: ignore[attr-defined]

    async def records(self, *numbers: int) -> None:
        """Wait until exactly these channels record."""
        names = {str(number) for number in numbers}
        await self.until(lambda: {n for n, state in self.states().items() if state == "Active"} == names)


@asynccontextmanager
async def rig(number: int, *cameras: int) -> AsyncIterator[Rig]:
    """The recorder ``r<number>`` and cameras; their stream addresses are known, and the passwords stored."""
    credentials = MemoryCredentials()
    about = reach(credentials)
    async with AsyncExitStack() as stack:
        lab = await stack.enter_async_context(plugged_recorder(number))
        made = {one: await stack.enter_async_context(plugged(one, CPPLUS)) for one in cameras}
        by_address = {camera.address: camera for camera in made.values()}
        lab.cameras = by_address.get
        for one, camera in made.items():
            camera.inject(f"users.{STREAM_USER}", "User")
            camera.inject(f"users.{STREAM_USER}.password", password(one))
            credentials.passwords[f"c{one}", STREAM_USER] = Secret(password(one))
            about.learned.put(f"c{one}", STREAMS_KEY, {"main": PATH, "sub": SUB})
            about.learned.put(f"c{one}", STREAM_LOGIN_KEY, True)
        yield Rig(lab, made, replace(about), number)
