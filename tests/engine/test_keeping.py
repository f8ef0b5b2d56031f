"""What a run keeps: a finding is only resolved where its part was read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from iccc.camera.state import CameraState
from iccc.compare import Unread
from iccc.context import Context
from iccc.errors import Reason, StateError
from iccc.finding import Class, Finding, Severity
from iccc.observed import Observed
from iccc.onvif.state import Password, Time, User
from iccc.past import Past
from iccc.settings import CameraReader
from iccc.state.findings import Findings
from iccc.survey import with_events

CAMERA = "bsp-j01-c01"
UNREAD = Unread(Reason.BACK_OFF, "not tried")
DRIFT = Finding(CAMERA, "", Class.CONFIG, Severity.MINOR, "differs", "j01.yaml:1:1", "bsp-j01")


def observed(state: CameraState, context: Context) -> dict[str, Observed[CameraState, None]]:
    return {CAMERA: Observed(CAMERA, state, None, context.clock.now())}


@pytest.mark.parametrize(
    ("path", "unread", "state"),
    [
        ("time.skew_s", "time.skew_s", CameraState(time=Time(skew_s=UNREAD))),
        ("users[iccc].password", "users[iccc].password", CameraState(users={"iccc": User(password=UNREAD)})),
        ("time.skew_s", "time", CameraState(time=UNREAD)),
        ("users[iccc]", "users[iccc].password", CameraState(users={"iccc": User(password=UNREAD)})),
    ],
)
def test_a_finding_stands_while_its_part_is_unread(
    path: str, unread: str, state: CameraState, context: Context
) -> None:
    drift = replace(DRIFT, path=path)
    context.keep(observed(CameraState(), context), [drift], {})
    context.keep(observed(state, context), [replace(DRIFT, path=unread, class_=Class.OBSERVABILITY)], {})
    assert drift.id in {episode.id for episode in Findings(context.store).standing()}
    read = CameraState(time=Time(skew_s=0.0), users={"iccc": User(password=Password.PROVED)})
    context.keep(observed(read, context), [], {})
    assert not Findings(context.store).standing()


def test_what_was_found_and_what_is_known_from_then_on_are_kept_together(context: Context) -> None:
    event = replace(DRIFT, path="firmware", event=True)
    now = context.clock.now()
    broken = {CAMERA: Past(now, firmware="V2"), "bsp-j01-c02": object()}
    with pytest.raises((TypeError, StateError)):
        context.keep(observed(CameraState(), context), [event], broken)  # type: ignore[arg-type]
    assert CAMERA not in context.past() and not Findings(context.store).waiting()


def test_what_happened_is_listed_with_what_stands_and_only_of_the_devices_asked_about() -> None:
    mine = replace(DRIFT, path="firmware", event=True)
    here, there = replace(mine, text="both times"), replace(mine, device="bsp-j01-c02")
    beneath = replace(mine, path="serial")
    root = replace(DRIFT, under=(beneath,), severity=Severity.CRITICAL)
    happened = {one.id: one for one in (here, there, beneath)}
    assert with_events([mine, root], happened, {CAMERA}) == [root, here]
    assert with_events([], happened, {CAMERA}) == [here, beneath]


def test_what_onvif_zeep_does_not_read_is_not_kept_and_resolves_nothing(context: Context) -> None:
    drift = replace(DRIFT, path="encoders[main].codec")
    context.keep(observed(CameraState(), context), [drift], {})
    second = replace(context, settings=replace(context.settings, camera_reader=CameraReader.ZEEP))
    unread = [replace(DRIFT, path=path, class_=Class.OBSERVABILITY) for path in ("osd", "encoders[main].codec")]
    second.keep(observed(CameraState(), context), unread, {})
    assert {episode.id for episode in Findings(context.store).standing()} == {drift.id}
    context.keep(observed(CameraState(), context), unread, {})
    assert {episode.path for episode in Findings(context.store).standing()} == {"osd", "encoders[main].codec"}
