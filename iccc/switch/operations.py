"""pyinfra operations on switches."""

from __future__ import annotations

from collections.abc import Generator

from pyinfra.api import operation

from iccc.operation import DeviceCommand, converge
from iccc.switch.facts import Switch


@operation()
def configure() -> Generator[DeviceCommand, None, None]:
    """Make the switch as declared, in one go: ordered phases, guarded line by line, saved, read back.

    It is one operation because the order between its settings is what keeps the switch reachable.
    """
    yield from converge(Switch)
