"""The change record: each deploy, staging, replacement and rotation from its beginning to its result.

A change is two lines of the log under one id, the second of which has the result; a device of a larger change, like one
of a deploy, has a line of its own under that id. A change without a result runs, or was killed.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from iccc.clock import Clock
from iccc.state.journal import Journal, Progress, Step
from iccc.state.log import NOTHING_SAID, Act, ActLog, Why, os_user
from iccc.state.store import Store

PATHS = 6  # of one device that a line names; the journal has them all


@dataclass(frozen=True)
class Change:
    """One change on one device, or on a city (``device`` is empty). Without ``ended_at`` there is no result."""

    id: str
    at: datetime
    ended_at: datetime | None
    by: str
    command: str
    device: str
    what: str
    why: Why
    result: str


class Changes:
    """Writes and lists changes."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._log = ActLog(store)
        self._journal = Journal(store)
        self._clock = clock

    def begin(self, command: str, what: str, why: Why = NOTHING_SAID, device: str = "", id_: str = "") -> str:
        """Note that it begins; its id. Nothing may be sent before."""
        now = self._clock.now()
        id_ = id_ or f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
        self._log.append(Act(now, os_user(), command, device, what, why, "", id_))
        return id_

    def end(self, id_: str, command: str, result: str, device: str = "") -> None:
        """Note what became of it."""
        self._log.append(Act(self._clock.now(), os_user(), command, device, "", NOTHING_SAID, result, id_))

    def close(self, command: str, device: str) -> None:
        """Note of what has no result, and cannot have one any more, that it was interrupted. Hold the city's lock."""
        for one in self.listed(devices=[device]):
            if one.command == command and not one.result:
                self.end(one.id, command, "interrupted", device)

    def part(self, id_: str, command: str, device: str, what: str, result: str, why: Why = NOTHING_SAID) -> None:
        """Note one device of a larger change, with its result."""
        self._log.append(Act(self._clock.now(), os_user(), command, device, what, why, result, id_))

    def deployed(self, run: str, command: str, killed: bool = False) -> None:
        """Note a run of the journal that is over: what became of each device that it wrote to, and of all."""
        why = next((one.why for one in self.listed() if one.id == run and not one.device), NOTHING_SAID)
        steps: dict[str, list[Step]] = {}
        for step in self._journal.steps(run):
            steps.setdefault(step.device, []).append(step)
        sums: Counter[str] = Counter()
        for device, of_it in steps.items():
            what, result = _told(of_it)
            if what:
                self.part(run, command, device, what, result, why)
                sums.update(_statuses(of_it))
        nothing = "nothing was read back" if killed else "nothing was written"
        told = ", ".join(f"{status} {count}" for status, count in sums.items()) or nothing
        self.end(run, command, f"interrupted: {told}" if killed else told)

    def listed(self, since: datetime | None = None, devices: Iterable[str] | None = None) -> Sequence[Change]:
        """Those that began at ``since`` or later, oldest first; with ``devices``, those of one of them."""
        chosen = None if devices is None else set(devices)
        found: dict[tuple[str, str], Change] = {}
        for act in self._log.acts():
            key = act.change, act.device
            if not act.change:
                continue
            if act.what:
                ended = act.at if act.result else None
                found[key] = Change(
                    act.change, act.at, ended, act.by, act.command, act.device, act.what, act.why, act.result
                )
            elif key in found:
                found[key] = replace(found[key], ended_at=act.at, result=act.result)
        return [
            one
            for one in found.values()
            if (since is None or one.at >= since) and (chosen is None or one.device in chosen)
        ]


def _told(steps: Sequence[Step]) -> tuple[str, str]:
    """What was to be written to a device, and what became of it; "" where nothing was."""
    paths = list(dict.fromkeys(outcome.path for step in steps for outcome in step.outcomes if outcome.path))
    begun = [step.section for step in steps if step.progress is Progress.STARTED]
    counts = _statuses(steps)
    if not counts and not begun:
        return "", ""
    named = ", ".join(paths[:PATHS]) + (f" and {len(paths) - PATHS} more" if len(paths) > PATHS else "")
    result = [f"{status} {count}" for status, count in counts.items()]
    texts = dict.fromkeys(outcome.text for step in steps for outcome in step.outcomes if outcome.text)
    result += [f"not known of {', '.join(begun)}"] if begun else []
    what = named or (", ".join(begun) if begun else "the device")
    return what, "; ".join([", ".join(result), *list(texts)[:2]])


def _statuses(steps: Sequence[Step]) -> Counter[str]:
    return Counter(str(outcome.status) for step in steps for outcome in step.outcomes)
