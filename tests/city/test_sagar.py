"""Sagar as its sources name it: places, call boxes, two control rooms, services, and every kind of thing on a site."""

from __future__ import annotations

from collections import Counter
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest

from iccc.city.devices import City, Kind
from iccc.city.load import load_city
from iccc.city.model.common import Category, Lifecycle

ROOT = Path(__file__).parents[2]
SQUARES = ("Civil Lines", "Vanijya Kar", "Peeli Kothi", "Degree College", "Sanjay Drive", "Vandana Tiraha")

pytestmark = pytest.mark.timeout(60)


@pytest.fixture(scope="module")
def sagar() -> City:
    return load_city(ROOT, "sagar")


def test_every_sort_of_place_that_is_named(sagar: City) -> None:
    types = Counter(site.type for site in sagar.sites.values())
    assert types[Category.ENTRY_EXIT_POINT] == 5
    assert types[Category.JUNCTION] == 19
    assert types[Category.BUS_STAND] == types[Category.RAILWAY_STATION] == 1
    plural = (Category.GIRLS_SCHOOL, Category.GIRLS_COLLEGE, Category.SHOPPING_MALL, Category.HOTSPOT_AREA)
    assert all(types[type_] > 1 for type_ in plural)
    assert tuple(site.name for site in sagar.sites.values())[:6] == SQUARES
    assert all(site.name_hi for site in sagar.sites.values())
    assert {camera.group for camera in sagar.cameras.values()} >= {"anpr", "rlvd"}


def test_figures_add_up_and_bear_no_date(sagar: City) -> None:
    assert sagar.notes == ()
    assert sagar.declared.published is not None
    figures = sagar.declared.published.file.figures
    assert {figure.as_of for figure in figures.values()} == {"unknown"}
    assert {name: figure.value for name, figure in figures.items() if figure.counted} == {
        "entry-exit-points": 5, "vantage-points": 19,
    }  # fmt: skip
    unknown = {name for name, figure in figures.items() if figure.value == "unknown"}
    assert unknown == {"cameras", "private-cameras", "call-boxes", "hot-spots"}


def test_call_boxes_have_one_button_both_rooms_and_a_ptz_camera(sagar: City) -> None:
    boxes = [(sheet.file, box) for sheet in sagar.declared.sites for box in sheet.file.call_boxes]
    assert {file.name for file, _ in boxes} == set(SQUARES)
    for file, box in boxes:
        assert box.buttons == 1
        assert set(box.answered_at) == {"police-control-room", "iccc"}
        turned = [sagar.cameras[f"sgr-j{file.number:02d}-c{slot:02d}"] for slot in box.cameras]
        assert [camera.group for camera in turned] == ["ptz"]


def test_a_call_box_over_4g_has_an_address_and_no_port(sagar: City) -> None:
    box = sagar.equipment["sgr-j06-ecb1"]
    assert (box.address, box.switch, box.port, box.vlan) == ("10.95.6.21", None, None, None)


def test_two_control_rooms_and_private_cameras_in_one(sagar: City) -> None:
    assert sagar.declared.governance is not None
    rooms = sagar.declared.governance.file.control_rooms
    assert all("project" in room.watches for room in rooms.values())
    (private,) = [room for room in rooms.values() if "third_party" in room.watches]
    assert private.type == "police_control_room"
    assert (private.seats, private.uplink_mbps) == ("unknown", "unknown")
    assert {room.type for room in rooms.values()} == {"police_control_room", "iccc"}


def test_services_of_the_iccc(sagar: City) -> None:
    assert sagar.declared.governance is not None
    governance = sagar.declared.governance.file
    kinds = {service.type: service.at for service in governance.services.values()}
    assert kinds == {"helpline": "iccc", "video_counselling": "iccc", "app": None, "volunteers": None, "map": None}
    assert governance.nodal_officers is None


def test_hot_spots_are_areas_with_evidence_and_a_review(sagar: City) -> None:
    assert sagar.declared.hot_spots is not None
    spots = sagar.declared.hot_spots.file.hot_spots
    assert {number for spot in spots.values() for number in spot.sites} == {
        site.number for site in sagar.sites.values() if site.type is Category.HOTSPOT_AREA
    }
    for spot in spots.values():
        assert {corner.precision for corner in spot.area} == {"example"}
        assert all(evidence.what.startswith("An example") for evidence in spot.evidence)
        assert all(evidence.source.startswith("An example") for evidence in spot.evidence)


def test_private_owners_overlap_behind_gateways_of_their_own(sagar: City) -> None:
    (head,) = [sheet.file for sheet in sagar.declared.third_party]
    assert [entry.cameras for entry in head.counts] == ["unknown"]
    reaches = [owner.reach for owner in head.owners if owner.reach]
    assert [reach.prefix for reach in reaches] == [IPv4Network("192.168.1.0/24")] * 2
    field = sagar.declared.city.file.network.field
    assert field is not None
    gateways = [reach.gateway for reach in reaches]
    assert len(set(gateways)) == 2
    taken = {IPv4Address(device.address) for device in sagar.inventory()}
    assert all(gateway in field.prefix and gateway not in taken for gateway in gateways if gateway)


def test_every_kind_of_equipment_is_there_and_planned(sagar: City) -> None:
    kinds = Counter(device.kind for device in sagar.equipment.values())
    assert set(kinds) == {Kind.UPS, Kind.CALL_BOX, Kind.PA, Kind.VMS_BOARD, Kind.SENSOR, Kind.SERVER}
    assert kinds[Kind.UPS] == len(sagar.sites)
    assert {device.status for device in sagar.inventory()} == {Lifecycle.PLANNED}
    for site in sagar.sites.values():
        (cabinet,) = site.cabinets
        assert cabinet.meter is not None
        assert (cabinet.meter.consumer or "").startswith("store:sgr/")
        assert cabinet.earthing_pits > 0
        assert cabinet.surge_protection


def test_names_and_addresses_are_nobody_elses(sagar: City) -> None:
    devices = list(sagar.inventory())
    assert len({device.name for device in devices}) == len({device.address for device in devices}) == len(devices)
    network = sagar.declared.city.file.network
    assert network.field is not None
    for device in sagar.equipment.values():
        if device.kind is not Kind.SERVER:
            assert IPv4Address(device.address) in network.field.prefix
