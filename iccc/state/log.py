"""The log of acts: who did what, when and why. It is only ever appended to; the store itself refuses the rest."""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass
from datetime import datetime

from iccc.state.store import Store, iso


@dataclass(frozen=True)
class Why:
    """What a person said for it (``--reason``), and where it is kept track of (``--ticket``)."""

    reason: str = ""
    ticket: str = ""

    def __bool__(self) -> bool:
        return bool(self.reason or self.ticket)

    def __str__(self) -> str:
        return " · ".join(filter(None, (self.ticket, self.reason)))


NOTHING_SAID = Why()


@dataclass(frozen=True)
class Act:
    """One line of the log. ``device`` is empty for an act on the whole city.

    ``change`` is the id of the change of which this is a line, if it is of one (:mod:`iccc.state.changes`).
    """

    at: datetime
    by: str
    command: str
    device: str
    what: str
    why: Why = NOTHING_SAID
    result: str = ""
    change: str = ""


class ActLog:
    """All acts on a city."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def append(self, act: Act) -> None:
        """Add one act; it is committed when this returns."""
        self._store.execute(
            "INSERT INTO log (at, by, command, device, what, why, ticket, result, change)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                iso(act.at), act.by, act.command, act.device, act.what, act.why.reason, act.why.ticket, act.result,
                act.change,
            ),
        )  # fmt: skip

    def acts(self, device: str | None = None) -> list[Act]:
        """All acts, or those on one device, oldest first."""
        rows = self._store.execute(
            "SELECT at, by, command, device, what, why, ticket, result, change FROM log"
            " WHERE ?1 IS NULL OR device = ?1 ORDER BY id",
            (device,),
        )
        return [
            Act(datetime.fromisoformat(at), by, command, on, what, Why(why, ticket), result, change)
            for at, by, command, on, what, why, ticket, result, change in rows
        ]


def os_user() -> str:
    """The user of the operating system; behind sudo also who called it."""
    uid = os.getuid()
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        name = f"uid {uid}"
    caller = os.environ.get("SUDO_USER", "")
    return f"{caller} as {name}" if caller and uid == 0 else name
