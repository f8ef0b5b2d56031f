"""What a recording server has of each camera, and what follows from it: recording now, days kept, gaps.

What a server says is hostile: other shapes raise, texts are cut.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from iccc.city.devices import RecorderHost
from iccc.server.calls import sent
from iccc.server.files import ACCOUNT

PROGRAM = "remote/looking.py"
WINDOW = timedelta(days=1)  # in which gaps are looked for
# Shorter ones are not told: a camera that is started anew, or a run of ffmpeg, takes so long.
TOLERANCE_S = 10
DAY = timedelta(days=1)
ENOUGH = 0.98  # of the declared days


@dataclass(frozen=True)
class Gaps:
    """Times without a recording since ``since``, the longest first."""

    since: datetime
    count: int
    seconds: float
    longest: tuple[tuple[datetime, datetime], ...]
    unseen: int = 0  # recordings that were not looked into: they count as whole

    @property
    def text(self) -> str:
        unseen = f"; not looked into: {self.unseen} recordings" if self.unseen else ""
        return self._text + unseen

    @property
    def _text(self) -> str:
        if not self.count:
            return f"no gap over {TOLERANCE_S} s since {_time(self.since)}"
        begin, end = self.longest[0]
        several = f"{self.count} gaps, {self.seconds:.0f} s in all, the longest" if self.count > 1 else "a gap"
        return f"{several} of {(end - begin).total_seconds():.0f} s from {_time(begin)}, since {_time(self.since)}"


@dataclass(frozen=True)
class Recording:
    """Of one camera on one server, by the server's own clock (``now``)."""

    now: datetime
    segment_s: int
    load: str  # of its unit, as systemd says: loaded, not-found
    active: str  # active, activating, inactive, failed
    sub: str
    enabled: bool
    restarts: int
    count: int  # recordings
    oldest: datetime | None
    newest: datetime | None  # begin of the newest recording
    written: datetime | None  # when that was last written
    begun: datetime | None  # of the recording that was decoded, the newest but for one that was only just opened
    decoded: bool | None  # None: not looked at in time
    says: str  # what it decoded to, or why it did not
    since: datetime | None  # it has been recorded here since then, where the file system knows
    gaps: Gaps
    ahead: datetime | None = None  # begin of its last recording where that is later than now: a clock was wrong
    opened: bool = False  # looked for where ``ahead``: the newest recording is the one that its unit has open

    @property
    def runs(self) -> str:
        """Why its unit does not run, or does not begin with the system; "" while it does."""
        if self.load != "loaded":
            return f"there is no unit for it ({self.load or 'systemd says nothing'})"
        if self.active in ("inactive", "failed", "deactivating"):
            return f"its unit is {self.active}"
        return "" if self.enabled else "its unit does not begin with the system"

    @property
    def trouble(self) -> str | None:
        """Why it is not recorded now; "" while it is, None where nobody can tell."""
        if self.runs and self.active not in ("active", "activating"):
            return self.runs + (f", and its newest recording {self._age}" if self.newest else "")
        if self.newest is None:
            return "there is no recording"
        if self.ahead is not None and not self.opened:
            return None
        assert self.begun is not None or self.decoded is not True
        begun = self.begun or self.newest
        if (self.now - begun).total_seconds() > 2 * self.segment_s:
            return f"its newest recording {self._age}; allowed {2 * self.segment_s} s"
        if self.decoded is False:
            return f"its newest recording cannot be decoded: {self.says}"
        return None if self.decoded is None else ""

    @property
    def doubt(self) -> str:
        """Why nobody can tell."""
        if self.ahead is not None and not self.opened:
            return (
                f"a recording begins at {_time(self.ahead)}, later than now on its server, and its unit has none open"
            )
        return self.says

    @property
    def told(self) -> str:
        """What was seen while it is recorded."""
        ahead = f"; of a clock that was set back others begin until {_time(self.ahead)}" if self.ahead else ""
        return f"its newest recording {self._age}, {self.says}{ahead}"

    @property
    def _age(self) -> str:
        assert self.newest is not None and self.written is not None
        begun, written = ((self.now - at).total_seconds() for at in (self.newest, self.written))
        return f"began {begun:.0f} s ago and was last written {written:.0f} s ago"

    @property
    def days(self) -> float | None:
        """How far its recordings reach back."""
        return (self.now - self.oldest) / DAY if self.oldest is not None else None

    def younger_than(self, days: float) -> datetime | None:
        """Since when it has been recorded here, if that is not for so long yet."""
        return self.since if self.since is not None and (self.now - self.since) / DAY < days else None


def asked(host: RecorderHost, cameras: list[str], budget_s: float) -> str:
    """What is sent; decoding ends when ``budget_s`` are over."""
    return sent(
        PROGRAM,
        {
            "verb": "look", "mount": host.mount, "segment_s": host.segment_s, "cameras": cameras, "account": ACCOUNT,
            "budget_s": budget_s, "window_s": WINDOW.total_seconds(), "tolerance_s": TOLERANCE_S,
        },
    )  # fmt: skip


def recordings(told: Mapping[str, Any], segment_s: int) -> dict[str, Recording]:
    """By camera. LookupError, TypeError, ValueError or OverflowError for an answer of another shape."""
    now = _at(told["now"])
    return {str(name): _recording(one, now, segment_s) for name, one in told["cameras"].items()}


def _recording(told: Mapping[str, Any], now: datetime, segment_s: int) -> Recording:
    unit, picture, gaps, newest = told["unit"], told["picture"], told["gaps"], told["newest"]
    decoded = picture["decoded"]
    return Recording(
        now=now, segment_s=segment_s, load=_text(unit["load"]), active=_text(unit["active"]), sub=_text(unit["sub"]),
        enabled=bool(unit["enabled"]), restarts=int(unit["restarts"]), count=int(told["count"]),
        oldest=_maybe(told["oldest"]), newest=_maybe(newest and newest["begin"]),
        written=_maybe(newest and newest["end"]), begun=_maybe(picture["begin"]),
        decoded=None if decoded is None else bool(decoded), says=_text(picture["says"]), since=_maybe(told["since"]),
        gaps=Gaps(
            _at(gaps["from"]), int(gaps["count"]), float(gaps["seconds"]),
            tuple((_at(begin), _at(end)) for begin, end in gaps["longest"]), int(gaps["unseen"]),
        ),
        ahead=_maybe(told["ahead"]), opened=bool(told.get("open")),
    )  # fmt: skip


def _maybe(seconds: object) -> datetime | None:
    return None if seconds is None else _at(seconds)


def _at(seconds: object) -> datetime:
    if not isinstance(seconds, int | float):
        raise TypeError(f"{str(seconds)[:40]!r} is no time")
    return datetime.fromtimestamp(seconds, UTC)


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{str(value)[:40]!r} is no text")
    return "".join(letter for letter in value[:200] if letter.isprintable())
