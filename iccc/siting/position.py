"""Coordinates as people write them, and those in links of maps. Nothing is looked up: a short link stays unknown."""

from __future__ import annotations

import re
from math import cos, hypot, radians
from urllib.parse import unquote_plus, urlsplit

from iccc.city.model.common import Position
from iccc.explain import shown
from iccc.schedule.values import latin
from iccc.siting.angles import LAT, LATITUDE, LON, LONGITUDE, angle, pair

M_PER_DEGREE = 111_320
_NUMBER = r"[+-]?\d{1,3}(?:\.\d+)?"
_PAIR = rf"({_NUMBER})\s*[,;\s]\s*({_NUMBER})"
_SHORT = ("goo.gl", "maps.app.goo.gl", "g.co", "bit.ly", "tinyurl.com", "t.co", "osm.org/go")
# The pin of a place comes before the middle of the map that was looked at.
_PINS = (
    rf"!3d({_NUMBER})!4d({_NUMBER})",
    rf"[?&#](?:q|query|ll|sll|destination|daddr|center|cbll|viewpoint)=(?:loc:)?{_PAIR}",
    rf"[?&]mlat=({_NUMBER})&(?:[^#]*&)?mlon=({_NUMBER})",
    rf"/(?:place|search|dir)/{_PAIR}(?:[/?@]|$)",
)
_MIDDLES = (
    rf"@{_PAIR}",
    rf"#map=[\d.]+/({_NUMBER})/({_NUMBER})",
)
_WRITTEN = (r"[?&#](?:q|query|destination|daddr)=(?:loc:)?([^&#]+)", r"/(?:place|search|dir)/([^/@?#]+)")
LONGEST = 400  # characters of a link or cell that are looked at


def of_link(text: str) -> tuple[float, float]:
    """Latitude and longitude in a link of Google Maps or OpenStreetMap, a ``geo:`` address or a plain pair.

    ValueError that says what is wrong; of several pairs that a link has the pin's.
    """
    said = unquote_plus(latin(text).strip().replace("%2B", "+"))
    if "://" not in said and len(said) <= LONGEST and (both := pair(said)):
        return _checked(*both, text)
    if angle(said[:LONGEST]):
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
    for pattern in _PINS:
        if found := re.search(pattern, said):
            return _checked(float(found[1]), float(found[2]), text)
    for pattern in _WRITTEN:
        if (written := re.search(pattern, said)) and len(written[1]) <= LONGEST and (both := pair(written[1])):
            return _checked(*both, text)
    for pattern in _MIDDLES:
        if found := re.search(pattern, said):
            return _checked(float(found[1]), float(found[2]), text)
    raise ValueError(f"{shown(text)} has no coordinates in it: share the pin, or write latitude and longitude")


def of_cells(lat: str, lon: str) -> tuple[float, float]:
    """From two cells, as decimal degrees or in degrees, minutes and seconds, with or without N and E."""
    return _checked(_degree(lat, LATITUDE), _degree(lon, LONGITUDE), f"{lat}, {lon}")


def metres_apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    """About how far two places of a city are from each other."""
    north = (one[0] - other[0]) * M_PER_DEGREE
    return hypot(north, (one[1] - other[1]) * M_PER_DEGREE * cos(radians(one[0])))


def position(place: tuple[float, float]) -> Position:
    return Position(lat=round(place[0], 6), lon=round(place[1], 6), precision="surveyed")


def _degree(text: str, what: str) -> float:
    found = angle(text) if len(text) <= LONGEST else None
    if found is None:
        likes = "22.0797, 22.0797N" if what == LATITUDE else "82.1409, 82.1409E"
        raise ValueError(f"{what} {shown(text)} is no number of degrees like {likes} or 22°04'47\"")
    value, axis = found
    if axis not in (None, what):
        raise ValueError(f"{what} {shown(text)} says that it is a {axis}")
    return value


def _checked(lat: float, lon: float, text: str) -> tuple[float, float]:
    if LAT[0] <= lat <= LAT[1] and LON[0] <= lon <= LON[1]:
        return lat, lon
    swapped = LAT[0] <= lon <= LAT[1] and LON[0] <= lat <= LON[1]
    hint = "; they are the wrong way round" if swapped else ""
    raise ValueError(f"{shown(text)}: {lat:g}, {lon:g} is not in latitude 6 to 38, longitude 68 to 98{hint}")
