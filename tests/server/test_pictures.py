"""When the pictures of a recording are: of files that ffmpeg 5.1 wrote, of drawn ones, and of anything else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iccc.server.remote.pictures import NoFile, opened, spans
from tests.server.mp4 import recording

RECORDED = Path(__file__).parent / "recorded"
FROZEN = [(0.0, 4.4), (16.6, 22.0)]


def approx(told: list[tuple[float, float]]) -> list[tuple[float, float]]:
    return [(round(begin, 3), round(end, 3)) for begin, end in told]


@pytest.mark.parametrize(
    ("name", "apart_s", "told"),
    [
        ("frozen_12_s", 2.0, FROZEN),  # as ffprobe has it: nothing from 4.4 s to 16.6 s
        ("frozen_12_s", 12.1, FROZEN),
        ("frozen_12_s", 12.3, [(0.0, 22.0)]),
        ("killed", 2.0, [(0.0, 6.0)]),  # after 7 s, of which ffmpeg had the last one in its memory
    ],
)
def test_what_ffmpeg_wrote(name: str, apart_s: float, told: list[tuple[float, float]]) -> None:
    assert approx(spans(str(RECORDED / f"{name}.mp4"), apart_s)) == told


def test_a_recording_that_is_cut_off_ends_with_its_last_whole_fragment(tmp_path: Path) -> None:
    whole = (RECORDED / "frozen_12_s.mp4").read_bytes()
    ends = set()
    for length in range(0, len(whole), 7):
        (tmp_path / "cut").write_bytes(whole[:length])
        ends.add(tuple(approx(spans(str(tmp_path / "cut"), 2.0))))
    (tmp_path / "cut").write_bytes(whole)
    assert ends | {tuple(approx(spans(str(tmp_path / "cut"), 2.0)))} == {
        (), ((0.0, 2.0),), ((0.0, 4.0),), ((0.0, 4.4), (16.6, 18.0)), ((0.0, 4.4), (16.6, 20.0)), tuple(FROZEN),
    }  # fmt: skip


moments = st.lists(st.integers(1, 15_000).map(lambda ms: ms / 1000), max_size=40)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(moments, st.integers(1, 12), st.booleans(), st.sampled_from([0.5, 2.0, 10.0]))
def test_pictures_that_are_further_apart_are_of_two_spans(
    tmp_path: Path, steps: list[float], group: int, closed: bool, apart_s: float
) -> None:
    at = [0.0]
    for step in steps:
        at.append(round(at[-1] + step, 3))
    path = tmp_path / "drawn.mp4"
    path.write_bytes(recording(*at, group=group, closed=closed))
    wanted = [[at[0], at[0]]]
    for moment, before in zip(at[1:], at, strict=False):
        if round(moment - before, 3) > apart_s:
            wanted.append([moment, moment])
        wanted[-1][1] = moment
    wanted[-1][1] += 0.2
    assert approx(spans(str(path), apart_s)) == [(begin, round(end, 3)) for begin, end in wanted]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(st.lists(st.tuples(st.integers(0, 2800), st.binary(min_size=1, max_size=6)), min_size=1, max_size=5))
def test_whatever_a_file_has_it_raises_nothing(tmp_path: Path, changes: list[tuple[int, bytes]]) -> None:
    content = bytearray((RECORDED / "frozen_12_s.mp4").read_bytes())
    for at, change in changes:
        content[at : at + len(change)] = change
    (tmp_path / "damaged").write_bytes(content)
    for begin, end in spans(str(tmp_path / "damaged"), 2.0):
        assert begin <= end


def test_a_link_or_a_pipe_is_no_recording(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(RECORDED / "killed.mp4")
    os.mkfifo(tmp_path / "pipe")
    for name, says in (("link", "is a link"), ("pipe", "is no file")):
        with pytest.raises(NoFile, match=says):
            opened(str(tmp_path / name))
        assert spans(str(tmp_path / name), 2.0) == []
    assert spans(str(tmp_path / "none"), 2.0) == []
