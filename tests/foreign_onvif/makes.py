"""The lab's cameras and recorder for foreign clients: one of each make, how a client logs in to it, and its truth."""

from __future__ import annotations

from typing import Any

from iccc.lab.camera import LabCamera
from iccc.lab.camera_makes import BOSCH, GEOVISION, HIKVISION_LIST, HIKVISION_NTP
from iccc.lab.camera_model import AXIS, CPPLUS, DOME, GENERIC, HIKVISION
from iccc.lab.onvif import OnvifDevice
from iccc.lab.recorder import LabRecorder
from tests.foreign_onvif.client import Door
from tests.lab.cam.conftest import LOGIN, Lab

CAMERAS = {"axis": AXIS, "hikvision": HIKVISION, "cpplus": CPPLUS, "generic": GENERIC, "dome": DOME}
ODD = {
    "hikvision_list": HIKVISION_LIST,
    "hikvision_ntp": HIKVISION_NTP,
    "bosch": BOSCH,
    "geovision": GEOVISION,
}  # which take a Set in a way of their own
MAKES = (*CAMERAS, *ODD, "recorder")
PORT = 20080


def plugged(lab: Lab, make: str) -> OnvifDevice:
    """One as a technician leaves it, with an address of its own."""
    if make != "recorder":
        return lab.camera((CAMERAS | ODD)[make])
    recorder = lab.witness.of(LabRecorder)("rec", lab.address(), "02:00:0a:4d:02:fe", LOGIN)
    lab.serve(recorder)
    return recorder


def door(device: OnvifDevice, client: str) -> Door:
    """WS-UsernameToken, or Digest where the make takes nothing else.

    Cameras come with a clock that is wrong by seconds, and take no older token. onvif-python signs with its own clock
    whatever the camera's says: it uses Digest where it can, and else the clock is set right for it.
    """
    model = device.state.model
    by_digest = bool(model.digest) if client == "onvif_python" else not model.wsse
    if client == "onvif_python" and not by_digest:
        device.inject("skew_s", 0)
    return Door(device.address, PORT, *LOGIN, by_digest)


def truth(device: OnvifDevice) -> dict[str, Any]:
    """What has to be read, by part, from the lab's own state."""
    state, model = device.state, device.state.model
    parts: dict[str, Any] = {
        "identity": {
            "manufacturer": model.manufacturer,
            "model": model.model,
            "firmware": model.firmware,
            "serial": state.serial,
            "hardware_id": model.hardware_id,
        },
        "clock": {"mode": "NTP" if state.ntp_time else "Manual", "time_zone": state.time_zone},
        "hostname": state.hostname,
        "ntp": list(state.ntp_servers),
        "scopes": [*model.fixed_scopes, *state.scopes],
        "users": {user.name: user.level for user in state.users},
        "protocols": {entry.name: [entry.enabled, entry.port] for entry in state.network},
    }
    if isinstance(device, LabCamera):
        rtsp = f"rtsp://{device.address}:20554"
        parts["encoders"] = {
            options.token: {
                "codec": encoder.codec,
                "width_px": encoder.width_px,
                "height_px": encoder.height_px,
                "fps": encoder.fps,
                "bitrate_kbps": encoder.bitrate_kbps,
                "gop": encoder.gop,
            }
            for options, encoder in device.media.all()
        }
        parts["stream_uris"] = {options.profile_token: rtsp + options.rtsp_path for options, _ in device.media.all()}
        picture: Any = device.imaging.snapshot()
        parts["imaging"] = {
            "brightness": picture["brightness"],
            "contrast": picture["contrast"],
            "ir_cut_filter": picture.get("ir_cut_filter"),
            "wide_dynamic_range": picture["wide_dynamic_range"]["mode"],
        }
        if device.ptz is not None:
            parts["presets"] = {preset.token: preset.name for preset in device.ptz.presets}
        if device.osd.options is not None:
            parts["osd"] = [osd.text for osd in device.osd.osds if osd.type == "Plain"]
    return parts
