"""``make demo``: the whole loop on Bilaspur, from factory state to the bill of materials, on a lab on loopback."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from iccc.lab.client import LabClient

CITY = "bilaspur"
CHECKED = {"bilaspur": 3, "kanpur": 2, "jhansi": 2, "sagar": 3}  # 2: findings, 3: open questions only
ROOT = Path(__file__).parents[1]
OUT = ROOT / "out" / CITY
STATE = ROOT / "state" / "lab" / CITY
ICCC = (sys.executable, "-c", "from iccc.cli.main import main; main()")


@dataclass(frozen=True)
class Seed:
    """A drift brought in through the lab's control socket, and the finding that has to come of it."""

    device: str
    path: str
    do: Callable[[LabClient], None]
    typed: bool = False  # by somebody, as the switch says afterwards

    @property
    def findings(self) -> set[tuple[str, str]]:
        return {(self.device, self.path), *([(self.device, "history.changed_s")] if self.typed else [])}


def _console(switch: str, path: str, *lines: str) -> Seed:
    def type_and_save(lab: LabClient) -> None:
        lab.lines(switch, *lines)
        lab.set(switch, "saved", True)

    return Seed(switch, path, type_and_save, typed=True)


def _foreign(device: str, path: str, setting: str, value: object) -> Seed:
    return Seed(device, path, lambda lab: lab.set(device, setting, value))


SEEDS = (
    _console("bsp-j02-sw1", "hostname", "hostname spare-7"),
    _console(
        "bsp-j03-sw2",
        "ports[GigabitEthernet1/2].description",
        "interface GigabitEthernet1/2",
        "description do not touch",
    ),
    _console("bsp-j05-sw4", "ntp_servers", "no ntp server 10.80.0.11"),
    _console("bsp-agg2", "syslog_hosts", "logging host 10.80.0.99"),
    _foreign("bsp-j07-c02", "encoders[main].bitrate_kbps", "encoders.main.bitrate_kbps", 2048),
    _foreign("bsp-j09-c21", "hostname", "hostname", "ptz-old"),
    _foreign("bsp-j11-c25", "users[recorder].level", "users.recorder.level", "Operator"),
    _foreign("bsp-j13-c41", "location[junction]", "location.junction", "Somewhere else"),
    _foreign("bsp-j17-c05", "time.ntp_servers", "ntp_servers", ["10.80.0.99"]),
    _foreign("bsp-rec04", "time.utc_offset_min", "time_zone", "UTC0"),
)


class Demo:
    """Runs the steps, says what each did and how long it took, and fails at the first that is not as it must be."""

    def __init__(self) -> None:
        self.began = time.monotonic()

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        print(f"\n== {title}", flush=True)
        began = time.monotonic()
        yield
        print(f"   ({time.monotonic() - began:.1f} s)", flush=True)

    def iccc(self, *arguments: str, code: int, save: str = "") -> str:
        """Run a command; its output, saved under ``out/`` too. Any other exit code than ``code`` is the end."""
        command = [*ICCC, *arguments]
        print(f"$ iccc {' '.join(arguments)}", flush=True)
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if save:
            (OUT / save).write_text(done.stdout, encoding="utf-8")
        if done.returncode != code:
            sys.exit(f"{done.stdout[-4000:]}\n{done.stderr[-4000:]}\nexit code {done.returncode}, expected {code}")
        return done.stdout


def tail(text: str, lines: int) -> None:
    print("\n".join(f"   {line}" for line in text.rstrip().splitlines()[-lines:]), flush=True)


@contextmanager
def lab() -> Iterator[LabClient]:
    """A factory-fresh lab in a process of its own, which ends with this one."""
    log = (OUT / "lab.log").open("w", encoding="utf-8")
    command = [*ICCC, "lab", CITY]
    process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
    try:
        client = LabClient(STATE / "lab.sock")
        client.wait(30)
        deadline = time.monotonic() + 30
        while "factory state" not in (OUT / "lab.log").read_text(encoding="utf-8"):
            if process.poll() is not None or time.monotonic() > deadline:
                sys.exit((OUT / "lab.log").read_text(encoding="utf-8"))
            time.sleep(0.05)
        yield client
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(10)
        log.close()


