"""``make test``: all tests, in processes that share nothing. Some play a city whole, each with a lab and a block of
addresses of its own, and one talks to single devices: these mostly wait. What reckons takes the time they leave."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

FLOW = "tests/flow"
CITIES = 4  # play at a time; each takes the next file when it is done with one
DEVICES = ("tests/callbox", "tests/lab", "tests/sessions", "tests/camera", "tests/switch", "tests/rotate")
RECKONED = ("tests/adopt", "tests/bom", "tests/catalogue", "tests/city", "tests/rules", "tests/sizing")
PYTEST = (sys.executable, "-m", "pytest", "-p", "no:cacheprovider")


def main() -> int:
    """The worst of the exit codes. What ran beside follows that of the others."""
    flow = (*PYTEST, "-n", str(CITIES), "--dist", "loadfile", FLOW)
    with tempfile.TemporaryDirectory() as folder:
        commands = [("nice", *PYTEST, *RECKONED), flow, (*PYTEST, *DEVICES)]
        logs = {Path(folder, f"{number}.log"): command for number, command in enumerate(commands)}
        beside = [_started(command, log) for log, command in logs.items()]
        try:
            apart = [f"--ignore={folder}" for folder in (FLOW, *DEVICES, *RECKONED)]
            codes = [subprocess.run(["nice", *PYTEST, *apart], check=False).returncode]
        finally:
            codes_beside = [process.wait() for process in beside]
        for log in logs:
            sys.stdout.write(log.read_text(encoding="utf-8", errors="replace"))
        sys.stdout.flush()
    return max(codes + codes_beside)


def _started(command: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as said:
        return subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT)


if __name__ == "__main__":
    sys.exit(main())
