"""Changes that a device did not take: they stay visible, and are tried again only when somebody asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from iccc.compare import Change, Within, plain
from iccc.observed import Outcome, Status
from iccc.sessions.reach import Learned

KEY = "stuck"  # {path: [wanted, status, seen]}
STICKY = frozenset({Status.CLAMPED, Status.PENDING_REBOOT, Status.ACCEPTED_NOT_APPLIED, Status.UNSUPPORTED})


def remember(learned: Learned, device: str, outcomes: Sequence[Outcome]) -> None:
    """Keep what was not taken, forget what was."""
    stuck: dict[str, Any] = dict(learned.get(device, KEY) or {})
    for outcome in outcomes:
        stuck.pop(outcome.change.path, None)
        if outcome.status in STICKY:
            stuck[outcome.change.path] = [plain(outcome.change.wanted), str(outcome.status), plain(outcome.seen)]
    learned.put(device, KEY, stuck or None)


def known(learned: Learned, device: str, changes: Sequence[Change]) -> list[Outcome] | None:
    """The outcomes of the last try if every one of ``changes`` was tried just so before; else None."""
    stuck: dict[str, Any] = learned.get(device, KEY) or {}
    outcomes = []
    for change in changes:
        before = stuck.get(change.path)
        if before is None or before[0] != plain(change.wanted):
            return None
        if not isinstance(change.wanted, Within) and before[2] != plain(change.seen):
            return None  # somebody has changed it since
        text = "tried before; tried again only with --retry"
        outcomes.append(Outcome(change, Status(before[1]), change.seen, text))
    return outcomes or None
