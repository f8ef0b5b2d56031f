"""Reads cameras with onvif-zeep as its README has it, one after the other. Input and output as the raw reader's."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import onvif

from tests.peers.camera_reads import READS, Measured

WSDL = Path(onvif.__file__).parents[1] / "wsdl"


def read(host: str, port: int, user: str, password: str) -> bool:
    camera = onvif.ONVIFCamera(host, port, user, password, str(WSDL), adjust_time=True)
    media = camera.create_media_service()
    answers = [getattr(media if name == "GetProfiles" else camera.devicemgmt, name)() for name in READS]
    return all(answer is not None for answer in answers)


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    with Measured() as run:
        for address, number in asked["hosts"].values():
            run.count(read(address, number, asked["user"], asked["password"]))
    print(run.told())
