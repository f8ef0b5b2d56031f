"""pyinfra facts of appliance recorders."""

from __future__ import annotations

from iccc.operation import DeviceFact


class Recorder(DeviceFact):
    """:class:`~iccc.recorder.state.RecorderState` as read over ONVIF; None when it was not read."""
