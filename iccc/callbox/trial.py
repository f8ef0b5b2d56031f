"""The last test call of a call box to each of its answer points, kept over runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from iccc.sessions.reach import Learned

KEY = "test_calls"  # learned: {control room: a Trial as JSON has it}


@dataclass(frozen=True)
class Trial:
    """One test call. ``text`` says what became of it; ``answered_s`` is None when it was not answered in time."""

    at: datetime
    text: str
    answered_s: float | None = None

    @property
    def passed(self) -> bool:
        return self.answered_s is not None


def trials_of(learned: Learned, box: str) -> dict[str, Trial]:
    """By control room."""
    known: Mapping[str, Mapping[str, object]] = learned.get(box, KEY) or {}
    found = {}
    for room, one in known.items():
        seconds = one.get("answered_s")
        answered = float(seconds) if isinstance(seconds, int | float) else None
        found[room] = Trial(datetime.fromisoformat(str(one["at"])), str(one["text"]), answered)
    return found


def keep(learned: Learned, box: str, room: str, test: Trial) -> None:
    """Remember it instead of the one before."""
    known = dict(learned.get(box, KEY) or {})
    known[room] = asdict(test) | {"at": test.at.isoformat()}
    learned.put(box, KEY, known)
