"""A camera that shall record on its own card and cannot is a finding; one that waits, or was not read, is none."""

from __future__ import annotations

import pytest

from iccc.camera.state import EdgeRecording
from iccc.compare import Unread
from iccc.drift import storage
from iccc.drift.all import findings
from iccc.errors import Reason
from iccc.finding import Class, Severity
from tests.drift.readings import Reading

CAMERA = "bsp-j01-c01"
DEAD = EdgeRecording(active=True, state="error", error="write error on storage")


def test_a_dead_card_is_one_finding_with_the_camera_words() -> None:
    reading = Reading("bsp-j01")
    reading.set(CAMERA, edge_recording=DEAD)
    (found,) = findings(reading.view)
    assert (found.device, found.path, found.class_, found.severity) == (
        CAMERA,
        "edge_recording.state",
        Class.OPERATIONAL,
        Severity.MAJOR,
    )
    assert found.text == f"{CAMERA} cannot record on its own storage: write error on storage"
    assert "SD card" in found.next_step
    assert [(one.source, one.value) for one in found.evidence] == [
        ("RecordingJobState", "Error"),
        ("RecordingJobState Error", "write error on storage"),
    ]


@pytest.mark.parametrize(
    "seen",
    [
        EdgeRecording(active=True, state="active"),
        EdgeRecording(active=True, state="idle"),  # a schedule, or a job of higher priority
        EdgeRecording(active=False),
        Unread(Reason.NO_ANSWER, "no answer"),
        None,
    ],
)
def test_what_is_no_finding_of_storage(seen: EdgeRecording | Unread | None) -> None:
    reading = Reading("bsp-j01")
    reading.set(CAMERA, edge_recording=seen)
    assert list(storage.findings(reading.view)) == []
