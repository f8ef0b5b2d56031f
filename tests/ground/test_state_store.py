"""The store: versions, durability, and what is kept of devices."""

from __future__ import annotations

import json
import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from iccc.compare import Unread
from iccc.errors import Reason, StateError
from iccc.observed import Observed
from iccc.secrets import Secret
from iccc.state.learned import StoredLearned
from iccc.state.log import Act, ActLog, Why, os_user
from iccc.state.observations import Observations
from iccc.state.schema import MIGRATIONS
from iccc.state.store import iso, open_store, to_json
from iccc.switch.state import Port, SwitchState, Vlan
from tests.ground.support import NOON, child

PUTTER = """
import sys
from pathlib import Path
from iccc.state.learned import StoredLearned
from iccc.state.store import open_store
learned = StoredLearned(open_store(Path(sys.argv[1])))
for number in range(1_000_000):
    learned.put(f"camera-{number % 629}", "number", number)
    print(number, flush=True)
"""

# Greenlets of a patched process and a native thread beside them, as the engine has them.
PATCHED = """
from gevent import monkey
monkey.patch_all()
import sys, gevent
from pathlib import Path
from iccc.state.learned import StoredLearned
from iccc.state.store import open_store
learned = StoredLearned(open_store(Path(sys.argv[1])))

def put(name):
    for number in range(300):
        learned.put(name, str(number), number)
        if name != "native":
            gevent.sleep(0)

native = gevent.get_hub().threadpool.spawn(put, "native")
gevent.joinall([gevent.spawn(put, f"greenlet-{n}") for n in range(3)])
native.get()
print("done")
"""


def test_a_newer_store_is_refused_and_left_alone(tmp_path: Path) -> None:
    open_store(tmp_path, (*MIGRATIONS, ("CREATE TABLE later (x TEXT) STRICT",))).close()
    with pytest.raises(StateError, match=f"version {len(MIGRATIONS) + 1}; this iccc knows versions up to"):
        open_store(tmp_path)
    open_store(tmp_path, (*MIGRATIONS, ("CREATE TABLE later (x TEXT) STRICT",))).close()


def test_an_older_store_is_migrated_with_what_is_in_it(tmp_path: Path) -> None:
    old = open_store(tmp_path)
    StoredLearned(old).put("camera", "auth", "digest")
    old.close()
    new = open_store(tmp_path, (*MIGRATIONS, ("ALTER TABLE learned ADD COLUMN at TEXT",)))
    assert new.execute("SELECT device, key, value, at FROM learned") == [("camera", "auth", '"digest"', None)]


def test_a_failed_migration_leaves_the_old_version(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    with pytest.raises(StateError):
        open_store(tmp_path, (*MIGRATIONS, ("ALTER TABLE learned ADD COLUMN at TEXT", "nonsense")))
    assert open_store(tmp_path).execute("SELECT * FROM learned") == []


def test_a_damaged_store_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "iccc.db").write_bytes(b"no database at all " * 100)
    with pytest.raises(StateError, match="iccc.db"):
        open_store(tmp_path)


