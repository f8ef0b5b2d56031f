"""Rules of each make: told, made, changed, taken away and refused, and the engine of motion in cells."""

from __future__ import annotations

from typing import Any

import pytest

from iccc.lab.camera import LabCamera
from iccc.lab.camera_analytics import ANALYTICS
from iccc.lab.camera_model import AXIS, CPPLUS, GENERIC, HIKVISION, CameraModel
from iccc.lab.device import Fault
from tests.lab.cam.asking import ask, done
from tests.lab.cam.client import Client
from tests.lab.cam.conftest import LOGIN, Lab

MAKES = [AXIS, HIKVISION, CPPLUS]
POINTS = '<tt:Point x="-1" y="-1"/><tt:Point x="0" y="1"/><tt:Point x="1" y="-1"/>'


def region(name: str, sensitivity: str = "0.6", armed: str = "true") -> str:
    return (
        f'<tan:Rule Name="{name}" Type="tt:MotionRegionDetector"><tt:Parameters><tt:ElementItem Name="MotionRegion">'
        f'<axt:MotionRegionConfig Armed="{armed}" Sensitivity="{sensitivity}"><tt:Polygon>{POINTS}</tt:Polygon>'
        "</axt:MotionRegionConfig></tt:ElementItem></tt:Parameters></tan:Rule>"
    )


def cells(name: str) -> str:
    items = {"MinCount": "4", "AlarmOnDelay": "1000", "AlarmOffDelay": "1000", "ActiveCells": "0P8A8A=="}
    inner = "".join(f'<tt:SimpleItem Name="{item}" Value="{value}"/>' for item, value in items.items())
    return f'<tan:Rule Name="{name}" Type="tt:CellMotionDetector"><tt:Parameters>{inner}</tt:Parameters></tan:Rule>'


def asked(model: CameraModel, name: str, inner: str = "", before: str = "") -> str:
    token = model.analytics.token if model.analytics else "none"
    return f"<tan:{name}>{before}<tan:ConfigurationToken>{token}</tan:ConfigurationToken>{inner}</tan:{name}>"


def kept(camera: LabCamera) -> Any:
    return camera.snapshot()["analytics"]


@pytest.mark.parametrize("model", MAKES, ids=lambda model: model.manufacturer)
def test_every_get_and_the_profiles_are_valid(lab: Lab, model: CameraModel) -> None:
    assert model.analytics is not None
    camera = lab.camera(model)
    for name in (name for name in ANALYTICS if name.startswith("Get")):
        done(camera, "<tan:GetServiceCapabilities/>" if name == "GetServiceCapabilities" else asked(model, name))
    told = done(camera, asked(model, "GetSupportedRules"))
    assert all(f'Name="tt:{name}"' in told for name in model.analytics.types)
    for body in (
        "<tr2:GetProfiles><tr2:Type>Analytics</tr2:Type></tr2:GetProfiles>",
        "<trt:GetProfiles/>",
        "<tds:GetCapabilities/>",
        "<tds:GetServices><tds:IncludeCapability>true</tds:IncludeCapability></tds:GetServices>",
    ):
        assert "nalytics" in done(camera, body)
    assert camera.counters.sets == 0


def test_regions_are_made_changed_and_taken_away(lab: Lab) -> None:
    camera = lab.camera(AXIS)
    done(camera, asked(AXIS, "CreateRules", region("one") + region("two", "0.2")))
    done(camera, asked(AXIS, "ModifyRules", region("two", "0.4", "false")))
    assert {name: (rule["sensitivity"], rule["armed"]) for name, rule in kept(camera)["rules"].items()} == {
        "one": (0.6, True),
        "two": (0.4, False),
    }
    assert len(kept(camera)["rules"]["one"]["polygon"]) == 3
    told = done(camera, asked(AXIS, "GetRules"))
    assert 'Armed="false" Sensitivity="0.4"' in told
    assert "ter:RuleAlreadyExistent" in ask(camera, asked(AXIS, "CreateRules", region("one")))
    assert "ter:RuleNotExistent" in ask(camera, asked(AXIS, "ModifyRules", region("three")))
    many = "".join(region(f"r{number}") for number in range(9))
    assert "ter:TooManyRules" in ask(camera, asked(AXIS, "CreateRules", many))
    done(camera, asked(AXIS, "DeleteRules", "<tan:RuleName>one</tan:RuleName>"))
    assert list(kept(camera)["rules"]) == ["two"]
    assert "ter:RuleNotExistent" in ask(camera, asked(AXIS, "DeleteRules", "<tan:RuleName>one</tan:RuleName>"))


