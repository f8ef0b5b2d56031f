"""``make test``: all tests, in three processes that share nothing: two play a city whole, each with a lab and a block
of addresses of its own, and mostly wait for it; the others reckon beside them."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

FLOW = Path("tests/flow")
PYTEST = (sys.executable, "-m", "pytest", "-p", "no:cacheprovider")


def main() -> int:
    """The worst of the exit codes. What ran beside follows that of the others."""
    halves = [sorted(map(str, FLOW.glob(f"test_{letters}*.py"))) for letters in ("[a-f]", "[!a-f]")]
    with tempfile.TemporaryDirectory() as folder:
        logs = [Path(folder, f"{number}.log") for number in range(len(halves))]
        beside = [_started(files, log) for files, log in zip(halves, logs, strict=True)]
        try:
            codes = [subprocess.run([*PYTEST, f"--ignore={FLOW}"], check=False).returncode]
        finally:
            codes_beside = [process.wait() for process in beside]
        for log in logs:
            sys.stdout.write(log.read_text(encoding="utf-8", errors="replace"))
        sys.stdout.flush()
    return max(codes + codes_beside)


def _started(files: list[str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as said:
        return subprocess.Popen([*PYTEST, *files], stdout=said, stderr=subprocess.STDOUT)


if __name__ == "__main__":
    sys.exit(main())
