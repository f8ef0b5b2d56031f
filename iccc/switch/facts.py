"""pyinfra facts of switches."""

from __future__ import annotations

from iccc.operation import DeviceFact


class Switch(DeviceFact):
    """:class:`~iccc.switch.state.SwitchState` as read over the command line; None when it was not read."""
