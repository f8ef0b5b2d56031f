"""Processes that end at a given point at which something is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from iccc.state.learned import StoredLearned
from iccc.state.store import Store


class Killed(BaseException):
    pass


@dataclass
class Life:
    """Ends at the ``left``-th point. ``then`` hears what is kept at each."""

    left: int = 1_000_000
    then: Callable[[str], None] = lambda _what: None

    def point(self, what: str = "") -> None:
        self.then(what)
        self.left -= 1
        if self.left < 0:
            raise Killed


class Learned(StoredLearned):
    def __init__(self, store: Store, life: Life) -> None:
        super().__init__(store)
        self.life = life

    def put(self, device: str, key: str, value: Any) -> None:
        self.life.point()
        super().put(device, key, value)
        self.life.point(key if value else "")
