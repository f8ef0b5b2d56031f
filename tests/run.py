"""``make test``: all tests, in two processes that share nothing: the flow, which is a city played whole with an address
block of its own, beside the others. Each takes about half of the time."""

from __future__ import annotations

import subprocess
import sys
import tempfile

PYTEST = (sys.executable, "-m", "pytest")
BESIDE = ("tests/flow",)


def main() -> int:
    """The worse of the two exit codes. What ran beside follows that of the others."""
    with tempfile.TemporaryFile() as said:
        flow = subprocess.Popen([*PYTEST, "-p", "no:cacheprovider", *BESIDE], stdout=said, stderr=subprocess.STDOUT)
        try:
            others = subprocess.run([*PYTEST, *(f"--ignore={folder}" for folder in BESIDE)], check=False).returncode
            beside = flow.wait()
        except KeyboardInterrupt:
            flow.wait()
            raise
        said.seek(0)
        sys.stdout.buffer.write(said.read())
        sys.stdout.flush()
    return max(others, beside)


if __name__ == "__main__":
    sys.exit(main())
