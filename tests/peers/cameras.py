"""7,000 cameras, seven reads with a login each: ours, a raw asyncio client, onvif-zeep, onvif-zeep-async, on one lab.

``python -m tests.peers.cameras`` prints the table. Each reader is a process of its own and measures itself without its
start; slow ones read a sample, which is scaled. The lab has the same cores, so CPU seconds say more than seconds.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from iccc.city.devices import City
from iccc.lab.client import LabClient
from iccc.sessions.dial import Dial, Target
from iccc.sessions.way import HTTP_PORT
from tests import demo
from tests.peers import fleet
from tests.peers.environments import HERE, environment
from tests.scale.generate import CAMERAS, KEY

AT_ONCE = 512  # ours has the same by its settings
LATENCY_S = 0.1
LONGEST_S = 300  # one reader
ZEEP_SAMPLE, ZEEP_ASYNC_SAMPLE = 10, 20
PEER_AT_ONCE = 5  # more, and what it signs is too old before it is sent
OURS = "tests.peers.read_cameras_ours"
RAW, BLIND, ZEEP = "raw asyncio and lxml", "raw asyncio, parses nothing", "onvif-zeep as it comes"
OURS_SEVEN, OURS_WHOLE, LATE = "iccc, the seven reads", "iccc, a whole sweep", f"{LATENCY_S * 1000:.0f} ms later"


def measure(cameras: int = CAMERAS) -> dict[str, dict[str, Any]]:
    """For each reader ``{"cameras", "requests", "seconds", "cpu_s", "peak_mb"}`` of what it read; or ``{"reason"}``."""
    peer = environment("onvif_zeep_async")
    python = sys.executable
    with fleet.lab(cameras) as town:
        lab = LabClient(town.root / "state" / "lab" / KEY / "lab.sock", LONGEST_S)
        user, password = _login(town)
        modes = _digest(town.city)

        def asked(count: int, at_once: int = AT_ONCE, wsse_only: bool = False) -> str:
            dial = Dial(Target.LAB)
            chosen = [c for c in town.city.cameras.values() if not (wsse_only and c.name in modes)][:count]
            hosts = {camera.name: dial(camera.address, HTTP_PORT) for camera in chosen}
            digest = [name for name in modes if name in hosts]
            return json.dumps(
                {"hosts": hosts, "digest": digest, "user": user, "password": password, "at_once": at_once}
            )

        def run(command: Sequence[str], stdin: str = "") -> dict[str, Any]:
            lab.reset_counters()
            told = _run(command, town, stdin)
            if "reason" not in told:
                told["requests"] = sum(one["requests"] for one in lab.counters().values()) / told["cameras"]
            return told

        raw = [python, "-m", "tests.peers.read_cameras_raw"]
        ours = [python, "-m", OURS, KEY]
        run([*ours, "seven"])  # the first finds out how each camera authenticates, and remembers it
        figures = {
            BLIND: run([*raw, "blind"], asked(cameras)),
            RAW: run(raw, asked(cameras)),
            OURS_SEVEN: run([*ours, "seven"]),
            OURS_WHOLE: run([*ours, "whole"]),
            "iccc, RTSP DESCRIBE": run([*ours, "describe"]),
            ZEEP: run([python, "-m", "tests.peers.read_cameras_zeep"], asked(ZEEP_SAMPLE, wsse_only=True)),
            "onvif-zeep-async": {"reason": peer.reason}
            if peer.reason
            else run(
                [str(peer.python), str(HERE / "read_cameras_zeep_async.py")],
                asked(ZEEP_ASYNC_SAMPLE, PEER_AT_ONCE, wsse_only=True),
            ),
        }
        lab.call("latency", delay_s=LATENCY_S)
        figures[f"{RAW}, answers {LATE}"] = run(raw, asked(cameras))
        figures[f"{OURS_SEVEN}, answers {LATE}"] = run([*ours, "seven"])
    for found in figures.values():
        for peer_name in (RAW, ZEEP):
            if "reason" not in found and "reason" not in figures[peer_name]:
                found[f"cpu_over_{peer_name.split()[0]}"] = _each(found, "cpu_s") / _each(figures[peer_name], "cpu_s")
                found[f"s_over_{peer_name.split()[0]}"] = _each(found, "seconds") / _each(figures[peer_name], "seconds")
    return figures


def table(figures: dict[str, dict[str, Any]]) -> str:
    """As ``make bench`` prints it: seconds for 7,000 cameras, scaled where fewer were read."""
    lines = [
        "   read  requests  seconds    CPU s  peak MB  CPU over raw  rate over onvif-zeep: by s  by CPU  "
        f"{CAMERAS} cameras, seven reads with a login"
    ]
    for row, found in figures.items():
        if "reason" in found:
            lines.append(
                f"      - {'-':>9} {'-':>8} {'-':>8} {'-':>8} {'-':>13} {'-':>26} {'-':>7}  {row}: {found['reason']}"
            )
            continue
        over_raw = f"{found['cpu_over_raw']:.2f}" if "cpu_over_raw" in found else "-"
        rate, cpu_rate = (
            f"{1 / found[what]:.0f}" if what in found else "-" for what in ("s_over_onvif-zeep", "cpu_over_onvif-zeep")
        )
        seconds, cpu_s = (_each(found, what) * CAMERAS for what in ("seconds", "cpu_s"))
        lines.append(
            f"{found['cameras']:>7} {found['requests']:>9.1f} {seconds:>8.1f} {cpu_s:>8.1f} {found['peak_mb']:>8.0f} "
            f"{over_raw:>13} {rate:>26} {cpu_rate:>7}  {row}"
        )
    return "\n".join(lines)


def _each(found: dict[str, Any], what: str) -> float:
    return float(found[what]) / float(found["cameras"])


def _login(town: fleet.Town) -> tuple[str, str]:
    sheet = json.loads((town.root / "state" / "lab" / KEY / "commissioning.json").read_text(encoding="utf-8"))
    user, password = sheet["logins"]["camera"]
    return user, password


def _digest(city: City) -> set[str]:
    """The cameras whose makes take no WS-UsernameToken, or offer Digest first."""
    return {camera.name for camera in city.cameras.values() if camera.group != "fixed"}


def _run(command: Sequence[str], town: fleet.Town, stdin: str) -> dict[str, Any]:
    """What a reader tells of itself, or why it tells nothing."""
    done = subprocess.run(
        command, cwd=town.root, env={**os.environ, "PYTHONPATH": str(demo.ROOT)}, input=stdin,
        capture_output=True, text=True, check=False, timeout=LONGEST_S,
    )  # fmt: skip
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()
        return {"reason": f"exit code {done.returncode}: {said[-1] if said else 'it said nothing'}"}
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    if told["failed"]:
        return {"reason": f"{told['failed']} of {told['read'] + told['failed']} cameras were not read"}
    return {"cameras": told["read"], **{what: round(told[what], 3) for what in ("seconds", "cpu_s", "peak_mb")}}


if __name__ == "__main__":
    os.environ["ICCC_LOOPBACK_ONLY"] = "1"
    print(table(measure(*map(int, sys.argv[1:2]))))
