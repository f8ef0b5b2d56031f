"""Running asyncio work from plain code, and what Ctrl-C does to it."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """``asyncio.run`` for work with a large result.

    When asyncio.run restores the SIGINT handler, the signal module formats the main task with its result:
    13 s for the states of 629 devices. So the main task here has none.
    """
    results: list[T] = []
    gc.freeze()  # a city is a million objects that stay: no collection needs to look at them again

    async def main() -> None:
        results.append(await work)

    try:
        asyncio.run(main())
    finally:
        gc.unfreeze()
    return results[0]


@contextmanager
def first_interrupt(asked: Callable[[], None]) -> Iterator[None]:
    """Within, in a running loop: the first Ctrl-C only calls ``asked``, the next one ends the work as it does else."""
    usual = signal.getsignal(signal.SIGINT)
    if usual is signal.SIG_IGN:  # a job in the background
        yield
        return
    loop = asyncio.get_running_loop()

    def as_usual() -> None:
        loop.remove_signal_handler(signal.SIGINT)
        signal.signal(signal.SIGINT, usual)

    def first() -> None:
        as_usual()
        asked()

    loop.add_signal_handler(signal.SIGINT, first)
    try:
        yield
    finally:
        as_usual()
