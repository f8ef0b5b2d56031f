"""Whatever happens to a lab, no namespace, process or file of it stays."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from iccc.city.devices import City
from tests.hosts.building import HERE, Building
from tests.hosts.lab import OvsLab, clean_up
from tests.hosts.namespaces import existing, pids

DAEMONS = 11  # two of Open vSwitch and an lldpd on each side, snmpd, two faces of switches, two cameras

pytestmark = pytest.mark.hosts

HOLD = """\
import sys, time
from pathlib import Path
from iccc.city.load import load_city
from tests.hosts.lab import OvsLab
with OvsLab(load_city(Path(), "bilaspur")) as lab:
    print(lab.sheet_path.parent, flush=True)
    time.sleep(60)
"""


class BrokenBuilding(Building):
    """Fails when all but the cameras is there."""

    def _start_cameras(self) -> None:
        raise RuntimeError("no cameras today")


class Broken(OvsLab):
    def _building(self) -> Building:
        return BrokenBuilding(self._city, self.site, self.logins, self._folder, self.environment)


def processes(folder: Path) -> list[str]:
    """Command lines that name the folder, and all that runs in a namespace of that lab (lldpd hides its own)."""
    tag = folder.name.rpartition("-")[2]
    inside = {pid for name in existing() if f"-{tag}-" in name for pid in pids(name)}
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:  # it ended in between
            continue
        if str(folder) in line or int(path.parent.name) in inside:
            found.append(line)
    return found


def test_after_a_failure_in_the_block(city: City) -> None:
    lab = OvsLab(city)
    with pytest.raises(ZeroDivisionError), lab:
        folder = lab.sheet_path.parent
        assert len(processes(folder)) >= DAEMONS
        assert len(lab.left_behind()) >= DAEMONS + 4
        _ = 1 / 0
    assert lab.left_behind() == []
    assert processes(folder) == []
    assert not folder.exists()


def test_after_a_failure_of_the_bring_up(city: City) -> None:
    lab = Broken(city)
    with pytest.raises(RuntimeError, match="no cameras today"):
        lab.__enter__()
    assert lab.left_behind() == []
    assert processes(lab.sheet_path.parent) == []


def test_after_a_kill(city: City) -> None:
    """Its processes end with it; empty namespaces and the folder are removed by the next lab."""
    with subprocess.Popen((sys.executable, "-c", HOLD), cwd=HERE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        folder = Path(holder.stdout.readline().strip())
        assert len(processes(folder)) >= DAEMONS
        holder.send_signal(signal.SIGKILL)
        holder.wait(5)
    deadline = time.monotonic() + 5
    while processes(folder) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert processes(folder) == []
    names = [name for name in existing() if name.startswith(f"iccc-{holder.pid}-")]
    assert len(names) == 4
    assert set(names) <= set(clean_up())
    assert not set(names) & set(existing())
    assert not folder.exists()
