"""Privacy masks through Media2: what each make covers, rounds and refuses."""

from __future__ import annotations

from typing import Any

import pytest

from iccc.lab.camera import LabCamera
from iccc.lab.camera_model import AXIS, CPPLUS, GENERIC, HIKVISION, CameraModel
from iccc.lab.device import Fault
from tests.lab.cam.asking import ask, done
from tests.lab.cam.conftest import Lab

WINDOW = ((-0.5, -0.5), (-0.5, 0.25), (0.125, 0.25), (0.125, -0.5))
TRIANGLE = ((0.0, 0.0), (0.0, 0.5), (0.5, 0.0))
OPTIONS = "<tr2:GetMaskOptions><tr2:ConfigurationToken>source_config_1</tr2:ConfigurationToken></tr2:GetMaskOptions>"


def mask(
    operation: str,
    points: tuple[tuple[float, float], ...] = WINDOW,
    token: str = "",
    type_: str = "Color",
    color: str = "",
    enabled: str = "true",
) -> str:
    corners = "".join(f'<tt:Point x="{x}" y="{y}"/>' for x, y in points)
    return (
        f'<tr2:{operation}><tr2:Mask token="{token}"><tr2:ConfigurationToken>source_config_1</tr2:ConfigurationToken>'
        f"<tr2:Polygon>{corners}</tr2:Polygon><tr2:Type>{type_}</tr2:Type>{color}"
        f"<tr2:Enabled>{enabled}</tr2:Enabled></tr2:Mask></tr2:{operation}>"
    )


def delete(token: str) -> str:
    return f"<tr2:DeleteMask><tr2:Token>{token}</tr2:Token></tr2:DeleteMask>"


def kept(camera: LabCamera) -> Any:
    return camera.snapshot()["masks"]


@pytest.mark.parametrize("model", [AXIS, HIKVISION, CPPLUS], ids=lambda model: model.manufacturer)
def test_a_mask_is_made_changed_and_deleted(lab: Lab, model: CameraModel) -> None:
    camera = lab.camera(model)
    options = done(camera, OPTIONS)
    assert options.value("MaxMasks") == str(camera.masks.offered().maximum)
    assert f'RectangleOnly="{"true" if model is CPPLUS else "false"}"' in options
    token = done(camera, mask("CreateMask")).value("Token")
    seen = done(camera, "<tr2:GetMasks/>")
    assert (seen.value("Type"), seen.value("Enabled")) == ("Color", "true")
    assert '<tt:Point x="-0.5" y="-0.5"/><tt:Point x="-0.5" y="0.25"/><tt:Point x="0.125" y="0.25"/>' in seen
    done(camera, mask("SetMask", token=token, enabled="false"))
    one = done(camera, f"<tr2:GetMasks><tr2:Token>{token}</tr2:Token></tr2:GetMasks>")
    assert one.value("Enabled") == "false"
    done(camera, delete(token))
    assert kept(camera) == {}
    assert camera.counters.sets == 3
    for _ in range(camera.masks.offered().maximum):
        done(camera, mask("CreateMask"))
    assert "ter:MaxMasks" in ask(camera, mask("CreateMask"))
    assert "ter:NoConfig" in ask(camera, delete("none"))
    assert "ter:NoConfig" in ask(camera, mask("SetMask", token="none"))


