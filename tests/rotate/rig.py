"""A recorder and its cameras on loopback, each with its declared users, and the store of their city."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from iccc.care import Cared, Errand, carry_out, look
from iccc.city.devices import Camera, City, Recorder
from iccc.clock import FixedClock
from iccc.lab.camera import LabCamera
from iccc.lab.camera_model import CPPLUS
from iccc.lab.recorder import LabRecorder
from iccc.recorder import driver
from iccc.recorder.state import Channel, LoginState, RecorderState
from iccc.rotate.cameras import Rotation
from iccc.rotate.holders import gates_of, holders_of
from iccc.secrets import OWN_USER, STREAM_USER, Secret, device_secret
from iccc.sessions.dial import Target
from iccc.sessions.reach import STREAM_LOGIN_KEY, STREAMS_KEY, Reach
from iccc.state.log import Why
from iccc.state.store import open_store
from iccc.vault import LOGIN, MANAGED, Vault
from tests.camera import devices
from tests.camera.caring import caring
from tests.ground.support import clock
from tests.rotate.lives import Learned, Life

USERS = {"admin": "Administrator", OWN_USER: "Administrator", STREAM_USER: "User"}
LEFT = ("installer", "bootstrap")  # what technicians left
PATH = CPPLUS.encoders[0].rtsp_path


def camera(number: int) -> Camera:
    return replace(devices.camera(number), address=f"10.77.40.{number}")


RECORDER: Recorder = replace(devices.recorder(250), name="rec01", address="10.77.40.250")


@dataclass
class Rig:
    """``life`` of what is opened next: a process that ends at one of its points."""

    folder: Path
    lab: LabRecorder
    cameras: dict[str, LabCamera]
    clock: FixedClock
    opened: Vault | None = None

    def city(self) -> City:
        one = caring(self.folder, {name: camera(int(name[1:])) for name in self.cameras}, devices.reach()).city
        return replace(one, recorders={RECORDER.name: RECORDER})

    def reach(self, life: Life | None = None, **times: float) -> tuple[Vault, Reach]:
        """What a process that begins now has."""
        if self.opened is not None:
            self.opened.close()
        learned = Learned(open_store(self.folder), life or Life())
        kinds = dict.fromkeys(self.cameras, "camera") | {RECORDER.name: "recorder"}
        self.opened = Vault(
            self.folder, Target.LAB, self.clock, kinds, {"camera": OWN_USER}, learned, "test", environment={}
        )
        way = devices.reach(**{"password_s": 0.0, "http_s": 1.0, "records_s": 2.0, **times})
        return self.opened, replace(way, credentials=self.opened, learned=learned)

    async def begin(self) -> None:
        """Every camera has its users, is on a channel, and is recorded."""
        vault, way = self.reach()
        vault.set("bootstrap/recorder/login", Secret(LEFT[1]), user=LEFT[0])
        vault.ensure([(name, user) for name in self.cameras for user in USERS])
        for name, one in self.cameras.items():
            for user, level in USERS.items():
                one.inject(f"users.{user}", level)
                one.inject(f"users.{user}.password", self.password(name, user))
            way.learned.put(name, LOGIN, MANAGED)
            way.learned.put(name, STREAMS_KEY, {"main": PATH})
            way.learned.put(name, STREAM_LOGIN_KEY, True)
        wanted = {name: Channel(None, camera(int(name[1:])).address, 554, "main", STREAM_USER, LoginState.PROVED, True)
                  for name in self.cameras}  # fmt: skip
        await driver.apply(RECORDER, "channels", RecorderState(channels=wanted), way)
        await self.records(*self.cameras)

    def password(self, name: str, user: str) -> str:
        """The managed one."""
        assert self.opened is not None
        entry = self.opened.get(device_secret(name, user))
        assert entry is not None
        return entry.value.reveal()

    def managed(self, user: str = STREAM_USER) -> dict[str, str]:
        return {name: self.password(name, user) for name in self.cameras}

    async def rotate(
        self,
        *users: str,
        life: Life | None = None,
        only: Sequence[str] = (),
        by_hand: bool = False,
        stop: asyncio.Event | None = None,
        **times: float,
    ) -> Cared:
        """As the command does it, on the cameras ``only`` or on all."""
        stop = stop or asyncio.Event()
        vault, way = self.reach(life, **times)
        self.count_anew()
        cameras = {name: camera(int(name[1:])) for name in only or self.cameras}
        context = caring(self.folder, cameras, way)
        holders = await holders_of(self.city(), list(cameras.values()), way)
        rotation = Rotation(vault, way, users or tuple(USERS), holders, by_hand, gates_of(self.city(), way), stop)
        errand = Errand(
            "rotate", "passwords", Why("a test"), rotation.act, lambda one, _seen: rotation.before(one),
            ended=rotation.ended,
        )  # fmt: skip
        seen = await look(context, list(cameras.values()), lambda _name: None)
        return await carry_out(context, seen, errand, lambda _name: None)

    def count_anew(self) -> None:
        for one in self.cameras.values():
            one.counters.failures = one.counters.lockouts = 0

    def channels(self) -> Mapping[str, Mapping[str, str]]:
        """By camera: what its channel pulls, and its state."""
        told: Mapping[str, Mapping[str, str]] = self.lab.snapshot()["channels"]  # type: ignore[assignment]
        return {channel["name"]: channel for channel in told.values()}

    async def records(self, *names: str) -> None:
        """Wait until these record."""
        async with asyncio.timeout(10):
            while not all(self.channels()[name]["state"] == "Active" for name in names):
                await asyncio.sleep(0.05)

    def on_both_sides(self, name: str, password: str) -> bool:
        """Whether the camera and its channel have this password of the streams' user, and it is recorded."""
        channel = self.channels()[name]
        receiver = next(one for one in self.lab.channels.receivers if camera(int(name[1:])).address in one.uri)
        same = self.cameras[name].has_login(STREAM_USER, password) and receiver.password == password
        return same and channel["state"] == "Active"

    def failures(self) -> dict[str, int]:
        return {name: one.counters.failures for name, one in self.cameras.items() if one.counters.failures}

    def gaps_s(self) -> list[float]:
        """Of all channels, since they first recorded. One that goes on is endless."""
        return [
            (end - begin) if end is not None else float("inf")
            for gaps in self.lab.gaps().values()
            for begin, end in gaps
        ]

    def left_over(self) -> list[str]:
        assert self.opened is not None
        return [name for name in self.opened.names() if name.startswith("next/")]


@asynccontextmanager
async def rig(folder: Path, *numbers: int) -> AsyncIterator[Rig]:
    """The recorder with cameras of these numbers."""
    async with AsyncExitStack() as stack:

        async def plugged(one: LabCamera | LabRecorder) -> None:
            await one.plug()
            stack.push_async_callback(one.close)

        lab = LabRecorder(RECORDER.name, "127.77.40.250", "02:00:0a:4d:28:fa", LEFT)
        made = {
            f"c{number}": LabCamera(f"c{number}", f"127.77.40.{number}", f"02:00:0a:4d:28:{number:02x}", CPPLUS, LEFT)
            for number in numbers
        }
        by_address = {one.address: one for one in made.values()}
        lab.cameras = by_address.get
        for one in (*made.values(), lab):
            await plugged(one)
        one_rig = Rig(folder, lab, made, clock())
        await one_rig.begin()
        try:
            yield one_rig
        finally:
            if one_rig.opened is not None:
                one_rig.opened.close()
