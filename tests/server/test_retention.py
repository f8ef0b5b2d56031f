"""Which recordings a server deletes: by age, for space, and never what is under a hold or being written."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iccc.server import retention
from iccc.server.retention import DAY_S, Clock, Rule, Segment, deletable, for_space, metrics, rules_of, too_old

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC).timestamp()


def segment(camera: str, days_ago: float, size: int = 10) -> Segment:
    begin = NOW - days_ago * DAY_S
    return Segment(camera, f"{begin:.0f}.mp4", begin, begin + 60, size)


def test_what_is_older_than_its_cameras_days_goes() -> None:
    listed = [segment("c1", 31), segment("c1", 29), segment("c1", 1), segment("c2", 31), segment("c2", 0)]
    rules = {"c1": Rule(30), "c2": Rule(90)}
    assert list(too_old(listed, rules, NOW)) == [listed[0]]


def test_the_newest_stays_however_old_it_is() -> None:
    """A camera that has been off for a year: its last recording may be the one that is asked for."""
    listed = [segment("c1", 365), segment("c1", 366)]
    assert list(too_old(listed, {"c1": Rule(30)}, NOW)) == [listed[1]]
    assert list(for_space(listed, {"c1": Rule(30)}, 1e9, NOW)) == [listed[1]]


def test_of_a_camera_that_no_rule_speaks_of_nothing_is_too_old_but_it_gives_space() -> None:
    listed = [segment("gone", 365), segment("gone", 364)]
    assert list(too_old(listed, {}, NOW)) == []
    assert list(for_space(listed, {}, 1, NOW)) == [listed[0]]


def test_for_space_the_oldest_of_all_cameras_go_and_no_more_than_needed() -> None:
    listed = [segment(camera, days) for camera in ("c1", "c2") for days in (5, 4, 3, 0)]
    gone = list(for_space(listed, {}, 25, NOW))
    assert [(one.camera, round((NOW - one.begin) / DAY_S)) for one in gone] == [("c1", 5), ("c2", 5), ("c1", 4)]
    assert list(for_space(listed, {}, 0, NOW)) == []


def test_a_hold_keeps_every_recording_that_touches_its_time() -> None:
    begin, end = NOW - 20 * DAY_S, NOW - 10 * DAY_S
    rules = {"c1": Rule(1, ((begin, end),))}
    listed = [segment("c1", days) for days in (21, 20, 15, 10, 9, 0)]
    gone = [round((NOW - one.begin) / DAY_S) for one in too_old(listed, rules, NOW)]
    assert gone == [21, 9]
    across = [Segment("c1", "a.mp4", begin - 30, begin + 30, 10), segment("c1", 0)]
    assert list(for_space(across, rules, 1e9, NOW)) == []


def test_a_hold_without_bounds_keeps_all() -> None:
    rules = rules_of({"c1": {"retention_days": 1}}, {}, {"c1": ["../.."]}, {})
    listed = [segment("c1", days) for days in range(100)]
    assert deletable(listed, rules, NOW) == []


def test_rules_are_read_as_they_are_written() -> None:
    told: dict[str, dict[str, object]] = {"c1": {"retention_days": 30}, "c2": {}}
    held = {"c1": ["2026-11-30T12:00:00Z/..", "../2026-11-30T12:00:00Z"]}
    assert rules_of(told, {}, held, {}) == {"c1": Rule(30, ((None, NOW), (NOW, None))), "c2": Rule(None)}


def test_what_is_recorded_elsewhere_by_now_goes_after_its_days_the_newest_too() -> None:
    """A standby that is free again."""
    listed = [segment("c1", 31), segment("c1", 30.5), segment("c2", 31)]
    former = {"c1": {"retention_days": 30}}
    rules = rules_of({"c2": {"retention_days": 30}}, former, {}, {})
    assert list(too_old(listed, rules, NOW)) == listed[:2]
    again = rules_of({"c1": {"retention_days": 30}}, former, {}, {})
    assert list(too_old(listed, again, NOW)) == listed[:1]


def test_a_hold_of_the_city_holds_wherever_the_footage_lies() -> None:
    listed = [segment("c1", days) for days in (31, 20, 0)]
    for entries, former in (({}, {}), ({}, {"c1": {"retention_days": 1}}), ({"c1": {"retention_days": 1}}, {})):
        assert deletable(listed, rules_of(entries, former, {"c1": ["../.."]}, {}), NOW) == []


def test_an_order_for_a_site_holds_a_camera_that_is_not_declared_any_more() -> None:
    """Of cameras that the city does not know nobody has worked out the holds."""
    listed = [segment("c1", days) for days in (31, 20)]
    former: dict[str, dict[str, object]] = {"c1": {"retention_days": 1, "scopes": ["c1", "j01", "rec-01"]}}
    for scope in ("j01", "rec-01", "c1"):
        assert deletable(listed, rules_of({}, former, {}, {scope: ["../.."]}), NOW) == []
    assert deletable(listed, rules_of({}, former, {}, {"j02": ["../.."]}), NOW) == listed


rows = st.lists(
    st.tuples(
        st.sampled_from(["c1", "c2"]),
        st.integers(0, 400 * 1440).map(lambda minutes: minutes / 1440),
        st.integers(0, 100),
    ),
    max_size=30,
)
bounds = st.none() | st.floats(NOW - 400 * DAY_S, NOW)


@given(rows, st.tuples(bounds, bounds), st.integers(0, 2000))
def test_whatever_is_missing_holds_and_the_newest_stay(
    told: list[tuple[str, float, int]], hold: tuple[float | None, float | None], missing: int
) -> None:
    listed = list({(camera, days): segment(camera, days, size) for camera, days, size in told}.values())
    rules = {"c1": Rule(30, (hold,)), "c2": Rule(5)}
    for gone in (list(for_space(listed, rules, missing, NOW)), list(too_old(listed, rules, NOW))):
        assert len(set(gone)) == len(gone)
        assert not any(one.camera == "c1" and rules["c1"].holds_back(one) for one in gone)
        for camera in {one.camera for one in listed}:
            newest = max(one.begin for one in listed if one.camera == camera)
            assert not all(one in gone for one in listed if one.camera == camera and one.begin == newest)


def test_metrics_speak_of_cameras_without_a_recording_too() -> None:
    told = metrics(["c1", "c2"], [segment("c1", 1, 500)], {"age": 2, "space": 0}, 12.5, Clock(NOW))
    assert 'iccc_recordings{camera="c2"} 0\n' in told
    assert 'iccc_recorded_bytes{camera="c1"} 500\n' in told
    assert 'iccc_retention_deleted{reason="age"} 2\n' in told
    assert "iccc_array_free_percent 12.50\n" in told


def test_no_newest_is_told_of_what_is_recorded_elsewhere_by_now() -> None:
    """A standby that is free again would be told as one that records nothing."""
    told = metrics(["c1"], [segment("c1", 0), segment("former", 20)], {}, 12.5, Clock(NOW))
    assert 'iccc_newest_recording_timestamp_seconds{camera="c1"}' in told
    assert 'iccc_newest_recording_timestamp_seconds{camera="former"}' not in told
    assert 'iccc_recorded_bytes{camera="former"} 10\n' in told


def test_a_recording_that_ended_before_its_begin_is_held_by_both_times() -> None:
    """The clock was set back by an hour while it was written."""
    for hold in ((NOW - 1800, NOW - 1200), (NOW + 20, NOW + 40)):
        assert Rule(1, (hold,)).holds_back(Segment("c1", "a.mp4", NOW, NOW - 3600, 10))
    assert not Rule(1, ((NOW + 3600, None),)).holds_back(Segment("c1", "a.mp4", NOW, NOW - 3600, 10))


def test_what_is_of_a_clock_that_was_ahead_is_not_the_newest() -> None:
    """It was set back by a day: what is written now stays, and that nothing is written would be seen."""
    ahead, now, before = segment("c1", -1), segment("c1", 0), segment("c1", 1)
    assert deletable([before, now, ahead], {"c1": Rule(30)}, NOW) == [before, ahead]
    assert deletable([ahead], {"c1": Rule(30)}, NOW) == []
    told = metrics(["c1"], [before, ahead], {}, 12.5, Clock(NOW))
    assert f'iccc_newest_recording_timestamp_seconds{{camera="c1"}} {before.end:.0f}\n' in told


def test_a_clock_that_jumped_ahead_is_doubted_for_a_day() -> None:
    clock = Clock(NOW).at(NOW + 60)
    assert clock == Clock(NOW + 60)
    jumped = clock.at(NOW + 700 * DAY_S)
    assert jumped == Clock(NOW + 700 * DAY_S, NOW + 701 * DAY_S)
    assert jumped.at(jumped.last + 60).doubted_until == jumped.doubted_until
    assert jumped.at(NOW + 120) == Clock(NOW + 120)  # it was set right
    assert jumped.at(jumped.last + DAY_S) == Clock(jumped.last + DAY_S)  # nobody did: it was off, or is right


@pytest.fixture
def array(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for the array, with a camera that is kept for 30 days."""
    mount = tmp_path / "recordings"
    (mount / "c1").mkdir(parents=True)
    (tmp_path / "entries").mkdir()
    (tmp_path / "entries" / "c1.json").write_text(json.dumps({"retention_days": 30}))
    (tmp_path / "manifest").write_text(
        json.dumps({"mount": str(mount), "keep_free_percent": 0, "holds": {}, "orders": {}})
    )
    for name, to in (
        ("MANIFEST", "manifest"), ("CAMERAS", "entries"), ("FORMER", "former"), ("METRICS", "metrics"),
        ("CLOCK", "clock.json"),
    ):  # fmt: skip
        monkeypatch.setattr(retention, name, str(tmp_path / to))
    monkeypatch.setattr(retention.os.path, "ismount", lambda _path: True)
    return mount


def test_a_run_deletes_nothing_for_its_age_while_its_clock_is_doubted(
    array: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("20261130T110000.mp4", "20261130T110100-0123abcd.mp4"):
        (array / "c1" / name).write_bytes(b"x")
        retention.os.utime(array / "c1" / name, (NOW - 3600, NOW - 3600))
    after = {NOW: 2, NOW + 800 * DAY_S: 2, NOW + 800.5 * DAY_S: 2, NOW + 801 * DAY_S: 1}
    for now, left in after.items():
        monkeypatch.setattr(retention.time, "time", lambda now=now: now)
        assert retention.main() == 0
        assert len(list((array / "c1").iterdir())) == left, now
    assert capsys.readouterr().err.count("jumped ahead") == 2


def test_names_that_the_recording_account_makes_up_stop_nothing_and_are_no_labels(array: Path) -> None:
    (array / 'x"} 1\ny').mkdir()
    (array / 'x"} 1\ny' / "20260101T000000.mp4").write_bytes(b"x")
    (array / "c1" / "20269999T999999.mp4").write_bytes(b"x")
    assert retention.main() == 0
    told = Path(retention.METRICS).read_text()
    assert 'x"}' not in told and 'iccc_recordings{camera="c1"} 1' in told
