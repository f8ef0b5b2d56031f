"""The simulated device for each declared camera and recorder."""

from __future__ import annotations

from iccc.city.devices import Camera, Recorder
from iccc.lab.camera import LabCamera
from iccc.lab.camera_makes import model_for
from iccc.lab.device import LabDevice
from iccc.lab.onvif_state import FACTORY_LAN, Lan
from iccc.lab.recorder import HIKVISION_NVR, RECORDER, LabRecorder
from iccc.lab.sheet import Login
from iccc.lab.switch import lab_address


def make_host(declared: Camera | Recorder, address: str, mac: str, login: Login) -> LabDevice:
    """``address`` is the one on loopback; ``login`` is what the technician left."""
    if isinstance(declared, Camera):
        also = (lab_address(declared.reached_at),) if declared.reached_at else ()
        model, lan = model_for(declared.device_type), _lan(declared)
        return LabCamera(declared.name, address, mac, model, login, also=also, lan=lan, left_at=declared.reached_at)
    make = HIKVISION_NVR if declared.channels_by == "isapi" else RECORDER
    return LabRecorder(declared.name, address, mac, login, make)


def _lan(declared: Camera) -> Lan:
    """As the technician set it: the declared prefix and gateway, one object for all that have the usual ones."""
    usual = declared.address.rpartition(".")[0] + ".1"
    if (declared.prefix_length, declared.gateway) in ((24, usual), (24, "")):
        return FACTORY_LAN
    return Lan(prefix_length=declared.prefix_length, gateway=declared.gateway)
