"""Findings over time: new, continuing, resolved, and back again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from iccc.finding import Class, Evidence, Finding, Severity
from iccc.state.findings import Episode, Findings, Sightings
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
    assert [episode.finding for episode in findings.standing()] == sorted([root, finding("z")], key=lambda f: f.id)
    findings.record([], everywhere, NOON + HOUR)
    assert {episode.finding for episode in findings.history("z")} == {finding("z")}, "kept when it is resolved"


def test_what_was_not_looked_at_is_not_resolved(tmp_path: Path) -> None:
    findings = Findings(open_store(tmp_path))
    findings.record([finding("read"), finding("silent")], everywhere, NOON)
    sightings = findings.record([], lambda episode: episode.device == "read", NOON + HOUR)
    assert ids(sightings.resolved) == [("read", "hostname")]
    assert ids(findings.standing()) == [("silent", "hostname")]
    assert findings.standing()[0].last_seen == NOON


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
