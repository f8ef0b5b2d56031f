"""Who may write when."""

from __future__ import annotations

import asyncio

from iccc.engine.turns import Budget


def test_a_fault_that_hits_all_costs_the_budget_and_no_more() -> None:
    async def scene() -> int:
        budget, written = Budget(5), []

        async def write(name: str) -> None:
            async with budget.place(name):
                if budget.used_up(name):
                    return
                await asyncio.sleep(0.001)
                written.append(name)
                budget.tell(name, success=False)

        await asyncio.gather(*(write(f"cam{number}") for number in range(100)))
        return len(written)

    assert asyncio.run(scene()) == 5


def test_success_lets_more_in_at_once() -> None:
    async def scene() -> int:
        budget, at_once, most = Budget(2), 0, 0

        async def write(name: str) -> None:
            nonlocal at_once, most
            async with budget.place(name):
                at_once += 1
                most = max(most, at_once)
                await asyncio.sleep(0.001)
                at_once -= 1
                budget.tell(name, success=True)

        await asyncio.gather(*(write(f"cam{number}") for number in range(60)))
        return most

    assert asyncio.run(scene()) > 10


def test_failures_of_earlier_waves_count() -> None:
    budget = Budget(5, failed=4)
    assert not budget.used_up("cam")
    budget.tell("other", success=False)
    assert budget.used_up("cam")
    assert not budget.used_up("other")
