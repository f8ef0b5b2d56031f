"""Child processes and states that the tests of the ground share."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from iccc.clock import FixedClock

ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 1, 26, 12, 0, tzinfo=UTC)


def clock() -> FixedClock:
    return FixedClock(NOON)


def child(code: str, *arguments: object, **environment: str) -> subprocess.Popen[str]:
    """A Python process that runs ``code`` with our package; both its outputs are pipes."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "ICCC_LOOPBACK_ONLY": "1", **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
