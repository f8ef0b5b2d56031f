"""802.1X configurations of a camera: kept, told without their password, changed and deleted."""

from __future__ import annotations

from iccc.lab.camera_model import AXIS, HIKVISION
from tests.lab.cam.asking import ask, done
from tests.lab.cam.conftest import Lab

ALL = "<tds:GetDot1XConfigurations/>"


PASSWORD = "<tt:Password>pass-1</tt:Password>"


def configuration(action: str, token: str = "x", method: int = 25, more: str = PASSWORD) -> str:
    inner = f"<tt:Dot1XConfigurationToken>{token}</tt:Dot1XConfigurationToken><tt:Identity>cam-1</tt:Identity>"
    inner += f"<tt:EAPMethod>{method}</tt:EAPMethod><tt:EAPMethodConfiguration>{more}</tt:EAPMethodConfiguration>"
    return f"<tds:{action}><tds:Dot1XConfiguration>{inner}</tds:Dot1XConfiguration></tds:{action}>"


def named(action: str, token: str) -> str:
    return f"<tds:{action}><tds:Dot1XConfigurationToken>{token}</tds:Dot1XConfigurationToken></tds:{action}>"


def test_a_configuration_from_its_making_to_its_end(lab: Lab) -> None:
    camera = lab.camera(AXIS)
    assert done(camera, ALL).all("Identity") == []
    done(camera, configuration("CreateDot1XConfiguration"))
    told = done(camera, ALL)
    assert (told.value("Identity"), told.value("EAPMethod")) == ("cam-1", "25")
    assert "pass-1" not in told and "pass-1" not in repr(camera.dot1x)
    more = "<tt:TLSConfiguration><tt:CertificateID>iccc</tt:CertificateID></tt:TLSConfiguration>"
    done(camera, configuration("SetDot1XConfiguration", method=13, more=more))
    assert done(camera, named("GetDot1XConfiguration", "x")).value("CertificateID") == "iccc"
    done(camera, named("DeleteDot1XConfiguration", "x"))
    assert camera.dot1x.held == ()


def test_what_cannot_be_is_refused(lab: Lab) -> None:
    camera = lab.camera(AXIS)
    assert ask(camera, configuration("SetDot1XConfiguration")).status == 400
    assert "EAPMethodNotSupported" in ask(camera, configuration("CreateDot1XConfiguration", method=99))
    done(camera, configuration("CreateDot1XConfiguration"))
    assert ask(camera, configuration("CreateDot1XConfiguration")).status == 400
    assert "MaxDot1X" in ask(camera, configuration("CreateDot1XConfiguration", "y"))
    assert ask(camera, named("DeleteDot1XConfiguration", "y")).status == 400
    camera.factory_reset()
    assert done(camera, ALL).all("Identity") == []
    assert ask(lab.camera(HIKVISION), ALL).status == 500
