"""300 cameras on three recording servers: ours, and pyinfra's own operations on one of them with fewer.

``python -m tests.peers.servers`` prints the table. The lab has the same two cores: its 523 cameras and 92 switches,
and the 300 recordings, run beside what is measured.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from iccc.lab.debian.space import hindrance
from tests.flow.declaration import CITY, FILES, FOLDERS, HERE, edit
from tests.hosts.checks import Checks
from tests.hosts.server_lab import ADDRESSES, Done, ServerLab

HOSTS = ("bsp-rec01", "bsp-rec02", "bsp-rec03")
JUNCTIONS = range(1, 14)  # 23 cameras each
PEER_CAMERAS = 60
LONGEST_S = 1800
WATCHED_S = 30  # how long the recordings' CPU time is looked at

OF_SERVER = ("recorded", "unit")  # checks of a camera that its server answers

PEER = """\
from io import StringIO
from pyinfra.operations import files, systemd

unit = "[Service]\\nEnvironmentFile=/etc/peer/%i.env\\nExecStart=/usr/bin/sleep infinity\\n"
unit += "[Install]\\nWantedBy=multi-user.target\\n"
files.put(src=StringIO(unit), dest="/etc/systemd/system/peer@.service", _sudo=True)
systemd.daemon_reload(_sudo=True)
for number in range({count}):
    files.put(src=StringIO(f"CAMERA={{number}}\\n"), dest=f"/etc/peer/{{number}}.env", mode="640", _sudo=True)
    systemd.service(service=f"peer@{{number}}.service", running=True, enabled=True, _sudo=True)
"""
# On a host: CPU seconds and memory (its share of what is shared) of all processes of one name.
USED = """\
import glob, os, sys
seconds = kb = count = 0
for folder in glob.glob("/proc/[0-9]*"):
    try:
        if open(folder + "/comm").read().strip() != sys.argv[1]:
            continue
        fields = open(folder + "/stat").read().rpartition(")")[2].split()
        kb += sum(int(line.split()[1]) for line in open(folder + "/smaps_rollup") if line.startswith("Pss:"))
    except OSError:
        continue
    seconds += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    count += 1
