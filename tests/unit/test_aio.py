"""Ctrl-C, as long as it is only a question."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from iccc.sessions import aio


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_the_first_ctrl_c_asks_and_the_second_one_ends() -> None:
    reached: list[str] = []

    async def work() -> None:
        asked = asyncio.Event()
        with aio.first_interrupt(asked.set):
            interrupt()
            await asyncio.wait_for(asked.wait(), 5)
            reached.append("asked")
            interrupt()
            await asyncio.sleep(5)
            reached.append("not ended")

    with pytest.raises(KeyboardInterrupt):
        aio.run(work())
    assert reached == ["asked"]


def test_after_it_ctrl_c_ends_as_ever() -> None:
    asked: list[str] = []

    async def work() -> None:
        with aio.first_interrupt(lambda: asked.append("asked")):
            await asyncio.sleep(0)
        interrupt()
        await asyncio.sleep(5)

    with pytest.raises(KeyboardInterrupt):
        aio.run(work())
    assert not asked
