"""pyinfra operations on appliance recorders."""

from __future__ import annotations

from collections.abc import Iterator

from pyinfra.api import operation

from iccc.operation import DeviceCommand, converge
from iccc.recorder.facts import Recorder


@operation()
def time() -> Iterator[DeviceCommand]:
    """Clock, time zone and NTP."""
    yield from converge(Recorder, "time")


@operation()
def users() -> Iterator[DeviceCommand]:
    """Users, levels and passwords; the own login is proved before any other user is touched."""
    yield from converge(Recorder, "users")
