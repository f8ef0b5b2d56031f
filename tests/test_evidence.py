"""Gaps between recordings, which recorders held a camera, and what the annexure says of it."""

from __future__ import annotations

import hashlib
import json
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iccc.city.devices import City
from iccc.city.load import load_city
from iccc.compare import Change
from iccc.evidence import Dossier, Fact, Kept, Offset, _recorders, gaps, span_of
from iccc.evidence_clocks import CameraClock, ServerClock
from iccc.observed import Outcome, Status
from iccc.report.evidence import to_hold, write_dossier
from iccc.server import clocks
from iccc.server.clocks import ClockHistory
from iccc.server.footage import APART, BATCH_BYTES, BATCH_FILES, Footage, Segment, batches
from iccc.state.journal import Journal
from iccc.state.store import open_store

ROOT = Path(__file__).parents[1]
BEGIN = datetime(2026, 11, 30, 12, 30, tzinfo=UTC)
END = BEGIN + timedelta(minutes=10)


@cache
def bilaspur() -> City:
    return load_city(ROOT, "bilaspur")


def at(seconds: float) -> datetime:
    return BEGIN + timedelta(seconds=seconds)


def segment(minute: int, sha: str | None = "ab" * 32, text: str = "") -> Segment:
    begin = at(60 * minute)
    return Segment(f"{begin:%Y%m%dT%H%M%S}.mp4", begin, ((begin, begin + timedelta(seconds=59)),), 5_000_000, sha, text)


def made(*kept: Kept, **changed: object) -> Dossier:
    camera = bilaspur().cameras["bsp-j03-c01"]
    facts = (
        Fact("serial number", "A1", "B2", BEGIN, differs=True),
        Fact("MAC address", "", "<script>alert(1)</script>", BEGIN),
    )
    whole = Dossier(
        camera, BEGIN, END, END, facts, (Offset(BEGIN, None, "+0.4 s"),), CameraClock(), (), kept, (), (), (),
        held=False,
    )  # fmt: skip
    return replace(whole, **changed)  # type: ignore[arg-type]


def footage(*segments: Segment) -> Footage:
    return Footage("/srv/recordings/bsp-j03-c01", segments, -0.12, END)


def test_what_follows_within_two_seconds_is_no_gap() -> None:
    told = [(at(0), at(59)), (at(60.5), at(119)), (at(180), at(240))]
    assert list(gaps(told, at(0), at(240))) == [(at(119), at(180))]
    assert list(gaps([], at(0), at(60))) == [(at(0), at(60))]
    assert list(gaps([(at(-30), at(90))], at(0), at(60))) == []


spans = st.lists(st.tuples(st.integers(-100, 700), st.integers(0, 200)).map(lambda one: (one[0], one[0] + one[1])))


@given(spans)
def test_every_second_is_recorded_or_in_a_gap(told: list[tuple[int, int]]) -> None:
    covered = [(at(first), at(last)) for first, last in told]
    found = list(gaps(covered, BEGIN, END))
    assert found == sorted(found) and all(BEGIN <= a < b <= END for a, b in found)
    for second in range(600):
        moment = at(second + 0.5)
        recorded = any(a <= moment <= b for a, b in covered)
        missing = any(a <= moment <= b for a, b in found)
        assert not (recorded and missing)
        near = any(a - APART <= moment <= b + APART for a, b in covered)
        assert recorded or missing or near


@given(st.lists(st.integers(0, BATCH_BYTES * 2), max_size=30))
def test_batches_keep_order_and_size(sizes: list[int]) -> None:
    listed = [replace(segment(0), name=str(number), size=size) for number, size in enumerate(sizes)]
    found = list(batches(listed))
    assert [one for batch in found for one in batch] == listed
    assert all(len(b) == 1 or (sum(s.size for s in b) <= BATCH_BYTES and len(b) <= BATCH_FILES) for b in found)


def test_the_list_has_one_hash_that_sha256sum_would_have() -> None:
    found = made(Kept("bsp-rec03", "it is declared on it", footage(segment(0), segment(1, None, "still written"))))
    line = f"{'ab' * 32}  /srv/recordings/bsp-j03-c01/20261130T123000.mp4\n"
    assert found.sums == line
    assert found.list_sha256 == hashlib.sha256(line.encode()).hexdigest()
    assert not found.complete and found.differs
    assert made(Kept("bsp-rec03", "", footage(segment(0)))).complete
    assert not made(Kept("bsp-rec03", "", told="no answer within 5 s", unread=True)).complete


