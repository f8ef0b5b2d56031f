"""Coordinates as people write them, and those in links of maps. Nothing is looked up: a short link stays unknown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import cos, hypot, radians
from urllib.parse import unquote_plus, urlsplit

from iccc.city.model.common import Position
from iccc.explain import shown
from iccc.schedule.values import latin

LAT, LON = (6.0, 38.0), (68.0, 98.0)  # as :class:`Position` has them: India
M_PER_DEGREE = 111_320
_NUMBER = r"[+-]?\d{1,3}(?:\.\d+)?"
_PAIR = rf"({_NUMBER})\s*[,;\s]\s*({_NUMBER})"
_SHORT = ("goo.gl", "maps.app.goo.gl", "g.co", "bit.ly", "tinyurl.com", "t.co", "osm.org/go")
# The pin of a place comes before the middle of the map that was looked at.
_IN_LINKS = (
    rf"!3d({_NUMBER})!4d({_NUMBER})",
    rf"[?&#](?:q|query|ll|sll|destination|daddr|center|cbll|viewpoint)=(?:loc:)?{_PAIR}",
    rf"[?&]mlat=({_NUMBER})&(?:[^#]*&)?mlon=({_NUMBER})",
    rf"/(?:place|search|dir)/{_PAIR}(?:[/?@]|$)",
    rf"@{_PAIR}",
    rf"#map=[\d.]+/({_NUMBER})/({_NUMBER})",
)
_MINUTES, _SECONDS = r"(\d{1,2}(?:\.\d+)?)\s*['′’]", r"(\d{1,2}(?:\.\d+)?)\s*(?:[\"″”]|'')"
_DEGREES = re.compile(rf"([NSEW])?\s*(\d{{1,3}})\s*[°º]\s*(?:{_MINUTES}\s*)?(?:{_SECONDS}\s*)?([NSEW])?")


def of_link(text: str) -> tuple[float, float]:
    """Latitude and longitude in a link of Google Maps or OpenStreetMap, a ``geo:`` address or a plain pair.

    ValueError that says what is wrong; of several pairs that a link has the pin's.
    """
    said = unquote_plus(latin(text).strip().replace("%2B", "+"))
    if "://" not in said and not said.startswith("geo:"):
        if found := re.fullmatch(rf"\(?\s*{_PAIR}\s*\)?", said):
            return _checked(float(found[1]), float(found[2]), text)
        if both := list(_degrees(said)):
            if len(both) == 2:
                return _checked(both[0], both[1], text)
            raise ValueError(f"{shown(text)} is not a latitude and a longitude")
    if found := re.match(rf"geo:{_PAIR}", said):
        pin = re.search(rf"[?&]q={_PAIR}", said)
        lat, lon = (pin or found).groups()
        return _checked(float(lat), float(lon), text)
    if "://" not in said:
        raise ValueError(f"{shown(text)} is no link of a map, and no latitude and longitude like 22.0797, 82.1409")
    parts = urlsplit(said)
    host = (parts.hostname or "").removeprefix("www.")
    if host in _SHORT or f"{host}{parts.path}".startswith(_SHORT):
        wanted = "open it, and take the long address or the coordinates"
        raise ValueError(f"{shown(text)} is a short link, which says no place by itself: {wanted}")
    for pattern in _IN_LINKS:
        if found := re.search(pattern, said):
            return _checked(float(found[1]), float(found[2]), text)
    raise ValueError(f"{shown(text)} has no coordinates in it: share the pin, or write latitude and longitude")


def of_cells(lat: str, lon: str) -> tuple[float, float]:
    """From two cells, as decimal degrees or in degrees, minutes and seconds."""
    return _checked(_degree(lat, "latitude"), _degree(lon, "longitude"), f"{lat}, {lon}")


def metres_apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    """About how far two places of a city are from each other."""
    north = (one[0] - other[0]) * M_PER_DEGREE
    return hypot(north, (one[1] - other[1]) * M_PER_DEGREE * cos(radians(one[0])))


def position(place: tuple[float, float]) -> Position:
    return Position(lat=round(place[0], 6), lon=round(place[1], 6), precision="surveyed")


def _degree(text: str, what: str) -> float:
    said = latin(text).strip().replace("°", "° ").strip()
    if re.fullmatch(_NUMBER, said.removesuffix("°").strip()):
        return float(said.removesuffix("°").strip())
    found = list(_degrees(latin(text).strip()))
    if len(found) == 1:
        return found[0]
    raise ValueError(f"{what} {shown(text)} is no number of degrees like 22.0797 or 22°04'47\"N")


def _degrees(text: str) -> Iterator[float]:
    for before, whole, minutes, seconds, after in _DEGREES.findall(text.upper()):
        degrees = int(whole) + float(minutes or 0) / 60 + float(seconds or 0) / 3600
        yield -degrees if (before or after) in ("S", "W") else degrees


def _checked(lat: float, lon: float, text: str) -> tuple[float, float]:
    if LAT[0] <= lat <= LAT[1] and LON[0] <= lon <= LON[1]:
        return lat, lon
    swapped = LAT[0] <= lon <= LAT[1] and LON[0] <= lat <= LON[1]
    hint = "; they are the wrong way round" if swapped else ""
    raise ValueError(f"{shown(text)}: {lat:g}, {lon:g} is not in latitude 6 to 38, longitude 68 to 98{hint}")
