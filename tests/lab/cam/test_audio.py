"""Sound in the profiles, taken away and put back through both media services."""

from __future__ import annotations

from typing import Any

import pytest

from iccc.lab.camera import LabCamera
from iccc.lab.camera_model import AXIS, CPPLUS, GENERIC, HIKVISION, CameraModel
from iccc.lab.device import Fault
from tests.lab.cam.asking import ask, done
from tests.lab.cam.conftest import Lab

ALL = "<tr2:GetProfiles><tr2:Type>All</tr2:Type></tr2:GetProfiles>"
SOUND = {"source": True, "encoder": True}
SILENCE = {"source": False, "encoder": False}


def by_media1(operation: str, profile: str, token: str = "") -> str:
    given = f"<trt:ConfigurationToken>{token}</trt:ConfigurationToken>" if token else ""
    return f"<trt:{operation}><trt:ProfileToken>{profile}</trt:ProfileToken>{given}</trt:{operation}>"


def by_media2(operation: str, profile: str, *kinds: tuple[str, str]) -> str:
    refs = ""
    for kind, token in kinds:
        given = f"<tr2:Token>{token}</tr2:Token>" if token else ""
        refs += f"<tr2:Configuration><tr2:Type>{kind}</tr2:Type>{given}</tr2:Configuration>"
    return f"<tr2:{operation}><tr2:ProfileToken>{profile}</tr2:ProfileToken>{refs}</tr2:{operation}>"


def kept(camera: LabCamera) -> Any:
    return camera.snapshot()["audio"]


@pytest.mark.parametrize("model", [AXIS, HIKVISION, GENERIC], ids=lambda model: model.manufacturer)
def test_sound_is_taken_away_and_put_back(lab: Lab, model: CameraModel) -> None:
    camera = lab.camera(model)
    options = camera.media.audio.offered()
    profile = model.encoders[0].profile_token
    factory = kept(camera)
    uses = len(options.factory)
    assert factory == {"main": SOUND, "sub": SOUND if model is not HIKVISION else SILENCE}
    assert done(camera, "<trt:GetProfiles/>").body.count(b"</tt:AudioEncoderConfiguration>") == uses
    assert done(camera, ALL).body.count(b"</tr2:AudioEncoder>") == uses

    done(camera, by_media1("RemoveAudioEncoderConfiguration", profile))
    done(camera, by_media1("RemoveAudioSourceConfiguration", profile))
    assert kept(camera) == {**factory, "main": SILENCE}
    assert done(camera, "<trt:GetProfiles/>").body.count(b"</tt:AudioSourceConfiguration>") == uses - 1
    for service, name in (("trt", options.encoding[0]), ("tr2", options.encoding[1])):
        seen = done(camera, f"<{service}:GetAudioEncoderConfigurations/>")
        assert (seen.value("Encoding"), seen.value("UseCount")) == (name, str(uses - 1))
        assert done(camera, f"<{service}:GetAudioSourceConfigurations/>").value("UseCount") == str(uses - 1)
    assert done(camera, "<trt:GetAudioSources/>").value("Channels") == "1"

    encoder, source = ("AudioEncoder", options.encoder_token), ("AudioSource", options.source_config_token)
    assert "ter:ConfigurationConflict" in ask(camera, by_media2("AddConfiguration", profile, encoder))
    done(camera, by_media2("AddConfiguration", profile, encoder, source))
    assert kept(camera) == factory
    for _ in range(2):  # what is not there is ignored
        done(
            camera,
            by_media2("RemoveConfiguration", profile, ("AudioEncoder", ""), ("AudioSource", ""), ("Metadata", "")),
        )
        assert kept(camera)["main"] == SILENCE
    assert "</tr2:AudioSource>" not in done(camera, ALL).body.decode().split("</tr2:Profiles>")[0]
    adding = by_media1("AddAudioEncoderConfiguration", profile, options.encoder_token)
    assert "ter:ConfigurationConflict" in ask(camera, adding)
    done(camera, by_media1("AddAudioSourceConfiguration", profile, options.source_config_token))
    done(camera, adding)
    assert kept(camera) == factory
    assert camera.counters.sets == 7


def test_wrong_tokens_and_the_video_of_a_fixed_profile(lab: Lab) -> None:
    camera = lab.camera(AXIS)
    profile = AXIS.encoders[0].profile_token
    before = camera.snapshot()
    assert "ter:NoProfile" in ask(camera, by_media1("RemoveAudioEncoderConfiguration", "none"))
    assert "ter:NoConfig" in ask(camera, by_media1("AddAudioSourceConfiguration", profile, "none"))
    assert "ter:NoProfile" in ask(camera, by_media2("RemoveConfiguration", "none", ("AudioEncoder", "")))
    for kind in (("AudioEncoder", "none"), ("AudioEncoder", ""), ("Metadata", "none"), ("Metadata", "")):
        assert "ter:NoConfig" in ask(camera, by_media2("AddConfiguration", profile, kind))
    for name in ("All", "VideoSource", "VideoEncoder"):
        assert "ter:ConfigurationConflict" in ask(camera, by_media2("RemoveConfiguration", profile, (name, "")))
    unknown = (
        "<tr2:GetAudioEncoderConfigurations><tr2:ConfigurationToken>none</tr2:ConfigurationToken>"
        "</tr2:GetAudioEncoderConfigurations>"
    )
    assert "ter:NoConfig" in ask(camera, unknown)
    assert camera.snapshot() == before
    assert camera.counters.sets == 0


def test_a_make_without_a_microphone(lab: Lab) -> None:
    camera = lab.camera(CPPLUS)
    profile = CPPLUS.encoders[0].profile_token
    assert kept(camera) == {}
    assert b"Audio" not in done(camera, ALL).body + done(camera, "<trt:GetProfiles/>").body
    for body in (
        "<trt:GetAudioEncoderConfigurations/>",
        "<tr2:GetAudioEncoderConfigurations/>",
        "<tr2:GetAudioSourceConfigurations/>",
        by_media1("RemoveAudioEncoderConfiguration", profile),
    ):
        assert "ter:AudioNotSupported" in ask(camera, body)
    assert "ter:NoConfig" in ask(camera, by_media2("AddConfiguration", profile, ("AudioEncoder", "x")))
    done(camera, by_media2("RemoveConfiguration", profile, ("AudioEncoder", "")))
    with pytest.raises(KeyError, match="no audio"):
        camera.inject("audio.main", True)


def test_accepted_and_nothing_changes(lab: Lab) -> None:
    camera = lab.camera(GENERIC)
    before = camera.snapshot()
    camera.fault = Fault.IGNORES
    done(camera, by_media1("RemoveAudioEncoderConfiguration", "main"))
    done(camera, by_media2("RemoveConfiguration", "main", ("AudioEncoder", ""), ("AudioSource", "")))
    assert camera.snapshot() == before
    assert camera.counters.sets == 2


def test_somebody_else_turns_sound_on(lab: Lab) -> None:
    camera = lab.camera(HIKVISION)
    camera.inject("audio.sub", "true")
    camera.inject("audio.main.encoder", False)
    assert kept(camera) == {"main": {"source": True, "encoder": False}, "sub": SOUND}
    assert done(camera, ALL).body.count(b"</tr2:AudioEncoder>") == 1
    with pytest.raises(KeyError, match="audio.<main|sub>"):
        camera.inject("audio.third", True)
    with pytest.raises(ValueError, match="true, false"):
        camera.inject("audio.main", "loud")
    camera.factory_reset()
    assert kept(camera) == {"main": SOUND, "sub": SILENCE}
