"""Encoders through both media services and RTSP."""

from __future__ import annotations

from typing import Any

import onvif
import pytest

from iccc.lab.camera_model import AXIS, CPPLUS, GENERIC, HIKVISION, CameraModel
from tests.lab.cam.client import Answer, Client, describe
from tests.lab.cam.conftest import LOGIN, Lab
from tests.oracle.xsd import wsdl_dir


def configuration2(
    token: str, codec: str, width: int, height: int, fps: float, kbps: int, gop: int, quality: float = 4
) -> str:
    return (
        f'<tr2:SetVideoEncoderConfiguration><tr2:Configuration token="{token}" GovLength="{gop}" Profile="Main">'
        f"<tt:Name>x</tt:Name><tt:UseCount>1</tt:UseCount><tt:Encoding>{codec}</tt:Encoding>"
        f"<tt:Resolution><tt:Width>{width}</tt:Width><tt:Height>{height}</tt:Height></tt:Resolution>"
        f"<tt:RateControl><tt:FrameRateLimit>{fps}</tt:FrameRateLimit><tt:BitrateLimit>{kbps}</tt:BitrateLimit>"
        f"</tt:RateControl><tt:Quality>{quality}</tt:Quality>"
        "</tr2:Configuration></tr2:SetVideoEncoderConfiguration>"
    )


def call(client: Client, model: CameraModel, body: str) -> Answer:
    return client.signed(body, LOGIN) if model.wsse else client.digest_call(body, LOGIN)


def test_media1_by_onvif_zeep(lab: Lab) -> None:
    camera = lab.camera(GENERIC)
    zeep: Any = onvif.ONVIFCamera(
        camera.address, 20080, *LOGIN, wsdl_dir=str(wsdl_dir()), adjust_time=True
    ).create_media_service()
    profiles = zeep.GetProfiles()
    assert [profile.VideoEncoderConfiguration.Resolution.Width for profile in profiles] == [1920, 704]
    options = zeep.GetVideoEncoderConfigurationOptions({"ConfigurationToken": "encoder_sub"})
    assert (640, 360) in [(size.Width, size.Height) for size in options.H264.ResolutionsAvailable]

    wanted = zeep.GetVideoEncoderConfiguration({"ConfigurationToken": "encoder_sub"})
    wanted.Resolution.Width, wanted.Resolution.Height = 640, 360
    wanted.RateControl.FrameRateLimit, wanted.RateControl.BitrateLimit, wanted.H264.GovLength = 10, 512, 20
    zeep.SetVideoEncoderConfiguration({"Configuration": wanted, "ForcePersistence": True})
    seen = zeep.GetVideoEncoderConfigurations()[1]
    assert (seen.Resolution.Width, seen.Resolution.Height) == (640, 360)
    assert (seen.RateControl.FrameRateLimit, seen.RateControl.BitrateLimit, seen.H264.GovLength) == (10, 512, 20)

    wanted.Resolution.Width = 641
    with pytest.raises(onvif.ONVIFError, match="641x360 is not possible"):
        zeep.SetVideoEncoderConfiguration({"Configuration": wanted, "ForcePersistence": True})
    setup = {"Stream": "RTP-Unicast", "Transport": {"Protocol": "RTSP"}}
    uri = zeep.GetStreamUri({"StreamSetup": setup, "ProfileToken": "sub"}).Uri
    assert uri == f"rtsp://{camera.address}:20554/live/sub"
    assert b"a=framesize:96 640-360" in describe(camera.address, uri, LOGIN).body


