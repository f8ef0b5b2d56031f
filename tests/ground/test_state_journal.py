"""The journal: a killed deploy is seen by the next one, with what it had done."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from iccc.compare import ABSENT, Change
from iccc.observed import Outcome, Status
from iccc.secrets import Secret
from iccc.state.journal import Journal, Progress
from iccc.state.store import open_store
from tests.ground.support import NOON, child

MINUTE = timedelta(minutes=1)

DEPLOY = """
import sys
from pathlib import Path
from iccc.clock import SystemClock
from iccc.state.journal import Journal
from iccc.state.store import open_store
journal, now = Journal(open_store(Path(sys.argv[1]))), SystemClock().now
run = journal.begin("iccc deploy", "digest", [("cam1", "time"), ("cam1", "users"), ("cam2", "time")], now())
journal.start(run, "cam1", "time", now())
journal.done(run, "cam1", "time", [], now())
journal.start(run, "cam1", "users", now())
print(run, flush=True)
sys.stdin.readline()
"""


def test_a_killed_run_is_interrupted_and_says_how_far_it_was(tmp_path: Path) -> None:
    process = child(DEPLOY, tmp_path)
    assert process.stdout is not None
    run = process.stdout.readline().strip()
    process.kill()
    process.wait()

    journal = Journal(open_store(tmp_path))
    assert [(left.id, left.plan) for left in journal.interrupted()] == [(run, "digest")]
    progress = {(step.device, step.section): step.progress for step in journal.steps(run)}
    assert progress == {
        ("cam1", "time"): Progress.DONE,
        ("cam1", "users"): Progress.STARTED,
        ("cam2", "time"): Progress.PENDING,
    }
    following = journal.begin("iccc deploy", "other", [], NOON)
    assert [left.id for left in journal.interrupted()] == [following]
    assert {known.id: known.interrupted for known in journal.runs()} == {run: True, following: False}


def test_a_run_that_ended_is_not_interrupted(tmp_path: Path) -> None:
    journal = Journal(open_store(tmp_path))
    run = journal.begin("iccc deploy", "digest", [], NOON)
    journal.end(run, NOON + MINUTE)
    assert journal.interrupted() == []
    (known,) = journal.runs()
    assert (known.started_at, known.ended_at, known.interrupted) == (NOON, NOON + MINUTE, False)


def test_outcomes_come_back_as_plain_data_without_secrets(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    journal = Journal(store)
    run = journal.begin("iccc deploy", "digest", [], NOON)
    outcomes = [
        Outcome(Change("ports[Gi1/3].access_vlan", 1, 20), Status.APPLIED, 20),
        Outcome(Change("users[iccc].password", ABSENT, Secret("hunter2")), Status.FAILED, None, "HTTP 500"),
    ]
    journal.start(run, "sw1", "ports", NOON)
    journal.done(run, "sw1", "ports", outcomes, NOON + MINUTE)
    (step,) = journal.steps(run)
    assert (step.progress, step.changed_at) == (Progress.DONE, NOON + MINUTE)
    vlan, password = step.outcomes
    assert (vlan.path, vlan.status, vlan.wanted, vlan.seen) == ("ports[Gi1/3].access_vlan", Status.APPLIED, 20, 20)
    assert (password.wanted, password.seen, password.text) == ("***", None, "HTTP 500")
    store.close()
    assert b"hunter2" not in (tmp_path / "iccc.db").read_bytes()
