"""A spoilt message is flagged: whatever the lab could get wrong in an answer, and the product in a request."""

from __future__ import annotations

import re

import pytest

from iccc.lab.camera import LabCamera
from iccc.lab.camera_model import HIKVISION
from iccc.lab.onvif_soap import TDS, Access, Bound
from tests.lab.cam.client import Client
from tests.lab.cam.conftest import LOGIN, Lab
from tests.oracle.witness import Judge
from tests.oracle.xsd import validate

SOURCE = "<timg:VideoSourceToken>source_1</timg:VideoSourceToken>"
SPOILT = [
    ("GetDeviceInformation", "tds", "", r"<tds:Model>[^<]*</tds:Model>", ""),
    ("GetDeviceInformation", "tds", "", "tds:Model>", "tds:ModelName>"),
    ("GetSystemDateAndTime", "tds", "", "<tt:DateTimeType>Manual", "<tt:DateTimeType>manual"),
    ("GetSystemDateAndTime", "tds", "", r"<tt:Hour>\d+", "<tt:Hour>noon"),
    ("GetUsers", "tds", "", r"(<tt:Username>.*?</tt:Username>)(.*?</tt:UserLevel>)", r"\2\1"),
    ("GetHostname", "tds", "", "tt:Name>", "tds:Name>"),
    ("GetProfiles", "trt", "", r"<tt:Width>\d+", "<tt:Width>wide"),
    ("GetProfiles", "trt", "", r' token="[^"]*"', ""),
    ("GetProfiles", "tr2", "<tr2:Type>All</tr2:Type>", "<tt:Encoding>H265</tt:Encoding>", ""),
    ("GetVideoEncoderConfigurations", "tr2", "", r"<tt:BitrateLimit>\d+", "<tt:BitrateLimit>4.5"),
    ("GetOSDs", "tr2", "", r"<tt:Position>.*?</tt:Position>", ""),
    ("GetMasks", "tr2", "", "tr2:GetMasksResponse", "tr2:GetMaskResponse"),
    (
        "GetImagingSettings",
        "timg",
        "<timg:VideoSourceToken>source_1</timg:VideoSourceToken>",
        "<tt:Mode>ON",
        "<tt:Mode>YES",
    ),
]


@pytest.mark.parametrize(("action", "prefix", "inner", "found", "put"), SPOILT)
def test_a_spoilt_answer_is_flagged(
    lab: Lab,
    action: str,
    prefix: str,
    inner: str,
    found: str,
    put: str,
) -> None:
    camera = lab.camera(HIKVISION)
    camera.inject("imaging.wide_dynamic_range.mode", "ON")
    client = Client(camera.address)
    whole = client.digest_call(f"<{prefix}:{action}>{inner}</{prefix}:{action}>", LOGIN).body.decode()
    client.close()
    spoilt = re.sub(found, put, whole, count=2 if put.startswith(("tds:", "tr2:")) else 1, flags=re.DOTALL)
    assert spoilt != whole
    assert validate(whole.encode()) == []
    assert validate(spoilt.encode()) != []


class Slip(LabCamera):
    """A camera whose GetHostname was written with an element that no schema has."""

    def operation(self, namespace: str, name: str) -> Bound | None:
        if (namespace, name) == (TDS, "GetHostname"):
            inner = "<tds:GetHostnameResponse><tds:Hostname>x</tds:Hostname></tds:GetHostnameResponse>"
            return Bound(Access.PRE_AUTH, False, lambda _call: inner, lambda _call: inner)
        return super().operation(namespace, name)


def test_what_a_camera_answers_wrongly_is_flagged_once_and_what_it_is_asked_too(lab: Lab) -> None:
    camera = lab.witness.of(Slip)("cam", lab.address(), "02:00:0a:4d:02:01", HIKVISION, LOGIN)
    lab.serve(camera)
    client = Client(camera.address)
    for _ in range(2):
        client.call("<tds:GetHostname/>")
        client.call("<tds:GetHostname><tds:Name>x</tds:Name></tds:GetHostname>")
    client.close()
    judge = Judge()
    requests = judge.mistakes(list(lab.witness.requests))
    assert len(requests) == 1 and "HIKVISION GetHostname: " in requests[0]
    answers = judge.mistakes(list(lab.witness.answers))
    assert answers and all(answer.startswith("HIKVISION GetHostnameResponse: ") for answer in answers)
    assert judge.mistakes(lab.witness.taken()) == []
