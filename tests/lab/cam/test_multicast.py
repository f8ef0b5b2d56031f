"""Multicast of the streams: set with the encoder, started and stopped through both media services."""

from __future__ import annotations

from typing import Any

import pytest

from iccc.lab.camera import LabCamera
from iccc.lab.camera_model import AXIS, CPPLUS, GENERIC, HIKVISION, CameraModel
from iccc.lab.device import Fault
from tests.lab.cam.asking import ask, done
from tests.lab.cam.conftest import Lab


def encoder(model: CameraModel, service: str, address: str, port: int = 5004, ttl: int = 8, auto: str = "true") -> str:
    multicast = (
        f"<tt:Multicast><tt:Address><tt:Type>IPv4</tt:Type><tt:IPv4Address>{address}</tt:IPv4Address></tt:Address>"
        f"<tt:Port>{port}</tt:Port><tt:TTL>{ttl}</tt:TTL><tt:AutoStart>{auto}</tt:AutoStart></tt:Multicast>"
    )
    head = (
        f'<{service}:SetVideoEncoderConfiguration><{service}:Configuration token="{model.encoders[1].token}">'
        "<tt:Name>x</tt:Name><tt:UseCount>1</tt:UseCount><tt:Encoding>H264</tt:Encoding>"
        "<tt:Resolution><tt:Width>640</tt:Width><tt:Height>480</tt:Height></tt:Resolution>"
    )
    limits = "<tt:BitrateLimit>512</tt:BitrateLimit></tt:RateControl>"
    if service == "tr2":
        return (
            f"{head}<tt:RateControl><tt:FrameRateLimit>10</tt:FrameRateLimit>{limits}{multicast}"
            "<tt:Quality>4</tt:Quality></tr2:Configuration></tr2:SetVideoEncoderConfiguration>"
        )
    return (
        f"{head}<tt:Quality>4</tt:Quality><tt:RateControl><tt:FrameRateLimit>10</tt:FrameRateLimit>"
        f"<tt:EncodingInterval>1</tt:EncodingInterval>{limits}"
        "<tt:H264><tt:GovLength>20</tt:GovLength><tt:H264Profile>Main</tt:H264Profile></tt:H264>"
        f"{multicast}<tt:SessionTimeout>PT60S</tt:SessionTimeout></trt:Configuration>"
        "<trt:ForcePersistence>true</trt:ForcePersistence></trt:SetVideoEncoderConfiguration>"
    )


def streaming(service: str, verb: str, profile: str) -> str:
    name = f"{service}:{verb}MulticastStreaming"
    return f"<{name}><{service}:ProfileToken>{profile}</{service}:ProfileToken></{name}>"


def kept(camera: LabCamera, role: str = "sub") -> Any:
    encoders: Any = camera.snapshot()["encoders"]
    return encoders[role]["multicast"]


@pytest.mark.parametrize("service", ["trt", "tr2"])
@pytest.mark.parametrize("model", [AXIS, HIKVISION, CPPLUS, GENERIC], ids=lambda model: model.manufacturer)
def test_multicast_is_set_started_and_stopped(lab: Lab, model: CameraModel, service: str) -> None:
    camera = lab.camera(model)
    profile = model.encoders[1].profile_token
    done(camera, encoder(model, service, "239.1.2.3"))
    auto_start = model is not AXIS  # where only Start and Stop change it, as the standard says
    assert kept(camera) == {"address": "239.1.2.3", "port": 5004, "ttl": 8, "auto_start": auto_start}
    seen = done(camera, f"<{service}:GetVideoEncoderConfigurations/>")
    assert seen.all("IPv4Address")[-1] == "239.1.2.3"
    assert (seen.all("Port")[-1], seen.all("TTL")[-1]) == ("5004", "8")
    assert seen.all("AutoStart")[-1] == str(auto_start).lower()
    done(camera, streaming(service, "Start", profile))
    assert kept(camera)["auto_start"] is True
    camera.power_cut()
    assert kept(camera)["auto_start"] is True
    done(camera, encoder(model, service, "0.0.0.0", 0, auto="false"))
    assert kept(camera)["auto_start"] is (model is AXIS)
    done(camera, streaming(service, "Stop", profile))
    assert kept(camera) == {"address": "0.0.0.0", "port": 0, "ttl": 8, "auto_start": False}
    assert camera.counters.sets == 4


@pytest.mark.parametrize("service", ["trt", "tr2"])
def test_what_cannot_be(lab: Lab, service: str) -> None:
    camera = lab.camera(GENERIC)
    before = camera.snapshot()
    for bad in (
        encoder(GENERIC, service, "10.0.0.1"),
        encoder(GENERIC, service, "239.1.2.3", port=70_000),
        encoder(GENERIC, service, "239.1.2.3", ttl=256),
    ):
        assert "ter:ConfigModify" in ask(camera, bad)
    assert "ter:IncompleteConfiguration" in ask(camera, streaming(service, "Start", "sub"))
    assert "ter:NoProfile" in ask(camera, streaming(service, "Stop", "none"))
    assert camera.snapshot() == before
    assert camera.counters.sets == 0


def test_a_set_without_multicast_leaves_it(lab: Lab) -> None:
    camera = lab.camera(CPPLUS)
    before = kept(camera)
    body = encoder(CPPLUS, "tr2", "239.1.2.3")
    start, end = body.index("<tt:Multicast>"), body.index("</tt:Multicast>") + len("</tt:Multicast>")
    done(camera, body[:start] + body[end:])
    assert kept(camera) == before


def test_out_of_the_box_one_make_streams_to_all(lab: Lab) -> None:
    started = {model.manufacturer: kept(lab.camera(model), "main") for model in (AXIS, HIKVISION, CPPLUS, GENERIC)}
    assert [name for name, multicast in started.items() if multicast["auto_start"]] == ["CP PLUS"]
    assert started["CP PLUS"]["address"] == "224.1.2.4"


def test_accepted_and_nothing_changes(lab: Lab) -> None:
    camera = lab.camera(CPPLUS)
    before = camera.snapshot()
    camera.fault = Fault.IGNORES
    done(camera, streaming("tr2", "Stop", CPPLUS.encoders[0].profile_token))
    done(camera, encoder(CPPLUS, "tr2", "239.1.2.3"))
    assert camera.snapshot() == before
    assert camera.counters.sets == 2


def test_somebody_else_turns_multicast_on(lab: Lab) -> None:
    camera = lab.camera(GENERIC)
    for field, value in (("address", "239.9.9.9"), ("port", 6000), ("ttl", 64), ("auto_start", True)):
        camera.inject(f"encoders.sub.multicast.{field}", value)
    assert kept(camera) == {"address": "239.9.9.9", "port": 6000, "ttl": 64, "auto_start": True}
    for field, value, error, told in (
        ("address", "10.0.0.1", ValueError, "multicast address"),
        ("port", 70_000, ValueError, "65535"),
        ("speed", 1, KeyError, "address, port, ttl"),
    ):
        with pytest.raises(error, match=told):
            camera.inject(f"encoders.sub.multicast.{field}", value)
