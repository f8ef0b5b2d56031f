"""What ``iccc verify`` has found in a lab with real hosts."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence

from tests.hosts.server_lab import CITY, Done, ServerLab


class Checks:
    """What a verification found: its exit code and its checks, as the evidence file has them."""

    def __init__(self, lab: ServerLab, *options: str) -> None:
        began = time.monotonic()
        self.done: Done = lab.iccc("verify", *options, timeout_s=900)
        assert "Traceback" not in self.done.out + self.done.err, self.done
        evidence = (lab.root / "out" / CITY / "verify.jsonl").read_text(encoding="utf-8")
        self.checks: Sequence[dict[str, str]] = [json.loads(line) for line in evidence.splitlines()]
        print(f"verify: {time.monotonic() - began:.1f} s for {len(self.checks)} checks")

    def of(self, outcome: str) -> set[tuple[str, str]]:
        return {(check["device"], check["check"]) for check in self.checks if check["outcome"] == outcome}

    def texts(self, outcome: str) -> set[str]:
        return {check["text"] for check in self.checks if check["outcome"] == outcome}
