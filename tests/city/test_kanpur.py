"""Kanpur as declared: every figure, post and rule that the sources print, and the Smart City's cameras as devices."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from iccc.camera.desired import desired
from iccc.camera.state import Imaging
from iccc.city.devices import City, Kind
from iccc.city.load import load_city
from iccc.city.model.common import Category, Lifecycle, View
from iccc.city.model.governance import GovernanceFile
from iccc.city.model.published import Figure
from iccc.city.model.third_party import HeadCount, ThirdPartyFile

ROOT = Path(__file__).parents[2]

# What is printed: head of the declaration, in print, cameras.
SMART_CITY = 624
LINKED = {
    "banks-atms": ("बैंक व एटीएम", 428),
    "shops": ("दुकानों के", 321),
    "industry": ("उद्योग", 114),
    "auto-dealers": ("आटोमोबाइल", 82),
    "nagar-nigam": ("नगर निगम", 39),
    "petrol-pumps": ("पेट्रोल पंप", 30),
    "bus-stand": ("बस स्टैंड", 26),
    "police-posts": ("पुलिसचौकी", 20),
    "schools": ("स्कूलों के", 11),
    "hospitals": ("अस्पताल", 9),
    "nhai": ("एनएचएआइ", 8),
    "kda": ("केडीए", 7),
}
ITEMISED = {"industry": 1000, "commercial-establishments": 500, "hospitals": 200, "petrol-pumps": 141}
WITHOUT_A_NUMBER = {"hotels", "police-posts", "medical-stores", "banks-atms", "liquor-shops", "roads-public-areas"}
NO_OFFICER_IN_PRINT = {
    Category.BANK,
    Category.ATM,
    Category.AUTO_DEALER,
    Category.LIQUOR_SHOP,
    Category.NHAI,
    Category.BUS_STAND,
    Category.HOME,
    Category.COMMERCIAL_ESTABLISHMENT,
}


@pytest.fixture(scope="module")
def city() -> City:
    return load_city(ROOT, "kanpur")


@pytest.fixture(scope="module")
def heads(city: City) -> dict[str, ThirdPartyFile]:
    return {sheet.file.head: sheet.file for sheet in city.declared.third_party}


@pytest.fixture(scope="module")
def governance(city: City) -> GovernanceFile:
    assert city.declared.governance is not None
    return city.declared.governance.file


@pytest.fixture(scope="module")
def figures(city: City) -> dict[str, Figure]:
    assert city.declared.published is not None
    return city.declared.published.file.figures


def counts(heads: dict[str, ThirdPartyFile], phase: str) -> dict[str, HeadCount]:
    return {name: entry for name, head in heads.items() for entry in head.counts if entry.phase == phase}


def numbers(heads: dict[str, ThirdPartyFile], phase: str) -> dict[str, int]:
    return {name: e.cameras for name, e in counts(heads, phase).items() if isinstance(e.cameras, int)}


def test_the_smart_citys_cameras_are_devices(city: City) -> None:
    assert len(city.cameras) == SMART_CITY
    assert {(c.owner, c.phase, c.status) for c in city.cameras.values()} == {("project", "linked", Lifecycle.INSTALLED)}
    per_site = Counter(camera.site for camera in city.cameras.values())
    assert set(per_site) == set(city.junctions) == set(city.sites)
    assert Counter(per_site.values()) == {24: 20, 18: 8}
    kinds = Counter(switch.role for switch in city.switches.values())
    assert kinds == {"access": 104, "aggregation": 2, "core": 2}
    assert Counter(recorder.standby for recorder in city.recorders.values()) == {False: 11, True: 1}


def test_the_linked_heads_are_those_in_print_and_miss_one_camera(city: City, heads: dict[str, ThirdPartyFile]) -> None:
    linked = numbers(heads, "linked")
    assert {name: (heads[name].title_hi, number) for name, number in linked.items()} == LINKED
    assert SMART_CITY + sum(linked.values()) == 1719
    assert {entry.status for entry in counts(heads, "linked").values()} == {Lifecycle.COMMISSIONED}


def test_the_gap_of_one_is_said_once_with_its_line(city: City) -> None:
    [note] = city.notes
    file, line, _ = note.where.split(":")
    assert file == "cities/kanpur/published.yaml"
    assert (ROOT / file).read_text(encoding="utf-8").splitlines()[int(line) - 1].strip() == "value: 1720"
    assert "1720" in note.text and "1719" in note.text


def test_every_printed_head_is_a_figure_and_a_part_of_the_total(figures: dict[str, Figure]) -> None:
    total = figures["linked"]
    assert total.value == 1720
    assert {name: (figures[name].text_hi, figures[name].value) for name in total.parts} == {
        "smart-city": ("स्मार्ट सिटी", SMART_CITY),
        **LINKED,
    }
    assert all(figures[name].counted is not None for name in total.parts)
    assert (figures["labs"].value, figures["labs"].counted) == (1, None)


def test_five_thousand_are_planned(heads: dict[str, ThirdPartyFile], figures: dict[str, Figure]) -> None:
    planned = numbers(heads, "within-a-month")
    assert planned == {**ITEMISED, "unitemised": 5000 - sum(ITEMISED.values())}
    assert sum(ITEMISED.values()) == 1841
    assert figures["planned"].value == 5000
    assert (figures["planned-hotels"].value, figures["planned-hotels"].counted) == (235, None)
    assert heads["unitemised"].counts[0].derived is not None
    unknown = {name: e for name, e in counts(heads, "within-a-month").items() if e.cameras == "unknown"}
    assert set(unknown) == WITHOUT_A_NUMBER
    assert {entry.within for entry in unknown.values()} == {"unitemised"}


def test_homes_and_buses_have_no_number(city: City, heads: dict[str, ThirdPartyFile]) -> None:
    assert {name: e.cameras for name, e in counts(heads, "safe-city").items()} == {"homes": "unknown"}
    assert city.declared.buses is not None
    [fleet] = city.declared.buses.file.fleets.values()
    assert (fleet.buses, fleet.cameras_per_bus, fleet.phase) == ("unknown", "unknown", "safe-city")


def test_every_count_has_a_source_and_a_date_or_says_that_it_has_none(
    heads: dict[str, ThirdPartyFile], figures: dict[str, Figure]
) -> None:
    for phase in ("linked", "within-a-month"):
        assert {str(entry.as_of) for entry in counts(heads, phase).values()} == {"2023-02-06"}
    for name, figure in figures.items():
        assert (figure.as_of == "unknown") == ("Press" in figure.source), name


def test_only_outward_cameras_and_main_roads_where_the_rules_say_so(
    city: City, heads: dict[str, ThirdPartyFile]
) -> None:
    assert {camera.view for camera in city.cameras.values()} == {View.PUBLIC_WAY}
    on_main_roads = set()
    for name, head in heads.items():
        if name == "unitemised":
            continue
        assert head.rule is not None, name
        assert (head.rule.views, head.rule.monitored, head.rule.audio) == ((View.PUBLIC_WAY,), "24x7", False), name
        if head.rule.main_road:
            on_main_roads.add(name)
    assert on_main_roads == {"medical-stores", "petrol-pumps"}


def test_nodal_officers_are_as_printed(governance: GovernanceFile) -> None:
    officers = governance.nodal_officers or ()
    assert {officer.post: set(map(str, officer.categories)) for officer in officers} == {
        "ADM City": {"medical_store", "shop", "hotel"},
        "ADM Judicial": {"school"},
        "Chief Development Officer": {"hospital", "pathology_lab", "industry"},
        "ADM Supply": {"petrol_pump"},
    }
    assert {o.post: o.note for o in officers if o.note} == {"ADM Supply": "With the oil companies, within a week."}


def test_no_officer_is_invented(city: City, heads: dict[str, ThirdPartyFile], governance: GovernanceFile) -> None:
    asked = {category for head in heads.values() for category in head.categories} | {Category.BUS}
    answered = {category for officer in governance.nodal_officers or () for category in officer.categories}
    run = {category for body in governance.bodies.values() for category in body.runs}
    assert asked - answered - run == NO_OFFICER_IN_PRINT
    assert not answered & run


def test_our_readings_hide_no_officer(heads: dict[str, ThirdPartyFile], governance: GovernanceFile) -> None:
    """Departments run the places of their own kind, roads have no category, and the company is an example."""
    runs = {name: set(map(str, body.runs)) for name, body in governance.bodies.items() if body.runs}
    assert runs == {
        "smart-city": {"smart_city", "junction"},
        "police": {"police_post", "police_station"},
        "nagar-nigam": {"nagar_nigam"},
        "kda": {"dev_authority"},
        "city-transport": {"bus"},
    }
    assert heads["roads-public-areas"].categories == ()
    company = governance.bodies["smart-city"]
    assert company.source is None and (company.note or "").startswith("An example")


def test_departments_outreach_and_the_review(governance: GovernanceFile) -> None:
    departments = {body.title for body in governance.bodies.values() if body.type == "department"}
    assert departments == {
        "Police",
        "Nagar Nigam",
        "Electricity",
        "KDA",
        "City transport",
        "Urban bodies",
        "Medical",
        "Women's welfare",
    }
    assert {post.post for post in governance.outreach} == {
        "Drug Inspector",
        "Deputy Commissioner Industries",
        "Deputy Commissioner State Tax",
    }
    [review] = governance.reviews
    assert "कितने सही हैं और कितने खराब" in review.asks[0]
    [room] = governance.control_rooms.values()
    assert (room.type, room.hours, set(room.watches)) == ("iccc", "24x7", {"project", "third_party"})
    rules = " ".join(rule.text for rule in governance.rules)
    for benefit in ("crime", "traffic violations", "tempos and taxis", "encroachment", "leakage"):
        assert benefit in rules


def test_names_and_addresses_are_nobody_elses_in_their_prefixes(city: City) -> None:
    devices = list(city.inventory())
    assert len({device.name for device in devices}) == len({device.address for device in devices}) == len(devices)
    prefix = {Kind.SWITCH: "10.84.", Kind.CAMERA: "10.85.", Kind.RECORDER: "10.86.0.", Kind.SERVER: "10.86.1."}
    prefix[Kind.UPS] = "10.87."
    assert all(device.address.startswith(prefix[device.kind]) for device in devices)
    assert Counter(device.kind for device in devices) == {
        Kind.SWITCH: 108,
        Kind.CAMERA: SMART_CITY,
        Kind.RECORDER: 12,
        Kind.SERVER: 4,
        Kind.UPS: 28,
    }
    assert {*city.ntp_servers, *city.syslog_hosts} <= {d.address for d in devices if d.kind is Kind.SERVER}


def test_no_ring_carries_more_than_its_share_or_has_too_many_nodes(city: City) -> None:
    rings = [chain for chain in city.chains.values() if chain.ring]
    assert [len(ring.sites) for ring in rings] == [4] * 7
    for ring in rings:
        kbps = sum(
            stream.bitrate_kbps
            for camera in city.cameras.values()
            if camera.site in ring.sites
            for stream in camera.streams.values()
        )
        mbps = kbps / 1000 * (1 + city.sizing.protocol_overhead)
        assert mbps <= city.sizing.max_utilisation * ring.speed_mbps, ring.name
        assert ring.node_limit is not None and len(ring.nodes) <= ring.node_limit


def test_cameras_for_number_plates_have_a_picture_of_their_own(city: City) -> None:
    profiles = {camera.group: camera.imaging for camera in city.cameras.values()}
    assert profiles == {"fixed": "street", "ptz": None, "anpr": "plates", "rlvd": None}
    plates = next(camera for camera in city.cameras.values() if camera.group == "anpr")
    wanted = desired(plates, city)
    assert wanted.state.imaging == Imaging(wdr="off", ir_cut="auto", exposure="auto", max_exposure_us=2000)
    lines = (ROOT / "cities/kanpur/city.yaml").read_text(encoding="utf-8").splitlines()
    for leaf in ("wdr", "ir_cut", "exposure", "max_exposure_us"):
        where = wanted.where(f"imaging.{leaf}")
        assert lines[where.line - 1].strip().startswith("plates:"), leaf


def test_recorders_have_channels_throughput_and_disk_for_their_cameras(city: City) -> None:
    sizing = city.sizing
    for recorder in city.recorders.values():
        cameras = [camera for camera in city.cameras.values() if camera.recorder == recorder.name]
        type_ = city.catalogue[recorder.device_type]
        assert (len(cameras) == 0) == recorder.standby
        assert len(cameras) <= recorder.channels == 64
        mbps = sum(stream.bitrate_kbps for camera in cameras for stream in camera.streams.values()) / 1000
        assert type_.throughput_mbps is not None and type_.usable_tb is not None
        assert mbps * sizing.recorder_peak <= type_.throughput_mbps * (1 - sizing.recorder_reserve)
        net_tb = sum(c.streams["main"].bitrate_kbps / 1000 * 0.0108 * c.retention_days for c in cameras)
        assert net_tb * (1 + sizing.fs_overhead) * (1 + sizing.growth) <= type_.usable_tb
