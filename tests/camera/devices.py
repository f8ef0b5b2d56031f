"""Declared devices, their simulated counterparts, and a Reach with the real clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

from iccc.camera.state import CameraState, Codec, Encoder, Protocol
from iccc.city.devices import Camera, Kind, Lifecycle, Recorder
from iccc.clock import SystemClock
from iccc.compare import Within
from iccc.lab.camera import LabCamera
from iccc.lab.camera_model import AXIS, CPPLUS, GENERIC, HIKVISION, CameraModel
from iccc.lab.recorder import RECORDER, LabRecorder, RecorderModel
from iccc.onvif.state import Password, Time, TimeMode, User, UserLevel
from iccc.sessions.reach import Reach
from iccc.yamlfile import Where
from tests import support
from tests.oracle.witness import Witness
from tests.support import MemoryCredentials

MODELS = {"axis": AXIS, "hikvision": HIKVISION, "cpplus": CPPLUS, "generic": GENERIC}
USERS = ("iccc", "viewer", "operator")
BOOTSTRAP = ("admin", "bootstrap")
REBOOT_S = 1.2  # of a simulated camera: it is seen away, and is back at the look after 0.1, 0.2, 0.4 and 0.8 s
WITNESS = Witness()  # of all that stand here
WHERE = Where("cities/x/junctions/j01.yaml", 8, 5)

WANTED = CameraState(
    time=Time(TimeMode.NTP, 330, frozenset({"10.0.0.1", "10.0.0.2"}), Within(2.0)),
    hostname="bsp-j01-c01",
    location={"city": "Bilaspur", "junction": "नेहरू चौक"},
    users={
        "iccc": User(UserLevel.ADMINISTRATOR, Password.PROVED),
        "operator": User(UserLevel.OPERATOR, Password.PROVED),
        "viewer": User(UserLevel.USER, Password.PROVED),
    },
    encoders={
        "main": Encoder(Codec.H265, 2560, 1440, 25, 4000, 50),
        "sub": Encoder(Codec.H264, 640, 360, 12, 512, 24),
    },
    protocols={"http": Protocol(True, 80), "https": Protocol(False, 443), "rtsp": Protocol(True, 554)},
)


def camera(number: int, owner: str = "project") -> Camera:
    """``c<number>`` at 10.77.3.<number>."""
    return Camera(
        name=f"c{number}", kind=Kind.CAMERA, owner=owner, address=f"10.77.3.{number}", site="j01",
        device_type="cam-fixed", status=Lifecycle.INSTALLED, phase="1", where=WHERE, slot=number, group="fixed",
        site_name="Nehru Chowk", switch="sw1", port="Gi1/1", vlan=10, mac=None, recorder="rec01", streams={},
    )  # fmt: skip


def recorder(number: int) -> Recorder:
    return Recorder(
        name=f"r{number}", kind=Kind.RECORDER, owner="project", address=f"10.77.3.{number}", site="core",
        device_type="nvr", status=Lifecycle.INSTALLED, phase="1", where=WHERE, recorder_type="appliance",
        standby=False, channels=64, switch="sw1", port="Gi1/1",
    )  # fmt: skip


def reach(credentials: MemoryCredentials | None = None, **times: float) -> Reach:
    """On loopback, with the real time: the simulated devices have it too."""
    return replace(support.reach(credentials, **times), clock=SystemClock())


def stored(*devices: str) -> MemoryCredentials:
    """A store that holds the bootstrap login and managed passwords of all users of ``devices``."""
    credentials = MemoryCredentials()
    credentials.ensure([(device, user) for device in devices for user in USERS])
    return credentials


@asynccontextmanager
async def plugged(number: int, model: CameraModel = GENERIC) -> AsyncIterator[LabCamera]:
    """The simulated counterpart of :func:`camera`, as a technician leaves it."""
    device = WITNESS.of(LabCamera)(f"c{number}", f"127.77.3.{number}", f"02:00:0a:4d:03:{number:02x}", model, BOOTSTRAP)
    await device.plug()
    try:
        yield device
    finally:
        await device.close()


@asynccontextmanager
async def plugged_recorder(number: int, model: RecorderModel = RECORDER) -> AsyncIterator[LabRecorder]:
    address, mac = f"127.77.3.{number}", f"02:00:0a:4d:03:{number:02x}"
    device = WITNESS.of(LabRecorder)(f"r{number}", address, mac, BOOTSTRAP, model)
    await device.plug()
    try:
        yield device
    finally:
        await device.close()


@asynccontextmanager
async def scripted(
    number: int, answer: Callable[[int, bytes, asyncio.StreamWriter], Awaitable[None]], port: int = 20080
) -> AsyncIterator[list[bytes]]:
    """A server at the address of :func:`camera`. ``answer`` gets the request's number, the request and the writer.

    Gives the list of requests that came.
    """
    requests: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(
                    (
                        int(line.split(b":")[1])
                        for line in head.split(b"\r\n")
                        if line.lower().startswith(b"content-length")
                    ),
                    0,
                )
                requests.append(head + await reader.readexactly(length))
                await answer(len(requests), requests[-1], writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, f"127.77.3.{number}", port)
    try:
        yield requests
    finally:
        server.close()