def test_an_appliance_that_a_deploy_gave_the_camera_once_is_asked_too(tmp_path: Path) -> None:
    city = bilaspur()
    camera = city.cameras["bsp-j03-c01"]
    assert [one.name for one, _ in _recorders(city, camera, BEGIN, END, {})] == [camera.recorder]
    with closing(open_store(tmp_path)) as store:
        journal = Journal(store)
        run = journal.begin("deploy", "digest", [], BEGIN)
        for device, path in (
            ("bsp-rec05", f"channels[{camera.name}].stream"), ("bsp-rec06", "channels[bsp-j03-c011].stream"),
            (camera.name, f"x[{camera.name}]"),
        ):  # fmt: skip
            journal.done(run, device, "channels", [Outcome(Change(path, None, 1), Status.APPLIED, 1)], BEGIN)
        written = journal.wrote_of(camera.name)
    assert written.keys() == {"bsp-rec05", camera.name}
    (_, (other, why)) = _recorders(city, camera, BEGIN, END, written)
    assert (other.name, why) == ("bsp-rec05", "a deploy wrote of this camera there, last on 2026-11-30 18:00 IST")


def test_times_are_local_with_their_offset() -> None:
    told = json.loads(write_dossier("json", bilaspur(), made(Kept("bsp-rec03", "declared", footage(segment(0))))))
    assert told["version"] == 1 and told["from"] == "2026-11-30T18:00:00+05:30"
    assert told["segments"][0]["from"] == "2026-11-30T18:00:00+05:30"
    assert told["recorders"][0]["clock_skew_s"] == -0.12
    assert told["facts"][0]["differs"] is True


def test_the_page_is_well_formed_and_takes_nothing_from_devices_as_markup() -> None:
    trouble = Kept("bsp-rec10", "it stood in for <b>", told="no answer & no hashes", unread=True)
    page = write_dossier("html", bilaspur(), made(Kept("bsp-rec03", "declared", footage(segment(0))), trouble))
    body = page.partition("<body>")[2].partition("</body>")[0].replace("&nbsp;", " ")
    parsed = ElementTree.fromstring(f"<body>{body}</body>")  # noqa: S314  our own page
    assert "<script>" not in page and "THE TWO DIFFER" in page and "Part B" in page
    assert sum(1 for _ in parsed.iter("tr")) == 2
    text = write_dossier("text", bilaspur(), made(trouble))
    assert "no answer & no hashes" in text and "not known" in text


def test_what_to_write_so_that_it_is_kept() -> None:
    told = to_hold(bilaspur(), made(Kept("bsp-rec03", "declared", footage(segment(0)))))
    assert "scope: bsp-j03-c01" in told and "footage_from: 2026-11-30T17:59, footage_to: 2026-11-30T18:11" in told
    assert told.endswith("iccc deploy bilaspur --limit bsp-rec03")


def test_of_a_recorder_that_was_not_read_no_number_and_no_hash_is_told() -> None:
    unread = Kept("bsp-rec10", "it stood in", told="no answer within 5 s", unread=True)
    text = write_dossier("text", bilaspur(), made(unread))
    assert "Recordings: not known" in text and "SHA-256 of the list" not in text
    page = write_dossier("html", bilaspur(), made(unread))
    assert "Recordings: not known" in page and "SHA-256 of the list" not in page
    assert json.loads(write_dossier("json", bilaspur(), made(unread)))["list_sha256"] is None
    kept = Kept("bsp-rec03", "declared", footage(segment(0)))
    assert "Recordings: 1, and not known of every recorder" in write_dossier("text", bilaspur(), made(kept, unread))
    assert "Recordings: 0\n" in write_dossier("text", bilaspur(), made(Kept("bsp-rec03", "declared", footage())))


def test_footage_of_an_appliance_is_told_in_local_time_and_held_against_the_period() -> None:
    assert span_of(at(0), at(60), BEGIN, END, 330) == (
        "footage from 2026-11-30T18:00:00+05:30 to 2026-11-30T18:01:00+05:30"
    )
    assert span_of(END, None, BEGIN, END, 330).endswith("to a time that is not known, NONE OF THE PERIOD")
    assert span_of(at(-60), BEGIN, BEGIN, END, 330).endswith(", NONE OF THE PERIOD")
    assert not span_of(None, None, BEGIN, END, 330).endswith("PERIOD")


