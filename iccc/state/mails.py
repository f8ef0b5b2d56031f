"""Which morning mails went out, so that each tells what is new since the one before."""

from __future__ import annotations

from datetime import datetime

from iccc.state.store import Store, iso


class Mails:
    """The mails of a city. Nothing is ever deleted."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def last(self) -> datetime | None:
        """When the last one was made; None before the first."""
        ((at,),) = self._store.execute("SELECT MAX(at) FROM mail")
        return datetime.fromisoformat(at) if at else None

    def made(self, at: datetime, recipients: str) -> None:
        """Note a mail about the run of ``at``; StateError when there is one about that run already."""
        self._store.execute("INSERT INTO mail VALUES (?, ?)", (iso(at), recipients))
