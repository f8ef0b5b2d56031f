"""On-screen text through both media services: what each make draws, keeps, cuts and refuses."""

from __future__ import annotations

from typing import Any

import onvif
import pytest

from iccc.lab.camera import LabCamera
from iccc.lab.camera_model import AXIS, CPPLUS, GENERIC, HIKVISION, CameraModel
from iccc.lab.camera_osd import OSD
from iccc.lab.device import Fault
from iccc.lab.onvif_soap import TR2, TRT
from tests.lab.cam.asking import ask, done
from tests.lab.cam.conftest import LOGIN, Lab
from tests.oracle.xsd import wsdl_dir

HINDI = "भीड़ चौक – कैमरा १"
SOURCE = "<{0}:ConfigurationToken>source_config_1</{0}:ConfigurationToken>"


def osd(
    service: str,
    operation: str,
    words: str = "JN-014",
    token: str = "",
    type_: str = "Plain",
    position: str = "LowerLeft",
    pos: str = "",
    size: int | None = 24,
    source: str = "source_config_1",
) -> str:
    font = f"<tt:FontSize>{size}</tt:FontSize>" if size is not None else ""
    plain = f"<tt:PlainText>{words}</tt:PlainText>" if type_ == "Plain" else ""
    return (
        f'<{service}:{operation}><{service}:OSD token="{token}">'
        f"<tt:VideoSourceConfigurationToken>{source}</tt:VideoSourceConfigurationToken><tt:Type>Text</tt:Type>"
        f"<tt:Position><tt:Type>{position}</tt:Type>{pos}</tt:Position>"
        f"<tt:TextString><tt:Type>{type_}</tt:Type>{font}{plain}</tt:TextString>"
        f"</{service}:OSD></{service}:{operation}>"
    )


def by_token(service: str, operation: str, token: str) -> str:
    return f"<{service}:{operation}><{service}:OSDToken>{token}</{service}:OSDToken></{service}:{operation}>"


def kept(camera: LabCamera) -> Any:
    return camera.snapshot()["osd"]


@pytest.mark.parametrize("service", ["trt", "tr2"])
@pytest.mark.parametrize("model", [AXIS, HIKVISION, CPPLUS], ids=lambda model: model.manufacturer)
def test_an_osd_is_made_changed_and_deleted(lab: Lab, model: CameraModel, service: str) -> None:
    camera = lab.camera(model)
    before = kept(camera)
    options = done(camera, f"<{service}:GetOSDOptions>{SOURCE.format(service)}</{service}:GetOSDOptions>")
    assert f'Total="{camera.osd.offered().maximum}"' in options
    assert options.all("PositionOption") == list(camera.osd.offered().positions)

    token = done(camera, osd(service, "CreateOSD", "A &amp; B")).value("OSDToken")
    assert kept(camera)[token]["text"] == "A & B"
    done(camera, osd(service, "SetOSD", "C", token, position="UpperRight"))
    seen = done(camera, f"<{service}:GetOSDs>{SOURCE.format(service)}</{service}:GetOSDs>")
    assert seen.all("PlainText")[-1] == "C"
    assert len(seen.all("VideoSourceConfigurationToken")) == len(before) + 1
    one = done(camera, by_token(service, "GetOSD" if service == "trt" else "GetOSDs", token))
    assert (one.value("PlainText"), one.value("FontSize")) == ("C", "24")
    for type_, formats in (("Date", (1, 0)), ("Time", (0, 1)), ("DateAndTime", (1, 1))):
        done(camera, osd(service, "SetOSD", token=token, type_=type_))
        one = done(camera, by_token(service, "GetOSD" if service == "trt" else "GetOSDs", token))
        assert (len(one.all("DateFormat")), len(one.all("TimeFormat"))) == formats
        assert not one.all("PlainText")
    done(camera, by_token(service, "DeleteOSD", token))
    assert kept(camera) == before
    assert camera.counters.sets == 6