def test_two_recordings_of_one_time_are_of_an_uncertain_clock() -> None:
    """The server's clock was set back: both are told under the times of their names, and that one is wrong."""
    first, second = segment(0), replace(segment(0), name="20261130T123010-89abcdef.mp4", begin=at(10))
    twice = made(Kept("bsp-rec03", "declared", footage(first, second, segment(1))), held=True, facts=())
    assert [(one, a.name, b.name) for one, a, b in twice.overlaps] == [("bsp-rec03", first.name, second.name)]
    assert twice.differs
    text = write_dossier("text", bilaspur(), twice)
    assert "2026-11-30T18:00:10+05:30 to 2026-11-30T18:00:59+05:30: its clock was set back" in text
    assert json.loads(write_dossier("json", bilaspur(), twice))["overlaps"][0]["names"] == [first.name, second.name]
    # What two recorders have of one time is no doubt: one stood in for the other.
    both = made(Kept("bsp-rec03", "", footage(first)), Kept("bsp-rec10", "", footage(second)), held=True, facts=())
    assert both.overlaps == [] and not both.differs
    assert made(Kept("bsp-rec03", "", footage(segment(0), segment(1)))).overlaps == []


KNOWN = ClockHistory(
    900.0, 12, {"10.80.0.11": 12}, (at(60), -0.25), 0.000125, (at(-40), 0.1), None, ((at(300), at(600)),), 1, 300.0,
    ((at(30), "System clock was stepped by 5.000030 seconds"),), 1, at(-3600),
)  # fmt: skip


def test_the_clocks_are_told_as_far_as_they_were_measured() -> None:
    servers = (
        ServerClock("bsp-rec03", "its recordings bear its time", KNOWN),
        ServerClock("bsp-srv01", "the recorders take their time from it", told="no answer within 5 s"),
    )
    camera = CameraClock(((at(120), 0.5),), before=(at(-7200), -3.0))
    kept = Kept("bsp-rec03", "declared", footage(segment(0)))
    found = made(kept, server_clocks=servers, camera_clock=camera)
    text = write_dossier("text", bilaspur(), found)
    for told in (
        "12 samples against 10.80.0.11: largest offset -0.250000 s at 2026-11-30T18:01:00+05:30, mean +0.000125 s",
        "2026-11-30T18:05:00+05:30 to 2026-11-30T18:10:00+05:30: no sample, not known",
        "set or jumped 1 times: 2026-11-30T18:00:30+05:30 System clock was stepped by 5.000030 seconds "
        "(written down since 2026-11-30T17:00:00+05:30; before that: not known)",
        "bsp-srv01 (the recorders take their time from it): not known: no answer within 5 s",
        "2026-11-30T18:02:00+05:30: +0.5 s, read by this program",
        "the last reading before the period, 2026-11-30T16:00:00+05:30: -3.0 s",
    ):
        assert told in text, text
    assert not found.complete  # the time server did not answer
    assert made(kept, server_clocks=servers[:1]).complete
    told_json = json.loads(write_dossier("json", bilaspur(), found))
    assert [one["known"] for one in told_json["server_clocks"]] == [True, False]
    assert told_json["server_clocks"][0]["largest"] == {"at": "2026-11-30T18:01:00+05:30", "seconds": -0.25}


def test_of_a_clock_that_nobody_measured_nothing_is_told() -> None:
    none = replace(
        KNOWN, samples=0, sources={}, largest=None, mean_s=None, before=None, steps=(), steps_all=0, steps_from=None
    )
    unknown = ServerClock("bsp-rec03", "its recordings bear its time", none)
    text = write_dossier("text", bilaspur(), made(server_clocks=(unknown,)))
    assert "no sample in the period" in text and "in the period it was not read: not known" in text
    assert "whether its clock was set meanwhile is not known" in text and "was not set" not in text


def test_what_a_server_says_of_its_clock_in_another_shape_is_refused() -> None:
    whole = {
        "samples": 1, "sources": {"10.80.0.11": 1}, "largest": [0.0, 0.1], "mean": 0.1, "before": None, "after": None,
        "unmeasured": [], "unmeasured_all": 0, "unmeasured_s": 0.0, "steps": [], "steps_all": 0, "steps_from": 0.0,
    }  # fmt: skip
    assert clocks._history(whole, 900.0).largest == (datetime(1970, 1, 1, tzinfo=UTC), 0.1)
    wrong = [("largest", [1e300, 0]), ("sources", 3), ("steps", [["x", "y"]]), ("unmeasured", [[1]]), ("mean", [])]
    for key, value in wrong:
        with pytest.raises((TypeError, ValueError, AttributeError, OverflowError, LookupError)):
            clocks._history({**whole, key: value}, 900.0)
