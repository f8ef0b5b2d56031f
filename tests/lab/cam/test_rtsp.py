"""RTSP, and parameter sets that a decoder of another hand reads the size from."""

from __future__ import annotations

import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iccc.lab.camera import LabCamera
from iccc.lab.rtsp_parameter_sets import h264, h265
from tests.lab.cam.client import describe, rtsp
from tests.lab.cam.conftest import LOGIN, Lab


class Reader:
    """Reads syntax elements of a NAL unit."""

    def __init__(self, nal: bytes, header: int) -> None:
        payload = nal[header:].replace(b"\0\0\x03", b"\0\0")
        self._bits = "".join(f"{byte:08b}" for byte in payload)
        self._at = 0

    def u(self, width: int) -> int:
        value = int(self._bits[self._at : self._at + width], 2)
        self._at += width
        return value

    def ue(self) -> int:
        zeros = 0
        while self.u(1) == 0:
            zeros += 1
        return (1 << zeros) - 1 + (self.u(zeros) if zeros else 0)


def h264_size(sps: bytes) -> tuple[int, int]:
    reader = Reader(sps, 1)
    profile = reader.u(8)
    reader.u(16)
    reader.ue()
    if profile == 100:
        assert [reader.ue(), reader.ue(), reader.ue(), reader.u(1), reader.u(1)] == [1, 0, 0, 0, 0]
    reader.ue()
    assert reader.ue() == 2
    reader.ue()
    reader.u(1)
    width, height = (reader.ue() + 1) * 16, (reader.ue() + 1) * 16
    assert reader.u(1) == 1
    reader.u(1)
    if reader.u(1):
        left, right, top, bottom = (reader.ue() for _ in range(4))
        width, height = width - 2 * (left + right), height - 2 * (top + bottom)
    return width, height


def h265_size(sps: bytes) -> tuple[int, int]:
    reader = Reader(sps, 2)
    assert [reader.u(4), reader.u(3), reader.u(1)] == [0, 0, 1]
    assert reader.u(8) == 1
    reader.u(32)
    reader.u(48)
    assert reader.u(8) % 3 == 0
    assert [reader.ue(), reader.ue()] == [0, 1]
    width, height = reader.ue(), reader.ue()
    if reader.u(1):
        left, right, top, bottom = (reader.ue() for _ in range(4))
        width, height = width - 2 * (left + right), height - 2 * (top + bottom)
    return width, height


even = st.integers(8, 4096).map(lambda half: half * 2)


@given(even, even, st.sampled_from(["Baseline", "Main", "High"]))
def test_h264_says_its_size(width: int, height: int, profile: str) -> None:
    sps, pps = h264(width, height, 25, profile)
    assert h264_size(sps) == (width, height)
    for nal in (sps, pps):
        assert not re.search(rb"\0\0[\0\1\2]", nal)


@given(even, even)
def test_h265_says_its_size(width: int, height: int) -> None:
    vps, sps, pps = h265(width, height)
    assert h265_size(sps) == (width, height)
    assert [nal[0] >> 1 for nal in (vps, sps, pps)] == [32, 33, 34]
    for nal in (vps, sps, pps):
        assert not re.search(rb"\0\0[\0\1\2]", nal)


def test_describe_follows_the_encoder(camera: LabCamera) -> None:
    url = f"rtsp://{camera.address}:20554/live/main"
    for codec, size in (("H264", (1920, 1080)), ("H265", (3840, 2160)), ("H264", (1280, 720)), ("JPEG", (1280, 720))):
        camera.inject("encoders.main.codec", codec)
        camera.inject("encoders.main.resolution", f"{size[0]}x{size[1]}")
        answer = describe(camera.address, url, LOGIN)
        assert (answer.status, dict(answer.headers)["CSeq"]) == (200, "7")
        text = answer.body.decode()
        assert f"{codec}/90000" in text
        assert f"a=x-dimensions:{size[0]},{size[1]}\r\n" in text
        if codec == "H264":
            sprop = re.search(r"sprop-parameter-sets=([^,;\s]+)", text)
            assert sprop and h264_size(base64.b64decode(sprop[1])) == size
        elif codec == "H265":
            sprop = re.search(r"sprop-sps=([^;\s]+)", text)
            assert sprop and h265_size(base64.b64decode(sprop[1])) == size


def test_what_rtsp_refuses(lab: Lab) -> None:
    camera = lab.camera()
    url = f"rtsp://{camera.address}:20554"
    assert "DESCRIBE" in dict(rtsp(camera.address, "OPTIONS", url).headers)["Public"]
    assert describe(camera.address, f"{url}/live/third", LOGIN).status == 404
    assert describe(camera.address, f"{url}/live/main", ("admin", "wrong-1")).status == 401
    assert rtsp(camera.address, "SETUP", f"{url}/live/main/trackID=1").status == 401
    assert rtsp(camera.address, "RECORD", url).status == 501
    camera.inject("users.viewer", "User")
    assert describe(camera.address, f"{url}/live/main", ("viewer", "changed-1")).status == 200


@pytest.mark.parametrize(("field", "value"), [("enabled", False), ("port", 8554)])
def test_rtsp_that_is_off_or_elsewhere_ends_connections(camera: LabCamera, field: str, value: object) -> None:
    camera.inject(f"protocols.rtsp.{field}", value)
    with pytest.raises(ConnectionError):
        rtsp(camera.address, "OPTIONS", f"rtsp://{camera.address}:20554/live/main")