def test_tampering_needs_what_its_options_tell(lab: Lab) -> None:
    camera = lab.camera(AXIS)
    told = done(camera, asked(AXIS, "GetRuleOptions", before="<tan:RuleType>tt:TamperingDetection</tan:RuleType>"))
    assert told.all("Item") == ["GlobalSceneChange", "ImageTooDark", "ImageTooBright"]
    items = '<tt:SimpleItem Name="Mode" Value="GlobalSceneChange"/>'
    head = '<tan:Rule Name="t" Type="tt:TamperingDetection"><tt:Parameters>{}</tt:Parameters></tan:Rule>'
    refused = ask(camera, asked(AXIS, "CreateRules", head.format(items)))
    assert "ter:InvalidRule" in refused and "Duration is missing" in refused
    duration = '<tt:SimpleItem Name="Duration" Value="PT1S"/>'
    done(camera, asked(AXIS, "CreateRules", head.format(items + duration)))
    assert kept(camera)["rules"]["t"]["type"] == "TamperingDetection"


def test_rules_of_the_camera_itself(lab: Lab) -> None:
    camera = lab.camera(HIKVISION)
    assert list(kept(camera)["rules"]) == ["MyMotionDetectorRule", "MyTamperDetectorRule"]
    assert "ter:TooManyRules" in ask(camera, asked(HIKVISION, "CreateRules", cells("mine")))
    gone = asked(HIKVISION, "DeleteRules", "<tan:RuleName>MyTamperDetectorRule</tan:RuleName>")
    assert "ter:ConflictingConfig" in ask(camera, gone)
    other = lab.camera(CPPLUS)
    done(other, asked(CPPLUS, "CreateRules", cells("mine")))
    done(other, asked(CPPLUS, "DeleteRules", "<tan:RuleName>tt:CellMotionDetector</tan:RuleName>"))
    assert list(kept(other)["rules"]) == ["mine"]
    assert "maxInstances" not in done(other, asked(CPPLUS, "GetSupportedRules"))


def test_the_engine_has_a_sensitivity_in_steps(lab: Lab) -> None:
    camera = lab.camera(HIKVISION)
    told = done(camera, asked(HIKVISION, "GetAnalyticsModules")).body.decode()
    assert 'Columns="22" Rows="18"' in told and 'Name="Sensitivity" Value="60"' in told
    module = (
        '<tan:AnalyticsModule Name="{}" Type="tt:CellMotionEngine"><tt:Parameters>'
        '<tt:SimpleItem Name="Sensitivity" Value="{}"/></tt:Parameters></tan:AnalyticsModule>'
    )
    done(camera, asked(HIKVISION, "ModifyAnalyticsModules", module.format("MyCellMotionModule", 47)))
    assert kept(camera)["sensitivity"] == 40
    refused = ask(camera, asked(HIKVISION, "ModifyAnalyticsModules", module.format("MyCellMotionModule", 101)))
    assert "not between 0 and 100" in refused
    assert "NotExistent" in ask(camera, asked(HIKVISION, "ModifyAnalyticsModules", module.format("none", 10)))


def test_what_is_refused(lab: Lab) -> None:
    axis, generic = lab.camera(AXIS), lab.camera(GENERIC)
    assert "ter:ActionNotSupported" in ask(generic, asked(GENERIC, "GetRules"))
    assert kept(generic) == {}
    assert "ter:NoConfig" in ask(axis, asked(HIKVISION, "GetRules"))
    assert "there are no rules CellMotionDetector" in ask(axis, asked(AXIS, "CreateRules", cells("x")))
    assert "is not between 0 and 1" in ask(axis, asked(AXIS, "CreateRules", region("x", "60")))
    assert axis.counters.sets == 0
    before = axis.snapshot()
    axis.fault = Fault.IGNORES
    done(axis, asked(AXIS, "CreateRules", region("x")))
    assert (axis.snapshot(), axis.counters.sets) == (before, 1)


def test_a_prefix_that_nobody_declared_is_refused(lab: Lab) -> None:
    """Type is a QName: a camera of a strict make looks its prefix up."""
    camera = lab.camera(AXIS)
    body = asked(AXIS, "CreateRules", region("x").replace('Type="tt:', 'Type="other:'))
    client = Client(camera.address)
    answer = client.signed(body, LOGIN)
    client.close()
    assert "prefix other is not declared" in answer


def test_somebody_else_changes_them(lab: Lab) -> None:
    camera = lab.camera(AXIS)
    camera.inject("analytics.rules.theirs", "MotionRegionDetector")
    camera.inject("analytics.rules.theirs.armed", False)
    camera.inject("analytics.rules.theirs.sensitivity", 30)
    assert kept(camera)["rules"]["theirs"]["sensitivity"] == 0.3
    camera.inject("analytics.sensitivity", 10)
    with pytest.raises(ValueError, match="MotionRegionDetector"):
        camera.inject("analytics.rules.x", "LineDetector")
    with pytest.raises(KeyError, match="there is no rule none"):
        camera.inject("analytics.rules.none.armed", True)
    with pytest.raises(KeyError, match="no analytics"):
        lab.camera(GENERIC).inject("analytics.sensitivity", 10)
    camera.inject("analytics.rules.theirs", None)
    assert kept(camera)["rules"] == {}
