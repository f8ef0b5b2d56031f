"""Quirks of vendors: a make of the lab plays each, with the harm that whoever does not know it would do."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, fields

import pytest

from iccc.camera import driver
from iccc.camera.state import CameraState
from iccc.camera.vendors import QUIRKS, quirks_of
from iccc.compare import Within
from iccc.lab.camera_makes import BOSCH, GEOVISION, HIKVISION_LIST, HIKVISION_NTP
from iccc.lab.camera_model import AXIS, CPPLUS, GENERIC, HIKVISION, CameraModel
from iccc.onvif.quirks import NO_QUIRKS, Quirks
from iccc.onvif.state import Identity, Time, TimeMode
from tests.camera.devices import camera, plugged, reach, stored

SERVERS = frozenset({"10.0.0.1"})
TIME = CameraState(time=Time(TimeMode.NTP, 330, SERVERS, Within(2.0)))
SERVER = CameraState(time=Time(ntp_servers=frozenset({"10.0.0.2"})))
ALL = ("mode", "utc_offset_min", "ntp_servers", "skew_s")


@dataclass(frozen=True)
class Case:
    """Outcomes by the last word of their path, of who knows the quirk and of who does not, and the Sets it took."""

    make: CameraModel
    wanted: CameraState
    with_it: dict[str, str]
    sets: int
    without: dict[str, str]
    sets_without: int
    first: CameraState | None = None  # written before


APPLIED = dict.fromkeys(ALL, "applied")
CASES_OF_QUIRKS = {
    "hikvision-list": Case(HIKVISION_LIST, TIME, APPLIED, 3, {**APPLIED, "utc_offset_min": "failed"}, 3),
    "hikvision-ntp": Case(
        HIKVISION_NTP, SERVER, {"ntp_servers": "applied"}, 2, {"ntp_servers": "accepted-not-applied"}, 1, first=TIME
    ),
    "bosch": Case(
        BOSCH,
        TIME,
        {"mode": "unsupported", "utc_offset_min": "unsupported", "ntp_servers": "applied", "skew_s": "unsupported"},
        1,
        {**dict.fromkeys(ALL, "accepted-not-applied"), "ntp_servers": "applied"},
        3,
    ),
    "geovision": Case(GEOVISION, TIME, APPLIED, 2, {**dict.fromkeys(ALL, "failed"), "ntp_servers": "applied"}, 1),
}


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
@pytest.mark.parametrize("name", CASES_OF_QUIRKS)
def test_what_a_quirk_is_good_for(name: str, known: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    case = CASES_OF_QUIRKS[name]

    async def scenario() -> None:
        run = reach(stored("c21"))
        async with plugged(21, case.make) as lab:
            if case.first is not None:
                await driver.apply(camera(21), "time", case.first, run)
            if not known:
                monkeypatch.setattr(driver, "quirks_of", lambda _: NO_QUIRKS)
            before = lab.counters.sets
            outcomes = await driver.apply(camera(21), "time", case.wanted, run)
            told = {outcome.change.path.rpartition(".")[2]: str(outcome.status) for outcome in outcomes}
            assert told == (case.with_it if known else case.without)
            assert lab.counters.sets - before == (case.sets if known else case.sets_without)

    asyncio.run(scenario())


def test_a_camera_that_takes_no_clock_says_where_to_set_it() -> None:
    async def scenario() -> None:
        run = reach(stored("c22"))
        async with plugged(22, BOSCH):
            outcomes = await driver.apply(camera(22), "time", TIME, run)
            texts = {outcome.text for outcome in outcomes if outcome.change.path == "time.mode"}
            assert texts == {"cameras of this make do not take it over ONVIF: it is to be set on the camera's own page"}

    asyncio.run(scenario())


def _identity(model: CameraModel) -> Identity:
    return Identity(model.manufacturer, model.model, model.firmware, "1")


def test_every_quirk_is_played_sourced_and_known_by_its_fields() -> None:
    names = {field.name for field in fields(Quirks)}
    played = [_identity(case.make) for case in CASES_OF_QUIRKS.values()]
    for quirk in QUIRKS:
        assert quirk.says and set(quirk.says) <= names
        assert quirk.source and quirk.harm
        assert any(quirk.fits(identity) for identity in played), quirk


def test_quirks_are_found_by_manufacturer_model_and_firmware() -> None:
    assert quirks_of(None) == NO_QUIRKS
    for make in (AXIS, CPPLUS, GENERIC):
        assert quirks_of(_identity(make)) == NO_QUIRKS
    assert quirks_of(_identity(HIKVISION)) == Quirks(zone_form="CST{}:00")
    old = Identity("Hikvision", "ds-2cd2t47g2-l", "V5.7.3 build 220112", "")
    assert quirks_of(old) == Quirks(zone_form="CST{}:00", ntp_holds_with_mode=True)
    assert not quirks_of(Identity("Hikvision", "DS-2CD2T47G2-L", "V5.7.15", "")).ntp_holds_with_mode
