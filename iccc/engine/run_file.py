"""What ``iccc deploy`` hands to the engine: which devices, on which state they were planned, for which run.

Bare pyinfra has none: then all devices of the city that are on the wire take part, and what the sweep sees is the plan.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from iccc.compare import Change
from iccc.observed import Outcome, Status

VARIABLE = "ICCC_RUN"


@dataclass(frozen=True)
class RunFile:
    run: str  # id of the run in the journal
    devices: tuple[str, ...]
    state_hashes: dict[str, str]
    report: str  # where outcomes are written, one JSON line each
    failed: int = 0  # devices that failed in earlier waves of the same deploy
    retry: bool = False  # try again what a device did not take before
    max_fail: int | None = None  # devices that may fail, where it is not what pyinfra.cfg says
    allow_network: bool = False  # addresses of cameras may be written
    anytime: bool = False  # also outside the maintenance windows and in a freeze
    lock: int | None = None  # descriptor of the city's lock: engine and worker hold it on when the command is killed

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")

    def tell(
        self, device: str, section: str, outcomes: Sequence[Outcome], state_hash: str = "", left: bool = True
    ) -> None:
        """Append outcomes to the report, one JSON line each, in one write: engine and worker both tell.

        ``state_hash`` is the device's after the write, for a later stage of the same deploy, and ``left`` whether that
        has anything to do: a line without a status.
        """
        rows: list[dict[str, object]] = []
        if state_hash:
            rows.append({"device": device, "state_hash": state_hash, "left": left})
        rows += [
            {"device": device, "path": o.change.path or section, "status": str(o.status), "text": o.text}
            for o in outcomes
        ]
        with Path(self.report).open("ab", buffering=0) as file:
            file.write("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode())

    def tell_failure(self, device: str, section: str, text: str) -> None:
        """Append that a section was begun and nobody can say how it ended."""
        self.tell(device, section, [Outcome(Change(section, None, None), Status.FAILED, None, text)])


def current() -> RunFile | None:
    """The run file of this process, if it was started by ``iccc deploy``."""
    path = os.environ.get(VARIABLE)
    if not path:
        return None
    data = json.loads(Path(path).read_text(encoding="utf-8"))
    return RunFile(**{**data, "devices": tuple(data["devices"])})
