"""The program that tells how a server's clock stood, on logs as chronyd 4.3 writes them."""

from __future__ import annotations

import gzip
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iccc.server.remote import clocklog

LINE = f"{'=' * 131}\n"
HEAD = f"{LINE}   Date (UTC) Time     IP Address   St   Freq ppm   Skew ppm     Offset L Co  Offset sd\n{LINE}"
REST = " 1  1.290e-07 -0.000e+00  1.590e-04  7.941e-05  1.500e+00\n"
STARTED = (
    "2026-11-30 11:58:00 0.0.0.0          0      0.000 1000000.000  0.000e+00 ?  0  0.000e+00 -0.000e+00  1.0 1.0 1.5\n"
)
OWN = "2026-11-30 12:03:00 127.127.1.1     10      0.000      0.000  0.000e+00 N  1  0.000e+00  0.0  0.0  0.0  0.0\n"


def at(text: str) -> float:
    return datetime.fromisoformat(f"2026-11-30T{text}+00:00").timestamp()


def sample(time: str, offset: str, source: str = "10.80.0.11") -> str:
    return f"2026-11-30 {time} {source}        2     -3.064     66.556 {offset} N {REST}"


@pytest.fixture
def request_(tmp_path: Path) -> dict[str, Any]:
    """Samples of 11:50 to 12:40 in three files, one of them cut off by a power cut, and a clock that was set."""
    folder = tmp_path / "chrony"
    folder.mkdir()
    old = (HEAD + sample("11:50:00", " 4.000e-01")).encode()
    (folder / "tracking.log-20261129.gz").write_bytes(gzip.compress(old))
    rotated = HEAD + STARTED + sample("12:00:00", "-5.000e+00") + sample("12:01:00", " 1.000e-03")
    (folder / "tracking.log-20261130.gz").write_bytes(gzip.compress(rotated.encode() * 9)[:-20])
    (folder / "tracking.log").write_text(OWN + sample("12:02:00", " 2.000e-03") + sample("12:40:00", "-1.000e-03"))
    (folder / "tracking.log-secret").symlink_to("/etc/shadow")
    steps = tmp_path / "iccc-clock.log"
    steps.write_text(
        "2026-11-30T17:28:00.1+05:30 chronyd version 4.3 starting\n"
        "no time at all: System clock was stepped by 9.000000 seconds\n"
        "2026-11-30T17:30:06.2+05:30 System clock was stepped by 5.000030 seconds\n"
        "2026-11-30T18:40:00.0+05:30 Backward time jump detected!\n"
    )
    for one in folder.iterdir():
        if not one.is_symlink():
            os.utime(one, (at("12:41:00"),) * 2)
    return {
        "begin": at("12:00:00"), "end": at("12:30:00"), "apart_s": 900.0, "tracking": str(folder / "tracking.log"),
        "steps": str(steps),
    }  # fmt: skip


def test_what_was_measured_in_the_period_and_nothing_else(request_: dict[str, Any]) -> None:
    told = clocklog.history(request_)
    assert told["largest"] == (at("12:00:00"), -5.0) and set(told["sources"]) == {"10.80.0.11"}
    assert told["samples"] == sum(told["sources"].values()) >= 3  # of the file that is cut off at least its begin
    assert told["before"] == [at("11:50:00"), 0.4] and told["after"] == [at("12:40:00"), -0.001]
    assert told["unmeasured"] == [(at("12:02:00"), at("12:30:00"))] and told["unmeasured_s"] == 28 * 60


def test_that_it_follows_nobody_or_itself_is_no_sample(request_: dict[str, Any]) -> None:
    Path(request_["tracking"]).write_text(HEAD + STARTED + OWN)
    for one in Path(request_["tracking"]).parent.glob("tracking.log-*"):
        one.unlink()
    told = clocklog.history(request_)
    assert (told["samples"], told["largest"], told["mean"]) == (0, None, None)
    assert told["unmeasured"] == [(request_["begin"], request_["end"])]


def test_when_the_clock_was_set_in_the_words_of_chrony(request_: dict[str, Any]) -> None:
    told = clocklog.history(request_)
    assert [text for _, text in told["steps"]] == ["System clock was stepped by 5.000030 seconds"]
    assert told["steps_from"] == at("11:58:00") + 0.1
    Path(request_["steps"]).unlink()
    assert clocklog.history(request_)["steps_from"] is None  # nothing is written down: not known


def test_without_logs_nothing_was_measured(tmp_path: Path) -> None:
    nowhere = {"tracking": f"{tmp_path}/no/tracking.log", "steps": f"{tmp_path}/no.log"}
    told = clocklog.history({"begin": 0.0, "end": 100.0, "apart_s": 10.0, **nowhere})
    assert (told["samples"], told["steps_from"], told["unmeasured"]) == (0, None, [(0.0, 100.0)])


@given(st.lists(st.integers(-300, 1300), max_size=40), st.integers(1, 400))
def test_every_moment_is_near_two_samples_or_told_as_unmeasured(times: list[int], apart: int) -> None:
    found = list(clocklog.unmeasured([float(one) for one in times], 0.0, 1000.0, float(apart)))
    assert found == sorted(found) and all(0 <= a < b <= 1000 for a, b in found)
    for tick in range(0, 1000, 7):
        moment = tick + 0.5
        before, after = (
            max((t for t in times if t < moment), default=None),
            min((t for t in times if t > moment), default=None),
        )
        near = before is not None and after is not None and after - before <= apart
        assert near != any(a <= moment <= b for a, b in found)


def test_files_that_end_before_the_period_are_not_opened(request_: dict[str, Any]) -> None:
    folder = Path(request_["tracking"]).parent
    os.utime(folder / "tracking.log-20261129.gz", (at("11:50:00") - 90000,) * 2)
    assert clocklog.history(request_)["before"] is None
    assert datetime.fromtimestamp(request_["begin"], UTC).hour == 12
