"""What simulators that obey line by line share: a method a command, the device's complaint as an exception."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

Method = TypeVar("Method", bound=Callable[..., Any])


class Complaint(Exception):
    """What the device prints instead of obeying."""


def command(view: str, *patterns: str) -> Callable[[Method], Method]:
    """Marks the method that obeys the lines of ``view`` that one of ``patterns`` matches from end to end.

    The groups of the pattern are its arguments; what it returns is printed, None is silence.
    """

    def mark(method: Method) -> Method:
        found = getattr(method, "obeys", [])
        method.obeys = [*found, *((view, re.compile(each, re.IGNORECASE | re.ASCII)) for each in patterns)]
        return method

    return mark


class Shell:
    """Finds the method that obeys a line."""

    def __init__(self) -> None:
        methods = [getattr(self, name) for name in dir(type(self)) if hasattr(getattr(type(self), name), "obeys")]
        self._commands = [(view, pattern, method) for method in methods for view, pattern in method.obeys]

    def obey(self, view: str, text: str) -> str | None:
        """What the device prints for ``text``; None when the view has no such command. Raises :class:`Complaint`."""
        for where, pattern, method in self._commands:
            if where == view and (match := pattern.fullmatch(text)):
                return method(*match.groups()) or ""
        return None


def spans(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """The runs of neighbours: ``{1, 2, 3, 9}`` gives ``[(1, 3), (9, 9)]``."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return [(low, high) for low, high in runs]


def blocks(parts: Sequence[Sequence[str]], mark: str) -> str:
    """The parts one below the other, a line with ``mark`` behind each; empty parts are left out."""
    return "".join("\n".join(part) + f"\n{mark}\n" for part in parts if part)
