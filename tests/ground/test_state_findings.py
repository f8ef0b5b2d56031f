"""Findings over time: new, continuing, resolved, and back again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iccc.finding import Class, Evidence, Finding, Severity
from iccc.state.findings import Episode, Findings, Sightings
from iccc.state.journal import Journal
from iccc.state.store import open_store
from tests.ground.support import NOON

HOUR = timedelta(hours=1)


def finding(device: str, path: str = "hostname") -> Finding:
    return Finding(device, path, Class.CONFIG, Severity.MINOR, f"{path} differs", "city.yaml:1:1", "core")


def ids(episodes: Iterable[Episode]) -> list[tuple[str, str]]:
    return [(episode.device, episode.path) for episode in episodes]


def everywhere(_: Episode) -> bool:
    return True


def test_a_finding_is_new_then_continues_then_is_resolved_and_can_come_back(tmp_path: Path) -> None:
    findings = Findings(open_store(tmp_path))
    first = findings.record([finding("a"), finding("b")], everywhere, NOON)
    assert ids(first.new) == [("a", "hostname"), ("b", "hostname")]

    worse = replace(finding("a"), severity=Severity.MAJOR, text="worse")
    second = findings.record([worse], everywhere, NOON + HOUR)
    assert (ids(second.new), ids(second.resolved)) == ([], [("b", "hostname")])
    (still,) = second.continuing
    assert (still.first_seen, still.last_seen) == (NOON, NOON + HOUR)
    assert (still.severity, still.text) == (Severity.MAJOR, "worse")

    third = findings.record([worse, finding("b")], everywhere, NOON + 2 * HOUR)
    assert ids(third.new) == [("b", "hostname")]
    before, now = findings.history("b")
    assert (before.resolved_at, now.resolved_at) == (NOON + HOUR, None)
    assert before.id == now.id


def test_a_finding_is_kept_whole_with_all_that_is_under_it(tmp_path: Path) -> None:
    said = Evidence("IF-MIB ifOperStatus.10", "down(2)", NOON)
    leaf = replace(finding("b", "ports[Gi1/1].oper_up"), seen=False, evidence=(said,))
    root = replace(
        finding("a"), seen=["x"], wanted={"y": 1}, behind=("c", "d"), affected=("e",), under=(leaf,), next_step="Look."
    )
    findings = Findings(open_store(tmp_path))
    findings.record([root, finding("z")], everywhere, NOON)
    kept = {episode.id: (episode.finding, episode.under) for episode in findings.standing()}
    assert kept == {
        root.id: (root, None),
        leaf.id: (leaf, root.id),
        finding("z").id: (finding("z"), None),
    }
    findings.record([], everywhere, NOON + HOUR)
    assert {episode.finding for episode in findings.history("z")} == {finding("z")}, "kept when it is resolved"


def test_what_was_not_looked_at_is_not_resolved(tmp_path: Path) -> None:
    findings = Findings(open_store(tmp_path))
    findings.record([finding("read"), finding("silent")], everywhere, NOON)
    sightings = findings.record([], lambda episode: episode.device == "read", NOON + HOUR)
    assert ids(sightings.resolved) == [("read", "hostname")]
    assert ids(findings.standing()) == [("silent", "hostname")]
    assert findings.standing()[0].last_seen == NOON


SWITCH = Finding("sw", "", Class.REACH, Severity.CRITICAL, "does not answer", "core.yaml:1:1", "core")
PORT = replace(finding("up", "ports[Gi1/1].oper_up"), class_=Class.OPERATIONAL)
CAMERA = replace(SWITCH, device="cam")


def test_what_goes_under_a_root_or_behind_it_and_comes_out_again_is_the_same_episode(tmp_path: Path) -> None:
    findings = Findings(open_store(tmp_path))
    findings.record([PORT, CAMERA], everywhere, NOON)
    # The camera's switch dies: the camera is silent behind it, and the port towards it is explained by it.
    root = replace(SWITCH, behind=("cam",), under=(PORT,))
    second = findings.record([root], lambda episode: episode.device != "cam", NOON + HOUR)
    assert (ids(second.new), ids(second.resolved)) == ([("sw", "")], [])
    assert {e.device: e.under for e in findings.standing()} == {"sw": None, "up": root.id, "cam": root.id}
    third = findings.record([PORT, CAMERA], everywhere, NOON + 2 * HOUR)
    assert (ids(third.new), ids(third.resolved)) == ([], [("sw", "")])
    assert {e.device: (e.under, e.first_seen) for e in findings.standing()} == {"up": (None, NOON), "cam": (None, NOON)}
    assert {known.came_back_7d for known in findings.known(NOON + 2 * HOUR).values()} == {0}
    # What ends while it is under a root is no news of its own.
    findings.record([root], everywhere, NOON + 3 * HOUR)
    findings.record([], everywhere, NOON + 4 * HOUR)
    assert [episode.device for episode in findings.resolved_since(NOON + 4 * HOUR)] == ["sw"]


@given(st.lists(st.booleans(), min_size=1, max_size=12), st.integers(1, 40))
def test_how_often_a_finding_came_back_is_counted_by_day_and_week(
    tmp_path_factory: pytest.TempPathFactory, there: list[bool], hours: int
) -> None:
    store = open_store(tmp_path_factory.mktemp("findings"))
    findings = Findings(store)
    begun = []
    for number, seen in enumerate([*there, True]):
        at = NOON + number * hours * HOUR
        begun += [at] * len(findings.record([finding("a")] if seen else [], everywhere, at).new)
    (known,) = findings.known(at).values()
    assert (known.first_seen, known.new) == (begun[-1], begun[-1] == at)
    ages = [at - one for one in begun[1:]]
    assert known.came_back_24h == sum(age < 24 * HOUR for age in ages)
    assert known.came_back_7d == sum(age < 7 * 24 * HOUR for age in ages)
    store.close()


def test_what_stood_before_a_device_was_ever_in_sync_is_no_coming_back(tmp_path: Path) -> None:
    """The first deploy puts it right; only what comes and goes after that is a flap."""
    store = open_store(tmp_path)
    findings, journal = Findings(store), Journal(store)
    findings.record([finding("a"), finding("b")], everywhere, NOON)
    run = journal.begin("iccc deploy", "digest", [], NOON)
    findings.record([], lambda episode: episode.device == "a", NOON + HOUR)  # as Context.end_run does
    journal.end(run, NOON + HOUR)
    assert findings.in_sync_since() == {"a": NOON + HOUR}
    findings.record([], everywhere, NOON + 2 * HOUR)
    findings.record([finding("a"), finding("b")], everywhere, NOON + 3 * HOUR)
    known = findings.known(NOON + 3 * HOUR)
    assert (known[finding("a").id].came_back_24h, known[finding("b").id].came_back_24h) == (0, 1)
    findings.record([], everywhere, NOON + 4 * HOUR)
    findings.record([finding("a")], everywhere, NOON + 5 * HOUR)
    assert findings.known(NOON + 5 * HOUR)[finding("a").id].came_back_7d == 1


def test_resolved_since_tells_what_is_gone_and_has_not_come_back(tmp_path: Path) -> None:
    findings = Findings(open_store(tmp_path))
    findings.record([finding("a"), finding("b"), finding("c")], everywhere, NOON)
    findings.record([finding("c")], everywhere, NOON + HOUR)
    findings.record([finding("a")], everywhere, NOON + 2 * HOUR)
    assert ids(findings.resolved_since(NOON + HOUR)) == [("b", "hostname"), ("c", "hostname")]
    assert ids(findings.resolved_since(NOON + 2 * HOUR)) == [("c", "hostname")]
    assert findings.resolved_since(NOON + 3 * HOUR) == []


names = st.frozensets(st.sampled_from("abcdef"))


@given(st.lists(st.tuples(names, names), min_size=1, max_size=6))
def test_after_each_run_what_stands_is_what_was_found_and_what_was_not_looked_at(
    tmp_path_factory, runs: list[tuple[frozenset[str], frozenset[str]]]
) -> None:
    store = open_store(tmp_path_factory.mktemp("findings"))
    findings = Findings(store)
    standing: frozenset[str] = frozenset()
    for number, (found, looked) in enumerate(runs):
        seen: Sightings = findings.record(
            [finding(name) for name in sorted(found)], lambda e, looked=looked: e.device in looked, NOON + number * HOUR
        )
        assert {e.device for e in seen.new} == found - standing
        assert {e.device for e in seen.continuing} == found & standing
        assert {e.device for e in seen.resolved} == (standing - found) & looked
        standing = found | (standing - looked)
        assert {e.device for e in findings.standing()} == standing
    store.close()


def test_an_event_stands_until_a_drift_report_has_listed_it(tmp_path: Path) -> None:
    findings = Findings(open_store(tmp_path))
    event = replace(finding("a", "uptime_s"), event=True)
    findings.record([event, finding("a")], everywhere, NOON)
    for hours in (1, 2):  # a plan and a deploy have read the device, and have told nobody
        findings.record([], everywhere, NOON + hours * HOUR)
        assert findings.waiting() == {event.id: event}
        assert ids(findings.standing()) == [("a", "uptime_s")]
    findings.told([event], NOON + 3 * HOUR)
    assert findings.waiting() == {}
    (told,) = findings.standing()
    assert (told.first_seen, told.told_at) == (NOON, NOON + 3 * HOUR), "it stands, so that it can be adopted"
    assert ids(findings.record([], everywhere, NOON + 4 * HOUR).resolved) == [("a", "uptime_s")]
    assert [one.first_seen for one in findings.events_since(NOON - HOUR)] == [NOON]
    assert findings.events_since(NOON) == []


def test_an_event_that_comes_again_is_another_one_once_the_first_was_listed(tmp_path: Path) -> None:
    findings = Findings(open_store(tmp_path))
    first, second = (
        replace(finding("a", "history.changed_s"), text=by, event=True, evidence=(Evidence("said", by, NOON),))
        for by in ("mallory", "ravi")
    )
    findings.record([first], everywhere, NOON)
    findings.record([second], everywhere, NOON + HOUR)
    (both,) = findings.waiting().values()
    assert (both.text, [one.value for one in both.evidence]) == ("ravi", ["ravi", "mallory"])
    findings.told([replace(finding("root"), under=(both,))], NOON + 2 * HOUR)
    findings.record([first], everywhere, NOON + 3 * HOUR)
    assert findings.waiting() == {first.id: first}
    assert [(one.first_seen, one.resolved_at) for one in findings.history("a")] == [
        (NOON, NOON + 3 * HOUR),
        (NOON + 3 * HOUR, None),
    ]


def test_who_was_found_silent_after_the_last_reading_is_known_also_behind_a_root_that_is_gone(tmp_path: Path) -> None:
    findings = Findings(open_store(tmp_path))
    dead = replace(finding("sw1", ""), class_=Class.REACH, behind=("sw2", "c1"))
    battery = replace(finding("ups1", "on_battery"), class_=Class.OPERATIONAL, behind=("sw3",))
    findings.record([dead, battery], everywhere, NOON)
    findings.record([dead], everywhere, NOON + HOUR)
    read = dict.fromkeys(("sw1", "sw2", "sw3", "sw4", "ups1"), NOON - HOUR)
    assert findings.silent_since(read) == dict.fromkeys(("sw1", "sw2", "sw3"), NOON)
    assert findings.silent_since(read | {"sw2": NOON + HOUR, "sw3": NOON}) == {"sw1": NOON}
    assert findings.silent_since({}) == {}


def test_what_was_ever_found_is_told_once_also_what_is_gone_or_was_under_another(tmp_path: Path) -> None:
    findings = Findings(open_store(tmp_path))
    for hour in range(4):
        found = [replace(finding("a"), under=(finding("b"),))] if hour % 2 == 0 else []
        findings.record(found, everywhere, NOON + hour * HOUR)
    assert {one.id for one in findings.ever()} == {finding("a").id, finding("b").id}
    assert len(findings.ever()) == 2
