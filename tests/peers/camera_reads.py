"""What all readers of cameras ask in the comparison, and how each of them measures itself."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

DEVICE = "http://www.onvif.org/ver10/device/wsdl"
MEDIA2 = "http://www.onvif.org/ver20/media/wsdl"
CLOCK = "GetSystemDateAndTime"  # anonymous, before the others
READS = (
    "GetDeviceInformation",
    "GetNTP",
    "GetHostname",
    "GetUsers",
    "GetProfiles",  # of Media2 where the client knows it, else of Media
    "GetNetworkProtocols",
    "GetNetworkInterfaces",
)


class Measured:
    """Counts and measures what happens inside the ``with``; what a reader loads before it does not count."""

    def __init__(self) -> None:
        self.read = self.failed = 0

    def __enter__(self) -> Measured:
        self._began, self._cpu_s = time.perf_counter(), _cpu_s()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds, self.cpu_s = time.perf_counter() - self._began, _cpu_s() - self._cpu_s

    def count(self, read: bool) -> None:
        self.read += read
        self.failed += not read

    def told(self) -> str:
        """The last line that a reader prints."""
        figures = {"seconds": self.seconds, "cpu_s": self.cpu_s, "peak_mb": _peak_mb()}
        return json.dumps({"read": self.read, "failed": self.failed, **figures})


def _peak_mb() -> float:
    """The most memory that this process had. Not getrusage: that begins with what its parent had."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _cpu_s() -> float:
    """Of this process and of its children that have ended."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system
