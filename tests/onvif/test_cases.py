"""Replies to state, and wanted state to requests: each case is a folder in ``cases``, named after what is odd in it."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from lxml import etree

from iccc.compare import plain
from iccc.onvif.call import Call
from iccc.onvif.errors import OnvifError
from tests.onvif.replay import Case, cases, replay
from tests.oracle.xsd import validate


@pytest.mark.parametrize("folder", cases("read"), ids=lambda path: path.name)
def test_read(folder: Path) -> None:
    case = Case(folder)
    if "error" in case.data:
        with pytest.raises(OnvifError) as caught:
            replay(case.read(), case.replies, [])
        assert str(caught.value) == case.data["error"]
    else:
        assert plain(replay(case.read(), case.replies, [])) == case.data["state"]


@pytest.mark.parametrize("folder", cases("write"), ids=lambda path: path.name)
def test_write(folder: Path) -> None:
    case = Case(folder)
    calls: list[Call] = []
    written = replay(case.write(), case.replies, calls)
    assert "".join(_shown(call) for call in calls if call.write or call.login) == (folder / "requests.xml").read_text(
        encoding="utf-8"
    )
    noted = {
        "faults": {path: str(error) for path, error in written.faults.items()},
        "clamped": plain(written.clamped),
        "unsupported": written.unsupported,
        "guarded": written.guarded,
        "remarks": written.remarks,
        "reboot": written.reboot,
    }
    assert {name: value for name, value in noted.items() if value} == case.data["written"]


@pytest.mark.parametrize("folder", cases("read") + cases("write"), ids=lambda path: path.name)
def test_requests_are_valid(folder: Path) -> None:
    """Every request that any case makes is valid by the official schemas."""
    case = Case(folder)
    calls: list[Call] = []
    with contextlib.suppress(OnvifError):
        replay(case.read() if "read" in case.data else case.write(), case.replies, calls)
    for call in calls:
        assert validate(call.body.encode()) == []
        assert etree.fromstring(call.body).tag == f"{{{call.service}}}{call.action}"


def _shown(call: Call) -> str:
    """A request as it stands in ``requests.xml``: the writes, and who logs in between them."""
    how = f", over HTTPS on port {call.tls.port} with {', '.join(sorted(call.tls.pins))}" if call.tls else ""
    whose = f"<!-- as {call.login.user}{', from now on' if call.adopt else ''}{how} -->" if call.login else ""
    return f"{whose}{call.body}\n"
