"""Imaging settings: what each make has, takes, refuses, and keeps over a restart."""

from __future__ import annotations

from typing import Any

import pytest

from iccc.lab.camera import LabCamera
from iccc.lab.camera_imaging import IMAGING
from iccc.lab.camera_model import AXIS, CPPLUS, DOME, GENERIC, HIKVISION, CameraModel
from iccc.lab.device import Fault
from tests.lab.cam.asking import ask
from tests.lab.cam.conftest import Lab

MAKES = [AXIS, HIKVISION, CPPLUS, GENERIC, DOME]
SOURCE = "<timg:VideoSourceToken>source_1</timg:VideoSourceToken>"
GET = f"<timg:GetImagingSettings>{SOURCE}</timg:GetImagingSettings>"
WDR_ON = "<tt:WideDynamicRange><tt:Mode>ON</tt:Mode></tt:WideDynamicRange>"
FILTER_OFF = "<tt:IrCutFilter>OFF</tt:IrCutFilter>"


def setting(inner: str, persistence: str = "<timg:ForcePersistence>true</timg:ForcePersistence>") -> str:
    settings = f"<timg:ImagingSettings>{inner}</timg:ImagingSettings>"
    return f"<timg:SetImagingSettings>{SOURCE}{settings}{persistence}</timg:SetImagingSettings>"


def imaging(camera: LabCamera) -> Any:
    return camera.snapshot()["imaging"]


@pytest.mark.parametrize("model", MAKES, ids=lambda model: model.model)
def test_every_answer_is_valid_and_the_whole_object_can_be_set_back(lab: Lab, model: CameraModel) -> None:
    camera = lab.camera(model)
    before = camera.snapshot()
    told = ask(camera, GET)
    whole = told.body.decode().split("ImagingSettings>")[1].removesuffix("</timg:")
    bodies = {"SetImagingSettings": setting(whole), "GetImagingSettings": GET}
    for name in IMAGING:
        body = bodies.get(name, f"<timg:{name}>{SOURCE if name == 'GetOptions' else ''}</timg:{name}>")
        assert ask(camera, body).status == 200
    assert camera.snapshot() == before
    assert camera.counters.sets == 1
    services = ask(camera, "<tds:GetServices><tds:IncludeCapability>true</tds:IncludeCapability></tds:GetServices>")
    assert "http://www.onvif.org/ver20/imaging/wsdl" in services.all("Namespace")


def test_an_anpr_camera_takes_a_shutter_for_number_plates(lab: Lab) -> None:
    camera = lab.camera(HIKVISION)
    options = ask(camera, f"<timg:GetOptions>{SOURCE}</timg:GetOptions>")
    assert "<tt:Exposure><tt:Mode>AUTO</tt:Mode><tt:Mode>MANUAL</tt:Mode>" in options
    assert options.all("IrCutFilterModes") == ["ON", "OFF", "AUTO"]
    exposure = (
        "<tt:Exposure><tt:Mode>MANUAL</tt:Mode><tt:ExposureTime>1000</tt:ExposureTime><tt:Gain>30</tt:Gain>"
        "</tt:Exposure>"
    )
    level = "<tt:WideDynamicRange><tt:Mode>ON</tt:Mode><tt:Level>250</tt:Level></tt:WideDynamicRange>"
    assert ask(camera, setting(exposure + FILTER_OFF + level)).status == 200
    seen = imaging(camera)
    assert (seen["exposure"]["mode"], seen["exposure"]["exposure_time_us"], seen["exposure"]["gain_db"]) == (
        "MANUAL",
        1000.0,
        30.0,
    )
    assert seen["ir_cut_filter"] == "OFF"
    assert seen["wide_dynamic_range"] == {"mode": "ON", "level": 100.0}  # clamped
    assert seen["brightness"] == 50.0  # left out: stays
    told = ask(camera, GET)
    assert (told.value("ExposureTime"), told.value("IrCutFilter"), told.value("Level")) == ("1000", "OFF", "50")


