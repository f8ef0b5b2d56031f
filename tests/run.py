"""``make test``: all tests, in two pools of processes. The tests of one pool mostly wait, for devices, timers, labs;
those of the other reckon, in the time that the first leaves them. A process takes the next file when it is done."""

from __future__ import annotations

import subprocess
import sys
import tempfile

WAIT = ("flow", "callbox", "camera", "lab", "recorder", "rotate", "sessions", "switch")
WAITING, RECKONING = 6, 2  # processes
PYTEST = (sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--dist", "loadfile")


def main() -> int:
    """The worst of the exit codes. What waited follows the other pool's words."""
    folders = [f"tests/{name}" for name in WAIT]
    with tempfile.TemporaryFile() as log:
        waiting = subprocess.Popen((*PYTEST, "-n", str(WAITING), *folders), stdout=log, stderr=log)
        try:
            others = [f"--ignore={folder}" for folder in folders]
            reckoning = subprocess.run(("nice", *PYTEST, "-n", str(RECKONING), *others), check=False).returncode
        finally:
            waiting.wait()
        log.seek(0)
        sys.stdout.buffer.write(log.read())
        sys.stdout.flush()
    return max(reckoning, waiting.returncode)


if __name__ == "__main__":
    sys.exit(main())
