"""Cameras of the generated city as after a deploy, in a process of their own that takes orders line by line.

``python -m tests.scale.cameras ROOT COUNT`` plays the first COUNT cameras, HTTP alone, with the passwords of the store
below ROOT. Each line on stdin is an order in JSON, each on stdout its answer:

``{"faults": {camera: [fault, delay_s]}, "set": {camera: {path: value}}}`` breaks and changes, ``{}`` counts.
"""

from __future__ import annotations

import asyncio
import gc
import json
import resource
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from iccc.camera.desired import desired
from iccc.camera.state import CameraState
from iccc.city.devices import Camera, City
from iccc.city.load import load_city
from iccc.clock import SystemClock
from iccc.lab.camera import LabCamera
from iccc.lab.camera_makes import model_for
from iccc.lab.device import Fault
from iccc.lab.onvif_state import User
from iccc.lab.serve import rss_mb
from iccc.lab.switch import hardware_address, lab_address
from iccc.secrets import device_secret
from iccc.sessions.dial import Target
from iccc.state.secretfile import SecretFile
from tests.scale.generate import KEY

BOOTSTRAP = ("admin", "factory-1")
START_S = 120


class CameraLab:
    """The other end of the process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def order(self, **what: Any) -> dict[str, Any]:
        """Give an order; what the cameras have counted since the one before, in all and each, and the memory."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()
        return self.heard()

    def heard(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, f"the cameras ended with {self._process.wait(5)}"
        told: dict[str, Any] = json.loads(line)
        return told


@contextmanager
def camera_lab(root: Path, count: int) -> Iterator[CameraLab]:
    """Cameras that run until the block ends."""
    command = [sys.executable, "-m", "tests.scale.cameras", str(root), str(count)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        lab = CameraLab(process)
        lab.heard()
        yield lab
    finally:
        process.terminate()
        process.wait(20)


def _as_declared(camera: Camera, city: City, passwords: Mapping[str, str]) -> LabCamera:
    """The camera as a deploy leaves it."""
    mac = camera.mac or hardware_address(camera.address)
    lab = LabCamera(camera.name, lab_address(camera.address), mac, model_for(camera.device_type), BOOTSTRAP)
    lab.tcp = lab.tcp[:1]  # no streams, no HTTPS: 7,000 cameras would need more sockets than a process may have
    wanted: CameraState = desired(camera, city).state
    state = lab.state
    state.ntp_servers, state.hostname = city.ntp_servers, camera.name
    lab.inject("time_mode", "NTP")
    lab.inject("time_zone", "IST-5:30")
    assert isinstance(wanted.location, Mapping) and isinstance(wanted.encoders, Mapping)
    for key, value in wanted.location.items():
        lab.inject(f"location.{key}", value)
    for user in city.camera_users:
        state.put_user(User(user.name, user.level, passwords[user.name]))
    for options, encoder in lab.media.all():
        stream = wanted.encoders[options.role]
        declared = {name: value for name, value in asdict(stream).items() if value is not None}
        lab.media.put(options.role, replace(encoder, **declared, profile="Main"))
    return lab


async def _serve(root: Path, count: int) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    city = load_city(root, KEY)
    secrets = SecretFile(root / "state" / "lab" / KEY, Target.LAB, SystemClock(), environment={})
    cameras: dict[str, LabCamera] = {}
    for camera in list(city.cameras.values())[:count]:
        entries = {user.name: secrets.get(device_secret(camera.name, user.name)) for user in city.camera_users}
        passwords = {name: entry.value.reveal() for name, entry in entries.items() if entry is not None}
        cameras[camera.name] = _as_declared(camera, city, passwords)
    del city, secrets
    for lab in cameras.values():
        await lab.plug()
    gc.collect()
    gc.freeze()
    print(json.dumps({}), flush=True)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        print(json.dumps(await _done(cameras, json.loads(line))), flush=True)


async def _done(cameras: Mapping[str, LabCamera], order: Mapping[str, Any]) -> dict[str, Any]:
    for name, (fault, delay_s) in order.get("faults", {}).items():
        lab = cameras[name]
        lab.fault, lab.delay_s = Fault(fault), delay_s
        lab.faulted()
        if lab.electric != lab.on_wire:
            await (lab.plug() if lab.electric else lab.unplug())
    for name, values in order.get("set", {}).items():
        for path, value in values.items():
            cameras[name].inject(path, value)
    told = {name: asdict(lab.counters) for name, lab in cameras.items()}
    for lab in cameras.values():
        vars(lab.counters).update(dict.fromkeys(vars(lab.counters), 0))
    return {"counters": told, "rss_mb": rss_mb()}


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), int(sys.argv[2])))
