"""Motion and tamper rules of each make: made, set where they are the camera's own, and those of others left alone."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from iccc.camera import driver
from iccc.camera.desired import desired
from iccc.camera.rule_parameters import all_cells
from iccc.camera.state import CameraState, Rule
from iccc.compare import ABSENT, compare
from iccc.lab.camera import LabCamera
from iccc.lab.camera_model import AXIS, CPPLUS, DOME, GENERIC, HIKVISION, CameraModel
from iccc.lab.device import Fault
from iccc.lab.onvif_soap import TAN, TR2, TRT
from iccc.observed import Outcome, Status
from tests.camera.devices import camera, plugged, reach
from tests.camera.test_metadata import without
from tests.unit.states import bilaspur, kanpur

STREET: Mapping[str, Any] = {"motion": Rule(armed=True, sensitivity=60), "tamper": Rule(armed=True)}


async def put(number: int, wanted: Mapping[str, Any] = STREET) -> list[Outcome]:
    return await driver.apply(camera(number), "rules", CameraState(rules=wanted), reach())


async def read(number: int) -> Mapping[str, Rule]:
    seen = (await driver.observe(camera(number), reach(), (), ("rules",))).state
    assert isinstance(seen, CameraState) and isinstance(seen.rules, Mapping)
    return seen.rules


def kept(lab: LabCamera) -> Any:
    return lab.snapshot()["analytics"]


@pytest.mark.parametrize(
    ("number", "model", "sets", "names"),
    [
        (141, AXIS, 2, ["iccc-motion", "iccc-tamper"]),
        (142, HIKVISION, 0, ["MyMotionDetectorRule", "MyTamperDetectorRule"]),  # as wanted out of the box
        (143, CPPLUS, 2, ["tt:CellMotionDetector", "iccc-tamper"]),  # the engine, and a rule for tampering
        (144, without(AXIS, TR2), 2, ["iccc-motion", "iccc-tamper"]),
        (145, without(CPPLUS, TRT), 2, ["tt:CellMotionDetector", "iccc-tamper"]),
    ],
)
def test_a_profile_on_each_make(number: int, model: CameraModel, sets: int, names: list[str]) -> None:
    async def scenario() -> None:
        async with plugged(number, model) as lab:
            assert {outcome.status for outcome in await put(number)} <= {Status.APPLIED}
            assert list(compare(STREET, await read(number))) == []
            assert (list(kept(lab)["rules"]), lab.counters.sets) == (names, sets)
            assert await put(number) == []
            assert lab.counters.sets == sets

    asyncio.run(scenario())


def test_what_a_make_rounds_is_clamped() -> None:
    async def scenario() -> None:
        async with plugged(146, HIKVISION) as lab:
            (told,) = await put(146, {"motion": Rule(armed=True, sensitivity=47)})
            assert (told.change.path, told.status, told.seen) == ("rules[motion].sensitivity", Status.CLAMPED, 40.0)
            assert kept(lab)["sensitivity"] == 40

    asyncio.run(scenario())


@pytest.mark.parametrize("model", [GENERIC, DOME, without(AXIS, TAN)], ids=["generic", "dome", "no-service"])
def test_a_camera_without_analytics_says_so(model: CameraModel) -> None:
    async def scenario() -> None:
        async with plugged(147, model) as lab:
            assert await read(147) == {}
            assert {(o.status, o.text) for o in await put(147)} == {(Status.UNSUPPORTED, "the camera has no analytics")}
            assert await put(147, {"motion": ABSENT}) == []
            assert lab.counters.sets == 0

    asyncio.run(scenario())


def test_rules_of_somebody_else_are_left_alone() -> None:
    async def scenario() -> None:
        async with plugged(148, AXIS) as lab:
            lab.inject("analytics.rules.theirs", "MotionRegionDetector")
            lab.inject("analytics.rules.theirs.sensitivity", 10)
            theirs = kept(lab)["rules"]["theirs"]
            assert await read(148) == {}
            await put(148)
            lab.inject("analytics.rules.iccc-motion.armed", False)
            lab.inject("analytics.rules.iccc-motion.sensitivity", 90)
            assert {o.change.path: o.status for o in await put(148)} == {
                "rules[motion].armed": Status.APPLIED,
                "rules[motion].sensitivity": Status.APPLIED,
            }
            assert {o.status for o in await put(148, {"motion": ABSENT, "tamper": ABSENT})} == {Status.APPLIED}
            assert kept(lab)["rules"] == {"theirs": theirs}
            for number in range(9):
                lab.inject(f"analytics.rules.their{number}", "MotionRegionDetector")
            (full,) = await put(148, {"motion": Rule(armed=True)})
            assert (full.status, full.text.startswith("no room for one more MotionRegionDetector")) == (
                Status.UNSUPPORTED,
                True,
            )

    asyncio.run(scenario())


def test_the_camera_own_rules_are_never_deleted() -> None:
    async def scenario() -> None:
        async with plugged(149, CPPLUS) as lab:
            (told,) = await put(149, {"motion": ABSENT})
            assert (told.status, told.text) == (Status.REFUSED, "tt:CellMotionDetector is the camera's own rule")
            assert lab.counters.sets == 0
            lab.inject("analytics.rules.tt:CellMotionDetector", None)
            assert {o.status for o in await put(149)} == {Status.APPLIED}
            made = kept(lab)["rules"]["iccc-motion"]
            assert dict(made["items"])["ActiveCells"] == "0P8A8A=="

    asyncio.run(scenario())


def test_a_camera_that_only_says_so_and_one_that_is_sick() -> None:
    async def scenario() -> None:
        async with plugged(150, AXIS) as lab:
            lab.fault = Fault.IGNORES
            assert {outcome.status for outcome in await put(150)} == {Status.ACCEPTED_NOT_APPLIED}
        for fault in (Fault.NO_SERVICES, Fault.FOREIGN_XADDR, Fault.WRONG_NAMESPACE):
            async with plugged(151, AXIS) as lab:
                lab.fault = fault
                assert {outcome.status for outcome in await put(151)} == {Status.APPLIED}, fault
                lab.inject("analytics.rules.iccc-motion.armed", False)
                assert {outcome.status for outcome in await put(151)} == {Status.APPLIED}, fault
                assert kept(lab)["rules"]["iccc-motion"]["polygon"] == ((-1, -1), (-1, 1), (1, 1), (1, -1))
            async with plugged(152, CPPLUS) as lab:
                lab.fault = fault
                assert {outcome.status for outcome in await put(152)} == {Status.APPLIED}, fault
                assert kept(lab)["sensitivity"] == 60

    asyncio.run(scenario())


def test_only_what_a_layer_names_is_wanted() -> None:
    city = kanpur()
    by_group = {camera.group: camera for camera in city.cameras.values()}
    assert desired(by_group["fixed"], city).state.rules == STREET
    assert desired(by_group["fixed"], city).where("rules[motion].sensitivity").file == "cities/kanpur/city.yaml"
    assert desired(by_group["anpr"], city).state.rules == {"tamper": Rule(armed=True)}
    assert desired(by_group["rlvd"], city).state.rules is None
    assert "rules" in driver.declared_sections(city)
    assert "rules" not in driver.declared_sections(bilaspur())


def unpacked(packed: bytes) -> bytes:
    """PackBits of TIFF 6.0, the other way round."""
    out, at = b"", 0
    while at < len(packed):
        head = packed[at]
        if head < 128:
            out, at = out + packed[at + 1 : at + 2 + head], at + 2 + head
        else:
            out, at = out + packed[at + 1 : at + 2] * (257 - head), at + 2
    return out


@given(st.integers(1, 64), st.integers(1, 64))
def test_every_cell_of_any_layout_is_active(columns: int, rows: int) -> None:
    layout = f'<t:CellLayout xmlns:t="x" Columns="{columns}" Rows="{rows}"/>'
    bits = unpacked(base64.b64decode(all_cells(etree.fromstring(f"<Module>{layout}</Module>"))))
    whole = "".join(f"{byte:08b}" for byte in bits)
    cells = columns * rows
    assert (whole[:cells], whole[cells:]) == ("1" * cells, "0" * (-cells % 8))
