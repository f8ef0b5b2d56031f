"""What is usual of a figure that has its own days, as a camera's power has: infrared by night, none by day.

It is learned by whole days, however often it is read: the lowest and the highest of each day make a band. What is
outside of the band is not learned before it has lasted for days, so that no anomaly makes itself usual.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

SETTLED_DAYS = 5  # days from which on the band says what is usual
SHARE, LEAST = 0.3, 2.0  # how far outside is strange: this share of the end of the band, and as much in its unit

_STRANGE_DAYS = 3  # in a row, and the strange is usual
_SHRINK = 1 / 30  # of the distance, each day: the seasons move the ends
_DAY = timedelta(hours=23, minutes=30)  # a daily run does not begin at the same second
_SAMPLE = timedelta(minutes=55)  # nor does an hourly one
_WHOLE_DAY = 20  # samples of a day that has seen day and night


@dataclass(frozen=True)
class Usual:
    """The band of earlier days and the day that runs. All values are of one unit; None before the first sample."""

    low: float | None = None
    high: float | None = None
    days: int = 0  # that the band rests on
    strange: int = 0  # days in a row that do not fit the band
    topped: float | None = None  # the highest of the last whole day, where it fell short of the band's
    since: datetime | None = None  # the day that runs began
    at: datetime | None = None  # its last sample
    samples: int = 0
    day_low: float | None = None
    day_high: float | None = None

    def after(self, value: float, at: datetime) -> Usual:
        """With one more reading; at most one an hour counts."""
        if self.at is not None and self.at <= at < self.at + _SAMPLE:
            return self
        if self.since is None or at >= self.since + _DAY or at < self.since:
            return replace(self._closed(), since=at, at=at, samples=1, day_low=value, day_high=value)
        low, high = self.day_low or value, self.day_high or value
        return replace(self, at=at, samples=self.samples + 1, day_low=min(low, value), day_high=max(high, value))

    def outside(self, value: float) -> bool:
        """Whether ``value`` is far outside of what is usual."""
        if self.low is None or self.high is None or self.days < SETTLED_DAYS:
            return False
        return value > self.high + _margin(self.high) or value < self.low - _margin(self.low)

    def fell_short(self, value: float) -> bool:
        """Whether the last whole day went by far below the usual highest, and this one so far: no infrared by night."""
        if self.topped is None or self.high is None:
            return False
        return max(value, self.day_high or value) < self.high - _margin(self.high)

    def _closed(self) -> Usual:
        """The band after the day that ran."""
        if self.day_low is None or self.day_high is None:
            return self
        low, high = self.day_low, self.day_high
        if self.low is None or self.high is None:
            return replace(self, low=low, high=high, days=1)
        wider = (min(low, self.low), max(high, self.high))
        if self.days < SETTLED_DAYS:
            return replace(self, low=wider[0], high=wider[1], days=self.days + 1)
        whole = self.samples >= _WHOLE_DAY
        short = whole and high < self.high - _margin(self.high)
        if short or self.outside(low) or self.outside(high):
            if self.strange + 1 < _STRANGE_DAYS:
                return replace(self, strange=self.strange + 1, topped=high if short else None)
            wider = (low, high) if whole else wider
        else:
            wider = (wider[0] + _SHRINK * (low - wider[0]), wider[1] + _SHRINK * (high - wider[1]))
        return replace(self, low=wider[0], high=wider[1], strange=0, topped=None)


def _margin(end: float) -> float:
    return max(SHARE * end, LEAST)