def test_polygons_types_and_colors(lab: Lab) -> None:
    axis, hikvision, cpplus = lab.camera(AXIS), lab.camera(HIKVISION), lab.camera(CPPLUS)
    pentagon = (*WINDOW, (0.0, -0.75))
    assert [ask(camera, mask("CreateMask", pentagon)).status for camera in (axis, hikvision)] == [200, 400]
    assert [ask(camera, mask("CreateMask", TRIANGLE)).status for camera in (hikvision, cpplus)] == [200, 400]
    assert "ter:ConfigModify" in ask(cpplus, mask("CreateMask", ((0, 0), (0.1, 0.5), (0.5, 0.5), (0.5, 0))))
    assert "ter:ConfigModify" in ask(axis, mask("CreateMask", ((0, 0), (0, 1.5), (0.5, 0.5))))
    white = '<tr2:Color X="255" Y="128" Z="128"/>'
    token = done(axis, mask("CreateMask", color=white)).value("Token")
    assert kept(axis)[token]["color"] == (255.0, 128.0, 128.0)
    assert "ter:ConfigModify" in ask(cpplus, mask("CreateMask", color=white))
    assert "ter:ConfigModify" in ask(axis, mask("CreateMask", color='<tr2:Color X="1" Y="2" Z="3"/>'))
    done(axis, mask("SetMask", token=token, type_="Pixelated"))
    assert "ter:ConfigModify" in ask(hikvision, mask("CreateMask", type_="Pixelated"))


def test_a_make_that_rounds_points(lab: Lab) -> None:
    given = ((-1.0, -1.0), (-1.0, 0.3333), (0.3333, 0.3333))
    axis, hikvision = lab.camera(AXIS), lab.camera(HIKVISION)
    for camera in (axis, hikvision):
        token = done(camera, mask("CreateMask", given)).value("Token")
        points = kept(camera)[token]["points"]
        assert (points == given) is (camera is axis)
        assert all(
            abs(a - b) <= 1 / 704 for at, to in zip(points, given, strict=True) for a, b in zip(at, to, strict=True)
        )
        done(camera, mask("SetMask", points, token))  # what is read back stays when it is sent again
        assert kept(camera)[token]["points"] == points


def test_a_make_without_masks(lab: Lab) -> None:
    camera = lab.camera(GENERIC)
    for body in ("<tr2:GetMasks/>", OPTIONS, mask("CreateMask"), mask("SetMask", token="x"), delete("x")):
        assert "ter:ActionNotSupported" in ask(camera, body)
    assert 'Mask="false"' in done(camera, "<tr2:GetServiceCapabilities/>")
    assert 'Mask="true"' in done(lab.camera(AXIS), "<tr2:GetServiceCapabilities/>")
    with pytest.raises(KeyError, match="no masks"):
        camera.inject("masks.x", "0,0 0,1 1,1")


def test_accepted_and_nothing_changes(lab: Lab) -> None:
    camera = lab.camera(CPPLUS)
    camera.inject("masks.shop", "0,0 0,1 1,1 1,0")
    before = camera.snapshot()
    camera.fault = Fault.IGNORES
    for body in (mask("CreateMask"), mask("SetMask", token="shop"), delete("shop")):
        done(camera, body)
    assert camera.snapshot() == before
    assert camera.counters.sets == 3


def test_somebody_else_changes_a_mask(lab: Lab) -> None:
    camera = lab.camera(AXIS)
    before = camera.snapshot()
    camera.inject("masks.shop", "0,0 0,1 1,1")
    camera.inject("masks.shop.enabled", "false")
    assert kept(camera)["shop"]["points"] == ((0.0, 0.0), (0.0, 1.0), (1.0, 1.0))
    assert done(camera, "<tr2:GetMasks/>").value("Enabled") == "false"
    camera.inject("masks.shop", [(0, 0), (0, 0.5), (0.5, 0.5)])
    camera.inject("masks.shop.type", "Pixelated")
    assert kept(camera)["shop"]["points"][2] == (0.5, 0.5)
    for path, value, error, told in (
        ("masks.none.enabled", False, KeyError, "tokens: shop"),
        ("masks.shop.colour", 1, KeyError, "points, type"),
        ("masks.shop", "0,0 0,1", ValueError, "three points"),
        ("masks.shop.type", "Blurred", ValueError, "Pixelated"),
    ):
        with pytest.raises(error, match=told):
            camera.inject(path, value)
    camera.inject("masks.shop", None)
    assert camera.snapshot() == before
