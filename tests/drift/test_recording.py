"""What recorders say of their channels: not recorded, overwritten, not declared; and what is told elsewhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from iccc.compare import Unread
from iccc.drift import recording
from iccc.drift.all import findings
from iccc.errors import Reason
from iccc.finding import Class, Finding, Severity
from iccc.recorder.footage import Footage
from iccc.recorder.state import Channel, LoginState, RecorderState
from tests.drift.readings import DAY, Reading, city
from tests.support import NOW
from tests.unit.states import silent

RECORDER = "bsp-rec01"
CAMERAS = [name for name, camera in city().cameras.items() if camera.recorder == RECORDER]
CAMERA = next(name for name in CAMERAS if city().cameras[name].site == "bsp-j01")
GOOD = Footage(1, "active", None, NOW - 3 * DAY, NOW)
REFUSED = Footage(1, "error", "login refused", NOW - 3 * DAY, NOW - timedelta(hours=5))


def reading(**footage: Footage) -> Reading:
    """All cameras of the recorder are recorded, but for those that are told."""
    one = Reading("bsp-j01")
    told = {name.replace("_", "-"): footage for name, footage in footage.items()}
    one.tell(RECORDER, footage={name: told.get(name, GOOD) for name in {**dict.fromkeys(CAMERAS), **told}})
    return one


def key(name: str) -> str:
    return name.replace("-", "_")


def only(one: Reading) -> Finding:
    (found,) = findings(one.view)
    return found


def test_a_recorder_that_records_all_is_no_finding() -> None:
    assert findings(reading().view) == []


@pytest.mark.parametrize(
    ("footage", "text"),
    [
        (REFUSED, "its recording job is error: login refused, and its newest footage is 5 h old"),
        (replace(GOOD, newest=NOW - timedelta(minutes=16)),
         "its recording job is active, and its newest footage is 16 min old"),
        (replace(GOOD, newest=None), "its recording job is active, and there is no footage"),
        (replace(GOOD, state="idle"), "its recording job is idle, and its newest footage is 0 min old"),
    ],
)  # fmt: skip
def test_a_camera_that_is_not_recorded(footage: Footage, text: str) -> None:
    found = only(reading(**{key(CAMERA): footage}))
    assert (found.device, found.path) == (RECORDER, f"footage[{CAMERA}].now")
    assert (found.class_, found.severity) == (Class.OPERATIONAL, Severity.CRITICAL)
    assert found.text == f"{CAMERA} is not recorded on channel 1 of {RECORDER}: {text}"
    assert found.where == str(city().cameras[CAMERA].where)


def test_a_silent_camera_is_told_once() -> None:
    one = reading(**{key(CAMERA): REFUSED})
    one.seen[CAMERA] = silent(city().cameras[CAMERA])
    one.touched.add(CAMERA)
    assert [found.device for found in findings(one.view)] == [CAMERA]


def test_a_setting_that_explains_it_is_the_finding() -> None:
    one = reading(**{key(CAMERA): REFUSED})
    state = one.seen[RECORDER].state
    assert isinstance(state, RecorderState) and isinstance(state.channels, dict)
    wrong = replace(state.channels[CAMERA], login=LoginState.REFUSED)
    one.set(RECORDER, channels={**state.channels, CAMERA: wrong})
    found = only(one)
    assert (found.path, found.class_) == (f"channels[{CAMERA}].login", Class.CONFIG)
    assert found.severity is Severity.CRITICAL


def test_a_recorder_that_records_nothing_is_one_finding() -> None:
    broken = replace(GOOD, state="error", error="disk error")
    found = only(reading(**{key(name): broken for name in CAMERAS}))
    assert found.path == "footage.now"
    assert found.text.startswith(f"{len(CAMERAS)} of {len(CAMERAS)} cameras are not recorded on {RECORDER}")
    assert set(found.affected) == set(CAMERAS)


def test_footage_that_was_overwritten_too_soon_and_a_recorder_that_is_still_filling() -> None:
    days = city().cameras[CAMERA].retention_days
    short = replace(GOOD, oldest=NOW - 12 * DAY, began=NOW - 40 * DAY)
    found = only(reading(**{key(CAMERA): short}))
    assert (found.path, found.severity) == ("footage.retention", Severity.MAJOR)
    assert f"{CAMERA} 12 of {days} days" in found.text
    enough = replace(short, oldest=NOW - days * DAY)
    assert findings(reading(**{key(CAMERA): enough}).view) == []
    filling = replace(GOOD, oldest=NOW - 12 * DAY).since(NOW - 12 * DAY - timedelta(minutes=30))
    assert filling.began is None
    assert filling.since(NOW - 13 * DAY).began == NOW - 13 * DAY
    assert findings(reading(**{key(CAMERA): filling}).view) == []


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("10.99.1.1", "which is no camera of bilaspur"),
        (city().cameras[CAMERA].address, f"{CAMERA} a second time"),
        (next(c.address for c in city().cameras.values() if c.recorder != RECORDER), "which is declared to record on"),
    ],
)
def test_what_is_on_a_channel_and_not_declared_there(address: str, text: str) -> None:
    one = reading()
    state = one.seen[RECORDER].state
    assert isinstance(state, RecorderState) and isinstance(state.channels, dict)
    other = Channel(60, address, 554, "/live", "", LoginState.PROVED, True)
    one.set(RECORDER, channels={**state.channels, "channel-60": other})
    found = only(one)
    assert (found.path, found.class_, found.severity) == ("channels[channel-60]", Class.INVENTORY, Severity.MINOR)
    assert text in found.text


def test_what_was_not_read_is_unknown() -> None:
    one = Reading("bsp-j01")
    one.tell(RECORDER, footage=Unread(Reason.UNSUPPORTED, "it has no search service"))
    found = only(one)
    assert (found.path, found.class_) == ("footage", Class.OBSERVABILITY)
    one.tell(RECORDER, footage=None)
    assert list(recording.findings(one.view)) == []


def test_an_unread_time_is_no_finding() -> None:
    late = Unread(Reason.BAD_ANSWER, "LatestRecording is 'x', which is no time")
    assert GOOD.trouble(NOW) == ""
    assert replace(GOOD, newest=late).trouble(NOW) == late
    assert findings(reading(**{key(CAMERA): replace(GOOD, newest=late)}).view) == []
