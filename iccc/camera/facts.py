"""pyinfra facts of cameras."""

from __future__ import annotations

from iccc.operation import DeviceFact


class Camera(DeviceFact):
    """:class:`~iccc.camera.state.CameraState` as read over ONVIF; None when it was not read."""
