"""What may stand in a configuration line, and that a secret which may not is in no message."""

from __future__ import annotations

from pathlib import Path

import pytest

from iccc.secrets import Secret
from iccc.switch.lines import Lines
from iccc.switch.platforms import PLATFORMS
from iccc.switch.state import User
from iccc.switch.steps import Edit, Unsayable
from tests.switch.laws.subjects import SUBJECTS
from tests.switch.sims.truth import Truth

ODD = ("two\nlines", "what?", " blank", "नेहरू", "", "x" * 5000)


@pytest.mark.parametrize("platform", PLATFORMS.values(), ids=lambda platform: platform.name)
@pytest.mark.parametrize("value", ODD, ids=range(len(ODD)))
def test_what_a_command_line_mangles_is_refused(platform: object, value: str) -> None:
    with pytest.raises(Unsayable):
        platform.say(value)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", SUBJECTS)
@pytest.mark.parametrize("password", ["Sup3r?secret", "Sup3r secret", "Sup3r\nsecret"])
def test_a_password_that_cannot_be_typed_is_in_no_message(name: str, password: str, templates: Path) -> None:
    subject = SUBJECTS[name]
    model = subject.platform.read(*subject.shows(subject.sim(Truth())))
    edit = Edit("users", "guard", "", None, User(15, password=Secret(password)))
    try:
        lines = Lines(subject.platform, templates)(edit, model)
    except Unsayable as refusal:
        assert "Sup3r" not in str(refusal)
    else:
        assert all("?" not in line and "\n" not in line for line in lines)
