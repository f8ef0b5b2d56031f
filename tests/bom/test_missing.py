"""What a what-if lacks: recorders until each camera is on one that holds it, and the rupees of what goes with them."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from iccc.bom.whatif import limits
from iccc.city.devices import City
from iccc.city.supposed import suppose
from iccc.cli.main import cli
from iccc.rules.all import RULES
from iccc.sizing.enough import Enough, with_enough
from iccc.sizing.recording import disk_tb
from tests.sizing.cities import ROOT, shipped

DEMO = str(ROOT / "catalogue/rates/demo-FAKE.csv")
TODAY = date(2026, 11, 30)
CITY = shipped("sagar")


def ran(city: str, *words: str) -> str:
    said = CliRunner().invoke(cli, ["whatif", city, *words], catch_exceptions=False, standalone_mode=False)
    return said.stdout


def asked(city: str, *words: str) -> Any:
    return json.loads(ran(city, *words, "--format", "json", "--on", "2026-11-30"))


def supposed(city: str, *words: str) -> City:
    return suppose(ROOT, city, words)[1]


def enough(city: City) -> Enough:
    found = with_enough(city)
    assert found is not None
    return found


def assert_all_fit(city: City) -> None:
    """By channels, throughput and disk, added up here and not by the code that fills."""
    cameras = defaultdict(list)
    for camera in city.cameras.values():
        cameras[camera.recorder].append(camera)
    for name, here in cameras.items():
        type_ = city.catalogue[city.recorders[name].device_type]
        assert type_.channels and type_.throughput_mbps and type_.usable_tb
        mbps = sum(stream.bitrate_kbps for camera in here for stream in camera.streams.values()) / 1000 * 1.1
        assert len(here) <= type_.channels
        assert mbps <= type_.throughput_mbps * 0.75 + 1e-6
        assert (disk_tb(here, city.sizing) or 0) <= type_.usable_tb + 1e-6
        assert not city.recorders[name].standby


def test_sixty_days_in_bilaspur() -> None:
    """By hand: 2,222.6 TB are 14 recorders of 160 TB, and one stands by; each has one RAID group of twelve drives."""
    data = asked("bilaspur", "--set", "retention.street.days=60", "--rates", DEMO)
    missing = data["missing"]
    assert [(each["device_type"], each["standby"]) for each in missing["recorders"]] == [("nvr-64ch", False)] * 5
    changes = {change["item"]: change["difference"]["quantity"] for change in missing["bill"]["changes"]}
    assert (changes["F.2.1"], changes["F.2.2"], changes["G.3.1"]) == (5, 60, 5)
    assert changes["K.3.1"] > 0  # five more draw power
    steps = {step["name"]: step for step in missing["bill"]["steps"]}
    kept = {step["name"]: step for step in data["bill"]["steps"]}
    assert steps["total"]["before"] == kept["total"]["before"]
    assert Decimal(steps["capital expenditure"]["difference"]) > 0
    assert steps["capital expenditure"]["after"] != kept["capital expenditure"]["after"]
    assert missing["limits"] == []  # with them all rules hold that broke


@pytest.mark.parametrize("city", ["kanpur", "sagar"])
def test_with_enough_recorders_no_limit_breaks(city: str) -> None:
    before, after, _ = suppose(ROOT, city, ["retention.street.days=60"])
    assert [limit for limit in limits(before, after, TODAY, RULES) if limit.turn == "breaks"]
    found = enough(after)
    assert found.added
    assert not found.without_room
    assert_all_fit(found.city)
    assert not [limit for limit in limits(before, found.city, TODAY, RULES) if limit.turn == "breaks"]


def kept_for(days: int, city: City = CITY) -> City:
    """What ``retention.street.days`` says of all cameras, without reading the files again."""
    return replace(
        city, cameras={name: replace(each, retention_days=days) for name, each in city.cameras.items()}
    )  # fmt: skip


@settings(max_examples=25)
@given(days=st.integers(1, 200), usable_tb=st.integers(20, 200))
def test_every_camera_fits_whatever_is_kept(days: int, usable_tb: int) -> None:
    """And where nothing is added and nothing moves, the city is as it was."""
    type_ = CITY.catalogue["nvr-64ch"].model_copy(update={"usable_tb": usable_tb})
    after = kept_for(days, replace(CITY, catalogue={**CITY.catalogue, "nvr-64ch": type_}))
    found = enough(after)
    assert_all_fit(found.city)
    assert set(found.city.cameras) == set(after.cameras)
    for name, camera in found.city.cameras.items():
        moved = camera.recorder != after.cameras[name].recorder
        assert moved == (name in found.moved)
    if not found.added and not found.moved:
        assert (found.city.recorders, found.city.cameras) == (after.recorders, after.cameras)


def test_more_days_never_take_fewer_recorders() -> None:
    counts = [len(enough(kept_for(days)).added) for days in (30, 45, 60, 90, 120)]
    assert counts == sorted(counts)
    assert counts[0] == 0 < counts[-1]


def test_a_camera_that_no_recorder_holds_is_told_and_stays() -> None:
    found = enough(supposed("sagar", "device_types.nvr-64ch.usable_tb=1"))
    assert len(found.without_room) == len(found.city.cameras) > 100
    assert not found.added
    assert "would not even fit an empty recorder" in ran("sagar", "--set", "device_types.nvr-64ch.usable_tb=1")


def test_room_elsewhere_is_used_before_anything_is_added() -> None:
    """At 46 days the first recorders are too full, and the last ones have room."""
    found = enough(kept_for(42))  # 150 TB on the fullest, 116 TB on the last ones, of 160
    assert (found.added, found.moved) == ((), ())
    found = enough(kept_for(46))
    assert found.moved
    assert not found.added


def test_a_second_standby_is_missing_where_two_are_to_stand_by() -> None:
    said = ran("sagar", "--set", "recorder_failover=2")
    assert "What is missing: 1 nvr-64ch to stand by" in said


def test_a_phase_has_its_own_of_what_is_missing() -> None:
    """Recorders that older cameras take are in no bill of the extension."""
    data = asked("bilaspur", "--phase", "extension", "--set", "retention.street.days=90", "--rates", DEMO)
    missing = data["missing"]
    assert missing["cameras_moved"]
    assert {each["phase"] for each in missing["recorders"]} == {"extension"}
    assert missing["recorders_of_other_phases"] > len(missing["recorders"])
    [recorders] = [change for change in missing["bill"]["changes"] if change["item"] == "F.2.1"]
    assert recorders["difference"]["quantity"] == len(missing["recorders"])
    assert missing["bill"]["steps"][0]["before"] == data["bill"]["steps"][0]["before"]


def test_unknown_days_are_not_known() -> None:
    assert with_enough(kept_for(0)) is None


def test_text_says_what_is_missing_in_rupees_and_marks_made_up_ones() -> None:
    said = ran("sagar", "--set", "retention.street.days=60", "--rates", DEMO)
    [line] = [line for line in said.splitlines() if line.startswith("What is missing:")]
    assert "2 nvr-64ch, 24 drives more than declared now: capital expenditure Rs +29,19,499.44" in line
    table = said.partition("Estimate with enough recorders")[2]
    assert all("FAKE RATES" in row for row in table.splitlines() if row.startswith(("base", "total", "operation")))
    assert "Rs " not in ran("sagar", "--set", "retention.street.days=60").partition("What is missing")[2]
    assert "What is missing: nothing" in ran("jhansi", "--set", "retention.street.days=60")
    assert "What is missing" not in ran("jhansi", "--set", "ups_hours=2")
