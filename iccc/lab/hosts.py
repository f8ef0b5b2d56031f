"""The simulated device for each declared camera and recorder."""

from __future__ import annotations

from iccc.city.devices import Camera, Recorder
from iccc.lab.camera import LabCamera
from iccc.lab.camera_makes import model_for
from iccc.lab.device import LabDevice
from iccc.lab.recorder import LabRecorder
from iccc.lab.sheet import Login


def make_host(declared: Camera | Recorder, address: str, mac: str, login: Login) -> LabDevice:
    """``address`` is the one on loopback; ``login`` is what the technician left."""
    if isinstance(declared, Camera):
        return LabCamera(declared.name, address, mac, model_for(declared.device_type), login)
    return LabRecorder(declared.name, address, mac, login)
