"""The running configuration of 1,000 switches: ours, Nornir with netmiko, Ansible's ``ios_command``, on one lab.

``python -m tests.peers.fleet`` prints the table. Each reader is a process of its own; slow ones get a sample. The lab
has the same two cores, so CPU seconds say more than seconds.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from iccc.city.devices import City
from iccc.city.load import load_city
from iccc.sessions.cli import SSH_PORT
from iccc.sessions.dial import Dial, Target
from tests import demo
from tests.peers.environments import HERE, environment
from tests.scale.generate import KEY, generate

CAMERAS = 2000  # the lab plays them too; the switches are as many as ever
AT_ONCE = 32  # ours has the same by its settings
LONGEST_S = 300  # one reader
START_S = 120
SAMPLES = {"nornir": 1000, "ansible": 20}  # Ansible takes as long for each of 100: no start-up is in it
TITLES = {"nornir": "Nornir + netmiko", "ansible": "Ansible ios_command"}


@dataclass(frozen=True)
class Town:
    """The lab that runs, and where it was declared."""

    root: Path
    city: City

    def hosts(self, count: int) -> dict[str, tuple[str, int]]:
        """Where the first field switches answer."""
        dial = Dial(Target.LAB)
        field = [switch for switch in self.city.switches.values() if switch.role == "access"][:count]
        return {switch.name: dial(switch.address, SSH_PORT) for switch in field}

    def login(self) -> tuple[str, str]:
        """User and password that the technicians wrote down."""
        sheet = json.loads((self.root / "state" / "lab" / KEY / "commissioning.json").read_text(encoding="utf-8"))
        user, password = sheet["logins"]["switch"]
        return user, password


@contextmanager
def lab(cameras: int = CAMERAS) -> Iterator[Town]:
    """A factory-fresh lab of the generated city in a process of its own, which ends with the block."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        generate(root, cameras)
        shutil.copy(demo.ROOT / "pyinfra.cfg", root)
        shutil.copytree(demo.ROOT / "templates", root / "templates")
        log = root / "lab.log"
        with log.open("w", encoding="utf-8") as out:
            process = subprocess.Popen([*demo.ICCC, "lab", KEY], cwd=root, stdout=out, stderr=subprocess.STDOUT)
        try:
            _wait(process, log)
            yield Town(root, load_city(root, KEY))
        finally:
            process.terminate()
            process.wait(20)


def measure() -> dict[str, dict[str, Any]]:
    """For each reader ``{"devices", "seconds", "cpu_s"}`` and what a device costs it over ours; or ``{"reason"}``."""
    peers = {name: environment(name) for name in SAMPLES}  # before the lab is there: an installation takes a minute
    with lab() as town:
        whole = len(town.city.switches)
        drift = [*demo.ICCC, "drift", KEY, "--limit", "kind:switch", "-o", "drift.txt"]
        ours = _run([sys.executable, "-m", "tests.peers.read_ours", KEY], town.root, 0)
        figures = {
            "iccc, the running configuration alone": ours,
            "iccc drift: all of a switch, over SNMP too": _run(drift, town.root, 2, devices=whole),
        }
        user, password = town.login()
        for name, count in SAMPLES.items():
            peer = peers[name]
            asked = {"hosts": town.hosts(count), "user": user, "password": password, "at_once": AT_ONCE}
            figures[TITLES[name]] = (
                {"reason": peer.reason}
                if peer.reason
                else _run([str(peer.python), str(HERE / f"read_{name}.py")], town.root, 0, json.dumps(asked))
            )
    for found in figures.values():
        if "reason" not in found and "reason" not in ours:
            for what in ("seconds", "cpu_s"):
                each = found[what] / found["devices"] / (ours[what] / ours["devices"])
                found[f"{what}_ratio"] = round(each, 1)
    return figures


def table(figures: dict[str, dict[str, Any]]) -> str:
    """As ``make bench`` prints it."""
    lines = ["devices  seconds    CPU s   ms each  CPU ms each   ratios  show running-config of many switches"]
    for row, found in figures.items():
        if "reason" in found:
            lines.append(f"      -        -        -         -            -        -  {row}: {found['reason']}")
            continue
        count = found["devices"]
        ratios = f"{found['seconds_ratio']:.1f} {found['cpu_s_ratio']:.1f}" if "cpu_s_ratio" in found else "-"
        lines.append(
            f"{count:>7} {found['seconds']:>8.1f} {found['cpu_s']:>8.1f} {found['seconds'] / count * 1e3:>9.1f} "
            f"{found['cpu_s'] / count * 1e3:>12.1f} {ratios:>8}  {row}"
        )
    return "\n".join(lines)


def _wait(process: subprocess.Popen[bytes], log: Path) -> None:
    """Until the lab says that its devices stand as the technicians left them."""
    deadline = time.monotonic() + START_S
    while "factory state" not in log.read_text(encoding="utf-8"):
        if process.poll() is not None or time.monotonic() > deadline:
            sys.exit(f"no lab of {KEY}: {log.read_text(encoding='utf-8')}")
        time.sleep(0.1)


def _run(command: Sequence[str], root: Path, code: int, stdin: str = "", devices: int | None = None) -> dict[str, Any]:
    """A measured run. ``devices``: how many it reads, where it does not say so itself."""
    measured = subprocess.run(
        [sys.executable, "-m", "tests.peers.measure", str(LONGEST_S), *command],
        cwd=root, env={**os.environ, "PYTHONPATH": str(demo.ROOT)}, input=stdin,
        capture_output=True, text=True, check=True, timeout=LONGEST_S + 30,
    )  # fmt: skip
    told = json.loads(measured.stdout)
    if told["code"] != code:
        said = (told["err"] or told["out"]).strip().splitlines()
        return {"reason": f"exit code {told['code']}: {said[-1] if said else 'it said nothing'}"}
    if devices is None:
        counts = json.loads(told["out"].splitlines()[-1])
        if counts["failed"]:
            return {"reason": f"{counts['failed']} of {counts['read'] + counts['failed']} switches were not read"}
        devices = counts["read"]
    return {"devices": devices, "seconds": round(told["seconds"], 2), "cpu_s": round(told["cpu_s"], 2)}


if __name__ == "__main__":
    os.environ["ICCC_LOOPBACK_ONLY"] = "1"
    print(table(measure()))
