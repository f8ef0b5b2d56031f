"""Devices served from an own event loop in a thread, so that blocking foreign clients can talk to them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from typing import Any

import pytest

from iccc.lab.camera import LabCamera
from iccc.lab.camera_model import GENERIC, CameraModel
from iccc.lab.onvif import OnvifDevice
from tests.oracle.witness import Judge, Witness

LOGIN = ("admin", "factory-1")
NOW = 1_753_943_400.0  # 2025-07-31T06:30:00Z


_judge = Judge()


class HandClock:
    """Time that passes only when a test lets it."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> float:
        return self.at


class Lab:
    """Serves devices and runs their coroutines."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._devices: list[OnvifDevice] = []
        self.witness = Witness()
        self._next = 10

    def run(self, coroutine: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(10)

    def address(self) -> str:
        self._next += 1
        return f"127.77.2.{self._next}"

    def serve(self, device: OnvifDevice) -> None:
        self._devices.append(device)
        self.run(device.plug())

    def camera(self, model: CameraModel = GENERIC, **more: Any) -> LabCamera:
        address = self.address()
        mac = f"02:00:0a:4d:02:{int(address.rpartition('.')[2]):02x}"
        camera = self.witness.of(LabCamera)("cam", address, mac, model, LOGIN, **more)
        self.serve(camera)
        return camera

    def judged(self) -> list[str]:
        """What the schemas find wrong with answers of its cameras; none is judged twice in a run."""
        return _judge.mistakes(self.witness.answers)

    def requests_judged(self) -> list[str]:
        """What the schemas find wrong with what its cameras were asked."""
        return [mistake for request in self.witness.requests for mistake in request.mistakes()]

    def stop(self) -> None:
        for device in self._devices:
            self.run(device.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()


@pytest.fixture
def lab() -> Iterator[Lab]:
    lab = Lab()
    yield lab
    lab.stop()
    assert lab.judged() == []


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def camera(lab: Lab) -> LabCamera:
    return lab.camera()
