"""A finding in a few words, the same in every report."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from iccc.cli.watch import told
from iccc.finding import SAVED, Class, Finding, Severity
from iccc.report.what import what
from iccc.state.findings import Episode
from tests.report.test_drift import CITY, NOW

ONE = Finding("sw", "hostname", Class.CONFIG, Severity.MINOR, "hostname differs", "x:1:1", "j", seen="a", wanted="b")


def test_a_setting_is_told_with_its_values() -> None:
    assert what(ONE) == "hostname: wanted b, seen a"


def test_what_is_not_saved_and_who_changed_something_is_told_in_words() -> None:
    assert (
        what(replace(ONE, path=SAVED, seen=False, wanted=True, text="a power cut undoes it")) == "a power cut undoes it"
    )
    changed = replace(ONE, path="history.changed_s", seen="console", wanted="iccc", text="was changed", event=True)
    assert what(changed) == "was changed"


@pytest.mark.parametrize(
    ("path", "value", "text"),
    [
        ("time.skew_s", -849349881.615079, "seen -849349882 s (26.9 years)"),
        ("time.skew_s", 172_800.2, "seen 172800 s (2.0 days)"),
        ("time.skew_s", 5.6543, "seen 5.7 s"),
        ("ratio", 12.345, "seen 12.3"),
        ("gop", 50, "seen 50"),
    ],
)
def test_a_measured_value_is_as_fine_as_it_matters(path: str, value: Any, text: str) -> None:
    assert what(replace(ONE, path=path, seen=value, wanted="within 5")) == f"{path}: wanted within 5, {text}"


def test_watch_tells_it_in_the_same_words_on_one_line_in_the_time_of_the_city() -> None:
    one = replace(ONE, seen="a\nnew: x")
    episode = Episode(one.id, one.device, one.path, one.class_, one.severity, one.text, NOW, NOW, None, one)
    line = told(CITY, NOW, "new", episode)
    assert line.startswith("2026-11-30 06:30:00 IST new: sw  hostname: wanted b, seen a")
    assert "\n" not in line and "differs" not in line
