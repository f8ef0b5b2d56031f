"""Sites for a map: every site once, longitude first, nothing of third parties, texts escaped."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from lxml import etree

from iccc.city.devices import City
from iccc.city.load import load_city
from iccc.cli.main import cli
from iccc.report.map import as_geojson, as_kml, shapes
from tests.sizing.cities import ROOT

KML = "{http://www.opengis.net/kml/2.2}"


@pytest.fixture(scope="module")
def kanpur() -> City:
    return load_city(ROOT, "kanpur")


def features(city: City, *, whole: bool = True) -> list[dict[str, Any]]:
    data = json.loads(as_geojson(city, shapes(city, list(city.inventory()), whole=whole)))
    assert data["type"] == "FeatureCollection"
    found: list[dict[str, Any]] = data["features"]
    return found


def test_every_site_is_there_once_and_where_its_file_says(kanpur: City) -> None:
    sites = [each for each in features(kanpur) if each["properties"]["what"] == "sites"]
    assert len(sites) == len(kanpur.sites) == len({each["id"] for each in sites})
    declared = {}
    for path in (ROOT / "cities/kanpur/junctions").glob("*.yaml"):
        file = yaml.safe_load(path.read_text(encoding="utf-8"))
        declared[file["name"]] = file["position"]
    for each in sites:
        position = declared[each["properties"]["name"]]
        assert each["geometry"] == {"type": "Point", "coordinates": [position["lon"], position["lat"]]}
        assert sum(each["properties"]["cameras_by_group"].values()) == each["properties"]["cameras"]
    assert sum(each["properties"]["cameras"] for each in sites) == 624


def test_links_go_from_site_to_site(kanpur: City) -> None:
    links = [each for each in features(kanpur) if each["properties"]["what"] == "links"]
    assert {each["properties"]["name"] for each in links} == {
        name for name, chain in kanpur.chains.items() if len(set(chain.sites)) > 1
    }
    for each in links:
        assert len(each["geometry"]["coordinates"]) == len(each["properties"]["sites"]) - 1
    first = links[0]["properties"]["sites"][1]
    missing = replace(kanpur, sites={**kanpur.sites, first: replace(kanpur.sites[first], position=None)})
    link = next(each for each in features(missing) if each["properties"]["name"] == links[0]["properties"]["name"])
    assert link["properties"]["without_position"] == [first]
    assert len(link["geometry"]["coordinates"]) == len(links[0]["geometry"]["coordinates"]) - 2
    assert next(each for each in features(missing) if each["id"] == f"kanpur/{first}")["geometry"] is None


def test_a_hot_spot_is_closed_and_counterclockwise() -> None:
    areas = [e for e in features(load_city(ROOT, "sagar")) if e["properties"]["what"] == "hot spots"]
    polygon, point = (each["geometry"] for each in areas)
    (ring,) = polygon["coordinates"]
    assert ring[0] == ring[-1]
    area = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:], strict=False))
    assert area > 0
    assert point == {"type": "MultiPoint", "coordinates": [[78.75, 23.835]]}


def test_nothing_of_third_parties() -> None:
    sagar = load_city(ROOT, "sagar")
    found = shapes(sagar, list(sagar.inventory()), whole=True)
    tokens = {owner.token for sheet in sagar.declared.third_party for owner in sheet.file.owners}
    assert tokens
    for data in (as_geojson(sagar, found), as_kml(sagar, found)):
        assert not [token for token in tokens if token in data.decode()]


def test_kml_has_the_same_and_its_texts_are_escaped(kanpur: City) -> None:
    code = next(iter(kanpur.sites))
    hostile = "<b>&amp; ]]> \x07 'x' \"y\""
    city = replace(kanpur, sites={**kanpur.sites, code: replace(kanpur.sites[code], name=hostile)})
    root = etree.fromstring(as_kml(city, shapes(city, list(city.inventory()), whole=True)))
    marks = {
        mark.findtext(f"{KML}ExtendedData/{KML}Data[@name='id']/{KML}value"): mark
        for mark in root.iter(f"{KML}Placemark")
    }
    assert marks[code].findtext(f"{KML}name", "").startswith("<b>&amp; ]]> \ufffd 'x' \"y\" / ")
    for site in city.sites.values():
        assert site.position
        said = marks[site.code].findtext(f"{KML}Point/{KML}coordinates", "")
        assert [float(part) for part in said.split(",")] == [site.position.lon, site.position.lat]


def test_the_command_tells_which_sites_have_no_position(tmp_path: Path) -> None:
    out = tmp_path / "sites.kml"
    said = CliRunner().invoke(cli, ["map", "sagar", "-o", str(out)], catch_exceptions=False, standalone_mode=False)
    assert said.return_value == 3
    assert re.search(r"34 sites without a position: sgr-j01, .* and 14 more", said.stderr)
    assert len(re.findall("<name>without coordinates</name>", out.read_text(encoding="utf-8"))) == 1
    part = ["map", "kanpur", "--limit", "knp-j01", "--format", "geojson"]
    said = CliRunner().invoke(cli, part, catch_exceptions=False, standalone_mode=False)
    assert said.return_value == 0
    assert [each["id"] for each in json.loads(said.stdout)["features"]] == ["kanpur/knp-j01"]


def test_sites_of_a_plan_are_there_with_it_alone(tmp_path: Path) -> None:
    out = tmp_path / "sites.geojson"
    codes = []
    for more in ([], ["--plan", "extension"]):
        CliRunner().invoke(cli, ["map", "bilaspur", *more, "-o", str(out)], catch_exceptions=False)
        codes.append({each["id"] for each in json.loads(out.read_text(encoding="utf-8"))["features"]})
    assert "bilaspur/bsp-s31" not in codes[0]
    assert "bilaspur/bsp-s31" in codes[1]
    assert codes[1] > codes[0]
