"""Time zones of devices: POSIX TZ strings, and what they mean in minutes."""

from __future__ import annotations

import re
from functools import lru_cache

_POSIX = re.compile(
    r"(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]+>)"  # name
    r"(?P<sign>[+-]?)(?P<h>\d{1,2})(?::(?P<m>[0-5]\d))?(?::[0-5]\d)?"  # offset, positive west of Greenwich
    r"(?P<dst>[A-Za-z<].*)?"
)
_NAMES = {330: "IST", 0: "UTC"}
_LIMIT = 14 * 60  # the largest offset in use, minutes


@lru_cache(256)
def utc_offset_min(posix: str) -> int | None:
    """What a POSIX TZ string means, without daylight saving: ``IST-5:30`` is 330. None if it is not one."""
    if posix in ("UTC", "GMT", "Z", "UTC0", "GMT0"):
        return 0
    match = _POSIX.fullmatch(posix)
    if match is None:
        return None
    minutes = int(match["h"]) * 60 + int(match["m"] or 0)
    if minutes > _LIMIT:
        return None
    return minutes if match["sign"] == "-" else -minutes


@lru_cache(256)
def east_positive(zone: str) -> bool:
    """Whether ``zone`` is of the form ``GMT+05:30``, which some vendors mean the other way round than POSIX does."""
    return re.fullmatch(r"(?:GMT|UTC)[+-]\d{1,2}(?::?\d\d)?", zone) is not None


def posix_forms(offset_min: int, own_form: str = "") -> list[str]:
    """Ways to write an offset, the one that most devices take first: ``["IST-5:30", "<+0530>-5:30"]``.

    A device's ``own_form`` is tried before: ``"CST{}:00"`` for ``CST-5:30:00``.
    """
    hours, minutes = divmod(abs(offset_min), 60)
    west = "-" if offset_min > 0 else ""
    posix = f"{west}{hours}" + (f":{minutes:02}" if minutes else "")
    east = "+" if offset_min >= 0 else "-"
    own = [own_form.format(f"{west or '+'}{hours}:{minutes:02}")] if own_form else []
    return [*own, f"{_NAMES.get(offset_min, 'LCL')}{posix}", f"<{east}{hours:02}{minutes:02}>{posix}"]
