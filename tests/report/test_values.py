"""Values in a few words: one line, never a control character, whatever a device said."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iccc.camera.state import Codec, Encoder
from iccc.compare import ABSENT, Unread, Within
from iccc.errors import Reason
from iccc.onvif.state import Time, TimeMode
from iccc.report.values import LONGEST, shown
from iccc.switch.state import ALL_VLANS, Vlan
from tests.unit.states import states

EVIL = "\x1b]0;title\x07\x9b2J\r\nDrift: none"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "nothing"),
        (ABSENT, "absent"),
        (True, "on"),
        (False, "off"),
        (0, "0"),
        ("", '""'),
        ("नेहरू चौक", "नेहरू चौक"),
        (25.0, "25.0"),
        (Codec.H265, "H265"),
        (Within(5), "within 5"),
        (Unread(Reason.NO_ANSWER, "no answer within 3 s"), "unread (no-answer)"),
        (frozenset(), "none"),
        (frozenset({"10.80.0.11", "10.80.0.10"}), "10.80.0.10, 10.80.0.11"),
        (frozenset({110, 201, 202, 203}), "110,201-203"),
        (ALL_VLANS, "1-4094"),
        (Vlan("video"), "name=video"),
        (Encoder(Codec.H264, 640, 360), "codec=H264 width_px=640 height_px=360"),
        ({"b": 1, "a": True}, "a=on b=1"),
        (Time(TimeMode.NTP, ntp_servers=frozenset({"10.0.0.1"})), "mode=NTP ntp_servers=10.0.0.1"),
    ],
)
def test_examples(value: Any, text: str) -> None:
    assert shown(value) == text


@pytest.mark.parametrize(
    "value", [EVIL, frozenset({EVIL}), [EVIL, "x"], {EVIL: "x"}, {"x": EVIL}, Vlan(EVIL), {"x": {"y": [EVIL]}}]
)
def test_no_answer_of_a_device_drives_a_terminal_or_fakes_a_line(value: Any) -> None:
    assert not re.search(r"[\x00-\x1f\x7f-\x9f]", shown(value))


@given(states)
def test_a_state_is_one_short_line(state: Any) -> None:
    text = shown(state)
    assert len(text) <= LONGEST and "\n" not in text


@given(st.text(), st.frozensets(st.text(), max_size=4))
def test_any_text_is_one_short_line(text: str, several: frozenset[str]) -> None:
    for value in (text, several, {text: several}):
        assert len(shown(value)) <= LONGEST
        assert not re.search(r"[\x00-\x1f\x7f-\x9f]", shown(value))
