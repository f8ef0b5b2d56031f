"""Interface names: ``ge-0/0/1`` is a port, ``ge-0/0/1.0`` its one unit that switches."""

from __future__ import annotations

import re
from functools import lru_cache

_PORT = re.compile(r"((?:ge|mge|xe|et)-\d+/\d+/\d+|ae\d+)(?:\.0)?")


@lru_cache(maxsize=4096)
def canonical(name: str) -> str | None:
    """The name of the physical port; None for what is none (``irb``, ``lo0``, ``me0``, other units)."""
    found = _PORT.fullmatch(name.strip())
    return found[1] if found else None


def order(name: str) -> tuple[str, list[int]]:
    """Sort key that puts port 10 after port 9."""
    return (re.split(r"\d", name, maxsplit=1)[0], [int(number) for number in re.findall(r"\d+", name)])


def poe_index(name: str) -> tuple[int, int]:
    """pethPsePortGroupIndex and pethPsePortIndex of a port: ge-0/0/0 is 1.1, ge-1/0/2 is 2.3.

    Source: what users saw on EX2300 and EX4300 (netdisco/snmp-info, pull request 274). Uplinks have none.
    """
    numbers = [int(number) for number in re.findall(r"\d+", name)]
    return (numbers[0] + 1, numbers[2] + 1) if len(numbers) == 3 and numbers[1] == 0 else (0, 0)
