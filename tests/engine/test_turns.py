"""The order of switches: widened from the core to the leaves, narrowed from the leaves to the core."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace

import pytest

from iccc.city.devices import City, Switch
from iccc.engine import turns
from iccc.engine.turns import Turns
from tests.switch.rig import declared
from tests.unit.states import bilaspur

UPSTREAM = {"core": (), "agg": ("core",), "acc": ("agg",), "leaf": ("acc",)}


def city() -> City:
    switches = {name: declared(1, name=name, upstream=nearer) for name, nearer in UPSTREAM.items()}
    return replace(bilaspur(), switches=switches)


def order(taken: Iterable[str] = UPSTREAM, only: tuple[str, ...] = ("widen", "narrow")) -> list[str]:
    """In which order the parts are done when all begin at once."""

    async def run() -> list[str]:
        whole, done = city(), []
        them = Turns(whole)
        for name in taken:
            them.take(name)

        async def one(switch: Switch, part: str) -> None:
            turn = them.of(switch.name, part)
            turn.begun.set()
            await them.wait(switch, part)
            await asyncio.sleep(0)
            done.append(f"{part} {switch.name}")
            turn.done.set()

        switches = [whole.switches[name] for name in reversed(list(taken))]
        await asyncio.wait_for(asyncio.gather(*(one(switch, part) for part in only for switch in switches)), 5)
        return done

    return asyncio.run(run())


def test_all_are_widened_from_the_core_and_then_narrowed_towards_it() -> None:
    assert order() == [
        *("widen core", "widen agg", "widen acc", "widen leaf"),
        *("narrow leaf", "narrow acc", "narrow agg", "narrow core"),
    ]


def test_who_is_not_to_be_changed_is_not_waited_for() -> None:
    assert order(["agg", "leaf"]) == ["widen leaf", "widen agg", "narrow leaf", "narrow agg"]


def waits(scene: Callable[[Turns, City], Awaitable[None]], switch: str, part: str) -> bool:
    """Whether it waits after the scene, for a moment at least."""

    async def run() -> bool:
        whole = city()
        them = Turns(whole)
        for name in UPSTREAM:
            them.take(name)
        await scene(them, whole)
        waiting = asyncio.create_task(them.wait(whole.switches[switch], part))
        await asyncio.wait([waiting], timeout=0.05)
        waits_still = not waiting.done()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        return waits_still

    return asyncio.run(run())


def test_a_switch_waits_until_the_one_before_it_is_done() -> None:
    async def begun(them: Turns, _city: City) -> None:
        them.of("agg", "widen").begun.set()

    async def done(them: Turns, _city: City) -> None:
        them.of("agg", "widen").begun.set()
        them.of("agg", "widen").done.set()

    assert waits(begun, "acc", "widen")
    assert not waits(done, "acc", "widen")


def test_one_that_does_not_even_begin_is_not_waited_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(_them: Turns, _city: City) -> None:
        pass

    assert waits(nothing, "acc", "widen")
    monkeypatch.setattr(turns, "BEGIN_S", 0.01)
    assert not waits(nothing, "acc", "widen")


def test_one_that_takes_too_long_is_left_to_the_guards(monkeypatch: pytest.MonkeyPatch) -> None:
    async def begun(them: Turns, _city: City) -> None:
        them.of("agg", "widen").begun.set()

    monkeypatch.setattr(turns, "UPSTREAM_S", 0.01)
    assert not waits(begun, "acc", "widen")


def test_narrowing_waits_for_the_widening_of_switches_far_away() -> None:
    async def all_but_the_core(them: Turns, _city: City) -> None:
        for name in UPSTREAM:
            them.of(name, "widen").begun.set()
        for name in ("agg", "acc", "leaf"):
            them.of(name, "widen").done.set()

    assert waits(all_but_the_core, "leaf", "narrow")
