"""Read a quiet town again and again while its counters move: ``python -m tests.flow.hour [READS] [SECONDS]``.

20 reads spread over an hour when nothing else is said. Every line has to end in 0; the exit code is 1 if one does not.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.flow.campaign import up_for_long
from tests.flow.town import played

READS, SECONDS = 20, 3600.0
LONGEST_S = 4 * 3600.0


def main(reads: int = READS, seconds: float = SECONDS) -> int:
    """The number of reads that told anything."""
    pause_s = min(seconds, LONGEST_S) / max(1, reads - 1)
    loud = 0
    with tempfile.TemporaryDirectory() as folder, played(Path(folder)) as town:
        town.to_deployed()
        up_for_long(town)
        began = time.monotonic()
        for number in range(reads):
            time.sleep(max(0.0, began + number * pause_s - time.monotonic()))
            findings = town.drift(code=None)
            loud += bool(findings)
            print(f"{datetime.now(UTC):%H:%M:%S} read {number + 1} of {reads}: findings {len(findings)}", flush=True)
            for finding in findings:
                print(f"  {finding['device']} {finding['class']} {finding['path']}: {finding['text']}", flush=True)
    print(f"{loud} of {reads} reads told anything")
    return loud


if __name__ == "__main__":
    sys.exit(min(1, main(*(int(word) for word in sys.argv[1:3]))))
