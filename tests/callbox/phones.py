"""A call box and telephones of the lab in this process, and what the product makes of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from iccc.city.calling import AnswerPoint, Calling
from iccc.city.devices import Equipment
from iccc.city.load import load_city
from iccc.lab.callbox import LabTelephone
from iccc.yamlfile import Where

T = TypeVar("T")
LOGIN = ("admin", "right")
HERE = Where("city.yaml", 1, 1)
ROOT = Path(__file__).parents[2]
BOX = next(iter(load_city(ROOT, "sagar").call_boxes.values()))


def point(room: str = "room", third: int = 1, transport: str = "udp", limit_s: int = 2) -> AnswerPoint:
    return AnswerPoint(room, f"10.79.{third}.31", 5060, transport, "112", limit_s, HERE)


def box(*points: AnswerPoint, number: int = 1, transport: str = "udp") -> Equipment:
    calling = Calling(5060, transport, points)
    return replace(BOX, name=f"x-ecb{number}", address=f"10.79.0.{number}", calling=calling)


def telephone(of: AnswerPoint | Equipment) -> LabTelephone:
    """The lab's, for what is declared."""
    name = of.room if isinstance(of, AnswerPoint) else of.name
    return LabTelephone(name, f"127.{of.address.partition('.')[2]}", 5060, LOGIN)


def among(phones: list[LabTelephone], what: Callable[[], Awaitable[T]]) -> T:
    """What ``what`` gives while the telephones are plugged in."""

    async def run() -> T:
        for phone in phones:
            await phone.plug()
        try:
            return await what()
        finally:
            for phone in phones:
                await phone.close()

    return asyncio.run(run())