def test_cameras_of_a_make_share_what_nobody_changed(lab: Lab) -> None:
    one, other = lab.camera(HIKVISION), lab.camera(HIKVISION)
    assert one.osd.osds is other.osd.osds
    assert one.masks.masks is other.masks.masks
    assert one.media.audio.sources is other.media.audio.sources
    assert one.media.encoders is other.media.encoders
    one.inject("osd.OsdToken_101", "changed")
    assert kept(other)["OsdToken_101"]["text"] == "Camera 01"


def test_media2_has_no_get_osd() -> None:
    assert set(OSD[TRT]) - set(OSD[TR2]) == {"GetOSD"}


def test_onvif_zeep_sets_an_osd(lab: Lab) -> None:
    camera = lab.camera(AXIS)
    zeep: Any = onvif.ONVIFCamera(
        camera.address, 20080, *LOGIN, wsdl_dir=str(wsdl_dir()), adjust_time=True
    ).create_media_service()
    token = zeep.CreateOSD(
        {
            "OSD": {
                "token": "",
                "VideoSourceConfigurationToken": "source_config_1",
                "Type": "Text",
                "Position": {"Type": "Custom", "Pos": {"x": -0.5, "y": 0.25}},
                "TextString": {"Type": "Plain", "PlainText": HINDI},
            }
        }
    ).OSDToken
    seen = zeep.GetOSDs({"ConfigurationToken": "source_config_1"})[0]
    assert seen.TextString.PlainText == HINDI
    assert (seen.Position.Type, seen.Position.Pos.x, seen.Position.Pos.y) == ("Custom", -0.5, 0.25)
    assert kept(camera)[token]["at"] == (-0.5, 0.25)


@pytest.mark.parametrize(
    ("model", "seen"),
    [(AXIS, HINDI), (HIKVISION, HINDI), (CPPLUS, "".join("?" if ord(c) > 255 else c for c in HINDI))],
    ids=["AXIS", "HIKVISION", "CP PLUS"],
)
def test_devanagari_is_kept_or_replaced_without_a_fault(lab: Lab, model: CameraModel, seen: str) -> None:
    camera = lab.camera(model)
    token = done(camera, osd("tr2", "CreateOSD", HINDI)).value("OSDToken")
    assert done(camera, by_token("trt", "GetOSD", token)).value("PlainText") == seen
    done(camera, osd("tr2", "SetOSD", "é", token))
    assert kept(camera)[token]["text"] == "é"


@pytest.mark.parametrize("model", [AXIS, HIKVISION, CPPLUS], ids=lambda model: model.manufacturer)
def test_what_is_too_much_is_refused_or_cut(lab: Lab, model: CameraModel) -> None:
    camera = lab.camera(model)
    options = camera.osd.offered()
    longest = options.text_length
    token = done(camera, osd("trt", "CreateOSD", "x" * longest)).value("OSDToken")
    too_long = ask(camera, osd("trt", "SetOSD", "y" * (longest + 1), token))
    too_big = ask(camera, osd("trt", "SetOSD", "z", token, size=options.font_size[1] + 1))
    if options.clamps:
        assert (too_long.status, too_big.status) == (200, 200)
        assert kept(camera)[token]["font_size"] == options.font_size[1]
        ask(camera, osd("trt", "SetOSD", "y" * (longest + 1), token))
        assert kept(camera)[token]["text"] == "y" * longest
    else:
        assert "ter:ConfigModify" in too_long
        assert "ter:ConfigModify" in too_big
        assert kept(camera)[token]["text"] == "x" * longest
    for _ in range(options.maximum - len(kept(camera))):
        done(camera, osd("tr2", "CreateOSD"))
    assert len(set(kept(camera))) == options.maximum
    assert "ter:MaxOSDs" in ask(camera, osd("tr2", "CreateOSD"))
    assert len(kept(camera)) == options.maximum


