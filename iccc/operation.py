"""What pyinfra operations of all kinds share: one command type, and converging one section of a device."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from pyinfra import host, state
from pyinfra.api import FactBase, StringCommand

from iccc.compare import Change, Unread, compare


class DeviceCommand(StringCommand):
    """A command for a device without a shell. It prints as one line: ``read state``, ``apply encoders``."""

    def __init__(self, verb: str, section: str = "") -> None:
        super().__init__(verb, *([section] if section else []))
        self.verb = verb
        self.section = section


class ServerCommand(StringCommand):
    """A part of a server, written by the program that the worker sends with it. It prints as ``put time``."""

    def __init__(self, section: str) -> None:
        super().__init__("put", section)
        self.section = section


class DeviceFact(FactBase[Any]):
    """Base of device facts: the observed state as a Python object, from the sweep's snapshot.

    ``None`` means that the device was not read; its parts may be :class:`~iccc.compare.Unread`.
    """

    def command(self) -> StringCommand:
        return DeviceCommand("read", "state")

    def process(self, output: list[Any]) -> Any:
        return output[0] if output else None


def converge(fact: type[DeviceFact], section: str = "", part: str = "") -> Generator[DeviceCommand, None, None]:
    """Yield one ``apply`` for the section (the whole device without one) if it differs from what is wanted.

    ``part`` names a part of the change instead of a section of the state: the driver knows what belongs to it.
    """
    device = host.data.device
    if (why := device.unwritten) and section not in device.written_while_held:
        host.noop(f"read only: {why}")
        return
    seen = host.get_fact(fact)
    wanted = host.data.wanted.state
    if seen is None:
        host.noop("could not be read")
        return
    if section:
        wanted = getattr(wanted, section)
        seen = seen if isinstance(seen, Unread) else getattr(seen, section)
    if isinstance(seen, Unread) and state.is_executing:
        # It has fallen silent since the sweep. The worker says so, and writes only what the sweep saw differ.
        yield DeviceCommand("apply", section or part)
        return
    changes = [d for d in compare(wanted, seen, section) if isinstance(d, Change)]
    if not changes:
        host.noop("as declared, as far as it could be read")
        return
    if state.config.DIFF and not state.is_executing:
        for change in changes:
            host.log(f"{change.path}: {change.seen} -> {change.wanted}")
    yield DeviceCommand("apply", section or part)