def drifts() -> list[dict[str, object]]:
    """The findings of the last drift report."""
    found: list[dict[str, object]] = json.loads((OUT / "drift.json").read_text(encoding="utf-8"))["findings"]
    return found


def main() -> None:
    os.environ["ICCC_LOOPBACK_ONLY"] = "1"
    for folder in (OUT, STATE):
        shutil.rmtree(folder, ignore_errors=True)
    OUT.mkdir(parents=True)
    demo = Demo()
    with demo.step("Four cities against the rules, as of a day"):
        for city, code in CHECKED.items():
            said = demo.iccc("check", city, "--on", "2026-12-01", code=code, save=f"check-{city}.txt").splitlines()
            print(f"   {said[0]}\n   {said[-1]}")
    with lab() as client:
        ready = client.ready()
        print(
            f"\nLab of {CITY} on loopback: {ready['switches']} switches, {ready['hosts']} cameras and recorders, "
            f"factory state, up in {ready['start_s']} s with {ready['rss_mb']} MB"
        )
        with demo.step("What would a deploy change?"):
            tail(demo.iccc("plan", CITY, code=2, save="plan.txt"), 6)
        with demo.step("Deploy, and read every write back"):
            tail(demo.iccc("deploy", CITY, "--yes", "--reason", "demo", code=0, save="deploy.txt"), 1)
        with demo.step("Is anything not as declared?"):
            tail(demo.iccc("drift", CITY, code=0, save="drift-after-deploy.txt"), 1)
        with demo.step("Acceptance tests"):
            tail(demo.iccc("verify", CITY, code=0, save="verify.txt"), 2)
        with demo.step("Ten things are changed behind our back; drift finds them, and who typed"):
            for seed in SEEDS:
                seed.do(client)
            demo.iccc("drift", CITY, "-o", "out/bilaspur/drift.json", code=2)
            found = {(f["device"], f["path"]): f for f in drifts()}
            expected = set().union(*(seed.findings for seed in SEEDS))
            if set(found) != expected:
                sys.exit(f"missed: {sorted(expected - set(found))}\nfalse: {sorted(set(found) - expected)}")
            for (device, path), finding in sorted(found.items()):
                print(f"   {device} {path}: wanted {finding['wanted']}, seen {finding['seen']}   {finding['where']}")
        with demo.step("One is put right"):
            tail(demo.iccc("deploy", CITY, "--limit", SEEDS[4].device, "--yes", "--reason", "demo", code=0), 1)
            demo.iccc("drift", CITY, "-o", "out/bilaspur/drift.json", code=2)
            left = {(f["device"], f["path"]) for f in drifts()}
            if left != {(seed.device, seed.path) for seed in SEEDS if seed is not SEEDS[4]}:
                sys.exit(f"the other nine should stand, and nothing else: {sorted(left)}")
            print("   nine drifts are left; who typed was told once")
        with demo.step("Bill of materials, IP schedule"):
            demo.iccc("bom", CITY, "-o", "out/bilaspur/bom.xlsx", code=0)
            demo.iccc("bom", CITY, "-o", "out/bilaspur/bom.json", code=0)
            counted = json.loads((OUT / "bom.json").read_text(encoding="utf-8"))
            print(
                f"   {counted['cameras']} cameras on {counted['junctions']} junctions, "
                f"{counted['switches']} switches, {counted['recorders']} recorders"
            )
            demo.iccc("report", CITY, "ip-schedule", "-o", "out/bilaspur/ip-schedule.xlsx", code=0)
    print(f"\nDone in {time.monotonic() - demo.began:.0f} s. Reports: {OUT.relative_to(ROOT)}/")


if __name__ == "__main__":
    main()
