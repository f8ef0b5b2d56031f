"""A simulated appliance recorder: the ONVIF device service with time, users and identity."""

from __future__ import annotations

import time
from collections.abc import Callable

from iccc.lab.onvif import OnvifDevice
from iccc.lab.onvif_model import DEVICE_SERVICE, SCOPE, DeviceModel, Service

RECORDER = DeviceModel(
    manufacturer="Generic",
    model="NVR-64",
    firmware="4.60.1",
    hardware_id="NV64",
    hostname="nvr",
    fixed_scopes=(SCOPE + "type/Network_Video_Recorder", SCOPE + "hardware/NVR-64", SCOPE + "Profile/G"),
    services=(
        DEVICE_SERVICE,
        Service("http://www.onvif.org/ver10/recording/wsdl", "/onvif/recording_service", (2, 60)),
        Service("http://www.onvif.org/ver10/replay/wsdl", "/onvif/replay_service", (2, 60)),
    ),
    digest=("MD5", "SHA-256"),
    max_users=32,
    protocols=("HTTP", "HTTPS"),
)


class LabRecorder(OnvifDevice):
    """``LabRecorder("bsp-rec01", "127.83.0.11", "02:00:0a:53:00:0b", ("admin", "factory-1"))``."""

    def __init__(
        self,
        name: str,
        address: str,
        mac: str,
        login: tuple[str, str],
        model: DeviceModel = RECORDER,
        now: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(name, address, mac, model, login, now)