def test_a_transaction_counts_whole_or_not_at_all(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with pytest.raises(KeyError), store.transaction():
        store.execute("INSERT INTO learned VALUES ('a', 'b', '1')")
        raise KeyError
    assert store.execute("SELECT * FROM learned") == []


def test_a_transaction_within_another_one_counts_with_it(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    learned = "INSERT INTO learned VALUES (?, 'key', '1')"
    with pytest.raises(KeyError), store.transaction():
        with store.transaction():
            store.execute(learned, ("a",))
        raise KeyError
    assert store.execute("SELECT device FROM learned") == []
    with store.transaction(), store.transaction():
        store.execute(learned, ("b",))
    assert store.execute("SELECT device FROM learned") == [("b",)]


def test_what_was_put_survives_the_killing_of_the_process(tmp_path: Path) -> None:
    process = child(PUTTER, tmp_path)
    assert process.stdout is not None
    for line in process.stdout:
        if int(line) >= 700:
            break
    process.kill()
    said = max([700, *(int(line) for line in process.stdout if line.endswith("\n"))])
    process.wait()
    learned = StoredLearned(open_store(tmp_path))
    for number in range(said - 628, said + 1):
        assert learned.get(f"camera-{number % 629}", "number") in (number, number + 629)


def test_learned_values_come_back_and_none_forgets(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    learned = StoredLearned(store)
    learned.put("camera", "auth", {"mode": "digest", "tries": [1, 2.5, None, True]})
    learned.put("camera", "gone", 1)
    learned.put("camera", "gone", None)
    for again in (learned, StoredLearned(store)):
        assert again.get("camera", "auth") == {"mode": "digest", "tries": [1, 2.5, None, True]}
        assert again.get("camera", "gone") is None
        assert again.get("other", "auth") is None


def test_learned_takes_puts_from_several_threads(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    learned = StoredLearned(store)

    def put(name: str) -> None:
        for number in range(200):
            learned.put(name, str(number), number)

    threads = [threading.Thread(target=put, args=(f"device-{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.execute("SELECT count(*) FROM learned") == [(800,)]


def test_learned_takes_puts_from_greenlets_and_a_native_thread(tmp_path: Path) -> None:
    out, errors = child(PATCHED, tmp_path).communicate(timeout=60)
    assert out == "done\n", errors
    assert open_store(tmp_path).execute("SELECT count(*) FROM learned") == [(1200,)]


def test_a_secret_is_never_stored_in_clear(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    StoredLearned(store).put("camera", "oops", {"password": Secret("hunter2")})
    store.close()
    assert b"hunter2" not in (tmp_path / "iccc.db").read_bytes()


def test_the_last_seen_state_is_kept_when_a_device_falls_silent(tmp_path: Path) -> None:
    observations = Observations(open_store(tmp_path))
    state = SwitchState(hostname="sw1", vlans={20: Vlan("video")}, ports=Unread(Reason.NO_ANSWER, "late"))
    observations.save([Observed("sw1", state, None, NOON), Observed("sw2", SwitchState(), None, NOON)])
    later = NOON + timedelta(hours=1)
    silent: Observed[SwitchState, None] = Observed("sw1", Unread(Reason.NO_ANSWER, "no answer"), None, later)
    moved = SwitchState(ports={"Gi1/1": Port(allowed_vlans=frozenset({3, 20, 10}))})
    observations.save([silent, Observed("sw2", moved, None, later)])

    seen = observations.get("sw1")
    assert seen is not None
    assert seen.read_at == NOON
    assert seen.state == {
        "hostname": "sw1",
        "vlans": {"20": {"name": "video"}},
        "ports": {"unread": "no-answer", "text": "late"},
    }
    assert observations.all()["sw2"].read_at == later
    assert observations.all()["sw2"].state == {"ports": {"Gi1/1": {"allowed_vlans": "3,10,20"}}}
    assert observations.get("sw3") is None


def test_the_log_of_acts_cannot_be_rewritten(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    log = ActLog(store)
    act = Act(
        NOON,
        os_user(),
        "iccc deploy bilaspur",
        "camera",
        "users written",
        Why("commissioning", "T-7"),
        "applied 2",
        "c1",
    )
    log.append(act)
    log.append(Act(NOON, "other", "iccc enrol", "", "enrolled"))
    for rewriting in ("UPDATE log SET why = ''", "DELETE FROM log", "INSERT OR REPLACE INTO log SELECT * FROM log"):
        with pytest.raises(StateError, match="append-only|UNIQUE"):
            store.execute(rewriting)
    assert log.acts("camera") == [act]
    assert len(log.acts()) == 2


@given(st.datetimes(timezones=st.timezones()))
def test_stored_times_come_back_and_sort_as_text(at: datetime) -> None:
    assume(2 < at.year < 9999)
    stored = iso(at)
    assert datetime.fromisoformat(stored) == at.astimezone(UTC)
    later = iso(at.astimezone(UTC) + timedelta(microseconds=1))
    assert stored < later
    assert len(stored) == len(later)


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        iso(NOON.replace(tzinfo=None))


def test_json_is_stable_and_refuses_what_is_no_data() -> None:
    assert to_json({"b": frozenset({2, 1}), "a": Secret("x"), "at": NOON}) == json.dumps(
        {"a": "***", "at": iso(NOON), "b": "1-2"}, separators=(",", ":")
    )
    with pytest.raises(TypeError, match="object"):
        to_json({"a": object()})


def test_another_reader_sees_what_was_committed(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    StoredLearned(store).put("camera", "auth", "digest")
    with sqlite3.connect(tmp_path / "iccc.db") as other:
        assert other.execute("SELECT value FROM learned").fetchall() == [('"digest"',)]
    other.close()
