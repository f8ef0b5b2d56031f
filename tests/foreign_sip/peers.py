"""sipp and baresip, started on loopback and ended by the test that started them."""

from __future__ import annotations

import shutil
import subprocess
import time
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PORT = 25060


def need(program: str) -> str:
    """Its path; a test that cannot be run says why."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed: tests/hosts/install.sh")
    return found


@contextmanager
def sipp(address: str, scenario: str, folder: Path, transport: str = "udp") -> Iterator[subprocess.Popen[str]]:
    """One dialogue with whoever calls ``address``; sipp ends with 0 only if it went as the scenario says."""
    way = "t1" if transport == "tcp" else "u1"
    command = [need("sipp"), "-sf", str(HERE / "scenarios" / f"{scenario}.xml"), "-i", address, "-p", str(PORT)]
    command += ["-mi", address, "-t", way, "-m", "1", "-nostdin", "-timeout", "20", "-timeout_error"]
    process = subprocess.Popen(command, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        _listens(address, transport)
        yield process
        said, _ = process.communicate(timeout=25)
        errors = "".join(path.read_text() for path in folder.glob("*_errors.log"))
        assert process.returncode == 0, f"{errors}\n{said[-3000:]}"
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


@contextmanager
def baresip(address: str, folder: Path) -> Iterator[None]:
    """A telephone at ``address`` that picks up at once and plays a file."""
    modules = ("account", "contact", "g711", "aufile", "menu")
    with wave.open(str(folder / "tone.wav"), "wb") as tone:
        tone.setparams((1, 2, 8000, 0, "NONE", ""))
        tone.writeframes(bytes(8000 * 2 * 10))
    lines = [
        f"sip_listen {address}:{PORT}", f"net_interface {address}", f"module_path {_modules()}",
        f"audio_source aufile,{folder / 'tone.wav'}", f"audio_player aufile,{folder / 'heard.wav'}",
        *(f"module {name}.so" for name in modules),
    ]  # fmt: skip
    (folder / "config").write_text("\n".join([*lines, ""]), encoding="utf-8")
    (folder / "accounts").write_text(f"<sip:112@{address}:{PORT}>;regint=0;answermode=auto\n", encoding="utf-8")
    (folder / "contacts").write_text("", encoding="utf-8")
    with (folder / "log").open("w") as log:
        command = [need("baresip"), "-f", str(folder), "-4", "-t", "40"]
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            _listens(address, "udp")
            yield
        finally:
            process.terminate()
            process.wait(10)


def _modules() -> str:
    """Where Debian has them: it differs by architecture and release."""
    found = (str(path) for path in Path("/usr/lib").glob("**/baresip/modules") if path.is_dir())
    return next(found, "/usr/lib/baresip/modules")


def _listens(address: str, transport: str) -> None:
    """Wait until somebody does, by the kernel's own table."""
    local = "".join(f"{int(number):02X}" for number in reversed(address.split("."))) + f":{PORT:04X}"
    state = {"tcp": "0A", "udp": "07"}[transport]  # a connection that was closed stays in the table for a while
    deadline = time.monotonic() + 15
    while not any(row.split()[1::2][:2] == [local, state] for row in _rows(transport)):
        assert time.monotonic() < deadline, f"nobody listens at {address}:{PORT}"
        time.sleep(0.02)


def _rows(transport: str) -> list[str]:
    return Path(f"/proc/net/{transport}").read_text(encoding="ascii").splitlines()[1:]
