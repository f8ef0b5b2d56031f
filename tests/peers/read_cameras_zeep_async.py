"""Reads cameras with onvif-zeep-async, in the peer's environment. Input and output as the raw reader's."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import onvif

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.peers.camera_reads import READS, Measured  # noqa: E402  its environment does not know us

WSDL = Path(onvif.__file__).parent / "wsdl"


async def read(host: str, port: int, user: str, password: str) -> bool:
    camera = onvif.ONVIFCamera(host, port, user, password, str(WSDL), adjust_time=True)
    try:
        await camera.update_xaddrs()
        device, media = await camera.create_devicemgmt_service(), await camera.create_media_service()
        answers = [await getattr(media if name == "GetProfiles" else device, name)() for name in READS]
        return all(answer is not None for answer in answers)
    finally:
        await camera.close()


async def read_all(asked: dict[str, Any], measured: Measured) -> None:
    left = iter(asked["hosts"].values())

    async def lane() -> None:
        for address, number in left:
            try:
                done = await read(address, number, asked["user"], asked["password"])
            except onvif.ONVIFError as error:
                print(f"{address}: {error}", file=sys.stderr)
                done = False
            measured.count(done)

    await asyncio.gather(*(lane() for _ in range(asked["at_once"])))


if __name__ == "__main__":
    told = json.load(sys.stdin)
    with Measured() as run:
        asyncio.run(read_all(told, run))
    print(run.told())
