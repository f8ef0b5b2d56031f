"""pyinfra operations on switches.

There are two, and not one for each setting: the order between settings is what keeps a switch reachable, and the order
between switches what keeps those behind it.
"""

from __future__ import annotations

from collections.abc import Generator

from pyinfra.api import operation

from iccc.operation import DeviceCommand, converge
from iccc.switch.facts import Switch


@operation()
def widen() -> Generator[DeviceCommand, None, None]:
    """Give the switch what it lacks: VLANs, wider trunks, moved ports, settings. Takes nothing away."""
    yield from converge(Switch, part="widen")


@operation()
def narrow() -> Generator[DeviceCommand, None, None]:
    """Take away what is not declared to be there, and move its management, under a revert of the switch itself."""
    yield from converge(Switch, part="narrow")
