"""Class operational of cameras: recording on their own storage that is asked for and does not happen."""

from __future__ import annotations

from collections.abc import Iterator

from iccc.camera.state import CameraState, EdgeRecording
from iccc.drift.telling import on_device
from iccc.drift.view import View
from iccc.finding import Class, Finding, Severity


def findings(view: View) -> Iterator[Finding]:
    """Cameras whose active recording job is in state Error: an SD card that died, or is not there."""
    for name, seen in view.observed.items():
        if not isinstance(seen.state, CameraState) or not isinstance(seen.state.edge_recording, EdgeRecording):
            continue
        edge = seen.state.edge_recording
        if not edge.active or edge.state != "error":
            continue
        why = f": {edge.error}" if edge.error else ""
        yield on_device(
            view, name, "edge_recording.state", Class.OPERATIONAL, Severity.MAJOR,
            f"{name} cannot record on its own storage{why}",
            seen="error", wanted="active",
            said={"RecordingJobState": "Error", "RecordingJobState Error": edge.error},
            step=f"Look at the SD card of {name}: put a new one in, or format it on the maker's page.",
        )  # fmt: skip
