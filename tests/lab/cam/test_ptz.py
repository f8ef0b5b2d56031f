"""Positions, presets and home of PTZ cameras."""

from __future__ import annotations

from typing import Any

import onvif
import pytest

from iccc.lab.camera import LabCamera
from iccc.lab.camera_makes import model_for
from iccc.lab.camera_model import AXIS, DOME, GENERIC, CameraModel
from iccc.lab.camera_ptz import PTZ
from iccc.lab.device import Fault
from tests.lab.cam.asking import ask
from tests.lab.cam.conftest import LOGIN, Lab
from tests.oracle.xsd import wsdl_dir


def ptz(name: str, inner: str = "", token: str = "profile_1_h264") -> str:
    return f"<tptz:{name}><tptz:ProfileToken>{token}</tptz:ProfileToken>{inner}</tptz:{name}>"


def preset(token: str = "", name: str = "") -> str:
    return (f"<tptz:PresetName>{name}</tptz:PresetName>" if name else "") + (
        f"<tptz:PresetToken>{token}</tptz:PresetToken>" if token else ""
    )


def move(pan: float, tilt: float, zoom: float) -> str:
    return f'<tptz:Position><tt:PanTilt x="{pan}" y="{tilt}"/><tt:Zoom x="{zoom}"/></tptz:Position>'


def snapshot(camera: LabCamera) -> Any:
    return camera.snapshot()["ptz"]


@pytest.mark.parametrize("model", [AXIS, DOME], ids=lambda model: model.model)
def test_every_answer_is_valid(lab: Lab, model: CameraModel) -> None:
    camera = lab.camera(model)
    token = model.encoders[0].profile_token
    inner = {
        "AbsoluteMove": move(0.25, -0.5, 0.75),
        "SetPreset": preset(name="North &amp; East"),
        "GotoPreset": preset("1"),
        "RemovePreset": preset("1"),
    }
    order = ["AbsoluteMove", "SetPreset", "GetPresets", "GotoPreset", "RemovePreset"]
    for name in [*order, *(name for name in PTZ if name not in order)]:
        bare = name in ("GetServiceCapabilities", "GetNodes", "GetConfigurations")
        answer = ask(camera, f"<tptz:{name}/>" if bare else ptz(name, inner.get(name, ""), token))
        if (name, model) == ("SetHomePosition", DOME):
            assert "ter:CannotOverwriteHome" in answer
        else:
            assert answer.status == 200, answer.body.decode()
    for body in ("<trt:GetProfiles/>", "<tr2:GetProfiles><tr2:Type>PTZ</tr2:Type></tr2:GetProfiles>"):
        assert ask(camera, body).all("NodeToken") == [model.ptz.node] * 2  # type: ignore[union-attr]
    assert "http://www.onvif.org/ver20/ptz/wsdl" in ask(
        camera, "<tds:GetServices><tds:IncludeCapability>true</tds:IncludeCapability></tds:GetServices>"
    ).all("Namespace")
    assert "PTZ><" in ask(camera, "<tds:GetCapabilities/>")


def test_presets_are_where_the_camera_looked(lab: Lab) -> None:
    camera = lab.camera(AXIS)
    assert ask(camera, ptz("AbsoluteMove", move(0.25, -0.5, 0.75))).status == 200
    assert ask(camera, ptz("SetPreset", preset(name="Junction"))).value("PresetToken") == "2"
    assert ask(camera, ptz("AbsoluteMove", move(-1, 1, 0))).status == 200
    assert ask(camera, ptz("SetHomePosition")).status == 200
    assert ask(camera, ptz("GotoPreset", preset("2"))).status == 200
    assert 'x="0.25" y="-0.5"' in ask(camera, ptz("GetStatus"))
    assert ask(camera, ptz("SetPreset", preset("1"))).value("PresetToken") == "1"  # its name stays
    assert ask(camera, ptz("GotoHomePosition")).status == 200
    assert snapshot(camera) == {
        "position": [-1.0, 1.0, 0.0],
        "home": [-1.0, 1.0, 0.0],
        "presets": {
            "1": {"name": "Home", "position": [0.25, -0.5, 0.75]},
            "2": {"name": "Junction", "position": [0.25, -0.5, 0.75]},
        },
    }
    assert ask(camera, ptz("GetPresets")).all("Name") == ["Home", "Junction"]
    assert ask(camera, ptz("RemovePreset", preset("1"))).status == 200
    assert list(snapshot(camera)["presets"]) == ["2"]
    assert camera.counters.sets == 8
    camera.power_cut()
    assert list(snapshot(camera)["presets"]) == ["2"]