@pytest.mark.parametrize(
    ("model", "inner", "why"),
    [
        (AXIS, WDR_ON, "an object without BacklightCompensation Mode"),
        (GENERIC, FILTER_OFF, "IrCutFilter is not possible"),
        (GENERIC, "<tt:Brightness>101</tt:Brightness>", "brightness 101"),
        (GENERIC, "<tt:WhiteBalance><tt:Mode>AUTO</tt:Mode></tt:WhiteBalance>", "WhiteBalance is not possible"),
        (
            GENERIC,
            "<tt:Exposure><tt:Mode>AUTO</tt:Mode><tt:MinExposureTime>20000</tt:MinExposureTime>"
            "<tt:MaxExposureTime>10000</tt:MaxExposureTime></tt:Exposure>",
            "MinExposureTime 20000 above",
        ),
    ],
)
def test_what_is_refused(lab: Lab, model: CameraModel, inner: str, why: str) -> None:
    camera = lab.camera(model)
    before = camera.snapshot()
    answer = ask(camera, setting(inner))
    assert answer.status == 400
    assert "ter:SettingsInvalid" in answer and why in answer
    assert camera.snapshot() == before
    assert camera.counters.sets == 0


def test_oddities_of_makes(lab: Lab) -> None:
    axis, cpplus, generic = lab.camera(AXIS), lab.camera(CPPLUS), lab.camera(GENERIC)
    assert imaging(axis)["wide_dynamic_range"] == {"mode": "OFF"}  # no level
    assert "MANUAL" not in ask(axis, f"<timg:GetOptions>{SOURCE}</timg:GetOptions>")
    assert "ir_cut_filter" not in imaging(generic)
    # Takes what it does not have, and forgets it.
    level = "<tt:BacklightCompensation><tt:Mode>ON</tt:Mode><tt:Level>9</tt:Level></tt:BacklightCompensation>"
    assert ask(cpplus, setting(level)).status == 200
    assert imaging(cpplus)["backlight_compensation"] == {"mode": "ON"}
    other = GET.replace("source_1", "source_2")
    assert "ter:NoSource" in ask(generic, other)


def test_without_persistence_a_restart_brings_the_old_settings_back(lab: Lab) -> None:
    camera = lab.camera(GENERIC)
    assert ask(camera, setting(WDR_ON, "")).status == 200  # nothing said: kept
    volatile = "<timg:ForcePersistence>false</timg:ForcePersistence>"
    assert ask(camera, setting("<tt:Contrast>70</tt:Contrast>", volatile)).status == 200
    assert imaging(camera)["contrast"] == 70.0
    camera.power_cut()
    assert imaging(camera)["contrast"] == 50.0
    assert imaging(camera)["wide_dynamic_range"]["mode"] == "ON"


def test_accepts_and_ignores(lab: Lab) -> None:
    camera = lab.camera(GENERIC)
    before = camera.snapshot()
    camera.fault = Fault.IGNORES
    assert ask(camera, setting(WDR_ON)).status == 200
    assert (camera.snapshot(), camera.counters.sets) == (before, 1)


def test_injected_drift(camera: LabCamera) -> None:
    camera.inject("imaging.wide_dynamic_range.mode", "ON")
    camera.inject("imaging.exposure.max_exposure_time_us", 10_000)
    assert imaging(camera)["exposure"]["max_exposure_time_us"] == 10_000.0
    assert ask(camera, GET).value("MaxExposureTime") == "10000"
    with pytest.raises(KeyError, match="brightness"):
        camera.inject("imaging.ir_cut_filter", "ON")
    with pytest.raises(ValueError, match="between 0 and 100"):
        camera.inject("imaging.contrast", 200)
    with pytest.raises(ValueError, match="ON, OFF"):
        camera.inject("imaging.wide_dynamic_range.mode", "LOUD")
