"""Plans: made, stored, read back, refused when they have gone stale."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iccc import deploy, fleet
from iccc.city.devices import City, Device, Hold
from iccc.compare import Unread, Within
from iccc.errors import Reason, UsageError
from iccc.observed import Observed
from iccc.plan import Held, Plan, load_stored, make_plan, plan_device, state_hash, to_json
from tests.server.city import served, server
from tests.support import NOW
from tests.unit.states import as_declared, bilaspur, camera_states, silent, unread

CITY = bilaspur()
CAMERA = CITY.cameras["bsp-j01-c01"]
SWITCH = CITY.switches["bsp-j01-sw1"]


def observed_as(device: Device, **changed: Any) -> Observed[Any, Any]:
    seen = as_declared(device, CITY)
    return replace(seen, state=replace(seen.state, **changed))


def planned(*observed: Observed[Any, Any], city: City = CITY) -> Plan:
    devices = [city.device(seen.device) for seen in observed]
    by_name = {seen.device: seen for seen in observed}
    return make_plan(city, "lab", NOW, devices, fleet.wanted_all(devices, city), by_name)


def store(plan: Plan, path: Path) -> Path:
    path.write_text(json.dumps(to_json(plan), ensure_ascii=False), encoding="utf-8")
    return path


def test_a_city_as_declared_has_an_empty_plan() -> None:
    plan = planned(*(as_declared(device, CITY) for device in CITY.devices()))
    assert len(plan.devices) == len(list(CITY.devices()))
    assert plan.changing == [] and plan.unknown == []
    assert to_json(plan)["devices"] == {}


def test_a_change_names_the_line_that_wants_it() -> None:
    plan = planned(observed_as(CAMERA, hostname="spare"), observed_as(SWITCH, ntp_servers=frozenset()))
    places = {name: [(c.change.path, c.where) for c in device.changes] for name, device in plan.devices.items()}
    assert places == {
        "bsp-j01-c01": [("hostname", "cities/bilaspur/junctions/j01.yaml:19:5")],
        "bsp-j01-sw1": [("ntp_servers", str(CITY.wheres["time.ntp"]))],
    }


def test_what_is_not_ours_is_reported_and_never_changing() -> None:
    foreign = replace(CAMERA, owner="a bank")
    wanted = fleet.wanted(foreign, CITY)
    device = plan_device(foreign, wanted, observed_as(CAMERA, hostname="spare"))
    plan = Plan(CITY.key, "lab", NOW, CITY.digest, {foreign.name: device})
    assert device.read_only and len(device.changes) == 1
    assert plan.changing == []
    assert to_json(plan)["summary"]["changes"] == 0


@given(camera_states, camera_states)
def test_the_state_hash_is_that_of_what_is_managed(wanted: Any, seen: Any) -> None:
    hashed = state_hash(wanted, seen)
    assert hashed == state_hash(wanted, replace(seen)) and len(hashed) == 64
    other = replace(seen, hostname=f"{seen.hostname}x")
    assert state_hash(wanted, other) != hashed
    assert state_hash(replace(wanted, hostname=None), other) == state_hash(replace(wanted, hostname=None), seen)


@given(camera_states, st.floats(-5, 5), st.floats(-5, 5))
def test_a_clock_within_its_limit_keeps_the_hash(seen: Any, one: float, other: float) -> None:
    wanted = replace(seen, time=replace(seen.time, skew_s=Within(5)))
    hashes = {state_hash(wanted, replace(seen, time=replace(seen.time, skew_s=skew))) for skew in (one, other)}
    assert len(hashes) == 1


@given(camera_states, unread, unread)
def test_a_part_that_was_unread_changes_the_hash_by_its_reason(seen: Any, one: Unread, other: Unread) -> None:
    hashes = [state_hash(seen, replace(seen, users=why)) for why in (one, other)]
    assert (hashes[0] == hashes[1]) == (one.reason == other.reason)
    assert state_hash(seen, seen) not in hashes


def test_a_stored_plan_keeps_what_may_be_changed(tmp_path: Path) -> None:
    read_only = replace(CITY.cameras["bsp-j01-c02"], owner="a bank")
    city = replace(CITY, cameras={**CITY.cameras, read_only.name: read_only})
    plan = planned(
        observed_as(CAMERA, hostname="spare", location=Unread(Reason.BAD_ANSWER, "cut off")),
        observed_as(SWITCH, saved=False),
        observed_as(read_only, hostname="theirs"),
        silent(CITY.cameras["bsp-j01-c03"]),
        as_declared(CITY.cameras["bsp-j01-c04"], CITY),
        city=city,
    )
    stored = load_stored(store(plan, tmp_path / "plan.json"))
    assert stored.state_hashes == {name: plan.devices[name].state_hash for name in (CAMERA.name, SWITCH.name)}
    assert (stored.city, stored.target, stored.declaration) == ("bilaspur", "lab", CITY.digest)
    stored.check(city, "lab")


def test_json_says_paths_values_and_lines(tmp_path: Path) -> None:
    data = json.loads(store(planned(observed_as(CAMERA, hostname="spare")), tmp_path / "p.json").read_text())
    (change,) = data["devices"]["bsp-j01-c01"]["changes"]
    assert change == {
        "path": "hostname",
        "seen": "spare",
        "wanted": "bsp-j01-c01",
        "where": "cities/bilaspur/junctions/j01.yaml:19:5",
    }
    assert data["version"] == 1
    assert data["summary"] == {"devices": 1, "changing": 1, "changes": 1, "unknown": 0}


def test_a_plan_of_changed_files_is_refused(tmp_path: Path) -> None:
    stored = load_stored(store(planned(observed_as(CAMERA, hostname="spare")), tmp_path / "plan.json"))
    with pytest.raises(UsageError, match="files of bilaspur have changed since the plan was made"):
        stored.check(replace(CITY, digest="0" * 64), "lab")


@pytest.mark.parametrize(("key", "target"), [("kanpur", "lab"), ("bilaspur", "live")])
def test_a_plan_of_another_city_or_target_is_refused(tmp_path: Path, key: str, target: str) -> None:
    stored = load_stored(store(planned(observed_as(CAMERA, hostname="spare")), tmp_path / "plan.json"))
    with pytest.raises(UsageError, match=rf"the plan is for bilaspur \(lab\), not for {key} \({target}\)"):
        stored.check(replace(CITY, key=key), target)


@pytest.mark.parametrize(
    "text",
    ["", "no json", "[]", "null", "7", "{}", '{"version": 1}', '{"version": 1, "kind": "drift"}',
     '{"version": 1, "kind": "plan", "devices": []}', '{"version": 1, "kind": "plan", "devices": {"x": 1}}',
     '{"version": 1, "kind": "plan", "devices": {}}', "[" * 100_000],
)  # fmt: skip
def test_what_is_no_plan_is_refused_in_words(tmp_path: Path, text: str) -> None:
    path = tmp_path / "plan.json"
    path.write_text(text)
    with pytest.raises(UsageError, match=r"plan\.json"):
        load_stored(path)


def test_a_plan_of_a_newer_version_says_so(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text('{"version": 2, "kind": "plan", "devices": {}}')
    with pytest.raises(UsageError, match="plan version 2; this iccc reads version 1"):
        load_stored(path)


def test_a_plan_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="not a plan file"):
        load_stored(path)


def test_of_a_recording_server_under_hold_what_its_retention_goes_by_is_written_alone(tmp_path: Path) -> None:
    """The order itself is in there: without it the recordings would go after their days."""
    hold = Hold(date(2027, 3, 31), "District Court", "accident", CAMERA.where)
    held = replace(server(), hold=hold)
    city = replace(served(), recorders={**served().recorders, held.name: held})
    state = replace(fleet.wanted(held, city).state, recording=None, time=None)
    plan = planned(Observed(held.name, state, None, NOW), city=city)
    stored = load_stored(store(plan, tmp_path / "plan.json"))
    assert [[one.change.path for one in device.changes] for device in plan.changing] == [["recording"]]
    assert stored.paths == {held.name: ("recording",)} and stored.state_hashes.keys() == {held.name}
    assert stored.refused == plan.refused == {held.name: Held(str(hold), ("time",))}


def test_what_is_under_evidence_hold_is_planned_as_held(tmp_path: Path) -> None:
    hold = Hold(date(2027, 3, 31), "District Court", "accident", CAMERA.where)
    held = replace(CAMERA, hold=hold)
    plan = planned(observed_as(held, hostname="spare"), city=replace(CITY, cameras={**CITY.cameras, held.name: held}))
    stored = load_stored(store(plan, tmp_path / "plan.json"))
    assert (plan.changing, stored.state_hashes) == ([], {})
    assert stored.refused == plan.refused == {held.name: Held(str(hold), ("hostname",))}
    assert str(hold) == f"under evidence hold until 2027-03-31, by District Court: accident ({CAMERA.where})"
    rows = deploy.held(stored.refused).rows
    assert [(row.device, row.path, str(row.status), row.text) for row in rows] == [
        (held.name, "hostname", "refused", str(hold)),
    ]  # fmt: skip
