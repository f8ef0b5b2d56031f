"""A stored plan is carried out as it was made, or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.flow.declaration import edit
from tests.flow.town import Town

CHANGED = ("bsp-j01-c01", "bsp-j02-c02")


@pytest.fixture
def planned(deployed: Town, tmp_path: Path) -> Path:
    """A plan that puts back the hostnames of two cameras."""
    for camera in CHANGED:
        deployed.hand.set(camera, "hostname", "somebody")
    file = tmp_path / "plan.json"
    deployed.iccc("plan", "-o", str(file), code=2)
    assert set(json.loads(file.read_text(encoding="utf-8"))["devices"]) == set(CHANGED)
    return file


def test_a_device_that_changed_since_is_refused_and_the_others_are_done(deployed: Town, planned: Path) -> None:
    town = deployed
    town.hand.set(CHANGED[1], "hostname", "somebody else")
    town.hand.count_anew()
    done = town.deploy("--plan", str(planned), "--format", "json", code=2).json
    assert {(row["device"], row["status"]) for row in done["rows"]} == {
        (CHANGED[0], "applied"),
        (CHANGED[1], "refused"),
    }
    assert set(town.hand.written()) == {CHANGED[0]}
    again = town.deploy("--plan", str(planned), code=2)
    assert "plan again" in again.out
    assert [finding["device"] for finding in town.drift()] == [CHANGED[1]]


def test_a_plan_is_carried_out_as_far_as_the_limit_goes(deployed: Town, planned: Path) -> None:
    town = deployed
    town.deploy("--plan", str(planned), "--limit", CHANGED[0])
    assert set(town.hand.written()) == {CHANGED[0]}
    town.deploy("--plan", str(planned), "--limit", CHANGED[1])
    town.iccc("plan", code=0)


def test_a_plan_that_is_not_for_this_is_refused(deployed: Town, planned: Path) -> None:
    town = deployed
    plan = json.loads(planned.read_text(encoding="utf-8"))
    for wrong, told in (
        ({"target": "live"}, "the plan is for bilaspur (live), not for bilaspur (lab)"),
        ({"city": "kanpur"}, "the plan is for kanpur (lab), not for bilaspur (lab)"),
        ({"version": 99}, "plan version 99"),
        ({"devices": None}, "not a plan file"),
    ):
        planned.write_text(json.dumps({**plan, **wrong}), encoding="utf-8")
        assert told in town.deploy("--plan", str(planned), code=1).err

    planned.write_text(json.dumps(plan), encoding="utf-8")
    edit(town.cities / "city.yaml", r"(sub: .*)bitrate_kbps: 512", r"\1bitrate_kbps: 384")
    assert "have changed since the plan was made" in town.deploy("--plan", str(planned), code=1).err
    assert not town.hand.written()
