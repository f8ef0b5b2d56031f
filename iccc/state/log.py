"""The log of acts: who did what, when and why. It is only ever appended to; the store itself refuses the rest."""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass
from datetime import datetime

from iccc.state.store import Store, iso


@dataclass(frozen=True)
class Act:
    """One line of the log. ``device`` is empty for an act on the whole city."""

    at: datetime
    by: str
    command: str
    device: str
    what: str
    why: str


class ActLog:
    """All acts on a city."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def append(self, act: Act) -> None:
        """Add one act; it is committed when this returns."""
        self._store.execute(
            "INSERT INTO log (at, by, command, device, what, why) VALUES (?, ?, ?, ?, ?, ?)",
            (iso(act.at), act.by, act.command, act.device, act.what, act.why),
        )

    def acts(self, device: str | None = None) -> list[Act]:
        """All acts, or those on one device, oldest first."""
        rows = self._store.execute(
            "SELECT at, by, command, device, what, why FROM log WHERE ?1 IS NULL OR device = ?1 ORDER BY id", (device,)
        )
        return [Act(datetime.fromisoformat(at), *rest) for at, *rest in rows]


def os_user() -> str:
    """The user of the operating system; behind sudo also who called it."""
    uid = os.getuid()
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        name = f"uid {uid}"
    caller = os.environ.get("SUDO_USER", "")
    return f"{caller} as {name}" if caller and uid == 0 else name
