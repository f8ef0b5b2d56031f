"""``make test``: all tests, the flow (a city played whole, with an address block of its own) beside the others."""

from __future__ import annotations

import subprocess
import sys
import tempfile

PYTEST = (sys.executable, "-m", "pytest")


def main() -> int:
    """The worse of the two exit codes. The flow's output follows that of the others."""
    with tempfile.TemporaryFile() as said:
        flow = subprocess.Popen(
            [*PYTEST, "-p", "no:cacheprovider", "tests/flow"], stdout=said, stderr=subprocess.STDOUT
        )
        try:
            others = subprocess.run([*PYTEST, "--ignore=tests/flow"], check=False).returncode
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
