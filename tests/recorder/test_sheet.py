"""The sheet of channels: bound, different, missing, extra, unknown, and what a person has to do."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from iccc.compare import Unread
from iccc.errors import Reason
from iccc.recorder.desired import LOGIN, USER, channels, desired, on_it
from iccc.recorder.sheet import Bound, Line, lines
from iccc.recorder.state import Channel, LoginState, RecorderState
from iccc.report.channels import write_channels
from iccc.secrets import STREAM_USER
from tests.unit.states import bilaspur, kanpur

DECLARED = {f"c{n}": Channel(None, f"10.1.1.{n}", 554, "main", USER, LOGIN, True) for n in range(1, 5)}
SEEN = Channel(3, "10.1.1.1", 554, "main", STREAM_USER, LoginState.PROVED, True)
PATHS = {"c1": "/live"}
SECRETS = {camera: f"device/{camera}/{STREAM_USER}" for camera in DECLARED}
LATE = Unread(Reason.NO_ANSWER, "rec01: no answer")


def listed(state: RecorderState | Unread | None) -> list[Line]:
    return list(lines("rec01", DECLARED, state, PATHS, SECRETS))


def test_each_line_says_how_it_stands() -> None:
    seen = {
        "c1": SEEN,
        "c2": replace(SEEN, number=4, address="10.9.9.9", login=LoginState.REFUSED),
        "c3": replace(SEEN, number=5, address="10.1.1.3", stream=Unread(Reason.BAD_ANSWER, "never read")),
        "channel-9": Channel(9, "10.7.7.7", 8554, "/x", "", LoginState.UNKNOWN, True),
    }
    found = listed(RecorderState(channels=seen))
    assert [(one.number, one.state, one.text) for one in found] == [
        (3, Bound.BOUND, ""),
        (4, Bound.DIFFERS, "address is 10.9.9.9, login is refused"),
        (5, Bound.UNKNOWN, "never read"),
        (None, Bound.MISSING, ""),
        (9, Bound.EXTRA, "nobody has declared it there"),
    ]
    assert found[0] == Line("rec01", 3, "c1", "10.1.1.1", 554, "/live", "recorder", "device/c1/recorder", Bound.BOUND)


@pytest.mark.parametrize(
    ("state", "stands"),
    [
        (None, Bound.NEEDS_HUMAN),
        (RecorderState(channels=Unread(Reason.UNSUPPORTED, "on its own page")), Bound.NEEDS_HUMAN),
        (LATE, Bound.UNKNOWN),
        (RecorderState(channels=LATE), Bound.UNKNOWN),
    ],
)
def test_what_cannot_be_seen_is_never_bound(state: RecorderState | Unread | None, stands: Bound) -> None:
    found = listed(state)
    assert {one.state for one in found} == {stands}
    assert len(found) == len(DECLARED)


def test_the_table_names_the_password_and_has_none() -> None:
    told = json.loads(write_channels("json", bilaspur(), listed(None)))
    assert told["needs_human"] == 4
    assert told["rows"][0]["password"] == "device/c1/recorder"
    assert "4 needs_human." in write_channels("text", bilaspur(), listed(None)).decode()


def test_who_has_channels() -> None:
    city = bilaspur()
    first = city.recorders["bsp-rec01"]
    assert channels(city.recorders["bsp-rec10"], city) is None, "a standby takes what fails"
    assert channels(replace(first, recorder_type="server"), city) is None
    by_hand = replace(first, channels_by="hand")
    assert channels(by_hand, city) is None
    assert desired(by_hand, city).state.channels is None
    assert len(on_it(by_hand, city)) == sum(one.recorder == first.name for one in city.cameras.values())
    isapi = channels(replace(first, channels_by="isapi"), city) or {}
    assert {(one.port, one.stream, one.records) for one in isapi.values()} == {(None, None, None)}


def test_the_order_is_that_of_numbers_sites_and_slots_and_not_of_a_list() -> None:
    city = kanpur()
    recorder = next(one for one in city.recorders.values() if not one.standby)
    turned = replace(city, cameras=dict(reversed(city.cameras.items())))
    found = channels(recorder, city)
    assert found is not None
    assert list(found) == list(channels(recorder, turned) or ())
    last = list(found)[-1]
    numbered = replace(city, cameras={**city.cameras, last: replace(city.cameras[last], channel=40)})
    assert next(iter(channels(recorder, numbered) or ())) == last
    wanted = desired(recorder, numbered)
    assert wanted.where(f"channels[{last}].address").file.startswith("cities/kanpur/")
