"""The change record: what a deploy and an act leave in it, killed ones too, and that it is only appended to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from iccc.clock import FixedClock
from iccc.compare import Change as Difference
from iccc.errors import StateError
from iccc.observed import Outcome, Status
from iccc.state.changes import Changes
from iccc.state.journal import Journal
from iccc.state.log import Why
from iccc.state.schema import MIGRATIONS
from iccc.state.store import Store, iso, open_store

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
WHY = Why("first light", "CHG-7")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(open_store(tmp_path)) as opened:
        yield opened


def test_an_act_has_a_beginning_and_a_result(store: Store) -> None:
    clock = FixedClock(NOON)
    changes = Changes(store, clock)
    first = changes.begin("stage", "sw1 Gi1/1", WHY, "cam1")
    changes.begin("stage", "sw1 Gi1/2", WHY, "cam2")
    clock.at += HOUR
    changes.end(first, "stage", "applied: at its address", "cam1")
    one, two = changes.listed()
    assert (one.device, one.at, one.ended_at, one.why, one.result) == (
        "cam1", NOON, NOON + HOUR, WHY, "applied: at its address",
    )  # fmt: skip
    assert (two.device, two.ended_at, two.result) == ("cam2", None, "")
    assert [change.device for change in changes.listed(devices=["cam2"])] == ["cam2"]
    assert changes.listed(since=NOON + timedelta(seconds=1)) == []
    with pytest.raises(StateError, match="append-only"):
        store.execute("UPDATE log SET result = 'clean'")


def _outcomes(*statuses: Status) -> list[Outcome]:
    return [Outcome(Difference(f"p{n}", 1, 2), status, 2, "") for n, status in enumerate(statuses)]


def test_a_run_has_a_line_for_each_device_that_it_wrote_to(store: Store) -> None:
    changes, journal = Changes(store, FixedClock(NOON)), Journal(store)
    run = journal.begin("deploy", "plan", [("cam1", ""), ("cam2", ""), ("cam3", "")], NOON)
    changes.begin("deploy", "3 devices", WHY, id_=run)
    journal.done(run, "cam1", "ntp", _outcomes(Status.APPLIED, Status.APPLIED), NOON)
    journal.done(run, "cam1", "osd", [], NOON)
    journal.done(run, "cam2", "ntp", _outcomes(Status.FAILED), NOON)
    journal.end(run, NOON)
    changes.deployed(run, "deploy")
    told = {one.device: (one.what, one.result, one.why) for one in changes.listed()}
    assert told == {
        "": ("3 devices", "applied 2, failed 1", WHY),
        "cam1": ("p0, p1", "applied 2", WHY),
        "cam2": ("p0", "failed 1", WHY),
    }


def test_what_a_killed_run_had_begun_is_said_to_be_unknown(store: Store) -> None:
    changes, journal = Changes(store, FixedClock(NOON)), Journal(store)
    run = journal.begin("deploy", "plan", [("cam1", "")], NOON)
    changes.begin("deploy", "1 device", WHY, id_=run)
    assert [one.result for one in changes.listed()] == [""]
    journal.start(run, "cam1", "users", NOON)
    changes.deployed(run, "deploy", killed=True)
    told = {one.device: (one.what, one.result) for one in changes.listed()}
    assert told == {"": ("1 device", "interrupted: nothing was read back"), "cam1": ("users", "not known of users")}


def test_a_log_of_an_older_iccc_goes_on(tmp_path: Path) -> None:
    with closing(open_store(tmp_path, MIGRATIONS[:-1])) as old:
        line = "INSERT INTO log (at, by, command, device, what, why) VALUES (?, 'x', 'deploy', '', 'run', '')"
        old.execute(line, (iso(NOON),))
    with closing(open_store(tmp_path)) as store:
        changes = Changes(store, FixedClock(NOON))
        changes.end(changes.begin("deploy", "1 device"), "deploy", "applied 1")
        assert [one.result for one in changes.listed()] == ["applied 1"]
