"""One goes alone, then ten, then a hundred, then the rest; and who is spared when some fail."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from iccc.clock import SystemClock
from iccc.compare import Change
from iccc.engine.waves import Caution, Waves, proof
from iccc.observed import Outcome, Status
from iccc.state.proofs import Proofs, Standing
from iccc.state.store import open_store

ALIKE = ("Make", "Model", "V1.0")


def outcome(status: Status) -> Outcome:
    return Outcome(Change("hostname", "a", "b"), status, None, "as it answered")


class Play:
    """Devices that all come at once, and what became of them: who was inside together with how many others."""

    def __init__(self, standing: Standing | None = None, caution: Caution | None = None) -> None:
        self.waves = Waves("Make Model V1.0", "hostname", standing or Standing(), caution or Caution())
        self.written: list[str] = []
        self.spared: dict[str, str] = {}
        self.most: list[int] = []  # who was inside at once, at each entry
        self._inside = 0

    def run(self, count: int, fails: Callable[[int], bool] = lambda _number: False) -> Play:
        async def one(number: int) -> None:
            name = f"c{number:03d}"
            async with self.waves.place():
                if refusal := self.waves.refusal:
                    self.spared[name] = refusal
                    return
                self._inside += 1
                self.most.append(self._inside)
                await asyncio.sleep(0.001)
                self.written.append(name)
                self.waves.tell(name, [outcome(Status.FAILED if fails(number) else Status.APPLIED)])
                self._inside -= 1

        async def all_() -> None:
            await asyncio.wait_for(asyncio.gather(*(one(number) for number in range(count))), 10)

        asyncio.run(all_())
        return self


def test_waves_grow() -> None:
    play = Play().run(300)
    assert len(play.written) == 300
    assert max(play.most[:1]) == 1, "the canary is alone"
    assert max(play.most[1:11]) == 10
    assert play.most[11] == 1, "the next wave waits for all of the last"
    assert max(play.most[11:111]) == 100
    assert max(play.most[111:]) == 189


def test_a_few_go_at_once_and_nobody_waits_for_a_wave_to_fill() -> None:
    assert Play().run(4).most == [1, 1, 2, 3]


def test_one_that_has_stood_it_in_an_earlier_run_is_canary_enough() -> None:
    play = Play(Standing("c777")).run(12)
    assert play.most[:10] == list(range(1, 11))


def test_a_canary_that_fails_is_followed_by_another_and_no_more() -> None:
    play = Play().run(50, fails=lambda _number: True)
    assert play.written == ["c000", "c001"]
    why = "not tried: canaries c000, c001 failed in hostname (Make Model V1.0): failed as it answered"
    assert set(play.spared.values()) == {why}
    one = Play(caution=Caution(canary_tries=1)).run(3, fails=lambda _number: True)
    why = "not tried: canary c000 failed in hostname (Make Model V1.0): failed as it answered"
    assert one.spared == {"c001": why, "c002": why}


def test_the_second_canary_may_stand_it() -> None:
    play = Play().run(50, fails=lambda number: number == 0)
    assert len(play.written) == 50 and play.waves.standing.canary == "c001"


@pytest.mark.parametrize(
    ("failing", "written"),
    [
        (range(1, 3), 300),  # two are no share, however small the wave
        (range(1, 4), 11),  # three of the ten: the others were on their way already
        (range(11, 21), 300),  # ten of a hundred may fail
        (range(11, 22), 111),  # eleven may not
    ],
)
def test_a_share_of_a_wave_ends_it(failing: Sequence[int], written: int) -> None:
    play = Play().run(300, fails=lambda number: number in failing)
    assert len(play.written) == written
    if written < 300:
        assert len(play.spared) == 300 - written
        (why,) = set(play.spared.values())
        assert why.startswith(f"not tried: {len(failing)} of ")
        assert play.waves.standing.canary == "", "the next run begins with a canary again"


def test_what_proves_nothing_leaves_the_next_one_alone() -> None:
    for status in (Status.REFUSED, Status.UNSUPPORTED):
        assert proof([outcome(status)]) is None
    assert proof([outcome(Status.APPLIED), outcome(Status.UNSUPPORTED)]) is True
    assert proof([outcome(Status.APPLIED), outcome(Status.ACCEPTED_NOT_APPLIED)]) is False
    waves = Waves("", "hostname", Standing(), Caution())

    async def unsupported() -> None:
        async with waves.place():
            waves.tell("c000", [outcome(Status.UNSUPPORTED)])

    asyncio.run(unsupported())
    assert waves.standing == Standing()


def test_a_proof_outlives_the_run_and_what_failed_does_not(tmp_path: Path) -> None:
    store, clock = open_store(tmp_path), SystemClock()
    standing = Standing("c000", 12, {"c005": "no answer"}, "")
    Proofs(store, "one").keep(ALIKE, "users", standing, clock.now())
    assert Proofs(store, "one").load(ALIKE, "users") == standing
    assert Proofs(store, "two").load(ALIKE, "users") == Standing("c000")
    assert Proofs(store, "one").load(ALIKE, "osd") == Standing()
    assert Proofs(store, "one").load(("Make", "Model", "V1.1"), "users") == Standing()
    store.close()


def test_a_run_that_goes_on_in_another_process_goes_on_with_its_wave() -> None:
    assert max(Play(Standing("c777", 10)).run(12).most[:10]) == 10
    assert max(Play(Standing("c777", 11)).run(60).most) == 60
    assert max(Play(Standing("c777", 111)).run(150).most) == 150
    stopped = Play(Standing("", 3, {"a": "x"}, "not tried: canary a failed")).run(3)
    assert not stopped.written
