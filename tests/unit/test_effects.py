"""What a plan says that a change interrupts."""

from __future__ import annotations

import re

import pytest

from iccc.camera.settings import SECTIONS as CAMERA
from iccc.city.devices import Kind
from iccc.effects import EFFECTS, effect
from iccc.recorder.settings import SECTIONS as RECORDER

SECTIONS = [(Kind.CAMERA, name) for name in CAMERA] + [(Kind.RECORDER, name) for name in RECORDER]


@pytest.mark.parametrize(("kind", "section"), SECTIONS)
def test_of_every_section_somebody_has_said_what_writing_it_interrupts(kind: Kind, section: str) -> None:
    assert any(k is kind and re.match(pattern, section) for k, pattern, _ in EFFECTS)


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("time.skew_s", "clock"),
        ("time.ntp_servers", None),
        ("hostname", None),
        ("location[city]", None),
        ("dns.servers", None),
        ("encoders[main].bitrate_kbps", "stream restarts"),
        ("audio[main]", "stream restarts"),
        ("osd[upper_right]", None),
        ("masks[shop]", None),
        ("imaging.wdr", "picture"),
        ("presets[gate]", "turns"),
        ("protocols[http].enabled", "connections"),
        ("users[recorder].password", "password"),
    ],
)
def test_cameras(path: str, word: str | None) -> None:
    told = effect(Kind.CAMERA, path)
    assert (told is None) if word is None else (word in (told or ""))
