"""Sites, fibre and hot spots for a map: GeoJSON (RFC 7946) and KML 2.2, longitude before latitude.

No third party's cameras and no owners: where somebody lives is personal data.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

from iccc.city.devices import Camera, Chain, City, Device, Site
from iccc.city.model.common import CATEGORY_HI, Lifecycle, Position
from iccc.city.model.places import HotSpot
from iccc.report.table import VERSION, as_data, clean

KML = "http://www.opengis.net/kml/2.2"
Point = tuple[float, float]  # longitude, latitude


@dataclass(frozen=True)
class Shape:
    """What is drawn. ``lines`` are points (each alone), lines or rings of an area; none: it has no coordinates.

    ``kind``: Point, MultiPoint, MultiLineString, Polygon.
    """

    folder: str  # sites, links, hot spots
    key: str
    name: str
    properties: Mapping[str, Any]
    kind: str
    lines: Sequence[Sequence[Point]]


def shapes(city: City, devices: Sequence[Device], *, whole: bool) -> list[Shape]:
    """Sites of these devices, links between those of them that have a position; of a whole city all of them."""
    codes = {device.site for device in devices}
    sites = [site for site in city.sites.values() if whole or site.code in codes]
    cameras = [device for device in devices if isinstance(device, Camera)]
    found = [_site(city, site, [camera for camera in cameras if camera.site == site.code]) for site in sites]
    placed = {site.code: _point(site.position) for site in sites if site.position}
    found += [_chain(chain, placed) for chain in city.chains.values() if len(set(chain.sites) & codes) > 1]
    return found + (list(_hot_spots(city)) if whole else [])


def _point(position: Position) -> Point:
    return position.lon, position.lat


def _site(city: City, site: Site, cameras: Sequence[Camera]) -> Shape:
    standing = [camera for camera in cameras if camera.status is not Lifecycle.DECOMMISSIONED]
    properties = {
        "name_hi": site.name_hi,
        "type": str(site.type),
        "type_hi": CATEGORY_HI[site.type],
        "phase": site.phase,
        "phase_title": city.phases.get(site.phase),
        "status": str(site.status),
        "ward": site.ward,
        "link": site.chain,
        "precision": site.position.precision if site.position else None,
        "cameras": len(standing),
        "cameras_by_group": dict(sorted(Counter(camera.group for camera in standing).items())),
    }
    lines = [[_point(site.position)]] if site.position else []
    return Shape("sites", site.code, site.name, properties, "Point", lines)


def _chain(chain: Chain, placed: Mapping[str, Point]) -> Shape:
    """A piece of line for each hop whose two sites have a position; not as the cable runs, which nobody declares."""
    hops = zip(chain.sites, chain.sites[1:], strict=False)
    lines = [[placed[a], placed[b]] for a, b in hops if a in placed and b in placed]
    properties = {
        "kind": "ring" if chain.ring else "spur",
        "medium": chain.medium,
        "speed_mbps": chain.speed_mbps,
        "sites": list(chain.sites),
        "without_position": [code for code in chain.sites if code not in placed],
    }
    return Shape("links", chain.name, chain.name, properties, "MultiLineString", lines)


def _hot_spots(city: City) -> Iterator[Shape]:
    if city.declared.hot_spots is None:
        return
    for name, spot in city.declared.hot_spots.file.hot_spots.items():
        properties = {"name_hi": spot.name_hi, "review_on": str(spot.review_on), "sites": list(spot.sites)}
        yield Shape("hot spots", name, spot.name, properties, *_area(spot))


def _area(spot: HotSpot) -> tuple[str, list[list[Point]]]:
    """Counterclockwise and closed, as RFC 7946 has it; fewer than three corners are points."""
    corners = [_point(position) for position in spot.area]
    if len(corners) < 3:
        return "MultiPoint", [[corner] for corner in corners]
    ring = [*corners, corners[0]]
    turn = sum((b[0] - a[0]) * (b[1] + a[1]) for a, b in zip(ring, ring[1:], strict=False))
    return "Polygon", [ring[::-1] if turn > 0 else ring]


def unplaced(found: Iterable[Shape]) -> list[Shape]:
    """Sites that cannot be drawn."""
    return [shape for shape in found if shape.folder == "sites" and not shape.lines]


def as_geojson(city: City, found: Sequence[Shape]) -> bytes:
    """A FeatureCollection. What has no coordinates is a feature without geometry, as the standard has it."""
    features = [
        {
            "type": "Feature",
            "id": f"{city.key}/{shape.key}",
            "geometry": _geometry(shape),
            "properties": {"what": shape.folder, "name": shape.name, **shape.properties},
        }
        for shape in found
    ]
    head = {"type": "FeatureCollection", "version": VERSION, "city": city.key, "declaration": city.digest}
    return as_data({**head, "features": features})


def _geometry(shape: Shape) -> dict[str, Any] | None:
    if not shape.lines:
        return None
    coordinates: Any = shape.lines
    if shape.kind == "Point":
        coordinates = shape.lines[0][0]
    elif shape.kind == "MultiPoint":
        coordinates = [line[0] for line in shape.lines]
    return {"type": shape.kind, "coordinates": coordinates}


def as_kml(city: City, found: Sequence[Shape]) -> bytes:
    """A folder for sites, links and hot spots, and one for what has no coordinates."""
    root = ET.Element("kml", xmlns=KML)
    document = ET.SubElement(root, "Document")
    _text(document, "name", f"{city.name} / {city.name_hi}")
    folders = ("sites", "links", "hot spots", "without coordinates")
    for folder in folders:
        inside = [shape for shape in found if (shape.folder if shape.lines else folders[-1]) == folder]
        if inside:
            element = ET.SubElement(document, "Folder")
            _text(element, "name", folder)
            for shape in inside:
                _placemark(element, shape)
    ET.indent(root)
    data: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return data + b"\n"


def _placemark(folder: ET.Element, shape: Shape) -> None:
    element = ET.SubElement(folder, "Placemark")
    hindi = shape.properties.get("name_hi")
    _text(element, "name", f"{shape.name} / {hindi}" if hindi else shape.name)
    data = ET.SubElement(element, "ExtendedData")
    for name, value in {"id": shape.key, **shape.properties}.items():
        if value not in (None, [], {}):
            _text(ET.SubElement(data, "Data", name=name), "value", _said(value))
    if not shape.lines:
        return
    inside = element if len(shape.lines) == 1 else ET.SubElement(element, "MultiGeometry")
    for line in shape.lines:
        _drawn(inside, shape.kind, line)


def _drawn(inside: ET.Element, kind: str, line: Sequence[Point]) -> None:
    said = " ".join(f"{lon},{lat}" for lon, lat in line)
    if kind == "Polygon":
        boundary = ET.SubElement(ET.SubElement(inside, "Polygon"), "outerBoundaryIs")
        inside, tag = boundary, "LinearRing"
    else:
        tag = "LineString" if kind == "MultiLineString" else "Point"
    _text(ET.SubElement(inside, tag), "coordinates", said)


def _said(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{count} {name}" for name, count in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _text(inside: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(inside, tag).text = clean(text)


WRITERS: Mapping[str, Callable[[City, Sequence[Shape]], bytes]] = {"geojson": as_geojson, "kml": as_kml}
