"""Where surveyed places lie: within the city, and which of them are one place under two numbers.

Two rows, or a row and a site, are taken for one place where they are a few metres apart, or where they have one name
and nobody says where one of them is. A row whose column `apart` says yes is a place of its own.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from iccc.city.declared import Sheet
from iccc.city.devices import City
from iccc.city.model.common import Position
from iccc.city.model.planning import SurveyHeadsFile
from iccc.city.model.site import SiteFile
from iccc.errors import Mistake
from iccc.explain import shown
from iccc.schedule.heads import plain
from iccc.siting.position import M_PER_DEGREE, metres_apart
from iccc.siting.site import Surveyed

FEW = 3  # places below which none is the middle of the others
MARGIN = 0.02  # degrees, about 2 km, around places for the bounds that a note proposes


@dataclass(frozen=True)
class _Place:
    """A row (``one``) or a site that is declared. ``moved``: an import would put it there."""

    number: int | None  # None: a row that gets its number with the import
    name: str
    where: str
    position: Position | None
    one: Surveyed | None = None
    moved: bool = False
    declared: bool = True  # of a row too, whose site there is

    @property
    def title(self) -> str:
        return f"{'row' if self.one else 'site'} {shown(self.name)}" + (f", {self.number}," if self.number else "")


def outside(city: City, surveyed: Sequence[Surveyed], heads: SurveyHeadsFile) -> Iterator[Mistake]:
    """Rows outside the bounds of the city; where it declares none, far from the middle of all places."""
    bounds = city.declared.city.file.city.bounds
    positions = _positions(city, surveyed)
    middle = _middle(positions)
    for one in surveyed:
        at = one.row.position
        if at is None:
            continue
        if bounds is not None:
            if not (bounds.south <= at.lat <= bounds.north and bounds.west <= at.lon <= bounds.east):
                said = f"latitude {bounds.south:g} to {bounds.north:g}, longitude {bounds.west:g} to {bounds.east:g}"
                text = f"{at.lat:g}, {at.lon:g} is not within the bounds of {city.name}: {said}"
                yield Mistake(one.row.at(_column(one)), text)
        elif middle is not None and (far := metres_apart((at.lat, at.lon), middle) / 1000) > heads.city_km:
            of = f"the middle of the {len(positions)} places of {city.name} ({middle[0]:.4f}, {middle[1]:.4f})"
            allowed = f"{heads.city_km:g} km allowed where city.yaml declares no `bounds`"
            yield Mistake(one.row.at(_column(one)), f"{at.lat:g}, {at.lon:g} is {far:,.0f} km from {of}, {allowed}")


def no_bounds(city: City, surveyed: Sequence[Surveyed], heads: SurveyHeadsFile) -> Iterator[str]:
    """A note where coordinates could not be held against bounds, with a line that declares some."""
    at = _positions(city, surveyed)
    if city.declared.city.file.city.bounds is not None or not any(one.row.position for one in surveyed):
        return
    box = {
        "south": min(each.lat for each in at) - MARGIN, "west": min(each.lon for each in at) - MARGIN,
        "north": max(each.lat for each in at) + MARGIN, "east": max(each.lon for each in at) + MARGIN,
    }  # fmt: skip
    against = f"{heads.city_km:g} km around their middle" if len(at) >= FEW else "India alone"
    said = ", ".join(f"{side}: {value:.2f}" for side, value in box.items())
    document = city.declared.city.document
    yield (
        f"{document.where('city')}: {city.name} declares no bounds, so coordinates were held against {against}; "
        f"all places lie within `bounds: {{{said}}}`"
    )


def same_place(
    city: City, surveyed: Sequence[Surveyed], numbers: Mapping[int, int], heads: SurveyHeadsFile
) -> Iterator[Mistake]:
    """Rows that would make a second site of a place. ``numbers``: by ``id`` of a row the number of its site.

    What stands so in the declaration already is not told again: rows count that are new, or say another position.
    """
    places = list(_places(city, surveyed, numbers))
    for place, other, how in _pairs(places, heads.same_place_m):
        assert place.one is not None
        row = place.one.row
        by_number = f"give the row the number {other.number}" if other.number else "take one of them out"
        if place.declared:
            by_number = f"correct where site {place.number} is"
        text = (
            f"{how} {other.title} at {other.where}: if it is one place, {by_number}; if there are two, say yes in "
            f"a column {heads.heads['apart'][0]!r} ({heads.heads['apart'][-1]})"
        )
        yield Mistake(row.at(_column(place.one) if place.position and other.position else "name"), text)


def _places(city: City, surveyed: Sequence[Surveyed], numbers: Mapping[int, int]) -> Iterator[_Place]:
    """Sites that no row is of, then the rows."""
    sheets: dict[int, Sheet[SiteFile]] = {sheet.file.number: sheet for sheet in city.declared.sites}
    of_rows = {numbers[id(one)] for one in surveyed if id(one) in numbers}
    for number, sheet in sheets.items():
        if number not in of_rows:
            where = str(sheet.document.where("position" if sheet.file.position else "name"))
            yield _Place(number, sheet.file.name, where, sheet.file.position)
    for one in surveyed:
        at = numbers.get(id(one), one.row.number)
        file = sheets[at].file if at in sheets else None
        position = one.row.position or (file.position if file else None)
        moved = file is None or (one.row.position is not None and _apart(file.position, one.row.position) > 0)
        yield _Place(
            at if file else one.row.number, one.row.name, one.row.at("name"), position, one, moved, file is not None
        )


def _pairs(places: Sequence[_Place], metres: float) -> Iterator[tuple[_Place, _Place, str]]:
    """A row that is new or moved, what it is the same place as, and how. Of several the nearest."""
    by_lat = sorted((place.position.lat, at) for at, place in enumerate(places) if place.position)
    lats = [lat for lat, _ in by_lat]
    by_name: dict[str, list[int]] = {}
    for at, place in enumerate(places):
        by_name.setdefault(plain(place.name), []).append(at)
    for at, place in enumerate(places):
        if place.one is None or not place.moved or place.one.row.apart:
            continue
        near = []
        if place.position:
            reach = metres / M_PER_DEGREE
            low, high = place.position.lat - reach, place.position.lat + reach
            for _, other in by_lat[bisect_left(lats, low) : bisect_right(lats, high)]:
                far = _apart(place.position, places[other].position)
                if far <= metres and _earlier(places, other, at):
                    near.append((far, other))
        if near:
            far, other = min(near)
            yield place, places[other], f"{far:.0f} m from"
            continue
        for other in by_name[plain(place.name)]:
            if _earlier(places, other, at) and not (place.position and places[other].position):
                yield place, places[other], "the name is that of"
                break


def _earlier(places: Sequence[_Place], other: int, at: int) -> bool:
    """Whether ``other`` was there before ``at``: sites and rows that stay where they are, then rows in their order."""
    return other != at and (not places[other].moved or other < at)


def _apart(one: Position | None, other: Position | None) -> float:
    if one is None or other is None:
        return float("inf")
    return metres_apart((one.lat, one.lon), (other.lat, other.lon))


def _positions(city: City, surveyed: Sequence[Surveyed]) -> list[Position]:
    declared = [sheet.file.position for sheet in city.declared.sites]
    return [each for each in (*declared, *(one.row.position for one in surveyed)) if each is not None]


def _middle(positions: Sequence[Position]) -> tuple[float, float] | None:
    """The median, which a few slips do not move."""
    if len(positions) < FEW:
        return None
    return median(each.lat for each in positions), median(each.lon for each in positions)


def _column(one: Surveyed) -> str:
    """Where the row says its place."""
    return next((name for name in ("lat", "link") if name in one.row.columns), "name")
