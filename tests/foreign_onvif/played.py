"""Kanpur in a folder of its own, played by a lab in a process of its own, with some junctions' cameras deployed."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from iccc.city.devices import City
from iccc.city.load import load_city
from iccc.clock import SystemClock
from iccc.lab.client import LabClient
from iccc.secrets import device_secret
from iccc.sessions.dial import Target
from iccc.state.secretfile import SecretFile
from tests.flow.declaration import FILES, HERE
from tests.flow.town import ICCC, environment

CITY = "kanpur"
FOLDERS = (f"cities/{CITY}", "catalogue", "templates", "deploys", "inventory")
PATIENCE_S = 200.0


@dataclass(frozen=True)
class Played:
    city: City
    lab: LabClient
    state: Path

    def password(self, device: str, user: str) -> str:
        """A managed password, from the encrypted store."""
        entry = SecretFile(self.state, Target.LAB, SystemClock(), environment={}).get(device_secret(device, user))
        assert entry is not None, f"no password of {user} on {device}"
        return entry.value.reveal()


@contextmanager
def deployed(root: Path, junctions: Sequence[str]) -> Iterator[Played]:
    """``root`` is an empty folder; all cameras of ``junctions`` are as declared, as ``iccc deploy`` says itself."""
    for folder in FOLDERS:
        shutil.copytree(HERE / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in FILES:
        shutil.copy(HERE / file, root / file)
    state = root / "state" / "lab" / CITY
    with (
        (root / "lab.log").open("wb") as log,
        subprocess.Popen((*ICCC, "lab", CITY), cwd=root, env=environment(), stdout=log, stderr=log) as process,
    ):
        try:
            lab = LabClient(state / "lab.sock")
            lab.wait()
            limits = [f"--limit={junction}&kind:camera" for junction in junctions]
            _run(root, "enrol", "--sheet", str(state / "commissioning.json"))
            why = ("--yes", "--anytime", "--reason", "foreign clients read it back", "--format", "json")
            rows = json.loads(_run(root, "deploy", *why, *limits, codes=(0, 2)))["rows"]
            left = {(row["path"].split("[")[0], row["status"]) for row in rows} - {("osd", "unsupported")}
            assert {status for _, status in left} == {"applied"}, left  # some makes draw no text
            yield Played(load_city(root, CITY), lab, state)
        finally:
            process.send_signal(signal.SIGTERM)


def _run(root: Path, command: str, *arguments: str, codes: Sequence[int] = (0,)) -> str:
    """What it says on its standard output."""
    done = subprocess.run(
        (*ICCC, command, CITY, *arguments), cwd=root, env=environment(), capture_output=True, text=True, check=False,
        timeout=PATIENCE_S,
    )  # fmt: skip
    assert done.returncode in codes, f"iccc {command}: {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done.stdout
