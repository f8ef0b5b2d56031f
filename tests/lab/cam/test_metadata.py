"""The metadata of the streams: told, set, given to profiles and taken away, through both media services."""

from __future__ import annotations

from typing import Any

import pytest

from iccc.lab.camera import LabCamera
from iccc.lab.camera_model import AXIS, CPPLUS, DOME, GENERIC, HIKVISION, CameraModel
from iccc.lab.device import Fault
from tests.lab.cam.asking import ask, done
from tests.lab.cam.conftest import Lab

MAKES = [AXIS, HIKVISION, CPPLUS, GENERIC]
ALL = "<tr2:GetProfiles><tr2:Type>Metadata</tr2:Type></tr2:GetProfiles>"
TOPIC = (
    '<tt:Events><n:Filter xmlns:n="http://docs.oasis-open.org/wsn/b-2"><n:TopicExpression '
    'Dialect="http://docs.oasis-open.org/wsn/t-1/TopicExpression/Concrete">tns1:RuleEngine//.</n:TopicExpression>'
    "</n:Filter></tt:Events>"
)
END = (
    "<tt:Multicast><tt:Address><tt:Type>IPv4</tt:Type><tt:IPv4Address>0.0.0.0</tt:IPv4Address></tt:Address>"
    "<tt:Port>0</tt:Port><tt:TTL>5</tt:TTL><tt:AutoStart>false</tt:AutoStart></tt:Multicast>"
    "<tt:SessionTimeout>PT60S</tt:SessionTimeout>"
)


def setting(model: CameraModel, service: str, inner: str, end: str = END) -> str:
    assert model.metadata is not None
    entry = f'<{service}:Configuration token="{model.metadata.token}"><tt:Name>m</tt:Name><tt:UseCount>1</tt:UseCount>'
    keep = "<trt:ForcePersistence>true</trt:ForcePersistence>" if service == "trt" else ""
    return (
        f"<{service}:SetMetadataConfiguration>{entry}{inner}{end}</{service}:Configuration>{keep}"
        f"</{service}:SetMetadataConfiguration>"
    )


def given(operation: str, profile: str, token: str) -> str:
    ref = f"<tr2:Configuration><tr2:Type>Metadata</tr2:Type><tr2:Token>{token}</tr2:Token></tr2:Configuration>"
    return f"<tr2:{operation}><tr2:ProfileToken>{profile}</tr2:ProfileToken>{ref}</tr2:{operation}>"


def kept(camera: LabCamera) -> Any:
    return camera.snapshot()["metadata"]


@pytest.mark.parametrize("model", MAKES, ids=lambda model: model.manufacturer)
def test_set_and_told_by_media2(lab: Lab, model: CameraModel) -> None:
    assert model.metadata is not None
    camera = lab.camera(model)
    factory = kept(camera)
    done(camera, setting(model, "tr2", f"{TOPIC}<tt:Analytics>true</tt:Analytics>"))
    assert kept(camera) == {**factory, "events": True, "analytics": True, "topics": "tns1:RuleEngine//."}
    told = done(camera, "<tr2:GetMetadataConfigurations/>")
    assert told.value("TopicExpression") == "tns1:RuleEngine//."
    assert (told.value("Analytics"), told.value("UseCount")) == ("true", str(len(model.metadata.profiles)))
    done(camera, setting(model, "tr2", ""))
    assert kept(camera)["events"] is model.metadata.events_always
    assert kept(camera)["analytics"] is False
    assert camera.counters.sets == 2
    supported = done(camera, "<tr2:GetMetadataConfigurationOptions/>").value("PanTiltStatusSupported")
    assert supported == str(model.ptz is not None).lower()


