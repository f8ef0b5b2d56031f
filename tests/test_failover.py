"""Which standby takes over, what is declared of it, and what follows for the rest of the city."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iccc import failover
from iccc.city.devices import City, Failover
from iccc.city.failovers import moved
from iccc.city.load import load_city
from iccc.errors import UsageError
from iccc.recorder.desired import channels
from iccc.sizing.standby import fits, needs, room_mbps
from iccc.yamlfile import Where

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 11, 30, 16, 10, tzinfo=UTC)
WHERE = Where("cities/bilaspur/failovers.yaml", 5, 5)


@cache
def bilaspur() -> City:
    return load_city(ROOT, "bilaspur")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder in ("cities/bilaspur", "catalogue"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def over(root: Path, name: str, reason: str = "disk") -> City:
    city = load_city(root, "bilaspur")
    failover.declare_over(root, city, failover.over(city, name, None), NOW, reason)
    return load_city(root, "bilaspur")


def test_it_is_written_down_and_holds_for_whoever_reads_the_city(root: Path) -> None:
    before = load_city(root, "bilaspur")
    city = over(root, "bsp-rec03", "power supply: burnt")
    assert (root / "cities/bilaspur/failovers.yaml").read_text(encoding="utf-8").endswith(
        "failovers:\n"
        '  - {recorder: bsp-rec03, to: bsp-rec10, since: 2026-11-30T21:40, reason: "power supply: burnt"}\n'
    )  # fmt: skip
    assert not city.recorded_by("bsp-rec03") and len(city.recorded_by("bsp-rec10")) == 56
    assert {c.name for c in city.recorded_by("bsp-rec10")} == {c.name for c in before.recorded_by("bsp-rec03")}
    assert {c.declared_recorder for c in city.recorded_by("bsp-rec10")} == {"bsp-rec03"}
    assert channels(city.recorders["bsp-rec10"], city).keys() == {c.name for c in city.recorded_by("bsp-rec10")}  # type: ignore[union-attr]
    for number in (1, 2, 4, 5, 6, 7, 8, 9):
        assert city.recorded_by(f"bsp-rec{number:02d}") == before.recorded_by(f"bsp-rec{number:02d}")


def test_the_way_back_leaves_the_entry(root: Path) -> None:
    city = over(root, "bsp-rec03")
    move = failover.back(city, "bsp-rec03")
    failover.declare_back(root, city, move, NOW)
    city = load_city(root, "bilaspur")
    assert city.cameras == load_city(ROOT, "bilaspur").cameras
    assert [(one.to, one.until, one.in_force) for one in city.failovers] == [("bsp-rec10", "2026-11-30T21:40", False)]
    assert failover.back(city, "bsp-rec03").declared, "a run that was cut off goes on"
    again = over(root, "bsp-rec04")
    assert len(again.failovers) == 2 and len(again.recorded_by("bsp-rec10")) == 56


@pytest.mark.parametrize(
    ("name", "to", "said"),
    [
        ("bsp-rec03", "bsp-rec09", "the cameras of bsp-rec03 are on bsp-rec10 since 2026-11-30T21:40"),
        ("bsp-rec04", None, "bsp-rec10 stands in for bsp-rec03 since 2026-11-30T21:40 with 56 cameras"),
        ("bsp-rec04", "bsp-rec05", "bsp-rec05 is no standby"),
        ("bsp-rec10", None, "bsp-rec10 is a standby itself"),
        ("bsp-rec33", None, "'bsp-rec33' is no recorder of bilaspur; did you mean 'bsp-rec03'?"),
    ],
)
def test_what_stands_in_the_way_is_said_and_nothing_written(root: Path, name: str, to: str | None, said: str) -> None:
    city = over(root, "bsp-rec03")
    with pytest.raises(UsageError) as caught:
        failover.over(city, name, to)
    assert said in str(caught.value)


def test_cameras_that_are_only_planned_are_said() -> None:
    text = r"^no camera is recorded on sgr-rec01: none of the \d+ declared there is on the wire$"
    with pytest.raises(UsageError, match=text):
        failover.over(load_city(ROOT, "sagar"), "sgr-rec01", None)


def test_a_standby_of_another_type_is_none(root: Path) -> None:
    city = load_city(root, "bilaspur")
    server = replace(city.recorders["bsp-rec10"], recorder_type="server")
    city = replace(city, recorders={**city.recorders, server.name: server})
    with pytest.raises(UsageError, match="bsp-rec10 is of type server, bsp-rec03 of type appliance"):
        failover.over(city, "bsp-rec03", None)


def test_a_file_of_a_person_that_would_change_more_is_not_written(root: Path) -> None:
    """The declaration was edited in between: the write is refused, and the file is as it was."""
    city = over(root, "bsp-rec03")
    file = root / "cities/bilaspur/failovers.yaml"
    before = file.read_text(encoding="utf-8")
    junction = root / "cities/bilaspur/junctions/j03.yaml"
    junction.write_text(
        junction.read_text(encoding="utf-8").replace("slot: 1, count: 10", "slot: 1, count: 9", 1), encoding="utf-8"
    )
    with pytest.raises(UsageError, match="would also change"):
        failover.declare_back(root, city, failover.back(city, "bsp-rec03"), NOW)
    assert file.read_text(encoding="utf-8") == before


numbers = st.sets(st.integers(1, 9), max_size=9)


@given(numbers, st.integers(8, 640), st.floats(50, 4000))
@settings(max_examples=60, deadline=None)
def test_a_standby_is_never_given_more_than_it_has(failed: set[int], room: int, mbps: float) -> None:
    """Recorders fail in turn; each move that is offered keeps channels and throughput, and moves whole recorders."""
    city = bilaspur()
    kind = city.recorders["bsp-rec10"].device_type
    type_ = city.catalogue[kind].model_copy(update={"throughput_mbps": mbps})
    standby = replace(city.recorders["bsp-rec10"], channels=room)
    city = replace(city, catalogue={**city.catalogue, kind: type_}, recorders={**city.recorders, standby.name: standby})
    whose = {camera.name: camera.recorder for camera in city.cameras.values()}
    for number in sorted(failed):
        name = f"bsp-rec{number:02d}"
        all_there = needs([*city.recorded_by("bsp-rec10"), *city.recorded_by(name)], city)
        try:
            move = failover.over(city, name, None)
        except UsageError:
            assert not fits(city, standby, all_there, city.recorders[name])
            continue
        entry = Failover(name, move.to, "2026-11-30T21:40", None, "test", WHERE)
        after = (*city.failovers, entry)
        city = replace(city, failovers=after, cameras={c.name: c for c in moved([*city.cameras.values()], after)})
        there = city.recorded_by("bsp-rec10")
        assert len(there) <= room and needs(there, city).mbps <= (room_mbps(city, standby) or 0) + 1e-6
        assert set(move.cameras) <= {camera.name for camera in there}
        assert not city.recorded_by(name)
    assert {camera.name: camera.declared_recorder for camera in city.cameras.values()} == whose