@pytest.mark.parametrize(
    ("body", "subcode"),
    [
        (ptz("GetPresets", token="none"), "ter:NoProfile"),
        (ptz("GotoPreset", preset("9")), "ter:NoToken"),
        (ptz("SetPreset", preset("9")), "ter:NoToken"),
        (ptz("SetPreset", preset(name="Home")), "ter:PresetExist"),
        (ptz("SetPreset", preset(name="x" * 65)), "ter:InvalidPresetName"),
        (ptz("AbsoluteMove", move(1.5, 0, 0)), "ter:InvalidPosition"),
    ],
)
def test_what_is_refused(lab: Lab, body: str, subcode: str) -> None:
    camera = lab.camera(AXIS)
    before = camera.snapshot()
    assert subcode in ask(camera, body)
    assert camera.snapshot() == before


def test_a_dome_has_a_fixed_home_few_presets_and_steps(lab: Lab) -> None:
    assert model_for("cam-dome-8mp") is DOME
    camera = lab.camera(DOME)
    assert 'FixedHomePosition="true"' in ask(camera, "<tptz:GetNodes/>")
    ask(camera, ptz("AbsoluteMove", move(0.123, 0, 0.5), "main"))
    assert snapshot(camera)["position"] == [0.12, 0.0, 0.5]
    for _ in range(8):
        assert ask(camera, ptz("SetPreset", token="main")).status == 200
    assert "ter:TooManyPresets" in ask(camera, ptz("SetPreset", token="main"))


def test_a_fixed_camera_has_no_ptz_service(camera: LabCamera) -> None:
    assert "ter:ActionNotSupported" in ask(camera, "<tptz:GetNodes/>")
    assert "ptz" not in camera.snapshot()
    with pytest.raises(KeyError):
        camera.inject("ptz.home", [0, 0, 0])
    assert GENERIC.ptz is None


def test_injected_drift_and_a_camera_that_ignores(lab: Lab) -> None:
    camera = lab.camera(AXIS)
    camera.inject("ptz.presets.7", "Market")
    camera.inject("ptz.presets.7.position", [0.5, 0.5, 0.5])
    camera.inject("ptz.presets.1", None)
    camera.inject("ptz.home", [0.1, 0, 0])
    before = snapshot(camera)
    assert before["presets"] == {"7": {"name": "Market", "position": [0.5, 0.5, 0.5]}}
    assert before["home"] == [0.1, 0.0, 0.0]
    camera.fault = Fault.IGNORES
    for body in (ptz("SetPreset", preset(name="new")), ptz("RemovePreset", preset("7")), ptz("SetHomePosition")):
        assert ask(camera, body).status == 200
    assert snapshot(camera) == before
    with pytest.raises(ValueError, match="between -1 and 1"):
        camera.inject("ptz.home", [2, 0, 0])
    with pytest.raises(KeyError, match="presets.<7>.position"):
        camera.inject("ptz.presets.8.position", [0, 0, 0])


def test_presets_by_onvif_zeep(lab: Lab) -> None:
    camera = lab.camera(AXIS)
    zeep: Any = onvif.ONVIFCamera(
        camera.address, 20080, *LOGIN, wsdl_dir=str(wsdl_dir()), adjust_time=True
    ).create_ptz_service()
    assert zeep.GetNodes()[0].MaximumNumberOfPresets == 100
    token = zeep.SetPreset({"ProfileToken": "profile_1_h264", "PresetName": "Chowk"})
    assert [(found.token, found.Name) for found in zeep.GetPresets({"ProfileToken": "profile_1_h264"})] == [
        ("1", "Home"),
        (token, "Chowk"),
    ]
