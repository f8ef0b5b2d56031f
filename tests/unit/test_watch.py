"""When a device that sent traps is read again."""

from __future__ import annotations

from iccc.sessions.snmp_listen import Traps
from iccc.watch import ASIDE_S, PAUSE_S, SETTLE_S, Heard, Turns


def test_many_traps_are_one_reading_a_moment_later() -> None:
    turns = Turns()
    for at in (100.0, 100.2, 100.9):
        turns.trap("sw1", at)
    assert turns.ready(100.9) == []
    assert turns.ready(100.0 + SETTLE_S) == ["sw1"]


def test_a_device_that_goes_on_sending_is_read_after_a_pause() -> None:
    turns = Turns()
    turns.trap("sw1", 100.0)
    turns.done(["sw1"], 101.0)
    turns.trap("sw1", 102.0)
    turns.trap("sw2", 102.0)
    assert turns.ready(102.0 + SETTLE_S) == ["sw2"]
    assert turns.ready(101.0 + PAUSE_S) == ["sw1", "sw2"]


def test_while_another_run_holds_the_city_the_reading_waits() -> None:
    turns = Turns()
    turns.trap("sw1", 100.0)
    turns.later(["sw1"], 101.0 + ASIDE_S)
    assert turns.ready(101.0 + ASIDE_S - 0.1) == []
    assert turns.ready(101.0 + ASIDE_S) == ["sw1"]
    assert turns.wait_s(101.0, 101.3) <= 0.31


def test_traps_that_nobody_reads_are_said_once() -> None:
    heard, traps = Heard(), Traps()
    assert list(heard.news(traps)) == []
    traps.strangers.add("127.0.0.9")
    traps.dropped = 3
    first = list(heard.news(traps))
    assert len(first) == 2 and "127.0.0.9" in first[0] and first[1].endswith("at once: 3")
    assert list(heard.news(traps)) == []
    traps.dropped = 4
    assert [line[-2:] for line in heard.news(traps)] == [" 1"]