def test_what_is_not_offered_is_refused(lab: Lab) -> None:
    camera = lab.camera(CPPLUS)
    before = kept(camera)
    custom = osd("tr2", "CreateOSD", position="Custom", pos='<tt:Pos x="0" y="0"/>')
    assert "ter:ConfigModify" in ask(camera, custom)
    assert "ter:ConfigModify" in ask(camera, osd("tr2", "CreateOSD", type_="Weather"))
    assert "ter:NoConfig" in ask(camera, osd("tr2", "CreateOSD", source="other"))
    assert "ter:NoConfig" in ask(camera, osd("tr2", "SetOSD", token="none"))
    assert "ter:NoConfig" in ask(camera, by_token("trt", "DeleteOSD", "none"))
    axis = lab.camera(AXIS)
    assert "ter:ConfigModify" in ask(axis, osd("tr2", "CreateOSD", position="Custom"))
    assert "ter:ConfigModify" in ask(axis, custom.replace('x="0"', 'x="1.5"'))
    assert done(axis, custom).status == 200
    assert kept(camera) == before
    assert camera.counters.sets == 0


def test_a_make_without_osd(lab: Lab) -> None:
    camera = lab.camera(GENERIC)
    for body in (
        "<trt:GetOSDs/>",
        "<tr2:GetOSDs/>",
        osd("trt", "CreateOSD"),
        osd("tr2", "SetOSD", token="x"),
        by_token("tr2", "DeleteOSD", "x"),
        f"<trt:GetOSDOptions>{SOURCE.format('trt')}</trt:GetOSDOptions>",
    ):
        assert "ter:ActionNotSupported" in ask(camera, body)
    services = "<tds:GetServices><tds:IncludeCapability>true</tds:IncludeCapability></tds:GetServices>"
    assert done(camera, services).body.count(b'OSD="false"') == 2
    assert done(lab.camera(AXIS), services).body.count(b'OSD="true"') == 2
    assert camera.counters.sets == 0
    with pytest.raises(KeyError, match="no OSD"):
        camera.inject("osd.x", "text")


def test_accepted_and_nothing_changes(lab: Lab) -> None:
    camera = lab.camera(HIKVISION)
    before = camera.snapshot()
    camera.fault = Fault.IGNORES
    done(camera, osd("tr2", "SetOSD", "new", "OsdToken_101"))
    done(camera, osd("tr2", "CreateOSD"))
    done(camera, by_token("trt", "DeleteOSD", "OsdToken_100"))
    assert camera.snapshot() == before
    assert camera.counters.sets == 3


def test_somebody_else_changes_an_osd(lab: Lab) -> None:
    camera = lab.camera(HIKVISION)
    before = camera.snapshot()
    camera.inject("osd.OsdToken_101", "Shop camera")
    camera.inject("osd.OsdToken_101.position", "UpperRight")
    camera.inject("osd.OsdToken_101.font_size", 16)
    camera.inject("osd.OsdToken_100", None)
    camera.inject("osd.advert", "Call 98765")
    camera.inject("osd.advert.at", "0.5,-0.5")
    assert done(camera, "<tr2:GetOSDs/>").all("PlainText") == ["Shop camera", "Call 98765"]
    assert kept(camera)["OsdToken_101"]["position"] == "UpperRight"
    assert kept(camera)["advert"]["at"] == (0.5, -0.5)
    camera.inject("osd.advert.type", "Date")
    assert done(camera, by_token("trt", "GetOSD", "advert")).value("DateFormat") == "MM/dd/yyyy"
    for path, value, error, told in (
        ("osd.none.text", "x", KeyError, "OsdToken_101"),
        ("osd.none", None, KeyError, "OsdToken_101"),
        ("osd", "x", KeyError, "osd.<token>"),
        ("osd.advert.colour", "x", KeyError, "text, type"),
        ("osd.advert.position", "Middle", ValueError, "UpperLeft"),
        ("osd.advert.at", "2,0", ValueError, "-1 and 1"),
    ):
        with pytest.raises(error, match=told):
            camera.inject(path, value)
    camera.factory_reset()
    assert camera.snapshot() == before
