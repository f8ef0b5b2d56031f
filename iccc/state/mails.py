"""Which morning mails went out, so that each tells what is new since the one before."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from iccc.state.store import Store, iso


@dataclass(frozen=True)
class LastMail:
    """The mail before: when it was made, and the ids of the open findings that it told; None: that is not known."""

    at: datetime
    told: frozenset[str] | None = None


class Mails:
    """The mails of a city. Nothing is ever deleted."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def last(self) -> LastMail | None:
        """The last one; None before the first."""
        rows = list(self._store.execute("SELECT at, told FROM mail ORDER BY at DESC LIMIT 1"))
        if not rows:
            return None
        ((at, told),) = rows
        return LastMail(datetime.fromisoformat(at), None if told is None else frozenset(json.loads(told)))

    def made(self, at: datetime, recipients: str, told: Iterable[str]) -> None:
        """Note a mail about the run of ``at``; StateError when there is one about that run already."""
        self._store.execute("INSERT INTO mail VALUES (?, ?, ?)", (iso(at), recipients, json.dumps(sorted(told))))
