"""What a foreign client sets is what the lab's camera then holds: that, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.foreign_onvif.client import ForeignClient
from tests.foreign_onvif.limits import DISORDERED, INVALID, MORE, NOT_OFFERED, limit
from tests.foreign_onvif.makes import CAMERAS, door, plugged
from tests.lab.cam.conftest import Lab

NTP = ["10.80.0.10", "10.80.0.11"]
ZONE = {"hikvision": "IST-5:30:00", "cpplus": "<+0530>-5:30"}  # how a make keeps IST-5:30
SCOPE = "onvif://www.onvif.org/location/junction/%E0%A4%A8%E0%A5%87%E0%A4%B9%E0%A4%B0%E0%A5%82%20%E0%A4%9A%E0%A5%8C%E0%A4%95"
SUB = {"codec": "H264", "width_px": 640, "height_px": 480, "fps": 12, "bitrate_kbps": 900, "gop": 24}
H265 = {"codec": "H265", "width_px": 1920, "height_px": 1080, "fps": 20, "bitrate_kbps": 3000, "gop": 40}
USER = {"name": "viewer", "password": "managed-12", "level": "User"}
TEXT = "नेहरू चौक 1"
LATIN_TEXT = "????? ??? 1"  # what a make keeps that draws Latin only
NEVER_TOLD = ("date_format", "time_format")  # of a text without date and time


def changes(part: str, make: str) -> tuple[Any, dict[str, Any]]:
    """What the client is asked for, and what of the camera's settings is another after it."""
    model = CAMERAS[make]
    tokens = [options.token for options in model.encoders]
    factory = {f"location.{scope.split('/')[-2]}": None for scope in model.location if "/location/" in scope}
    preset = f"ptz.presets.{len(model.ptz.presets) + 1 if model.ptz else ''}"  # the next number
    asked: dict[str, tuple[Any, dict[str, Any]]] = {
        "set_hostname": ("knp-j01-c02", {"hostname": "knp-j01-c02"}),
        "set_ntp": (NTP, {"ntp_servers": NTP}),
        "set_clock": ("IST-5:30", {"time_mode": "NTP", "time_zone": ZONE.get(make, "IST-5:30"), "skew_s": 0.0}),
        "set_scopes": ([SCOPE], {"scopes": [SCOPE], "location.junction": "नेहरू चौक", **factory}),
        "set_user": (USER, {"users.viewer.level": "User"}),
        "set_encoder": ({"token": tokens[1], **SUB}, {f"encoders.sub.{key}": value for key, value in SUB.items()}),
        "set_encoder_media2": (
            {"token": tokens[0], **H265},
            {f"encoders.main.{key}": value for key, value in H265.items()},
        ),
        "set_brightness": (40, {"imaging.brightness": 40.0}),
        "set_preset": ("Market", {f"{preset}.name": "Market", f"{preset}.position": [0.0, 0.0, 0.0]}),
        "set_osd": (TEXT, {"osd.advert.text": LATIN_TEXT if model.osd and model.osd.latin_only else TEXT}),
    }
    return asked[part]


def flat(value: Any, path: str = "") -> dict[str, Any]:
    if not isinstance(value, dict):
        return {} if path.endswith(NEVER_TOLD) else {path: value}
    found: dict[str, Any] = {}
    for key, inner in value.items():
        found |= flat(inner, f"{path}.{key}" if path else str(key))
    return found


SETTINGS = ("brightness", "preset", "hostname", "ntp", "clock", "scopes", "user", "encoder", "encoder_media2", "osd")
OFFERED = [
    (f"set_{name}", make)
    for name in SETTINGS
    for make, model in CAMERAS.items()
    if (name != "osd" or model.osd) and (name != "preset" or model.ptz)
]


@pytest.mark.parametrize(("part", "make"), OFFERED)
def test_what_a_client_sets_is_what_the_camera_holds(lab: Lab, client: ForeignClient, part: str, make: str) -> None:
    device = plugged(lab, make)
    if part == "set_osd":
        for token in device.snapshot()["osd"]:
            device.inject(f"osd.{token}", None)
        device.inject("osd.advert", "Old")
    if part == "set_clock":
        device.inject("ntp_servers", NTP[:1])
    asked, wanted = changes(part, make)
    entrance = door(device, client.name)
    before = flat(device.snapshot())
    told = client.ask(entrance, (part, asked))[part]
    after = flat(device.snapshot())
    found = {path: after.get(path) for path in before | after if before.get(path) != after.get(path)}
    wanted = {path: value for path, value in wanted.items() if before.get(path) != value}
    mistakes = lab.requests_judged()
    known = limit(client.name, part, make)
    if known is None:
        assert told.offered
        assert not told.error
        assert mistakes == []
        assert found == wanted
        assert device.counters.sets == 1
        if part == "set_user":
            assert device.has_login(USER["name"], USER["password"])
    elif known.said == NOT_OFFERED:
        assert not told.offered
    elif known.said == MORE:
        assert mistakes == []
        assert wanted.items() < found.items()
    elif known.said == DISORDERED:
        assert mistakes
        assert found == wanted
    elif known.said == INVALID:
        assert mistakes
        assert found != wanted
    else:
        assert known.said in told.error
        assert found == {}
    assert lab.judged() == []