print(count, seconds, kb)
"""


class BenchLab(ServerLab):
    """The whole of Bilaspur; its first junctions are recorded by three servers."""

    without = ()

    def __init__(self, root: Path) -> None:
        self.root, self.recorders = root, len(HOSTS)
        for folder in FOLDERS:
            shutil.copytree(HERE / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
        for file in FILES:
            shutil.copy(HERE / file, root / file)
        edit(root / "catalogue" / "device-types.yaml", r"(?m)^    channels: 64$", "    channels: 256")
        folder = root / "cities" / CITY
        for number in range(1, len(HOSTS) + 1):
            edit(
                folder / "recorders.yaml",
                rf"(number: {number}, at: [^,]*), type: appliance, device_type: nvr-64ch",
                r"\1, type: server, device_type: nvr-64ch, host: {array: {source: LABEL=recordings}}",
            )
        for path in sorted((folder / "junctions").glob("j*.yaml")):
            number = int(path.stem[1:])
            text = path.read_text(encoding="utf-8")
            at = f"recorder: {number % 3 + 1}" if number in JUNCTIONS else "recorder: 9"
            path.write_text(re.sub(r"recorder: \d+", at, text), encoding="utf-8")

    def used(self, host: str) -> tuple[int, float, float]:
        """Number of recordings, their CPU seconds, and their memory in MB."""
        count, seconds, kb = self.ssh(host, "sudo python3 - ffmpeg", stdin=USED).split()
        return int(count), float(seconds), int(kb) / 1024

    def recorded(self) -> int:
        return sum(self.used(host)[0] for host in HOSTS)


def measure() -> dict[str, Any]:
    """Seconds of each job, and what a recording takes; or ``{"reason"}`` where there can be no hosts."""
    if reason := hindrance():
        return {"reason": reason}
    with tempfile.TemporaryDirectory() as folder, BenchLab(Path(folder)) as lab:
        limits = [part for number in JUNCTIONS for part in ("--limit", f"bsp-j{number:02d}&kind:camera")]
        _good(lab.iccc("deploy", "--yes", "--reason", "bench", *limits, timeout_s=LONGEST_S))
        servers = [part for host in HOSTS for part in ("--limit", host)]

        def deploy() -> float:
            began = time.perf_counter()
            _good(lab.iccc("deploy", "--yes", "--reason", "bench", *servers, timeout_s=LONGEST_S))
            return time.perf_counter() - began

        seconds = {"first deploy of three bare servers": deploy()}
        cameras = lab.recorded()
        seconds["second deploy"] = deploy()
        for host in HOSTS:
            lab.ssh(host, "sudo systemctl stop 'iccc-record@*'; sudo rm -r /etc/iccc/recording")
            lab.ssh(host, "sudo rm -r /etc/systemd/system/iccc-recording.target.wants")
        seconds["all their cameras anew"] = deploy()
        before = [lab.used(host) for host in HOSTS]
        time.sleep(WATCHED_S)
        after = [lab.used(host) for host in HOSTS]
        cpu_s = sum(late[1] - early[1] for early, late in zip(before, after, strict=True))
        recorded = sum(count for count, _, _ in after)
        began = time.perf_counter()
        checks = Checks(lab, *limits, *servers).checks  # no switch is deployed: what is asked of them fails, as fast
        seconds["verify of the servers and their cameras"] = time.perf_counter() - began
        peer = [_peer(lab), _peer(lab)]
    per_camera = {
        "all anew": (seconds["all their cameras anew"] / cameras, peer[0] / PEER_CAMERAS),
        "nothing to do": (seconds["second deploy"] / cameras, peer[1] / PEER_CAMERAS),
    }
    return {
        "cameras": cameras,
        "checks": len(checks),
        "checks_by_servers": sum(check["check"] in OF_SERVER for check in checks),
        "seconds": {job: round(took, 1) for job, took in seconds.items()},
        "recording": {
            "cpu_percent_each": round(100 * cpu_s / WATCHED_S / recorded, 2),
            "memory_mb_each": round(sum(mb for _, _, mb in after) / recorded, 1),
        },
        "pyinfra_operations": {
            job: {"ours_ms": round(1e3 * ours, 1), "peer_ms": round(1e3 * theirs, 1), "ratio": round(theirs / ours, 1)}
            for job, (ours, theirs) in per_camera.items()
        },
    }


def _peer(lab: BenchLab) -> float:
    """Seconds of a file and a unit for each camera by pyinfra as it comes."""
    folder = lab.root / "peer"
    folder.mkdir(exist_ok=True)
    (folder / "peer.py").write_text(PEER.format(count=PEER_CAMERAS), encoding="utf-8")
    data = (f"ssh_known_hosts_file={folder / 'known'}", "ssh_strict_host_key_checking=accept-new")
    login = ("--ssh-user", "iccc", "--ssh-key", str(lab.root / "key"))
    command = (
        "env", "-C", str(folder), sys.executable, "-m", "pyinfra", "-y", *login,
        *(part for one in data for part in ("--data", one)), ADDRESSES[HOSTS[0]], "peer.py",
    )  # fmt: skip
    began = time.perf_counter()
    _good(lab.run(*command, timeout_s=LONGEST_S))
    return time.perf_counter() - began


def _good(done: Done) -> None:
    if done.code:
        sys.exit(f"exit code {done.code}: {(done.err or done.out)[-2000:]}")


def table(found: dict[str, Any]) -> str:
    """As ``make bench`` prints it."""
    if "reason" in found:
        return f"recording servers: not measured: {found['reason']}"
    lines = [
        f"{found['cameras']} cameras on {len(HOSTS)} recording servers; {found['checks']} checks, "
        f"{found['checks_by_servers']} of them what servers say of cameras"
    ]
    lines += [f"{took:>9.1f} s  {job}" for job, took in found["seconds"].items()]
    each = found["recording"]
    lines.append(f"{each['cpu_percent_each']:>9.2f} %  of a core, {each['memory_mb_each']} MB: one recording")
    lines.append(
        "  ours ms   peer ms   ratio  for one camera; the peer: pyinfra's own operations, a file and a unit each"
    )
    for job, one in found["pyinfra_operations"].items():
        lines.append(f"{one['ours_ms']:>9.1f} {one['peer_ms']:>9.1f} {one['ratio']:>7.1f}  {job}")
    return "\n".join(lines)


if __name__ == "__main__":
    os.environ["ICCC_LOOPBACK_ONLY"] = "1"
    found = measure()
    print(table(found))
    print(json.dumps(found))
