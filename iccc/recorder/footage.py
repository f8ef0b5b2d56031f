"""What a recorder has of each camera: whether it records now, and how far its footage reaches back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from iccc.compare import Unread

NEWEST = timedelta(minutes=15)  # some recorders tell closed files only, which are that long
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Footage:
    """Of one camera on one channel. ``state``: active, idle, error, or unknown; times are real ones, None for none.

    ``began``: the oldest picture that was ever seen there, if the recorder has overwritten it since.
    """

    number: int
    state: str
    error: str | None
    oldest: datetime | Unread | None
    newest: datetime | Unread | None
    began: datetime | None = None

    def trouble(self, now: datetime) -> str | Unread:
        """Why it does not record now; "" while it does; Unread where nobody can tell."""
        if self.state != "active":
            said = f": {self.error}" if self.error else ""
            return f"its recording job is {self.state}{said}" + self._newest(now)
        if isinstance(self.newest, Unread):
            return self.newest
        if self.newest is None:
            return "its recording job is active, and there is no footage"
        return "its recording job is active" + self._newest(now) if now - self.newest > NEWEST else ""

    def days(self, now: datetime) -> float | None:
        """How far it reaches back; None where that is not told."""
        return (now - self.oldest) / DAY if isinstance(self.oldest, datetime) else None

    def since(self, earlier: datetime | None) -> Footage:
        """With what an earlier reading knew as its oldest picture."""
        if earlier is None or not isinstance(self.oldest, datetime) or self.oldest - earlier < timedelta(hours=1):
            return self
        return replace(self, began=earlier)

    def _newest(self, now: datetime) -> str:
        if not isinstance(self.newest, datetime):
            return ""
        return f", and its newest footage is {_ago(now - self.newest)} old"


def _ago(age: timedelta) -> str:
    """``12 min``, ``5 h``, ``3 days``."""
    minutes = age.total_seconds() / 60
    if minutes < 120:
        return f"{minutes:.0f} min"
    return f"{minutes / 60:.0f} h" if minutes < 2880 else f"{minutes / 1440:.0f} days"
