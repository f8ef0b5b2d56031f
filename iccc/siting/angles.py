"""Latitude and longitude as people write them, in a cell each or both in one: ``N 23.84``, ``23°50'24"N``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from iccc.schedule.values import latin

LAT, LON = (6.0, 38.0), (68.0, 98.0)  # as Position has them: India
LATITUDE, LONGITUDE = "latitude", "longitude"
Angle = tuple[float, str | None]  # degrees; which of the two it is, where that is said

_AS_WRITTEN = (
    ("''", '"'),
    *((mark, "°") for mark in ("º", "˚", "DEGREES", "DEGREE", "DEG", "अंश")),
    *((mark, "-") for mark in ("−", "–")),
    *((mark, "'") for mark in ("′", "’", "‘", "´", "`")),
    *((mark, '"') for mark in ("″", "”", "“")),
)
_SIDES = {  # of the earth: which of the two, and whether it is below zero
    "N": (LATITUDE, 1), "NORTH": (LATITUDE, 1), "उ": (LATITUDE, 1), "उत्तर": (LATITUDE, 1),
    "S": (LATITUDE, -1), "SOUTH": (LATITUDE, -1), "द": (LATITUDE, -1), "दक्षिण": (LATITUDE, -1),
    "E": (LONGITUDE, 1), "EAST": (LONGITUDE, 1), "पू": (LONGITUDE, 1), "पूर्व": (LONGITUDE, 1),
    "W": (LONGITUDE, -1), "WEST": (LONGITUDE, -1), "प": (LONGITUDE, -1), "पश्चिम": (LONGITUDE, -1),
}  # fmt: skip
_NAMED = {
    "LATITUDE": LATITUDE, "LAT": LATITUDE, "अक्षांश": LATITUDE,
    "LONGITUDE": LONGITUDE, "LONG": LONGITUDE, "LON": LONGITUDE, "LNG": LONGITUDE,
    "देशांतर": LONGITUDE, "देशांश": LONGITUDE,
}  # fmt: skip
_SIDE = "|".join(sorted(_SIDES, key=len, reverse=True))
_WHOLE, _PART = r"(?P<degrees>\d{1,3})", r"\d{1,2}(?:\.\d+)?"
_FORMS = tuple(
    re.compile(form)
    for form in (
        r"(?P<sign>[+-]?)(?P<degrees>\d{1,3}(?:\.\d+)?)\s*°?",
        rf"{_WHOLE}\s*°\s*(?P<minutes>{_PART})\s*'?(?:\s*(?<=['\s])(?P<seconds>{_PART})\s*\"?)?",
        rf"{_WHOLE}\s*:\s*(?P<minutes>{_PART})(?:\s*:\s*(?P<seconds>{_PART}))?",
        # Two numbers with a space between them may as well be a decimal point that went missing.
        rf"{_WHOLE}[\s-]+(?P<minutes>{_PART})[\s-]+(?P<seconds>{_PART})",
    )
)


def angle(text: str) -> Angle | None:
    """One angle; None for what is none, like more than 59 minutes."""
    said = _plain(text)
    axis, sign = None, 1
    if named := re.match(rf"({'|'.join(_NAMED)})\s*[.:=]?\s*", said):
        axis, said = _NAMED[named[1]], said[named.end() :]
    before, after = re.match(rf"({_SIDE})[\s.:]*", said), re.search(rf"\s*({_SIDE})\.?$", said)
    if before and after:
        return None
    if side := before or after:
        which, sign = _SIDES[side[1]]
        if axis not in (None, which):
            return None
        axis, said = which, said[: side.start()] + said[side.end() :]
    for form in _FORMS:
        if found := form.fullmatch(said.strip()):
            parts = found.groupdict()
            minutes, seconds = float(parts.get("minutes") or 0), float(parts.get("seconds") or 0)
            if minutes >= 60 or seconds >= 60:
                return None
            value = float(parts["degrees"]) + minutes / 60 + seconds / 3600
            return -value if (parts.get("sign") == "-") != (sign < 0) else value, axis
    return None


def pair(text: str) -> tuple[float, float] | None:
    """Latitude and longitude in one text, in this order unless it says otherwise; None where it is no such pair."""
    angles = [(one, two) for left, right in _halves(_plain(text)) if (one := angle(left)) and (two := angle(right))]
    found = {_in_order(one, two) for one, two in angles if one[1] is None or one[1] != two[1]}
    if len(found) > 1:  # 22.08 N 82.14: a letter before or behind it, of which one is a place
        found = {(lat, lon) for lat, lon in found if LAT[0] <= lat <= LAT[1] and LON[0] <= lon <= LON[1]}
    return found.pop() if len(found) == 1 else None


def _in_order(one: Angle, two: Angle) -> tuple[float, float]:
    turned = one[1] == LONGITUDE or two[1] == LATITUDE
    return (two[0], one[0]) if turned else (one[0], two[0])


def _halves(text: str) -> Iterator[tuple[str, str]]:
    """Every way to part a text in two, but not within a number."""
    said = text.strip(" ()[]")
    for at in range(1, len(said)):
        if not (said[at - 1] in "0123456789." and said[at] in "0123456789."):
            yield said[:at].rstrip(" ,;/|"), said[at:].lstrip(" ,;/|")


def _plain(text: str) -> str:
    said = latin(" ".join(text.split())).upper()
    for mark, plain in _AS_WRITTEN:
        said = said.replace(mark, plain)
    return said
