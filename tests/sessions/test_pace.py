"""As many at once as the host keeps up with: more while it is on time, fewer when it is late, never above the limit."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iccc.sessions.pace import FEWEST, LATE_S, MORE, MOST_MORE, ON_TIME_S, TICK_S, Pace


async def held(pace: Pace, many: int) -> tuple[list[asyncio.Task[None]], list[int]]:
    """So many tasks that want to be inside, and stay."""
    inside: list[int] = []

    async def one(number: int) -> None:
        async with pace:
            inside.append(number)
            await asyncio.Event().wait()

    tasks = [asyncio.create_task(one(number)) for number in range(many)]
    await asyncio.sleep(0)
    return tasks, inside


@given(st.lists(st.floats(0, 1), max_size=60), st.integers(1, 600))
def test_the_limit_stays_between_the_fewest_and_the_most(lateness: list[float], most: int) -> None:
    async def play() -> None:
        pace = Pace(most)
        tasks, inside = await held(pace, 700)
        assert len(inside) == min(FEWEST, most)
        for late_s in lateness:
            before = pace.limit
            pace.looked(late_s)
            await asyncio.sleep(0)
            assert min(FEWEST, most) <= pace.limit <= most
            assert pace.limit <= before if late_s > LATE_S else pace.limit >= before
            assert len(inside) >= pace.limit
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(play())


def test_who_came_first_is_let_in_first_and_who_gives_up_keeps_no_place() -> None:
    async def play() -> None:
        pace = Pace(2)
        tasks, inside = await held(pace, 6)
        tasks[2].cancel()  # while it waits
        tasks[0].cancel()  # inside
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert inside == [0, 1, 3]
        tasks[1].cancel()
        await asyncio.sleep(0)
        tasks[4].cancel()  # its turn has come, and it has not begun
        for _ in range(4):
            await asyncio.sleep(0)
        assert inside[3:] in ([5], [4, 5])
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(asyncio.wait_for(play(), 10))


def test_a_host_on_time_has_all_at_work_and_a_blocked_one_few() -> None:
    async def play() -> tuple[int, int]:
        pace = Pace(200)
        keeping = asyncio.create_task(pace.keep())
        tasks, inside = await held(pace, 300)
        while len(inside) < 200:
            await asyncio.sleep(0.02)
        widest = pace.limit
        for _ in range(30):
            pace.looked(1.0)
        keeping.cancel()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return widest, pace.limit

    assert asyncio.run(asyncio.wait_for(play(), 60)) == (200, FEWEST)


@given(st.lists(st.floats(0, 1), max_size=60), st.sampled_from([40, 512]))
def test_no_tick_lets_many_more_in_and_few_once_it_was_late(lateness: list[float], most: int) -> None:
    async def play() -> None:
        pace = Pace(most)
        tasks, _ = await held(pace, 700)
        late = False
        for late_s in lateness:
            late = late or late_s >= ON_TIME_S
            before = pace.limit
            pace.looked(late_s)
            await asyncio.sleep(0)
            assert pace.limit - before <= (MORE if late else min(before, MOST_MORE))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(play())


def test_a_host_that_is_never_late_has_all_at_work_in_half_a_second() -> None:
    async def play() -> int:
        pace = Pace(512)
        tasks, inside = await held(pace, 700)
        ticks = 0
        while len(inside) < 512:
            pace.looked(0.0)
            await asyncio.sleep(0)
            ticks += 1
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return ticks

    assert asyncio.run(asyncio.wait_for(play(), 10)) * TICK_S <= 0.5


@pytest.mark.parametrize("most", [1, FEWEST, 512])
def test_it_begins_with_few(most: int) -> None:
    assert Pace(most).limit == min(FEWEST, most)