@pytest.mark.parametrize("model", MAKES, ids=lambda model: model.manufacturer)
def test_profiles_get_it_and_lose_it(lab: Lab, model: CameraModel) -> None:
    assert model.metadata is not None
    camera, token = lab.camera(model), model.metadata.token
    main, sub = (options.profile_token for options in model.encoders)
    for profile in (main, sub):
        done(camera, given("AddConfiguration", profile, token))
    assert kept(camera)["streams"] == ["main", "sub"]
    assert done(camera, ALL).body.count(b"</tr2:Metadata>") == 2
    seen_by_media1 = 2 if model.metadata.in_media1 else 0
    assert done(camera, "<trt:GetProfiles/>").body.count(b"</tt:MetadataConfiguration>") == seen_by_media1
    done(camera, given("RemoveConfiguration", main, token))
    assert kept(camera)["streams"] == ["sub"]
    assert "ter:NoConfig" in ask(camera, given("AddConfiguration", main, "none"))
    assert "ter:NoProfile" in ask(camera, given("AddConfiguration", "none", token))


def test_the_same_through_media1(lab: Lab) -> None:
    camera = lab.camera(GENERIC)
    profile = "<trt:ProfileToken>main</trt:ProfileToken>"
    fitting = done(
        camera, f"<trt:GetCompatibleMetadataConfigurations>{profile}</trt:GetCompatibleMetadataConfigurations>"
    )
    assert b'token="metadata"' in fitting.body
    token = "<trt:ConfigurationToken>metadata</trt:ConfigurationToken>"
    done(camera, f"<trt:AddMetadataConfiguration>{profile}{token}</trt:AddMetadataConfiguration>")
    done(camera, setting(GENERIC, "trt", "<tt:Events/>"))
    assert (kept(camera)["events"], kept(camera)["streams"]) == (True, ["main"])
    done(camera, f"<trt:RemoveMetadataConfiguration>{profile}</trt:RemoveMetadataConfiguration>")
    assert kept(camera)["streams"] == []
    done(camera, "<trt:GetMetadataConfigurations/>")
    done(camera, "<trt:GetMetadataConfigurationOptions/>")


def test_what_is_refused(lab: Lab) -> None:
    ptz = "<tt:PTZStatus><tt:Status>true</tt:Status><tt:Position>true</tt:Position></tt:PTZStatus>"
    generic, axis, hikvision, dome = (lab.camera(model) for model in (GENERIC, AXIS, HIKVISION, DOME))
    assert "there is no PTZ" in ask(generic, setting(GENERIC, "tr2", ptz))
    done(axis, setting(AXIS, "tr2", ptz))
    assert (kept(axis)["ptz_status"], kept(axis)["ptz_position"]) == (True, True)
    assert "ter:ActionNotSupported" in ask(hikvision, "<trt:GetMetadataConfigurations/>")
    assert "ter:ActionNotSupported" in ask(dome, "<tr2:GetMetadataConfigurations/>")
    assert kept(dome) == {}
    unknown = setting(GENERIC, "tr2", "").replace('token="metadata"', 'token="none"')
    assert "ter:NoConfig" in ask(generic, unknown)
    assert generic.counters.sets == 0


def test_accepted_and_nothing_changes(lab: Lab) -> None:
    camera = lab.camera(AXIS)
    before = camera.snapshot()
    camera.fault = Fault.IGNORES
    done(camera, setting(AXIS, "tr2", "<tt:Events/>"))
    done(camera, given("RemoveConfiguration", AXIS.encoders[0].profile_token, "default"))
    assert camera.snapshot() == before
    assert camera.counters.sets == 2


def test_somebody_else_changes_it(lab: Lab) -> None:
    camera = lab.camera(CPPLUS)
    camera.inject("metadata.analytics", True)
    camera.inject("metadata.sub", "true")
    assert (kept(camera)["analytics"], kept(camera)["streams"]) == (True, ["main", "sub"])
    with pytest.raises(KeyError, match="metadata.<main|sub|events"):
        camera.inject("metadata.third", True)
    with pytest.raises(ValueError, match="true, false"):
        camera.inject("metadata.events", "loud")
    with pytest.raises(KeyError, match="no metadata"):
        lab.camera(DOME).inject("metadata.events", True)
    camera.factory_reset()
    assert kept(camera)["streams"] == ["main"]
