"""rsyslog itself, with the configuration of a server whose log server is down."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest

from iccc.server.files import group
from iccc.server.logs import CONFIG
from tests.server.city import served, server

LINES = 4000


def test_who_logs_does_not_wait_for_a_log_server_that_is_down(tmp_path: Path) -> None:
    """What waits for it is bounded; when that is full, the server's own logs go on."""
    if (rsyslogd := shutil.which("rsyslogd", path="/usr/sbin:/usr/bin")) is None:
        pytest.skip("rsyslogd is not installed")
    city = replace(served(), syslog_hosts=("127.0.0.1",))
    sends = group("syslog", server(), city).files[CONFIG].text
    assert 'queue.maxDiskSpace="256m"' in sends and 'queue.size="50000"' in sends and 'port="514"' in sends
    small = sends.replace('"256m"', '"10k"').replace('"50000"', '"1000"').replace('port="514"', 'port="1"')
    own, config = tmp_path / "own.log", tmp_path / "rsyslog.conf"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    config.write_text(
        f'$WorkDirectory {tmp_path}\nmodule(load="imudp")\ninput(type="imudp" port="{port}" address="127.0.0.1")\n'
        f'*.* action(type="omfile" file="{own}")\n{small}'
    )
    running = subprocess.Popen(
        [rsyslogd, "-n", "-i", str(tmp_path / "pid"), "-f", str(config)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
            until = time.monotonic() + 30
            while not lines(own) and time.monotonic() < until:
                device.sendto(b"<13>Nov 30 22:00:00 host t: up", ("127.0.0.1", port))
                time.sleep(0.1)
            for number in range(LINES):
                device.sendto(f"<13>Nov 30 22:00:00 host t: {number}".encode(), ("127.0.0.1", port))
                if number % 50 == 0:
                    time.sleep(0.01)
        until = time.monotonic() + 30
        while lines(own) < 0.9 * LINES and time.monotonic() < until:
            time.sleep(0.2)
        assert lines(own) >= 0.9 * LINES, f"{lines(own)} of {LINES} lines: the others wait, 2 s each"
    finally:
        running.kill()
        running.wait()


def lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0
