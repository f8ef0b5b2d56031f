"""pyinfra operations on appliance recorders."""

from __future__ import annotations

from collections.abc import Generator

from pyinfra.api import operation

from iccc.operation import DeviceCommand, converge
from iccc.recorder.facts import Recorder


@operation()
def time() -> Generator[DeviceCommand, None, None]:
    """Clock, time zone and NTP."""
    yield from converge(Recorder, "time")


@operation()
def users() -> Generator[DeviceCommand, None, None]:
    """Users, levels and passwords; the own login is proved before any other user is touched."""
    yield from converge(Recorder, "users")


@operation()
def channels() -> Generator[DeviceCommand, None, None]:
    """Which camera is on which channel. After the cameras have the user that recorders log in with."""
    yield from converge(Recorder, "channels")


@operation()
def others() -> Generator[DeviceCommand, None, None]:
    """Cameras that another recorder records now: they are not connected to any more."""
    yield from converge(Recorder, "others")