@pytest.mark.parametrize("model", [AXIS, HIKVISION, CPPLUS, GENERIC], ids=lambda model: model.manufacturer)
def test_h265_by_media2_and_what_media1_tells_of_it(lab: Lab, model: CameraModel) -> None:
    camera = lab.camera(model)
    client = Client(camera.address)
    main = model.encoders[0]
    assert call(client, model, configuration2(main.token, "H265", 2560, 1440, 25, 4096, 50)).status == 200
    seen = call(client, model, "<tr2:GetProfiles><tr2:Type>VideoEncoder</tr2:Type></tr2:GetProfiles>")
    assert seen.all("Encoding") == ["H265", "H264"]
    assert (seen.value("Width"), seen.value("Height"), seen.value("FrameRateLimit")) == ("2560", "1440", "25")
    assert f'token="{main.token}" GovLength="50"' in seen
    bare = call(client, model, "<tr2:GetProfiles/>")
    assert bare.all("Name") == ["mainStream", "subStream"]
    assert "Configurations" not in bare

    old = call(client, model, "<trt:GetVideoEncoderConfigurations/>")
    assert old.all("Encoding") == (["H264"] if model is AXIS else ["H264", "H264"])

    uri = call(
        client,
        model,
        "<tr2:GetStreamUri><tr2:Protocol>RTSP</tr2:Protocol>"
        f"<tr2:ProfileToken>{main.profile_token}</tr2:ProfileToken></tr2:GetStreamUri>",
    ).value("Uri")
    sdp = describe(camera.address, uri.replace("&amp;", "&"), LOGIN)
    assert b"a=rtpmap:96 H265/90000" in sdp.body
    assert b"a=x-dimensions:2560,1440" in sdp.body


@pytest.mark.parametrize("model", [AXIS, HIKVISION, CPPLUS, GENERIC], ids=lambda model: model.manufacturer)
@pytest.mark.parametrize(
    ("numbers", "clamped"),
    [
        ((25, 99_999, 50), "bitrate_kbps"),
        ((120, 4096, 50), "fps"),
        ((25, 4096, 4000), "gop"),
    ],
)
def test_numbers_out_of_range_are_refused_or_clamped(
    lab: Lab, model: CameraModel, numbers: tuple[int, int, int], clamped: str
) -> None:
    camera = lab.camera(model)
    before = camera.snapshot()["encoders"]
    main = model.encoders[0]
    answer = call(Client(camera.address), model, configuration2(main.token, "H265", 1920, 1080, *numbers))
    highest = {"bitrate_kbps": main.bitrate_kbps[1], "fps": max(main.fps), "gop": main.gop[1]}[clamped]
    if model.clamps:
        assert answer.status == 200
        encoders: Any = camera.snapshot()["encoders"]
        assert encoders["main"][clamped] == highest
    else:
        assert "ter:ConfigModify" in answer
        assert camera.snapshot()["encoders"] == before


@pytest.mark.parametrize("service", ["trt", "tr2"])
def test_a_partial_configuration_is_refused_by_axis_and_taken_by_others(lab: Lab, service: str) -> None:
    for model, status in ((AXIS, 400), (GENERIC, 200)):
        camera = lab.camera(model)
        persistence = "<trt:ForcePersistence>true</trt:ForcePersistence>" if service == "trt" else ""
        body = (
            f'<{service}:SetVideoEncoderConfiguration><{service}:Configuration token="{model.encoders[1].token}">'
            "<tt:Encoding>H264</tt:Encoding><tt:Resolution><tt:Width>640</tt:Width><tt:Height>360</tt:Height>"
            f"</tt:Resolution></{service}:Configuration>{persistence}</{service}:SetVideoEncoderConfiguration>"
        )
        assert Client(camera.address).signed(body, LOGIN).status == status
        encoders: Any = camera.snapshot()["encoders"]
        assert (encoders["sub"]["height_px"] == 360) is (status == 200)


def test_unknown_tokens_and_codecs(lab: Lab) -> None:
    camera = lab.camera(CPPLUS)
    client = Client(camera.address)
    assert "ter:NoConfig" in client.signed(configuration2("none", "H264", 1920, 1080, 25, 4096, 50), LOGIN)
    assert "ter:ConfigModify" in client.signed(configuration2("00000", "JPEG", 1920, 1080, 25, 4096, 50), LOGIN)
    body = "<trt:GetSnapshotUri><trt:ProfileToken>none</trt:ProfileToken></trt:GetSnapshotUri>"
    assert "ter:NoProfile" in client.signed(body, LOGIN)
