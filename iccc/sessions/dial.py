"""Where a declared address is really reached: the lab on loopback, the lab's namespace, or the live network."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

LAB_PORT_OFFSET = 20_000  # so that the lab's ports need no root


class Target(StrEnum):
    """What the tool talks to. ``lab`` is the shipped setting; ``live`` has to be asked for."""

    LAB = "lab"
    NETNS = "netns"
    LIVE = "live"


@dataclass(frozen=True)
class Dial:
    """Maps a declared address and port to the one that is dialled."""

    target: Target

    def __call__(self, address: str, port: int) -> tuple[str, int]:
        """``10.a.b.c`` port ``p`` is ``127.a.b.c`` port ``20000 + p`` in the lab, and itself elsewhere."""
        if self.target is not Target.LAB:
            return address, port
        return _on_loopback(address), LAB_PORT_OFFSET + port


@lru_cache(16_384)  # each request asks
def _on_loopback(address: str) -> str:
    last_three = str(ipaddress.IPv4Address(address)).split(".", 1)[1]
    return f"127.{last_three}"
