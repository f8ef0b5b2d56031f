"""FFmpeg plays the streams of the lab's cameras: Digest, RTP over TCP, and pictures that its decoders take."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from iccc.lab.camera_model import AXIS, CPPLUS, GENERIC, HIKVISION, CameraModel
from tests.foreign_onvif.environments import PLACE
from tests.lab.cam.conftest import LOGIN, Lab
from tests.peers.environments import Environment, made_from

HERE = Path(__file__).parent
PICTURES = 30  # two groups of pictures at least
FOURCC = {"H264": "h264", "H265": "hevc"}


@pytest.fixture(scope="session")
def player() -> Environment:
    """Fails, with the reason, when it cannot be installed."""
    made = made_from(HERE / "opencv.lock", PLACE / "opencv")
    assert not made.reason, made.reason
    return made


@pytest.mark.parametrize("codec", FOURCC)
@pytest.mark.parametrize("model", [AXIS, CPPLUS, GENERIC, HIKVISION], ids=lambda model: model.manufacturer)
@pytest.mark.parametrize("size", [(2560, 1440), (1280, 720)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_streams_play(player: Environment, lab: Lab, model: CameraModel, codec: str, size: tuple[int, int]) -> None:
    camera = lab.camera(model)
    camera.inject("encoders.main.codec", codec)
    camera.inject("encoders.main.resolution", f"{size[0]}x{size[1]}")
    camera.inject("encoders.main.gop", 10)
    user, password = LOGIN
    url = f"rtsp://{user}:{password}@{camera.address}:20554{model.encoders[0].rtsp_path}"
    told = played(player, url)
    assert (told["codec"], told["width_px"], told["height_px"]) == (FOURCC[codec], *size)
    assert told["pictures"] == PICTURES
    assert 120 <= told["levels"][0] <= told["levels"][1] <= 136, "grey, and nothing broken in it"
    assert camera.counters.failures == 0 and (camera.counters.plays, camera.counters.teardowns) == (1, 1)


def played(player: Environment, url: str) -> dict[str, Any]:
    kept = {key: value for key, value in os.environ.items() if key in ("PATH", "LANG", "TMPDIR")}
    done = subprocess.run(
        [str(player.python), str(HERE / "player.py"), str(PICTURES)],
        env=kept, input=url, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))
